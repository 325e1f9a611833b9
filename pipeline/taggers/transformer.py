"""Mentions by a fine-tuned encoder: a Hugging Face model in a folder of yours labels word pieces.

Needs torch and transformers (`pip install 'yimai[transformers]'`), imported when the first model is loaded. Nothing is
fetched, no code of a folder is run, and weights are read from safetensors only: a pickle can run code.

config.json, model.safetensors, tokenizer.json …    as transformers saves them; labels "GUIDELINE:B" …
meta.json, README.md                                as every trained tagger has them; "features" is "transformer"
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from pipeline.document import LAYERS, Document, Mention
from pipeline.errors import ConfigError, ModelError
from pipeline.taggers.learned.chain import LABELS
from pipeline.taggers.learned.model import META

FEATURES = "transformer"
"""What meta.json has as "features" for a model of this kind."""

_LONGEST = 512  # word pieces at a time, where the network would take more: attention costs their square
_BATCH = 32
_VOCABULARIES = ("tokenizer.json", "vocab.txt", "vocab.json", "*.model")
_NEVER = -1e4
_OPEN = np.array([label in "BI" for label in LABELS])  # after it the name goes on
_GOES_ON = np.array([label in "IL" for label in LABELS])  # before it the name has begun
_MOVES = np.where(_OPEN[:, None] == _GOES_ON[None, :], 0.0, _NEVER)
_SURROGATE = re.compile("[\ud800-\udfff]")

Rows = npt.NDArray[np.float64]


class Unit(NamedTuple):
    """Characters that word pieces stand for, and the last of these pieces: it carries the label.

    Mostly one piece; several where a character is cut into bytes.
    """

    start: int
    end: int
    piece: int


class Pieces(NamedTuple):
    """The word pieces of a text, without the marks around it."""

    ids: list[int]
    units: list[Unit]


class Window(NamedTuple):
    """Word pieces start … end - 1, read at once; first … last - 1 of them take their labels from here."""

    start: int
    end: int
    first: int
    last: int


def windows(size: int, room: int, overlap: int) -> Iterator[Window]:
    """Windows of at most `room` pieces over `size` of them; each piece has its label from one window.

    overlap: pieces that two neighbours share; half of them take their labels from the first, half from the second.
    """
    starts = range(0, max(size - overlap, 1), room - overlap)
    owned = [0, *(start + overlap // 2 for start in starts[1:]), size]
    for start, (first, last) in zip(starts, pairwise(owned), strict=True):
        yield Window(start, min(start + room, size), first, last)


class Encoder:
    """A network that labels word pieces, with its tokenizer, on a GPU where torch sees one.

    labels: five for each guideline, in the order of `LABELS`.
    """

    def __init__(self, network: Any, tokenizer: Any) -> None:
        torch, _ = libraries()
        self.network, self.tokenizer = network, tokenizer
        self.device = torch.device(
            "cuda" if torch.cuda.is_available() else "mps" if torch.backends.mps.is_available() else "cpu"
        )
        network.to(self.device).eval()
        bare = tokenizer("a", add_special_tokens=False)["input_ids"]
        marked = tokenizer("a")["input_ids"]
        at = next(n for n in range(len(marked) + 1) if marked[n : n + len(bare)] == bare)
        self._before, self._after = marked[:at], marked[at + len(bare) :]
        # Two positions less than there are: some families begin to count at two.
        positions = getattr(network.config, "max_position_embeddings", None) or _LONGEST + 2
        self.room = min(_LONGEST, tokenizer.model_max_length, positions - 2) - len(self._before) - len(self._after)
        self.overlap = self.room // 4

    def pieces(self, texts: Sequence[str]) -> list[Pieces]:
        """The word pieces of each text. A character that the tokenizer drops is in no unit."""
        if not texts:
            return []
        whole = [_SURROGATE.sub("\ufffd", text) for text in texts]
        found = self.tokenizer(
            whole, add_special_tokens=False, return_offsets_mapping=True, return_attention_mask=False, verbose=False
        )
        return [
            Pieces(list(ids), list(_units(text, offsets)))
            for text, ids, offsets in zip(whole, found["input_ids"], found["offset_mapping"], strict=True)
        ]

    def batch(self, pieces: Sequence[Sequence[int]]) -> tuple[dict[str, Any], int]:
        """Windows as the network takes them, padded to one length; and the position of a window's first piece."""
        torch, _ = libraries()
        marked = [[*self._before, *ids, *self._after] for ids in pieces]
        size = max(map(len, marked))
        blank = self.tokenizer.pad_token_id or 0
        ids = torch.tensor([[*m, *[blank] * (size - len(m))] for m in marked], device=self.device)
        seen = torch.tensor([[1] * len(m) + [0] * (size - len(m)) for m in marked], device=self.device)
        return {"input_ids": ids, "attention_mask": seen}, len(self._before)

    def rows(self, texts: Sequence[Pieces], block: int) -> list[Rows]:
        """Log-weights of the five labels for each unit of each text. block: number of the guideline."""
        torch, _ = libraries()
        by_piece = [np.zeros((len(text.ids), len(LABELS))) for text in texts]
        parts = [(n, w) for n, text in enumerate(texts) for w in windows(len(text.ids), self.room, self.overlap)]
        # Windows of like length together: less is padded.
        parts = sorted((p for p in parts if p[1].end), key=lambda p: p[1].start - p[1].end)
        with torch.inference_mode():
            for at in range(0, len(parts), _BATCH):
                some = parts[at : at + _BATCH]
                inputs, shift = self.batch([texts[n].ids[w.start : w.end] for n, w in some])
                logits = self.network(**inputs).logits[..., block * len(LABELS) : (block + 1) * len(LABELS)]
                weights = logits.float().log_softmax(-1).cpu().numpy()
                for (n, w), row in zip(some, weights, strict=True):
                    begin = shift - w.start
                    by_piece[n][w.first : w.last] = row[begin + w.first : begin + w.last]
        return [rows[[u.piece for u in text.units]] for rows, text in zip(by_piece, texts, strict=True)]


