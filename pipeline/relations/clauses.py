"""Where the clauses of a sentence end, and what a clause is as a whole."""

from __future__ import annotations

from collections.abc import Iterator

from pipeline.relations.marks import marks
from pipeline.relations.triggers import TRIGGER_KINDS, Item


def chinese_clauses(items: list[Item]) -> Iterator[tuple[list[Item], bool]]:
    """The stretches between commas, and whether one is a condition: 敲除 X 后 | 小鼠的 Y 受到抑制."""
    clause: list[Item] = []
    for at, item in enumerate(items):
        following = items[at + 1].kind if at + 1 < len(items) else ""
        if item.kind == "comma" and not _place_is_open(clause):
            yield clause, False
            clause = []
        elif item.kind == "after" and following != "de" and _is_condition(clause, following):
            yield clause, True
            clause = []
        else:
            clause.append(item)
    yield clause, False


def _is_condition(clause: list[Item], following: str) -> bool:
    """Whether something is done or changes before 后; in 清除梗死后的 X the word is part of the object."""
    if following != "comma" and len(clause) > 1 and clause[-1].kind == "other" and clause[-2].kind in TRIGGER_KINDS:
        return False
    return any(i.turned or i.kind in TRIGGER_KINDS for i in clause)


def _place_is_open(clause: list[Item]) -> bool:
    """Whether a comma parts the names of a place (在 A，B 和 C 中)."""
    for item in reversed(clause):
        if item.kind == "in":
            return clause[-1].kind == "group"
        if item.kind not in ("group", "comma", "list", "with", "de", "other", "fill", "prop"):
            return False
    return False


def english_clauses(items: list[Item]) -> Iterator[tuple[str, list[Item]]]:
    """The stretches between commas and conjunctions that begin a clause, each with what begins it ("whereas", ",")."""
    clause: list[Item] = []
    opener = ""
    for item in items:
        if item.kind == "comma":
            if clause or not opener:
                yield opener, clause
            clause, opener = [], item.word
        else:
            clause.append(item)
    yield opener, clause


def is_treatment(items: list[Item]) -> bool:
    """Whether what is done comes before a gene that only the cells carry: O 处理 | 转染 X 的细胞后."""
    treated = next((i for i, item in enumerate(items) if item.word in marks("treatment")), len(items))
    return treated > 0 and items[treated - 1].kind == "other" and all(i.kind != "group" for i in items[:treated])


def is_relation_of(items: list[Item], at: int) -> bool:
    """Whether 与 begins what something has to do with (其机制可能 | 与 … 有关)."""
    return (at == len(items) or items[at].word == "与") and any(i.word in ("有关", "相关") for i in items[-3:])
