"""What a Chinese sentence states: its clauses are read from left to right, with the subject carried along."""

from __future__ import annotations

from collections.abc import Iterator

from pipeline.relations.phrases import folded
from pipeline.relations.reader import Reader
from pipeline.relations.statements import End, Statement
from pipeline.relations.triggers import TRIGGER_KINDS, Item

_AFTER_OBJECT = frozenset({"other", "class"})
_JOINS = frozenset({"de", "prop", "inend", "fill"})


def read_chinese(items: list[Item]) -> list[Statement]:
    """The statements of a sentence, in the order of their triggers."""
    items, found = folded(items)
    reader = _ChineseReader()
    for clause, condition in _clauses(items):
        reader.clause(clause, condition=condition)
    return [*found, *reader.found]


def _clauses(items: list[Item]) -> Iterator[tuple[list[Item], bool]]:
    """The stretches between commas, and whether one is a condition: 敲除 X 后 | 小鼠的 Y 受到抑制."""
    clause: list[Item] = []
    for item in items:
        if item.kind == "comma":
            yield clause, False
            clause = []
        elif item.kind == "after" and any(i.turned or i.kind in TRIGGER_KINDS for i in clause):
            yield clause, True
            clause = []
        else:
            clause.append(item)
    yield clause, False


class _ChineseReader(Reader):
    """Reads clauses; holds what the next clause may leave out."""

    def clause(self, items: list[Item], *, condition: bool) -> None:
        """Takes one clause into `found`. `condition`: it ends in 后, so what it says is the cause of what follows."""
        self.begin_clause()
        if self._continues_list(items):
            return
        items = self._without_place(items)
        at = 0
        while at < len(items):
            at = self._step(items, at, condition=condition)
        if self.noun is not None and self.noun.turned:
            self.act(self.noun, cause=True)
        if condition:
            self.cause = True

    def _step(self, items: list[Item], at: int, *, condition: bool) -> int:
        item = items[at]
        kind = item.kind
        if kind == "group":
            self._group(items, at)
        elif kind == "other":
            self.foreign()
        elif kind == "speech":
            self.speech()
        elif kind == "then":
            self.then()
        elif kind in ("and", "list"):
            self.serial = False
        elif kind == "means":
            self.means = True
        elif kind == "copula":
            self.topic = self.noun
        elif kind == "with":
            self.partner = self.subject()
            self.noun, self.joined = None, True
        elif kind == "passive":
            self.patient, self.noun, self.passive = self.noun or self.noun_before, None, True
        elif kind == "dui":
            self.topic, self.noun, self.on = self.noun, None, True
            self.topic_foreign, self.noun_foreign = self.noun_foreign, False
        elif kind == "negation":
            self.negated = True
        elif kind == "speculative":
            self.speculate(item)
        elif kind in ("aim", "question"):
            self.silent = True
        elif kind in TRIGGER_KINDS:
            return self._trigger(items, at, condition=condition)
        return at + 1

    def _group(self, items: list[Item], at: int) -> None:
        item = items[at]
        if self.noun is not None and self.noun.turned:
            self.act(self.noun, cause=True)
        if self.means and not any(i.kind in TRIGGER_KINDS for i in items[:at][-3:]) and self.noun is not None:
            # 通过 X 通路促进 Y: X is a step, the subject stays.
            self.via(item)
            return
        self.noun, self.noun_foreign = item, False

    def _trigger(self, items: list[Item], at: int, *, condition: bool) -> int:
        item = items[at]
        kind = item.kind
        if kind == "role":
            return self._role(items, at)
        if kind == "bind":
            return self._bind(items, at)
        if kind in ("locate", "move", "hold"):
            return self._locate(items, at)
        if kind in ("part", "class"):
            self._part(item)
            return at + 1
        if self.on:
            return self._effect_on(items, at)
        follower = self._next(items, at + 1)
        if follower < len(items) and items[follower].kind in ("verb", "change", "involve") and kind != "change":
            joined = self.compounded(item, items[follower])
            if joined is not None:
                items[follower] = joined
                return follower
        found = self._object(items, at + 1)
        if self.passive and found is None:
            self._passive(item)
            return at + 1
        if found is None:
            return self._without_object(items, at)
        target, end, sign, type_ = found
        self.active(item, target, sign, type_ or item.type, condition=condition)
        return end

    def _without_object(self, items: list[Item], at: int) -> int:
        item = items[at]
        if item.kind == "change" and self.noun is not None:
            self.event(self.noun, item)
            return at + 1
        if item.kind == "change":
            return at + 1
        if self.noun is not None:
            self.act(self.noun)
        elif self.noun_foreign and not self.cause:
            self.agents = []
        self.noun, self.noun_foreign, self.negated = None, False, False
        # The object is no mention: 抑制 B 细胞的 O 从而…
        at += 1
        while at < len(items) and items[at].kind in ("other", "prop", "de", "fill", "group", "class", "list", "inend"):
            at += 1
        return at

    def _effect_on(self, items: list[Item], at: int) -> int:
        """X 对 Y 的抑制作用: the tail stands before the trigger."""
        item = items[at]
        target = self.noun
        if target is None:
            found = self._object(items, at + 1)
            if found is None:
                return at + 1
            # 对 O 诱导的 Y 有抑制作用: the first verb belongs to the tail.
            self.noun = found[0]
            return found[1]
        following = self._next(items, at + 1)
        sign = 1
        if following < len(items) and items[following].kind == "change":
            sign = items[following].cue.sign if items[following].cue else 1
            at = following
        self.on = False
        self.noun, self.noun_foreign = self.topic, self.topic_foreign
        self.active(item, target, sign or 1, item.type)
        return at + 1

    def _passive(self, item: Item) -> None:
        self.passive = False
        patient, agent = self.patient, self.noun
        self.noun = None
        if patient is None:
            return
        if agent is not None:
            self.state(item, [End(m, agent.sign) for m in agent.members], patient, 1, item.type)
            self.agents = [End(m, (item.cue.sign if item.cue else 0) * agent.sign) for m in patient.members]
        elif not self.noun_foreign:
            self.event(patient, item)

    def _role(self, items: list[Item], at: int) -> int:
        """X 在 Y 中发挥作用: involved_in, or what the kind of the role says."""
        for index in range(at + 1, min(at + 7, len(items))):
            if items[index].kind == "nominal" or (items[index].cue and items[index].type in self.TURNS):
                place, self.place = self.place, None
                if place is not None:
                    noun = items[index]
                    plain = noun.cue is not None and noun.cue.word in ("作用", "角色")
                    self.active(noun, place, 1, "involved_in" if plain else noun.type)
                    return index + 1
                return at + 1
            if items[index].kind in ("comma", "group"):
                break
        return at + 1

    def _bind(self, items: list[Item], at: int) -> int:
        item = items[at]
        found = self._object(items, at + 1)
        if self.on:
            return at + 1
        if self.joined and self.noun is not None:
            self.pair(item, self.partner, list(self.noun.members))
            self.noun, self.joined = None, False
        elif self.noun is not None and self.noun.split:
            members, split = list(self.noun.members), self.noun.split
            self.pair(item, members[:split], members[split:])
        elif found is not None and self.subject():
            self.pair(item, self.subject(), list(found[0].members))
            self.noun = None
            return found[1]
        return at + 1

    def _locate(self, items: list[Item], at: int) -> int:
        item = items[at]
        heads = self.subject() if not self.passive else list(self.patient.members if self.patient else ())
        for index in range(at + 1, len(items)):
            other = items[index]
            if other.kind == "group":
                self.place_in(item, heads, other)
                return index + 1
            if other.kind not in ("other", "fill", "prop", "de", "class", "quote"):
                break
        return at + 1

    def _part(self, item: Item) -> None:
        """X 是 Y 的成分, X 是 Y 的调节因子."""
        if self.topic is None or self.noun is None or self.topic is self.noun:
            return
        if item.kind == "part":
            self.place_in(item, list(self.topic.members), self.noun)
        elif item.type != "involved_in":
            target, self.noun = self.noun, self.topic
            self.active(item, target, 1, item.type)

    def _object(self, items: list[Item], at: int) -> tuple[Item, int, int, str] | None:
        """The object after a verb, the index after it, the sign and type that a noun after it adds (Y 的激活)."""
        while at < len(items) and items[at].kind in ("other", "fill", "prop", "de", "list", "class", "quote"):
            at += 1
        if at >= len(items) or items[at].kind != "group":
            return None
        target = items[at]
        while (head := self._head_noun(items, at)) is not None:
            at, target = head, items[head]
        after = at + 1
        if after < len(items) and items[after].kind == "de":
            after += 1
            if self.topic is None and after < len(items) and items[after].kind in _AFTER_OBJECT:
                return None
        elif after < len(items) and items[after].kind in _AFTER_OBJECT:
            if not (items[after].kind == "class" and target.members[-1].type == "gene"):
                return None
        return (target, *self._changed(items, at))

    def _head_noun(self, items: list[Item], at: int) -> int | None:
        """Index of the noun that the group at `at` only modifies: 细胞表面的 | 受体."""
        after = at + 1
        while after < len(items) and items[after].kind in _JOINS:
            after += 1
        return after if at + 1 < after < len(items) and items[after].kind == "group" else None

    def _changed(self, items: list[Item], at: int) -> tuple[int, int, str]:
        after = self._next(items, at + 1, extra=("prop", "de", "class"))
        if after < len(items) and items[after].kind in ("change", "verb"):
            change = items[after]
            if self._object(items, after + 1) is None and (
                change.kind == "change" or after + 1 == len(items) or items[after + 1].kind in ("prop", "and", "list")
            ):
                sign = change.cue.sign if change.cue else 0
                return after + 1, sign or 1, "" if sign else "regulates"
        return at + 1, 1, ""

    def _next(self, items: list[Item], at: int, extra: tuple[str, ...] = ()) -> int:
        while at < len(items) and items[at].kind in ("fill", *extra):
            at += 1
        return at

    def _continues_list(self, items: list[Item]) -> bool:
        """生长，发育和转移: names after a comma with no predicate of their own go on with the last object."""
        kinds = {i.kind for i in items}
        if not items or items[0].kind != "group" or not kinds <= {"group", "fill", "prop", "de", "list", "class"}:
            return False
        self.repeat([i for i in items if i.kind == "group"])
        return True

    def _without_place(self, items: list[Item]) -> list[Item]:
        """The clause without 在…中: kept as the place of a role, as a cause (在 X 作用下), or not at all."""
        result: list[Item] = []
        at = 0
        while at < len(items):
            close = self._closing(items, at) if items[at].kind == "in" else None
            if close is None:
                result.append(items[at])
                at += 1
                continue
            inside = items[at + 1 : close]
            groups = [i for i in inside if i.kind == "group"]
            role = any(i.kind == "role" for i in items[close:])
            if any(i.kind in TRIGGER_KINDS and i.kind != "class" for i in inside) and role:
                result += inside
            elif groups and items[close].kind == "cause":
                self.act(groups[-1], cause=True)
            elif groups and role and inside[-1].kind != "other":
                self.place = groups[-1]
            elif groups and groups[-1].turned:
                self.act(groups[-1], cause=True)
            at = close + 1
        return result

    def _closing(self, items: list[Item], at: int) -> int | None:
        return next((i for i in range(at + 1, len(items)) if items[i].kind in ("inend", "after", "cause")), None)
