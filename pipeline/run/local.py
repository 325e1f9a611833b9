"""A run on this machine: files to worker processes, what is done already skipped, tables written at the end."""

from __future__ import annotations

import json
import multiprocessing
import os
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

from pebble import ProcessExpired, ProcessPool

from pipeline.document import LAYERS
from pipeline.errors import ConfigError, PasswordError, ReadError
from pipeline.lexicon import load_lexicon
from pipeline.miner import Failure, checked_guideline, checked_layers, made_by, signature
from pipeline.readers import shown
from pipeline.readers.options import PdfOptions
from pipeline.run.files import input_files
from pipeline.run.work import finish, key_of, limit_memory, process, start
from pipeline.run.write import FORMATS, write
from pipeline.store import read_jsonl, write_json
from pipeline.tables import Row, Tables
from pipeline.taggers.learned.installed import load_models

T = TypeVar("T")

TIMEOUT = 300.0  # seconds a file may take; ten times what a 100-page paper needs


@dataclass
class Summary:
    """What a run gave: counts, and where its files lie."""

    out: Path
    papers: int = 0
    resumed: int = 0
    mentions: Counter[tuple[str, str]] = field(default_factory=Counter)
    """By layer and language."""
    relations: int = 0
    entities: int = 0
    bilingual: int = 0
    failures: list[Row] = field(default_factory=list)
    copies: int = 0
    files: list[Path] = field(default_factory=list)


def run(
    inputs: Sequence[str],
    out: Path,
    *,
    workers: int | None = None,
    formats: Sequence[str] = FORMATS,
    layers: Sequence[str] = LAYERS,
    relations: bool = True,
    lexicons: Sequence[str | Path] = (),
    models: Sequence[str | Path] = (),
    guideline: str | None = None,
    retry_failed: bool = False,
    timings: bool = False,
    timeout: float = TIMEOUT,
    pdf: PdfOptions | None = None,
    progress: Callable[[int], Any] | None = None,
) -> Summary:
    """Papers to tables in the folder `out`; what an earlier run there did with the same input and versions is kept.

    workers: processes; None for as many as there are cores. timeout: seconds a file may take. retry_failed: work on
    files again that failed before; those that lacked a password are always tried with a new one. pdf: how PDF files
    are read. lexicons: as of `load_lexicon`. models: as of `load_models`. guideline: as of `Miner`. timings: fill
    `papers.seconds`, which makes results differ from run to run. progress: called with the number of files just
    finished. ConfigError when an input does not exist or what OCR needs is missing.
    """
    out = Path(out)
    paths = input_files(inputs, without=out)
    options: dict[str, Any] = {
        "lexicons": tuple(map(str, lexicons)), "models": tuple(map(str, models)), "guideline": guideline,
        "layers": checked_layers(layers), "relations": relations,
    }  # fmt: skip
    lexicon = load_lexicon(*lexicons)
    pdf = pdf or PdfOptions()
    if pdf.ocr:
        from pipeline.readers.pdf.ocr import check_ocr  # noqa: PLC0415  (few runs need it)

        check_ocr()
    taggers = load_models(*models)
    checked_guideline(taggers, guideline)
    versions = signature(lexicon, taggers, guideline=guideline, layers=options["layers"], relations=relations, pdf=pdf)
    try:
        (out / "annotated").mkdir(parents=True, exist_ok=True)
        write_json(out / "run.json", {"inputs": list(inputs), "by": made_by(lexicon), "signature": versions})
    except OSError as error:
        raise ConfigError(f"{out}: the folder cannot be written: {error.strerror}; choose another") from error
    keys, unreadable = _keys(paths, versions)
    done = {key for key in keys.values() if _is_done(out, key, retry_failed=retry_failed, passwords=pdf.passwords)}
    todo = {key: path for path, key in reversed(keys.items()) if key not in done}
    if progress:
        progress(len(paths) - len(todo))
    _work(todo, out, workers or os.cpu_count() or 1, (options, pdf), timeout, progress)

    tables, summary = Tables(lexicon, made_by(lexicon)), Summary(out)
    for path, failure in unreadable:
        tables.fail(shown(path), failure.stage, failure.error, failure.message)
    _gather(keys, out, tables, timings=timings)
    summary.copies = len(tables.copies)
    rows = tables.done()
    summary.files = write(rows, out, formats)
    _count(rows, summary)
    summary.resumed = sum(key in done for key in set(keys.values()))
    return summary


def _keys(paths: Iterable[Path], signature: dict[str, Any]) -> tuple[dict[Path, str], list[tuple[Path, Failure]]]:
    keys: dict[Path, str] = {}
    unreadable: list[tuple[Path, Failure]] = []
    for path in paths:
        try:
            keys[path] = key_of(path, signature)
        except ReadError as error:
            unreadable.append((path, Failure("read", "ReadError", str(error))))
    return keys, unreadable


