"""A trained classifier of relations as a folder of numbers and text; loading it runs no code.

model.npz      hashes of features, and what each weighs for every class and flag, by guideline
config.toml    how it was trained
meta.json      name, language, guidelines, versions, thresholds, scores
README.md      the model card
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from pipeline.arrays import UNREADABLE, save_arrays
from pipeline.document import RELATION_TYPES
from pipeline.errors import ModelError
from pipeline.relations.learned import features
from pipeline.store import write_json

FEATURES = f"relations {features.VERSION}"
"""What meta.json has as "features"; it tells these folders from those of taggers."""
WEIGHTS, META = "model.npz", "meta.json"
_SYMMETRIC = "interacts_with"
CLASSES = ("none", *(f"{t}{d}" for t in RELATION_TYPES for d in (("",) if t == _SYMMETRIC else ("", "<"))))
"""None, and each type from the earlier mention to the later one, or ("<") the other way round."""
FLAGS = ("negated", "speculative")
COLUMNS = len(CLASSES) + len(FLAGS)
_LIKELY = 0.5
_INTERCEPT = 1 << 32  # greater than any hash

Keys = npt.NDArray[np.uint32]
Rows = npt.NDArray[np.float32]


@dataclass(frozen=True)
class Weights:
    """keys: hashes of features, ascending. rows: for each a weight by class and flag, and last the intercepts."""

    keys: Keys
    rows: Rows


@dataclass(frozen=True)
class RelationModel:
    """A trained classifier. Never changed after construction.

    weights: by guideline, the default first. meta: what meta.json holds besides; "threshold" by guideline is how
    probable the best relation of a pair must be.
    """

    name: str
    lang: str
    weights: Mapping[str, Weights]
    meta: dict[str, Any] = field(default_factory=dict)
    layer: str = "relations"

    @property
    def guidelines(self) -> tuple[str, ...]:
        """The guidelines it knows, the default first."""
        return tuple(self.weights)

    @property
    def version(self) -> str:
        """What goes into `by`."""
        return str(self.meta.get("version", ""))

    @property
    def syntax(self) -> str:
        """Name and version of the parser whose trees it learned with; "" for none."""
        return str(self.meta.get("syntax", ""))

    def fingerprint(self) -> bytes:
        """What results depend on."""
        parts = [json.dumps([self.meta.get("threshold"), self.syntax], sort_keys=True).encode()]
        for guideline, weights in self.weights.items():
            parts += [guideline.encode(), weights.keys.tobytes(), weights.rows.tobytes()]
        return b"\0".join(parts)


class Scorer:
    """Probabilities by the weights of one guideline."""

    def __init__(self, weights: Weights) -> None:
        # The last row is the intercept, found by a key that no hash has; the one added is for what was never learned.
        self._keys = np.append(weights.keys.astype(np.int64), _INTERCEPT)
        self._rows = np.vstack([weights.rows, np.zeros((1, COLUMNS))]).astype(np.float64)
        self.intercept: npt.NDArray[np.float64] = self._rows[-2]

    def __call__(self, pairs: Sequence[Sequence[int]]) -> npt.NDArray[np.float64]:
        """A row for each pair, given as hashes of features: probabilities of the classes, which add up to one, and of
        each flag."""
        return probabilities(self.sums(pairs))

    def sums(self, pairs: Sequence[Sequence[int]], *, intercept: bool = True) -> npt.NDArray[np.float64]:
        """What the features of each pair weigh together; those of one pair given in two parts may be added up, one part
        without the intercept."""
        if not pairs:
            return np.zeros((0, COLUMNS))
        keys = np.array([key for pair in pairs for key in (_INTERCEPT, *pair)], np.int64)
        places = np.searchsorted(self._keys, keys)
        places[self._keys[places] != keys] = len(self._keys)
        sums: npt.NDArray[np.float64] = np.add.reduceat(self._rows[places], np.flatnonzero(keys == _INTERCEPT), axis=0)
        return sums if intercept else sums - self.intercept


def probabilities(sums: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Of the classes, which add up to one, and of each flag, from what features weigh."""
    if not len(sums):
        return sums
    classes, flags = sums[:, : len(CLASSES)], sums[:, len(CLASSES) :]
    # A softmax, its largest term 1 lest it overflow.
    odds = np.exp(classes - classes.max(axis=1, keepdims=True))
    return np.hstack([odds / odds.sum(axis=1, keepdims=True), 1 / (1 + np.exp(-flags))])


def best_of(scores: npt.NDArray[np.float64]) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.float64]]:
    """The most probable relation of each row of scores, as its place in `CLASSES`, and its probability."""
    best = scores[:, 1 : len(CLASSES)].argmax(axis=1) + 1
    return best, scores[np.arange(len(scores)), best]


def flagged(probability: npt.NDArray[np.float64], by_rules: npt.NDArray[np.bool_]) -> npt.NDArray[np.bool_]:
    """Whether a flag is set: where it is more probable than not, or the rules set it.

    The rules know more words of denial than corpora annotate, and a denial that is lost is worse than one too many.
    """
    return (probability > _LIKELY) | by_rules


def save_model(model: RelationModel, folder: Path) -> None:
    """Writes a model for `load_relation_model`; the card and the configuration are the trainer's."""
    folder.mkdir(parents=True, exist_ok=True)
    arrays: dict[str, npt.NDArray[Any]] = {}
    for guideline, weights in model.weights.items():
        arrays[f"keys:{guideline}"] = weights.keys
        arrays[f"rows:{guideline}"] = weights.rows.astype(np.float16)
    save_arrays(folder / WEIGHTS, arrays)
    about = {"name": model.name, "layer": model.layer, "lang": model.lang, "guidelines": list(model.guidelines)}
    write_json(folder / META, {**model.meta, **about, "features": FEATURES})


def load_relation_model(folder: Path) -> RelationModel:
    """A model from its folder. ModelError says what is missing or does not fit, and what to do."""
    try:
        meta = json.loads((folder / META).read_text("utf-8"))
        name, lang, made_for = (str(meta[key]) for key in ("name", "lang", "features"))
        known = [str(g) for g in meta["guidelines"]]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise ModelError(f"{folder / META}: a folder made by `yimai train relations` expected: {error}") from error
    if made_for != FEATURES:
        raise ModelError(
            f"{folder}: made for features {made_for!r}, this Yimai has {FEATURES!r}; "
            "train it again (yimai train relations) or install the Yimai it was made with"
        )
    try:
        with (folder / WEIGHTS).open("rb") as file, np.load(file, allow_pickle=False) as arrays:
            weights = {g: _weights(arrays[f"keys:{g}"], arrays[f"rows:{g}"]) for g in known}
    except UNREADABLE as e:
        raise ModelError(f"{folder}: {WEIGHTS} as `yimai train relations` writes it expected: {e}") from e
    return RelationModel(name, lang, weights, meta)


def _weights(keys: npt.NDArray[Any], rows: npt.NDArray[Any]) -> Weights:
    if keys.dtype != np.uint32 or rows.shape != (len(keys) + 1, COLUMNS) or (keys[1:] <= keys[:-1]).any():
        raise ValueError(f"ascending hashes and {COLUMNS} columns expected, found {keys.dtype}, {rows.shape}")
    return Weights(keys, rows.astype(np.float32))
