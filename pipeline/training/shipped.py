"""How the shipped models are made from public corpora: `python -m pipeline.training.shipped CORPORA MODELS [NAME…]`.

CORPORA holds en/raw (CRAFT, BC2GM, BioNLP-ST 2013 CG and PC, AnatEM, JNLPBA, BioRED as published) and
zh/gold_train.jsonl; our own passages are taken from corpora/gold. Guidelines that annotate the same texts, or are
large, are trained apart, small ones together.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Literal

from pipeline.document import Document
from pipeline.lexicon import load_lexicon
from pipeline.store import read_jsonl
from pipeline.syntax.model import SYNTAX
from pipeline.taggers.learned.model import joined
from pipeline.training.corpora.craft import article_text, craft_ids, read_craft
from pipeline.training.corpora.iob import read_iob
from pipeline.training.corpora.pubtator import read_pubtator
from pipeline.training.corpora.standoff import read_standoff
from pipeline.training.corpora.treebank import Parsed, read_treebank
from pipeline.training.score_syntax import score_syntax
from pipeline.training.train import Options, train
from pipeline.training.train_relations import train_relations
from pipeline.training.train_syntax import train_syntax
from pipeline.training.write import write_model
from pipeline.training.write_relations import write_relation_model
from pipeline.training.write_syntax import write_syntax

GOLD = Path(__file__).parents[2] / "corpora" / "gold"
_EIGHTH = 8  # a corpus without a dev part gives every eighth document for it

Parts = tuple[list[Document], list[Document]]


def _parted(docs: Iterable[Document]) -> Parts:
    documents = list(docs)
    return [d for i, d in enumerate(documents) if i % _EIGHTH], documents[::_EIGHTH]


def _gold(part: str, lang: str) -> list[Document]:
    return [doc for doc in read_jsonl(GOLD / f"{part}.jsonl") if doc.lang == lang]


def _craft(folder: Path, *, full: bool) -> Parts:
    train_docs, dev = (list(read_craft(folder, full=full, ids=craft_ids(folder, part))) for part in ("train", "dev"))
    return ([*train_docs, *_gold("train", "en")] if full else train_docs), dev


def _files(reader: Callable[[Path], Iterable[Document]], train_file: Path, dev_file: Path) -> Parts:
    return list(reader(train_file)), list(reader(dev_file))


def guidelines(corpora: Path) -> dict[str, Callable[[], Parts]]:
    """Train and dev part of each guideline, read when called."""
    raw = corpora / "en" / "raw"
    anatem = raw / "anatem" / "original-data" / "standoff"
    bc2gm = raw / "bc2gm" / "BC2GM-IOB"
    return {
        "craft": partial(_craft, raw / "craft", full=True),
        "craft-plain": partial(_craft, raw / "craft", full=False),
        "bc2gm": partial(_files, read_iob, bc2gm / "train.tsv", bc2gm / "devel.tsv"),
        "cg": lambda: _parted(read_standoff(raw / "bionlp-st-2013-cg" / "train", scheme="cg")),
        "pc": lambda: _parted(read_standoff(raw / "bionlp-st-2013-pc" / "train", scheme="pc")),
        "jnlpba": lambda: _parted(read_iob(next((raw / "jnlpba").rglob("devel.tsv")))),
        "biored": partial(_files, read_pubtator, raw / "biored" / "Train.PubTator", raw / "biored" / "Dev.PubTator"),
        "anatem": partial(_files, partial(read_standoff, scheme="anatem"), anatem / "train", anatem / "devel"),
        "yimai": lambda: (
            [*_gold("train", "zh"), *read_jsonl(corpora / "zh" / "gold_train.jsonl")],
            _gold("dev", "zh"),
        ),
    }


MODELS: dict[str, Sequence[Sequence[str]]] = {
    "en-gene": (("craft",), ("craft-plain",), ("bc2gm",), ("cg", "pc", "biored", "jnlpba")),
    "en-organelle": (("craft",), ("craft-plain",), ("cg", "pc", "anatem")),
    "en-process": (("craft",), ("craft-plain",), ("cg",)),
    "zh-gene": (("yimai",),),
    "zh-organelle": (("yimai",),),
    "zh-process": (("yimai",),),
    "en-relations": (("yimai", "cg", "pc"),),
    "zh-relations": (("yimai",),),
}
"""Shipped models: guidelines trained together, the first one is the default."""

FILLED = ("zh-gene", "zh-organelle")
"""Models whose gaps the lexicon fills: in five folds of zh/gold_train.jsonl that gave 0.3 and 1.2 points of F1; for the
others it gave none, or cost some."""


def _of_relations(guideline: str, lang: str, known: dict[str, Callable[[], Parts]]) -> Parts:
    """Train and dev part for relations; our own passages are in both languages."""
    if guideline != "yimai" or lang == "zh":
        return known[guideline]()
    return _gold("train", "en"), _gold("dev", "en")


def _syntax(craft: Path, folder: Path, command: str) -> None:
    def articles(part: Literal["train", "dev"]) -> list[tuple[str, list[Parsed]]]:
        return [(article_text(craft, pmid), read_treebank(craft, pmid)) for pmid in craft_ids(craft, part)]

    progress = partial(print, f"{SYNTAX}:", flush=True)
    model = train_syntax([sentences for _, sentences in articles("train")], name=SYNTAX, progress=progress)
    scores = score_syntax(model, articles("dev"))
    write_syntax(replace(model, meta={**model.meta, "scores": scores}), folder, command)


def main(corpora: Path, models: Path, names: Sequence[str] = ()) -> None:
    """Trains models and writes their folders."""
    lexicon = load_lexicon()
    known = guidelines(corpora)
    for name in names or (*MODELS, SYNTAX):
        if name == SYNTAX:
            command = f"make models CORPORA={corpora} MODELS={name}"
            _syntax(corpora / "en" / "raw" / "craft", models / name, command)
            continue
        lang, layer = name.split("-")
        command = f"make models CORPORA={corpora} MODELS={name}"
        if layer == "relations":
            of = {g: _of_relations(g, lang, known) for g in MODELS[name][0]}
            write_relation_model(
                train_relations(
                    lang, {g: p[0] for g, p in of.items()}, {g: p[1] for g, p in of.items()}, lexicon, name=name,
                    progress=lambda line, name=name: print(f"{name}: {line}", flush=True),  # type: ignore[misc]
                ),
                models / name, command,
            )  # fmt: skip
            continue
        made = []
        for group in MODELS[name]:
            parts = {g: known[g]() for g in group}
            options = Options(c1=0.3 if "bc2gm" in group else 0.1)
            made.append(
                train(
                    layer, lang, {g: p[0] for g, p in parts.items()}, {g: p[1] for g, p in parts.items()}, lexicon,
                    name=name, options=options, progress=lambda line, name=name: print(f"{name}: {line}", flush=True),  # type: ignore[misc]
                )
            )  # fmt: skip
        model = joined(made)
        write_model(replace(model, meta={**model.meta, "filled": name in FILLED}), models / name, command)


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3:])
