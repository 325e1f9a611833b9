"""Signs: how changes multiply, what is made better by becoming less, and what nothing acts on."""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from math import prod

from pipeline.lexicon.load import rows
from pipeline.relations.marks import marks

SIGNS = {"positively_regulates": 1, "regulates": 0, "negatively_regulates": -1}
BY_SIGN = {sign: name for name, sign in SIGNS.items()}


def signed(type_: str, *signs: int) -> str:
    """The type with its sign turned by each of `signs`; a type that is not one of regulation stays as it is.

    A double negative is thereby resolved: "knock-down of X reduced Y" is X positively_regulates Y.
    """
    if type_ not in SIGNS:
        return type_
    return BY_SIGN[prod((SIGNS[type_], *signs))]


def is_disorder(name: str) -> bool:
    """Whether `name` is of something that is improved by becoming less (损伤, "dysfunction")."""
    return name.lower().endswith(_disorders())


def is_place(name: str) -> bool:
    """Whether `name` only says where something is (细胞内, "nuclear"): nothing regulates it, nor does it."""
    return name.lower() in marks("place")


@cache
def _disorders() -> tuple[str, ...]:
    name = "relation_disorders.tsv"
    raw = (files("pipeline") / "resources" / "rules" / name).read_bytes()
    return tuple(row["ending"] for _, row in rows(raw, name, ("lang", "ending")))
