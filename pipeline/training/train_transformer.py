"""Fine-tuning an encoder to label the word pieces of one layer's names, on documents of one or several guidelines.

The network is a Hugging Face encoder from a folder of yours with a new last layer: five labels for each guideline, so
that all guidelines teach the encoder and none blurs another's boundaries. What is saved are the weights of the epoch
that scores best on the development parts.
"""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from importlib.metadata import version
from pathlib import Path
from typing import Any, NamedTuple

from pipeline.document import LAYERS, Document
from pipeline.errors import ConfigError
from pipeline.segment import Segmenter
from pipeline.store import write_json
from pipeline.taggers.learned.chain import LABELS
from pipeline.taggers.learned.model import META
from pipeline.taggers.transformer import (
    FEATURES,
    Encoder,
    Pieces,
    TransformerModel,
    labels_of,
    libraries,
    load_network,
    quiet,
    windows,
)
from pipeline.training.score import exact_spans
from pipeline.training.train import described
from pipeline.training.write import LANGUAGES, corpora_rows, score_rows

_UNMARKED = -100  # torch's number for "learn nothing here"
_REPORTED = 100  # batches between two lines of progress
_WARM = 0.1  # share of the steps in which the rate rises, as in the BERT paper (Devlin and others, 2019)

Corpora = Mapping[str, Sequence[Document]]
"""Annotated documents by guideline, the default one first."""


class Example(NamedTuple):
    """A window to learn from: its word pieces and the number of the label of each."""

    ids: list[int]
    labels: list[int]


def train_transformer(
    layer: str,
    lang: str,
    corpora: Corpora,
    dev: Corpora,
    *,
    base: Path,
    out: Path,
    name: str,
    epochs: int = 3,
    seed: int = 0,
    rate: float = 5e-5,
    batch: int = 16,
    progress: Callable[[str], None] = lambda _: None,
) -> dict[str, Any]:
    """Trains a model and writes its folder `out`, for `load_transformer`; gives back what is in its meta.json.

    dev: chooses the epoch, so the figures are those of development data; without it the last epoch stands. base: the
    folder of the encoder. rate: the highest learning rate. ConfigError when there is nothing to learn from, or `out` is
    not empty.
    """
    if layer not in LAYERS:
        raise ConfigError(f"unknown layer {layer!r}; known: {', '.join(LAYERS)}")
    if unknown := [g for g in dev if g not in corpora]:
        raise ConfigError(f"dev has the guideline {unknown[0]!r}, the corpora do not; known: {', '.join(corpora)}")
    if out.exists() and (not out.is_dir() or any(out.iterdir())):
        raise ConfigError(f"{out}: a new or empty folder expected; move the old model away first")
    torch, _ = libraries()
    started = time.monotonic()
    segmenter = Segmenter()
    read = {g: [segmenter.segment(d.with_(blocks=())) for d in docs] for g, docs in corpora.items()}
    read_dev = {g: [segmenter.segment(d.with_(blocks=())) for d in docs] for g, docs in dev.items()}
    guidelines = tuple(corpora)
    with _seeded(torch, seed):
        network, tokenizer, _ = load_network(base, labels_of(guidelines))
        encoder = Encoder(network, tokenizer)
        examples, learned, lost = _examples(read, layer, lang, encoder)
        progress(f"{len(examples)} windows, {learned} mentions of {layer}, {lost} that no word pieces fit")
        if not learned:
            raise ConfigError(f"no {layer} mention in {lang} sentences of the corpora; give annotated documents")
        meta: dict[str, Any] = {
            "version": "1",
            "base": base.resolve().name,
            "options": {"epochs": epochs, "rate": rate, "batch": batch, "seed": seed},
            "libraries": {library: version(library) for library in ("torch", "transformers")},
            "corpora": {g: described(docs, layer) for g, docs in read.items()},
            "lost": lost,
        }
        model = TransformerModel(name, layer, lang, guidelines, encoder, meta)
        meta["scores"] = _learn(model, examples, read_dev, progress)
    meta["seconds"] = round(time.monotonic() - started)
    return _write(model, out)


