"""The command `yimai`: parse, call, print. Every command is a function elsewhere, with the same names."""

from __future__ import annotations

import gc
import json
import sys
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from pipeline.corpus_commands import corpus
from pipeline.document import LAYERS, validate
from pipeline.errors import ConfigError, PipelineError
from pipeline.readers.options import ENGINES, PdfOptions
from pipeline.tables import TABLES
from pipeline.train_commands import models, train

if TYPE_CHECKING:
    from pipeline.document import Document
    from pipeline.lexicon import Lexicon
    from pipeline.run.local import Summary

T = TypeVar("T")

_EXIT_FAILED = 1  # done, but some documents failed
_EXIT_NOT_STARTED = 2  # click's own code for a wrong command line as well


class _Group(click.Group):
    """Commands in the order of use, and our errors as one line on stderr."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002
        return list(self.commands)

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except BrokenPipeError:
            sys.stderr.close()  # the reader of our output (head, less) has gone
            sys.exit(0)
        except PipelineError as error:
            click.echo(f"yimai: {error}", err=True)
            sys.exit(_EXIT_NOT_STARTED)


def _examples(*lines: str) -> str:
    """The end of a help text, kept line by line."""
    return "\b\nExamples:\n" + "\n".join(f"  {line}" for line in lines)


@click.group(cls=_Group, context_settings={"help_option_names": ["-h", "--help"]}, epilog=_examples(
    "yimai run papers/ --out tables", "yimai read paper.pdf", "yimai lexicon find 骨保护素"))  # fmt: skip
@click.version_option(version("yimai"), prog_name="yimai")
def cli() -> None:
    """Chinese and English papers to tables of genes, organelles, processes and their relations.

    Exit codes: 0 done, 1 some documents failed (they are listed), 2 wrong call or input, nothing complete.
    """


def main() -> None:
    """Runs the command line."""
    gc.set_threshold(50_000)  # half a million objects of the vocabulary stay, most others go at once
    sys.stdin.reconfigure(encoding="utf-8-sig")  # type: ignore[union-attr]
    for stream in (sys.stdout, sys.stderr):
        # A terminal in another encoding (Windows, LANG=C) must not stop a run over a Chinese name.
        stream.reconfigure(encoding="utf-8", errors="backslashreplace")  # type: ignore[union-attr]
    cli(prog_name="yimai")


def _pdf_options(command: Callable[..., T]) -> Callable[..., T]:
    """The options that say how PDF files are read."""
    for option in (
        click.option("--ocr", is_flag=True, help="Read pages without text by OCR (needs Tesseract)."),
        click.option("--password", "passwords", multiple=True, help="For encrypted PDF files. May be given again."),
        click.option("--pdf-engine", "engine", type=click.Choice(ENGINES), help="[default: pdfium where installed]"),
    ):
        command = option(command)
    return command


_timeout = click.option(
    "--timeout", type=click.FloatRange(1), help="Seconds a file may take. [default: 300, with --ocr 3600]"
)
_lexicon = click.option(
    "--lexicon",
    "lexicons",
    multiple=True,
    type=click.Path(exists=True, path_type=Path),
    help="Your own terms (.tsv, .csv, .xlsx), or a folder of `yimai lexicon build`. May be given again.",
)
_models = click.option(
    "--models",
    multiple=True,
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="A model of your own (a folder of `yimai train`) in the place of the shipped one. May be given again.",
)
_guideline = click.option(
    "--guideline", help="Whose reading of the layers, where a model knows several (`yimai models`)."
)
_layers = click.option("--layers", default=",".join(LAYERS), show_default=True, help="Layers to tag, commas between.")


@cli.command(epilog=_examples(
    "yimai run papers/ --out tables", "yimai run a.pdf b.xml --out tables --format csv --workers 4"))  # fmt: skip
@click.argument("inputs", nargs=-1, required=True, metavar="INPUT…")
@click.option("--out", required=True, type=click.Path(file_okay=False, path_type=Path), help="Folder for the tables.")
@click.option("--workers", type=click.IntRange(1), help="Processes. [default: one a core]")
@click.option(
    "--format",
    "formats",
    multiple=True,
    type=click.Choice(["parquet", "csv", "duckdb"]),
    help="May be given again. [default: all]",
)
@_layers
@_lexicon
@_models
@_guideline
@click.option("--no-relations", is_flag=True, help="Mentions only.")
@click.option("--retry-failed", is_flag=True, help="Work on the files again that failed before.")
@click.option("--timings", is_flag=True, help="Fill papers.seconds; results then differ from run to run.")
@_pdf_options
@_timeout
def run(
    inputs: Sequence[str],
    out: Path,
    workers: int | None,
    formats: Sequence[str],
    layers: str,
    lexicons: tuple[Path, ...],
    models: tuple[Path, ...],
    guideline: str | None,
    no_relations: bool,
    retry_failed: bool,
    timings: bool,
    engine: str | None,
    passwords: tuple[str, ...],
    ocr: bool,
    timeout: float | None,
) -> None:
    """Papers to tables. Folders are searched through; what an earlier run into the same folder did is kept.

    Reads PDF, text, JATS and PubMed XML, MEDLINE (.nbib) and CNKI exports, mixed in any way.
    """
    from tqdm import tqdm  # noqa: PLC0415

    from pipeline.run.files import input_files  # noqa: PLC0415
    from pipeline.run.local import run as run_papers  # noqa: PLC0415
    from pipeline.run.write import FORMATS  # noqa: PLC0415

    total = len(input_files(inputs, without=out))
    with tqdm(total=total, unit="file", desc="papers", disable=None, file=sys.stderr) as bar:
        summary = run_papers(
            inputs, out, workers=workers, formats=formats or FORMATS, layers=_split(layers), relations=not no_relations,
            lexicons=lexicons, models=models, guideline=guideline, retry_failed=retry_failed, timings=timings,
            timeout=_seconds(timeout, ocr), pdf=PdfOptions(engine or "", passwords, ocr), progress=bar.update,
        )  # fmt: skip
    for line in summary_lines(summary, total):
        click.echo(line)
    sys.exit(_EXIT_FAILED if summary.failures else 0)


def _seconds(timeout: float | None, ocr: bool) -> float:
    """The time a file may take: a page read by OCR takes five seconds."""
    return timeout or (3600 if ocr else 300)


def summary_lines(summary: Summary, files: int) -> Iterator[str]:
    """What a run says at its end."""
    if summary.resumed:
        yield f"resumed: {summary.resumed} of {files} files were done by an earlier run and are unchanged"
    yield f"papers      {summary.papers:>7}  from {files} files"
    if summary.copies:
        yield f"            {summary.copies:>7}  files are copies of others and count once (see papers.status)"
    for layer in LAYERS:
        zh, en = summary.mentions[layer, "zh"], summary.mentions[layer, "en"]
        yield f"{layer:<11} {zh + en:>7}  mentions ({zh} in Chinese, {en} in English)"
    yield f"relations   {summary.relations:>7}"
    yield f"entities    {summary.entities:>7}  ({summary.bilingual} named in both languages)"
    yield f"failures    {len(summary.failures):>7}"
    for row in summary.failures[:20]:
        yield f"  {row['stage']}: {row['message']}"
    if len(summary.failures) > 20:
        yield "  … all in the table failures"
    if summary.failures and summary.resumed:
        yield "  (files that failed before are not tried again; --retry-failed does)"
    suffixes = sorted({f.suffix for f in summary.files if f.suffix != ".duckdb"})
    yield f"tables: {summary.out}/ ({', '.join(TABLES)} as {', '.join(suffixes)})"
    yield from (f"database: {f}" for f in summary.files if f.suffix == ".duckdb")


@cli.command(
    epilog=_examples(
        "yimai read paper.pdf", "yimai read --format jsonl --all *.pdf > blocks.jsonl", "yimai read a.pdf --draw a.png"
    )
)
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path), metavar="FILE…")
@click.option("--format", "form", type=click.Choice(["text", "jsonl"]), default="text", show_default=True)
@click.option("--all", "everything", is_flag=True, help="What is no body too: authors, tables, references, furniture.")
@click.option(
    "--draw",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="OUT.pdf|OUT.png",
    help="Draw the blocks in reading order over the pages of one PDF instead of printing them.",
)
@_pdf_options
@_timeout
def read(
    files: Sequence[Path],
    form: str,
    everything: bool,
    draw: Path | None,
    engine: str | None,
    passwords: tuple[str, ...],
    ocr: bool,
    timeout: float | None,
) -> None:
    """What the reader makes of a file: the body in reading order, blocks parted by an empty line.

    jsonl: one block a line, with kind, section, lang, page, box (PDF points from the bottom left), start, end, text.
    """
    from pipeline.miner import Failure  # noqa: PLC0415
    from pipeline.readers.assemble import body_text  # noqa: PLC0415
    from pipeline.run.local import each_alone  # noqa: PLC0415
    from pipeline.run.work import draw_alone, read_alone  # noqa: PLC0415

    pdf = PdfOptions(engine or "", passwords, ocr, edges=False)
    if draw:
        if len(files) > 1:
            raise ConfigError(f"--draw takes one file, found {len(files)}")
        ((path, drawn),) = each_alone(partial(draw_alone, pdf=pdf, out=draw), files, _seconds(timeout, ocr))
        if isinstance(drawn, Failure):
            click.echo(f"yimai: {drawn.message}", err=True)
            sys.exit(_EXIT_FAILED)
        _warn(path, drawn[1])
        for file in drawn[0]:
            click.echo(f"drawn: {file}", err=True)
        return
    failed = began = False
    for path, found in each_alone(partial(read_alone, pdf=pdf), files, _seconds(timeout, ocr)):
        if isinstance(found, Failure):
            failed = True
            click.echo(f"yimai: {found.message}", err=True)
            continue
        for doc in found:
            _warn(path, doc.warnings)
            if form == "text":
                click.echo(("\n" if began else "") + body_text(doc, everything=everything))
                began = True
            else:
                for block in _blocks(doc, everything):
                    click.echo(json.dumps(block, ensure_ascii=False))
    sys.exit(_EXIT_FAILED if failed else 0)


def _warn(path: Path, warnings: Iterable[str]) -> None:
    for warning in warnings:
        click.echo(f"yimai: {path}: {warning}", err=True)


def _blocks(doc: Document, everything: bool) -> Iterator[dict[str, Any]]:
    from pipeline.document import BODY_KINDS  # noqa: PLC0415
    from pipeline.segment.language import language  # noqa: PLC0415

    for b in doc.blocks:
        if everything or b.kind in BODY_KINDS:
            text = doc.surface(b)
            yield {
                "id": doc.id, "kind": b.kind, "section": b.section, "lang": language(text), "page": b.page,
                "box": b.box and [round(v, 2) for v in b.box], "start": b.start, "end": b.end, "text": text,
            }  # fmt: skip


@cli.command(epilog=_examples("yimai tag docs.jsonl tagged.jsonl", "cat docs.jsonl | yimai tag - - --layers gene"))
@click.argument("source", metavar="IN.jsonl")
@click.argument("target", metavar="OUT.jsonl")
@_layers
@_lexicon
@_models
@_guideline
@click.option("--no-relations", is_flag=True, help="Mentions only.")
@click.option("--relations-from-gold-mentions", is_flag=True, help="Keep the given mentions, predict relations only.")
def tag(
    source: str,
    target: str,
    layers: str,
    lexicons: tuple[Path, ...],
    models: tuple[Path, ...],
    guideline: str | None,
    no_relations: bool,
    relations_from_gold_mentions: bool,
) -> None:
    """Documents in the guideline's JSONL form to the same with predicted mentions and relations; "-" is a pipe.

    Mentions and relations that the documents bring are ignored.
    """
    from pipeline.lexicon import load_lexicon  # noqa: PLC0415
    from pipeline.miner import Miner  # noqa: PLC0415
    from pipeline.store import read_jsonl, write_jsonl  # noqa: PLC0415
    from pipeline.taggers.learned.installed import load_models  # noqa: PLC0415

    if no_relations and relations_from_gold_mentions:
        raise ConfigError(
            "--no-relations and --relations-from-gold-mentions leave nothing to predict; give one of them"
        )
    miner = Miner(
        load_lexicon(*lexicons), load_models(*models), guideline=guideline, layers=_split(layers),
        relations=not no_relations,
    )  # fmt: skip

    def tagged() -> Iterator[Document]:
        for doc in _progress(read_jsonl(source), "documents"):
            if relations_from_gold_mentions:
                result = miner.relate_given(validate(doc.with_(relations=(), sentences=())))
            else:
                result = miner(doc.with_(mentions=(), relations=(), sentences=()))
            yield result.with_(sentences=())

    write_jsonl(target, tagged())


@cli.command(
    epilog=_examples("yimai score gold.jsonl predicted.jsonl", "yimai score gold.jsonl predicted.jsonl --json")
)
@click.argument("gold", metavar="GOLD.jsonl")
@click.argument("predicted", metavar="PREDICTED.jsonl")
@_layers
@click.option("--json", "as_json", is_flag=True, help="Figures as JSON.")
def score(gold: str, predicted: str, layers: str, as_json: bool) -> None:
    """How well predicted documents agree with gold ones: strict, overlap, concepts, relations."""
    from pipeline.store import read_jsonl  # noqa: PLC0415
    from pipeline.training.score import lines  # noqa: PLC0415
    from pipeline.training.score import score as figures_of  # noqa: PLC0415

    figures = figures_of(map(validate, read_jsonl(gold)), map(validate, read_jsonl(predicted)), _split(layers))
    if as_json:
        click.echo(json.dumps(figures, ensure_ascii=False, indent=1))
    else:
        for line in lines(figures):
            click.echo(line)


cli.add_command(corpus)
cli.add_command(train)
cli.add_command(models)


@cli.group(cls=_Group)
def lexicon() -> None:
    """The vocabulary: what it holds, why a name maps where it does, whether it is right."""


@lexicon.command(epilog=_examples("yimai lexicon info", "yimai lexicon info --lexicon models/lexicon-full"))
@_lexicon
def info(lexicons: tuple[Path, ...]) -> None:
    """How many concepts and names the lexicon holds."""
    from pipeline.lexicon import load_lexicon  # noqa: PLC0415

    lex = load_lexicon(*lexicons)
    click.echo(f"{'layer':<11}{'concepts':>9}{'with id':>9}{'with zh':>9}{'names en':>10}{'names zh':>10}")
    for layer in LAYERS:
        terms = [t for t in lex.terms if t.layer == layer]
        concepts = {t.concept for t in terms}
        named = {t.concept for t in terms if t.lang == "zh"}
        langs = Counter(t.lang for t in terms)
        identified = sum(not c.startswith("name:") for c in concepts)
        click.echo(f"{layer:<11}{len(concepts):>9}{identified:>9}{len(named):>9}{langs['en']:>10}{langs['zh']:>10}")
    click.echo(f"blocked names: {sum(t.status == 'blocked' for t in lex.terms)}; version {lex.version}")


@lexicon.command(epilog=_examples(
    "yimai lexicon find 骨保护素", "yimai lexicon find nf-kappab Runx2 ALP",
    "yimai lexicon find --explain 'formation of autophagosomes' BMP-2/4"))  # fmt: skip
@click.argument("names", nargs=-1, required=True, metavar="NAME…")
@click.option("--explain", is_flag=True, help="What the linker makes of the name, by layer, and why.")
@_lexicon
def find(names: Sequence[str], explain: bool, lexicons: tuple[Path, ...]) -> None:
    """What a name stands for, and by which row of the lexicon. Exit 1 when a name is not known."""
    from pipeline.lexicon import load_lexicon  # noqa: PLC0415

    lex = load_lexicon(*lexicons)
    missing = False
    if explain:
        sys.exit(_EXIT_FAILED if _explain(lex, names) else 0)
    for name in names:
        terms = lex.lookup(name, weak=True)
        missing |= not terms
        click.echo(f"{name}: {'not in the lexicon' if not terms else ''}".rstrip())
        for term in terms:
            if term.status == "blocked":
                click.echo("  blocked: too ambiguous to match alone, or part of a longer word (blocked.tsv says why)")
                continue
            why = f"by the {term.lang} {term.status} {term.name!r}, {term.source}"
            hint = "" if term.sought else "; texts are not searched for it"
            click.echo(f"  {term.concept}  {term.layer}  {_both_names(lex, term.concept)}  ({why}{hint})")
    sys.exit(_EXIT_FAILED if missing else 0)


def _both_names(lex: Lexicon, concept: str) -> str:
    both = lex.names(concept)
    return " / ".join(both[lang] for lang in ("en", "zh") if lang in both)


def _explain(lex: Lexicon, names: Sequence[str]) -> bool:
    """Prints what names may stand for, best first; gives back whether one stands for nothing."""
    from pipeline.linking.candidates import Candidates  # noqa: PLC0415

    candidates = Candidates(lex)
    missing = False
    for name in names:
        whole = [(name, layer, c) for layer in LAYERS for c in candidates.of(name, layer)]
        found = whole or [(n, layer, c) for layer in LAYERS for n, c in candidates.coordinated(name, layer)]
        missing |= not found
        click.echo(f"{name}: {'' if found else 'nothing is near enough'}".rstrip())
        for member, layer, c in found:
            said = "" if member == name else f"{member}: "
            click.echo(f"  {said}{c.concept}  {layer}  {_both_names(lex, c.concept)}  {c.score:.2f}  ({c.reason})")
    return missing


@lexicon.command(epilog=_examples(
    "yimai lexicon check",
    "yimai lexicon check --hgnc hgnc_complete_set.txt --go go-basic.obo --mesh mesh.tsv.gz"))  # fmt: skip
@click.option("--hgnc", type=click.Path(dir_okay=False), help="HGNC's complete set.")
@click.option("--go", multiple=True, type=click.Path(dir_okay=False), help="GO as OBO or tables; may be given again.")
@click.option("--mesh", type=click.Path(dir_okay=False), help="MeSH's descriptors (XML), or a table.")
@_lexicon
@click.option("--warnings", "show_warnings", is_flag=True, help="List the warnings too, not only their number.")
def check(
    hgnc: str | None, go: Sequence[str], mesh: str | None, lexicons: tuple[Path, ...], show_warnings: bool
) -> None:
    """Whether identifiers exist, symbols are current, names are unique. Exit 1 when there is an error."""
    from pipeline.lexicon import load_lexicon  # noqa: PLC0415
    from pipeline.lexicon.check import Release  # noqa: PLC0415
    from pipeline.lexicon.check import check as findings_of  # noqa: PLC0415
    from pipeline.lexicon.releases import read_go, read_hgnc, read_mesh  # noqa: PLC0415

    releases = {}
    if hgnc:
        releases["HGNC"] = Release.of(read_hgnc(hgnc))
    if go:
        releases["GO"] = Release.of(entry for path in go for entry in read_go(path))
    if mesh:
        releases["MESH"] = Release.of(read_mesh(mesh))
    lex = load_lexicon(*lexicons)
    counts: Counter[str] = Counter()
    for level, term, message in findings_of(lex, releases):
        counts[level] += 1
        if level == "error" or show_warnings:
            click.echo(f"{level}: {term.layer}.tsv: {term.concept} {term.name!r}: {message}")
    concepts = Counter(c.partition(":")[0] for c in {t.concept for t in lex.terms if t.concept})
    for prefix, release in releases.items():
        click.echo(f"{prefix}: {concepts[prefix]} concepts held against {len(release.names)} of the release")
    click.echo(f"{counts['error']} errors, {counts['warning']} warnings")
    sys.exit(_EXIT_FAILED if counts["error"] else 0)


@lexicon.command(epilog=_examples(
    "yimai lexicon build --out lexicon-full --hgnc hgnc_complete_set.txt --go go-basic.obo --mesh desc2026.gz",
    "yimai lexicon build --out models/lexicon-full --ncbi gene_info.gz --terms my_terms.xlsx"))  # fmt: skip
@click.option("--out", required=True, type=click.Path(file_okay=False, path_type=Path), help="Folder to build.")
@click.option("--hgnc", type=click.Path(dir_okay=False), help="HGNC's complete set.")
@click.option("--go", multiple=True, type=click.Path(dir_okay=False), help="GO as OBO; may be given again.")
@click.option("--mesh", type=click.Path(dir_okay=False), help="MeSH's descriptors (XML).")
@click.option("--mgi", multiple=True, type=click.Path(dir_okay=False), help="MGI's MRK_List2.rpt; may be given again.")
@click.option("--ncbi", type=click.Path(dir_okay=False), help="NCBI's gene_info.")
@click.option("--taxon", default="9606,10090,10116", show_default=True, help="Species taken from gene_info.")
@click.option("--terms", multiple=True, type=click.Path(dir_okay=False), help="Your own terms; may be given again.")
def build(
    out: Path,
    hgnc: str | None,
    go: Sequence[str],
    mesh: str | None,
    mgi: Sequence[str],
    ncbi: str | None,
    taxon: str,
    terms: Sequence[str],
) -> None:
    """The shipped lexicon and what releases that you downloaded add to it, for --lexicon. Any of them may be left out.

    Homes of the releases: `yimai lexicon fetch`.
    """
    from pipeline.lexicon.build import build as build_lexicon  # noqa: PLC0415

    files = {"HGNC": [hgnc], "GO": go, "MeSH": [mesh], "MGI": mgi, "NCBI Gene": [ncbi], "terms": terms}
    given = {source: [path for path in paths if path] for source, paths in files.items()}
    about = build_lexicon(out, {s: paths for s, paths in given.items() if paths}, taxa=taxon.split(","))
    for layer, counts in about["names"].items():
        click.echo(f"{layer:<11}{counts['concepts']:>9} concepts{counts['names']:>9} names, {counts['sought']} sought")
    click.echo(f"built: {out} (version {about['version']}); use it with --lexicon {out}")


@lexicon.command(epilog=_examples("yimai lexicon fetch --out releases", "yimai lexicon fetch --out releases go hgnc"))
@click.argument("names", nargs=-1, metavar="[NAME…]")
@click.option("--out", required=True, type=click.Path(file_okay=False, path_type=Path), help="Folder for the files.")
def fetch(names: Sequence[str], out: Path) -> None:
    """Downloads the current releases (hgnc, go, mesh, mgi, ncbi) from their homes; checksums go into releases.json.

    The only command that touches the network.
    """
    from pipeline.lexicon.fetch import fetch as fetch_releases  # noqa: PLC0415

    for name, row in fetch_releases(out, names).items():
        click.echo(f"{name:<6}{out / row['file']}  {row['bytes']} bytes, sha256 {row['sha256']}, {row['fetched']}")


def _split(layers: str) -> tuple[str, ...]:
    from pipeline.miner import checked_layers  # noqa: PLC0415

    return checked_layers(name.strip() for name in layers.split(",") if name.strip())


def _progress(items: Iterable[T], unit: str) -> Iterator[T]:
    from tqdm import tqdm  # noqa: PLC0415

    return iter(tqdm(items, unit=unit, disable=None, file=sys.stderr))
