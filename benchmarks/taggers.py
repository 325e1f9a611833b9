"""The shipped models on development parts of public corpora and on the test part of our own passages.

    python benchmarks/taggers.py ../shared/corpora

English models, by layer and guideline: precision, recall and F1 of exact spans on the corpus's development part, the
same for mentions with a score of 0.9 and more, and how far scores are probabilities (mentions with scores in a range,
and the share of them that is right). Passages (corpora/gold, test): the whole pipeline, mentions and identifiers, both
languages, and concepts that one language finds and the other misses. Speed: pieces and words a second on one core from
segmented text to mentions, all three layers. The official test parts are not read. Prints tables and writes
benchmarks/results/taggers.json.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from pipeline.document import LAYERS, Document
from pipeline.lexicon import Lexicon, load_lexicon
from pipeline.miner import Miner
from pipeline.segment import Segmenter
from pipeline.store import read_jsonl
from pipeline.taggers.learned.installed import load_models
from pipeline.taggers.learned.model import Model
from pipeline.taggers.learned.tagger import LearnedTagger
from pipeline.training.score import lines, score
from pipeline.training.shipped import guidelines

ROOT = Path(__file__).parent.parent
RESULT = ROOT / "benchmarks" / "results" / "taggers.json"
SURE = 0.9
RANGES = ((0.0, 0.5), (0.5, 0.7), (0.7, 0.9), (0.9, 0.97), (0.97, 1.01))


def main() -> None:
    """Scores, prints, writes."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("corpora", type=Path)
    options = parser.parse_args()
    models = load_models()
    if not models:
        sys.exit("no shipped models; make them with `make models`")
    lexicon = load_lexicon()
    segmenter = Segmenter(lexicon.chinese_names())
    result: dict[str, Any] = {"development parts": {}}
    print("development parts, exact spans" + " " * 16 + "P      R      F1        score >= 0.9: P      R")
    dev = {name: parts()[1] for name, parts in guidelines(options.corpora).items() if name != "yimai"}
    segmented = {name: [segmenter.segment(d) for d in docs] for name, docs in dev.items()}
    chains = [m for m in models if isinstance(m, Model)]
    for model in (m for m in chains if m.lang == "en"):
        for guideline in model.guidelines:
            row = scored(model, guideline, segmented[guideline], lexicon)
            result["development parts"][f"{model.name} {guideline}"] = row
            every, sure = row["all"], row["sure"]
            figures = f"{every['p']:.4f} {every['r']:.4f} {every['f1']:.4f}    {sure['p']:.4f} {sure['r']:.4f}"
            print(f"{model.name:14} {guideline:12} {row['mentions']:6} mentions   {figures}")
    gold = list(read_jsonl(ROOT / "corpora" / "gold" / "test.jsonl"))
    miner = Miner(lexicon, models)
    found = [miner(d.with_(mentions=(), relations=())) for d in gold]
    for lang in ("zh", "en"):
        part = [d for d in gold if d.lang == lang]
        figures = score(part, [d for d in found if d.lang == lang])
        result[f"corpora/gold test, {lang}"] = figures
        print(f"\ncorpora/gold test, {lang}")
        for line in lines(figures):
            print(line)
    result["concepts of one language"] = one_sided(found)
    result["speed"] = speed(chains, segmented["craft"], lexicon)
    RESULT.write_text(json.dumps(result, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    print(f"written: {RESULT.relative_to(ROOT)}")


def scored(model: Model, guideline: str, docs: Sequence[Document], lexicon: Lexicon) -> dict[str, Any]:
    """Figures of one model on one part."""
    tagger = LearnedTagger([model], lexicon, guideline=guideline)
    right: list[tuple[float, bool]] = []
    gold = 0
    for doc in docs:
        wanted = {(m.start, m.end) for m in doc.mentions if m.type == model.layer}
        gold += len(wanted)
        right += [(m.score or 0.0, (m.start, m.end) in wanted) for m in tagger.tag(doc)]
    ranges = {}
    for low, high in RANGES:
        inside = [ok for p, ok in right if low <= p < high]
        ranges[f"{low}-{min(high, 1.0)}"] = {
            "mentions": len(inside),
            "right": round(sum(inside) / max(len(inside), 1), 3),
        }
    return {
        "mentions": gold,
        "all": figures_of([ok for _, ok in right], gold),
        "sure": figures_of([ok for p, ok in right if p >= SURE], gold),
        "reliability": ranges,
    }


def figures_of(right: Sequence[bool], gold: int) -> dict[str, float]:
    """Precision, recall and F1."""
    p, r = sum(right) / max(len(right), 1), sum(right) / max(gold, 1)
    return {"p": round(p, 4), "r": round(r, 4), "f1": round(2 * p * r / (p + r), 4) if p + r else 0.0}


def one_sided(found: Sequence[Document]) -> dict[str, Any]:
    """Concepts found in one language's text of a passage and not in the other's, the most frequent ones."""
    by_passage: dict[str, dict[str, set[str]]] = {}
    for doc in found:
        concepts = {c for m in doc.mentions for c in m.concepts}
        by_passage.setdefault(doc.id[:-3], {})[doc.lang] = concepts
    only = {
        "zh": Counter(c for p in by_passage.values() for c in p["zh"] - p["en"]),
        "en": Counter(c for p in by_passage.values() for c in p["en"] - p["zh"]),
    }
    both = sum(len(p["zh"] & p["en"]) for p in by_passage.values())
    for lang, counts in only.items():
        print(f"only in {lang}: {sum(counts.values())} (in both {both}): {counts.most_common(12)}")
    return {"both": both, **{lang: dict(c.most_common(40)) for lang, c in only.items()}}


def speed(models: Sequence[Model], docs: Sequence[Document], lexicon: Lexicon) -> dict[str, float]:
    """Words and pieces a second, all layers, segmentation included; a new tagger, as in a new process."""
    segmenter = Segmenter(())
    tagger = LearnedTagger([m for m in models if m.lang == "en"], lexicon)
    texts = [Document(d.id, d.text) for d in docs]
    tagger.tag(segmenter.segment(texts[0]))
    started = time.perf_counter()
    read = [segmenter.segment(d) for d in texts]
    for doc in read:
        tagger.tag(doc)
    seconds = time.perf_counter() - started
    words = sum(len(s.tokens) for d in read for s in d.sentences)
    print(f"\n{words / seconds:.0f} words a second ({', '.join(LAYERS)}; segmentation included; target 20000)")
    return {"words a second": round(words / seconds)}


if __name__ == "__main__":
    main()
