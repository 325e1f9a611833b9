"""What an English sentence states: its clauses are read from left to right, with the subject carried along."""

from __future__ import annotations

from dataclasses import replace

from pipeline.relations.clauses import english_clauses
from pipeline.relations.objects import english_object, skip_fill
from pipeline.relations.phrases import joined
from pipeline.relations.polarity import BY_SIGN
from pipeline.relations.reader import Reader
from pipeline.relations.statements import End, Statement
from pipeline.relations.triggers import TRIGGER_KINDS, Item

_ATTRIBUTES = frozenset({"prep", "plain", "de", "means", "agent", "verb", "change", "result", "hold", "nominal"})
_PLACES = frozenset({"locate", "move", "hold"})


def read_english(items: list[Item]) -> list[Statement]:
    """The statements of a sentence, in the order of their triggers."""
    items, found = joined(items)
    reader = _EnglishReader()
    for clause in english_clauses(items):
        reader.clause(clause)
    return [*found, *reader.found]


class _EnglishReader(Reader):
    """Reads clauses; holds what the next clause may leave out.

    aside: inside a prepositional phrase, whose nouns are no subjects. be: a form of "be" came after the subject.
    inner: the last noun of a phrase that opens the clause. placing: the trigger of a place that more may follow.
    last: the noun that "which" and "it" go back to. back: "by" came before a gerund (promotes Y by inhibiting Z).
    """

    def __init__(self) -> None:
        super().__init__()
        self.known = False
        self.last: Item | None = None
        self.placing: Item | None = None

    def clause(self, items: list[Item]) -> None:
        """Takes one clause into `found`."""
        self.begin_clause()
        self.aside = self.be = self.back = self.verb = self.past = False
        self.inner: Item | None = None
        at = self._more_places(items, 0, self.placing) if self.placing is not None else 0
        self.placing = None
        while at < len(items):
            at = self._step(items, at)
        if self.noun is not None and self.noun.turned:
            self.act(self.noun, cause=True)
        elif not self.acted and not self.silent and not self.verb and (self.noun or self.first) is not None:
            self.act(self.noun or self.first or items[0])

    def _step(self, items: list[Item], at: int) -> int:
        item = items[at]
        kind = item.kind
        if kind == "group":
            self._group(items, at)
        elif kind == "other":
            self.inner = None
            if not self.aside:
                self.foreign()
        elif kind == "prep":
            self.aside = True
        elif kind == "de":
            self.aside = self.aside or self.noun is not None or self.noun_foreign
        elif kind == "be":
            self.be = True
        elif kind == "list":
            self.serial = False
        elif kind == "agent":
            self.back = True
        elif kind == "means":
            self.aside = True
        elif kind == "then":
            self.then()
        elif kind == "speech":
            self.aside = self.be = False
            self.speech()
        elif kind == "relative":
            self._relative()
        elif kind == "negation":
            self.negated = True
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

    def _relative(self) -> None:
        self.aside = self.be = False
        if self.noun is None and not self.noun_foreign:
            self.noun = self.last

    def _trigger(self, items: list[Item], at: int) -> int:
        item = items[at]
        side = item.side
        if item.kind == "nominal":
            return self._nominal(items, at)
        if item.kind == "bind" and side == "noun":
            return self._bound(items, at)
        following = skip_fill(items, at + 1)
        by = following < len(items) and items[following].kind == "agent"
        if side == "past" and (self.be or by):
            return self._passive(items, at)
        if (side == "past" and self._is_attribute(items, at, following)) or (
            side == "base" and self._is_noun(items, at)
        ):
            return at + 1
        if self.noun is None and self.inner is not None and not self.noun_foreign:
            self.noun = self.inner  # "In the vessel wall X promotes …"
        self.aside = False
        self.verb, self.past = True, side == "past"
        return self._active(items, at)

    def _is_attribute(self, items: list[Item], at: int, following: int) -> bool:
        """Whether a participle belongs to the noun after it: "phosphorylated X binds"."""
        before = items[at - 1].kind if at else ""
        if before in _ATTRIBUTES:
            return True
        if before == "list" and self.verb and not self.past:
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
        found = english_object(items, self._goal(items, at) + 1, self.last)
        if found is None:
            if item.kind == "bind" and self.noun is not None and len(self.noun.members) > 1:
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
        elif self.back:
            self._by_doing(item, target, sign)
        else:
            if item.kind == "result" and self.noun is None and item.cue is not None and item.cue.side == "gerund":
                self.then()  # "…, leading to Y"
            self.serial = self.serial and item.side in ("gerund", "base")
            self.active(item, target, sign, item.type)
        self.noun, self.be, self.back = None, False, False
        return end

    def _goal(self, items: list[Item], at: int) -> int:
        """The index before the object: of "to" where the verb says from where something moves, else of the verb."""
        cue = items[at].cue
        if items[at].kind == "move" and cue is not None and cue.word.endswith("from"):
            for index in range(at + 1, len(items)):
                if items[index].kind == "prep" and _is_goal(items[index]):
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
        if item.kind == "change" and self.noun is not None:
            self.event(self.noun, item)
        elif self.noun is not None:
            self.act(self.noun)
        elif self.noun_foreign and not self.cause:
            self.agents = []
        self.noun, self.noun_foreign, self.be, self.back = None, False, False, False
        self.negated = self.denied
        self.verb = True
        self.aside = True  # what follows belongs to an object that is no mention
        return at + 1

    def _passive(self, items: list[Item], at: int) -> int:
        item = items[at]
        by = next((i for i in range(at + 1, min(at + 7, len(items))) if items[i].kind == "agent"), None)
        found = english_object(items, by + 1, self.last) if by is not None else None
        was = self.be
        self.be = False
        if by is not None and any(i.kind in TRIGGER_KINDS for i in items[at + 1 : by]):
            found = by = None
        if found is not None and self.noun is not None:
            self.state(item, [End(m, found[0].sign) for m in found[0].members], self.noun, found[2], item.type)
            if was:
                self.agents, self.cause = [End(m, self.noun.sign) for m in self.noun.members], False
                self.noun, self.verb = None, True
            self.negated = self.denied
            return found[1]
        if by is None and self.noun is not None and item.type in self.TURNS:
            self.event(self.noun, item)
            self.verb = True
        elif self.noun_foreign and not self.cause:
            self.agents = []
        self.noun = None
        self.aside = True
        return at + 1

    def _nominal(self, items: list[Item], at: int) -> int:
        """A noun of change: it turns the name it goes with (inhibition of X, X inhibition), or states (… by Z)."""
        item = items[at]
        sign = item.effect
        if self.noun is not None and not self.aside and items[at - 1].kind in ("group", "prop"):
            self.noun = replace(self.noun, sign=self.noun.sign * (sign or 1), turned=True)
            return at + 1
        of = skip_fill(items, at + 1)
        found = english_object(items, of + 1, self.last) if of < len(items) and items[of].kind == "de" else None
        if found is None:
            if not self.aside:
                self.foreign()
            return at + 1
        target, end, more = found
        link = skip_fill(items, end)
        other = (
            english_object(items, link + 1, self.last)
            if link < len(items) and items[link].kind in ("agent", "prep")
            else None
        )
        if other is not None and items[link].kind == "agent":
            heads = [End(m, other[0].sign) for m in other[0].members]
            self.state(item, heads, target, more, item.type)
            end = other[1]
        elif other is not None and not sign and _is_on(items[link]) and _is_effect(item):
            heads = [End(m, target.sign) for m in target.members]
            type_ = "involved_in" if item.word.startswith("role") else "regulates"
            self.state(item, heads, other[0], other[2], type_)
            self.noun, self.aside = None, True
            return other[1]
        if self.noun is None and not self.aside and not self.noun_foreign:
            self.noun = replace(target, sign=target.sign * (sign or 1) * more, turned=True)
        return end

    def _bound(self, items: list[Item], at: int) -> int:
        """Interaction of X with Y, the X-Y complex; as the object of another verb it is not stated."""
        item = items[at]
        if self.verb:
            self.aside = True
            return at + 1
        if self.noun is not None and len(self.noun.members) > 1 and items[at - 1] is self.noun:
            self._pair_members(item, self.noun)
            return at + 1
        groups = []
        for index in range(at + 1, min(at + 9, len(items))):
            if items[index].kind == "group":
                groups.append(items[index])
            elif items[index].kind not in ("de", "prep", "fill", "prop", "other"):
                break
        if len(groups) == 1 and len(groups[0].members) > 1:
            self._pair_members(item, groups[0])
        elif len(groups) >= 2:
            self.pair(item, list(groups[0].members), list(groups[1].members))
        self.aside = True
        return at + 1

    def _pair_members(self, item: Item, group: Item) -> None:
        split = group.split or -1
        self.pair(item, list(group.members[:split]), list(group.members[split:]))

    def _more_places(self, items: list[Item], at: int, trigger: Item) -> int:
        """ "in the cytosol, in mitochondria and in the nucleus": the same heads."""
        heads = [a.mention for a in self.agents]
        while True:
            index = at
            while index < len(items) and items[index].kind in ("list", "prep", "fill"):
                index += 1
            if index >= len(items) or items[index].kind != "group":
                return at
            if not any(i.kind == "prep" for i in items[at:index]):
                return at
            self.place_in(trigger, heads, items[index])
            at = index + 1


def _is_on(item: Item) -> bool:
    return item.word in ("on", "in", "upon", "during")


def _is_goal(item: Item) -> bool:
    return item.word in ("to", "into", "onto")


def _is_effect(item: Item) -> bool:
    return item.word.startswith(("effect", "role", "influence", "impact", "action"))
