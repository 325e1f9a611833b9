"""Pages by PDFium: text in one call a page, geometry only where a line or a word begins."""

from __future__ import annotations

import ctypes
import itertools
import math
import re
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

import pypdfium2
import pypdfium2.raw as api

from pipeline.document import Box, Edges
from pipeline.readers.pdf.glyphs import spelled
from pipeline.readers.pdf.lines import hosts_of_strays
from pipeline.readers.pdf.page import EncryptedError, Page, PageLine, is_spaced, turned_upright

# PDFium marks a hyphen that breaks a word over two lines, and runs the lines together.
_BREAKS = "\ufffe\x02"
_LINE = re.compile(rf"[^\r\n{_BREAKS}]+[{_BREAKS}]?")
_WORD = re.compile(r"[A-Za-z0-9]+|[\u3400-\u9fff]+|[^\sA-Za-z0-9\u3400-\u9fff]")
# Numbers that may be raised: at the head of a line, and behind words (the digit comes first, for speed).
_FIRST_NUMBER = re.compile(r"\[?\d(?:[\d,–-]*\d)?\]?(?!\d)")
_NUMBER = re.compile(
    r"[\[\d](?:(?<=[a-z]{3}[\[\d])|(?<=[\u4e00-\u9fff)][\[\d]))(?:(?<=\[)\d|(?<=\d))(?:[\d,–-]*\d)?\]?(?!\d)"
)
_CJK = re.compile(r"[\s\u3000-\u30ff\u3400-\u9fff\uff00-\uffef]")
_CHARACTER = re.compile(r"[A-Za-z0-9]+|[^\sA-Za-z0-9]")
# Usual widths of a letter, in hundredths of its size, by the bytes of UTF-8: a Chinese character has three.
_WIDTHS = bytes(
    34 if code > 0x7F else 25 if chr(code) in " .,;:'!|()[]ijltfI/-" else 68 if chr(code).isupper() else 50
    for code in range(256)
)
_WIDE = 1.2  # a blank of so many letter sizes parts pieces of a line
_STEP = 200  # characters that are read at once where some have no place in the text
_MOST = 300_000  # characters of a page that are read; a full page of print has 10,000
# By quarter turns of the print: the sides of a character's box at which it begins, ends and stands.
_BEGINS = ("left", "bottom", "right", "top")
_ENDS = ("right", "top", "left", "bottom")
_STANDS = ("bottom", "right", "top", "left")


def _unchecked(function: Any, returned: Any) -> Callable[..., Any]:
    """A function of PDFium without the check of its arguments' types, which costs four fifths of a call."""
    return ctypes.cast(function, ctypes.CFUNCTYPE(returned))


_loose_box = _unchecked(api.FPDFText_GetLooseCharBox, ctypes.c_int)
_matrix = _unchecked(api.FPDFText_GetMatrix, ctypes.c_int)
_font_size = _unchecked(api.FPDFText_GetFontSize, ctypes.c_double)
_origin = _unchecked(api.FPDFText_GetCharOrigin, ctypes.c_int)
_font_info = _unchecked(api.FPDFText_GetFontInfo, ctypes.c_ulong)
_has_map_error = _unchecked(api.FPDFText_HasUnicodeMapError, ctypes.c_int)


def open_pages(raw: bytes, password: str, *, edges: bool = True) -> Iterator[Page | None]:
    """The pages of a PDF in their order; None for one that cannot be loaded. edges: find those of words, not of lines.

    EncryptedError when the file needs another password; ValueError when it is damaged beyond repair.
    """
    try:
        document = pypdfium2.PdfDocument(raw, password=password or None)
    except pypdfium2.PdfiumError as error:
        if getattr(error, "err_code", None) == api.FPDF_ERR_PASSWORD:
            raise EncryptedError from error
        raise ValueError(str(error)) from error
    with document:
        for index in range(len(document)):
            try:
                page = document[index]
                textpage = page.get_textpage()
            except pypdfium2.PdfiumError:
                yield None
                continue
            yield _Characters(page, textpage, with_edges=edges).page(index + 1)
            textpage.close()
            page.close()


class _Ends(NamedTuple):
    """Where a text lies along the print: its ends, and the feet and indices of its first, middle and last character.

    turn, size: of the middle character, as of `_Characters._turn_and_size`.
    """

    left: float
    right: float
    feet: list[tuple[float, int]]
    turn: int
    size: float


