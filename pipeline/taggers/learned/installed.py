"""The models that come with Yimai, and a user's own in their place."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from pathlib import Path

import pipeline
from pipeline.errors import ModelError
from pipeline.taggers.learned.model import META, Model, load_model


def shipped_folders() -> list[Path]:
    """The folders of the shipped models: in the package, or beside it in a checkout."""
    package = Path(pipeline.__file__).parent
    places = (package / "models", package.parent / "models")
    return next((found for place in places if (found := sorted(f.parent for f in place.glob(f"*/{META}")))), [])


def load_models(*given: str | Path) -> list[Model]:
    """The shipped models, by name; those given (folders that `yimai train` made) in the place of their like.

    ModelError names a folder that holds no model, and two given for one layer and language.
    """
    chosen = {(m.lang, m.layer): m for m in map(load_model, shipped_folders())}
    own: dict[tuple[str, str], Path] = {}
    for folder in map(Path, given):
        model = load_model(folder)
        if other := own.get((model.lang, model.layer)):
            raise ModelError(f"{folder}: {other} is a model for {model.lang} {model.layer} too; give one of them")
        own[model.lang, model.layer] = folder
        chosen[model.lang, model.layer] = model
    return [chosen[key] for key in sorted(chosen)]


def described() -> Iterator[tuple[Path, Model]]:
    """The shipped models with their folders."""
    for folder in shipped_folders():
        yield folder, load_model(folder)


def fingerprint(models: Sequence[Model]) -> str:
    """What results depend on of models: a hash of their weights and settings."""
    digest = hashlib.sha256()
    for model in models:
        digest.update(f"{model.name} {model.meta.get('bias')} {model.meta.get('again')}".encode())
        for guideline, weights in model.weights.items():
            for array in (weights.keys, weights.rows, weights.transitions):
                digest.update(guideline.encode() + array.tobytes())
            digest.update(str(sorted(model.counts[guideline].items())).encode())
    return digest.hexdigest()[:12]
