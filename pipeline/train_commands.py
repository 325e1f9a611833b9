"""`yimai train` and `yimai models`."""

from __future__ import annotations

import os
import shlex
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from pipeline.document import LAYERS
from pipeline.errors import ConfigError

if TYPE_CHECKING:
    from pipeline.document import Document

_DEFAULT = "own"
_RELATIONS = "relations"


_EXAMPLES = """Examples:

\b
  yimai train gene --lang en --corpus craft.jsonl --corpus mine.jsonl --dev dev.jsonl --out models/my-gene
  yimai train relations --lang zh --corpus train.jsonl --dev dev.jsonl --out models/my-relations
  yimai run papers/ --out tables --models models/my-gene --models models/my-relations"""


@click.command(epilog=_EXAMPLES)
@click.argument("layer", type=click.Choice([*LAYERS, _RELATIONS]))
@click.option("--lang", required=True, type=click.Choice(["zh", "en"]))
@click.option(
    "--corpus",
    "corpora",
    multiple=True,
    required=True,
    metavar="[GUIDELINE=]FILE.jsonl",
    help="Annotated documents. May be given again; guidelines are kept apart, the first is the default.",
)
@click.option(
    "--dev",
    "devs",
    multiple=True,
    metavar="[GUIDELINE=]FILE.jsonl",
    help="Documents to set how much is found, and to score on. May be given again.",
)
@click.option("--out", required=True, type=click.Path(file_okay=False, path_type=Path), help="Folder of the model.")
@click.option("--tagger", type=click.Choice(["chain", "transformer"]), default="chain", show_default=True)
@click.option("--base", type=click.Path(exists=True, file_okay=False, path_type=Path), help="Folder of an encoder.")
@click.option("--syntax", is_flag=True, help="relations, en: learn with the parser's trees; better, and slower to use.")
@click.option("--seed", type=int, default=0, show_default=True)
@click.option("--iterations", type=click.IntRange(1), default=60, show_default=True, help="Fewer are faster.")
def train(
    layer: str,
    lang: str,
    corpora: Sequence[str],
    devs: Sequence[str],
    out: Path,
    tagger: str,
    base: Path | None,
    syntax: bool,
    seed: int,
    iterations: int,
) -> None:
    """A tagger of one layer, or of relations, from annotated documents. The same input and seed give the same model.

    --tagger transformer fine-tunes the Hugging Face encoder in the folder --base (needs yimai[transformers]).
    """
    from pipeline.lexicon import load_lexicon  # noqa: PLC0415
    from pipeline.training.train import Options  # noqa: PLC0415
    from pipeline.training.train import train as train_model  # noqa: PLC0415
    from pipeline.training.write import write_model  # noqa: PLC0415

    given, held = _documents(corpora), _documents(devs)
    if unknown := [g for g in held if g not in given]:
        raise ConfigError(f"--dev {unknown[0]}=…: a guideline of --corpus expected: {', '.join(given)}")
    known_texts = {doc.text for docs in given.values() for doc in docs}
    if shared := [doc.id for docs in held.values() for doc in docs if doc.text in known_texts]:
        raise ConfigError(f"{len(shared)} texts of --dev stand in --corpus too ({shared[0]}); leave them out of one")

    name = out.resolve().name
    there = next(p for p in (out.resolve(), *out.resolve().parents) if p.exists())
    if not there.is_dir() or not os.access(there, os.W_OK):
        raise ConfigError(f"{out}: the folder cannot be written; choose another")

    def progress(line: str) -> None:
        click.echo(line, err=True)

    if (tagger == "transformer") != (base is not None):
        raise ConfigError("--tagger transformer and --base FOLDER go together; give both or none")
    if syntax and (layer, lang) != (_RELATIONS, "en"):
        raise ConfigError(f"--syntax is for {_RELATIONS} in English; leave it out")
    if layer == _RELATIONS:
        if base is not None:
            raise ConfigError("--tagger transformer is for mentions; relations are learned without an encoder")
        _train_relations(lang, given, held, out, name, progress, syntax=syntax)
    elif base is not None:
        from pipeline.training.train_transformer import train_transformer  # noqa: PLC0415

        train_transformer(layer, lang, given, held, base=base, out=out, name=name, seed=seed, progress=progress)
    else:
        options = Options(iterations=iterations, seed=seed)
        model = train_model(layer, lang, given, held, load_lexicon(), name=name, options=options, progress=progress)
        write_model(model, out, shlex.join(["yimai", *sys.argv[1:]]))
    click.echo(f"{out}: {layer}, {lang}; use it with --models {out}")


def _train_relations(
    lang: str,
    given: dict[str, list[Document]],
    held: dict[str, list[Document]],
    out: Path,
    name: str,
    progress: Callable[[str], None],
    *,
    syntax: bool,
) -> None:
    from pipeline.lexicon import load_lexicon  # noqa: PLC0415
    from pipeline.taggers.learned.installed import shipped_parser  # noqa: PLC0415
    from pipeline.training.train_relations import train_relations  # noqa: PLC0415
    from pipeline.training.write_relations import write_relation_model  # noqa: PLC0415

    parser = shipped_parser() if syntax else None
    model = train_relations(lang, given, held, load_lexicon(), name=name, parser=parser, progress=progress)
    write_relation_model(model, out, shlex.join(["yimai", *sys.argv[1:]]))


@click.command()
def models() -> None:
    """The models that Yimai comes with: what they tag, by which guidelines, how well (F1 on development parts)."""
    from pipeline.taggers.learned.installed import described, shipped_syntax  # noqa: PLC0415

    found = False
    for folder, model in described():
        found = True
        click.echo(f"{model.name}  {model.lang}  {model.layer}  version {model.version}  {folder}")
        for guideline in model.guidelines:
            score = model.meta.get("scores", {}).get(guideline)
            shown = (
                f"F1 {score['f1']:.3f}, precision {score['p']:.3f}, recall {score['r']:.3f}" if score else "not scored"
            )
            click.echo(f"  {guideline:12} {shown}")
    if not found:
        click.echo("no models: mentions come from the lexicon alone")
    if syntax := shipped_syntax():
        scores = syntax.meta["scores"]["treebank's tokens"]
        click.echo(f"{syntax.name}  en  syntax  version {syntax.meta['version']}")
        click.echo(f"  {'craft':12} labelled attachment {scores['las']:.3f}, unlabelled {scores['uas']:.3f}")


def _documents(given: Sequence[str]) -> dict[str, list[Document]]:
    """Documents by guideline."""
    from pipeline.store import read_jsonl  # noqa: PLC0415

    result: dict[str, list[Document]] = {}
    for one in given:
        guideline, equals, path = one.partition("=")
        if not equals:
            guideline, path = _DEFAULT, one
        result.setdefault(guideline, []).extend(read_jsonl(path))
    return result
