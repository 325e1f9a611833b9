"""What both grammars keep while they read a sentence: who acts, through what, and what was said of it."""

from __future__ import annotations

from pipeline.document import Mention
from pipeline.relations.polarity import SIGNS, is_disorder, signed
from pipeline.relations.statements import End, Statement
from pipeline.relations.triggers import Cue, Item


class Reader:
    """State of one sentence.

    agents: who acts on what comes, with the sign of the change in them; cause: they act on changes of other
    subjects too (敲除 X 后，Y 减少). steps: what the agents did since the last 从而; sources: the steps before it.
    lead: the first subject of the sentence, which 它 goes back to. parallel: the verb that comes is joined to the one
    before by 和 or 、, and no step that follows from it.
    """

    TURNS = ("positively_regulates", "negatively_regulates", "regulates")

    def __init__(self) -> None:
        self.found: list[Statement] = []
        self.agents: list[End] = []
        self.lead: Item | None = None
        self.cause = False
        self.known = True
        self.steps: list[End] = []
        self.sources: list[End] = []
        self.means = self.by_means = False
        self._last: tuple[Item, list[End], int, str] | None = None
        self._supposed = False
        self._supposed_here = self._for_good = False
        self.begin_clause()

    def begin_clause(self) -> None:
        """Forgets what belongs to one clause."""
        self.noun: Item | None = None
        self.noun_foreign = False
        self.topic: Item | None = None
        self.topic_foreign = False
        self.patient: Item | None = None
        self.partner: list[Mention] = []
        self.place: Item | None = None
        self.where: Item | None = None
        self.parallel = False
        self.passive = self.on = self.joined = self.serial = self.negated = self.silent = False
        self.acted = self.chained = self.means_only = self.denied = False
        self.first: Item | None = None
        if not self.by_means:
            self.sources = []
        self._supposed_here = False

    def foreign(self) -> None:
        """Takes note of a noun that is no mention; after a knocked-out gene it only carries it (敲除 X 的小鼠)."""
        if self.joined:
            # 与 ZEB1 特异位点结合 is binding of ZEB1; 与细胞膜上的受体结合 is not binding of the membrane.
            if self.noun is not None and self.noun.members[0].type == "organelle":
                self.noun = None
        elif (self.noun is None or not self.noun.turned) and not self.means:
            self.noun, self.noun_foreign = None, True

    def speech(self) -> None:
        """Starts afresh after "we found that"; a denial goes on ("no evidence shows that")."""
        self.noun, self.noun_foreign, self.silent = None, False, False
        self.denied = self.negated
        if not self.cause:
            self.agents, self.steps = [], []

    def speculate(self, item: Item) -> None:
        """Takes what follows for supposed."""
        self._supposed = self._supposed_here = True
        self._for_good = self._for_good or item.kind == "lasting"

    def then(self) -> None:
        """Takes the steps so far for the causes of what follows (从而)."""
        if self.steps:
            self.sources, self.steps = self.steps, []
            self.by_means = self.by_means or self.means
            self.chained = True
        self.serial = self.means = False

    def act(self, noun: Item, *, cause: bool = False) -> None:
        """Makes `noun` the subject."""
        if not self._supposed_here and not self._for_good:
            self._supposed = False
        self.agents = [End(m, noun.sign) for m in noun.members]
        if self.lead is None and not cause:
            self.lead = noun
        self.cause = cause
        self.acted = True
        self.steps, self.sources, self.by_means = [], [], False

    def via(self, noun: Item) -> None:
        """Makes `noun` a step of what follows, without a statement of its own (通过 X)."""
        if self.noun is not None:
            self.act(self.noun)
        self.sources = [End(m, noun.sign) for m in noun.members]
        self.noun, self.means, self.means_only = None, False, True

    def subject(self) -> list[Mention]:
        """The mentions that act on what comes."""
        if self.noun is not None:
            return list(self.noun.members)
        return [] if self.noun_foreign else [a.mention for a in self.agents]

    def active(self, trigger: Item, target: Item, sign: int, type_: str, *, condition: bool = False) -> None:
        """States that the subject does `type_` to `target`; `sign` is of a change named with the target."""
        if self.noun is not None:
            self.act(self.noun)
        elif self.noun_foreign and not self.cause:
            self.agents = []
            self.steps, self.sources, self.known = [], [], False
        elif not self.agents and self.known and self.steps and not self.serial and trigger.kind == "result":
            # 激活 X，引起 Y: the first clause has no subject and is one.
            self.agents, self.steps = self.steps, []
        if self.serial or (self.means and self.steps and not self.parallel):
            self.by_means = self.means
            self.then()
            if not self.agents and not self.noun_foreign:
                self.agents = self.sources
        self.noun, self.noun_foreign = None, False
        better = self.bettered(trigger, self.agents, target)
        sign *= better
        if better:
            self.state(trigger, self.agents, target, sign, type_)
        effect = SIGNS.get(type_, 0) * sign * target.sign
        if self.sources and better:
            self.state(trigger, [e for e in self.sources if e not in self.agents], target, sign, type_)
        self.parallel = False
        if not self.negated and better and type_ in SIGNS:
            self.steps += [End(m, effect) for m in target.members]
        self.acted = True
        if condition and not self.agents:
            self.agents = [End(m, effect) for m in target.members]
        self.serial = True
        self.negated = self.denied

    def bettered(self, trigger: Item, heads: list[End], target: Item) -> int:
        """1 or -1, as `trigger` takes its usual sign or the other; 0 where what is made better is not clear.

        A disorder is made better by becoming less. A rescue by a knock-out is of another one's effect.
        """
        if trigger.kind not in ("improve", "rescue") and not trigger.word.startswith("保护"):
            return 1
        if trigger.kind == "rescue" and any(h.sign < 0 for h in heads):
            return 0
        if is_disorder(target.text):
            return -trigger.effect
        return 1 if trigger.effect > 0 else 0

    def needs(self, trigger: Item, target: Item) -> None:
        """States that what the subject needs acts on it (Y 依赖 X)."""
        sign = self.noun.sign if self.noun is not None else 1
        for tail in self.subject():
            group = Item("group", 0, 0, members=(tail,), sign=sign)
            self.state(trigger, [End(m) for m in target.members], group, 1, trigger.type)
        self.noun, self.negated = None, self.denied

    def event(self, noun: Item, trigger: Item) -> None:
        """Takes a change of `noun` itself: an effect where a cause is known, else a cause of what follows."""
        sign = trigger.effect * (noun.sign if noun.turned else 1)
        if self.cause and not noun.turned:
            self.state(trigger, self.agents, noun, 1, trigger.type)
            if self.sources:
                self.state(trigger, self.sources, noun, 1, trigger.type)
            self.steps += [End(m, sign) for m in noun.members]
        elif self.chained and not self.noun_foreign:
            self.state(trigger, [*self.agents, *self.sources], noun, 1, trigger.type)
            self.steps += [End(m, sign) for m in noun.members]
        else:
            self.act(noun)
            self.agents = [End(m, sign) for m in noun.members]
        self.noun, self.negated = None, self.denied

    def state(self, trigger: Item, heads: list[End], target: Item, sign: int, type_: str) -> None:
        """Writes down one statement for each head and each member of `target`."""
        if self.silent:
            return
        self._last = (trigger, heads, sign, type_)
        for end in heads:
            for tail in target.members:
                # involved_in is what a process has, not a gene: "mediates X" of a gene says nothing we have a type for.
                if end.mention is not tail and (type_ != "involved_in" or tail.type == "process"):
                    self.write(trigger, signed(type_, end.sign, sign, target.sign), end.mention, tail)

    def repeat(self, groups: list[Item]) -> bool:
        """States of more targets what was stated in the clause before; False where nothing was."""
        if self._last is None:
            return False
        for group in groups:
            self.state(self._last[0], self._last[1], group, *self._last[2:])
        return True

    def forget(self) -> None:
        """Lets no later name be one more target of what was stated last."""
        self._last = None

    def pair(self, trigger: Item, first: list[Mention], second: list[Mention]) -> None:
        """States that each of `first` interacts with each of `second`, the one that stands first as head."""
        for one in first:
            for other in second:
                head, tail = sorted((one, other), key=lambda m: m.start)
                if head is not tail and "process" not in (head.type, tail.type) and not self.silent:
                    self.write(trigger, "interacts_with", head, tail)
        self.agents = [End(m) for m in first]
        self.acted = True
        self.negated = self.denied

    def place_in(self, trigger: Item, heads: list[Mention], place: Item) -> None:
        """States that the heads are in `place`, or for "hold" triggers the other way round."""
        inside, where = heads, list(place.members)
        if trigger.kind == "hold":
            inside, where = where, inside
        for head in inside:
            for tail in where:
                if tail.type == "organelle" and head is not tail and not self.silent:
                    self.write(trigger, "located_in", head, tail)
        if heads:
            self.agents = [End(m) for m in heads]
            if self.lead is None:
                self.lead = Item("group", place.start, place.end, members=tuple(heads))
        self.acted = True
        self.noun, self.negated = None, self.denied

    def write(self, trigger: Item, type_: str, head: Mention, tail: Mention) -> None:
        """Adds one statement with the flags that hold here."""
        self.found.append(Statement(type_, head, tail, trigger.start, trigger.end, self.negated, self._supposed))

    def compounded(self, first: Item, second: Item) -> Item | None:
        """Two verbs in a row as one (参与调控, 诱导激活); None if the first does not lean on the second."""
        sign = first.effect * second.effect
        type_ = second.type if first.kind == "involve" or not sign else signed("positively_regulates", sign)
        cue = Cue(first.word + second.word, second.kind, type_, sign)
        return Item(second.kind, first.start, second.end, cue)
