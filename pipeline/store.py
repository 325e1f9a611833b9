"""Files: JSON lines in and out, and writing so that a reader never sees half a file."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TextIO

from pipeline.document import Document, from_dict
from pipeline.errors import AnnotationError, ConfigError


@contextmanager
def replacing(path: Path) -> Iterator[Path]:
    """A path to write to; it takes the place of `path` when the block ends well, and is removed when it does not."""
    path = path.resolve()  # a link keeps leading to the file
    temporary = path.with_name(f"{path.name}.{os.getpid()}.tmp")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        yield temporary
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)


def read_jsonl(path: str | Path) -> Iterator[Document]:
    """The documents of a JSONL file in the annotation guideline's form, "-" for standard input.

    AnnotationError names the file and line that is not in the form; ConfigError a file that cannot be opened.
    """
    if str(path) == "-":
        yield from _documents(sys.stdin, "standard input")
        return
    try:
        with Path(path).open(encoding="utf-8-sig") as lines:
            yield from _documents(lines, str(path))
    except OSError as error:
        raise ConfigError(f"{path}: the file cannot be opened: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise AnnotationError(f"{path}: UTF-8 expected: {error}") from error


def write_jsonl(path: str | Path, documents: Iterable[Document]) -> int:
    """Writes documents one a line, "-" for standard output; gives back how many."""
    if str(path) == "-":
        return _write(sys.stdout, documents)
    path = Path(path)
    try:
        if path.exists() and not path.is_file() and not path.is_dir():  # a pipe or a device
            with path.open("w", encoding="utf-8", newline="\n") as out:
                return _write(out, documents)
        with replacing(path) as temporary, temporary.open("w", encoding="utf-8", newline="\n") as out:
            return _write(out, documents)
    except OSError as error:
        raise ConfigError(f"{path}: the file cannot be written: {error.strerror}") from error


def write_json(path: Path, value: Any) -> None:
    """Writes a value as JSON, whole or not at all."""
    with replacing(path) as temporary:
        temporary.write_text(json.dumps(value, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


def _documents(lines: TextIO, name: str) -> Iterator[Document]:
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            data = json.loads(line)
        except json.JSONDecodeError as error:
            raise AnnotationError(f"{name}:{number}: one JSON object a line expected: {error}") from error
        if not isinstance(data, dict):
            raise AnnotationError(f"{name}:{number}: a JSON object expected, found {type(data).__name__}")
        try:
            yield from_dict(data)
        except AnnotationError as error:
            raise AnnotationError(f"{name}:{number}: {error}") from error


def _write(out: TextIO, documents: Iterable[Document]) -> int:
    count = 0
    for doc in documents:
        out.write(json.dumps(doc.to_dict(), ensure_ascii=False) + "\n")
        count += 1
    return count
