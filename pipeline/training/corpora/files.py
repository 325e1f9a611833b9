"""Files of corpora: their lines and bytes, "-" for standard input and output, and no input overwritten."""

from __future__ import annotations

import codecs
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple, TextIO

from pipeline.errors import AnnotationError, ConfigError
from pipeline.readers import shown
from pipeline.store import replacing

_SHOWN = 100  # characters of a line in an error: abstracts are long


class Line(NamedTuple):
    """A line without its end, and where it stands ("train.tsv:12"), for errors."""

    place: str
    text: str

    def error(self, expected: str) -> AnnotationError:
        """What was expected instead of this line."""
        shortened = self.text if len(self.text) <= _SHOWN else f"{self.text[:_SHOWN]}…"
        return AnnotationError(
            f"{self.place}: {expected} expected, found {shortened!r}; correct the line or download the file again"
        )


def named(path: Path) -> str:
    """A path as errors show it."""
    return "standard input" if str(path) == "-" else shown(path)


def content(path: Path) -> bytes:
    """What a file holds; ConfigError when it cannot be opened."""
    if str(path) == "-":
        return sys.stdin.buffer.read()
    try:
        return path.read_bytes()
    except OSError as error:
        raise ConfigError(f"{shown(path)}: the file cannot be opened: {error.strerror}") from error


def decoded(raw: bytes, name: str) -> str:
    """UTF-8 as text, line ends as they are, so that offsets stay; AnnotationError for anything else."""
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError as error:
        raise AnnotationError(f"{name}: UTF-8 expected: {error}; save the file as UTF-8") from error


def lines_of(path: Path) -> Iterator[Line]:
    """The lines of a file. Only LF ends a line, whatever else a text contains; a CR before it is no text either."""
    name = named(path)
    text = decoded(content(path).removeprefix(codecs.BOM_UTF8), name)
    for number, row in enumerate(text.removesuffix("\n").split("\n") if text else (), 1):
        yield Line(f"{name}:{number}", row.removesuffix("\r"))


@contextmanager
def writing(path: Path) -> Iterator[TextIO]:
    """A text file that takes its place whole when the block ends well; "-" is standard output."""
    if str(path) == "-":
        yield sys.stdout
        return
    try:
        if path.exists() and not path.is_file() and not path.is_dir():  # a pipe or a device
            with path.open("w", encoding="utf-8", newline="") as out:
                yield out
            return
        with replacing(path) as temporary, temporary.open("w", encoding="utf-8", newline="") as out:
            yield out
    except OSError as error:
        raise ConfigError(f"{shown(path)}: the file cannot be written: {error.strerror}") from error


def refuse_overwriting(out: Path, inputs: Iterable[Path]) -> None:
    """ConfigError when `out` is one of the inputs, or lies in a folder that is one."""
    if str(out) == "-":
        return
    target = out.resolve()
    for path in inputs:
        source = path.resolve()
        same = target == source or (out.exists() and path.exists() and out.samefile(path))
        if same or (source.is_dir() and source in target.parents):
            raise ConfigError(
                f"{shown(out)}: a place outside the input expected, this would write into {shown(path)}; name another"
            )
