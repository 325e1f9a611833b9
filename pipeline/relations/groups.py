"""Which mentions stand together: glosses, coordinations, and what a knock-out is of."""

from __future__ import annotations

from pipeline.document import Mention
from pipeline.relations.triggers import TRIGGER_KINDS, Cue, Item

_TRANSPARENT = frozenset({"fill", "prop", "de", "class"})
# Coordinated names may have a word before the later ones: 肿瘤细胞的增殖和血管的生成.
_ENDS_TURNER = frozenset({"comma", "then", "prep", "be", "relative", "speech", "verb", "result", "change", "agent"})
_LONGEST_MODIFIER = 12
# 抗 before a process says what it is against, before a gene it makes an antibody's name.
_ANTIBODIES = frozenset({"抗体", "中和抗体", "antibody", "antibodies"})
_AGAINST = frozenset({"抗", "anti"})
_NOT = Item("negation", 0, 0, Cue("不", "negation"))
_ANTI = Item("turner", 0, 0, Cue("抗", "turner", sign=-1, side="any"))


def grouped(items: list[Item]) -> list[Item]:
    """The items with glosses left out, what stands in other brackets dropped, coordinated mentions in one group.

    What is named only to be left out ("but not X", 而非 X) is dropped too.
    """
    return _turned(_uncontrasted(_coordinated(_apposed(_unbracketed(items)))))


def _unbracketed(items: list[Item]) -> list[Item]:
    """Without brackets: a gloss goes with them, a list of members stays, anything else goes."""
    result: list[Item] = []
    at = 0
    while at < len(items):
        if items[at].kind != "open":
            if items[at].kind not in ("close", "quote"):
                result.append(items[at])
            at += 1
            continue
        close = _closing(items, at)
        inside = items[at + 1 : close]
        groups = [i for i in inside if i.kind == "group"]
        if groups and all(i.kind in ("group", "list", "with", "comma", "prop", "fill") for i in inside):
            before = result[-1] if result else None
            if before and before.kind == "group":
                if not _is_gloss(before, inside):
                    before.members += tuple(m for g in groups for m in g.members)
            else:
                result.append(_merged(groups))
        at = close + 1
    return result


def _closing(items: list[Item], at: int) -> int:
    depth = 0
    for index in range(at, len(items)):
        depth += {"open": 1, "close": -1}.get(items[index].kind, 0)
        if not depth:
            return index
    return at


def _is_gloss(before: Item, inside: list[Item]) -> bool:
    """Whether a bracket gives other names of what stands before it: of one layer, at most two, and no list."""
    groups = [i for i in inside if i.kind == "group"]
    if any(i.kind in ("list", "with") for i in inside) or len(groups) > 2:
        return False
    first = before.members[-1]
    return all(_same_concept(first, g.members[0]) for g in groups)


def _same_concept(first: Mention, second: Mention) -> bool:
    if first.type != second.type:
        return True  # the layer of one is wrong, or the bracket is an aside; either way no second end
    return not (first.concepts and second.concepts) or bool(set(first.concepts) & set(second.concepts))


def _apposed(items: list[Item]) -> list[Item]:
    """Two names side by side: another name of the same thing, a class and its member, or a place and what is there."""
    result: list[Item] = []
    for item in items:
        last = result[-1] if result else None
        if item.kind != "group" or last is None or last.kind != "group":
            result.append(item)
            continue
        first, second = last.members[-1], item.members[0]
        if first.type == second.type == "process":
            result[-1] = _merged([last, item])
        elif first.type == second.type and set(first.concepts) & set(second.concepts):
            continue
        else:
            result[-1] = item
    return result


def _coordinated(items: list[Item]) -> list[Item]:
    result: list[Item] = []
    for at, item in enumerate(items):
        if item.kind == "group" and (first := _coordinated_with(result, items[at + 1 :], item)) is not None:
            joint = result[first + 1 :]
            merged = _merged([result[first], item])
            merged.split = result[first].split
            if any(i.kind == "with" for i in joint):
                merged.split = merged.split or len(result[first].members)
            elif not merged.split and joint and _joins_last(items, at):
                merged.split = -len(item.members)
            del result[first:]
            result.append(merged)
        else:
            result.append(item)
    return result


def _joins_last(items: list[Item], at: int) -> bool:
    """Whether the group at `at` is the last of a coordination (和 before it, not 、)."""
    return at > 0 and items[at - 1].word in ("和", "及", "and")


