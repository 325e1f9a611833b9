"""How well predicted documents agree with gold ones, by the definitions of the annotation guideline's scorer.

Per layer: strict = same start and end; overlap = a gold and a predicted mention share a character (each mention used
once, longest overlap first); concept = over strict matches whose gold mention has identifiers, the share whose
identifiers are the same set (accuracy) or share one (hit); doc_concepts = precision, recall, F1 of (document,
identifier) pairs. Relations: strict = same type, same bounds and layers of head and tail (either order for
interacts_with); unsigned = the three regulates types count as one; pair = type and order ignored; flags = accuracy of
negated and speculative over the strict matches.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from typing import Any

from pipeline.document import LAYERS, Document, Mention
from pipeline.errors import AnnotationError

_REGULATES = ("regulates", "positively_regulates", "negatively_regulates")
End = tuple[str, int, int]


def score(gold: Iterable[Document], predicted: Iterable[Document], layers: Sequence[str] = LAYERS) -> dict[str, Any]:
    """Figures by layer, and "relations" where the gold has some; documents are matched by id.

    A gold document that was not predicted counts as missed. AnnotationError when a predicted text differs from the
    gold one.
    """
    predictions = {doc.id: doc for doc in predicted}
    pairs = []
    for doc in {d.id: d for d in gold}.values():
        other = predictions.get(doc.id, Document(doc.id, doc.text))
        if other.text != doc.text:
            raise AnnotationError(
                f"{doc.id}: the predicted text is not the gold text; predict from the gold file's own text"
            )
        pairs.append((doc, other))
    result: dict[str, Any] = {layer: _layer(pairs, layer) for layer in layers}
    if any(doc.relations for doc, _ in pairs):
        result["relations"] = _relations(pairs)
    return result


def exact_spans(pairs: Iterable[tuple[set[tuple[int, int]], set[tuple[int, int]]]]) -> dict[str, float]:
    """Precision, recall, F1 and number of gold spans, of exact spans: gold and found ones by document."""
    right = predicted = gold = 0
    for wanted, got in pairs:
        right += len(wanted & got)
        predicted += len(got)
        gold += len(wanted)
    figures = prf(right, predicted, gold)
    return {key: figures[key] for key in ("p", "r", "f1", "gold")}


def prf(right: int, predicted: int, gold: int) -> dict[str, float | int]:
    """Precision, recall and F1 (0..1, four digits) with the counts they come from."""
    p = right / predicted if predicted else 0.0
    r = right / gold if gold else 0.0
    f1 = 2 * p * r / (p + r) if p + r else 0.0
    return {
        "p": round(p, 4),
        "r": round(r, 4),
        "f1": round(f1, 4),
        "tp": right,
        "predicted": predicted,
        "gold": gold,
    }


def lines(figures: Mapping[str, Mapping[str, Mapping[str, Any]]]) -> Iterator[str]:
    """The figures as lines of a table."""
    for layer, measures in figures.items():
        for name, values in measures.items():
            yield f"{layer:10} {name:13} " + "  ".join(f"{k} {v}" for k, v in values.items())


def _layer(pairs: Sequence[tuple[Document, Document]], layer: str) -> dict[str, Any]:
    n: Counter[str] = Counter()
    for gold_doc, predicted_doc in pairs:
        gold, predicted = _spans(gold_doc, layer), _spans(predicted_doc, layer)
        both = gold.keys() & predicted.keys()
        n["gold"] += len(gold)
        n["predicted"] += len(predicted)
        n["strict"] += len(both)
        n["overlap"] += _overlaps(sorted(gold), sorted(predicted))
        for span in both:
            if gold[span]:
                n["linkable"] += 1
                n["same"] += gold[span] == predicted[span]
                n["hit"] += bool(gold[span] & predicted[span])
        gold_concepts = set[str]().union(*gold.values())
        predicted_concepts = set[str]().union(*predicted.values())
        n["gold_concepts"] += len(gold_concepts)
        n["predicted_concepts"] += len(predicted_concepts)
        n["concepts"] += len(gold_concepts & predicted_concepts)
    linkable = n["linkable"]
    return {
        "strict": prf(n["strict"], n["predicted"], n["gold"]),
        "overlap": prf(n["overlap"], n["predicted"], n["gold"]),
        "concept": {
            "accuracy": round(n["same"] / linkable, 4) if linkable else None,
            "hit": round(n["hit"] / linkable, 4) if linkable else None,
            "linkable": linkable,
        },
        "doc_concepts": prf(n["concepts"], n["predicted_concepts"], n["gold_concepts"]),
    }


def _spans(doc: Document, layer: str) -> dict[tuple[int, int], set[str]]:
    return {(m.start, m.end): set(m.concepts) for m in doc.mentions if m.type == layer}


def _overlaps(gold: Sequence[tuple[int, int]], predicted: Sequence[tuple[int, int]]) -> int:
    """How many gold mentions have a predicted one of their own, the longest overlaps given out first."""
    shared = [(min(g[1], p[1]) - max(g[0], p[0]), g, p) for g in gold for p in predicted if g[0] < p[1] and p[0] < g[1]]
    used: set[tuple[str, tuple[int, int]]] = set()
    count = 0
    for _, g, p in sorted(shared, reverse=True):
        if ("gold", g) not in used and ("predicted", p) not in used:
            used |= {("gold", g), ("predicted", p)}
            count += 1
    return count


def _relations(pairs: Sequence[tuple[Document, Document]]) -> dict[str, Any]:
    views = ("strict", "unsigned", "pair")
    counts: dict[str, Counter[str]] = {view: Counter() for view in views}
    flags: Counter[str] = Counter()
    for gold_doc, predicted_doc in pairs:
        gold, predicted = _statements(gold_doc), _statements(predicted_doc)
        for view in views:
            g, p = {_seen(s, view) for s in gold}, {_seen(s, view) for s in predicted}
            counts[view].update(right=len(g & p), predicted=len(p), gold=len(g))
        for statement in gold.keys() & predicted.keys():
            flags["matched"] += 1
            for i, name in enumerate(("negated", "speculative")):
                flags[name] += gold[statement][i] == predicted[statement][i]
    result: dict[str, Any] = {v: prf(c["right"], c["predicted"], c["gold"]) for v, c in counts.items()}
    if matched := flags["matched"]:
        right = {name: round(flags[name] / matched, 4) for name in ("negated", "speculative")}
        result["flags"] = {**right, "matched": matched}
    return result


def _statements(doc: Document) -> dict[tuple[str, End, End], tuple[bool, bool]]:
    mentions = {m.id: m for m in doc.mentions}
    result = {}
    for r in doc.relations:
        head, tail = _end(mentions[r.head]), _end(mentions[r.tail])
        if r.type == "interacts_with" and tail < head:
            head, tail = tail, head
        result[r.type, head, tail] = (r.negated, r.speculative)
    return result


def _end(m: Mention) -> End:
    return m.type, m.start, m.end


def _seen(statement: tuple[str, End, End], view: str) -> Hashable:
    kind, head, tail = statement
    if view == "pair":
        return tuple(sorted((head, tail)))
    return ("regulates" if view == "unsigned" and kind in _REGULATES else kind), head, tail
