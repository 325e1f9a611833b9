"""What a sentence says, before it is written as relations."""

from __future__ import annotations

from dataclasses import dataclass

from pipeline.document import Mention

BY_SIGN = {1: "positively_regulates", 0: "regulates", -1: "negatively_regulates"}


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


def signed(type_: str, *signs: int) -> str:
    """The type with a sign turned by each of `signs`; a type that is not one of regulation stays as it is."""
    for sign, name in BY_SIGN.items():
        if name == type_:
            for turn in signs:
                sign *= turn  # noqa: PLW2901  (the product is what is looked for)
            return BY_SIGN[sign]
    return type_
