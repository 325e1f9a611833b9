"""What nouns of an English clause state: inhibition of X by Y, the role of X in Y, interaction of X with Y, places."""

from __future__ import annotations

from dataclasses import replace

from pipeline.relations.english_syntax import is_effect, is_on
from pipeline.relations.objects import english_object, skip_fill
from pipeline.relations.reader import Reader
from pipeline.relations.statements import End
from pipeline.relations.triggers import Item

_WHERE = frozenset({"in", "on", "at", "to", "into", "onto", "within"})


class NounReader(Reader):
    """Reads nouns. aside: inside a prepositional phrase, whose nouns are no subjects. verb: the clause had one.

    last: the noun that "it" goes back to.
    """

    def __init__(self) -> None:
        super().__init__()
        self.aside = self.verb = False
        self.last: Item | None = None

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
        elif other is not None and not sign and is_on(items[link]) and is_effect(item):
            if any(i.kind == "question" for i in items[other[1] :]):
                return other[1]  # "the role of X in Y is unknown"
            heads = [End(m, target.sign) for m in target.members]
            type_ = "involved_in" if item.word.startswith("role") else "regulates"
            self.state(item, heads, other[0], other[2], type_)
            self.noun, self.aside = None, True
            return other[1]
        if self.noun is None and not self.aside and is_effect(item):
            self.foreign()  # "the role of X": X is no subject
        elif self.noun is None and not self.aside and not self.noun_foreign:
            sign = 0 if item.word in ("regulation", "modulation", "dysregulation") else sign or 1
            self.noun = replace(target, sign=target.sign * sign * more, turned=True)
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
        if at + 1 < len(items) and items[at + 1].word in ("with", "to"):
            self.aside = True
            return at + 1
        groups = []
        for index in range(at + 1, min(at + 9, len(items))):
            if items[index].kind == "group":
                groups.append(items[index])
            elif items[index].kind not in ("de", "prep", "fill", "prop", "other"):
                break
        if len(groups) == 1 and len(groups[0].members) > 1 and item.word != "association":
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
            if not any(i.kind == "prep" for i in items[at:index]) or not all(
                i.word in _WHERE for i in items[at:index] if i.kind == "prep"
            ):
                return at
            self.place_in(trigger, heads, items[index])
            at = index + 1
