"""Relations: the trained classifiers beside the rules alone.

    python benchmarks/relations.py ../shared/corpora

Precision, recall and F1 of type, direction and both ends, with annotated mentions given. The shipped models on the dev
and test parts of corpora/gold, and on GENIA events, which no model learns from; then from predicted mentions. In five
folds, with models that have not seen the held fold: real Chinese text by source, Cancer Genetics and Pathway Curation
by document, these with the parser's trees as well; how probable a relation must be is set on the other folds. Then: how
far scores are probabilities, precision from `HIGH` on by type, how often the flags are right, and the share of the
tagging time that relations take. The official test parts are not read. Prints, and writes
benchmarks/results/relations.json.
"""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from pipeline.document import Document
from pipeline.lexicon import load_lexicon
from pipeline.miner import Miner
from pipeline.relations import Relater
from pipeline.relations.learned.model import CLASSES, COLUMNS, FLAGS, RelationModel
from pipeline.segment import Segmenter
from pipeline.store import read_jsonl
from pipeline.taggers.learned.installed import load_models, shipped_parser
from pipeline.training.corpora.standoff import read_standoff
from pipeline.training.score import score
from pipeline.training.train_relations import (
    HIGH,
    Options,
    Pair,
    annotated,
    best_of,
    figures,
    fitted,
    pairs_of,
    scored,
    sure_by_type,
    tuned,
)  # fmt: skip

ROOT = Path(__file__).parent.parent
RESULT = ROOT / "benchmarks" / "results" / "relations.json"
FOLDS = 5
RANGES = ((0.0, 0.3), (0.3, 0.5), (0.5, 0.7), (0.7, 0.8), (0.8, 0.9), (0.9, 1.01))
Scores = npt.NDArray[np.float64]