@dataclass(frozen=True)
class TransformerModel:
    """A trained encoder of one layer. Never changed after construction."""

    name: str
    layer: str
    lang: str
    guidelines: tuple[str, ...]
    encoder: Encoder
    meta: dict[str, Any] = field(default_factory=dict)
    digest: str = ""
    """Hash of the weights."""

    @property
    def version(self) -> str:
        """What goes into `by`."""
        return str(self.meta.get("version", ""))

    def guideline(self, wanted: str | None) -> str:
        """`wanted`, or the default for None; ConfigError for one that the model does not know."""
        if wanted is None:
            return self.guidelines[0]
        if wanted not in self.guidelines:
            raise ConfigError(f"{self.name}: unknown guideline {wanted!r}; known: {', '.join(self.guidelines)}")
        return wanted

    def mentions(self, doc: Document, guideline: str) -> list[Mention]:
        """The mentions of its layer in the sentences of its language."""
        sentences = [s for s in doc.sentences if s.lang == self.lang]
        texts = self.encoder.pieces([doc.surface(s) for s in sentences])
        by = f"{self.name} {self.version}".strip()
        found = []
        rows = self.encoder.rows(texts, self.guidelines.index(guideline))
        for sentence, text, weights in zip(sentences, texts, rows, strict=True):
            for first, last, probability in spans(weights):
                start, end = sentence.start + text.units[first].start, sentence.start + text.units[last].end
                found.append(Mention("", start, end, self.layer, by=by, score=probability))
        return found


class TransformerTagger:
    """Tags the sentences of the models' languages, each with its models. Never changed after construction.

    guideline: whose boundaries and names, where a model knows several; None: each model's default.
    """

    def __init__(self, models: Sequence[TransformerModel], *, guideline: str | None = None) -> None:
        self.langs = {m.lang for m in models}
        self._models = [(m, m.guideline(guideline)) for m in models]

    @property
    def layers(self) -> tuple[str, ...]:
        """The layers it tags."""
        return tuple(model.layer for model, _ in self._models)

    def tag(self, doc: Document) -> list[Mention]:
        """Mentions without ids and concepts, a probability as `score`."""
        return [m for model, guideline in self._models for m in model.mentions(doc, guideline)]