def _examples(read: Corpora, layer: str, lang: str, encoder: Encoder) -> tuple[list[Example], int, int]:
    """Windows to learn from; how many mentions are in them, and how many bounds cut a word piece or a sentence."""
    examples = []
    learned = lost = 0
    for block, docs in enumerate(read.values()):
        for doc in docs:
            sentences = [s for s in doc.sentences if s.lang == lang]
            names = [(m.start, m.end) for m in doc.mentions if m.type == layer]
            for sentence, text in zip(sentences, encoder.pieces([doc.surface(s) for s in sentences]), strict=True):
                inside = [
                    (a - sentence.start, b - sentence.start) for a, b in names if sentence.start <= a < sentence.end
                ]
                labels, fitting = _labels(text, inside)
                learned += fitting
                lost += len(inside) - fitting
                labels = [n if n == _UNMARKED else block * len(LABELS) + n for n in labels]
                for w in windows(len(text.ids), encoder.room, encoder.overlap):
                    own = [n if w.first <= at < w.last else _UNMARKED for at, n in enumerate(labels)]
                    if any(n != _UNMARKED for n in own):
                        examples.append(Example(text.ids[w.start : w.end], own[w.start : w.end]))
    return examples, learned, lost


def _labels(text: Pieces, names: Sequence[tuple[int, int]]) -> tuple[list[int], int]:
    """The label of each word piece, and how many of the names have bounds that units have too."""
    begins = {unit.start: number for number, unit in enumerate(text.units)}
    ends = {unit.end: number for number, unit in enumerate(text.units)}
    marks = ["O"] * len(text.units)
    others = []
    for start, end in names:
        if start in begins and end in ends:
            first, last = begins[start], ends[end]
            marks[first : last + 1] = ["U"] if first == last else ["B", *["I"] * (last - first - 1), "L"]
        else:
            others.append((start, end))
    labels = [_UNMARKED] * len(text.ids)
    for unit, mark in zip(text.units, marks, strict=True):
        # What is in a name that cannot be learned is not outside of names either.
        if not any(start < unit.end and unit.start < end for start, end in others):
            labels[unit.piece] = LABELS.index(mark)
    return labels, len(names) - len(others)


