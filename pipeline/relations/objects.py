"""The object of a verb: the name right of it that the verb is about, not one that only modifies another noun."""

from __future__ import annotations

from pipeline.relations.marks import marks
from pipeline.relations.triggers import CHANGES, Item

Object = tuple[Item, int, int]
_SKIPPED_EN = frozenset({"other", "fill", "prop", "de", "class", "nominal"})
_JOINS = frozenset({"de", "prop", "inend", "fill"})
_SKIPPED_ZH = frozenset({"other", "fill", "prop", "de", "list", "class", "inend", "cause", "after", "pronoun"})


def chinese_object(items: list[Item], at: int, *, topic: bool) -> tuple[Item, int, int, str] | None:
    """The object after a verb, the index after it, the sign and type that a noun after it adds (Y 的激活)."""
    start = at
    while at < len(items) and items[at].kind in _SKIPPED_ZH and not (at == start and items[at].kind == "list"):
        at += 1
    if at >= len(items) or items[at].kind != "group":
        return None
    target = items[at]
    while (head := _head_noun(items, at)) is not None:
        at, target = head, items[head]
    after = at + 1
    if after < len(items) and items[after].kind == "de":
        after += 1
        if not topic and after < len(items) and items[after].kind in ("other", "class"):
            return None
    elif _is_within(items, after) or (after < len(items) and names_another(items[after], target)):
        return None
    return (target, *_changed(items, at, topic=topic))


def _is_within(items: list[Item], at: int) -> bool:
    """Whether 中 or such comes at `at`, and a noun after it: Y 过程中 | 标志性基因的表达."""
    if at >= len(items) or items[at].kind != "inend":
        return False
    after = skip_fill(items, at + 1)
    return after < len(items) and items[after].kind in ("other", "de", "inend", "class")


def names_another(item: Item, target: Item) -> bool:
    """Whether a noun after `target` makes another name: 凋亡基因, but "gene" after a gene says no more."""
    if item.kind == "other":
        return True
    return target.members[-1].type != "gene" and (item.kind == "class" or item.word in marks("class"))


def _head_noun(items: list[Item], at: int) -> int | None:
    """Index of the noun that the group at `at` only modifies: 细胞表面的 | 受体."""
    after = at + 1
    if after + 1 < len(items) and items[after].kind == "other" and items[after + 1].kind == "de":
        after += 2  # 衰老心脏的 | 线粒体功能障碍
    while after < len(items) and items[after].kind in _JOINS:
        after += 1
    return after if at + 1 < after < len(items) and items[after].kind == "group" else None


def _changed(items: list[Item], at: int, *, topic: bool) -> tuple[int, int, str]:
    """The index after a change named with the object at `at`, its sign, and its type if it has no sign."""
    after = skip_fill(items, at + 1, extra=("prop", "de", "class"))
    if after < len(items) and (items[after].kind == "verb" or items[after].kind in CHANGES):
        change = items[after]
        if chinese_object(items, after + 1, topic=topic) is None and (
            change.kind in CHANGES or after + 1 == len(items) or items[after + 1].kind in ("prop", "and", "list")
        ):
            sign = change.effect
            return after + 1, sign or 1, "" if sign else "regulates"
    return at + 1, 1, ""


def skip_fill(items: list[Item], at: int, extra: tuple[str, ...] = ()) -> int:
    """Index of the first item from `at` on that is neither an adverb or such, nor of the kinds in `extra`."""
    while at < len(items) and (items[at].kind == "fill" or items[at].kind in extra):
        at += 1
    return at


def english_object(items: list[Item], at: int, last: Item | None, *, loose: bool = False) -> Object | None:
    """The object after a verb, the index after it, and the sign that nouns around it add (degradation of Y).

    `loose`: any part or side of the object stands for it (binds the end of Y, affects many aspects of Y).
    """
    sign = 1
    while at < len(items) and (items[at].kind in _SKIPPED_EN or _is_participle(items[at]) or _is_change(items, at)):
        if items[at].kind == "other" and at + 1 < len(items) and items[at + 1].kind == "de" and not loose:
            return None  # understanding of Y: another noun is the object
        if _is_change(items, at):
            sign *= items[at].effect
            at += 2
            continue
        sign *= 0 if items[at].word in marks("unsigned") else items[at].effect or 1
        at += 1
    if at < len(items) and items[at].kind == "pronoun" and last is not None:
        return _owned(items, at, sign, last)
    if at >= len(items) or items[at].kind != "group":
        return None
    target = items[at]
    at += 1
    while at < len(items) and items[at].kind in ("prop", "nominal"):
        sign *= items[at].effect or 1
        at += 1
    if at < len(items) and items[at].kind == "other":
        return None
    return target, at, sign


def _is_change(items: list[Item], at: int) -> bool:
    """Whether "decrease in", "control of" begins at `at`."""
    if at + 1 >= len(items) or items[at].side != "base" or items[at].kind not in ("change", "verb"):
        return False
    return items[at + 1].kind == "de" or items[at + 1].word == "in"


def _owned(items: list[Item], at: int, sign: int, last: Item) -> Object | None:
    """it, its degradation: the name named last."""
    word = items[at].word
    at += 1
    owned = at
    while at < len(items) and items[at].kind in ("prop", "nominal", "fill"):
        sign *= items[at].effect or 1
        at += 1
    if word in ("its", "their") and all(i.kind == "fill" for i in items[owned:at]):
        return None
    if at < len(items) and items[at].kind in ("group", "other"):
        return None
    return last, at, sign


def _is_participle(item: Item) -> bool:
    return item.kind in ("change", "verb") and item.side == "past"
