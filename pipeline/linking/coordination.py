"""Names that stand for several: "BMP-2/4", "Mfn1/2", "ERK1/2", "miR-21/-155", "IL-1β和IL-6", "Smad1, 5 and 8"."""

from __future__ import annotations

import re

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
