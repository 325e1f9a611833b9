"""Which of overlapping candidates are mentions: the guideline's rules on layers, kept only here.

One layer is flat; a gene's or an organelle's name yields no mention in another layer; mentions nest only inside process
mentions. Longer candidates win, then those proposed earlier.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import replace

from pipeline.document import LAYERS, Mention

_NAMES = ("gene", "organelle")


def merge(layers: Sequence[str], mentions: Iterable[Mention]) -> list[Mention]:
    """The mentions of `layers` that stand, in text order, with ids "m1", "m2", …

    A candidate of type "" is no mention, but hides every shorter one it overlaps (核酸 hides 核). Of overlapping
    candidates of one length the first in `mentions` wins.
    """
    kept: list[Mention] = []
    covering: dict[int, list[Mention]] = defaultdict(list)  # character → what is kept there
    for m in sorted(mentions, key=lambda m: m.start - m.end):  # a stable sort: of equal length, the first proposed
        if m.type not in (*LAYERS, "") or any(_excludes(k, m) for at in range(m.start, m.end) for k in covering[at]):
            continue
        kept.append(m)
        for at in range(m.start, m.end):
            covering[at].append(m)
    wanted = sorted((m for m in kept if m.type in layers), key=lambda m: (m.start, -m.end))
    return [replace(m, id=f"m{i}") for i, m in enumerate(wanted, 1)]


def _excludes(longer: Mention, m: Mention) -> bool:
    """Whether `longer`, already kept, forbids the overlapping candidate `m`."""
    if (longer.start, longer.end) == (m.start, m.end):
        return True
    inside = longer.start <= m.start and m.end <= longer.end
    if longer.type == "process":
        # A name inside a process stands; a shorter process, or a name half outside, does not.
        return not (inside and m.type in (*_NAMES, ""))
    return True
