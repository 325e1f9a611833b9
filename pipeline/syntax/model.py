"""A trained parser of English as a folder of numbers and text; loading it runs no code.

vectors.msgpack, tagger.msgpack, parser.msgpack   weights and labels, as spaCy's parts write them
lemmas.tsv     endings of words and their dictionary forms
config.toml    how it was trained
meta.json      name, versions, corpus, scores
README.md      the model card

What the parts are and how large is fixed here, not read from the folder: spaCy's own loading takes the names of
functions from a file.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pipeline.errors import ModelError
from pipeline.store import write_json
from pipeline.syntax.lemmas import Lemmas

if TYPE_CHECKING:
    from spacy.language import Language
    from spacy.tokens import Doc

SYNTAX = "en-syntax"
"""The name of the shipped parser."""
KIND = "syntax 1"
"""What meta.json has as "features"; it tells these folders from those of taggers."""
META, LEMMAS = "meta.json", "lemmas.tsv"
PARTS = ("tok2vec", "tagger", "parser")
_FILES = {"tok2vec": "vectors.msgpack", "tagger": "tagger.msgpack", "parser": "parser.msgpack"}
_WIDTH = 96
_SURROGATE = re.compile("[\ud800-\udfff]")


@dataclass(frozen=True)
class SyntaxModel:
    """A trained parser. Never changed after construction. meta: what meta.json holds besides."""

    name: str
    nlp: Language
    lemmas: Lemmas
    meta: dict[str, Any] = field(default_factory=dict)


def blank() -> Language:
    """An untrained spaCy pipeline: vectors of words in their windows, which the tagger and the parser share."""
    import spacy  # noqa: PLC0415  (importing the package must stay fast)

    nlp = spacy.blank("en")
    vectors: dict[str, Any] = {
        "@architectures": "spacy.Tok2Vec.v2",
        "embed": {
            "@architectures": "spacy.MultiHashEmbed.v2",
            "width": _WIDTH,
            "attrs": ["NORM", "PREFIX", "SUFFIX", "SHAPE"],
            "rows": [5000, 1000, 2500, 2500],
            "include_static_vectors": False,
        },
        "encode": {
            "@architectures": "spacy.MaxoutWindowEncoder.v2",
            "width": _WIDTH,
            "depth": 4,
            "window_size": 1,
            "maxout_pieces": 2,  # a quarter faster than spaCy's 3
        },
    }
    shared = {"@architectures": "spacy.Tok2VecListener.v1", "width": _WIDTH, "upstream": "tok2vec"}
    parser = {
        "@architectures": "spacy.TransitionBasedParser.v2",
        "state_type": "parser",
        "extra_state_tokens": False,
        "hidden_width": 64,
        "maxout_pieces": 2,
        "use_upper": True,
        "tok2vec": shared,
    }
    nlp.add_pipe("tok2vec", config={"model": vectors})
    nlp.add_pipe("tagger", config={"model": {"@architectures": "spacy.Tagger.v2", "tok2vec": shared}})
    nlp.add_pipe("parser", config={"model": parser, "min_action_freq": 20})
    return nlp


def part_of(nlp: Language, name: str) -> Any:
    """A part of a pipeline; spaCy's signatures say only that it can be called."""
    return nlp.get_pipe(name)


def plain(nlp: Language, text: str, bounds: Sequence[tuple[int, int]], *, whole: bool = False) -> Doc:
    """A text with given tokens and nothing else, as the parts take it. bounds: first and last offset of each token.

    whole: it is one sentence, which the parser is not to cut.
    """
    from spacy.tokens import Doc  # noqa: PLC0415

    # Half a surrogate pair, as broken JSON brings it, is no character that spaCy can take.
    words = [_SURROGATE.sub("\ufffd", text[start:end]) for start, end in bounds]
    spaces = [end < after for (_, end), (after, _) in pairwise([*bounds, (len(text), 0)])]
    starts: list[bool | int | None] | None = [at == 0 for at in range(len(words))] if whole else None
    return Doc(nlp.vocab, words=words, spaces=spaces, sent_starts=starts)


def save_syntax(model: SyntaxModel, folder: Path) -> None:
    """Writes a model for `load_syntax`; the card and the configuration are the trainer's."""
    folder.mkdir(parents=True, exist_ok=True)
    for part, file in _FILES.items():
        (folder / file).write_bytes(part_of(model.nlp, part).to_bytes(exclude=["vocab"]))
    (folder / LEMMAS).write_text("".join(f"{line}\n" for line in model.lemmas.lines()), "utf-8", newline="\n")
    write_json(folder / META, {**model.meta, "name": model.name, "lang": "en", "layer": "syntax", "features": KIND})


def load_syntax(folder: Path) -> SyntaxModel:
    """A model from its folder. ModelError says what is missing or does not fit, and what to do."""
    try:
        meta = json.loads((folder / META).read_text("utf-8"))
        name, kind = str(meta["name"]), str(meta["features"])
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise ModelError(
            f"{folder / META}: a folder made by `make models MODELS={SYNTAX}` expected: {error}"
        ) from error
    if kind != KIND:
        raise ModelError(
            f"{folder}: made for {kind!r}, this Yimai has {KIND!r}; train it again (make models MODELS={SYNTAX})"
        )
    nlp = blank()
    for part, file in _FILES.items():
        try:
            part_of(nlp, part).from_bytes((folder / file).read_bytes(), exclude=["vocab"])
        # What msgpack, thinc and spaCy raise for bytes that are not theirs has no base of its own.
        except Exception as error:
            raise ModelError(f"{folder / file}: as `make models` writes it expected: {error}") from error
    for label in (label for part in PARTS[1:] for label in part_of(nlp, part).labels):
        nlp.vocab.strings.add(label)
    try:
        lines = (folder / LEMMAS).read_text("utf-8").splitlines()
    except (OSError, ValueError) as error:
        raise ModelError(f"{folder / LEMMAS}: as `make models` writes it expected: {error}") from error
    return SyntaxModel(name, nlp, Lemmas.read(lines, str(folder / LEMMAS)), meta)
