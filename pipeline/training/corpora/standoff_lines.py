"""Annotations in standoff format: a text, and beside it files of lines that annotate it.

    T1<TAB>Gene_or_gene_product 0 5<TAB>Runx2          a mark: label, start, end, and the text again
    E1<TAB>Positive_regulation:T3 Theme:E2 Cause:T1    an event: label and trigger, then arguments by role
    M1<TAB>Negation E1                                 denies an event, or (Speculation) leaves it open

Lines that begin with "*" name equivalents and are not used.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import NamedTuple

from pipeline.errors import AnnotationError
from pipeline.readers import file_bytes, shown

_MARK = re.compile(r"T\d+\t(?P<label>\S+) (?P<start>\d+) (?P<end>\d+)\t(?P<text>.*)", re.DOTALL | re.ASCII)
_NUMBERED = re.compile(r"\d+$")  # "Theme2" is a second Theme


class Mark(NamedTuple):
    """A text bound annotation: a name, or the trigger of events."""

    label: str
    start: int
    end: int
    text: str


@dataclass(frozen=True, slots=True)
class Event:
    """What a text says to happen, and to what."""

    label: str
    trigger: str
    """Id of a mark."""
    arguments: tuple[tuple[str, str], ...]
    """(role, id of a mark or an event), in the file's order; roles without their number."""
    negated: bool = False
    speculative: bool = False

    def of(self, *roles: str) -> list[str]:
        """Ids of the arguments of these roles."""
        return [argument for role, argument in self.arguments if role in roles]


class Annotations(NamedTuple):
    """What the files beside a text say, by id, in their order."""

    marks: dict[str, Mark]
    events: dict[str, Event]


class _Line(NamedTuple):
    place: str
    """File and number, for errors."""
    text: str

    def error(self, expected: str) -> AnnotationError:
        return AnnotationError(
            f"{self.place}: {expected} expected, found {self.text!r}; correct the line or download the corpus again"
        )


def text_of(path: Path) -> str:
    """A file's text, character for character; AnnotationError when it is no UTF-8."""
    try:
        return file_bytes(path).decode("utf-8")  # not read_text, which would turn CR LF into LF and move offsets
    except UnicodeDecodeError as error:
        raise AnnotationError(f"{shown(path)}: UTF-8 expected: {error}; download the corpus again") from error


def read_annotations(path: Path, text: str, endings: Iterable[str]) -> Annotations:
    """The annotations of a text, from the files beside it that have these endings.

    Raises ReadError for a file that is missing, AnnotationError naming file and line where an annotation is broken,
    does not agree with the text, or points to what is not there.
    """
    found = Annotations({}, {})
    lines: dict[str, _Line] = {}
    modifiers: list[_Line] = []
    for ending in endings:
        beside = path.with_suffix(ending)
        for number, row in enumerate(text_of(beside).split("\n"), 1):
            line = _Line(f"{shown(beside)}:{number}", row.removesuffix("\r"))
            kind = line.text[:1]
            if not line.text.strip() or kind == "*":
                continue
            if kind == "M":
                modifiers.append(line)
                continue
            name = line.text.split("\t", 1)[0]
            if name in lines:
                raise line.error(f"an id other than {name}, which {lines[name].place} has,")
            lines[name] = line
            if kind == "T":
                found.marks[name] = _mark(line, text)
            elif kind == "E":
                found.events[name] = _event(line)
            else:
                raise line.error("an annotation T…, E…, M… or *")
    for name, event in found.events.items():
        _check(name, event, found, lines[name])
    for line in modifiers:
        _modify(line, found.events)
    return found


def _mark(line: _Line, text: str) -> Mark:
    match = _MARK.fullmatch(line.text)
    if not match:
        raise line.error("'ID<TAB>label start end<TAB>text', without gaps,")
    start, end = int(match["start"]), int(match["end"])
    surface = text[start:end]
    if not surface or surface != match["text"]:
        raise line.error(f"{surface!r}, the text at [{start}, {end}),")
    return Mark(match["label"], start, end, surface)


def _event(line: _Line) -> Event:
    columns = line.text.split("\t")
    pairs = [tuple(pair.split(":")) for pair in columns[1].split()] if len(columns) == 2 else []
    if not pairs or any(len(pair) != 2 or not all(pair) for pair in pairs):
        raise line.error("'ID<TAB>label:trigger role:argument …'")
    (label, trigger), *arguments = pairs
    return Event(label, trigger, tuple((_NUMBERED.sub("", role), argument) for role, argument in arguments))


def _check(name: str, event: Event, found: Annotations, line: _Line) -> None:
    """Refuses an event that points to what is not there, or to itself."""
    if event.trigger not in found.marks:
        raise line.error(f"a trigger of these files instead of {event.trigger}")
    below = [argument for _, argument in event.arguments]
    seen: set[str] = set()
    while below:
        argument = below.pop()
        if argument == name:
            raise line.error("an event that is no part of itself")
        if argument in found.events and argument not in seen:
            seen.add(argument)
            below += [further for _, further in found.events[argument].arguments]
    for _, argument in event.arguments:
        if argument not in found.marks and argument not in found.events:
            raise line.error(f"an argument of these files instead of {argument}")


def _modify(line: _Line, events: dict[str, Event]) -> None:
    match = re.fullmatch(r"M\d+\t(Negation|Speculation) (\S+)", line.text)
    if not match or match[2] not in events:
        raise line.error("'ID<TAB>Negation event' or 'ID<TAB>Speculation event', the event being of this file,")
    event = events[match[2]]
    events[match[2]] = replace(event, negated=True) if match[1] == "Negation" else replace(event, speculative=True)
