"""A trained model's folder: the model, how it was trained, and its card."""

from __future__ import annotations

import json
from collections.abc import Mapping
from importlib.resources import files
from pathlib import Path
from typing import Any

from pipeline.document import LAYERS
from pipeline.taggers.learned.model import Model, save_model

LANGUAGES = {"en": "English", "zh": "Chinese"}


def write_model(model: Model, folder: Path, command: str) -> None:
    """Writes all files of a model. command: that made it, for the card."""
    save_model(model, folder)
    (folder / "config.toml").write_text(config(model.layer, model.lang, model.meta, command), "utf-8", newline="\n")
    (folder / "README.md").write_text(card(model, command), "utf-8", newline="\n")


def config(layer: str, lang: str, meta: Mapping[str, Any], command: str) -> str:
    """How a model was trained, as TOML. meta: its options and corpora."""
    lines = [
        f"layer = {json.dumps(layer)}",
        f"lang = {json.dumps(lang)}",
        f"command = {json.dumps(command, ensure_ascii=False)}",
    ]
    lines += ["", "[options]", *(f"{key} = {value}" for key, value in meta["options"].items())]
    for guideline, corpus in meta["corpora"].items():
        lines += [
            "",
            f"[corpora.{json.dumps(guideline, ensure_ascii=False)}]",
            *(f"{key} = {value}" for key, value in corpus.items()),
        ]
    return "\n".join(lines) + "\n"


def card(model: Model, command: str) -> str:
    """The model card: what it tags, from what it learned, how well it does, how to make it again."""
    rows, scores = corpora_rows(model.meta["corpora"]), score_rows(model.meta.get("scores", {}))
    layer = f"{model.layer}s" if model.layer in LAYERS[:2] else f"{model.layer}es"
    tuned = ", ".join(f"{g} {b} / {model.meta['again'][g]}" for g, b in model.meta.get("bias", {}).items())
    return f"""# {model.name}

Finds {layer} in {LANGUAGES.get(model.lang, model.lang)} text: a linear-chain conditional random field over sub-word
pieces (see `pipeline/taggers/learned`). The folder holds numbers and text only; loading it runs no code.

## Learned from

| guideline | corpus | licence | documents | mentions |
|---|---|---|---|---|
{chr(10).join(rows)}

The first guideline is the default; `--guideline NAME` takes another. Weights are facts about these texts, none of their
sentences are in the folder; counts.tsv lists names that they mark.

## Scores on development parts (exact spans)

| guideline | precision | recall | F1 | mentions |
|---|---|---|---|---|
{chr(10).join(scores)}

How much is found (bias / share from which a name is found everywhere) was set on these parts: {tuned}.

## Made by

```
{command}
```

Lexicon {model.meta["lexicon"]}.
"""


def corpora_rows(corpora: Mapping[str, Mapping[str, int]], counted: str = "mentions") -> list[str]:
    """A card's rows on the corpora: what is known of them, and how many documents and `counted` they hold."""
    known = json.loads((files("pipeline") / "resources" / "corpora" / "licences.json").read_text("utf-8"))
    rows = []
    for guideline, corpus in corpora.items():
        what, licence, home = known.get(guideline, ("given by the user", "", ""))
        named = f"[{what}]({home})" if home else what
        rows.append(f"| {guideline} | {named} | {licence} | {corpus['documents']} | {corpus[counted]} |")
    return rows


def score_rows(scores: Mapping[str, Mapping[str, float]]) -> list[str]:
    """A card's rows on the scores by guideline."""
    return [
        f"| {guideline} | {s['p']:.3f} | {s['r']:.3f} | {s['f1']:.3f} | {s['gold']} |"
        for guideline, s in scores.items()
    ]