def _is_done(out: Path, key: str, *, retry_failed: bool, passwords: Sequence[str]) -> bool:
    """Whether an earlier run worked a file through: its report and all its documents are there and whole."""
    try:
        report = json.loads((out / "done" / f"{key}.json").read_text("utf-8"))
        annotated = (out / "annotated" / f"{key}.jsonl").read_bytes()
        failures, documents = report["failures"], report["documents"]
    except (OSError, ValueError, KeyError, TypeError):
        return False
    if annotated.count(b"\n") != documents or (retry_failed and failures):
        return False
    # A file that took too long or broke its worker may fare better now.
    return not any(f["stage"] == "run" or (passwords and f["error"] == PasswordError.__name__) for f in failures)


def _work(
    todo: dict[str, Path],
    out: Path,
    workers: int,
    options: tuple[dict[str, Any], PdfOptions],
    timeout: float,
    progress: Callable[[int], Any] | None,
) -> None:
    """Each file in a worker process of its own choosing; one that hangs or dies is a failure of that file alone."""
    if not todo:
        return
    # spawn: the same on every system, and no lock of the parent's is copied into a worker.
    pool = ProcessPool(
        max_workers=min(workers, len(todo)),
        context=multiprocessing.get_context("spawn"),
        initializer=start,
        initargs=options,
    )
    with pool:
        futures = {
            key: pool.schedule(process, args=[str(path), key, str(out)], timeout=timeout) for key, path in todo.items()
        }
        try:
            for key, future in futures.items():
                if failure := _outcome(future, shown(todo[key]), timeout):
                    _give_up(out, key, shown(todo[key]), failure, timeout)
                if progress:
                    progress(1)
        except BaseException:
            # Else leaving the block waits for all files. What is done is kept for the next run.
            pool.stop()  # type: ignore[no-untyped-call]
            raise


def each_alone(
    work: Callable[[Path], T], paths: Sequence[Path], timeout: float = TIMEOUT
) -> Iterator[tuple[Path, T | Failure]]:
    """What a function gives for each file, or why it could not, in a process with a limit of time and memory."""
    pool = ProcessPool(max_workers=1, context=multiprocessing.get_context("spawn"), initializer=limit_memory)
    with pool:
        try:
            for path in paths:
                future = pool.schedule(work, args=[path], timeout=timeout)
                failure = _outcome(future, shown(path), timeout)
                yield path, failure or future.result()
        except BaseException:
            pool.stop()  # type: ignore[no-untyped-call]
            raise


def _outcome(future: Any, name: str, timeout: float) -> Failure | None:
    """Waits for a file; gives back why its worker did not finish it, None if it did."""
    try:
        future.result()
    except TimeoutError:
        message = f"{name}: not finished after {timeout:g} s; split the file or give more time with --timeout"
        return Failure("run", "TimeoutError", message)
    except ProcessExpired as error:
        message = f"{name}: the worker process died (exit code {error.exitcode}); the file may need too much memory"
        return Failure("run", "ProcessExpired", message)
    except ConfigError:
        raise  # no other file will fare better
    except ReadError as error:
        return Failure("read", type(error).__name__, str(error))
    except MemoryError:
        return Failure("run", "MemoryError", f"{name}: it needs more memory than a worker may take; split it")
    except OSError as error:
        raise ConfigError(f"results cannot be written: {error}; is the disk full?") from error
    except Exception as error:
        message = f"{name}: an error of Yimai's own ({type(error).__name__}: {error}); please report it with the file"
        return Failure("run", type(error).__name__, message)
    return None


def _give_up(out: Path, key: str, name: str, failure: Failure, seconds: float) -> None:
    (out / "annotated" / f"{key}.jsonl").write_text("", "utf-8")
    finish(out, key, name, 0, [failure], seconds)


def _gather(keys: dict[Path, str], out: Path, tables: Tables, *, timings: bool) -> None:
    """Adds what the workers wrote to the tables, by path."""
    for path, key in keys.items():
        name = shown(path)
        report = json.loads((out / "done" / f"{key}.json").read_text("utf-8"))
        for failure in report["failures"]:
            # The message names the file as it was called when it was worked on; it may bear another name now.
            message = failure["message"]
            if message.startswith(report["path"]):
                message = name + message.removeprefix(report["path"])
            tables.fail(name, failure["stage"], failure["error"], message)
        documents = list(read_jsonl(out / "annotated" / f"{key}.jsonl"))
        for doc in documents:
            tables.add(doc.with_(path=name), report["seconds"] / len(documents) if timings else None)


def _count(rows: dict[str, list[Row]], summary: Summary) -> None:
    langs = {r["sentence_id"]: r["lang"] for r in rows["sentences"]}
    summary.papers = len(rows["papers"])
    summary.mentions = Counter((r["layer"], langs.get(r["sentence_id"], "")) for r in rows["mentions"])
    summary.relations = len(rows["relations"])
    summary.entities = len(rows["entities"])
    summary.bilingual = sum(bool(r["mentions_zh"] and r["mentions_en"]) for r in rows["entities"])
    summary.failures = rows["failures"]