def main() -> None:
    """Measures, prints, writes."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("corpora", type=Path)
    options = parser.parse_args()
    segmenter = Segmenter(load_lexicon().chinese_names())
    models = load_models()
    classifiers = {m.lang: m for m in models if isinstance(m, RelationModel)}
    raw = options.corpora / "en" / "raw"
    gold = {part: list(read_jsonl(ROOT / "corpora" / "gold" / f"{part}.jsonl")) for part in ("train", "dev", "test")}
    own = {(part, lang): [d for d in gold[part] if d.lang == lang] for part in gold for lang in ("zh", "en")}
    real = list(read_jsonl(options.corpora / "zh" / "gold_train.jsonl"))
    events = {
        scheme: list(read_standoff(raw / f"bionlp-st-{year}-{scheme}" / "train", scheme=scheme))
        for scheme, year in (("cg", 2013), ("pc", 2013), ("ge", 2011))
    }
    result: dict[str, Any] = {"sure": HIGH}

    def measured(name: str, docs: Sequence[Document], pairs: Sequence[Pair], scores: Scores, at: Any) -> None:
        lang = docs[0].lang
        rules = [segmenter.segment(d.with_(blocks=())) for d in docs]
        rules = [d.with_(relations=tuple(Relater().relate(d))) for d in rules]
        row = {
            "rules": _strict(docs, rules),
            "learned": figures(scores, pairs, annotated(docs, lang, segmenter), at),
            "sure by type": sure_by_type(scores, pairs),
            "reliability": _reliability(scores, pairs, at),
        }
        result[name] = row
        shown = (f"{row[by][key]:.3f}" for by in ("rules", "learned") for key in ("p", "r", "f1"))
        flags = (f"{row['learned'][flag]:.3f}" for flag in FLAGS)
        print(f"{name:32} {'  '.join(shown)}   {'  '.join(flags)}", flush=True)
        for type_, sure in row["sure by type"].items():
            print(f"    {type_:24} score >= {HIGH}: {sure['right']} of {sure['found']} right")

    print(f"{'':32} rules: P, R, F1       learned: P, R, F1     negated, speculative right")
    for lang, model in classifiers.items():
        for part in ("dev", "test"):
            docs = own[part, lang]
            pairs = list(pairs_of(docs, lang, segmenter))
            scores = scored(model.weights["yimai"], pairs)
            measured(f"corpora/gold {part}, {lang}", docs, pairs, scores, model.meta["threshold"]["yimai"])
    pairs = list(pairs_of(events["ge"], "en", segmenter))
    english = classifiers["en"]
    measured("ge", events["ge"], pairs, scored(english.weights["pc"], pairs), english.meta["threshold"]["pc"])
    result["predicted mentions"] = _from_predicted(Miner(load_lexicon(), models), own)
    result["speed"] = _speed(Miner(load_lexicon(), models), own["dev", "zh"] + own["dev", "en"])

    sources = {d.id: dict(d.extra).get("source", d.id) for d in real}
    order = {source: number % FOLDS for number, source in enumerate(sorted(set(sources.values())))}
    place = {d.id: number % FOLDS for scheme in ("cg", "pc") for number, d in enumerate(events[scheme])}
    chinese_beside = {"yimai": list(pairs_of(own["train", "zh"], "zh", segmenter))}
    held = {"yimai": list(pairs_of(real, "zh", segmenter))}
    for scores, at in _folded(held, chinese_beside, lambda name: order[sources[name]]).values():
        measured("real Chinese, 5-fold by source", real, held["yimai"], scores, at)
    for name, trees in (("5-fold", None), ("5-fold, with trees", shipped_parser())):
        held = {scheme: list(pairs_of(events[scheme], "en", segmenter, trees)) for scheme in ("cg", "pc")}
        english_beside = {"yimai": list(pairs_of(own["train", "en"], "en", segmenter, trees))}
        for scheme, (scores, at) in _folded(held, english_beside, place.__getitem__).items():
            measured(f"{scheme}, {name}", events[scheme], held[scheme], scores, at)
    RESULT.write_text(json.dumps(result, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    print(f"written: {RESULT.relative_to(ROOT)}")


def _folded(
    held: Mapping[str, Sequence[Pair]], beside: Mapping[str, Sequence[Pair]], fold: Callable[[str], int]
) -> dict[str, tuple[Scores, Scores]]:
    """By guideline what models say of pairs they have not seen, and how probable each must be, set on other folds."""
    folds = {g: np.array([fold(p.document) for p in pairs]) for g, pairs in held.items()}
    result = {g: np.zeros((len(pairs), COLUMNS)) for g, pairs in held.items()}
    for number in range(FOLDS):
        seen = {g: [p for p, f in zip(held[g], folds[g], strict=True) if f != number] for g in held}
        weights = fitted({g: [*beside.get(g, ()), *seen.get(g, ())] for g in {**beside, **held}}, Options())
        for g, pairs in held.items():
            inside = np.flatnonzero(folds[g] == number)
            result[g][inside] = scored(weights[g], [pairs[at] for at in inside])
    thresholds = {g: np.zeros(len(pairs)) for g, pairs in held.items()}
    for g, pairs in held.items():
        for number in range(FOLDS):
            others = np.flatnonzero(folds[g] != number)
            rest = [pairs[at] for at in others]
            related = sum(p.label != CLASSES[0] for p in rest)
            thresholds[g][folds[g] == number] = tuned(result[g][others], rest, related)[0]
    return {g: (result[g], thresholds[g]) for g in held}


def _strict(gold: Sequence[Document], found: Sequence[Document]) -> dict[str, Any]:
    rows = score(gold, found)["relations"]
    return {**rows["strict"], **rows["flags"]}


def _reliability(scores: Scores, pairs: Sequence[Pair], threshold: Any) -> dict[str, dict[str, Any]]:
    """How many relations are found by range of their score, and the share of right ones."""
    best, probability = best_of(scores)
    right = np.array([CLASSES.index(p.label) for p in pairs]) == best
    result = {}
    for low, high in RANGES:
        inside = (probability >= threshold) & (probability >= low) & (probability < high)
        share = round(float(right[inside].mean()), 3) if inside.any() else None
        result[f"{low}-{min(high, 1.0)}"] = {"relations": int(inside.sum()), "right": share}
    return result


def _from_predicted(miner: Miner, own: Mapping[tuple[str, str], Sequence[Document]]) -> dict[str, Any]:
    """Relations between mentions that the shipped taggers found."""
    result = {}
    for part in ("dev", "test"):
        for lang in ("zh", "en"):
            docs = own[part, lang]
            found = [miner(Document(d.id, d.text)) for d in docs]
            row = result[f"corpora/gold {part}, {lang}"] = _strict(docs, found)
            shown = ", ".join(f"{key} {row[key]:.3f}" for key in ("p", "r", "f1"))
            print(f"predicted mentions, {part}, {lang}: {shown}", flush=True)
    return result


def _speed(miner: Miner, docs: Sequence[Document]) -> dict[str, Any]:
    """Seconds of processor time of each step on the same texts, with the shipped models."""
    texts = [Document(d.id, d.text) for d in docs]
    seconds: dict[str, float] = {}
    for _ in range(2):  # the first round only warms up
        read = texts
        for name, step in miner.steps():
            started = time.process_time()
            read = [step(d) for d in read]
            seconds[name] = round(time.process_time() - started, 3)
    share = round(seconds["relate"] / seconds["tag"], 3)
    print(f"relating takes {share} of the tagging time ({seconds['relate']} s of {seconds['tag']} s)", flush=True)
    return {**seconds, "relate per tag": share}


if __name__ == "__main__":
    main()
