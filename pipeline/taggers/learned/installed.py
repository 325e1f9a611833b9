"""The models that come with Yimai, and a user's own in their place."""

from __future__ import annotations

import hashlib
import json
import sysconfig
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Protocol

import pipeline
from pipeline.document import Document, Mention
from pipeline.errors import ModelError
from pipeline.lexicon import Lexicon
from pipeline.relations.learned.model import FEATURES as OF_RELATIONS
from pipeline.relations.learned.model import RelationModel, load_relation_model
from pipeline.syntax.model import SYNTAX, SyntaxModel, load_syntax
from pipeline.syntax.parser import Parser
from pipeline.taggers.learned.model import META, Model, load_model
from pipeline.taggers.learned.tagger import LearnedTagger
from pipeline.taggers.transformer import FEATURES, TransformerModel, TransformerTagger, load_transformer

AnyModel = Model | TransformerModel | RelationModel


class Tagger(Protocol):
    """What finds mentions of some layers in the sentences of some languages."""

    langs: set[str]

    @property
    def layers(self) -> tuple[str, ...]:
        """The layers it tags."""

    def tag(self, doc: Document) -> list[Mention]:
        """Mentions of a segmented document."""


def shipped_folders() -> list[Path]:
    """The folders of the shipped taggers: beside the package in a checkout, else where an installation put them."""
    return [folder for folder in _shipped() if folder.name != SYNTAX]


def shipped_syntax() -> SyntaxModel | None:
    """The shipped parser of English; None where none is installed."""
    return next((load_syntax(folder) for folder in _shipped() if folder.name == SYNTAX), None)


def shipped_parser() -> Parser:
    """The shipped parser at work; ModelError where none is installed."""
    if (model := shipped_syntax()) is None:
        raise ModelError(f"models/{SYNTAX}: the parser expected; make it (make models MODELS={SYNTAX})")
    return Parser(model)


def _shipped() -> list[Path]:
    places = (Path(pipeline.__file__).parent.parent / "models", Path(sysconfig.get_path("data")) / "share/yimai/models")
    return next((found for place in places if (found := sorted(f.parent for f in place.glob(f"*/{META}")))), [])


def load_models(*given: str | Path) -> list[AnyModel]:
    """The shipped models, by name; those given (folders that `yimai train` made) in the place of their like.

    ModelError names a folder that holds no model, and two given for one layer and language.
    """
    chosen: dict[tuple[str, str], AnyModel] = {(m.lang, m.layer): m for m in map(_opened, shipped_folders())}
    own: dict[tuple[str, str], Path] = {}
    for folder in map(Path, given):
        model = _opened(folder)
        if other := own.get((model.lang, model.layer)):
            raise ModelError(f"{folder}: {other} is a model for {model.lang} {model.layer} too; give one of them")
        own[model.lang, model.layer] = folder
        chosen[model.lang, model.layer] = model
    return [chosen[key] for key in sorted(chosen)]


def _opened(folder: Path) -> AnyModel:
    try:
        kind = json.loads((folder / META).read_text("utf-8")).get("features")
    except (OSError, ValueError, AttributeError):
        kind = ""  # `load_model` says what is wrong
    if isinstance(kind, str) and kind.startswith(OF_RELATIONS.split(" ", maxsplit=1)[0]):
        return load_relation_model(folder)
    return load_transformer(folder) if kind == FEATURES else load_model(folder)


def taggers_of(models: Sequence[AnyModel], lexicon: Lexicon, guideline: str | None) -> list[Tagger]:
    """Taggers for models: one for all the chains of a language, which share their features, one for each encoder."""
    result: list[Tagger] = []
    chains = [m for m in models if isinstance(m, Model)]
    for lang in dict.fromkeys(m.lang for m in chains):
        result.append(LearnedTagger([m for m in chains if m.lang == lang], lexicon, guideline=guideline))
    for model in models:
        if isinstance(model, TransformerModel):
            known = guideline if guideline in model.guidelines else None
            result.append(TransformerTagger([model], guideline=known))
    return result


def described() -> Iterator[tuple[Path, AnyModel]]:
    """The shipped models with their folders."""
    for folder in shipped_folders():
        yield folder, _opened(folder)


def fingerprint(models: Sequence[AnyModel]) -> str:
    """What results depend on of models: a hash of their weights and settings."""
    digest = hashlib.sha256()
    for model in models:
        about = (model.name, model.version, model.lang, model.layer, model.meta.get("bias"), model.meta.get("again"))
        digest.update(repr((*about, model.meta.get("filled"))).encode())
        if isinstance(model, RelationModel):
            digest.update(model.fingerprint())
            continue
        if isinstance(model, TransformerModel):
            digest.update(model.digest.encode())
            continue
        for guideline, weights in model.weights.items():
            for array in (weights.keys, weights.rows, weights.transitions):
                digest.update(guideline.encode() + array.tobytes())
            digest.update(str(sorted(model.counts[guideline].items())).encode())
    return digest.hexdigest()[:12]