def _coordinated_with(before: list[Item], rest: list[Item], item: Item) -> int | None:
    """Index in `before` of the group that `item`, right after it, is coordinated with; rest: what comes after it."""
    at, after = len(before) - 1, rest[:1]
    if item.members[0].type == "process" and after and after[0].kind == "class":
        return None  # A 及凋亡基因 B: the process is no partner of A
    if at > 0 and before[at].kind == "comma" and before[at - 1].kind == "group":
        # "A, B, C" without 、: only between names of one layer, where no verb follows.
        same = before[at - 1].members[-1].type == item.members[0].type
        ends = (
            not after or after[0].kind in ("comma", "list", "with", "stop", "inend") or after[0].word in ("等", "etc")
        )
        # "A activates B, C and D inhibit E": C and D are the next clause's subject.
        another = _has_verb(before[:at]) and _is_subject(rest)
        return at - 1 if same and ends and not another else None
    if at >= 0 and before[at].kind == "de":
        at -= 1
    while at >= 0 and before[at].kind in ("other", "prop", "fill", "class"):
        if item.start - before[at].start > _LONGEST_MODIFIER:
            return None
        at -= 1
    if at < 0 or before[at].kind not in ("list", "with"):
        return None
    if after and _is_finite(after[0]) and _has_verb(before):
        return None  # "A activates B and C inhibits D"
    while at >= 0 and before[at].kind in ("list", "with"):
        at -= 1
    if (
        at > 0
        and before[at].kind == "comma"
        and before[at + 1].word in ("and", "or")
        and len(before[at - 1].members) > 1
    ):
        at -= 1  # "A, B, and C"; in Chinese a comma before 和 begins another clause
    generic = False
    while at >= 0 and before[at].kind in _TRANSPARENT:
        generic = generic or before[at].kind == "class"
        at -= 1
    if at < 0 or before[at].kind != "group":
        return None
    # 信号转导蛋白以及 X: the process only names the class.
    return None if generic and before[at].members[-1].type == "process" else at


def _is_subject(rest: list[Item]) -> bool:
    """Whether a list goes on in `rest` and a verb follows it."""
    if not rest or rest[0].kind not in ("list", "with"):
        return False
    verb = next((i for i in rest if i.kind not in ("list", "with", "group", "other", "prop", "fill")), None)
    return verb is not None and verb.kind in TRIGGER_KINDS


def _is_finite(item: Item) -> bool:
    return item.side in ("third", "past")


def _has_verb(before: list[Item]) -> bool:
    """Whether the clause so far has a trigger."""
    for item in reversed(before):
        if item.kind == "comma":
            return False
        if item.type and item.kind != "nominal":
            return True
    return False


def _uncontrasted(items: list[Item]) -> list[Item]:
    result: list[Item] = []
    at = 0
    while at < len(items):
        item = items[at]
        not_ = item.word == "not" and bool(result) and result[-1].word in ("but", "and", ",")
        if not not_ and item.kind != "contrast":
            result.append(item)
            at += 1
            continue
        end = at + 1
        while end < len(items) and items[end].kind in ("fill", "other", "prop", "de", "prep"):
            end += 1
        if end == len(items) or items[end].kind != "group":
            result.append(_NOT if item.kind == "contrast" else item)
            at += 1
            continue
        if item.kind != "contrast":
            while result and result[-1].kind in ("comma", "list"):
                result.pop()
        at = end + 1
        while at < len(items) and items[at].kind in ("prop", "turner"):
            at += 1
        if item.kind != "contrast" and at + 1 < len(items) and items[at].word == ",":
            at += 1
    return result


def _merged(groups: list[Item]) -> Item:
    members = tuple(m for g in groups for m in g.members)
    return Item(
        "group",
        groups[0].start,
        groups[-1].end,
        members=members,
        sign=groups[0].sign,
        turned=groups[0].turned,
        text=groups[-1].text,
    )


def _turned(items: list[Item]) -> list[Item]:
    """The items without words of knock-out and over-expression, which are marked on the group they belong to."""
    result: list[Item] = []
    pending: Item | None = None
    for at, item in enumerate(items):
        if item.kind == "turner":
            if item.word == "without" and _gerund_follows(items, at):
                result.append(Item("negation", item.start, item.end, item.cue))
                continue
            if item.word in _AGAINST and not _next_is_gene(items, at):
                continue
            before_only = item.side == "before"
            if not before_only and (owner := _owner(result, item)) is not None:
                _turn(owner, item)
            elif item.side != "after":
                pending = item
            continue
        if item.kind == "verb" and item.word in _AGAINST and _next_is_gene(items, at):
            pending = _ANTI
            continue
        if item.kind == "group" and pending is not None:
            _turn(item, pending)
            pending = None
        elif item.kind in _ENDS_TURNER:
            if (
                pending is not None
                and item.kind in ("verb", "result", "change")
                and result
                and result[-1].kind in ("other", "class")
            ):
                result.append(Item("other", pending.start, item.start))  # 敲除特异性基因 | 导致
            pending = None
        result.append(item)
    return result


def _gerund_follows(items: list[Item], at: int) -> bool:
    return at + 1 < len(items) and items[at + 1].side == "gerund"


def _next_is_gene(items: list[Item], at: int) -> bool:
    after = items[at + 1] if at + 1 < len(items) else None
    return after is not None and after.kind == "group" and after.members[0].type == "gene"


def _owner(before: list[Item], turner: Item) -> Item | None:
    """The group that a turner directly after `before` belongs to: MGP 基因 | 敲除, DNA甲基化的广泛 | 丧失."""
    for item in reversed(before):
        if item.kind == "group":
            return item
        if item.kind not in ("prop", "de", "class") and not (item.kind == "fill" and turner.effect < 0):
            return None
    return None


def _turn(group: Item, turner: Item) -> None:
    if group.turned and (turner.effect > 0 or turner.word in _ANTIBODIES):
        return  # an "anti-X antibody" turns once
    group.sign = turner.effect if not group.turned else group.sign * turner.effect
    group.turned = True
