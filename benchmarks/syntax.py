"""The shipped parser of English on the development part of CRAFT's treebank.

    python benchmarks/syntax.py ../shared/corpora

Labelled and unlabelled attachment, tags and dictionary forms, with the treebank's tokens and with the pipeline's;
sentence ends by the pipeline's rules and by the parser; words a second on one core, and the size of the folder. Nothing
of this part was learned from. Prints, and writes benchmarks/results/syntax.json.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from pipeline.segment import Segmenter
from pipeline.segment.sentences import sentence_bounds
from pipeline.syntax.model import SYNTAX, SyntaxModel
from pipeline.syntax.parser import Parser
from pipeline.taggers.learned.installed import shipped_syntax
from pipeline.training.corpora.craft import article_text, craft_ids
from pipeline.training.corpora.treebank import read_treebank
from pipeline.training.score_syntax import TOKENS, score_syntax

ROOT = Path(__file__).parent.parent
RESULT = ROOT / "benchmarks" / "results" / "syntax.json"


def main() -> None:
    """Scores, prints, writes."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("corpora", type=Path)
    options = parser.parse_args()
    model = shipped_syntax()
    if model is None:
        sys.exit(f"no shipped parser; make it with `make models MODELS={SYNTAX}`")
    craft = options.corpora / "en" / "raw" / "craft"
    dev = [(article_text(craft, pmid), read_treebank(craft, pmid)) for pmid in craft_ids(craft, "dev")]
    result: dict[str, Any] = {"CRAFT dev": score_syntax(model, dev), "speed": speed(model, [text for text, _ in dev])}
    result["bytes"] = sum(f.stat().st_size for f in (ROOT / "models" / SYNTAX).iterdir())
    for name in TOKENS:
        print(f"{name:26} " + "  ".join(f"{key} {value:.4f}" for key, value in result["CRAFT dev"][name].items()))
    for by, figures in result["CRAFT dev"]["ends"].items():
        print(f"sentence ends, {by:8} " + "  ".join(f"{key} {value}" for key, value in figures.items()))
    print(f"{result['speed']['words a second']} words a second, {result['bytes'] / 1e6:.1f} MB")
    RESULT.write_text(json.dumps(result, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    print(f"written: {RESULT.relative_to(ROOT)}")


def speed(model: SyntaxModel, texts: Sequence[str]) -> dict[str, int]:
    """Words a second on one core, from tokens to trees."""
    parser, segmenter = Parser(model), Segmenter()
    sentences = [
        (text, [(token.start, token.end) for token in segmenter.tokens(text[start:end], "en", start)])
        for text in texts
        for start, end in sentence_bounds(text)
    ]
    seconds = 0.0
    for _ in range(2):  # the first round only warms up
        started = time.process_time()
        for _ in parser.trees(sentences):
            pass
        seconds = time.process_time() - started
    return {"words a second": round(sum(len(bounds) for _, bounds in sentences) / seconds)}


if __name__ == "__main__":
    main()
