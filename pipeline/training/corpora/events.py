"""Mentions and relations of corpora that annotate events: names, processes from triggers, relations from nested events.

Which labels and words take part is in resources/corpora/standoff.json. An event "X inhibits Y's expression" has the
gene X as its Cause and another event as its Theme; the relation is between X and what that event stands for, Y, and
its sign is the product of the signs along the way.
"""

from __future__ import annotations

import json
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from importlib.resources import files
from itertools import combinations, product
from typing import Any, NamedTuple

from pipeline.document import Mention, Relation
from pipeline.segment.sentences import sentence_bounds
from pipeline.training.corpora.overlaps import flat, numbered
from pipeline.training.corpora.standoff_lines import Annotations, Event, Mark

_SIGNS = {"positively_regulates": 1, "negatively_regulates": -1, "regulates": 0}
_SIGNED = {sign: relation for relation, sign in _SIGNS.items()}


class Stand(NamedTuple):
    """A mention that an argument stands for, and what the events on the way to it say."""

    mention: Mention
    sign: int = 1
    negated: bool = False
    speculative: bool = False


def annotated(text: str, found: Annotations, scheme: str) -> tuple[tuple[Mention, ...], tuple[Relation, ...]]:
    """The mentions of a text, in its order, and the relations between them; scheme: the corpus whose labels apply."""
    layers: dict[str, str] = _rules()["labels"][scheme]
    by_trigger: dict[str, list[Event]] = defaultdict(list)
    for event in found.events.values():
        by_trigger[event.trigger].append(event)
    genes = {name for name, mark in found.marks.items() if layers.get(mark.label) == "gene"}
    places = _places(found.events.values(), scheme)
    candidates: dict[str, Mention] = {}
    for name, mark in found.marks.items():
        layer, start = _layer(name, mark, layers, places, scheme), mark.start
        if not layer and any(_is_process(mark, event, found.marks, genes) for event in by_trigger[name]):
            start = _grown(text, mark, by_trigger[name], found.marks)
            layer = "" if start == mark.start and _is_generic(mark) else "process"
        if layer:
            candidates[name] = Mention("", start, mark.end, layer, by="gold")
    mentions = tuple(numbered(flat(candidates.values())))
    winners = {name: _winner(candidate, mentions) for name, candidate in candidates.items()}
    return mentions, tuple(_Statements(text, found, mentions, winners).relations())


@cache
def _rules() -> dict[str, Any]:
    rules: dict[str, Any] = json.loads(
        (files("pipeline") / "resources" / "corpora" / "standoff.json").read_text("utf-8")
    )
    return rules


def _fits(mark: Mark, words: Iterable[str]) -> bool:
    """Whether the mark's whole text is one of these."""
    return any(re.fullmatch(word, mark.text.lower()) for word in words)


def _has(mark: Mark, word: str) -> bool:
    """Whether the mark's text has such a word in it."""
    return bool(re.search(word, mark.text.lower()))


def _places(events: Iterable[Event], scheme: str) -> set[str]:
    """The marks that are an argument of the kind the scheme's other labels need."""
    rule = _rules()["components"].get(scheme, {})
    return {
        argument for event in events if event.label in rule.get("events", ()) for argument in event.of(*rule["roles"])
    }


def _layer(name: str, mark: Mark, layers: dict[str, str], places: set[str], scheme: str) -> str:
    """The layer of a name; "" for one that is not marked."""
    layer = layers.get(mark.label, "")
    if layer == "organelle" and _fits(mark, _rules()["not_components"]):
        return ""
    rule = _rules()["components"].get(scheme)
    if rule and mark.label in rule["labels"] and ("roles" not in rule or name in places):
        return "organelle" if _fits(mark, rule["words"]) else ""
    return layer


def _is_process(trigger: Mark, event: Event, marks: dict[str, Mark], genes: set[str]) -> bool:
    """Whether the event makes its trigger a process, be it a generic word or not."""
    rules = _rules()["processes"]
    themes = event.of("Theme")
    labels = {marks[theme].label for theme in themes if theme in marks}
    if event.label in rules["moving"]:
        return not labels.isdisjoint(rules["movers"]) and _has(trigger, rules["moving"][event.label])
    # "PARP cleavage" is a trigger; a gene may take part in a pathway.
    if event.label not in rules["with_gene"] and not genes.isdisjoint(themes):
        return False
    if only := rules["only"].get(event.label):
        return labels.isdisjoint(only["without"]) and _has(trigger, only["words"])
    return event.label in rules["events"]


def _grown(text: str, trigger: Mark, events: Iterable[Event], marks: dict[str, Mark]) -> int:
    """Where the process begins: at the first of its arguments that stand before the trigger with one sign between."""
    start = trigger.start
    if _fits(trigger, _rules()["processes"]["stays"]):
        return start
    roles = _rules()["processes"]["grow"]
    arguments = [marks[name] for event in events for name in event.of(*roles) if name in marks]
    while starts := [m.start for m in arguments if m.start < m.end == start - 1 and text[start - 1] in " -/"]:
        start = min(starts)
    return start


def _is_generic(trigger: Mark) -> bool:
    words = _rules()["processes"]["generic"]
    return all(any(re.fullmatch(word, part) for word in words) for part in re.split("[ -]", trigger.text.lower()))


def _winner(candidate: Mention, mentions: Iterable[Mention]) -> Mention:
    """The mention that a candidate became, or lost to."""
    over = (m for m in mentions if m.type == candidate.type and m.start < candidate.end and candidate.start < m.end)
    return max(over, key=lambda m: min(m.end, candidate.end) - max(m.start, candidate.start))


