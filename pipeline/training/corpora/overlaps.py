"""Which of a corpus's overlapping annotations are mentions: one rule for all corpora."""

from collections.abc import Iterable, Iterator
from dataclasses import replace

from pipeline.document import Mention

Spans = tuple[tuple[int, int], ...]


def spans_of(m: Mention) -> Spans:
    """The pieces of text a mention is made of; one where it has no gap."""
    return m.spans or ((m.start, m.end),)


def flat(annotations: Iterable[Mention]) -> list[Mention]:
    """The annotations that stand, in text order; their ids are for `numbered` to give.

    Within a layer, those with the same spans become one with the concepts of all. Of those whose outer bounds overlap
    the longest stays; of equally long ones that with fewer gaps, then the earlier one.
    """
    together: dict[tuple[str, Spans], Mention] = {}
    for m in annotations:
        same = together.setdefault((m.type, spans_of(m)), m)
        together[m.type, spans_of(m)] = replace(same, concepts=tuple(dict.fromkeys(same.concepts + m.concepts)))
    taken: set[tuple[str, int]] = set()
    kept = []
    for m in sorted(together.values(), key=lambda m: (m.start - m.end, len(m.spans), m.start, m.spans)):
        characters = {(m.type, at) for at in range(m.start, m.end)}
        if taken.isdisjoint(characters):
            taken |= characters
            kept.append(m)
    return sorted(kept, key=lambda m: (m.start, -m.end, m.type))


def numbered(mentions: Iterable[Mention]) -> Iterator[Mention]:
    """The mentions with ids "m1", "m2", …"""
    return (replace(m, id=f"m{number}") for number, m in enumerate(mentions, 1))
