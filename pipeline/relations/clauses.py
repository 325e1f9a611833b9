"""Where the clauses of a sentence end."""

from __future__ import annotations

from collections.abc import Iterator

from pipeline.relations.triggers import TRIGGER_KINDS, Item


def chinese_clauses(items: list[Item]) -> Iterator[tuple[list[Item], bool]]:
    """The stretches between commas, and whether one is a condition: 敲除 X 后 | 小鼠的 Y 受到抑制."""
    clause: list[Item] = []
    for at, item in enumerate(items):
        following = items[at + 1].kind if at + 1 < len(items) else ""
        if item.kind == "comma" and not _place_is_open(clause):
            yield clause, False
            clause = []
        elif item.kind == "after" and following != "de" and any(i.turned or i.kind in TRIGGER_KINDS for i in clause):
            yield clause, True
            clause = []
        else:
            clause.append(item)
    yield clause, False


def _place_is_open(clause: list[Item]) -> bool:
    """Whether a comma parts the names of a place (在 A，B 和 C 中)."""
    for item in reversed(clause):
        if item.kind == "in":
            return clause[-1].kind == "group"
        if item.kind not in ("group", "comma", "list", "with", "de", "other", "fill", "prop"):
            return False
    return False


def english_clauses(items: list[Item]) -> Iterator[list[Item]]:
    """The stretches between commas and conjunctions that begin a clause (whereas)."""
    clause: list[Item] = []
    for item in items:
        if item.kind == "comma":
            yield clause
            clause = []
        else:
            clause.append(item)
    yield clause
