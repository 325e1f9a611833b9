"""The blocks of a PDF, in reading order, drawn over its pages."""

from __future__ import annotations

import ctypes
import math
from collections import defaultdict
from collections.abc import Iterator, Sequence
from io import BytesIO
from itertools import pairwise
from pathlib import Path
from typing import Any

import pypdfium2
import pypdfium2.raw as api

from pipeline.document import BODY_KINDS, Block, Box, Document
from pipeline.errors import ConfigError, ReadError

_Point = tuple[float, float]
_Colour = tuple[int, int, int]
_Blocks = Sequence[tuple[int, Block, Box]]
_ByPage = dict[int, list[tuple[int, Block, Box]]]

COLOURS: dict[str, _Colour] = {
    "title": (178, 24, 43),
    "abstract": (117, 60, 160),
    "heading": (214, 96, 0),
    "paragraph": (25, 100, 180),
    "caption": (0, 130, 70),
    "keywords": (190, 50, 140),
    "author": (0, 125, 140),
    "affiliation": (70, 110, 130),
    "table": (135, 85, 30),
    "formula": (85, 80, 190),
    "footnote": (125, 120, 0),
    "acknowledgement": (160, 80, 100),
    "back": (95, 60, 85),
    "reference": (60, 75, 110),
    "furniture": (115, 115, 115),
}
_OTHER = (128, 128, 128)
_BLACK = (0, 0, 0)
_WHITE = (255, 255, 255)

_INK = 200  # opacity of lines, of 255: print under them can still be read
_DPI = 110
_MOST_PIXELS = 10_000  # along the longer side of a picture, however large the page is; A0 has 5,150
_PRINT = 5.5  # letter size of labels; this and all below are points
_LABEL = 6.2  # height of a label
_SUNK = 1.2  # a label stands so far inside its frame: more hides its first line, less the line above
_WIDEST = 50.0  # width of the longest kind in the legend
_EDGE = 3.0  # room between the legend and the edges of the page
_OPEN = 4  # a page's content may open so many graphics states, less one, that it does not close


def draw(raw: bytes, doc: Document, out: Path, passwords: Sequence[str] = ()) -> list[Path]:
    """The files written: the pages of the PDF `raw`, and over them the blocks of `doc` that have a place.

    A PDF keeps its text and its password; pictures are one a page, numbered where there are several. Pages that cannot
    be loaded are left as they are, or out. ConfigError when `out` ends neither in .pdf nor in .png or cannot be
    written, ReadError when `raw` cannot be opened.
    """
    form = out.suffix.lower()
    if form not in {".pdf", ".png"}:
        raise ConfigError(f"{out}: a name that ends in .pdf or .png expected")
    by_page: _ByPage = defaultdict(list)
    for number, block in _numbered(doc):
        if block.page and block.box:
            by_page[block.page].append((number, block, block.box))
    with _opened(raw, doc, passwords) as pdf:
        return _as_pdf(pdf, by_page, out) if form == ".pdf" else _as_pictures(pdf, by_page, out)


def _opened(raw: bytes, doc: Document, passwords: Sequence[str]) -> pypdfium2.PdfDocument:
    for password in (None, *passwords):
        try:
            return pypdfium2.PdfDocument(raw, password=password)
        except pypdfium2.PdfiumError as error:
            failed = error
    raise ReadError(f"{doc.path or doc.id}: the PDF cannot be opened to draw on it: {failed}") from failed


def user_space(rotation: int, crop: Box) -> tuple[int, int, int, int, float, float]:
    """The matrix (a, b, c, d, e, f) from points of a page as it is shown to the coordinates of its content.

    rotation: degrees to the right by which the page is turned. crop: the part that is shown, in those coordinates.
    """
    x0, y0, x1, y1 = crop
    return {
        0: (1, 0, 0, 1, x0, y0),
        90: (0, 1, -1, 0, x1, y0),
        180: (-1, 0, 0, -1, x1, y1),
        270: (0, -1, 1, 0, x0, y1),
    }[rotation]


def _numbered(doc: Document) -> Iterator[tuple[int, Block]]:
    """Each block and the number of its paragraph, from 1 in reading order."""
    number, end = 1, 0
    for block in doc.blocks:
        number += "\n" in doc.text[end : block.start]
        end = block.end
        yield number, block


def _as_pdf(pdf: pypdfium2.PdfDocument, by_page: _ByPage, out: Path) -> list[Path]:
    for number, page in _pages(pdf):
        if number not in by_page:
            continue
        # What the page's content leaves set, a clip above all, would hold for what comes after it.
        for _ in range(_OPEN):
            api.FPDFPage_TransFormWithClip(page, api.FS_MATRIX(1, 0, 0, 1, 0, 0), None)
        page.close()
        whole = pdf[number - 1]
        _Sheet(pdf, whole).draw(by_page[number])
        whole.gen_content()
        whole.close()
    file = BytesIO()
    pdf.save(file)
    return [_write(out, file.getvalue())]


