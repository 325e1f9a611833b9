"""What one worker does with one file: all steps, and the two files that say so."""

from __future__ import annotations

import gc
import hashlib
import json
import sys
import time
from collections.abc import Iterable, Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any

from pipeline.document import Document
from pipeline.errors import ConfigError
from pipeline.lexicon import load_lexicon
from pipeline.miner import Failure, Miner
from pipeline.readers import file_bytes, read, shown
from pipeline.readers.options import PdfOptions
from pipeline.store import write_json, write_jsonl
from pipeline.taggers.learned.installed import load_models

_MEMORY = 4 << 30  # bytes of address space a worker may take: a bad file must not take the machine down
_miner: Miner | None = None
_pdf = PdfOptions()


def start(options: dict[str, Any], pdf: PdfOptions) -> None:
    """Limits the worker's memory and builds its miner, once a process."""
    global _miner, _pdf
    limit_memory()
    lexicon = load_lexicon(*options.pop("lexicons"))
    _miner, _pdf = Miner(lexicon, load_models(*options.pop("models")), **options), pdf
    gc.freeze()  # half a million small objects stay: they need not be looked through again and again
    gc.set_threshold(50_000)  # most others go at once


def limit_memory() -> None:
    """Limits the memory of this process, where the system can."""
    if sys.platform.startswith("linux"):
        import resource  # noqa: PLC0415  (not on Windows)

        hard = resource.getrlimit(resource.RLIMIT_AS)[1]
        soft = _MEMORY if hard == resource.RLIM_INFINITY else min(_MEMORY, hard)
        resource.setrlimit(resource.RLIMIT_AS, (soft, hard))


def key_of(path: Path, signature: dict[str, Any]) -> str:
    """The resume key of a file: a hash of its bytes, of its name's ending and of all that results depend on."""
    digest = hashlib.sha256(file_bytes(path))
    digest.update(path.suffix.lower().encode())  # tells an unknown kind of file from plain text
    digest.update(json.dumps(signature, sort_keys=True).encode())
    return digest.hexdigest()[:16]


def process(path: str, key: str, out: str) -> None:
    """Writes `annotated/<key>.jsonl` and then `done/<key>.json` for a file. Needs `start`."""
    assert _miner is not None
    began = time.perf_counter()
    failures: list[Failure] = []
    name = shown(Path(path))
    papers = _miner.papers(read(Path(path), pdf=_pdf), name)
    documents = write_jsonl(Path(out, "annotated", f"{key}.jsonl"), _without_failures(papers, failures))
    finish(Path(out), key, name, documents, failures, time.perf_counter() - began)


def finish(out: Path, key: str, path: str, documents: int, failures: list[Failure], seconds: float) -> None:
    """Writes `done/<key>.json`, which marks a file as worked through."""
    report = {
        "path": path,
        "seconds": round(seconds, 3),
        "documents": documents,
        "failures": [asdict(f) for f in failures],
    }
    write_json(out / "done" / f"{key}.json", report)


def _without_failures(papers: Iterable[Document | Failure], failures: list[Failure]) -> Iterator[Document]:
    """The documents, one at a time; the failures go into the list."""
    for paper in papers:
        if isinstance(paper, Failure):
            failures.append(paper)
        else:
            yield paper


def read_alone(path: Path, pdf: PdfOptions) -> list[Document]:
    """The documents of a file, for a process that does nothing else."""
    return list(read(path, pdf=pdf))


def draw_alone(path: Path, pdf: PdfOptions, out: Path) -> tuple[list[Path], list[str]]:
    """The files that show the blocks of a PDF over its pages, and the reader's warnings.

    ConfigError when the PDF itself would be overwritten.
    """
    from pipeline.readers.pdf.draw import draw  # noqa: PLC0415  (pictures are seldom wanted)

    if out.exists() and out.samefile(path):
        raise ConfigError(f"{out}: the drawing would overwrite the paper; choose another name")
    raw = file_bytes(path)
    doc = next(read(path, raw, pdf))
    return draw(raw, doc, out, pdf.passwords), list(doc.warnings)
