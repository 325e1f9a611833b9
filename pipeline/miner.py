"""The one way through: read → segment → tag → merge → link → relate → rows."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from importlib.metadata import version
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

from pipeline import linking, readers, segment, tables, taggers
from pipeline.document import LAYERS, Document, Mention, validate
from pipeline.errors import AnnotationError, ConfigError, PipelineError, ReadError
from pipeline.lexicon import Lexicon, load_lexicon
from pipeline.lexicon.load import shipped_version
from pipeline.linking import Linker
from pipeline.readers.options import PdfOptions
from pipeline.readers.pdf import engine_of
from pipeline.relations import VERSION as RELATE_VERSION
from pipeline.relations import Relater
from pipeline.relations.learned.model import RelationModel
from pipeline.run.files import input_files
from pipeline.segment import Segmenter
from pipeline.tables import Tables
from pipeline.taggers import DictionaryTagger, merge
from pipeline.taggers.combine import combine
from pipeline.taggers.learned.installed import AnyModel, fingerprint, shipped_parser, taggers_of

if TYPE_CHECKING:
    import pandas as pd

_ENGINE_PACKAGES = {"pdfium": "pypdfium2", "pdfminer": "pdfminer.six"}
_ENDINGS = (".pdf", ".txt", ".xml", ".nxml", ".nbib")

Step = tuple[str, Callable[[Document], Document]]
Source: TypeAlias = "str | Path | Document | pd.DataFrame"


@dataclass(frozen=True)
class Failure:
    """A file, or a record of one, that gave no paper: at which step, and why."""

    stage: str
    error: str
    message: str


class Miner:
    """Both languages, one lexicon, the steps in order. Never changed after construction.

    models: trained taggers and classifiers of relations (see `load_models`); none: the lexicon and the rules alone.
    guideline: whose reading of a layer or a relation, for models that know it; the others take their default. layers:
    which to tag; relations: whether to relate. ConfigError names an unknown layer, or a guideline that no model knows.
    """

    def __init__(
        self,
        lexicon: Lexicon | None = None,
        models: Sequence[AnyModel] = (),
        *,
        guideline: str | None = None,
        layers: Sequence[str] = LAYERS,
        relations: bool = True,
    ) -> None:
        self.layers = checked_layers(layers)
        self.relations = relations
        self.lexicon = lexicon or load_lexicon()
        self._segmenter = Segmenter(self.lexicon.chinese_names())
        self._dictionary = DictionaryTagger(self.lexicon)
        wanted = [m for m in models if m.layer in self.layers]
        related = [m for m in models if isinstance(m, RelationModel)]
        checked_guideline([*wanted, *related], guideline)
        # Models know the shipped lexicon; another one would tell them other things than those they learned from.
        learned_with = self.lexicon if self.lexicon.version == shipped_version() or not wanted else load_lexicon()
        self._learned = taggers_of(wanted, learned_with, guideline)
        self._read = {m.lang: {other.layer for other in wanted if other.lang == m.lang} for m in wanted}
        # The names of another vocabulary are there to be found, though no model has learned with them.
        gaps = [m for m in wanted if m.meta.get("filled") or self.lexicon.base != shipped_version()]
        self._filled = {m.lang: {other.layer for other in gaps if other.lang == m.lang} for m in gaps}
        self._linker = Linker(self.lexicon)
        parser = shipped_parser() if any(m.syntax for m in related) else None
        self._relater = Relater(related, guideline=guideline, parser=parser)

    def __call__(self, text: str | Document) -> Document:
        """A text, or a document a reader gave, with sentences, mentions and relations."""
        doc = Document(id="text", text=text) if isinstance(text, str) else text
        for _, step in self.steps():
            doc = step(doc)
        return doc

    def steps(self) -> Iterator[Step]:
        """Name and function of each step after reading; each takes a document and gives a new one."""
        yield "segment", self._segmenter.segment
        yield "tag", self.tag
        if self.relations:
            yield "relate", self.relate

    def tag(self, doc: Document) -> Document:
        """A segmented document with mentions: proposed, merged, linked, and found on their pages."""
        learned = [m for tagger in self._learned for m in tagger.tag(doc)]
        candidates = combine(doc, self._dictionary.tag(doc), learned, self._read, self._filled)
        mentions = self._linker.link(doc, merge(self.layers, candidates))
        return doc.with_(mentions=tuple(_placed(doc, m) for m in mentions))

    def relate(self, doc: Document) -> Document:
        """A tagged document with relations."""
        return doc.with_(relations=tuple(self._relater.relate(doc)))

    def relate_given(self, doc: Document) -> Document:
        """The document with its own mentions kept and its relations predicted anew."""
        return self.relate(self._segmenter.segment(doc))

    def papers(self, found: Iterable[Document], name: str) -> Iterator[Document | Failure]:
        """Each document of `found` with all layers, or what failed; one bad paper does not lose the others.

        found: what a reader gives, its errors included. name: what the failures call it.
        """
        source = iter(found)
        while True:
            stage = "read"
            try:
                doc = next(source, None)
                if doc is None:
                    return
                for stage, step in self.steps():  # noqa: B007  (the stage is what a failure names)
                    doc = step(doc)
                stage = "segment"
                _checked(doc, name)
            except (ReadError, AnnotationError) as error:
                yield Failure(stage, type(error).__name__, str(error))
            except MemoryError:
                yield Failure(stage, "MemoryError", f"{name}: it needs more memory than a worker may take; split it")
            except PipelineError:
                raise  # the call is wrong, not the paper
            except Exception as error:
                what = f"{type(error).__name__}: {error}"
                message = f"{name}: an error of Yimai's own ({what}); please report it with the file"
                yield Failure(stage, type(error).__name__, message)
            else:
                yield doc

    def tables(self, sources: Source | Iterable[Source]) -> dict[str, pd.DataFrame]:
        """All tables of `sources` as DataFrames, made in this process; see `yimai run` for many papers.

        A source is a path (of a folder: all files below), a text, a Document, or a DataFrame with a column `text` (and
        `id`, `title`). A string is a path if that path exists, else a text; ConfigError for one that looks like a path
        and is missing. A file that cannot be read is a row of `failures`.
        """
        from pipeline.run.write import frames  # noqa: PLC0415  (pandas is loaded only where tables are made)

        single = isinstance(sources, str | Path | Document) or hasattr(sources, "columns")
        result = Tables(self.lexicon, made_by(self.lexicon))
        for name, found in _opened([sources] if single else sources):  # type: ignore[list-item, arg-type]
            for paper in self.papers(found, name):
                if isinstance(paper, Failure):
                    result.fail(name, paper.stage, paper.error, paper.message)
                else:
                    result.add(paper)
        return frames(result.done())


def made_by(lexicon: Lexicon) -> str:
    """Version of Yimai and of the lexicon, for rows that several steps made."""
    return f"yimai {version('yimai')}, lexicon {lexicon.version}"


def signature(
    lexicon: Lexicon,
    models: Sequence[AnyModel] = (),
    *,
    guideline: str | None = None,
    layers: Sequence[str] = LAYERS,
    relations: bool = True,
    pdf: PdfOptions | None = None,
) -> dict[str, Any]:
    """What results depend on besides the input: versions, the lexicon, models, the rules, options."""
    pdf = pdf or PdfOptions()
    engine = _ENGINE_PACKAGES[engine_of(pdf)]
    rules = files("pipeline") / "resources" / "rules"
    digest = hashlib.sha256(b"".join(f.read_bytes() for f in sorted(rules.iterdir(), key=lambda f: f.name)))
    return {
        "versions": {name: version(name) for name in ("yimai", "rjieba", "spacy", engine)},
        "rules": digest.hexdigest()[:12],
        "read": readers.VERSION,
        "ocr": pdf.ocr,
        "segment": segment.VERSION,
        "tag": taggers.VERSION,
        "link": linking.VERSION,
        "relate": RELATE_VERSION,
        "tables": tables.VERSION,
        "lexicon": lexicon.version,
        "models": fingerprint(models),
        "guideline": guideline or "",
        "layers": list(layers),
        "relations": relations,
    }


def checked_layers(layers: Iterable[str]) -> tuple[str, ...]:
    """The layers in their own order; ConfigError naming the first unknown one, or when none is given."""
    layers = tuple(layers)
    if unknown := [layer for layer in layers if layer not in LAYERS]:
        raise ConfigError(f"unknown layer {unknown[0]!r}; known: {', '.join(LAYERS)}")
    if not layers:
        raise ConfigError(f"no layer given; known: {', '.join(LAYERS)}")
    return tuple(layer for layer in LAYERS if layer in layers)


def checked_guideline(models: Sequence[AnyModel], guideline: str | None) -> None:
    """ConfigError for a guideline that no model knows."""
    known = sorted({g for m in models for g in m.guidelines})
    if guideline is not None and guideline not in known:
        raise ConfigError(f"unknown guideline {guideline!r}; known: {', '.join(known) or 'none (no models)'}")


def _checked(doc: Document, name: str) -> None:
    if not doc.sentences:
        raise ReadError(f"{name}: text expected, found no sentence in it")
    validate(doc)


def _placed(doc: Document, m: Mention) -> Mention:
    page, box = doc.place(m.start, m.end)
    return replace(m, page=page, box=box)


def _opened(sources: Iterable[Source]) -> Iterator[tuple[str, Iterable[Document]]]:
    """Name and documents of each source, of each file where a source is a folder."""
    for number, source in enumerate(sources, 1):
        if isinstance(source, Document):
            yield source.id, [source if source.id != "text" else source.with_(id=f"text{number}")]
        elif isinstance(source, Path) or (isinstance(source, str) and _is_path(source)):
            for path in input_files([str(source)]):
                yield readers.shown(path), readers.read(path)
        elif isinstance(source, str):
            yield f"text {number}", [Document(id=f"text{number}", text=source)]
        else:
            yield f"table {number}", _from_frame(source, f"table{number}")


def _is_path(source: str) -> bool:
    if not source.strip():
        return False
    try:
        if Path(source).exists():
            return True
    except OSError:  # a text longer than a file name may be
        return False
    if re.fullmatch(r"[\w.~:/\\-]+", source) and (source.endswith("/") or Path(source).suffix.lower() in _ENDINGS):
        raise ConfigError(f"{source}: no such file or folder")
    return False


def _from_frame(frame: pd.DataFrame, name: str) -> Iterator[Document]:
    """A document for each row with a text; ids are the column `id`, else "table1-1", "table1-2" …"""
    if "text" not in frame.columns:
        raise ConfigError(f"a column 'text' expected, found {', '.join(map(str, frame.columns))}")
    for number, row in enumerate(frame.to_dict("records"), 1):
        if isinstance(row["text"], str) and row["text"].strip():
            yield Document(
                id=_given(row.get("id")) or f"{name}-{number}",
                text=row["text"],
                title=_given(row.get("title")),
            )


def _given(cell: Any) -> str:
    """A cell as text; "" for an empty one."""
    import pandas as pd  # noqa: PLC0415

    return "" if cell is None or pd.isna(cell) else str(cell)
