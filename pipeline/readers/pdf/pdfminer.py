"""Pages by pdfminer.six: slower, and without compiled code."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from io import BytesIO
from typing import Any

from pdfminer.converter import PDFLayoutAnalyzer
from pdfminer.layout import LTChar, LTContainer, LTLayoutContainer
from pdfminer.pdfdocument import PDFDocument, PDFEncryptionError, PDFPasswordIncorrect
from pdfminer.pdfinterp import PDFPageInterpreter, PDFResourceManager
from pdfminer.pdfpage import PDFPage
from pdfminer.pdfparser import PDFParser
from pdfminer.utils import Matrix

from pipeline.readers.pdf.glyphs import UNKNOWN, spelled, symbol
from pipeline.readers.pdf.page import EncryptedError, Page, PageLine, turned_upright

_UNMAPPED = "(cid:"
_MOST = 300_000  # glyphs of a page that are read
_WIDE = 1.2  # a blank of so many letter sizes parts pieces of a line
_BLANK = 0.12  # room between words, in letter sizes


class _FullError(Exception):
    """A page has more glyphs than are read."""


class _Glyphs(PDFLayoutAnalyzer):
    """Keeps the glyphs of the last page in the order in which they are drawn. _FullError: it has too many."""

    page: LTLayoutContainer
    count = 0

    def begin_page(self, page: PDFPage, ctm: Matrix) -> None:
        super().begin_page(page, ctm)
        self.page, self.count = self.cur_item, 0

    def render_char(self, *args: Any) -> float:
        self.count += 1
        if self.count > _MOST:
            raise _FullError
        return super().render_char(*args)


def open_pages(raw: bytes, password: str) -> Iterator[Page | None]:
    """The pages of a PDF in their order; None for one that cannot be interpreted.

    EncryptedError when the file needs another password; ValueError when it is damaged beyond repair.
    """
    logging.getLogger("pdfminer").setLevel(logging.ERROR)
    try:
        # Offsets count from the header, before which a download may have left lines of its own.
        begin = max(raw.find(b"%PDF-", 0, 1024), 0)
        document = PDFDocument(PDFParser(BytesIO(raw[begin:])), password=password)
        resources = PDFResourceManager()
        device = _Glyphs(resources, laparams=None)
        interpreter = PDFPageInterpreter(resources, device)
        found = PDFPage.create_pages(document)
        number = 0
        while (page := next(found, None)) is not None:
            number += 1
            try:
                interpreter.process_page(page)
            except _FullError:
                pass
            except (KeyboardInterrupt, MemoryError):
                raise
            except Exception:  # (pdfminer raises errors of every kind on damaged pages)
                yield None
                continue
            yield _page(number, page, device.page, cut=device.count > _MOST)
    except (PDFPasswordIncorrect, PDFEncryptionError) as error:
        raise EncryptedError from error
    except (KeyboardInterrupt, MemoryError, EncryptedError):
        raise
    except Exception as error:
        raise ValueError(str(error).strip() or type(error).__name__) from error


def _page(number: int, page: PDFPage, layout: LTLayoutContainer, *, cut: bool) -> Page:
    dx, dy, width, height = _shown(page)
    found: list[tuple[int, PageLine]] = []
    run: list[tuple[float, float, str, LTChar]] = []
    now = (0, 0.0, 0.0)  # turn, base line, size of the run
    end = unmapped = glyphs = 0.0
    for glyph in _glyphs(layout):
        glyphs += 1
        text = glyph.get_text()
        if text.startswith(_UNMAPPED):
            text = UNKNOWN
            unmapped += 1
        elif "Symbol" in _font(glyph):
            text = symbol(text)
        a, b, c, _d, e, f = glyph.matrix
        turn = 0
        if b or c or a < 0:
            turn = _turn(a, b)
        if turn == 0:
            x0, x1, base, size = glyph.x0 - dx, glyph.x1 - dx, f - dy, glyph.size
        elif turn == 1:
            x0, x1, base, size = glyph.y0 - dy, glyph.y1 - dy, width - (e - dx), glyph.width
        elif turn == 2:
            x0, x1, base, size = width - (glyph.x1 - dx), width - (glyph.x0 - dx), height - (f - dy), glyph.size
        else:
            x0, x1, base, size = height - (glyph.y1 - dy), height - (glyph.y0 - dy), e - dx, glyph.width
        if text.isspace():
            if run and run[-1][2] != " ":
                run.append((x0, x1, " ", glyph))
            continue
        room = x0 - end
        if run and text == run[-1][2] and abs(x0 - run[-1][0]) < 0.4 * (x1 - x0) and abs(base - now[1]) < 0.3 * size:
            continue  # bold print made by printing twice
        if run and (
            turn != now[0]
            or abs(base - now[1]) > 0.1 * size
            or abs(size - now[2]) > 0.1 * size
            or room > _WIDE * size
            or room < -0.5 * size
        ):
            if line := _line(run, number, now):
                found.append((now[0], line))
            run = []
        if not run:
            now = turn, base, size
        elif room > _BLANK * size and run[-1][2] != " ":
            run.append((end, x0, " ", glyph))
        run.append((x0, x1, text, glyph))
        end = x1
    if line := _line(run, number, now):
        found.append((now[0], line))
    return turned_upright(number, width, height, found, unmapped / max(glyphs, 1), cut=cut)


def _line(run: list[tuple[float, float, str, LTChar]], number: int, now: tuple[int, float, float]) -> PageLine | None:
    while run and run[-1][2] == " ":
        run.pop()
    if not run:
        return None
    parts: list[str] = []
    edges: list[tuple[int, float]] = []
    at = 0
    inside = False
    for x0, _, text, _ in run:
        word = text.isascii() and text.isalnum()
        if not (word and inside):
            edges.append((at, x0))
        inside = word
        parts.append(text)
        at += len(text)
    edges.append((at, run[-1][1]))
    text, places = spelled("".join(parts))
    if not text.strip():
        return None
    placed = tuple(edges)
    if places is not None:
        placed = tuple({places[offset]: (places[offset], x) for offset, x in reversed(edges)}.values())[::-1]
    font = _font(run[len(run) // 2][3])  # in the middle: a line may begin with a name in italics
    return PageLine(text, number, run[0][0], run[-1][1], now[1], now[2], font, placed)


def _font(glyph: LTChar) -> str:
    """The name of a glyph's font, without the mark of a subset. pdfminer gives bytes where it is no ASCII."""
    name: str | bytes = glyph.fontname
    font = name.decode("utf-8", "replace") if isinstance(name, bytes) else name
    return font[7:] if font[6:7] == "+" else font


