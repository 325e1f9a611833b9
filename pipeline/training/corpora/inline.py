"""Annotated passages as a person writes them: marks in the text, and relations under the sentence that states them.

    == mam-01 | review | mitochondria-associated membranes
    zh
    {g:HGNC:16877|Mfn2}定位于{o:GO:0005741|线粒体外膜}。
      Mfn2 @> 线粒体外膜
    en
    {g:HGNC:16877|Mfn2} localizes to the {o:GO:0005741|outer mitochondrial membrane}.
      Mfn2 @> outer mitochondrial membrane

Before the first passage lines `source: …` and `license: …` may say where a file's texts come from and what may be
done with them. A passage begins with `==`, its name, and what else there is to say, between bars. A line `zh` or `en`
begins its text in that language, one sentence a line; `/` alone on a line ends a paragraph. A mark is
`{LAYER:IDENTIFIERS|TEXT}`: g gene, o organelle, p process; identifiers between commas, none, or -, for a mention
without one (`{g:-|NF-κB}`); marks stand inside a process's. A name with a gap has its later parts as `{+|TEXT}`. A
relation is an indented line, HEAD SIGN TAIL: `+>` positively regulates, `->` negatively, `~>` regulates, `@>` located
in, `<>` interacts with, `&>` involved in; behind the sign ! negated, ? speculative. HEAD and TAIL are names of the
sentence as written; NAME#2 is the second such one. Lines that begin with # are remarks.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from pipeline.document import Document, Mention, Relation, validate
from pipeline.errors import AnnotationError, ConfigError

LETTERS = {"g": "gene", "o": "organelle", "p": "process"}
SIGNS = {
    "+>": "positively_regulates", "->": "negatively_regulates", "~>": "regulates",
    "@>": "located_in", "<>": "interacts_with", "&>": "involved_in",
}  # fmt: skip
_MARK = re.compile(r"\{(?P<layer>[gop])(?::(?P<ids>[^|{}]*))?\||\{\+\||\}")
_RELATION = re.compile(r"\s+(?P<head>\S.*?)\s+(?P<sign>\+>|->|~>|@>|<>|&>)(?P<flags>[!?]*)\s+(?P<tail>\S.*?)\s*")
_ORIGIN = re.compile(r"(source|license):\s*(\S.*)")
_CURIE = re.compile(r"[A-Za-z]+:\w+")


@dataclass
class _Text:
    """A text in one language while it is read."""

    id: str
    lang: str
    meta: tuple[tuple[str, str], ...]
    text: str = ""
    mentions: list[Mention] = field(default_factory=list)
    relations: list[Relation] = field(default_factory=list)
    sentence: list[Mention] = field(default_factory=list)
    """The mentions of the last sentence, by where they begin."""
    broken: bool = True
    """Whether the next sentence begins a paragraph."""


def read_inline(path: Path) -> Iterator[Document]:
    """A document for each text of each passage of a file, its id the passage's name and the language ("mam-01-zh").

    path: a folder stands for its .txt files, in the order of their names. AnnotationError names the file, the line, and
    what is wrong with it; ConfigError a file that cannot be opened.
    """
    files = sorted(path.glob("*.txt")) if path.is_dir() else [path]
    if not files:
        raise ConfigError(f"{path}: files of passages (.txt) expected in the folder, none found")
    seen: set[str] = set()
    for file in files:
        yield from _read(file, seen)


def _read(path: Path, seen: set[str]) -> Iterator[Document]:
    try:
        lines = path.read_text("utf-8-sig").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"{path}: a text file in UTF-8 expected: {error}") from error
    name = ""
    origin: dict[str, str] = {}
    meta: tuple[tuple[str, str], ...] = ()
    current: _Text | None = None
    for number, line in enumerate(lines, 1):
        place = f"{path}:{number}"
        if not line.strip() or line.startswith("#"):
            continue
        if line.startswith("=="):
            if current:
                yield _document(current)
            current = None
            name, *more = (cell.strip() for cell in line.strip("= ").split("|"))
            meta = (*origin.items(), *zip(("style", "topic"), more, strict=False))
            if not re.fullmatch(r"[\w.-]+", name) or name in seen:
                raise AnnotationError(f"{place}: a name of letters and digits expected, not given before: {name!r}")
            seen.add(name)
        elif not name and (said := _ORIGIN.fullmatch(line.strip())):
            origin[said[1]] = said[2]
        elif line.strip() in ("zh", "en"):
            if current:
                yield _document(current)
            if not name:
                raise AnnotationError(f"{place}: a passage's first line, '== NAME', expected before {line.strip()!r}")
            current = _Text(f"{name}-{line.strip()}", line.strip(), meta)
            if current.id in seen:
                raise AnnotationError(f"{place}: one text in {line.strip()} expected in the passage {name}, found two")
            seen.add(current.id)
        elif current is None:
            raise AnnotationError(f"{place}: '== NAME', zh or en expected, found {line[:60]!r}")
        elif line.strip() == "/":
            current.broken = True
        elif line[0].isspace():
            _relation(current, line, place)
        else:
            _sentence(current, line.strip(), place)
    if current:
        yield _document(current)


def _document(text: _Text) -> Document:
    mentions, relations = tuple(text.mentions), tuple(text.relations)
    return validate(Document(text.id, text.text, text.lang, mentions=mentions, relations=relations, extra=text.meta))


def _sentence(text: _Text, line: str, place: str) -> None:
    if text.text:
        text.text += "\n" if text.broken else " " if text.lang == "en" else ""
    text.broken = False
    shown: list[str] = []
    length = len(text.text)
    open_marks: list[tuple[str, tuple[str, ...], int, list[tuple[int, int]]]] = []
    found: list[tuple[str, tuple[str, ...], list[tuple[int, int]]]] = []
    at = 0
    for mark in _MARK.finditer(line):
        shown.append(line[at : mark.start()])
        length += mark.start() - at
        at = mark.end()
        if mark[0] != "}":
            ids = tuple(i.strip() for i in (mark["ids"] or "").split(",") if i.strip(" -"))
            if wrong := [i for i in ids if not _CURIE.fullmatch(i)]:
                raise AnnotationError(f"{place}: an identifier like GO:0005739 expected, found {wrong[0]!r}")
            if mark["layer"]:
                open_marks.append((mark["layer"], ids, length, []))
            elif found:
                open_marks.append(("+", (), length, found[-1][2]))
            else:
                raise AnnotationError(f"{place}: the first part of a name expected before {{+|")
            continue
        if not open_marks:
            raise AnnotationError(f"{place}: a mark is closed that none opened: {line[max(0, at - 30) : at]!r}")
        letter, ids, start, parts_of = open_marks.pop()
        if start == length:
            raise AnnotationError(f"{place}: a mark without text: {line[max(0, at - 30) : at]!r}")
        parts_of.append((start, length))
        if letter != "+":
            found.append((letter, ids, parts_of))
    if open_marks:
        raise AnnotationError(f"{place}: {len(open_marks)} marks are not closed: {line[:60]!r}")
    shown.append(line[at:])
    if "{" in "".join(shown) or "|" in "".join(shown):
        raise AnnotationError(f"{place}: a mark like {{g:HGNC:11998|p53}} expected, found {''.join(shown)[:60]!r}")
    text.text += "".join(shown)
    text.sentence = []
    for letter, ids, parts in sorted(found, key=lambda m: (m[2][0][0], -m[2][-1][1])):
        spans = tuple(parts) if len(parts) > 1 else ()
        number = len(text.mentions) + 1
        mention = Mention(f"m{number}", parts[0][0], parts[-1][1], LETTERS[letter], ids, spans=spans)
        text.mentions.append(mention)
        text.sentence.append(mention)
    for i, a in enumerate(text.sentence):
        for b in text.sentence[i + 1 :]:
            if b.start < a.end and (a.type == b.type or (a.type != "process" and not (a.spans or b.spans))):
                raise AnnotationError(
                    f"{place}: marks may stand only inside a process's: {text.text[b.start : b.end]!r} "
                    f"stands inside {text.text[a.start : a.end]!r} ({a.type})"
                )


def _relation(text: _Text, line: str, place: str) -> None:
    match = _RELATION.fullmatch(line)
    if not match:
        raise AnnotationError(f"{place}: a relation like '  Mfn2 +> autophagy' expected, found {line.strip()[:60]!r}")
    by_name: dict[str, list[Mention]] = defaultdict(list)
    for mention in text.sentence:
        by_name[_said(text.text, mention)].append(mention)
    ends = [_named(by_name, match[end], place) for end in ("head", "tail")]
    number = len(text.relations) + 1
    text.relations.append(
        Relation(
            f"r{number}",
            SIGNS[match["sign"]],
            ends[0].id,
            ends[1].id,
            negated="!" in match["flags"],
            speculative="?" in match["flags"],
        )
    )


def _said(text: str, mention: Mention) -> str:
    return "…".join(text[a:b] for a, b in mention.spans) or text[mention.start : mention.end]


def _named(by_name: dict[str, list[Mention]], wanted: str, place: str) -> Mention:
    found: Sequence[Mention] = by_name.get(wanted, ())
    which = 1
    if not found and (numbered := re.fullmatch(r"(.*)#(\d+)", wanted)):
        found, which = by_name.get(numbered[1], ()), int(numbered[2])
    if not 1 <= which <= len(found):
        raise AnnotationError(
            f"{place}: a name marked in the sentence above expected, found {wanted!r}; marked: {', '.join(by_name)}"
        )
    if len(found) > 1 and "#" not in wanted:
        raise AnnotationError(f"{place}: {wanted!r} is marked {len(found)} times in the sentence; write {wanted}#1, …")
    return found[which - 1]
