"""What a Chinese sentence states: its clauses are read from left to right, with the subject carried along."""

from __future__ import annotations

from dataclasses import replace

from pipeline.relations.chinese_places import PlaceReader
from pipeline.relations.clauses import chinese_clauses, is_relation_of, is_treatment
from pipeline.relations.objects import chinese_object, names_another, skip_fill
from pipeline.relations.phrases import PREFIXES, folded
from pipeline.relations.statements import End, Statement
from pipeline.relations.triggers import CHANGES, TRIGGER_KINDS, Item

_SKIPPED = frozenset({"other", "prop", "de", "fill", "group", "class", "list", "inend"})
_MODALS = ("会", "可", "可以", "能", "能够", "将")
_HAVING = ("具有", "有", "具有明显的")
_LEANED_ON = CHANGES | {"verb", "involve", "result"}
_PRONOUNS = ("它", "它们")
_ALSO = ("也", "亦", "还")


def read_chinese(items: list[Item]) -> list[Statement]:
    """The statements of a sentence, given as items that are grouped, in the order of their triggers."""
    items, found = folded(items)
    start = 0
    for end in [i for i, item in enumerate(items) if item.kind == "stop"] + [len(items)]:
        reader = _ChineseReader()
        for clause, condition in chinese_clauses(items[start:end]):
            reader.clause(clause, condition=condition)
        found += reader.found
        start = end + 1
    return found


