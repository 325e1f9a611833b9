"""PDF files: pages from one of two engines, paragraphs and their order from `layout`, the same for both."""

from __future__ import annotations

import importlib.util
import stringprep
import unicodedata
from collections import defaultdict
from collections.abc import Iterator

from pipeline.document import Document
from pipeline.errors import ConfigError, PasswordError, ReadError
from pipeline.readers.assemble import assemble
from pipeline.readers.options import ENGINES, PdfOptions
from pipeline.readers.pdf.glyphs import UNKNOWN
from pipeline.readers.pdf.layout import paragraphs
from pipeline.readers.pdf.page import EncryptedError, Page
from pipeline.readers.sections import find_doi, is_other_language

_GARBLED = 0.2  # a page with a larger share of glyphs without a character is not text
_PARTLY = 0.02  # with less it is, and that is worth no word
_NO_TEXT = "no text layer (scanned?)"
_UNREADABLE = "garbled text (a font without Unicode mapping), left out"
_HIDDEN = (_NO_TEXT, _UNREADABLE)


def read_pdf(raw: bytes, fields: dict[str, str], options: PdfOptions | None = None) -> Document:
    """The document of a PDF, its blocks with page and box. `warnings` name the pages that gave no text and why.

    ReadError when the file is damaged or has no page with text, PasswordError when it needs a password.
    """
    options = options or PdfOptions()
    name = fields["path"]
    pages, odd, password = _unlocked(raw, name, options)
    hidden = sorted(number for what in _HIDDEN for number in odd.get(what, ()))
    by_ocr: dict[str, list[int]] = {}
    if hidden and options.ocr:
        from pipeline.readers.pdf.ocr import with_text_layer  # noqa: PLC0415  (needs packages that are optional)

        pages, odd = _read(with_text_layer(raw, hidden, name, password), name, password, options)
        read = sorted({page.number for page in pages} & set(hidden))
        by_ocr = {"text by OCR": read} if read else {}
    warnings = tuple(f"{_numbered(numbers)} {what}" for what, numbers in {**odd, **by_ocr}.items())
    if not pages:
        hint = "read it with OCR (--ocr)" if hidden and not options.ocr else "download it again"
        raise ReadError(f"{name}: a PDF with text expected, found: {'; '.join(warnings) or 'no page'}; {hint}")
    parts = paragraphs(pages)
    titles = [p.text for p in parts if p.kind == "title"]
    first = pages[0].number
    doi = find_doi(p.text for p in parts if p.kind != "reference" and p.lines[0].page == first)
    other = next((t for t in titles[1:] if is_other_language(t, titles[0])), "")
    return assemble(parts, title="".join(titles[:1]), title_other=other, doi=doi, warnings=warnings, **fields)


def engine_of(options: PdfOptions) -> str:
    """The engine that PDF files are read with; ConfigError for one that does not exist."""
    if not options.engine:
        return "pdfium" if importlib.util.find_spec("pypdfium2") else "pdfminer"
    if options.engine not in ENGINES:
        raise ConfigError(f"unknown PDF engine {options.engine!r}; known: {', '.join(ENGINES)}")
    return options.engine


def _unlocked(raw: bytes, name: str, options: PdfOptions) -> tuple[list[Page], dict[str, list[int]], str]:
    """What `_read` gives with the first password that opens the file, and that one.

    None comes first, which opens files that only forbid copying.
    """
    # Newer files want passwords in the form of RFC 4013 (SASLprep), in which a user may not have typed them.
    prepared = (
        unicodedata.normalize("NFKC", "".join(c for c in password if not stringprep.in_table_b1(c)))
        for password in options.passwords
    )
    for password in dict.fromkeys(("", *options.passwords, *prepared)):
        try:
            return *_read(raw, name, password, options), password
        except EncryptedError:
            continue
    found = "none of the passwords given opens it" if options.passwords else "it needs a password"
    raise PasswordError(f"{name}: the PDF is encrypted and {found}; give the right one with --password")


def _read(raw: bytes, name: str, password: str, options: PdfOptions) -> tuple[list[Page], dict[str, list[int]]]:
    """The pages with text, and the numbers of those of which something is to be said."""
    pages: list[Page] = []
    odd: dict[str, list[int]] = defaultdict(list)
    try:
        for number, page in enumerate(_pages(raw, password, options), start=1):
            what = "damaged content" if page is None else _oddity(page)
            if what:
                odd[what].append(number)
            if page is not None and what not in _HIDDEN:
                pages.append(page)
    except ValueError as error:
        raise ReadError(
            f"{name}: the PDF is damaged and cannot be opened ({str(error)[:100]}); download it again"
        ) from error
    return pages, odd


def _pages(raw: bytes, password: str, options: PdfOptions) -> Iterator[Page | None]:
    """The pages of a file; EncryptedError and ValueError where it cannot be opened."""
    if engine_of(options) == "pdfium":
        from pipeline.readers.pdf import pdfium  # noqa: PLC0415  (each engine is loaded only where it is used)

        yield from pdfium.open_pages(raw, password, edges=options.edges)
    else:
        from pipeline.readers.pdf import pdfminer  # noqa: PLC0415

        yield from pdfminer.open_pages(raw, password)


def _oddity(page: Page) -> str:
    """What a reader of the results should know of a page; "" for nothing."""
    characters = sum(len(line.text) for line in page.lines)
    unknown = sum(line.text.count(UNKNOWN) for line in page.lines)
    if not characters:
        return _NO_TEXT
    share = max(page.unmapped, unknown / characters)
    if share > _GARBLED:
        return _UNREADABLE
    if page.cut:
        return f"more text than any page of a paper has; the first {characters:,} characters are read"
    return "some garbled characters (a font without Unicode mapping)" if share > _PARTLY else ""


def _numbered(pages: list[int]) -> str:
    """ "page 3:", "pages 3-5, 9:"."""
    runs: list[list[int]] = []
    for page in pages:
        if runs and page == runs[-1][-1] + 1:
            runs[-1].append(page)
        else:
            runs.append([page])
    text = ", ".join(str(r[0]) if len(r) == 1 else f"{r[0]}-{r[-1]}" for r in runs)
    return f"page{'s' if len(pages) > 1 else ''} {text}:"
