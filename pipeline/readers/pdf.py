"""PDF files: glyphs and boxes from pdfminer.six, order and paragraphs from `layout`."""

from __future__ import annotations

import logging
import unicodedata
from collections.abc import Iterator
from io import BytesIO
from statistics import median

from pdfminer.converter import PDFPageAggregator
from pdfminer.layout import LAParams, LTAnno, LTChar, LTComponent, LTContainer, LTTextLine
from pdfminer.pdfdocument import PDFDocument, PDFEncryptionError, PDFPasswordIncorrect, PDFTextExtractionNotAllowed
from pdfminer.pdfinterp import PDFPageInterpreter, PDFResourceManager
from pdfminer.pdfpage import PDFPage
from pdfminer.pdfparser import PDFParser

from pipeline.document import Document
from pipeline.errors import ReadError
from pipeline.readers.assemble import PrintedLine, assemble
from pipeline.readers.layout import Page, PageLine, paragraphs
from pipeline.readers.sections import find_doi, is_citation, is_other_language

_UNMAPPED = "(cid:"
_GARBLED = 0.2  # a page with a larger share of glyphs without a character is not text

# char_margin 1.2: two Chinese columns stand two letters apart, and a line must not reach over the gutter.
# boxes_flow None: order is `layout`'s work.
_LAYOUT = LAParams(char_margin=1.2, line_margin=0.3, boxes_flow=None, all_texts=False)


def read_pdf(raw: bytes, fields: dict[str, str]) -> Document:
    """The document of a PDF, its blocks with page and box. `warnings` name the pages that gave no text and why.

    ReadError when the file is damaged, needs a password, or has no page with text.
    """
    name = fields["path"]
    logging.getLogger("pdfminer").setLevel(logging.ERROR)
    pages: list[Page] = []
    empty: list[int] = []
    sideways: list[int] = []
    garbled: list[int] = []
    broken: list[int] = []
    for number, page in _pages(raw, name):
        if page is None:
            broken.append(number)
            continue
        glyphs = sum(len(line.printed.text) for line in page.lines)
        unmapped = sum(line.printed.text.count("\ufffd") for line in page.lines)
        if not glyphs:
            (sideways if page.sideways else empty).append(number)
        elif unmapped > _GARBLED * glyphs:
            garbled.append(number)
        else:
            pages.append(page)
    warnings = [
        f"{_numbered(numbers)} {what}"
        for numbers, what in (
            (empty, "no text layer (scanned?)"),
            (sideways, "only text set sideways or from top to bottom, which is not read"),
            (garbled, "garbled text (a font without Unicode mapping)"),
            (broken, "damaged content"),
        )
        if numbers
    ]
    if not pages:
        found = "; ".join(warnings) or "no page"
        hint = "run OCR first (for example ocrmypdf)" if empty or garbled else "download it again"
        hint = "turn the pages upright and save a copy" if sideways else hint
        raise ReadError(f"{name}: a PDF with text expected, found: {found}; {hint}")
    parts = paragraphs(pages)
    titles = [p.text for p in parts if p.kind == "title"]
    first = pages[0].number
    doi = find_doi(p.text for p in parts if p.kind != "reference" and p.lines[0].page == first)
    other = next((t for t in titles[1:] if is_other_language(t, titles[0])), "")
    return assemble(parts, title="".join(titles[:1]), title_other=other, doi=doi, warnings=tuple(warnings), **fields)


def _pages(raw: bytes, name: str) -> Iterator[tuple[int, Page | None]]:
    """Number and lines of each page; None for a page that cannot be interpreted."""
    try:
        # Offsets count from the header, before which a download may have left lines of its own.
        document = PDFDocument(PDFParser(BytesIO(raw[max(raw.find(b"%PDF-", 0, 1024), 0) :])))
        found = PDFPage.create_pages(document)
        resources = PDFResourceManager()
        device = PDFPageAggregator(resources, laparams=_LAYOUT)
        interpreter = PDFPageInterpreter(resources, device)
        number = 0
        while (page := next(found, None)) is not None:
            number += 1
            try:
                interpreter.process_page(page)
                layout = device.get_result()
            except (KeyboardInterrupt, MemoryError):
                raise
            except Exception:  # (pdfminer raises errors of every kind on damaged pages)
                yield number, None
                continue
            yield number, Page(number, layout.width, layout.height, tuple(_lines(layout, number)), _is_sideways(layout))
    except (PDFPasswordIncorrect, PDFEncryptionError, PDFTextExtractionNotAllowed) as error:
        raise ReadError(
            f"{name}: the PDF is encrypted and needs a password; save an unprotected copy and try again"
        ) from error
    except (KeyboardInterrupt, MemoryError, ReadError):
        raise
    except Exception as error:
        what = str(error).strip() or type(error).__name__
        raise ReadError(f"{name}: the PDF is damaged and cannot be opened ({what[:100]}); download it again") from error


