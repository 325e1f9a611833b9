"""What a word of an English clause is by its neighbours: a verb, an attribute, a predicate, an antecedent."""

from __future__ import annotations

from dataclasses import replace

from pipeline.relations.marks import marks
from pipeline.relations.objects import skip_fill
from pipeline.relations.triggers import TRIGGER_KINDS, Item


def is_on(item: Item) -> bool:
    """Whether a preposition leads to what an effect is on."""
    return item.word in ("on", "in", "upon", "during")


def is_goal(item: Item) -> bool:
    """Whether a preposition leads to where something goes."""
    return item.word in ("to", "into", "onto")


def is_effect(item: Item) -> bool:
    """Whether a noun says that there is an effect, not which."""
    return item.word.startswith(("effect", "role", "influence", "impact", "action"))


def nearest(items: list[Item]) -> Item | None:
    """The group that `items` end in, or None."""
    for item in reversed(items):
        if item.kind == "group":
            return item
        if item.kind not in ("prop", "quote", "fill", "nominal"):
            return None
    return None


def is_noun_phrase(items: list[Item], at: int) -> bool:
    """Whether a word that may be a verb stands in a noun phrase: "the activating X", "via decrease of X"."""
    if items[at].side == "base" and at + 1 < len(items) and items[at + 1].kind == "de" and items[at].kind != "bind":
        return True
    if not at:
        return False
    before = items[at - 1]
    if items[at].kind == "nominal" or items[at].side not in ("past", "gerund", "base") or items[at].type == "":
        return False
    start = at
    while start and items[start - 1].kind == "fill":
        start -= 1
        if items[start].word in marks("determiner"):
            return " " not in items[at].word
    if items[at].side == "gerund":
        after = skip_fill(items, at + 1)
        attribute = after < len(items) and items[after].kind in ("other", "nominal", "prop", "turner")
        return before.kind == "other" or (before.kind == "group" and attribute)
    return items[at].side == "base" and before.kind in ("prep", "means") and before.word != "to"


def is_indefinite(items: list[Item], at: int) -> bool:
    """Whether "a" or such stands before the group at `at`."""
    while at and items[at - 1].kind in ("fill", "other"):
        at -= 1
        if items[at].word in ("a", "an"):
            return True
    return False


def has_own_subject(items: list[Item]) -> bool:
    """Whether a clause does not begin with a pronoun or a participle."""
    for item in items:
        if item.kind == "pronoun" or (item.kind in TRIGGER_KINDS and item.side in ("gerund", "past")):
            return False
        if item.kind != "fill":
            return True
    return False


def is_predicate(items: list[Item]) -> bool:
    """Whether `items` end in "X is a Y", so that what is said of Y is said of X."""
    for index in range(len(items) - 1, 0, -1):
        if items[index].kind == "be":
            return any(i.word in ("a", "an") for i in items[index:]) and any(i.kind == "group" for i in items[:index])
        if items[index].kind not in ("group", "fill", "other", "prop"):
            return False
    return False


def is_after_as(items: list[Item], at: int) -> bool:
    """Whether "as a" or such comes before `at`: acts as an inhibitor of."""
    while at and items[at - 1].kind in ("fill", "other"):
        at -= 1
    return at > 0 and items[at - 1].word.split(" ")[-1] == "as"


def lessen(items: list[Item], at: int) -> None:
    """Turns the noun that "reduced" at `at` belongs to: reduced X is essential for Y."""
    after = skip_fill(items, at + 1, extra=("other",))
    if (
        items[at].kind in ("change", "verb")
        and items[at].effect < 0
        and after < len(items)
        and items[after].kind == "group"
    ):
        items[after] = replace(items[after], sign=-items[after].sign, turned=True)