def load_transformer(folder: Path) -> TransformerModel:
    """A model from its folder. ModelError says what is missing or does not fit, and what to do."""
    try:
        meta = json.loads((folder / META).read_text("utf-8"))
        name, layer, lang, made_for = (str(meta[key]) for key in ("name", "layer", "lang", "features"))
        known = tuple(str(g) for g in meta["guidelines"])
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise ModelError(f"{folder / META}: a folder made by `train_transformer` expected: {error}") from error
    if made_for != FEATURES or layer not in LAYERS or not known:
        raise ModelError(
            f"{folder / META}: features {FEATURES!r}, a layer ({', '.join(LAYERS)}) and guidelines expected, "
            f"found {made_for!r}, {layer!r}, {known!r}"
        )
    network, tokenizer, fresh = load_network(folder)
    if fresh:
        raise ModelError(f"{folder}: weights for {', '.join(fresh)} expected, found none; train it again")
    wanted = labels_of(known)
    found = [network.config.id2label.get(n) for n in range(network.config.num_labels)]
    if found != wanted:
        raise ModelError(f"{folder}: the labels {', '.join(wanted)} expected, found {', '.join(map(str, found))}")
    digest = hashlib.sha256()
    for file in sorted(folder.glob("*.safetensors")):
        digest.update(file.read_bytes())
    return TransformerModel(name, layer, lang, known, Encoder(network, tokenizer), meta, digest.hexdigest())


def labels_of(guidelines: Sequence[str]) -> list[str]:
    """The network's labels: five for each guideline."""
    return [f"{guideline}:{label}" for guideline in guidelines for label in LABELS]


def load_network(folder: Path, labels: Sequence[str] = ()) -> tuple[Any, Any, list[str]]:
    """Network, tokenizer, and the names of weights that the folder does not hold. labels: of a new last layer.

    ModelError for a folder without what is needed, or with what could run code.
    """
    _check_files(folder)
    _, transformers = libraries()
    local: dict[str, Any] = {"local_files_only": True, "trust_remote_code": False}
    new: dict[str, Any] = {}
    if labels:
        named = dict(enumerate(labels))
        new = {"num_labels": len(labels), "id2label": named, "label2id": {label: n for n, label in named.items()}}
    with quiet(transformers):
        try:
            tokenizer = transformers.AutoTokenizer.from_pretrained(str(folder), use_fast=True, **local)
            network, info = transformers.AutoModelForTokenClassification.from_pretrained(
                str(folder),
                use_safetensors=True,
                ignore_mismatched_sizes=bool(labels),
                output_loading_info=True,
                **new,
                **local,
            )
        except Exception as error:  # each of the libraries below has its own
            raise ModelError(f"{folder}: an encoder as transformers saves it expected: {error}") from error
    if not getattr(tokenizer, "is_fast", False):
        raise ModelError(
            f"{folder}: a fast tokenizer expected, found {type(tokenizer).__name__}; save it as tokenizer.json"
        )
    fresh = sorted(info["missing_keys"])
    if any(key.startswith(f"{network.base_model_prefix}.") for key in fresh):
        raise ModelError(f"{folder}: the weights of an encoder expected, found none for {fresh[0]} and others")
    return network.float(), tokenizer, fresh


def libraries() -> tuple[Any, Any]:
    """The modules torch and transformers; ConfigError where they are missing. Keeps transformers off the network."""
    os.environ.setdefault("HF_HUB_OFFLINE", "1")
    try:
        import torch  # noqa: PLC0415  (an extra, and seconds to import)
        import transformers  # noqa: PLC0415
    except ImportError as error:
        raise ConfigError(
            "a transformer model needs torch and transformers; install them with: pip install 'yimai[transformers]'"
        ) from error
    return torch, transformers