def _as_pictures(pdf: pypdfium2.PdfDocument, by_page: _ByPage, out: Path) -> list[Path]:
    written: list[Path] = []
    count = len(pdf)
    for number, page in _pages(pdf):
        _Sheet(pdf, page).draw(by_page.get(number, ()))
        scale = min(_DPI / 72, _MOST_PIXELS / max(page.get_size()))
        file = BytesIO()
        page.render(scale=scale).to_pil().save(file, "PNG")
        path = out if count == 1 else out.with_stem(f"{out.stem}-{number:0{len(str(count))}}")
        written.append(_write(path, file.getvalue()))
    return written


def _pages(pdf: pypdfium2.PdfDocument) -> Iterator[tuple[int, pypdfium2.PdfPage]]:
    """The pages that can be loaded with their numbers, each open until the next one is asked for."""
    for index in range(len(pdf)):
        try:
            page = pdf[index]
        except pypdfium2.PdfiumError:
            continue
        yield index + 1, page
        page.close()


def _write(path: Path, data: bytes) -> Path:
    try:
        path.write_bytes(data)
    except OSError as error:
        raise ConfigError(f"{path}: the file cannot be written: {error.strerror}") from error
    return path


class _Sheet:
    """A page to draw on, in points from its lower left corner as it is shown."""

    def __init__(self, pdf: pypdfium2.PdfDocument, page: pypdfium2.PdfPage) -> None:
        self.pdf, self.page = pdf, page
        self.width, self.height = page.get_size()
        self.matrix = user_space(page.get_rotation(), page.get_bbox())
        self.labels: list[tuple[float, float, float]] = []

    def draw(self, blocks: _Blocks) -> None:
        """Frames, arrows from each block of the body to the next, labels, and below them the kinds that occur."""
        for _, block, (x0, y0, x1, y1) in blocks:
            self._path([(x0, y0), (x1, y0), (x1, y1), (x0, y1)], _colour(block.kind), fill=28, stroke=0.8)
        middles = [((b[0] + b[2]) / 2, (b[1] + b[3]) / 2) for _, block, b in blocks if block.kind in BODY_KINDS]
        for start, end in pairwise(middles):
            self._arrow(start, end)
        for number, block, (x0, _, _, y1) in blocks:
            self._label(x0, min(y1 - _SUNK, self.height - _LABEL), f"{number} {block.kind}", _colour(block.kind))
        kinds = {block.kind for _, block, _ in blocks}
        x = y = _EDGE
        for kind in [*filter(kinds.__contains__, COLOURS), *sorted(kinds - COLOURS.keys())]:
            if x + _WIDEST > self.width:
                x, y = _EDGE, y + _LABEL + 1
            x = self._label(x, y, kind, _colour(kind)) + 1

    def _arrow(self, start: _Point, end: _Point) -> None:
        (ax, ay), (bx, by) = start, end
        length = math.hypot(bx - ax, by - ay) or 1.0
        along, up = (bx - ax) / length, (by - ay) / length
        head = [end, *((bx - 5 * along + side * up, by - 5 * up - side * along) for side in (2, -2))]
        self._path([start, end], _BLACK, stroke=0.7)
        self._path(head, _BLACK, fill=_INK)

    def _label(self, x: float, y: float, text: str, colour: _Colour) -> float:
        """White print on the colour, from a lower left corner on or beside labels there; gives back its right edge."""
        letters = api.FPDFPageObj_NewTextObj(self.pdf, b"Helvetica", _PRINT)
        codes = ctypes.create_string_buffer(text.encode("utf-16-le") + b"\0\0")
        api.FPDFText_SetText(letters, ctypes.cast(codes, api.FPDF_WIDESTRING))
        edges = [ctypes.c_float() for _ in range(4)]
        api.FPDFPageObj_GetBounds(letters, *edges)
        width = edges[2].value + 2
        for left, bottom, right in sorted(self.labels):
            if left < x + width and x < right and abs(y - bottom) < _LABEL:
                x = right + 0.5
        self.labels.append((x, y, x + width))
        self._path([(x, y), (x + width, y), (x + width, y + _LABEL), (x, y + _LABEL)], colour, fill=225)
        api.FPDFPageObj_SetFillColor(letters, *_WHITE, 255)
        api.FPDFPageObj_Transform(letters, 1, 0, 0, 1, x + 1, y + 1.5)
        self._insert(letters)
        return x + width

    def _path(self, points: Sequence[_Point], colour: _Colour, *, fill: int = 0, stroke: float = 0) -> None:
        """A closed line. fill: opacity of what is inside, 0 to 255. stroke: width of the line."""
        path = api.FPDFPageObj_CreateNewPath(*points[0])
        for point in points[1:]:
            api.FPDFPath_LineTo(path, *point)
        api.FPDFPath_Close(path)
        api.FPDFPageObj_SetFillColor(path, *colour, fill)
        api.FPDFPageObj_SetStrokeColor(path, *colour, _INK)
        api.FPDFPageObj_SetStrokeWidth(path, stroke)
        api.FPDFPath_SetDrawMode(path, api.FPDF_FILLMODE_WINDING if fill else api.FPDF_FILLMODE_NONE, stroke > 0)
        self._insert(path)

    def _insert(self, thing: Any) -> None:
        api.FPDFPageObj_Transform(thing, *self.matrix)
        api.FPDFPage_InsertObject(self.page, thing)


def _colour(kind: str) -> _Colour:
    return COLOURS.get(kind, _OTHER)
