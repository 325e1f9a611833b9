"""OCR: pages without readable text are drawn, read by Tesseract, and put back as a picture with its words.

The program is called directly, picture and answer go through pipes: no temporary file, no shell. The PDF it can write
is not used: blanks stand between its Chinese characters, and its letter sizes and base lines waver too much for layout.
"""

from __future__ import annotations

import importlib.util
import io
import math
import os
import re
import shutil
import struct
import subprocess
import zlib
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from statistics import median
from typing import Any

from lxml import etree

from pipeline.document import Box
from pipeline.errors import ConfigError, ReadError

_CHINESE, _ENGLISH = "chi_sim", "eng"  # Tesseract's names of the languages
_INSTALL = (
    "install them: Debian/Ubuntu: apt install tesseract-ocr tesseract-ocr-chi-sim; macOS: brew install tesseract "
    "tesseract-lang; Python packages: pip install 'yimai[ocr]'"
)
_DPI = 250  # on 15 pages of the sample papers it did as well as 300, in less time
_PIXELS = 40_000_000  # of a page; posters are drawn coarser
_SIDE = 30_000  # pixels; Tesseract refuses more than 32,767
_SECONDS = 300  # for a page; a full one takes 6
_DOUBTFUL = 70  # of 100; a line that Tesseract is less sure of is read again
_WIDE = re.compile("[\u2e80-\ud7ff\uf900-\uffef\U00020000-\U0003ffff]")  # Chinese, twice as wide as Latin letters
_HAN = re.compile(r"(?!一+$)[\u3400-\u9fff]+")  # 一 is too flat to tell a size
# In letter sizes: Chinese characters, their part below the base line, from the foot of "p" to the top of "d".
_HAN_HEIGHT, _HAN_FOOT, _LATIN_HEIGHT = 0.94, 0.09, 0.92
_ALIKE = 0.07  # sizes that differ by a smaller share are one
_DIRECTIONS = ((1, 0), (0, 1), (-1, 0), (0, -1))  # of print, by its quarter turns to the left


@dataclass(slots=True)
class _Picture:
    """Grey bytes, row by row from the top. point: points to a pixel; left, top: pixels of the page beside it."""

    columns: int
    rows: int
    grey: bytes
    point: float
    left: int = 0
    top: int = 0

    def cut(self, x0: int, y0: int, x1: int, y1: int) -> _Picture:
        """The part from the columns and rows x0, y0 up to x1, y1."""
        x0, y0, x1, y1 = max(x0, 0), max(y0, 0), min(x1, self.columns), min(y1, self.rows)
        grey = b"".join(self.grey[y * self.columns + x0 : y * self.columns + x1] for y in range(y0, y1))
        return _Picture(x1 - x0, y1 - y0, grey, self.point, x0, y0)


@dataclass(slots=True)
class _Line:
    """Words with their left and right ends, in points of the page turned until the line is upright.

    turn: its quarter turns to the left. At x its base line has the height base; slope: what it rises for a point.
    sure: 0 to 100. box: in pixels from the left and the top.
    """

    words: list[tuple[str, float, float]]
    turn: int
    x: float
    base: float
    slope: float
    size: float
    sure: float
    box: Box


@dataclass(slots=True)
class _Sheet:
    """A page: its size in points, its picture, its lines."""

    width: float
    height: float
    picture: _Picture
    lines: list[_Line]


def check_ocr() -> None:
    """Raises ConfigError when a package, the program or a language that OCR needs is missing."""
    missing = [] if importlib.util.find_spec("pypdfium2") else ["the package pypdfium2"]
    try:
        listed = _tesseract("--list-langs").decode("utf-8", "replace").split()
        missing += [f"its language {language}" for language in (_CHINESE, _ENGLISH) if language not in listed]
    except (OSError, subprocess.SubprocessError):
        missing.append("a program tesseract that runs")
    if missing:
        raise ConfigError(
            f"OCR: Tesseract with Chinese and English expected, not found: {', '.join(missing)}; {_INSTALL}"
        )


