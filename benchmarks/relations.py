"""Relations with annotated mentions given: the trained classifier beside the rules alone.

    python benchmarks/relations.py ../shared/corpora

Precision, recall and F1 of type, direction and both ends. Cancer Genetics and Pathway Curation: five folds of the train
part by document, the other corpus learned from beside. Passages (corpora/gold): the dev part by a model of the train
part, real Chinese text or the two corpora beside. Real Chinese text: five folds by source, the passages learned from
beside. One threshold for all, set beforehand. Then: how far scores are probabilities, precision from `SURE` on by type,
how often the flags are right, and the share of the tagging time that relations take. Neither the official test parts
nor that of corpora/gold are read. Prints, and writes benchmarks/results/relations.json.
"""

from __future__ import annotations

import argparse
import json
import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from pipeline.document import Document
from pipeline.lexicon import load_lexicon
from pipeline.miner import Miner
from pipeline.relations import Relater
from pipeline.relations.learned.model import CLASSES, FLAGS
from pipeline.segment import Segmenter
from pipeline.store import read_jsonl
from pipeline.taggers.learned.installed import load_models
from pipeline.training.corpora.standoff import read_standoff
from pipeline.training.score import prf, score
from pipeline.training.train_relations import Options, Pair, annotated, figures, fitted, pairs_of, scored

ROOT = Path(__file__).parent.parent
RESULT = ROOT / "benchmarks" / "results" / "relations.json"
FOLDS = 5
THRESHOLD = 0.3
SURE = 0.8
RANGES = ((0.0, 0.3), (0.3, 0.5), (0.5, 0.7), (0.7, 0.8), (0.8, 0.9), (0.9, 1.01))
Folds = Callable[[str], int]


