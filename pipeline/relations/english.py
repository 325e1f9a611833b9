"""What an English sentence states: its clauses are read from left to right, with the subject carried along."""

from __future__ import annotations

from pipeline.relations.clauses import english_clauses
from pipeline.relations.english_nouns import NounReader
from pipeline.relations.english_syntax import (
    has_own_subject,
    is_after_as,
    is_goal,
    is_indefinite,
    is_noun_phrase,
    is_predicate,
    lessen,
    nearest,
)
from pipeline.relations.marks import marks
from pipeline.relations.objects import english_object, skip_fill
from pipeline.relations.phrases import joined
from pipeline.relations.polarity import BY_SIGN
from pipeline.relations.statements import End, Statement
from pipeline.relations.triggers import TRIGGER_KINDS, Item

_ATTRIBUTES = frozenset({"prep", "plain", "de", "means", "agent", "verb", "change", "result", "hold", "nominal"})
_NOUNS = frozenset({"group", "prop", "other", "quote", "nominal"})
_LISTED = frozenset({"group", "prop", "other", "fill", "list", "de"})
_OWN_SUBJECT = frozenset({"whereas", "although", "though", "because", "since", "when", "where", "while", "unless"})
_OWN_CAUSE = frozenset({"with", "upon", "after", "following", "in response to"})
_BE = frozenset({"is", "are", "was", "were"})
_EXAMPLES = ("including", "such as")
_PLACES = frozenset({"locate", "move", "hold"})


def read_english(items: list[Item]) -> list[Statement]:
    """The statements of a sentence, given as items that are grouped, in the order of their triggers."""
    items, found = joined(items)
    reader = _EnglishReader()
    for opener, clause in english_clauses(items):
        reader.clause(opener, clause)
    return [*found, *reader.found]


