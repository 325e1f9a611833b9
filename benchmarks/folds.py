"""Chinese taggers on real passages they have not seen: five folds by source of zh/gold_train.jsonl.

    python benchmarks/folds.py ../shared/corpora

Each fold is tagged by models trained on the other four and on our own passages (corpora/gold, train and dev); figures
are those of exact spans and of identifiers, for the whole pipeline and for the lexicon alone. The lexicon was written
with these passages at hand, so its figures are those of development data; the folds are honest for the models only.
Prints tables and writes benchmarks/results/folds.json.
"""

from __future__ import annotations

import argparse
import json
import zlib
from dataclasses import replace
from pathlib import Path
from typing import Any

from pipeline.document import LAYERS, Document
from pipeline.lexicon import load_lexicon
from pipeline.miner import Miner
from pipeline.store import read_jsonl
from pipeline.taggers.learned.model import Model
from pipeline.training.score import lines, score
from pipeline.training.shipped import FILLED
from pipeline.training.train import train

ROOT = Path(__file__).parent.parent
RESULT = ROOT / "benchmarks" / "results" / "folds.json"
FOLDS = 5


def main() -> None:
    """Trains, scores, prints, writes."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("corpora", type=Path)
    options = parser.parse_args()
    real = list(read_jsonl(options.corpora / "zh" / "gold_train.jsonl"))
    gold = ROOT / "corpora" / "gold"
    own = [d for part in ("train", "dev") for d in read_jsonl(gold / f"{part}.jsonl") if d.lang == "zh"]
    lexicon = load_lexicon()
    found: list[Document] = []
    for fold in range(FOLDS):
        held = [d for d in real if _fold(d) == fold]
        seen = [d for d in real if _fold(d) != fold]
        models: list[Model] = []
        for layer in LAYERS:
            model = train(layer, "zh", {"yimai": [*own, *seen]}, {}, lexicon, name=f"zh-{layer}")
            models.append(replace(model, meta={**model.meta, "filled": f"zh-{layer}" in FILLED}))
        miner = Miner(lexicon, models)
        found += [miner(_bare(d)) for d in held]
        print(f"fold {fold + 1}: {len(held)} passages", flush=True)
    result: dict[str, Any] = {"models": score(real, found), "lexicon alone": None}
    alone = Miner(lexicon)
    result["lexicon alone"] = score(real, [alone(_bare(d)) for d in real])
    for title, figures in result.items():
        print(f"\n{title}")
        for line in lines(figures):
            print(line)
    RESULT.write_text(json.dumps(result, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    print(f"written: {RESULT.relative_to(ROOT)}")


def _fold(doc: Document) -> int:
    return zlib.crc32(str(dict(doc.extra).get("source", doc.id)).encode()) % FOLDS


def _bare(doc: Document) -> Document:
    return doc.with_(mentions=(), relations=(), sentences=())


if __name__ == "__main__":
    main()
