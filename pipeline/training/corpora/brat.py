"""brat's standoff files in our own layers and relation types: NAME.txt, and beside it NAME.ann.

    T1	gene 0 4	Mfn2
    T2	process 10 15;19 23	fusion site
    N1	Reference T1 HGNC:16877	Mfn2
    R1	positively_regulates Arg1:T1 Arg2:T2
    A1	Negated R1
    A2	Speculative R1
    #1	Yimai R1	{"trigger": "does not promote", "by": "triggers 1", "score": 0.83}

`documents.jsonl` in the folder says what brat has no place for: of each file the document's id, lang and other fields,
and the ids of mentions and relations that are not m1, m2, …, r1, r2, … It may be missing: the id is then the file's
name, the language that of the text. `annotation.conf` tells brat our types. Other notes (#) are not read.
"""

from __future__ import annotations

import json
import logging
import re
import shutil
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from pipeline.document import LAYERS, RELATION_TYPES, Document
from pipeline.errors import ConfigError
from pipeline.readers import shown
from pipeline.segment.language import language
from pipeline.training.corpora.carried import built, head_of
from pipeline.training.corpora.files import Line, content, decoded, lines_of

LOST = {
    "documents": ("blocks", "warnings"),
    "mentions": ("name", "by", "score", "page", "box"),
}
"""What is not written: after a person has moved a mention's bounds, its name, maker, score and place are not true."""

_DOCUMENTS = "documents.jsonl"
_REFERENCE = "Reference"
_FLAGS = {"Negated": "negated", "Speculative": "speculative"}
_NOTE = "Yimai"
_NOTED = ("trigger", "by", "score")  # of relations
_NUMBERED = {"mentions": re.compile(r"m([1-9]\d*)"), "relations": re.compile(r"r([1-9]\d*)")}
_LETTERS = {"mentions": "T", "relations": "R"}
_SAFE = re.compile(r"\w[\w.-]{0,59}(?<!\.)")  # 60 Chinese characters are 180 bytes; file systems take 255
_DEVICES = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\..*)?")  # no names of files on Windows
_SPANS = re.compile(r"(?P<type>\S+) (?P<spans>\d+ \d+(?:;\d+ \d+)*)")
_RELATION = re.compile(r"(?P<type>\S+) Arg1:(?P<head>T\S+) Arg2:(?P<tail>T\S+)")
_logger = logging.getLogger(__name__)


def read_brat(path: Path) -> Iterator[Document]:
    """A document for each .ann file of a folder and the folders in it, or of one .ann file.

    Their order in a folder is that of documents.jsonl, then that of names.

    AnnotationError names the line that is broken or has a type that is not ours; ConfigError a folder without files.
    """
    if path.is_dir():
        files = sorted(path.rglob("*.ann"))
        if not files:
            raise ConfigError(f"{shown(path)}: a folder with .ann files expected, found none")
        if alone := sum(not f.with_suffix(".ann").exists() for f in path.rglob("*.txt")):
            _logger.warning("%s: %d .txt files without .ann are no documents and are left out", shown(path), alone)
    else:
        files = [path.with_suffix(".ann")]
    known = {folder: _described(folder / _DOCUMENTS) for folder in {file.parent for file in files}}
    if path.is_dir() and (gone := sum(not (f / f"{stem}.ann").exists() for f, rows in known.items() for stem in rows)):
        _logger.warning("%s: %d documents of %s have no .ann file any more", shown(path), gone, _DOCUMENTS)
    places = {(folder, stem): at for folder, rows in known.items() for at, stem in enumerate(rows)}
    files.sort(key=lambda f: (f.parent, places.get((f.parent, f.stem), len(places)), f.name))
    for file in files:
        name = file.relative_to(path).with_suffix("").as_posix() if path.is_dir() else file.stem
        yield _document(file, name, known[file.parent].get(file.stem, {}))


def write_brat(folder: Path, documents: Iterable[Document]) -> int:
    """Writes a new folder; gives back how many documents.

    A file is called as its document where that is a plain name, else document-1, document-2, … ConfigError when the
    folder holds anything already: what is left of an earlier export would be read as part of this one.
    """
    rows = []
    with _filling(folder) as new:
        (new / "annotation.conf").write_text(_configuration(), encoding="utf-8")
        taken: set[str] = set()
        for number, doc in enumerate(documents, 1):
            stem = _stem(doc.id, number, taken)
            taken.add(stem.casefold())
            mentions, relations = _ids(doc, "mentions"), _ids(doc, "relations")
            (new / f"{stem}.txt").write_bytes(doc.text.encode())
            (new / f"{stem}.ann").write_bytes(
                "".join(f"{line}\n" for line in _annotations(doc, mentions, relations)).encode()
            )
            ids = {number: name for name, number in (*mentions.items(), *relations.items())}
            renamed = {number: name for number, name in ids.items() if name != _usual_id(number)}
            rows.append({"file": stem, "document": head_of(doc), "ids": renamed})
        lines = "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
        (new / _DOCUMENTS).write_bytes(lines.encode())
    return len(rows)


