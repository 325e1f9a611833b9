"""The folder of a trained classifier of relations: the model, how it was trained, and its card."""

from __future__ import annotations

from pathlib import Path

from pipeline.relations.learned.model import RelationModel, save_model
from pipeline.training.train_relations import HIGH
from pipeline.training.write import LANGUAGES, config, corpora_rows


def write_relation_model(model: RelationModel, folder: Path, command: str) -> None:
    """Writes all files of a model. command: that made it, for the card."""
    save_model(model, folder)
    (folder / "config.toml").write_text(config(model.layer, model.lang, model.meta, command), "utf-8", newline="\n")
    (folder / "README.md").write_text(card(model, command), "utf-8", newline="\n")


def card(model: RelationModel, command: str) -> str:
    """The model card: what it finds, from what it learned, how well it does, how to make it again."""
    rows = corpora_rows(model.meta["corpora"], "relations")
    scores = []
    for guideline, s in model.meta["scores"].items():
        figures = (f"{s[key]:.3f}" for key in ("p", "r", "f1", "negated", "speculative"))
        scores.append(f"| {guideline} | {' | '.join(figures)} | {s['gold']} |")
    sure = []
    for guideline, s in model.meta["scores"].items():
        counts = (f"{type_} {c['right']} of {c['found']}" for type_, c in s["sure"].items())
        sure.append(f"- {guideline}: {', '.join(counts)}")
    thresholds = ", ".join(f"{g} {t}" for g, t in model.meta["threshold"].items())
    return f"""# {model.name}

Says which mentions of a sentence are related, how and in which direction, and whether that is denied or supposed, in
{LANGUAGES.get(model.lang, model.lang)} text. It is a logistic regression over pairs of mentions, with the rules over
trigger words as one voice among others (see `pipeline/relations/learned`). The folder holds numbers and text only;
loading it runs no code.

## Learned from

| guideline | corpus | licence | documents | relations |
|---|---|---|---|---|
{chr(10).join(rows)}

The first guideline is the default; `--guideline NAME` takes another. Weights are facts about these texts, none of their
sentences are in the folder.

## Scores on development parts (annotated mentions given; type, direction and both ends)

| guideline | precision | recall | F1 | negated right | speculative right | relations |
|---|---|---|---|---|---|---|
{chr(10).join(scores)}

How probable a relation must be was set on these parts: {thresholds}. How often the flags are right
is of the relations found.

## High precision

`score` is the probability of type and direction (how well it is one: `benchmarks/results/relations.json`). Where few
errors matter more than few omissions, take relations from a score of {HIGH} on. Right of those found on the same parts:

{chr(10).join(sure)}

## Made by

```
{command}
```

Lexicon {model.meta["lexicon"]}.
"""