class _ChineseReader(PlaceReader):
    """Reads clauses; holds what the next clause may leave out.

    conditioned: the clause before was a condition of this one. weakened: -1 after 减弱对, else 1.
    """

    def __init__(self) -> None:
        super().__init__()
        self.conditioned = False
        self.weakened = 1

    def clause(self, items: list[Item], *, condition: bool) -> None:
        """Takes one clause into `found`. `condition`: it ends in 后, so what it says is the cause of what follows."""
        silent = self.silent
        self.begin_clause()
        self.silent = silent and (self.conditioned or (bool(items) and items[0].kind in ("and", "dui", "then")))
        self.conditioned = condition
        self.moved = None
        if not condition and self._continues_list(items):
            return
        items = self._without_place(items)
        at = 0
        while at < len(items):
            if items[at].kind == "with" and is_relation_of(items, at):
                self.foreign()
                self.agents, self.steps, self.sources, self.serial = [], [], [], False
            at = self._step(items, at, condition=condition)
        if self.noun is not None and self.noun.turned:
            self.act(self.noun, cause=True)
        elif not self.acted and not self.silent:
            self._keep_topic()
        if condition:
            self.cause = True
            ended = bool(items) and items[-1].kind == "verb" and not any(i.turned for i in items)
            if ended or is_treatment(items):
                self.agents, self.cause = [], not ended  # 自噬启动后: only the time

    def _keep_topic(self) -> None:
        """X 是…, X 在…中 as clauses of their own: X goes on as the subject."""
        subject = self.topic or self.first
        if subject is not None and not self.on:
            self.act(subject)

    def _step(self, items: list[Item], at: int, *, condition: bool) -> int:
        item = items[at]
        kind = item.kind
        if kind == "group":
            self._group(items, at)
        elif kind == "other":
            self.foreign()
        elif kind == "speech":
            self.speech()
        elif kind == "then" and not (at == 0 and item.word == "而"):
            self.then()
        elif kind in ("and", "list", "then"):
            self.serial = False
            after = skip_fill(items, at + 1)
            if kind != "then" and after < len(items) and items[after].kind in _LEANED_ON:
                self.parallel = True
                if kind == "list":
                    self.noun = None  # X、促进 Y: X is no subject
        elif kind == "means":
            self.means = True
            self.steps, self.sources = [], []
        elif kind == "copula":
            self.topic = self.noun
        elif kind == "pronoun" and item.word in _PRONOUNS and self.lead is not None and not self.acted:
            self.act(self.lead)
        elif kind == "with":
            if self.noun is not None:
                self.act(self.noun)
            self.partner = self.subject()
            self.noun, self.joined = None, True
        elif kind == "passive":
            self.patient, self.noun, self.passive = self.noun, None, True
        elif kind == "dui":
            self.topic, self.noun, self.on = self.noun, None, True
            self.topic_foreign, self.noun_foreign = self.noun_foreign, False
        elif kind == "negation":
            self.negated = True
        elif kind in ("speculative", "lasting"):
            self.speculate(item)
        elif kind == "sit" and self.where is not None:
            self.place_in(item, self.subject(), self.where)
        elif kind == "plain":
            return self._without_object(items, at)
        elif kind in ("aim", "question"):
            self.silent = True
        elif kind in TRIGGER_KINDS:
            return self._trigger(items, at, condition=condition)
        return at + 1

    def _group(self, items: list[Item], at: int) -> None:
        item = items[at]
        if at + 1 < len(items) and items[at + 1].kind != "other" and names_another(items[at + 1], item):
            self.noun, self.noun_foreign = None, True  # 钙化因子, 自噬相关基因: no named thing
            return
        if at > 1 and items[at - 1].word == "将" and items[at - 2].kind in ("group", "other"):
            self.moved = item
            return
        if at and items[at - 1].word in _HAVING and (self.agents or self.noun_foreign):
            return  # 并具有 X 活性: said of the subject
        opens = not any(i.kind == "other" for i in items[:at])
        if (
            self.first is None
            and opens
            and not (at + 1 < len(items) and items[at + 1].kind in ("de", "class", "other"))
        ):
            self.first = item
        if self.noun is not None and self.noun.turned:
            self.act(self.noun, cause=True)
        if item.split > 0 and is_relation_of(items, len(items)):
            item = replace(item, members=item.members[item.split :], split=0)  # A 与 | B 增强 Y 有关
        if self.means and item.turned:
            self.means = False
        elif self.means and not any(i.kind in TRIGGER_KINDS for i in items[:at][-3:]) and self.subject():
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
        if kind == "appear" and not self.cause:
            return at + 1
        if kind in ("part", "class"):
            self._part(item)
            return at + 1
        if self.on:
            return self._effect_on(items, at)
        if item.word in PREFIXES and at and items[at - 1].kind == "de":
            return self._past_object(items, at + 1) + 1  # X 的促 Y 作用
        if self._is_noun(items, at):
            self.foreign()
            return at + 1
        if kind in CHANGES and at + 1 < len(items) and items[at + 1].kind == "de":
            return at + 1  # 增多的 X: said of X in passing
        if kind == "become" and at + 1 < len(items) and items[at + 1].kind in ("group", "other"):
            return at + 1  # 受损 X: the same
        follower = skip_fill(items, at + 1)
        leans = kind not in CHANGES or item.type == "regulates"
        if follower < len(items) and items[follower].kind in _LEANED_ON and leans:
            if follower + 1 < len(items) and items[follower].kind in CHANGES and items[follower + 1].kind == "de":
                self._without_object(items, at)
                return self._past_object(items, follower + 1)  # 清除受损的 X: not X itself
            joined = self.compounded(item, items[follower])
            if joined is not None:
                items[follower] = joined
                return follower
        if follower < len(items) and items[follower].kind == "dui" and item.effect:
            self.weakened = item.effect  # 减弱对 Y 的抑制
            if self.noun is not None:
                self.act(self.noun)
                self.noun = None
            return follower
        foreign = skip_fill(items, at + 1, extra=("other",))
        if foreign < len(items) and items[foreign].kind == "dui" and item.effect:
            return self._of_others(items, foreign)
        found = chinese_object(items, at + 1, topic=self.topic is not None)
        if found is not None and found[1] < len(items) and items[found[1]].kind == "dui":
            return self._nested(items, found[1], found[0])
        if self.passive and found is None:
            self._passive(item)
            return at + 1
        if found is None:
            return self._without_object(items, at)
        target, end, sign, type_ = found
        if kind == "need":
            self.needs(item, target)
            return end
        if target is not None and self._is_deed(items, at, end):
            self.act(target)
            self.agents = [End(m, item.effect * sign * target.sign) for m in target.members]
            return end
        adds = any(i.word.startswith(_ALSO) for i in items[:at]) or (at > 0 and items[at - 1].kind in ("and", "list"))
        if kind == "result" and self.noun is None and not self.noun_foreign and not self.serial and not adds:
            self.then()
        self.active(item, target, sign, type_ or item.type, condition=condition)
        if item.word in PREFIXES and end < len(items) and items[end].kind == "nominal":
            self.steps, self.serial = [], False  # 抗凋亡作用: a noun
        return end

    def _is_deed(self, items: list[Item], at: int, end: int) -> bool:
        """Whether a clause begins with a verb and its object as the subject of another verb: 抑制 X | 可以激活 Y."""
        if any(i.kind not in ("fill", "speech", "other") for i in items[:at]) or self.noun_foreign or self.noun:
            return False
        after = skip_fill(items, end)
        return (
            after < len(items)
            and items[after].type in self.TURNS
            and any(i.word.endswith(_MODALS) for i in items[end:after])
            and items[at].effect != 0
        )

    def _is_noun(self, items: list[Item], at: int) -> bool:
        """Whether a verb only makes another noun: X 的拮抗肽."""
        around = items[max(at - 1, 0) : at + 2]
        return (
            items[at].kind == "verb"
            and not self.passive
            and len(around) == 3
            and (around[0].kind, around[2].kind) == ("de", "other")
        )

    def _without_object(self, items: list[Item], at: int) -> int:
        item = items[at]
        after = skip_fill(items, at + 1)
        if item.kind in CHANGES and (after == len(items) or items[after].kind not in ("other", "group", "class")):
            if self.noun is not None:
                self.event(self.noun, item)
            return at + 1
        if self.noun is not None:
            self.act(self.noun)
        elif self.noun_foreign and not self.cause and not self.passive:
            self.agents, self.steps, self.sources, self.known = [], [], [], False
        self.noun, self.noun_foreign, self.negated = None, False, self.denied
        return self._past_object(items, at + 1)

    def _past_object(self, items: list[Item], at: int) -> int:
        """The index after an object that is no mention: 抑制 | B 细胞的 O | 从而."""
        while at < len(items) and items[at].kind in _SKIPPED and not items[at].turned:
            at += 1
        return at

    def _effect_on(self, items: list[Item], at: int) -> int:
        """X 对 Y 的抑制作用: the tail stands before the trigger."""
        item = items[at]
        target = self.noun
        if target is None:
            found = chinese_object(items, at + 1, topic=self.topic is not None)
            if found is None:
                return at + 1
            # 对 O 诱导的 Y 有抑制作用: the first verb belongs to the tail.
            self.noun = found[0]
            return found[1]
        following = skip_fill(items, at + 1)
        sign, self.weakened = self.weakened, 1
        if following < len(items) and items[following].kind in CHANGES:
            sign *= items[following].effect or 1
            at = following
        self.on = False
        self.noun, self.noun_foreign = self.topic, self.topic_foreign
        self.active(item, target, sign, item.type)
        return at + 1

    def _nested(self, items: list[Item], at: int, head: Item) -> int:
        """阻断 X 对 Y 的激活: what X does to Y, while the subject of the sentence stays."""
        if self.noun is not None:
            self.act(self.noun)
        self.noun = None
        tail = skip_fill(items, at + 1, extra=("other", "prop"))
        after = skip_fill(items, tail + 1, extra=("de", "other", "prop"))
        if after >= len(items) or items[tail].kind != "group" or not items[after].type:
            return at + 1
        heads = [End(m, head.sign) for m in head.members]
        self.state(items[after], heads, items[tail], 1, items[after].type)
        return after + 1

    def _of_others(self, items: list[Item], at: int) -> int:
        """削弱 O 对 Y 的抑制: nothing that the subject itself does to Y."""
        if self.noun is not None:
            self.act(self.noun)
        self.noun = None
        while at < len(items) and not items[at].type:
            at += 1
        return at + 1

    def _passive(self, item: Item) -> None:
        self.passive = False
        patient, agent = self.patient, self.noun
        self.noun = None
        if patient is None:
            return
        if agent is not None:
            self.state(item, [End(m, agent.sign) for m in agent.members], patient, 1, item.type)
            self.agents = [End(m, item.effect * agent.sign) for m in patient.members]
        elif not self.noun_foreign:
            self.event(patient, item)

    def _bind(self, items: list[Item], at: int) -> int:
        item = items[at]
        found = chinese_object(items, at + 1, topic=self.topic is not None)
        if self.on:
            return at + 1
        if self.joined and self.noun is not None:
            self.pair(item, self.partner, list(self.noun.members))
            self.noun, self.joined = None, False
        elif self.joined:
            self.joined = self.noun_foreign = False
        elif self.noun is not None and self.noun.split:
            members, split = list(self.noun.members), self.noun.split
            self.pair(item, members[:split], members[split:])
            if item.word.startswith("复合"):
                return at + 1
            self.noun = None
        elif found is not None and self.subject():
            self.pair(item, self.subject(), list(found[0].members))
            self.noun = None
            return found[1]
        return at + 1

    def _continues_list(self, items: list[Item]) -> bool:
        """生长，发育和转移: names after a comma with no predicate of their own go on with the last object."""
        kinds = {i.kind for i in items}
        if (
            not items
            or items[0].kind != "group"
            or items[0].turned
            or not kinds <= {"group", "fill", "prop", "de", "list", "class"}
        ):
            return False
        return self.repeat([i for i in items if i.kind == "group"])