def main() -> None:
    """Measures, prints, writes."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("corpora", type=Path)
    options = parser.parse_args()
    segmenter = Segmenter(load_lexicon().chinese_names())
    raw = options.corpora / "en" / "raw"
    gold = {part: list(read_jsonl(ROOT / "corpora" / "gold" / f"{part}.jsonl")) for part in ("train", "dev")}
    docs: dict[str, list[Document]] = {
        "cg": list(read_standoff(raw / "bionlp-st-2013-cg" / "train", scheme="cg")),
        "pc": list(read_standoff(raw / "bionlp-st-2013-pc" / "train", scheme="pc")),
        "real": list(read_jsonl(options.corpora / "zh" / "gold_train.jsonl")),
        **{f"{lang} {part}": [d for d in gold[part] if d.lang == lang] for lang in ("zh", "en") for part in gold},
    }
    pairs = {n: list(pairs_of(d, "zh" if n.startswith(("zh", "real")) else "en", segmenter)) for n, d in docs.items()}
    sources = {d.id: dict(d.extra).get("source", d.id) for d in docs["real"]}
    order = {s: number % FOLDS for number, s in enumerate(sorted(set(sources.values())))}
    place = {d.id: number % FOLDS for n in ("cg", "pc") for number, d in enumerate(docs[n])}
    yimai, real = {"yimai": pairs["zh train"]}, {"yimai": [*pairs["zh train"], *pairs["real"]]}
    runs: dict[str, tuple[str, Mapping[str, Sequence[Pair]], str, Folds | None]] = {
        "corpora/gold dev, zh": ("zh dev", real, "yimai", None),
        "corpora/gold dev, en": (
            "en dev", {"yimai": pairs["en train"], "cg": pairs["cg"], "pc": pairs["pc"]}, "yimai", None,
        ),
        "real Chinese, 5-fold by source": ("real", yimai, "yimai", lambda name: order[sources[name]]),
        "cg, 5-fold": ("cg", {"cg": [], "pc": pairs["pc"]}, "cg", place.__getitem__),
        "pc, 5-fold": ("pc", {"pc": [], "cg": pairs["cg"]}, "pc", place.__getitem__),
    }  # fmt: skip
    result: dict[str, Any] = {"threshold": THRESHOLD, "sure": SURE}
    print(f"{'':32} rules: P, R, F1           learned: P, R, F1         negated, speculative right")
    for name, (held, beside, guideline, fold) in runs.items():
        lang = "zh" if held.startswith(("zh", "real")) else "en"
        total = annotated(docs[held], lang, segmenter)
        scores = _scores(pairs[held], beside, guideline, fold)
        row = {"rules": _rules(docs[held], segmenter), **_described(scores, pairs[held], total)}
        result[name] = row
        shown = (f"{row[by][key]:.4f}" for by in ("rules", "learned") for key in ("p", "r", "f1"))
        flags = (f"{row['learned'][flag]:.4f}" for flag in FLAGS)
        print(f"{name:32} {'  '.join(shown)}   {'  '.join(flags)}", flush=True)
        for type_, sure in row["sure by type"].items():
            print(f"    {type_:24} score >= {SURE}: {sure['right']} of {sure['found']} right")
    result["speed"] = _speed(docs["zh dev"] + docs["en dev"])
    RESULT.write_text(json.dumps(result, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    print(f"written: {RESULT.relative_to(ROOT)}")


def _scores(
    held: Sequence[Pair], beside: Mapping[str, Sequence[Pair]], guideline: str, fold: Folds | None
) -> np.ndarray[Any, np.dtype[np.float64]]:
    """What models say of pairs they did not learn from."""
    if fold is None:
        return scored(fitted(beside, Options())[guideline], held)
    result = np.zeros((len(held), len(CLASSES) + len(FLAGS)))
    for number in range(FOLDS):
        inside = [at for at, p in enumerate(held) if fold(p.document) == number]
        others = [p for p in held if fold(p.document) != number]
        corpora = {g: [*p, *others] if g == guideline else p for g, p in beside.items()}
        result[inside] = scored(fitted(corpora, Options())[guideline], [held[at] for at in inside])
    return result


def _rules(docs: Sequence[Document], segmenter: Segmenter) -> dict[str, Any]:
    relater = Relater()
    read = [segmenter.segment(d.with_(blocks=())) for d in docs]
    found = score(docs, [d.with_(relations=tuple(relater.relate(d))) for d in read])["relations"]
    return {**found["strict"], **found["flags"]}


def _described(scores: np.ndarray[Any, np.dtype[np.float64]], pairs: Sequence[Pair], gold: int) -> dict[str, Any]:
    best = scores[:, 1 : len(CLASSES)].argmax(axis=1) + 1
    probability = scores[np.arange(len(scores)), best]
    right = np.array([CLASSES.index(p.label) for p in pairs]) == best
    found = 1 - scores[:, 0] >= THRESHOLD
    reliability = {}
    for low, high in RANGES:
        inside = found & (probability >= low) & (probability < high)
        share = round(float(right[inside].mean()), 3) if inside.any() else None
        reliability[f"{low}-{min(high, 1.0)}"] = {"relations": int(inside.sum()), "right": share}
    sure = found & (probability >= SURE)
    of, ok = Counter[str](), Counter[str]()
    for at in np.flatnonzero(sure):
        type_ = CLASSES[best[at]].removesuffix("<")
        of[type_] += 1
        ok[type_] += bool(right[at])
    return {
        "learned": figures(scores, pairs, gold, THRESHOLD),
        "sure": prf(int((right & sure).sum()), int(sure.sum()), gold),
        "sure by type": {t: {"found": of[t], "right": ok[t], "p": round(ok[t] / of[t], 3)} for t in sorted(of)},
        "reliability": reliability,
    }


def _speed(docs: Sequence[Document]) -> dict[str, Any]:
    """Seconds of tagging and of relating the same texts, with the shipped models; without taggers, with the lexicon."""
    models = load_models()
    miner = Miner(load_lexicon(), models)
    texts = [Document(d.id, d.text) for d in docs]
    seconds = dict.fromkeys(("segment", "tag", "relate"), 0.0)
    read = texts
    for _ in range(2):  # the first round only warms up
        read = texts
        for name, step in miner.steps():
            started = time.process_time()
            read = [step(d) for d in read]
            seconds[name] = round(time.process_time() - started, 3)
    share = round(seconds["relate"] / seconds["tag"], 3)
    print(f"\nrelating takes {share} of the tagging time ({seconds['relate']} s of {seconds['tag']} s)")
    return {"models": [m.name for m in models], **seconds, "relate per tag": share}


if __name__ == "__main__":
    main()