def _lines(container: LTContainer, page: int) -> Iterator[PageLine]:  # type: ignore[type-arg]
    for item in container:
        if isinstance(item, LTTextLine):
            if line := _line(item, page):
                yield line
        elif isinstance(item, LTContainer):
            yield from _lines(item, page)


def _is_sideways(item: LTComponent) -> bool:
    """Whether any character under `item` is not upright."""
    if isinstance(item, LTChar):
        return not item.upright
    return isinstance(item, LTContainer) and any(map(_is_sideways, item))


def _line(line: LTTextLine, page: int) -> PageLine | None:
    """The line with the left edge of each character; None for blank lines and for text that is not upright."""
    glyphs = [g for g in line if isinstance(g, LTChar)]
    if not glyphs or not all(g.upright for g in glyphs):
        return None
    size = median(g.size for g in glyphs)
    base = median(g.y0 for g in glyphs)
    text: list[str] = []
    edges: list[float] = []
    right = line.x0
    for glyph in line:
        if isinstance(glyph, LTChar):
            characters = _characters(glyph.get_text())
            raised = glyph.size < 0.85 * size and glyph.y0 > base + 0.1 * size
            if raised and not (text and text[-1] == " ") and is_citation("".join(text), characters):
                text.append(" ")
                edges.append(glyph.x0)
            for char in characters:
                if char == " " and (not text or text[-1] == " "):
                    continue
                text.append(char)
                edges.append(glyph.x0)
            right = glyph.x1
        elif isinstance(glyph, LTAnno) and glyph.get_text() == " " and text and text[-1] != " ":
            text.append(" ")
            edges.append(right)
    while text and text[-1] == " ":
        text.pop()
        edges.pop()
    # A soft hyphen shows only where it breaks a word, at the line's end.
    kept = [i for i, char in enumerate(text) if char != "\u00ad" or i == len(text) - 1]
    if not kept:
        return None
    box = (line.x0, line.y0, line.x1, line.y1)
    printed = PrintedLine("".join(text[i] for i in kept), page, box, (*(edges[i] for i in kept), right))
    return PageLine(printed, size)


def _characters(text: str) -> str:
    """A glyph's text cleaned: ligatures and compatibility forms opened, controls dropped, U+FFFD for the unmapped."""
    if text.startswith(_UNMAPPED):
        return "\ufffd"
    if len(text) == 1 and (" " < text < "\u00a0"):
        return text
    if text.isspace() or text == "\u00a0":
        return " "
    result = []
    for char in text:
        category = unicodedata.category(char)
        if char == "\u00ad":
            result.append(char)
        elif category in ("Cc", "Cf", "Cs"):
            continue
        elif category == "Co" or char == "\ufffd":
            result.append("\ufffd")
        # Radicals and compatibility ideographs look like the characters they stand for; ligatures are letters.
        elif "\u2e80" <= char <= "\u2fdf" or "\uf900" <= char <= "\ufaff" or "\ufb00" <= char <= "\ufb06":
            result.append(unicodedata.normalize("NFKC", char))
        else:
            result.append(char)
    return "".join(result)


def _numbered(pages: list[int]) -> str:
    """ "page 3", "pages 3-5, 9"."""
    runs: list[list[int]] = []
    for page in pages:
        if runs and page == runs[-1][-1] + 1:
            runs[-1].append(page)
        else:
            runs.append([page])
    text = ", ".join(str(r[0]) if len(r) == 1 else f"{r[0]}-{r[-1]}" for r in runs)
    return f"page{'s' if len(pages) > 1 else ''} {text}:"
