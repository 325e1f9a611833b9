"""Names that stand for several: "BMP-2/4", "Mfn1/2", "miR-21/-155", "IL-1β和IL-6", "PI3K/Akt和Wnt通路"."""

from __future__ import annotations

import re
from collections.abc import Iterator

from pipeline.lexicon.normalize import is_han

_AND = re.compile(r"\s*[、;；]\s*|,\s+(?:and\s+)?|\s+(?:and|or)\s+|\s*[和与及或]\s*")
_PARTS = re.compile(r"\s*[/,，、;；~～]\s*|\s*(?:\band\b|\bor\b|和|与|及|或)\s*")
_TAIL = re.compile(r"-?(?:\d+[A-Za-z]?|[α-ωA-E]|I{1,3}|IV|V)$")


def members(name: str) -> tuple[str, ...]:
    """The names that a coordinated one stands for, each whole; () where it is no coordination.

    What all share stands before the first ("BMP-2/4"). Behind the last it is left there: whether the receptor in
    "IL-6和IL-8受体" belongs to both is not for letters to say.
    """
    parts = [part.strip() for part in _PARTS.split(name)]
    if len(parts) < 2 or not all(parts):
        return ()
    result = [parts[0]]
    for part in parts[1:]:
        tail = _TAIL.fullmatch(part)
        stem = _TAIL.sub("", result[0])
        if tail and stem and stem != result[0]:
            # The hyphen stands in the stem, or in the tail, or in neither.
            hyphen = "-" if result[0][len(stem) :].startswith("-") else ""
            result.append(stem + hyphen + part.lstrip("-"))
        else:
            result.append(part)
    return tuple(result)


def shared(name: str) -> Iterator[tuple[str, ...]]:
    """Readings of a coordination in which all members have the end of the last, or the beginning of the first.

    "脂肪酸和糖原合成" may be 脂肪酸合成 and 糖原合成; "lipid transport and storage" may be lipid transport and lipid
    storage. Which reading is right is for the caller to find out: one all of whose members are known names.
    """
    parts = [part for part in _AND.split(name) if part]
    if len(parts) < 2:
        return
    for at in _cuts(parts[-1]):
        yield (*(_join(part, parts[-1][at:]) for part in parts[:-1]), parts[-1])
    for at in _cuts(parts[0]):
        yield (parts[0], *(_join(parts[0][:at], part) for part in parts[1:]))


def _cuts(part: str) -> Iterator[int]:
    """Where a name may be cut in two: between words, or between Chinese characters, two of them at the least."""
    for at in range(1, len(part)):
        if part[at - 1] == " " or (is_han(part[at]) and min(at, len(part) - at) >= 2):
            yield at


def _join(first: str, second: str) -> str:
    gap = " " if first[-1:].isascii() and second[:1].isascii() and not first.endswith(" ") else ""
    return f"{first}{gap}{second}"
