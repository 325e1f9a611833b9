"""OCR: pages without readable text are drawn, read by Tesseract, and put back as a picture with its words.

Tesseract is called directly, picture and answer go through pipes: no temporary file, no shell. Its own PDF output is
not used: it parts Chinese characters by blanks, and its letter sizes and base lines waver too much for layout.
"""

from __future__ import annotations

import importlib.util
import io
import math
import os
import re
import shutil
import subprocess
import zlib
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from statistics import median
from typing import Any

from lxml import etree

from pipeline.errors import ConfigError, ReadError

_CHINESE, _ENGLISH = "chi_sim", "eng"  # Tesseract's names of the languages
_INSTALL = (
    "install them: Debian/Ubuntu: apt install tesseract-ocr tesseract-ocr-chi-sim; macOS: brew install tesseract "
    "tesseract-lang; Python packages: pip install 'yimai[ocr]'"
)
_DPI = 250  # on 15 pages of the sample papers as good as 300 and faster; 400 is worse
_PIXELS = 40_000_000  # of a page; posters are drawn coarser
_SIDE = 30_000  # pixels; Tesseract refuses more than 32,767
_SECONDS = 300  # for a page; a full one takes 5
_WIDE = re.compile("[\u2e80-\ud7ff\uf900-\uffef\U00020000-\U0003ffff]")  # Chinese, twice as wide as Latin letters
_HAN = re.compile(r"(?!一+$)[\u3400-\u9fff]+")  # 一 is too flat to tell a size
# In letter sizes: Chinese characters, their part below the base line, from the foot of "p" to the top of "d".
_HAN_HEIGHT, _HAN_FOOT, _LATIN_HEIGHT = 0.94, 0.09, 0.92
_DOUBTFUL = 75  # of 100; a line that Tesseract is less sure of is read again
_ALIKE = 0.07  # sizes that differ by a smaller share are one
_Box = tuple[float, float, float, float]
_DIRECTIONS = ((1, 0), (0, 1), (-1, 0), (0, -1))  # of print, by its quarter turns to the left


@dataclass(slots=True)
class _Picture:
    """Grey bytes, row by row from the top."""

    columns: int
    rows: int
    grey: bytes

    def cut(self, x0: int, y0: int, x1: int, y1: int) -> _Picture:
        """The part from the columns and rows x0, y0 on, up to x1, y1."""
        rows = (self.grey[y * self.columns + x0 : y * self.columns + x1] for y in range(y0, y1))
        return _Picture(x1 - x0, y1 - y0, b"".join(rows))


@dataclass(slots=True)
class _Reading:
    """A line as Tesseract reads it. Boxes are pixels: left, top, right, bottom.

    lean, offset: of the base line, from the box's lower left corner. size: letter size in pixels. sure: 0 to 100.
    turn: quarter turns to the left; lean and offset are those of the line turned back.
    """

    words: list[tuple[str, _Box]]
    box: _Box
    lean: float
    offset: float
    size: float
    turn: int
    sure: float

    @property
    def text(self) -> str:
        """The words without blanks."""
        return "".join(text for text, _ in self.words)


