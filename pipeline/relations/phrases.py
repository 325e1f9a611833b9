"""Relations that a noun phrase holds in itself; each phrase is folded into its last noun."""

from __future__ import annotations

from pipeline.relations.marks import marks
from pipeline.relations.polarity import signed
from pipeline.relations.statements import Statement
from pipeline.relations.triggers import Item

PREFIXES = ("抗", "促")
_ADJECTIVE_ENDINGS = ("ic", "al", "ar")
_FURTHEST = 4  # words that may stand between "X-induced" and its noun
_RELATIVE = frozenset({"verb", "change", "involve", "result"})  # not "become": 受损的 X


def folded(items: list[Item]) -> tuple[list[Item], list[Statement]]:
    """Grouped Chinese items with such phrases folded, and what the phrases state."""
    items, found = _classes(items)
    for fold in (_relatives, _places):
        items, more = fold(items)
        found += more
    return items, found


def joined(items: list[Item]) -> tuple[list[Item], list[Statement]]:
    """Grouped English items with "X-induced Y" folded into Y, and what it states; where Y is no mention, the whole is
    none."""
    items = _unclassed(items)
    result: list[Item] = []
    found: list[Statement] = []
    for at, item in enumerate(items):
        if item.cue is None or item.cue.side != "joined" or not result or result[-1].kind != "group":
            result.append(item)
            continue
        head = result.pop()
        if item.word.endswith("ing"):
            continue  # ubiquitin-modifying X: what X does
        tail = at + 1
        while tail < len(items) and items[tail].kind in ("fill", "other", "prop", "nominal"):
            tail += 1
        if tail < len(items) and items[tail].kind == "group" and tail - at <= _FURTHEST:
            found += [
                Statement(signed(item.type, head.sign, items[tail].sign), one, other, item.start, item.end)
                for one in head.members
                for other in items[tail].members
            ]
        else:
            result.append(Item("other", head.start, item.end))
    return result, found


def _unclassed(items: list[Item]) -> list[Item]:
    """The items with what only modifies another noun as any other word: "apoptotic genes", "nuclear X"."""
    result = list(items)
    for at, item in enumerate(items):
        if item.kind != "group" or item.members[-1].type == "gene":
            continue
        after = items[at + 1] if at + 1 < len(items) else None
        if after is not None and after.word in marks("class"):
            result[at] = result[at + 1] = Item("other", item.start, after.end)
        elif (
            item.members[-1].type == "organelle"
            and item.text.endswith(_ADJECTIVE_ENDINGS)
            and (after is None or after.kind not in ("prop", "nominal", "turner"))
        ):
            result[at] = Item("other", item.start, item.end)
    return result


def _classes(items: list[Item]) -> tuple[list[Item], list[Statement]]:
    """自噬相关基因 Atg5: a class named after a process, and its members."""
    result: list[Item] = []
    found: list[Statement] = []
    at = 0
    while at < len(items):
        item = items[at]
        end = at + 1
        while end < len(items) and items[end].kind == "class":
            end += 1
        while at + 1 < end < len(items) and items[end].kind in ("fill", "comma") and _is_list_mark(items[end]):
            end += 1
        if (
            item.kind == "group"
            and at + 1 < end < len(items)
            and items[end].kind == "group"
            and item.members[-1].type in ("process", "organelle")
            and all(m.type == "gene" for m in items[end].members)
        ):
            classes = [i for i in items[at + 1 : end] if i.kind == "class"]
            word = next((i for i in classes if i.type != "involved_in"), classes[0])
            place = item.members[-1].type == "organelle"
            # Only the last of coordinated names makes the class: 转录调控骨形成相关蛋白.
            named = Item("group", item.start, item.end, members=item.members[-1:])
            found += _stated(word, items[end], named, "located_in" if place else word.type, 1)
            items[end].sign, items[end].turned = item.sign, item.turned
            if result and result[-1].word in PREFIXES:
                result.pop()  # 抗凋亡蛋白 X: what X is called
            at = end
            continue
        result.append(item)
        at += 1
    return result, found


def _is_list_mark(item: Item) -> bool:
    return item.word in ("如", "例如", "包括", "比如")


def _relatives(items: list[Item]) -> tuple[list[Item], list[Statement]]:
    """X 诱导的 Y. Where X or Y is no mention the phrase is not one of its other end either."""
    result: list[Item] = []
    found: list[Statement] = []
    at = 0
    while at < len(items):
        item = items[at]
        if item.kind in _RELATIVE and at + 1 < len(items) and items[at + 1].kind == "de" and result:
            before = len(result) - 1
            while before > 0 and result[before].kind == "fill":
                before -= 1
            target = at + 2
            while target < len(items) and items[target].kind in ("other", "fill", "prop"):
                target += 1
            head = result[before]
            if head.kind in ("group", "other") and target < len(items) and items[target].kind == "group":
                if before and result[before - 1].kind in ("dui", "passive", "de"):
                    result.append(item)
                    at += 1
                    continue
                if head.kind == "group":
                    found += _stated(item, head, items[target], item.type, head.sign)
                del result[before:]
                at = target
                continue
        result.append(item)
        at += 1
    return result, found


def _places(items: list[Item]) -> tuple[list[Item], list[Statement]]:
    """细胞表面的 X, 膜上的 X: what is there."""
    result: list[Item] = []
    found: list[Statement] = []
    for at, item in enumerate(items):
        if (
            item.kind == "group"
            and item.members[0].type == "gene"
            and at >= 2
            and (place := _place(items, at - 2 if items[at - 1].kind == "de" else at - 1)) is not None
        ):
            for head in item.members:
                for tail in place.members:
                    found.append(Statement("located_in", head, tail, items[at - 1].start, items[at - 1].end))
        result.append(item)
    return result, found


def _place(items: list[Item], at: int) -> Item | None:
    words = 0
    while at >= 0 and items[at].kind in ("inend", "prop"):
        at -= 1
        words += 1
    item = items[at] if at >= 0 else None
    if item is None or item.kind != "group" or item.members[-1].type != "organelle":
        return None
    return item if words else None


def _stated(trigger: Item, heads: Item, tails: Item, type_: str, sign: int) -> list[Statement]:
    return [
        Statement(signed(type_, sign), head, tail, trigger.start, trigger.end)
        for head in heads.members
        for tail in tails.members
    ]
