"""Accuracy on annotated corpora that lie beside the project.

    python benchmarks/accuracy.py ../shared/corpora

Scores mentions, identifiers and relations on the Chinese development passages (zh/gold_train.jsonl), relations
also from gold mentions. These passages were looked at while the rules were written: the figures are those of
development data, not of a test. Prints a table and writes benchmarks/results/accuracy.json.
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

from pipeline.miner import Miner
from pipeline.store import read_jsonl
from pipeline.training.score import lines, score

ROOT = Path(__file__).parent.parent
RESULT = ROOT / "benchmarks" / "results" / "accuracy.json"


def main() -> None:
    """Scores, prints, writes."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("corpora", type=Path)
    gold_file = parser.parse_args().corpora / "zh" / "gold_train.jsonl"
    if not gold_file.exists():
        sys.exit(f"{gold_file}: not there; give the folder that holds zh/gold_train.jsonl")
    miner = Miner()
    gold = list(read_jsonl(gold_file))
    predicted = [miner(d.with_(mentions=(), relations=())) for d in gold]
    figures = score(gold, predicted)
    from_gold = [miner.relate_given(d.with_(relations=())) for d in gold]
    figures["relations from gold mentions"] = score(gold, from_gold)["relations"]
    result = {"lexicon": miner.lexicon.version, "zh/gold_train.jsonl (development data)": figures}
    for line in lines(figures):
        print(line)
    RESULT.parent.mkdir(exist_ok=True)
    RESULT.write_text(json.dumps(result, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    print(f"written: {RESULT.relative_to(ROOT)}")


if __name__ == "__main__":
    main()
