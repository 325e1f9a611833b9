"""How much annotated documents hold, by language."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from pipeline.document import LAYERS, RELATION_TYPES, Document
from pipeline.segment.sentences import sentence_bounds

ALL = "all"

Figures = dict[str, dict[str, Any]]


def stats(documents: Iterable[Document]) -> Figures:
    """Counts by language, the last one "all": documents, characters, sentences, mentions, concepts, relations.

    `mentions`, `concepts` (different ones), `without_id` and `with_gap` are by layer, `relations` by type. A document
    without language is counted under "?".
    """
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    concepts: dict[tuple[str, str], set[str]] = defaultdict(set)
    for doc in documents:
        found = Counter(documents=1, characters=len(doc.text), sentences=sum(1 for _ in sentence_bounds(doc.text)))
        for m in doc.mentions:
            found[f"mentions.{m.type}"] += 1
            found[f"without_id.{m.type}"] += not m.concepts
            found[f"with_gap.{m.type}"] += bool(m.spans)
        for r in doc.relations:
            found[f"relations.{r.type}"] += 1
            found["negated"] += r.negated
            found["speculative"] += r.speculative
        for lang in (doc.lang or "?", ALL):
            counts[lang].update(found)
            for m in doc.mentions:
                concepts[lang, m.type].update(m.concepts)
    languages = [*sorted(counts.keys() - {ALL}), ALL]
    return {
        lang: {
            **{name: counts[lang][name] for name in ("documents", "characters", "sentences")},
            "mentions": {layer: counts[lang][f"mentions.{layer}"] for layer in LAYERS},
            "concepts": {layer: len(concepts[lang, layer]) for layer in LAYERS},
            **{name: {x: counts[lang][f"{name}.{x}"] for x in LAYERS} for name in ("without_id", "with_gap")},
            "relations": {kind: counts[lang][f"relations.{kind}"] for kind in RELATION_TYPES},
            **{name: counts[lang][name] for name in ("negated", "speculative")},
        }
        for lang in languages
    }


def lines(figures: Mapping[str, Mapping[str, Any]]) -> Iterator[str]:
    """The figures as a table, a column a language; a single language needs no column "all"."""
    languages = [lang for lang in figures if lang != ALL or len(figures) != 2]
    columns = {lang: dict(_flat(figures[lang])) for lang in languages}
    yield f"{'':<32}" + "".join(f"{lang:>12}" for lang in languages)
    for name in columns[languages[0]]:
        yield f"{name:<32}" + "".join(f"{columns[lang][name]:>12}" for lang in languages)


def _flat(values: Mapping[str, Any]) -> Iterator[tuple[str, int]]:
    for name, value in values.items():
        if isinstance(value, Mapping):
            yield from ((f"{name.replace('_', ' ')}, {part}", count) for part, count in value.items())
        else:
            yield name, value
