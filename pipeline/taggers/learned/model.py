"""A trained tagger of one layer as a folder: weights, counts of names, what it was made of. Nothing in it is code.

model.npz      hashes of features, their weights by label, transitions; of each guideline what it adds
counts.tsv     guideline, name, places where annotated text marks it, places in all
config.toml    how it was trained
meta.json      name, layer, language, guidelines, versions, scores
README.md      the model card
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from pipeline.arrays import UNREADABLE, save_arrays
from pipeline.document import LAYERS
from pipeline.errors import ModelError
from pipeline.store import write_json
from pipeline.taggers.learned import features
from pipeline.taggers.learned.chain import Chain, Keys, Rows, Vocabulary
from pipeline.taggers.learned.surfaces import Counts, Surfaces

WEIGHTS, COUNTS, META = "model.npz", "counts.tsv", "meta.json"


@dataclass(frozen=True)
class Weights:
    """What features weigh. keys: hashes, ascending; rows: a row of labels for each; transitions: label by label."""

    keys: Keys
    rows: Rows
    transitions: Rows


@dataclass(frozen=True)
class Model:
    """A trained tagger. Never changed after construction.

    weights, counts: by guideline, the default first. meta: what meta.json holds besides; "bias" as of `Chain.spans` and
    "again" as of `said_again`, by guideline.
    """

    name: str
    layer: str
    lang: str
    weights: Mapping[str, Weights]
    counts: Mapping[str, Mapping[str, Counts]]
    meta: dict[str, Any] = field(default_factory=dict)

    @property
    def guidelines(self) -> tuple[str, ...]:
        """The guidelines it knows, the default first."""
        return tuple(self.counts)

    @property
    def version(self) -> str:
        """What goes into `by`."""
        return str(self.meta.get("version", ""))

    def chain(self, guideline: str, vocabulary: Vocabulary) -> Chain:
        """The chain for one guideline; vocabulary: shared with the other layers of a text."""
        weights = self.weights[guideline]
        return Chain(weights.keys, weights.rows, weights.transitions, vocabulary)

    def surfaces(self, guideline: str) -> Surfaces:
        """What the texts of a guideline say of names."""
        return Surfaces(self.counts[guideline])


def joined(models: Sequence[Model]) -> Model:
    """One model of a layer that knows the guidelines of all, the first one's default."""
    meta = dict(models[0].meta)
    for key in ("bias", "again", "scores", "corpora"):
        meta[key] = {g: value for m in models for g, value in m.meta.get(key, {}).items()}
    weights = {g: w for m in models for g, w in m.weights.items()}
    counts = {g: c for m in models for g, c in m.counts.items()}
    return replace(models[0], weights=weights, counts=counts, meta=meta)


def save_model(model: Model, folder: Path) -> None:
    """Writes a model for `load_model`; the card and the configuration are the trainer's."""
    folder.mkdir(parents=True, exist_ok=True)
    arrays: dict[str, npt.NDArray[Any]] = {}
    for guideline, weights in model.weights.items():
        arrays[f"keys:{guideline}"] = weights.keys
        arrays[f"rows:{guideline}"] = weights.rows.astype(np.float16)
        arrays[f"transitions:{guideline}"] = weights.transitions
    save_arrays(folder / WEIGHTS, arrays)
    lines = [
        f"{guideline}\t{name}\t{c.marked}\t{c.total}\n"
        for guideline, counts in model.counts.items()
        for name, c in sorted(counts.items())
    ]
    (folder / COUNTS).write_text("".join(["guideline\tname\tmarked\ttotal\n", *lines]), "utf-8", newline="\n")
    about = {"name": model.name, "layer": model.layer, "lang": model.lang, "guidelines": list(model.guidelines)}
    write_json(folder / META, {**model.meta, **about, "features": features.VERSION})


def load_model(folder: Path) -> Model:
    """A model from its folder. ModelError says what is missing or does not fit, and what to do."""
    try:
        meta = json.loads((folder / META).read_text("utf-8"))
        name, layer, lang = (str(meta[key]) for key in ("name", "layer", "lang"))
        known = [str(g) for g in meta["guidelines"]]
        made_for = str(meta["features"])
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise ModelError(f"{folder / META}: a folder made by `yimai train` expected: {error}") from error
    if made_for != features.VERSION:
        raise ModelError(
            f"{folder}: made for features of version {made_for}, this Yimai has {features.VERSION}; "
            "train it again (yimai train) or install the Yimai it was made with"
        )
    if layer not in LAYERS or not known:
        raise ModelError(f"{folder / META}: a layer ({', '.join(LAYERS)}) and guidelines expected, found {layer!r}")
    try:
        with (folder / WEIGHTS).open("rb") as file, np.load(file, allow_pickle=False) as arrays:
            weights = {g: _weights(arrays, g) for g in known}
        counts = _counts(folder / COUNTS, known)
    except UNREADABLE as error:
        raise ModelError(f"{folder}: {WEIGHTS} and {COUNTS} as `yimai train` writes them expected: {error}") from error
    return Model(name, layer, lang, weights, counts, meta)


def _weights(arrays: Any, guideline: str) -> Weights:
    keys, rows = np.asarray(arrays[f"keys:{guideline}"]), np.asarray(arrays[f"rows:{guideline}"], np.float32)
    transitions = np.asarray(arrays[f"transitions:{guideline}"], np.float32)
    if (
        keys.dtype != np.uint64
        or (np.diff(keys.astype(np.float64)) < 0).any()
        or rows.shape != (len(keys), 5)
        or transitions.shape != (5, 5)
    ):
        raise ValueError(f"ascending hashes and a row of 5 labels for each expected, found {keys.dtype}, {rows.shape}")
    return Weights(keys, rows, transitions)


def _counts(path: Path, guidelines: list[str]) -> dict[str, dict[str, Counts]]:
    result: dict[str, dict[str, Counts]] = {g: {} for g in guidelines}
    for number, line in enumerate(path.read_text("utf-8").splitlines()[1:], 2):
        cells = line.split("\t")
        if len(cells) != 4 or cells[0] not in result:
            raise ValueError(f"{path.name}:{number}: guideline, name and two numbers expected, found {line[:60]!r}")
        result[cells[0]][cells[1]] = Counts(int(cells[2]), int(cells[3]))
    return result