class _Statements:
    """What the events of one text state between its mentions."""

    def __init__(self, text: str, found: Annotations, mentions: Sequence[Mention], winners: dict[str, Mention]) -> None:
        self.marks, self.events = found
        self.winners = winners
        self.rules = _rules()["relations"]
        bounds = list(sentence_bounds(text))
        self.sentences = {
            m.id: index
            for m in mentions
            for index, (start, end) in enumerate(bounds)
            if start <= m.start and m.end <= end
        }

    def relations(self) -> Iterator[Relation]:
        """The relations in the order of the events; of a repeated one, plain outweighs negated and speculative."""
        flags: dict[tuple[str, str, str], tuple[bool, bool]] = {}
        for event in self.events.values():
            for type_, head, tail in self._stated(event):
                if not self._may_relate(head.mention, tail.mention):
                    continue
                negated = event.negated or head.negated or tail.negated
                speculative = event.speculative or head.speculative or tail.speculative
                key = (type_, head.mention.id, tail.mention.id)
                before = flags.get(key, (True, True))
                flags[key] = (before[0] and negated, before[1] and speculative)
        for number, ((type_, head_id, tail_id), (negated, speculative)) in enumerate(flags.items(), 1):
            yield Relation(f"r{number}", type_, head_id, tail_id, negated=negated, speculative=speculative, by="gold")

    def _may_relate(self, a: Mention, b: Mention) -> bool:
        """Whether both stand in one sentence, neither inside the other."""
        together = a.id in self.sentences and self.sentences[a.id] == self.sentences.get(b.id)
        return together and not (a.start <= b.start and b.end <= a.end) and not (b.start <= a.start and a.end <= b.end)

    def _stated(self, event: Event) -> Iterator[tuple[str, Stand, Stand]]:
        """Type, head and tail of what the event states."""
        themes = event.of("Theme")
        if event.label in self.rules["regulations"] or event.label in self.rules["modifications"]:
            yield from self._regulated(event)
        elif event.label == "Pathway":
            if process := self._process(event):
                for head in self._stands(event.of("Participant")):
                    yield "involved_in", head, Stand(process)
        elif event.label in ("Localization", "Transport"):
            places = (
                m for name in event.of("AtLoc", "ToLoc") if (m := self.winners.get(name)) and m.type == "organelle"
            )
            for head, place in product(list(self._stands(themes)), places):
                yield "located_in", head, Stand(place)
        elif event.label == "Binding":
            bound = sorted((self.winners[name] for name in themes if name in self.winners), key=lambda m: m.start)
            for a, b in combinations(bound, 2):
                if a.type == b.type:
                    yield "interacts_with", Stand(a), Stand(b)

    def _regulated(self, event: Event) -> Iterator[tuple[str, Stand, Stand]]:
        own = self.rules["regulations"].get(event.label, "regulates")
        involves = event.label == "Regulation" and _has(self.marks[event.trigger], self.rules["involving"])
        causes = list(self._stands(event.of("Cause")))
        for theme in event.of("Theme"):
            direct = involves and not self._regulates(theme)
            for head, tail in product(causes, list(self._stands([theme]))):
                if direct and tail.mention.type == "process" != head.mention.type:
                    yield "involved_in", head, tail
                else:
                    yield _SIGNED[_SIGNS[own] * head.sign * tail.sign], head, tail

    def _regulates(self, name: str) -> bool:
        """Whether an argument is a regulation, or about one."""
        event = self.events.get(name)
        return event is not None and (
            event.label in self.rules["regulations"] or any(self._regulates(theme) for theme in event.of("Theme"))
        )

    def _process(self, event: Event) -> Mention | None:
        """The process that the event is; none where its trigger is no mention, or one that names another event's.

        In "TLR2 and TLR4 signaling" both pathways have the trigger "signaling", and the mention is the second.
        """
        if not (mention := self.winners.get(event.trigger)):
            return None
        marks = [self.marks[argument] for _, argument in event.arguments if argument in self.marks]
        inside = any(mention.start <= mark.start and mark.end <= mention.end for mark in marks)
        return mention if mention.start == self.marks[event.trigger].start or inside or not marks else None

    def _stands(self, names: Iterable[str]) -> Iterator[Stand]:
        """What arguments stand for: names for themselves, events for their process or what they are about."""
        for name in names:
            if event := self.events.get(name):
                yield from self._event_stands(event)
            elif mention := self.winners.get(name):
                yield Stand(mention)

    def _event_stands(self, event: Event) -> Iterator[Stand]:
        regulation = event.label in self.rules["regulations"]
        # "Lack of X expression" is about X with the sign turned, "no increase of X" a denied statement about X.
        turned = -1 if event.negated and not regulation else 1
        negated, speculative = event.negated and regulation, event.speculative and regulation
        if process := self._process(event):
            yield Stand(process, turned, negated, speculative)
            return
        sign, about = self._about(event)
        for inner in self._stands(about):
            yield Stand(
                inner.mention, turned * sign * inner.sign, negated or inner.negated, speculative or inner.speculative
            )

    def _about(self, event: Event) -> tuple[int, list[str]]:
        """What an event that is no process is about, and its effect on it: 1, -1, or 0 for an unknown one."""
        label, trigger, themes = event.label, self.marks[event.trigger], event.of("Theme")
        if label in self.rules["regulations"]:
            return _SIGNS[self.rules["regulations"][label]], themes
        if label == "Planned_process":
            return (-1, themes) if _has(trigger, self.rules["removal"]) else (1, event.of("Instrument"))
        if label == "Pathway":
            return 1, event.of("Participant")
        if label == "Mutation" and _has(trigger, self.rules["loss"]):
            return -1, themes
        # Two things that bind each other are a statement of its own, and neither stands for both.
        if label not in self.rules["signs"] or (label == "Binding" and len(themes) > 1):
            return 0, []
        return self.rules["signs"][label], themes