@dataclass(slots=True)
class _Line:
    """Words with their left and right ends, in points of the page turned until the line is upright.

    turn: its quarter turns to the left. At x its base line has the height base; slope: what it rises for a point.
    """

    words: list[tuple[str, float, float]]
    turn: int
    x: float
    base: float
    slope: float
    size: float


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

    They lie as they were shown, upright and cropped, in the same size, without links and comments. Other pages are
    unchanged. ConfigError when something that OCR needs is not installed, ReadError when it fails on the file.
    """
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
    except (OSError, subprocess.SubprocessError, etree.XMLSyntaxError, pypdfium2.PdfiumError, IndexError) as error:
        said = getattr(error, "stderr", None) or b""
        found = said.decode("utf-8", "replace").strip() or f"{type(error).__name__}: {error}"
        raise ReadError(f"{place}: text by OCR expected, found: {found[-300:]}; read the file without --ocr") from error
    return result.getvalue()


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


def _read(page: Any) -> _Sheet:
    """A page of pypdfium2 as Tesseract reads it."""
    width, height = page.get_size()
    scale = min(_DPI / 72, math.sqrt(_PIXELS / (width * height)), _SIDE / max(width, height))
    picture = _drawn(page, scale)
    # Segmentation 1 finds print that lies on its side, 7 takes the picture for one line.
    options = ("--dpi", str(max(round(scale * 72), 70)), "--psm")
    readings = list(_readings(picture, *options, "1", "-l", f"{_CHINESE}+{_ENGLISH}"))
    for index, reading in enumerate(readings):
        if reading.sure < _DOUBTFUL and not reading.turn:
            x0, y0, x1, y1 = (round(edge) for edge in reading.box)
            box = max(x0 - 8, 0), max(y0 - 8, 0), min(x1 + 8, picture.columns), min(y1 + 8, picture.rows)
            again = list(_readings(picture.cut(*box), *options, "7", "-l", _CHINESE, left=box[0], top=box[1]))
            # Chinese that was taken for English is nonsense ("ADS A J ARE"); alone, the Chinese model reads it well.
            if len(again) == 1 and again[0].sure > reading.sure + 10:
                if len(_WIDE.findall(again[0].text)) > 0.3 * len(again[0].text):
                    readings[index] = again[0]
    point = width / picture.columns
    # Base lines of short lines waver: all lean as most of the long ones do.
    slope = -median([reading.lean for reading in readings if len(reading.words) > 4] or [0.0])
    lines = [_placed(reading, slope, point, height) for reading in readings]
    # Nobody reads the picture again: to look at it, half of the resolution will do.
    return _Sheet(width, height, _drawn(page, scale / 2), lines)


def _drawn(page: Any, scale: float) -> _Picture:
    bitmap = page.render(scale=scale, grayscale=True)
    whole = _Picture(bitmap.stride, bitmap.height, bytes(bitmap.buffer))
    return whole.cut(0, 0, bitmap.width, bitmap.height)  # rows are filled up with unused bytes


def _readings(picture: _Picture, *options: str, left: int = 0, top: int = 0) -> Iterator[_Reading]:
    """The lines of a picture whose upper left corner is at left, top of the page."""
    head = b"P5 %d %d 255\n" % (picture.columns, picture.rows)
    hocr = _tesseract("stdin", "stdout", *options, "hocr", picture=head + picture.grey)
    root = etree.fromstring(hocr, etree.XMLParser(recover=True, resolve_entities=False, no_network=True))

    def box(numbers: dict[str, list[float]]) -> _Box:
        x0, y0, x1, y1 = numbers["bbox"]
        return x0 + left, y0 + top, x1 + left, y1 + top

    for element in root.iter("{*}span"):
        line = _numbers(element)
        if "baseline" in line:
            found = [("".join(str(part) for part in word.itertext()).strip(), _numbers(word)) for word in element]
            sure = [(numbers["x_wconf"][0], len(text)) for text, numbers in found]
            words = [(text, box(numbers)) for text, numbers in found if text]
            if words:
                mean = sum(a * b for a, b in sure) / sum(b for _, b in sure)
                turn = round(line.get("textangle", [0.0])[0] / 90) % 4
                yield _Reading(words, box(line), *line["baseline"], line["x_size"][0], turn, mean)


def _numbers(element: etree._Element) -> dict[str, list[float]]:
    """The numbers of an hOCR element by their names: its title is "bbox 0 0 9 9; x_wconf 35"."""
    parts = [part.split() for part in element.get("title", "").split(";")]
    return {part[0]: [float(number) for number in part[1:]] for part in parts if part}


def _placed(reading: _Reading, slope: float, point: float, height: float) -> _Line:
    """A line on the page. point: points to a pixel. height: of the page in points."""
    boxes = [(text, _upright(box, reading.turn, point, height)) for text, box in reading.words]
    x0, y0, x1, _ = _upright(reading.box, reading.turn, point, height)
    x, size = (x0 + x1) / 2, reading.size * point / _LATIN_HEIGHT
    base = y0 - reading.lean * (x - x0) - reading.offset * point
    # Of Chinese, Tesseract misjudges both; the boxes of its words tell them.
    han = sorted((box[3] - box[1], box) for text, box in boxes if _HAN.fullmatch(text))
    if len(han) > 1:
        tall, box = han[len(han) // 4]  # boxes with a part of a neighbour in them are too high, none is too low
        x, size = (box[0] + box[2]) / 2, tall / _HAN_HEIGHT
        base = box[1] + _HAN_FOOT * size
    return _Line([(text, box[0], box[2]) for text, box in boxes], reading.turn, x, base, slope, size)


def _upright(box: _Box, turn: int, point: float, height: float) -> _Box:
    """A box of pixels on the page turned back, in points: left, bottom, right, top."""
    cos, sin = _DIRECTIONS[turn]
    ends = [(box[i] * point, height - box[i + 1] * point) for i in (0, 2)]
    x0, x1 = sorted(x * cos + y * sin for x, y in ends)
    y0, y1 = sorted(y * cos - x * sin for x, y in ends)
    return x0, y0, x1, y1


def _level(lines: Sequence[_Line]) -> None:
    """Gives lines of nearly one size the most frequent of their sizes, so that they can make a paragraph."""
    weights: Counter[float] = Counter()
    for line in lines:
        line.size = round(line.size, 1)
        weights[line.size] += sum(len(text) for text, _, _ in line.words)
    near = {a: [b for b in weights if abs(a - b) <= _ALIKE * a] for a in weights}
    common = {a: sum(weights[b] for b in weights if abs(a - b) < 0.3) for a in weights}
    for line in lines:
        line.size = max(near[line.size], key=lambda size: (common[size], weights[size], size))


def _set(line: _Line) -> Iterator[str]:
    """PDF operators that set the words of a line. As in print there is no blank beside a Chinese character."""
    cos, sin = _DIRECTIONS[line.turn]
    for text, x0, x1 in _pieces(line):
        usual = sum(1.0 if _WIDE.match(char) else 0.5 for char in text.rstrip()) * line.size
        stretch = 100 * max((x1 - x0) / usual, 0.1)
        y = line.base + line.slope * (x0 - line.x)
        place = f"{cos} {sin} {-sin} {cos} {x0 * cos - y * sin:.2f} {x0 * sin + y * cos:.2f}"
        yield f"/F {line.size:.1f} Tf {stretch:.2f} Tz {place} Tm <{text.encode('utf-16-be').hex()}> Tj"


def _pieces(line: _Line) -> Iterator[tuple[str, float, float]]:
    """What is set at once, with its ends; a blank behind it where words part.

    PDFium sees a blank in any room that is left, and drops pieces of one character.
    """
    text, begin, end = line.words[0]
    for after, x0, x1 in line.words[1:]:
        if (_WIDE.match(text[-1]) or _WIDE.match(after)) and x0 - end < line.size:
            if min(len(text), len(after)) > 1:
                yield text, begin, x0
                text, begin = "", x0
            text += after
        else:
            yield f"{text} ", begin, min(end, x0)
            text, begin = after, x0
        end = x1
    yield text if len(text) > 1 else f"{text} ", begin, end


_TO_UNICODE = b"""/CIDInit /ProcSet findresource begin 12 dict begin begincmap /CMapName /U def /CMapType 2 def
1 begincodespacerange <0000> <FFFF> endcodespacerange 1 beginbfrange <0000> <FFFF> <0000> endbfrange
endcmap end end"""
_FONT = (
    b"<</Type/Font/Subtype/Type0/BaseFont/OCR/Encoding/Identity-H/DescendantFonts[4 0 R]/ToUnicode 6 0 R>>",
    b"<</Type/Font/Subtype/CIDFontType2/BaseFont/OCR/CIDSystemInfo<</Registry(Adobe)/Ordering(Identity)/Supplement 0>>"
    b"/FontDescriptor 5 0 R/DW 500/W[11904 55295 1000 63744 65519 1000]>>",
    b"<</Type/FontDescriptor/FontName/OCR/Flags 4/FontBBox[0 -220 1000 880]/Ascent 880/Descent -220/CapHeight 700"
    b"/ItalicAngle 0/StemV 80>>",
)


def _pdf(sheets: Sequence[_Sheet]) -> bytes:
    """A PDF of the sheets. Its font has no shapes: the words are invisible, their codes are UTF-16."""
    kids = b" ".join(b"%d 0 R" % (7 + 3 * i) for i in range(len(sheets)))
    objects = [b"<</Type/Catalog/Pages 2 0 R>>", b"<</Type/Pages/Count %d/Kids[%b]>>" % (len(sheets), kids)]
    objects += [*_FONT, _stream(b"", _TO_UNICODE)]
    for sheet in sheets:
        number, box = len(objects) + 1, b"%.3f %.3f" % (sheet.width, sheet.height)
        picture = sheet.picture
        words = "\n".join(operators for line in sheet.lines for operators in _set(line)).encode()
        objects += [
            b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 %b]/Contents %d 0 R" % (box, number + 1)
            + b"/Resources<</Font<</F 3 0 R>>/XObject<</P %d 0 R>>>>>>" % (number + 2),
            _stream(b"", b"q %b 0 0 cm /P Do Q BT 3 Tr\n%b\nET" % (box.replace(b" ", b" 0 0 "), words)),
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