def spans(rows: Rows) -> list[tuple[int, int, float]]:
    """First and last unit of each name, and how probable it is, in the most probable labelling of a sentence.

    rows: log-weights of the labels for each unit. Only labellings that are names are weighed (no I after O).
    """
    if not rows.argmax(1).any():  # all O, as most sentences are; or no unit at all
        return []
    size = len(rows)
    best = rows[0] + np.where(_GOES_ON, _NEVER, 0)
    back = np.zeros((size, len(LABELS)), np.int64)
    for t in range(1, size):
        scores = best[:, None] + _MOVES
        back[t] = scores.argmax(0)
        best = scores.max(0) + rows[t]
    path = [int((best + np.where(_OPEN, _NEVER, 0)).argmax())]
    for t in range(size - 1, 0, -1):
        path.append(int(back[t, path[-1]]))
    path.reverse()
    forward, backward = np.zeros_like(rows), np.zeros_like(rows)
    forward[0] = rows[0] + np.where(_GOES_ON, _NEVER, 0)
    for t in range(1, size):
        forward[t] = np.logaddexp.reduce(forward[t - 1][:, None] + _MOVES, axis=0) + rows[t]
    backward[-1] = np.where(_OPEN, _NEVER, 0)
    for t in range(size - 2, -1, -1):
        backward[t] = np.logaddexp.reduce(_MOVES + (rows[t + 1] + backward[t + 1])[None, :], axis=1)
    total = np.logaddexp.reduce(forward[-1] + backward[-1])
    found = []
    first = 0
    for t, label in enumerate(LABELS[n] for n in path):
        if label in "BU":
            first = t
        if label in "LU":
            inner = sum(float(rows[k, path[k]]) for k in range(first + 1, t + 1))
            log = float(forward[first, path[first]] + inner + backward[t, path[t]] - total)
            found.append((first, t, round(min(1.0, float(np.exp(log))), 4)))
    return found


def _units(text: str, offsets: Sequence[tuple[int, int]]) -> Iterator[Unit]:
    """The characters of word pieces, blanks at their ends left out; pieces that share a character are one unit."""
    unit: Unit | None = None
    for piece, (start, end) in enumerate(offsets):
        covered = text[start:end]
        start += len(covered) - len(covered.lstrip())  # noqa: PLW2901
        end = start + len(covered.strip())  # noqa: PLW2901
        if start >= end:
            continue
        if unit is not None and start < unit.end:
            unit = Unit(min(unit.start, start), max(unit.end, end), piece)
            continue
        if unit is not None:
            yield unit
        unit = Unit(start, end, piece)
    if unit is not None:
        yield unit


def _check_files(folder: Path) -> None:
    if not (folder / "config.json").is_file():
        raise ModelError(f"{folder}: the folder of a Hugging Face encoder expected, found no config.json in it")
    # transformers 5 makes an empty tokenizer where there is none.
    if not any(found for pattern in _VOCABULARIES for found in folder.glob(pattern)):
        raise ModelError(f"{folder}: a tokenizer ({', '.join(_VOCABULARIES)}) expected beside the model, found none")
    if (folder / "adapter_config.json").exists():
        raise ModelError(f"{folder}: a whole model expected, found an adapter; merge it into its base first")
    if not any(folder.glob("*.safetensors")):
        pickles = sorted(
            f.name for pattern in ("*.bin", "*.pt", "*.pth", "*.h5", "*.msgpack") for f in folder.glob(pattern)
        )
        raise ModelError(
            f"{folder}: weights as model.safetensors expected, found {', '.join(pickles) or 'none'}; other forms are "
            "not read, a pickle can run code: load the model where you trust it and save it with save_pretrained"
        )


@contextmanager
def quiet(transformers: Any) -> Iterator[None]:
    """Without transformers' bars, reports and warnings of itself: what matters of them is raised."""
    logging = transformers.utils.logging
    level, bars = logging.get_verbosity(), logging.is_progress_bar_enabled()
    logging.set_verbosity(logging.CRITICAL)
    logging.disable_progress_bar()
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    finally:
        logging.set_verbosity(level)
        if bars:
            logging.enable_progress_bar()
