"""What a sentence says, before it is written as relations."""

from __future__ import annotations

from dataclasses import dataclass

from pipeline.document import Mention


@dataclass(frozen=True, slots=True)
class End:
    """A mention that acts, and whether there is more (1) or less (-1) of it when it does; 0 where that is open."""

    mention: Mention
    sign: int = 1


@dataclass(frozen=True, slots=True)
class Statement:
    """One relation that a sentence states. `start` and `end` bound the trigger words."""

    type: str
    head: Mention
    tail: Mention
    start: int
    end: int
    negated: bool = False
    speculative: bool = False