class _Characters:
    """The characters of a page, as PDFium's functions give them."""

    def __init__(self, page: pypdfium2.PdfPage, textpage: pypdfium2.PdfTextPage, *, with_edges: bool) -> None:
        self.with_edges = with_edges
        self.unmapped = 0  # characters whose font does not say what they stand for
        # Lines over the middle of the page that are looked into for blanks: of many without, one in eight, and all once
        # one has a blank.
        self.every = 8
        self.sources: list[tuple[str, int, _Ends]] = []
        self.across = self.skipped = 0
        self.broken = False
        self.handle = textpage.raw
        self.place = ctypes.cast(self.handle, ctypes.c_void_p)
        self.turn = page.get_rotation() // 90
        self.crop: Box = page.get_bbox()
        x0, y0, x1, y1 = self.crop
        # By quarter turns: sign and offset that make distances along the print of coordinates in the file.
        self.origins: tuple[tuple[int, float], ...] = ((1, -x0), (1, -y0), (-1, x1), (-1, y1))
        self.whole: int = api.FPDFText_CountChars(self.handle)
        self.count = min(self.whole, _MOST)
        self.text = self._text(textpage)
        self.box, self.matrix = api.FS_RECTF(), api.FS_MATRIX()
        self.box_ref, self.matrix_ref = ctypes.byref(self.box), ctypes.byref(self.matrix)
        self.x, self.y = ctypes.c_double(), ctypes.c_double()
        self.x_ref, self.y_ref = ctypes.byref(self.x), ctypes.byref(self.y)
        self.font = ctypes.create_string_buffer(128)
        self.font_size = ctypes.c_ulong(len(self.font))

    def _text(self, textpage: pypdfium2.PdfTextPage) -> str:
        """The text with one character for each of PDFium's, some of which have no place in its string."""
        text: str = textpage.get_text_range(0, self.count) if self.count else ""
        if len(text) == self.count:
            return text
        parts: list[str] = []
        for start in range(0, self.count, _STEP):
            end = min(start + _STEP, self.count)
            part = textpage.get_text_range(start, end - start)
            parts.append(part if len(part) == end - start else self._one_by_one(start, end))
        return "".join(parts)

    def _one_by_one(self, start: int, end: int) -> str:
        codes = [api.FPDFText_GetUnicode(self.handle, i) for i in range(start, end)]
        chars = [chr(c) if 0 < c < 0xD800 or 0xDFFF < c < 0x110000 else "\0" for c in codes]
        for i, (high, low) in enumerate(itertools.pairwise(codes)):
            if 0xD800 <= high < 0xDC00 <= low < 0xE000:
                chars[i] = chr(0x10000 + ((high - 0xD800) << 10) + low - 0xDC00)
        return "".join(chars)

    def page(self, number: int) -> Page:
        """The page's lines, upright in the direction that most of them have."""
        found = self._found(number)
        if self.skipped and self.broken:
            self.every = 1
            found = self._found(number)
        if not self.with_edges:
            self.with_edges = True
            for at in hosts_of_strays([line for _, line in found]):
                text, start, _ = self.sources[at]
                found[at] = self._piece(text, start, number, self._ends(text, start))
        found = [(turn, line) for turn, line in found if line.text]
        share = self.unmapped / self.count if self.count else 0.0
        x0, y0, x1, y1 = self.crop
        width, height = (y1 - y0, x1 - x0) if self.turn % 2 else (x1 - x0, y1 - y0)
        return turned_upright(number, width, height, found, share, cut=self.whole > _MOST)

    def _found(self, number: int) -> list[tuple[int, PageLine]]:
        """All pieces of the page with their quarter turns, in drawing order; sets their texts and first characters."""
        self.unmapped = self.across = self.skipped = 0
        self.broken = False
        self.sources = [
            source
            for match in _LINE.finditer(self.text)
            if not match[0].isspace()
            for source in self._parts(match[0], match.start())
        ]
        return [self._piece(text, start, number, ends) for text, start, ends in self.sources]

    def _parts(self, text: str, start: int) -> Iterator[tuple[str, int, _Ends]]:
        """The parts of one of PDFium's lines with the first character and the place of each.

        It is cut at blanks wider than a letter, and where indices of references are raised behind a word.
        """
        bare = text.strip()
        start += len(text) - len(text.lstrip())
        cuts = self._raised(bare, start)
        ends = self._ends(bare, start)
        cuts += self._wide_blanks(bare, start, ends)
        if not cuts:
            yield bare, start, ends
            return
        for a, b in itertools.pairwise([0, *sorted(set(cuts)), len(bare)]):
            if part := bare[a:b].strip():
                begin = start + bare.index(part[0], a)
                yield part, begin, self._ends(part, begin)

    def _ends(self, text: str, start: int) -> _Ends:
        """Where the characters of a text from `start` on lie."""
        middle, last = start + _printed(text, len(text) // 2), start + len(text) - 1
        turn, size = self._turn_and_size(middle)
        sign, offset = self.origins[turn]
        handle, box, ref, loose = self.place, self.box, self.box_ref, _loose_box
        if turn == 0:  # nearly all print, read without looking up its sides by name
            loose(handle, start, ref)
            left, foot = box.left + offset, box.bottom
            loose(handle, last, ref)
            right, last_foot = box.right + offset, box.bottom
            loose(handle, middle, ref)
            return _Ends(left, right, [(foot, start), (box.bottom, middle), (last_foot, last)], turn, size)
        begins, ends, stands = _BEGINS[turn], _ENDS[turn], _STANDS[turn]
        loose(handle, start, ref)
        left, foot = sign * getattr(box, begins) + offset, getattr(box, stands)
        loose(handle, last, ref)
        right, last_foot = sign * getattr(box, ends) + offset, getattr(box, stands)
        loose(handle, middle, ref)
        return _Ends(left, right, [(foot, start), (getattr(box, stands), middle), (last_foot, last)], turn, size)

    def _piece(self, text: str, start: int, number: int, ends: _Ends) -> tuple[int, PageLine]:
        """A line of characters from `start` on, with its quarter turns."""
        length = len(text)
        left, right, feet, turn, size = ends
        main = feet[1][1]
        handle = self.place
        # The letters that most of the piece is made of stand on its base line; indices and exponents do not.
        if not (feet[0][0] == feet[1][0] or feet[1][0] == feet[2][0]):
            for index in (start + _printed(text, length // 4), start + _printed(text, 3 * length // 4)):
                _loose_box(handle, index, self.box_ref)
                feet.append((getattr(self.box, _STANDS[turn]), index))
            main = sorted(feet)[len(feet) // 2][1]
            size = self._turn_and_size(main)[1]
        _origin(handle, main, self.x_ref, self.y_ref)
        x0, y0, x1, y1 = self.crop
        base = (self.y.value - y0, x1 - self.x.value, y1 - self.y.value, self.x.value - x0)[turn]
        _font_info(handle, main, self.font, self.font_size, None)
        font = self.font.value.decode("utf-8", "replace")
        if font[6:7] == "+":
            font = font[7:]  # the mark of a subset
        if self._is_unmapped(main):
            self.unmapped += length
        edges: Edges = ((0, left), (length, right))
        if self.with_edges or is_spaced(text):
            edges = (*self._edges(text, start, turn), (length, right))
        if text[-1] in _BREAKS:
            text = text[:-1] + "-"
        text, moved = spelled(text)
        if moved is not None:
            edges = tuple({moved[at]: (moved[at], x) for at, x in reversed(edges)}.values())[::-1]
        return (turn - self.turn) % 4, PageLine(text, number, left, right, base, size, font, edges)

    def _edges(self, text: str, start: int, turn: int) -> list[tuple[int, float]]:
        """The left edges of the words in a text and of the blanks between them."""
        result: list[tuple[int, float]] = []
        before_end = 0
        blanks: list[float] = []
        words = [match.span() for match in _WORD.finditer(text)]
        for (begin, end), x in zip(words, self._lefts(start, words, turn), strict=True):
            if begin > before_end:
                # Two are measured; those of a line are alike, but for one behind a heading's number.
                if len(blanks) < 2:
                    blanks.append(max(x - self._right(start + before_end - 1, turn), 0.0))
                result.append((before_end, max(x - min(blanks), result[-1][1])))
            result.append((begin, x))
            before_end = end
        return result

    def _wide_blanks(self, text: str, start: int, ends: _Ends) -> list[int]:
        """Where a blank wider than a letter ends, in a line that is wider than its letters should be."""
        left, right, _, turn, size = ends
        usual = self._usual_width(text, size)
        # Lines of two columns run together cross the middle of the page, or run back; cells are wider than letters.
        across = (self.crop[2] - self.crop[0], self.crop[3] - self.crop[1])[turn % 2]
        as_usual = 0.75 * usual - size < right - left < 1.15 * usual + 0.5 * size
        if as_usual:
            if left > 0.46 * across or right < 0.54 * across:
                return []
            self.across += 1
            if self.across > 5 and self.across % self.every:
                self.skipped += 1
                return []
        words = [match.span() for match in _WORD.finditer(text)]
        lefts = self._lefts(start, words, turn)
        if not text.isascii() and any(
            text[begin] > "\u33ff" and following - x > (end - begin + 1) * size
            for (begin, end), x, following in zip(words, lefts, lefts[1:], strict=False)
        ):
            # Chinese over a gutter, where no blank is written.
            words = [match.span() for match in _CHARACTER.finditer(text)]
            lefts = self._lefts(start, words, turn)
        result: list[int] = []
        # Widths up to each character; Chinese has more bytes than characters and is summed word by word.
        sums = list(itertools.accumulate(text.encode().translate(_WIDTHS), initial=0)) if text.isascii() else None
        for (begin, end), x, (at, _), following in zip(words, lefts, words[1:], lefts[1:], strict=False):
            # More than the letters and a blank may take is measured; print that runs back is the next column's, where
            # lines are drawn across both.
            letters = (sums[end] - sums[begin]) * size / 100 if sums else self._usual_width(text[begin:end], size)
            room = 1.1 * letters + 0.9 * size
            if following < x - size or (
                following - x > room and following - self._right(start + end - 1, turn) > _WIDE * size
            ):
                result.append(at)
        self.broken |= as_usual and bool(result)
        return result

    @staticmethod
    def _usual_width(text: str, size: float) -> float:
        return sum(text.encode("utf-8", "replace").translate(_WIDTHS)) * size / 100

    def _lefts(self, start: int, words: list[tuple[int, int]], turn: int) -> list[float]:
        """Where each word begins along the print."""
        handle, box, ref, loose = self.place, self.box, self.box_ref, _loose_box
        sign, offset = self.origins[turn]
        result: list[float] = []
        if turn == 0:
            for begin, _ in words:
                loose(handle, start + begin, ref)
                result.append(box.left + offset)
            return result
        begins = _BEGINS[turn]
        for begin, _ in words:
            loose(handle, start + begin, ref)
            result.append(sign * getattr(box, begins) + offset)
        return result

    def _right(self, index: int, turn: int) -> float:
        """Where a character ends along the print."""
        _loose_box(self.place, index, self.box_ref)
        sign, offset = self.origins[turn]
        return sign * float(getattr(self.box, _ENDS[turn])) + offset

    def _raised(self, text: str, start: int) -> list[int]:
        """Where raised numbers behind words, or at the line's head, begin and end."""
        cuts: list[int] = []
        first = _FIRST_NUMBER.match(text)
        for match in itertools.chain([first] if first else [], _NUMBER.finditer(text)):
            beside = match.start() - 1 if match.start() else match.end()
            if beside == len(text) or text[beside] == " ":
                continue
            _loose_box(self.place, start + match.start(), self.box_ref)
            height, foot = self.box.top - self.box.bottom, self.box.bottom
            _loose_box(self.place, start + beside, self.box_ref)
            if height < 0.85 * (self.box.top - self.box.bottom) and foot > self.box.bottom:
                cuts += match.span()
        return cuts

    def _turn_and_size(self, index: int) -> tuple[int, float]:
        """Quarter turns to the left of a character on the page as it lies in the file, and its letter size.

        What is set slanting counts as turned.
        """
        _matrix(self.place, index, self.matrix_ref)
        a, b = self.matrix.a, self.matrix.b
        if abs(b) <= 0.1 * abs(a):
            turn = 0 if a >= 0 else 2
        elif abs(a) <= 0.1 * abs(b):
            turn = 1 if b > 0 else 3
        else:
            turn = (self.turn + 1) % 4
        size = _font_size(self.place, index) * math.hypot(self.matrix.c, self.matrix.d)
        if not 1 < size < 200:
            # Fonts of drawings have units of their own.
            _loose_box(self.place, index, self.box_ref)
            size = max(abs(self.box.top - self.box.bottom), 0.5)
        return turn, size

    def _is_unmapped(self, index: int) -> bool:
        """Whether the font does not say what a character stands for. Chinese collections need not say it."""
        return _has_map_error(self.place, index) == 1 and not _CJK.match(self.text[index])


def _printed(text: str, at: int) -> int:
    """The place of the first character from `at` on that is no blank."""
    while text[at].isspace():
        at += 1
    return at