def _glyphs(container: LTContainer) -> Iterator[LTChar]:  # type: ignore[type-arg]
    for item in container:
        if isinstance(item, LTChar):
            yield item
        elif isinstance(item, LTContainer):
            yield from _glyphs(item)


def _turn(a: float, b: float) -> int:
    """Quarter turns to the left of print on the shown page; slanting print counts as turned."""
    if abs(b) <= 0.1 * abs(a):
        return 0 if a >= 0 else 2
    return 3 if b < 0 and abs(a) <= 0.1 * abs(b) else 1


def _shown(page: PDFPage) -> tuple[float, float, float, float]:
    """Where the visible part of the page begins on pdfminer's, and its width and height."""
    mx0, my0, mx1, my1 = page.mediabox
    cx0, cy0, cx1, cy1 = page.cropbox
    cx0, cy0, cx1, cy1 = max(cx0, mx0), max(cy0, my0), min(cx1, mx1), min(cy1, my1)
    if cx1 <= cx0 or cy1 <= cy0:
        cx0, cy0, cx1, cy1 = mx0, my0, mx1, my1
    dx, dy = ((cx0 - mx0, cy0 - my0), (cy0 - my0, mx1 - cx1), (mx1 - cx1, my1 - cy1), (my1 - cy1, cx0 - mx0))[
        page.rotate // 90 % 4
    ]
    width, height = cx1 - cx0, cy1 - cy0
    return (dx, dy, height, width) if page.rotate % 180 else (dx, dy, width, height)