def _learn(
    model: TransformerModel, examples: Sequence[Example], dev: Corpora, progress: Callable[[str], None]
) -> dict[str, dict[str, float]]:
    """Trains the network in place; the scores on `dev` of the epoch whose weights it has in the end."""
    torch, transformers = libraries()
    options = model.meta["options"]
    network, size = model.encoder.network, options["batch"]
    steps = options["epochs"] * -(-len(examples) // size)
    optimizer = torch.optim.AdamW(_groups(network), lr=options["rate"])
    schedule = transformers.get_linear_schedule_with_warmup(optimizer, round(_WARM * steps), steps)
    best: dict[str, Any] = {}
    scores: dict[str, dict[str, float]] = {}
    highest = -1.0
    for epoch in range(1, options["epochs"] + 1):
        network.train()
        loss_sum = 0.0
        order = torch.randperm(len(examples)).tolist()
        for at in range(0, len(order), size):
            loss = _loss(model, [examples[n] for n in order[at : at + size]])
            optimizer.zero_grad()
            loss.backward()
            torch.nn.utils.clip_grad_norm_(network.parameters(), 1.0)
            optimizer.step()
            schedule.step()
            loss_sum += float(loss.detach())
            if (step := at // size + 1) % _REPORTED == 0:
                progress(f"epoch {epoch}: {step} of {-(-len(order) // size)} batches, loss {loss_sum / step:.4f}")
        network.eval()
        progress(f"epoch {epoch} of {options['epochs']}: loss {loss_sum / -(-len(order) // size):.4f}")
        if not dev:
            continue
        figures = {g: _scored(model, g, docs) for g, docs in dev.items()}
        for guideline, f in figures.items():
            progress(f"dev {guideline}: precision {f['p']:.4f}, recall {f['r']:.4f}, F1 {f['f1']:.4f} (strict)")
        mean = sum(f["f1"] for f in figures.values()) / len(figures)
        if mean >= highest:  # of equal epochs the later one is surer
            highest, scores = mean, figures
            best = {key: value.detach().to("cpu", copy=True) for key, value in network.state_dict().items()}
    if best:
        network.load_state_dict(best)
    return scores


def _loss(model: TransformerModel, examples: Sequence[Example]) -> Any:
    """Cross entropy over the five labels of the guideline that each example is of."""
    torch, _ = libraries()
    encoder = model.encoder
    inputs, shift = encoder.batch([e.ids for e in examples])
    wanted = torch.full(inputs["input_ids"].shape, _UNMARKED, device=encoder.device)
    for row, example in zip(wanted, examples, strict=True):
        row[shift : shift + len(example.labels)] = torch.tensor(example.labels, device=encoder.device)
    half = encoder.device.type == "cuda" and torch.cuda.is_bf16_supported()
    with torch.autocast(encoder.device.type, torch.bfloat16, enabled=half):
        logits = encoder.network(**inputs).logits
    marked = wanted != _UNMARKED
    blocks = logits[marked].float().unflatten(-1, (len(model.guidelines), len(LABELS)))
    label = wanted[marked]
    own = blocks[torch.arange(len(label), device=encoder.device), label // len(LABELS)]
    return torch.nn.functional.cross_entropy(own, label % len(LABELS))


def _groups(network: Any) -> list[dict[str, Any]]:
    """Parameters with weight decay, and without: biases and norms, which are vectors."""
    parameters = [p for p in network.parameters() if p.requires_grad]
    return [
        {"params": [p for p in parameters if p.ndim > 1], "weight_decay": 0.01},
        {"params": [p for p in parameters if p.ndim <= 1], "weight_decay": 0.0},
    ]


def _scored(model: TransformerModel, guideline: str, docs: Sequence[Document]) -> dict[str, float]:
    """Precision, recall and F1 of exact spans."""
    return exact_spans(
        (
            {
                (m.start, m.end)
                for m in doc.mentions
                if m.type == model.layer
                and (at := doc.sentence_of(m.start)) is not None
                and doc.sentences[at].lang == model.lang
            },
            {(m.start, m.end) for m in model.mentions(doc, guideline)},
        )
        for doc in docs
    )


def _write(model: TransformerModel, out: Path) -> dict[str, Any]:
    """Writes all files beside `out`, then gives the folder its name."""
    about = {"name": model.name, "layer": model.layer, "lang": model.lang, "guidelines": list(model.guidelines)}
    meta = {**about, "features": FEATURES, **model.meta}
    out = out.resolve()
    temporary = out.with_name(f"{out.name}.{os.getpid()}.tmp")
    temporary.mkdir(parents=True)
    try:
        # Where the base lay is nobody's business who gets the model.
        model.encoder.network.config._name_or_path = model.name
        model.encoder.tokenizer.name_or_path = model.name
        with quiet(libraries()[1]):
            model.encoder.network.save_pretrained(temporary)
            model.encoder.tokenizer.save_pretrained(temporary)
        write_json(temporary / META, meta)
        (temporary / "README.md").write_text(card(meta), "utf-8", newline="\n")
        if out.exists():
            out.rmdir()
        temporary.replace(out)
    finally:
        shutil.rmtree(temporary, ignore_errors=True)
    return meta


def card(meta: Mapping[str, Any]) -> str:
    """The model card: what it tags, from what it learned, how well it does."""
    rows, scores = corpora_rows(meta["corpora"]), score_rows(meta["scores"])
    layer = f"{meta['layer']}s" if meta["layer"] in LAYERS[:2] else f"{meta['layer']}es"
    made_with = "; ".join(", ".join(f"{k} {v}" for k, v in meta[key].items()) for key in ("options", "libraries"))
    chosen = (
        "The epoch was chosen on these parts." if scores else "None were given: these are the last epoch's weights."
    )
    return f"""# {meta["name"]}

Finds {layer} in {LANGUAGES.get(meta["lang"], meta["lang"])} text: the encoder `{meta["base"]}`, fine-tuned to label
word pieces (see `pipeline/taggers/transformer.py`). Loading it runs no code of this folder. The encoder's own licence
may bind these weights too.

## Learned from

| guideline | corpus | licence | documents | mentions |
|---|---|---|---|---|
{chr(10).join(rows)}

The first guideline is the default. Mentions that begin or end inside a word piece, or go over a sentence's end, were
not learned: {meta["lost"]}.

## Scores on development parts (exact spans)

| guideline | precision | recall | F1 | mentions |
|---|---|---|---|---|
{chr(10).join(scores)}

{chosen}

## Made with

{made_with}; {meta["seconds"]} s.
"""


@contextmanager
def _seeded(torch: Any, seed: int) -> Iterator[None]:
    """Torch's chance from a seed; the caller's goes on afterwards as if nothing had been drawn."""
    with torch.random.fork_rng(devices=range(torch.cuda.device_count())):
        torch.manual_seed(seed)
        yield
