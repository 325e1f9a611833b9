"""The commands `yimai corpus …`: parse, call, print."""

from __future__ import annotations

import json
import sys
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import click

from pipeline.document import LAYERS, validate
from pipeline.training.corpora.formats import CONVERSIONS, EXPORTS, FORMATS, SCHEMES

_EXIT_ERRORS = 1

_path = click.Path(path_type=Path)


@click.group()
def corpus() -> None:
    """Annotated corpora: from the formats they come in to our JSONL and back, checked and counted."""


@corpus.command(
    epilog="\b\nExamples:\n"
    "  yimai corpus convert craft CRAFT-5.0.2 craft.jsonl --conversion full\n"
    "  yimai corpus convert standoff BioNLP-ST-2013_CG/train cg.jsonl --scheme cg\n"
    "  yimai corpus convert iob BC2GM-IOB/train.tsv - | yimai corpus stats -"
)
@click.argument("form", metavar="FORMAT", type=click.Choice(tuple(FORMATS)))
@click.argument("path", metavar="PATH", type=_path)
@click.argument("out", metavar="OUT.jsonl", type=_path)
@click.option(
    "--conversion",
    type=click.Choice(CONVERSIONS),
    help="craft: the plain sets, or with the extension classes that the guideline marks. [default: plain]",
)
@click.option("--ids", type=_path, help="craft: a file with the PMIDs to take, one a line. [default: train and dev]")
@click.option("--scheme", type=click.Choice(SCHEMES), help="standoff: the corpus, which decides what labels become.")
def convert(form: str, path: Path, out: Path, conversion: str | None, ids: Path | None, scheme: str | None) -> None:
    """A corpus to documents in the guideline's JSONL form.

    FORMAT: craft (folder of a release), standoff (folder of a BioNLP shared task or of AnatEM), iob, pubtator, bioc
    (XML or JSON), brat (file or folder, our layers as types), labelstudio (JSON), inline (our own notation). PATH is a
    file or folder; "-" is a pipe, for files only.
    """
    from pipeline.training.corpora.formats import convert as convert_corpus  # noqa: PLC0415

    counts = convert_corpus(form, path, out, conversion=conversion, ids=ids, scheme=scheme)
    parts = (f"{layer} {counts[layer]}" for layer in LAYERS)
    click.echo(
        f"{counts['documents']} documents; mentions: {', '.join(parts)}; relations {counts['relations']}", err=True
    )


@corpus.command(
    epilog="\b\nExamples:\n  yimai corpus check train.jsonl\n  yimai corpus check train.jsonl --against dev.jsonl"
)
@click.argument("files", nargs=-1, required=True, metavar="FILE…", type=_path)
@click.option("--against", multiple=True, type=_path, help="A file that must not share texts. May be given again.")
@click.option("--warnings", "show_warnings", is_flag=True, help="List the warnings too, not only their number.")
def check(files: Sequence[Path], against: Sequence[Path], show_warnings: bool) -> None:
    """Whether documents are fit for training and scoring. Exit 1 when there is an error.

    Errors: bad bounds, overlaps in a layer, unknown types, relations without ends or over a sentence end, ids used
    twice, texts that two files share (blanks aside). Warnings: bounds inside a word, a text twice in a file, ends of a
    relation that the guideline does not have.
    """
    from pipeline.training.check import check as findings_of  # noqa: PLC0415

    counts: Counter[str] = Counter()
    for finding in findings_of(files, against):
        counts[finding.level] += 1
        if finding.level == "error" or show_warnings:
            click.echo(str(finding))
    click.echo(f"{counts['error']} errors, {counts['warning']} warnings")
    sys.exit(_EXIT_ERRORS if counts["error"] else 0)


@corpus.command(
    epilog="\b\nExamples:\n  yimai corpus stats train.jsonl dev.jsonl\n  yimai corpus stats train.jsonl --json"
)
@click.argument("files", nargs=-1, required=True, metavar="FILE…", type=_path)
@click.option("--json", "as_json", is_flag=True, help="Figures as JSON.")
def stats(files: Sequence[Path], as_json: bool) -> None:
    """What documents hold, by language: sentences, mentions, identifiers, relations."""
    from pipeline.store import read_jsonl  # noqa: PLC0415
    from pipeline.training.stats import lines  # noqa: PLC0415
    from pipeline.training.stats import stats as figures_of  # noqa: PLC0415

    figures = figures_of(validate(doc) for file in files for doc in read_jsonl(file))
    if as_json:
        click.echo(json.dumps(figures, ensure_ascii=False, indent=1))
    else:
        for line in lines(figures):
            click.echo(line)


@corpus.command(
    epilog="\b\nExamples:\n"
    "  yimai corpus export brat gold.jsonl brat/gold\n"
    "  yimai corpus export bioc gold.jsonl gold.xml\n"
    "  yimai corpus export conll - - < gold.jsonl"
)
@click.argument("form", metavar="FORMAT", type=click.Choice(tuple(EXPORTS)))
@click.argument("source", metavar="IN.jsonl", type=_path)
@click.argument("out", metavar="OUT", type=_path)
def export(form: str, source: Path, out: Path) -> None:
    """Documents in the guideline's JSONL form to a format that other programs read.

    FORMAT: brat (OUT is a new folder), bioc (JSON where OUT ends in .json, else XML), pubtator, labelstudio: `convert`
    gives the same documents back. conll, spacy (DocBin): for training other programs. A warning says which fields the
    format has no place for.
    """
    from pipeline.training.corpora.formats import export as export_corpus  # noqa: PLC0415

    count = export_corpus(form, source, out)
    click.echo(f"{count} documents", err=True)