def _described(path: Path) -> dict[str, dict[str, Any]]:
    """The rows of a folder's documents.jsonl by file."""
    result: dict[str, dict[str, Any]] = {}
    for line in lines_of(path) if path.exists() else ():
        try:
            row = json.loads(line.text)
            result[row["file"]] = {"document": dict(row["document"]), "ids": dict(row.get("ids", {}))}
        except (ValueError, KeyError, TypeError) as error:
            raise line.error('a row like {"file": "a", "document": {"id": "a", "lang": "en"}}') from error
    return result


def _document(file: Path, name: str, described: Mapping[str, Any]) -> Document:
    text_file = file.with_suffix(".txt")
    text = decoded(content(text_file), shown(text_file))
    mentions: dict[str, dict[str, Any]] = {}
    relations: dict[str, dict[str, Any]] = {}
    late: list[Line] = []
    ids = described.get("ids", {})
    for line in lines_of(file):
        number, _, rest = line.text.partition("\t")
        if not line.text.strip() or (line.text[0] == "#" and not rest.startswith(f"{_NOTE} ")):
            continue
        if line.text[0] in "RAMN#":
            late.append(line)  # they may stand before what they are about
        elif number in mentions:
            raise line.error("a number of its own for each annotation")
        elif line.text[0] == "T":
            mentions[number] = _mention(line, rest, text, ids.get(number, _usual_id(number)))
        else:
            raise line.error(
                "a line T, R, A, N or # (brat's events, E, and equivalences, *, have no place here; "
                "the BioNLP shared tasks are read as 'standoff')"
            )
    for line in sorted(late, key=lambda line: line.text[0] != "R"):
        number, _, rest = line.text.partition("\t")
        if line.text[0] == "R":
            if number in relations:
                raise line.error("a number of its own for each relation")
            relations[number] = _relation(line, rest.rstrip(), mentions, ids.get(number, _usual_id(number)))
        elif line.text[0] == "N":
            _normalise(line, rest, mentions)
        elif line.text[0] == "#":
            _note(line, rest, relations)
        else:
            flag, _, target = rest.rstrip().partition(" ")
            if flag not in _FLAGS or target not in relations:
                raise line.error(f"{' or '.join(_FLAGS)} of a relation")
            relations[target][_FLAGS[flag]] = True
    head = {"id": name, "lang": language(text), **described.get("document", {})}
    layers = {"mentions": list(mentions.values()), "relations": list(relations.values())}
    return built({**head, "text": text, **layers}, shown(file))


def _mention(line: Line, rest: str, text: str, name: str) -> dict[str, Any]:
    where, tab, surface = rest.partition("\t")
    match = _SPANS.fullmatch(where)
    if not (match and tab):
        raise line.error("T1, a tab, a type and offsets like 'gene 0 5;8 12', a tab, and the text")
    if match["type"] not in LAYERS:
        raise line.error(f"one of the types {', '.join(LAYERS)}")
    bounds = [tuple(map(int, span.split(" "))) for span in match["spans"].split(";")]
    found = _shown(text[start:end] for start, end in bounds)
    if found != surface:
        raise line.error(f"{found!r}, the text at {match['spans']},")
    spans = {"spans": bounds} if len(bounds) > 1 else {}
    start, end = bounds[0][0], bounds[-1][1]
    return {"id": name, "start": start, "end": end, "type": match["type"], "concepts": [], **spans}


def _relation(line: Line, rest: str, mentions: Mapping[str, dict[str, Any]], name: str) -> dict[str, Any]:
    match = _RELATION.fullmatch(rest)
    if not match or match["type"] not in RELATION_TYPES:
        raise line.error(f"R1, a tab, TYPE Arg1:T1 Arg2:T2 with one of the types {', '.join(RELATION_TYPES)}")
    if match["head"] not in mentions or match["tail"] not in mentions:
        raise line.error("a relation between T lines of this file")
    head, tail = (mentions[match[end]]["id"] for end in ("head", "tail"))
    return {"id": name, "type": match["type"], "head": head, "tail": tail}


def _normalise(line: Line, rest: str, mentions: Mapping[str, dict[str, Any]]) -> None:
    kind, target, concept, *_ = [*rest.partition("\t")[0].split(" ", 2), "", "", ""]
    if kind != _REFERENCE or target not in mentions or not concept:
        raise line.error("N1, a tab, 'Reference T1 GO:0006914' for a T line of this file, a tab, and a name")
    mentions[target]["concepts"].append(concept)


