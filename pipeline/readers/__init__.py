"""Reading papers: from a file of any known kind to documents whose text is final.

The kind is found by what the file holds; the ending of its name only tells an unknown file from plain text.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from pathlib import Path

from pipeline.document import Document, validate
from pipeline.errors import ReadError
from pipeline.readers.options import PdfOptions

VERSION = "2"
KINDS = "PDF, text (.txt), JATS or PubMed XML, MEDLINE (.nbib), CNKI exports (RefWorks, EndNote)"

_OTHER_KINDS = (
    (b"\x89PNG", "a PNG picture"),
    (b"\xff\xd8\xff", "a JPEG picture"),
    (b"GIF8", "a GIF picture"),
    (b"II*\0", "a TIFF picture"),
    (b"MM\0*", "a TIFF picture"),
    (b"BM", "a BMP picture"),
    (b"PK\x03\x04", "a ZIP archive or an Office document"),
    (b"\xd0\xcf\x11\xe0", "an old Office document"),
    (b"CAJ", "a CAJ file (open it in CAJViewer and print it to PDF)"),
    (b"HN", "a CAJ file (open it in CAJViewer and print it to PDF)"),
    (b"KDH", "a KDH file (open it in CAJViewer and print it to PDF)"),
)
_TEXT_ENDINGS = {"", ".txt", ".text", ".nbib", ".enw"}
_XML = re.compile(r"\s*<(?:[?A-Za-z]|!(?:DOCTYPE|--))")


def read(path: str | Path, raw: bytes | None = None, pdf: PdfOptions | None = None) -> Iterator[Document]:
    """The documents of a file, each validated: one for a paper, one a record for an export.

    raw: the file's bytes, where the caller has them already. pdf: how PDF files are read. A document's id is the first
    12 digits of the file's SHA-256, with "-1", "-2", … for records, so that the same file has the same ids everywhere.
    Raises ReadError with the file's name and what to do when the file cannot be read or is of no known kind.
    """
    path = Path(path)
    if raw is None:
        raw = file_bytes(path)
    sha256 = hashlib.sha256(raw).hexdigest()
    fields = {"id": sha256[:12], "sha256": sha256, "path": shown(path)}
    for doc in _documents(path, raw, fields, pdf or PdfOptions()):
        yield validate(doc)


def shown(path: Path) -> str:
    """A path as it is shown and written: bytes that are no UTF-8, as old archives leave them, as "?"."""
    return path.as_posix().encode("utf-8", "replace").decode("utf-8")


def file_bytes(path: Path) -> bytes:
    """What a file holds; ReadError when the system refuses it."""
    try:
        return path.read_bytes()
    except OSError as error:
        hints = {PermissionError: "check its permissions", IsADirectoryError: "it is a folder; give a file"}
        hint = hints.get(type(error), "is it still there?")
        raise ReadError(f"{shown(path)}: the file cannot be opened: {error.strerror}; {hint}") from error


def _documents(path: Path, raw: bytes, fields: dict[str, str], pdf: PdfOptions) -> Iterator[Document]:
    name = fields["path"]
    head = raw[:1024]
    ending = path.suffix.lower()
    if not raw:
        raise ReadError(f"{name}: the file is empty (0 bytes); download it again")
    if b"%PDF-" in head:
        from pipeline.readers.pdf import read_pdf  # noqa: PLC0415  (loaded only where there is a PDF)

        yield read_pdf(raw, fields, pdf)
        return
    found = _other_kind(head)
    if not found and _XML.match(_ascii(head)):
        yield from _xml(raw, fields)
        return
    if found or ending not in _TEXT_ENDINGS:
        what = found or ("no PDF inside" if ending == ".pdf" else f"a file of the unknown kind {ending!r}")
        raise ReadError(f"{name}: {KINDS} expected, found {what}; save or download the paper as one of these")
    from pipeline.readers.records import dialect_of, read_records  # noqa: PLC0415
    from pipeline.readers.text import decode, read_text  # noqa: PLC0415

    text = decode(raw, name)
    dialect = dialect_of(text)
    if dialect:
        yield from read_records(text, dialect, fields)
    else:
        yield read_text(text, fields)


def _ascii(head: bytes) -> str:
    """The first characters of a file, as far as they are ASCII; a UTF-16 file's too."""
    utf16 = head.startswith((b"\xff\xfe", b"\xfe\xff"))
    return head.replace(b"\0", b"").decode("ascii", "ignore") if utf16 else head.decode("ascii", "ignore")


def _other_kind(head: bytes) -> str:
    """What a file is that we do not read, from its first bytes; "" for what may be text or XML."""
    if re.match(r"\s*(?:<!doctype html|<html)", _ascii(head), re.IGNORECASE):
        return "a web page (HTML)"
    if head.startswith(b"{\\rtf"):
        return "an RTF document"
    # A text may begin with "BMP2 …" or "HNF4A …"; a picture or a CAJ file has zero bytes as well.
    return next((kind for magic, kind in _OTHER_KINDS if head.startswith(magic) and b"\0" in head), "")


def _xml(raw: bytes, fields: dict[str, str]) -> Iterator[Document]:
    from pipeline.readers.jats import read_jats  # noqa: PLC0415
    from pipeline.readers.pubmed import read_pubmed  # noqa: PLC0415
    from pipeline.readers.xml import root_name  # noqa: PLC0415

    root = root_name(raw, fields["path"])
    if root in ("article", "pmc-articleset"):
        yield from read_jats(raw, fields, collection=root == "pmc-articleset")
    elif root in ("PubmedArticleSet", "PubmedArticle"):
        yield from read_pubmed(raw, fields)
    else:
        raise ReadError(
            f"{fields['path']}: JATS or PubMed XML expected, found XML of another kind (<{root}>); "
            "export it again in one of these formats"
        )