def with_text_layer(raw: bytes, pages: Sequence[int], name: str, password: str = "") -> bytes:
    """The PDF, no longer encrypted, in which the given pages (from 1) are grey pictures with a text layer from OCR.

    They lie as they were shown, cropped and turned, in the same size, without links and comments; only upside-down ones
    are put upright. Other pages are unchanged. ConfigError when something that OCR needs is not installed, ReadError
    when it fails on the file.
    """
    if not pages:
        return raw
    check_ocr()
    import pypdfium2  # noqa: PLC0415  (only OCR and one of the engines need it)

    place = name
    numbers = sorted(set(pages))
    sheets: list[_Sheet] = []
    result = io.BytesIO()
    try:
        with pypdfium2.PdfDocument(raw, password=password or None) as document:
            for number in numbers:
                place = f"{name}: page {number}"
                sheets.append(_read(document[number - 1]))
            place = name
            _level([line for sheet in sheets for line in sheet.lines])
            with pypdfium2.PdfDocument(_pdf(sheets)) as layer:
                for index, number in enumerate(numbers):
                    document.import_pages(layer, [index], number - 1)
                    del document[number]
            document.save(result, flags=pypdfium2.raw.FPDF_REMOVE_SECURITY)
    except (OSError, subprocess.SubprocessError, etree.XMLSyntaxError, pypdfium2.PdfiumError) as error:
        said = getattr(error, "stderr", None) or b""
        found = said.decode("utf-8", "replace").strip() or f"{type(error).__name__}: {error}"
        raise ReadError(f"{place}: text by OCR expected, found: {found[-300:]}; read the file without --ocr") from error
    # PDFium draws a part of the file's ID by lot; only encrypted files need one.
    body, mark, trailer = result.getvalue().rpartition(b"trailer")
    return body + mark + re.sub(rb"/ID\[.*\](?=>>\s+startxref)", b"", trailer, flags=re.DOTALL)


def _tesseract(*arguments: str, picture: bytes = b"") -> bytes:
    """What Tesseract writes; OSError or SubprocessError when it is missing or fails."""
    program = shutil.which("tesseract")
    if program is None:
        raise FileNotFoundError("tesseract")
    # One thread: workers share the processors already, and the result is the same everywhere.
    environment = {**os.environ, "OMP_THREAD_LIMIT": "1"}
    return subprocess.run(  # noqa: S603  (no shell; all arguments are ours)
        [program, *arguments], input=picture, capture_output=True, check=True, timeout=_SECONDS, env=environment
    ).stdout


def _read(page: Any, *, turned: bool = False) -> _Sheet:
    """A page of pypdfium2 as Tesseract reads it; one that lies upside down is turned."""
    width, height = page.get_size()
    scale = min(_DPI / 72, math.sqrt(_PIXELS / (width * height)), _SIDE / max(width, height))
    picture = _drawn(page, scale)
    # Segmentation 1 finds print that lies on its side, 7 takes the picture for one line.
    lines = list(_lines(picture, height, "1", f"{_CHINESE}+{_ENGLISH}"))
    if sum(line.turn == 2 for line in lines) > len(lines) / 2 and not turned:
        page.set_rotation((page.get_rotation() + 180) % 360)  # PDFium gives upside-down words in the wrong order
        return _read(page, turned=True)
    lines = [_again(line, picture, height) if line.sure < _DOUBTFUL and not line.turn else line for line in lines]
    # Base lines of short lines waver: all lean as most of the long ones do.
    slope = median([line.slope for line in lines if len(line.words) > 4] or [0.0])
    for line in lines:
        line.slope = slope
    # Nobody reads the picture again: to look at it, half of the resolution will do.
    return _Sheet(width, height, _drawn(page, scale / 2), lines)


def _again(line: _Line, picture: _Picture, height: float) -> _Line:
    """A line as the Chinese model alone reads it, where that is surer.

    Chinese that was taken for English is nonsense ("ADS A J ARE 50k"); with English out of the way it is read well.
    """
    x0, y0, x1, y1 = (round(edge) for edge in line.box)
    found = list(_lines(picture.cut(x0 - 8, y0 - 8, x1 + 8, y1 + 8), height, "7", _CHINESE))
    text = "".join(text for other in found for text, _, _ in other.words)
    if len(found) != 1 or found[0].sure < line.sure + 10 or len(_WIDE.findall(text)) < 0.3 * len(text):
        return line
    # What is wrong of a size is always too large.
    best = min(line, found[0], key=lambda other: other.size)
    return replace(found[0], x=best.x, base=best.base, size=best.size)


def _drawn(page: Any, scale: float) -> _Picture:
    bitmap = page.render(scale=scale, grayscale=True)
    # PDFium fills rows up with unused bytes.
    whole = _Picture(bitmap.stride, bitmap.height, bytes(bitmap.buffer), page.get_width() / bitmap.width)
    return whole.cut(0, 0, bitmap.width, bitmap.height)


def _lines(picture: _Picture, height: float, segmentation: str, languages: str) -> Iterator[_Line]:
    """The lines that Tesseract reads in a picture, or a part of it. height: of the page, in points."""
    dpi = str(max(round(72 / picture.point), 70))  # it believes no less
    head = b"P5 %d %d 255\n" % (picture.columns, picture.rows)
    options = ("--dpi", dpi, "--psm", segmentation, "-l", languages, "hocr")
    hocr = _tesseract("stdin", "stdout", *options, picture=head + picture.grey)
    root = etree.fromstring(hocr, etree.XMLParser(recover=True, resolve_entities=False, no_network=True))
    for element in root.iter("{*}span"):
        if "x_size" in element.get("title", ""):
            words = [("".join(map(str, word.itertext())).strip(), _numbers(word)) for word in element]
            if any(text for text, _ in words):
                yield _line(_numbers(element), [word for word in words if word[0]], picture, height)


