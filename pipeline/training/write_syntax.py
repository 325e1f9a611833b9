"""The folder of a trained parser: the model, how it was trained, and its card."""

from __future__ import annotations

import json
from importlib.resources import files
from pathlib import Path

from pipeline.syntax.model import SyntaxModel, save_syntax
from pipeline.training.score_syntax import TOKENS


def write_syntax(model: SyntaxModel, folder: Path, command: str) -> None:
    """Writes all files of a model with scores. command: that made it, for the card."""
    save_syntax(model, folder)
    (folder / "config.toml").write_text(_config(model, command), "utf-8", newline="\n")
    (folder / "README.md").write_text(card(model, command), "utf-8", newline="\n")


def _config(model: SyntaxModel, command: str) -> str:
    lines = ['layer = "syntax"', 'lang = "en"', f"command = {json.dumps(command, ensure_ascii=False)}"]
    for table in ("options", "corpus"):
        lines += ["", f"[{table}]", *(f"{key} = {value}" for key, value in model.meta[table].items())]
    return "\n".join(lines) + "\n"


def card(model: SyntaxModel, command: str) -> str:
    """The model card: what it says of a sentence, from what it learned, how well it does, how to make it again."""
    known = json.loads((files("pipeline") / "resources" / "corpora" / "licences.json").read_text("utf-8"))
    what, licence, home = known["craft-plain"]
    corpus, scores = model.meta["corpus"], model.meta["scores"]
    rows = [
        f"| {name} | {s['las']:.3f} | {s['uas']:.3f} | {s['las all']:.3f} | {s['uas all']:.3f} |"
        for name, s in ((name, scores[name]) for name in TOKENS)
    ]
    given, ends = scores["treebank's tokens"], scores["ends"]
    return f"""# {model.name}

Tags, dictionary forms and dependencies of English sentences: spaCy's tagger and transition-based parser over shared
vectors of words in their windows, and a table of endings (see `pipeline/syntax`). Labels are those of CRAFT's treebank
(Stanford dependencies, Penn tags). The folder holds numbers and text only; loading it runs no code.

## Learned from

The treebank of the training part of [{what}]({home}), {licence}:
{corpus["articles"]} articles, {corpus["sentences"]} sentences, {corpus["words"]} words. Weights are facts about these
texts, none of their sentences are in the folder; lemmas.tsv lists words with irregular forms.

## Scores on CRAFT's development part ({scores["sentences"]} sentences)

| | LAS | UAS | LAS with punctuation | UAS with punctuation |
|---|---|---|---|---|
{chr(10).join(rows)}

The first row is what parsers are compared by; in the others a word that the pipeline cuts otherwise than the treebank
counts as wrong. With the treebank's tokens {given["tag"]:.3f} of the tags and {given["lemma"]:.3f} of the dictionary
forms are right. Sentence ends inside paragraphs: F1 {ends["rules"]["f1"]:.3f} by the pipeline's rules (in use),
{ends["parser"]["f1"]:.3f} by the parser.

## Made by

```
{command}
```
"""