class _EnglishReader(NounReader):
    """Reads clauses; holds what the next clause may leave out.

    be: a form of "be" came after the subject. inner: the last noun of a phrase that opens the clause. placing: the
    trigger of a place that more may follow. back: "by" came before a gerund (promotes Y by inhibiting Z).
    before: what the clause before ended in, which "which" goes back to. listing: that clause had a verb, so that names
    after it may be more of its objects. once: a verb in the past came, so that "and reduced" may be one more. lost: a
    relative clause is of no mention. named: the clause before was no more than a noun. opener: what began the clause.
    effects: how many verbs the subject has had.
    """

    def __init__(self) -> None:
        self.effects = 0
        super().__init__()
        self.known = False
        self.placing: Item | None = None
        self.before: list[Item] = []
        self.listing = self.once = self.named = False
        self.opener = ""

    def clause(self, opener: str, items: list[Item]) -> None:
        """Takes one clause into `found`; `opener` is the comma or conjunction before it."""
        self.begin_clause()
        self.opener = opener
        if opener in _OWN_SUBJECT and not self.cause and has_own_subject(items):
            self.agents, self.steps, self.known = [], [], False
        if self.listing and opener == "," and self._continues_list(items):
            return
        self.aside = self.be = self.back = self.verb = self.past = self.lost = False
        self.inner: Item | None = None
        at = self._more_places(items, 0, self.placing) if self.placing is not None else 0
        self.placing = None
        while at < len(items):
            at = self._step(items, at)
        self.before, self.listing = items, self.verb or any(i.word in _EXAMPLES for i in items)
        if self.noun is not None and self.noun.turned:
            self.act(self.noun, cause=True)
        self.named = not self.acted and not self.silent and not self.verb and (self.noun or self.first) is not None
        if self.named:
            self.act(self.noun or self.first or items[0])

    def then(self) -> None:
        """As every reader, but the parallel effects of a subject that is no mention are no causes of what follows."""
        if self.effects > 1 and not self.agents:
            self.steps = []
        self.effects = 0
        super().then()

    def act(self, noun: Item, *, cause: bool = False) -> None:
        """Makes `noun` the subject."""
        super().act(noun, cause=cause)
        self.effects = 0

    def _step(self, items: list[Item], at: int) -> int:
        item = items[at]
        kind = item.kind
        if kind == "group":
            self._group(items, at)
        elif kind == "other":
            self.inner = None
            if not self.aside and not (self.be and self.noun is not None and is_indefinite(items, at)):
                self.foreign()
        elif kind == "prep":
            self.aside, self.be = True, False
        elif kind == "de":
            self.aside = self.aside or self.noun is not None or self.noun_foreign
        elif kind == "be":
            self.be = True
        elif kind == "list":
            self.serial = False
            after = skip_fill(items, at + 1)
            if self.noun is not None and after < len(items) and items[after].side in ("third", "past"):
                self.noun = None  # "…, X and reduced Y": X is no subject
        elif kind == "agent":
            self.back = self.aside = True
        elif kind == "means":
            self.aside, self.be = True, False
        elif kind == "then":
            self.then()
        elif kind == "speech":
            self.aside = self.be = False
            self.speech()
        elif kind == "relative":
            self._relative(items, at)
        elif kind == "negation":
            self.negated = True
            self.be = self.be or item.word.split(" ")[0] in _BE
            self.serial = self.serial and item.word != "without"
        elif kind in ("speculative", "lasting"):
            self.speculate(item)
        elif kind in ("aim", "question"):
            self.silent = True
        elif kind == "plain":
            return self._without_object(items, at)
        elif kind in TRIGGER_KINDS:
            return self._trigger(items, at)
        return at + 1

    def _group(self, items: list[Item], at: int) -> None:
        item = items[at]
        self.back = False
        if self.be and self.noun is not None and is_indefinite(items, at) and not self.aside:
            return  # X is a Y: X stays the subject
        if self.aside:
            if item.turned and not self.verb:
                self.act(item, cause=True)
            if items[0].kind == "prep":
                self.inner = item
            return
        if self.noun is not None and self.noun.turned:
            self.act(self.noun, cause=True)
        self.noun, self.noun_foreign, self.be = item, False, False
        if self.first is None and not (at + 1 < len(items) and items[at + 1].kind == "other"):
            self.first = item

    def _relative(self, items: list[Item], at: int) -> None:
        """The antecedent of "which" is the noun right before it."""
        before = items[:at] or self.before
        if is_predicate(before):
            if at == 0:
                self.noun = None  # "X is a Y, which": X
            self.aside = self.be = False
            return
        self.aside = self.be = False
        noun = nearest(before)
        after = skip_fill(items, at + 1)
        if at == 0 and self.listing and after < len(items) and items[after].kind == "result":
            self.then()  # "X inhibits Y, which leads to Z"
            self.noun = None
        elif before and (before[-1].kind in _NOUNS or before[-1].kind == "list"):
            if len(before) > 2 and (before[-2].kind, before[-3].kind) == ("de", "other"):
                noun = None  # "a variant of X that": of either
            self.noun, self.noun_foreign = noun, noun is None
            self.lost = noun is None
        elif self.noun is None and not self.noun_foreign:
            self.noun = self.last

    def _continues_list(self, items: list[Item]) -> bool:
        """Names after a comma with no verb of their own are more objects of the verb before."""
        if not items or any(i.kind not in _LISTED for i in items) or not any(i.kind == "group" for i in items):
            return False
        self.repeat([i for i in items if i.kind == "group"])
        return True

    def _trigger(self, items: list[Item], at: int) -> int:
        item = items[at]
        side = item.side
        if item.kind == "nominal":
            return self._nominal(items, at)
        if item.word.endswith(" of") and item.kind in ("verb", "locate") and not self.be and not is_after_as(items, at):
            if any(i.kind not in ("fill", "other", "speculative") for i in items[:at]) or nearest(self.before) is None:
                self.aside = True  # "all components of Y"
                return at + 1
            self.noun = nearest(self.before)  # "X, a regulator of Y"
        if item.word == "bound" and self.noun is not None and self.noun.members[0].type == "organelle":
            return at + 1  # "membrane bound X"
        if item.kind == "bind" and side == "noun":
            return self._bound(items, at)
        if is_noun_phrase(items, at):
            if side == "base" and not self.aside:
                self.foreign()
            lessen(items, at)
            return at + 1
        following = skip_fill(items, at + 1)
        if (
            not self.be
            and item.word.split(" ")[0] in marks("participle")
            and side == "base"
            and at
            and items[at - 1].kind in _NOUNS
        ):
            # "genes | involved in Y": said of the noun right before
            self.noun = nearest(items[:at])
            if self.noun is None:
                self.aside = True
                return at + 1
        by = following < len(items) and items[following].kind == "agent"
        if side == "past" and (self.be or by):
            return self._passive(items, at)
        if side == "past" and self._is_attribute(items, at, following):
            if not at:
                lessen(items, at)
            return at + 1
        if side == "base" and self._is_noun(items, at):
            return at + 1
        if self.noun is None and self.inner is not None and not self.noun_foreign:
            self.noun = self.inner  # "In the vessel wall X promotes …"
        self.aside = False
        self.verb, self.past = True, side == "past"
        self.once = self.once or self.past
        return self._active(items, at)

    def _is_attribute(self, items: list[Item], at: int, following: int) -> bool:
        """Whether a participle belongs to the noun after it: "phosphorylated X binds"."""
        if not at and (self.opener in _OWN_SUBJECT or any(i.word.startswith("associated with") for i in self.before)):
            return True  # "while increased X", "associated with X, increased Y"
        before = next((i.kind for i in reversed(items[:at]) if i.kind != "fill"), "")
        if before in _ATTRIBUTES:
            return True
        if before == "list" and (self.named if at == 1 else not self.verb):
            return True  # "X, and increased numbers of Y": one more noun
        if (
            before in ("list", "")
            and not self.once
            and self.opener != "but"
            and (at or self.listing or not self.agents)
        ):
            return True
        if self.noun is not None or self.noun_foreign or following >= len(items) or items[following].kind != "group":
            return False
        return any(i.kind == "be" or (i.side in ("third", "past")) for i in items[following:])

    def _is_noun(self, items: list[Item], at: int) -> bool:
        """Whether a base form is no verb: "the X target gene". A verb has a plural subject or "to", "may", "and"."""
        if at == 0 or items[at - 1].kind not in ("group", "other", "prop"):
            return False
        plural = self.noun is not None and (len(self.noun.members) > 1 or self.noun.text.endswith("s"))
        if plural or items[at - 1].kind == "prop":
            return False
        self.noun, self.noun_foreign = None, True
        return True

    def _active(self, items: list[Item], at: int) -> int:
        item = items[at]
        loose = item.kind == "bind" or item.type == "regulates"
        found = english_object(items, self._goal(items, at) + 1, self.last, loose=loose)
        if found is None:
            ends = at + 1 == len(items) or items[at + 1].kind in ("list", "prep", "fill")
            bare = " " not in item.word and ends
            if item.kind == "bind" and bare and self.noun is not None and len(self.noun.members) > 1:
                self._pair_members(item, self.noun)
            return self._without_object(items, at)
        target, end, sign = found
        self.last = target
        if item.kind in _PLACES:
            self.place_in(item, self.subject(), target)
            self.placing = item
            return self._more_places(items, end, item)
        if item.kind == "bind":
            self._remember()
            self.pair(item, self.subject(), list(target.members))
        elif item.kind == "need":
            self._remember()
            self.needs(item, target)
        elif self.back and item.side == "gerund":
            self._by_doing(item, target, sign)
        else:
            if item.kind == "result" and self.noun is None and item.cue is not None and item.cue.side == "gerund":
                self.then()  # "…, leading to Y"
            self.serial = self.serial and item.side in ("gerund", "base")
            if self.serial and item.side == "base" and not self.agents:
                self.steps, self.serial = [], False  # "a drug regulates X to promote Y": of the drug
            self.active(item, target, sign, item.type)
            self.effects += 1
            if self.lost:
                self.steps = []  # "genes that regulate Y": nothing follows from that
        self.noun, self.be, self.back = None, False, False
        if end + 1 < len(items) and items[end].word == "from" and items[end + 1].side == "gerund":
            self.act(target)  # "prevents Y from inhibiting Z"
            return end + 1
        return end

    def _goal(self, items: list[Item], at: int) -> int:
        """The index before the object: of "to" where the verb says from where something moves, else of the verb."""
        cue = items[at].cue
        if items[at].kind == "move" and cue is not None and cue.word.endswith("from"):
            for index in range(at + 1, len(items)):
                if items[index].kind == "prep" and is_goal(items[index]):
                    return index
        return at

    def _remember(self) -> None:
        if self.noun is not None:
            self.act(self.noun)

    def _by_doing(self, item: Item, target: Item, sign: int) -> None:
        """X promotes Y by inhibiting Z: X acts on Z, and Z on Y so that the signs agree."""
        effects = self.steps
        self.state(item, self.agents, target, sign, item.type)
        way = item.effect * sign
        for effect in effects:
            tail = Item("group", 0, 0, members=(effect.mention,))
            self.state(item, [End(m) for m in target.members], tail, 1, BY_SIGN[effect.sign * way])
        if not effects:
            self.steps = [End(m, way) for m in target.members]

    def _without_object(self, items: list[Item], at: int) -> int:
        item = items[at]
        after = skip_fill(items, at + 1)
        changes = after == len(items) or items[after].kind not in ("other", "group", "prop")
        if item.kind == "change" and self.noun is not None and changes:
            if self.cause and after < len(items) and items[after].word in _OWN_CAUSE:
                self.act(self.noun)  # "X only increased with Y": of Y
            else:
                self.event(self.noun, item)
        elif self.noun is not None:
            self.act(self.noun)
        elif self.noun_foreign and not self.cause:
            self.agents = []
        self.noun, self.noun_foreign, self.be, self.back = None, False, False, False
        self.negated = self.denied
        self.forget()
        self.verb = True
        self.aside = True  # what follows belongs to an object that is no mention
        return at + 1

    def _passive(self, items: list[Item], at: int) -> int:
        item = items[at]
        by = next((i for i in range(at + 1, min(at + 7, len(items))) if items[i].kind == "agent"), None)
        found = english_object(items, by + 1, self.last) if by is not None else None
        was = self.be
        self.be = False
        self.once = self.once or was
        if not was:
            self.noun, self.noun_foreign = nearest(items[:at]), False
        if by is not None and any(i.kind in TRIGGER_KINDS for i in items[at + 1 : by]):
            found = by = None
        if found is not None and self.noun is not None:
            self.state(item, [End(m, found[0].sign) for m in found[0].members], self.noun, found[2], item.type)
            if was:
                self.agents, self.cause = [End(m, self.noun.sign) for m in self.noun.members], False
                self.noun, self.verb = None, True
            self.negated = self.denied
            self.forget()
            return found[1]
        if by is None and self.noun is not None and item.type in self.TURNS:
            self.event(self.noun, item)
            self.verb = True
        elif self.noun_foreign and not self.cause:
            self.agents = []
        self.noun = None
        self.aside = True
        return at + 1 if by is None else by + 1