def _numbers(element: etree._Element) -> dict[str, list[float]]:
    """The numbers of an hOCR element by their names: its title is "bbox 0 0 9 9; x_wconf 35"."""
    parts = [part.split() for part in element.get("title", "").split(";")]
    return {part[0]: [float(number) for number in part[1:]] for part in parts if part}


def _line(
    numbers: dict[str, list[float]],
    words: Sequence[tuple[str, dict[str, list[float]]]],
    picture: _Picture,
    height: float,
) -> _Line:
    turn = round(numbers.get("textangle", [0.0])[0] / 90) % 4
    cos, sin = _DIRECTIONS[turn]

    def upright(box: Sequence[float]) -> Box:
        """A box of pixels in points, turned back: left, bottom, right, top."""
        ends = [
            ((box[i] + picture.left) * picture.point, height - (box[i + 1] + picture.top) * picture.point)
            for i in (0, 2)
        ]
        x0, x1 = sorted(x * cos + y * sin for x, y in ends)
        y0, y1 = sorted(y * cos - x * sin for x, y in ends)
        return x0, y0, x1, y1

    boxes = [(text, upright(word["bbox"])) for text, word in words]
    x0, y0, x1, _ = upright(numbers["bbox"])
    x, size = (x0 + x1) / 2, numbers["x_size"][0] * picture.point / _LATIN_HEIGHT
    lean, offset = numbers.get("baseline", (0.0, -numbers["x_descenders"][0]))  # turned lines have none
    base = y0 - lean * (x - x0) - offset * picture.point
    # Of Chinese, Tesseract misjudges both. The boxes of its words tell them: many are too high, some too low, but those
    # with several characters never.
    han = sorted((box[3] - box[1], len(text), box) for text, box in boxes if _HAN.fullmatch(text))
    several = [word for word in han if word[1] > 1]
    if several or len(han) > 1:
        tall, _, box = min(several[0], han[len(han) // 2]) if several else han[len(han) // 4]
        x, size = (box[0] + box[2]) / 2, tall / _HAN_HEIGHT
        base = box[1] + _HAN_FOOT * size
    sure = sum(word["x_wconf"][0] * len(text) for text, word in words) / sum(len(text) for text, _ in words)
    left, top, right, bottom = numbers["bbox"]
    ends = [(text, box[0], box[2]) for text, box in boxes]
    return _Line(ends, turn, x, base, -lean, size, sure, (left, top, right, bottom))


def _level(lines: Sequence[_Line]) -> None:
    """Gives lines of nearly one size the most frequent of their sizes, so that they can make a paragraph."""
    weights: Counter[float] = Counter()
    for line in lines:
        line.size = max(round(line.size, 1), 0.1)
        weights[line.size] += sum(len(text) for text, _, _ in line.words)
    near = {a: [b for b in weights if abs(a - b) <= _ALIKE * a] for a in weights}
    common = {a: sum(weights[b] for b in weights if abs(a - b) < 0.3) for a in weights}
    for line in lines:
        line.size = max(near[line.size], key=lambda size: (common[size], weights[size], size))


def _set(line: _Line) -> Iterator[str]:
    """PDF operators that set the words of a line."""
    cos, sin = _DIRECTIONS[line.turn]
    for text, x0, x1 in _pieces(line.words, line.size):
        usual = sum(1.0 if _WIDE.match(char) else 0.5 for char in text.removesuffix(" ")) * line.size
        stretch = 100 * max((x1 - x0) / usual, 0.1)
        y = line.base + line.slope * (x0 - line.x)
        place = f"{cos} {sin} {-sin} {cos} {x0 * cos - y * sin:.2f} {x0 * sin + y * cos:.2f}"
        yield f"/F {line.size:.1f} Tf {stretch:.2f} Tz {place} Tm <{text.encode('utf-16-be').hex()}> Tj"


def _pieces(words: Sequence[tuple[str, float, float]], size: float) -> Iterator[tuple[str, float, float]]:
    """Words with their ends, and with the blank behind them where neither side is Chinese, as in print.

    Where no blank is wanted, no room may be left: PDFium would see a blank in it.
    """
    for (text, x0, x1), (after, start, _) in pairwise(words):
        if (_WIDE.match(text[-1]) or _WIDE.match(after)) and start - x1 < size:
            yield text, x0, start
        else:
            yield f"{text} ", x0, min(x1, start)
    yield words[-1]


# Codes are UTF-16. All characters have the same shape, a box: without one, PDFium drops them where they are turned.
_TO_UNICODE = b"""/CIDInit /ProcSet findresource begin 12 dict begin begincmap /CMapName /U def /CMapType 2 def
1 begincodespacerange <0000> <FFFF> endcodespacerange 1 beginbfrange <0000> <FFFF> <0000> endbfrange
endcmap end end"""
_FONT = (
    b"<</Type/Font/Subtype/Type0/BaseFont/OCR/Encoding/Identity-H/DescendantFonts[4 0 R]/ToUnicode 6 0 R>>",
    b"<</Type/Font/Subtype/CIDFontType2/BaseFont/OCR/CIDSystemInfo<</Registry(Adobe)/Ordering(Identity)/Supplement 0>>"
    b"/FontDescriptor 5 0 R/DW 500/W[11904 55295 1000 63744 65519 1000]/CIDToGIDMap 8 0 R>>",
    b"<</Type/FontDescriptor/FontName/OCR/Flags 4/FontBBox[0 -220 500 880]/Ascent 880/Descent -220/CapHeight 700"
    b"/ItalicAngle 0/StemV 80/FontFile2 7 0 R>>",
)


def _true_type() -> bytes:
    """A TrueType font of an empty glyph and a box."""
    box = (0, -220, 500, 880)
    # One contour of four points, each given by its distance from the one before.
    glyph = struct.pack(">5hHH4B8h", 1, *box, 3, 0, 1, 1, 1, 1, 0, 500, 0, -500, -220, 0, 1100, 0) + b"\0\0"
    tables = {
        b"glyf": glyph,
        b"head": struct.pack(">4I2H2Q4h2H3h", 0x10000, 0, 0, 0x5F0F3CF5, 0, 1000, 0, 0, *box, 0, 8, 2, 1, 0),
        b"hhea": struct.pack(">I3hH11hH", 0x10000, 880, -220, 0, 500, *[0] * 11, 2),
        b"hmtx": struct.pack(">HhHh", 500, 0, 500, 0),
        b"loca": struct.pack(">3I", 0, 0, len(glyph)),
        b"maxp": struct.pack(">I14H", 0x10000, 2, 4, 1, 0, 0, 2, *[0] * 8),
    }
    directory, content = struct.pack(">I4H", 0x10000, len(tables), 64, 2, 32), b""
    for tag, table in tables.items():
        directory += struct.pack(">4s3I", tag, 0, 12 + 16 * len(tables) + len(content), len(table))
        content += table + bytes(-len(table) % 4)
    return directory + content


def _pdf(sheets: Sequence[_Sheet]) -> bytes:
    """A PDF of the sheets."""
    kids = b" ".join(b"%d 0 R" % (9 + 3 * i) for i in range(len(sheets)))
    objects = [b"<</Type/Catalog/Pages 2 0 R>>", b"<</Type/Pages/Count %d/Kids[%b]>>" % (len(sheets), kids)]
    objects += [*_FONT, *(_stream(b"", data) for data in (_TO_UNICODE, _true_type(), b"\0\1" * 0x10000))]
    for sheet in sheets:
        number, picture = len(objects) + 1, sheet.picture
        words = "\n".join(operators for line in sheet.lines for operators in _set(line)).encode()
        objects += [
            b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 %.3f %.3f]/Contents %d 0 R"
            % (sheet.width, sheet.height, number + 1)
            + b"/Resources<</Font<</F 3 0 R>>/XObject<</P %d 0 R>>>>>>" % (number + 2),
            _stream(b"", b"q %.3f 0 0 %.3f 0 0 cm /P Do Q BT 3 Tr\n%b\nET" % (sheet.width, sheet.height, words)),
            _stream(
                b"/Type/XObject/Subtype/Image/ColorSpace/DeviceGray/BitsPerComponent 8/Width %d/Height %d"
                % (picture.columns, picture.rows),
                picture.grey,
            ),
        ]
    result, places = io.BytesIO(), []
    result.write(b"%PDF-1.7\n")
    for number, content in enumerate(objects, 1):
        places.append(result.tell())
        result.write(b"%d 0 obj\n%b\nendobj\n" % (number, content))
    start = result.tell()
    result.write(b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1))
    result.writelines(b"%010d 00000 n \n" % place for place in places)
    result.write(b"trailer\n<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, start))
    return result.getvalue()


def _stream(entries: bytes, data: bytes) -> bytes:
    packed = zlib.compress(data)
    return b"<<%b/Filter/FlateDecode/Length %d>>\nstream\n%b\nendstream" % (entries, len(packed), packed)
