"""Edges and conflicts: what all sentences of all papers say of two concepts, counted and weighed."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from itertools import product
from typing import TYPE_CHECKING, TypeAlias

from pipeline.belief import belief, probability, support

if TYPE_CHECKING:
    from pipeline.tables import Row

LANGUAGES = ("zh", "en")

_OPPOSITE = {"positively_regulates": "negatively_regulates", "negatively_regulates": "positively_regulates"}
_UNSIGNED = "regulates"  # who denies it denies both signs


@dataclass(frozen=True)
class Evidence:
    """What one sentence says for or against an edge, all its statements of it together."""

    paper: str
    lang: str
    probability: float
    speculative: bool

    def and_(self, other: Evidence) -> Evidence:
        """One evidence of two statements of the same sentence: the better founded one counts."""
        best = max(self.probability, other.probability)
        return replace(self, probability=best, speculative=self.speculative and other.speculative)


Sentences: TypeAlias = dict[str, Evidence]
"""Evidence by sentence_id."""


@dataclass
class _Pair:
    """What is stated and what is denied of a head and a tail, by type of relation."""

    stated: dict[str, Sentences] = field(default_factory=lambda: defaultdict(dict))
    denied: dict[str, Sentences] = field(default_factory=lambda: defaultdict(dict))

    def types(self) -> list[str]:
        return sorted(self.stated.keys() | self.denied.keys())

    def opposite(self, kind: str) -> Sentences:
        """What states the opposite sign."""
        return self.stated.get(_OPPOSITE.get(kind, ""), {})

    def denials(self, kind: str) -> dict[str, Sentences]:
        """What denies a relation, by the type that is denied: of a signed one its own or any regulation."""
        kinds = (kind, _UNSIGNED) if kind in _OPPOSITE else (kind,)
        return {k: self.denied[k] for k in kinds if k in self.denied}


@dataclass(frozen=True)
class _Conflict:
    kind: str
    type: str
    type_against: str
    stated: Sentences
    against: Sentences

    def languages_disagree(self) -> bool:
        """Whether more Chinese sentences stand on one side, and more English ones on the other."""
        zh, en = (len(_in(self.stated, lang)) - len(_in(self.against, lang)) for lang in LANGUAGES)
        return zh * en < 0


def edges_and_conflicts(relations: Iterable[Row], langs: Mapping[str, str]) -> tuple[list[Row], list[Row]]:
    """The rows of `edges` and `conflicts` that rows of `relations` give, without names of concepts and maker.

    langs: language by sentence_id. A mention with several concepts gives each of them its edge; a concept has none to
    itself. The ends of interacts_with are in the order of their identifiers. The most frequent ones come first.
    """
    edges: list[Row] = []
    conflicts: list[Row] = []
    for (head, tail), pair in _pairs(relations, langs).items():
        found = list(_conflicts(pair))
        ends = {"head": head, "tail": tail}
        edges += ({**ends, **_edge(pair, kind, found)} for kind in pair.types())
        conflicts += ({**ends, **_conflict(conflict)} for conflict in found)
    edges.sort(key=lambda r: (-r["sentences"], r["head"], r["type"], r["tail"]))
    conflicts.sort(
        key=lambda r: (-r["sentences_for"] - r["sentences_against"], r["head"], r["tail"], r["kind"], r["type"])
    )
    return edges, conflicts


def _pairs(relations: Iterable[Row], langs: Mapping[str, str]) -> dict[tuple[str, str], _Pair]:
    pairs: dict[tuple[str, str], _Pair] = defaultdict(_Pair)
    for row in relations:
        sentence, kind = row["sentence_id"], row["type"]
        likely = probability(row["score"], speculative=row["speculative"])
        new = Evidence(row["paper_id"], langs.get(sentence, ""), likely, row["speculative"])
        for head, tail in product(row["head_concept"].split("|"), row["tail_concept"].split("|")):
            if head == tail:
                continue
            ends = (min(head, tail), max(head, tail)) if kind == "interacts_with" else (head, tail)
            pair = pairs[ends]
            sentences = (pair.denied if row["negated"] else pair.stated)[kind]
            sentences[sentence] = sentences[sentence].and_(new) if sentence in sentences else new
    return pairs


def _conflicts(pair: _Pair) -> Iterator[_Conflict]:
    """Where what is stated meets the opposite sign (listed once) or a denial."""
    for kind in pair.types():
        if not (stated := pair.stated.get(kind)):
            continue
        if kind == "positively_regulates" and (opposite := pair.opposite(kind)):
            yield _Conflict("sign", kind, _OPPOSITE[kind], stated, opposite)
        if denials := pair.denials(kind):
            yield _Conflict("negation", kind, "|".join(denials), stated, _merged(*denials.values()))


def _edge(pair: _Pair, kind: str, conflicts: Iterable[_Conflict]) -> Row:
    stated, denied = pair.stated.get(kind, {}), pair.denied.get(kind, {})
    against = _merged(pair.opposite(kind), *pair.denials(kind).values())
    sentences = _merged(stated, denied)
    own = [c for c in conflicts if c.type == kind or (c.kind == "sign" and c.type_against == kind)]
    kinds = {c.kind for c in own} | {"language" for c in own if c.languages_disagree()}
    row: Row = {
        "type": kind,
        **_counted("sentences", sentences),
        **_counted("papers", sentences, papers=True),
        **_counted("negated", denied),
        **_counted("speculative", {s: e for s, e in sentences.items() if e.speculative}),
        "against": len(against),
        "score": round(_belief(stated, against), 4),
        "conflicts": "|".join(k for k in ("sign", "negation", "language") if k in kinds),
    }
    for lang in LANGUAGES:
        known = _in(sentences, lang)
        row[f"score_{lang}"] = round(_belief(_in(stated, lang), _in(against, lang)), 4) if known else None
    return row


def _conflict(c: _Conflict) -> Row:
    return {
        "kind": c.kind, "type": c.type, "type_against": c.type_against,
        **_counted("sentences_for", c.stated), **_counted("sentences_against", c.against),
        "papers_for": _papers(c.stated), "papers_against": _papers(c.against),
        "score_for": round(_support(c.stated), 4), "score_against": round(_support(c.against), 4),
        "languages_disagree": c.languages_disagree(),
        "evidence_for": "|".join(c.stated), "evidence_against": "|".join(c.against),
    }  # fmt: skip


def _counted(name: str, sentences: Sentences, *, papers: bool = False) -> Row:
    """A count of sentences, or of their papers, and the same for each language."""
    count = _papers if papers else len
    return {name: count(sentences), **{f"{name}_{lang}": count(_in(sentences, lang)) for lang in LANGUAGES}}


def _papers(sentences: Sentences) -> int:
    return len({e.paper for e in sentences.values()})


def _in(sentences: Sentences, lang: str) -> Sentences:
    return {s: e for s, e in sentences.items() if e.lang == lang}


def _merged(*several: Sentences) -> Sentences:
    result: Sentences = {}
    for sentences in several:
        for sentence, evidence in sentences.items():
            result[sentence] = result[sentence].and_(evidence) if sentence in result else evidence
    return result


def _support(sentences: Sentences) -> float:
    return support((e.paper, e.probability) for e in sentences.values())


def _belief(stated: Sentences, against: Sentences) -> float:
    return belief(_support(stated), _support(against))