def _note(line: Line, rest: str, relations: Mapping[str, dict[str, Any]]) -> None:
    where, _, note = rest.partition("\t")
    target = where.partition(" ")[2]
    try:
        fields = {name: value for name, value in json.loads(note).items() if name in _NOTED}
    except (ValueError, AttributeError) as error:
        raise line.error(f"#1, a tab, '{_NOTE} R1', a tab, and a JSON object") from error
    # A person may have deleted the relation and left its note.
    relations.get(target, {}).update(fields)


def _shown(pieces: Iterable[str]) -> str:
    # A line of the file cannot hold what parts lines and columns.
    return re.sub(r"[\n\r\t]", " ", " ".join(pieces))


def _annotations(doc: Document, ids: Mapping[str, str], relations: Mapping[str, str]) -> Iterator[str]:
    for m in doc.mentions:
        spans = m.spans or ((m.start, m.end),)
        offsets = ";".join(f"{start} {end}" for start, end in spans)
        yield f"{ids[m.id]}\t{m.type} {offsets}\t{_shown(doc.text[start:end] for start, end in spans)}"
    concepts = ((m, concept) for m in doc.mentions for concept in m.concepts)
    for number, (m, concept) in enumerate(concepts, 1):
        yield f"N{number}\t{_REFERENCE} {ids[m.id]} {concept}\t{_shown([m.name or doc.said(m)])}"
    for r in doc.relations:
        yield f"{relations[r.id]}\t{r.type} Arg1:{ids[r.head]} Arg2:{ids[r.tail]}"
    flags = ((r, flag) for r in doc.relations for flag, field in _FLAGS.items() if getattr(r, field))
    for number, (r, flag) in enumerate(flags, 1):
        yield f"A{number}\t{flag} {relations[r.id]}"
    notes = ((r, {name: v for name in _NOTED if (v := getattr(r, name)) not in (None, "")}) for r in doc.relations)
    for number, (r, note) in enumerate(((r, note) for r, note in notes if note), 1):
        yield f"#{number}\t{_NOTE} {relations[r.id]}\t{json.dumps(note, ensure_ascii=False)}"


def _ids(doc: Document, layer: str) -> dict[str, str]:
    """brat's number ("T3") of each mention or relation: that of its own id where all have one, else in order."""
    names = [thing.id for thing in getattr(doc, layer)]
    numbers = [match[1] for name in names if (match := _NUMBERED[layer].fullmatch(name))]
    if len(numbers) < len(names):
        numbers = [str(number) for number in range(1, len(names) + 1)]
    return {name: f"{_LETTERS[layer]}{number}" for name, number in zip(names, numbers, strict=True)}


def _usual_id(number: str) -> str:
    return f"{'m' if number.startswith('T') else 'r'}{number[1:]}"


def _stem(name: str, number: int, taken: set[str]) -> str:
    """A file name for a document: no id leads out of the folder, and none to a file that another one has."""
    stem = name
    if not _SAFE.fullmatch(name) or _DEVICES.fullmatch(name.lower()) or name.casefold() in taken:
        stem = f"document-{number}"
        while stem in taken:
            stem += "-"
    return stem


@contextmanager
def _filling(folder: Path) -> Iterator[Path]:
    """A folder to fill; it takes the place of `folder` when the block ends well, and is removed when it does not."""
    folder = folder.resolve()
    try:
        if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
            raise ConfigError(
                f"{shown(folder)}: a new or empty folder expected, found something there; name another or empty it"
            )
        folder.parent.mkdir(parents=True, exist_ok=True)
        new = Path(tempfile.mkdtemp(prefix=f"{folder.name}.", suffix=".tmp", dir=folder.parent))
    except OSError as error:
        raise ConfigError(f"{shown(folder)}: the folder cannot be written: {error.strerror}") from error
    try:
        yield new
        new.chmod(0o755)  # mkdtemp's folders are for one user only
        if folder.exists():
            folder.rmdir()
        new.rename(folder)
    except OSError as error:
        raise ConfigError(f"{shown(folder)}: the folder cannot be written: {error.strerror}") from error
    finally:
        shutil.rmtree(new, ignore_errors=True)


def _configuration() -> str:
    layers = "\n".join(LAYERS)
    ends = "|".join(LAYERS)
    relations = "\n".join(f"{kind}\tArg1:{ends}, Arg2:{ends}" for kind in RELATION_TYPES)
    flags = "\n".join(f"{flag}\tArg:<RELATION>" for flag in _FLAGS)
    return f"[entities]\n{layers}\n\n[relations]\n{relations}\n\n[events]\n\n[attributes]\n{flags}\n"
