"""From printed lines on pages to paragraphs in reading order. Knows no PDF engine; all numbers are PDF points or shares.

A first version: at most two columns, found by the gutter that fewest lines cross; lines that cross it part the page
into bands, and each band is read left column first.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from statistics import median

from pipeline.lexicon.normalize import is_han
from pipeline.readers.assemble import Paragraph, PrintedLine
from pipeline.readers.sections import abstract_head, heading_name, is_author, is_heading, is_references, kind_of

_MARGIN = 0.12  # head and foot of a page, as a share of its height: running heads and page numbers stand there
_INDENT = 0.9  # a line that begins this many letter sizes inside its column begins a paragraph
_SHORT = 1.6  # a line that ends this many letter sizes before its column's end closes one
_GAP = 0.75  # white space above a line that parts paragraphs, in letter sizes
_SET_OFF = 1.12  # print this much larger than the body's is a title or heading
_PAGE_NUMBER = re.compile(r"^[\s·•|-]*(?:第\s*)?(?:\d{1,5}|[ivxlc]{1,6})(?:\s*页)?(?:\s*(?:/|of|共)\s*\d+\s*页?)?[\s·•|-]*$", re.I)
_NOTICE = re.compile(
    r"^\s*(?:https?://|www\.|doi\s*[:：]?\s*10\.|10\.\d{4,}/|copyright|©|open access|收稿日期|修回日期|基金项目|作者简介"
    r"|通[讯信]作者|received\b|accepted\b|中图分类号|文献标[识志]码|文章编号|issn)",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class PageLine:
    """A line of glyphs as an engine gives it. size: letter size. page counts from 1."""

    printed: PrintedLine
    size: float

    @property
    def x0(self) -> float:
        """Left edge."""
        return self.printed.box[0]  # type: ignore[index]

    @property
    def x1(self) -> float:
        """Right edge."""
        return self.printed.box[2]  # type: ignore[index]

    @property
    def y0(self) -> float:
        """Lower edge."""
        return self.printed.box[1]  # type: ignore[index]

    @property
    def y1(self) -> float:
        """Upper edge."""
        return self.printed.box[3]  # type: ignore[index]

    @property
    def middle(self) -> float:
        """Height of its middle on the page."""
        return (self.y0 + self.y1) / 2


@dataclass(frozen=True, slots=True)
class Page:
    """The lines of one page, in the engine's order, and its size."""

    number: int
    width: float
    height: float
    lines: tuple[PageLine, ...]


@dataclass(frozen=True, slots=True)
class _Placed:
    """A line in reading order, with the edges of its column."""

    line: PageLine
    left: float
    right: float


def paragraphs(pages: Sequence[Page]) -> list[Paragraph]:
    """The paragraphs of a paper in reading order, with kinds and sections; furniture last."""
    furniture = _furniture(pages)
    placed: list[_Placed] = []
    for page in pages:
        kept = [line for line in page.lines if id(line) not in furniture]
        placed += _ordered(kept)
    body_size = _body_size(placed)
    result = _classified(_grouped(placed, body_size), body_size)
    dropped = [Paragraph([line.printed], "furniture") for page in pages for line in page.lines if id(line) in furniture]
    return result + dropped


def _furniture(pages: Sequence[Page]) -> set[int]:
    """Ids of the lines that are running heads, feet, page numbers or notices.

    Lines at the head or foot of the page whose text, numbers apart, stands at that place on other pages too; lone
    numbers there; notices (DOI, dates, addresses) in small print at the foot of a page.
    """
    size = _body_size([_Placed(line, 0, 0) for page in pages for line in page.lines])
    margin: list[tuple[Page, PageLine, str]] = []
    for page in pages:
        ordered = sorted(page.lines, key=lambda line: -line.middle)
        outer = ordered[:3] + ordered[-3:]
        for line in page.lines:
            place = line.middle / page.height if page.height else 0.5
            if place > 1 - _MARGIN or place < _MARGIN or any(line is o for o in outer):
                margin.append((page, line, re.sub(r"\W|\d", "", line.printed.text)))
    seen: dict[str, set[int]] = defaultdict(set)
    for page, line, shape in margin:
        seen[f"{shape}@{round(line.middle / 12)}"].add(page.number)
        seen[f"{shape}@{round(line.middle / 12 + 0.5)}+"].add(page.number)
    result = set()
    for _page, line, shape in margin:
        pages_with = max(len(seen[f"{shape}@{round(line.middle / 12)}"]), len(seen[f"{shape}@{round(line.middle / 12 + 0.5)}+"]))
        repeated = shape and pages_with >= 2 and pages_with >= min(3, 0.3 * len(pages))
        small = line.size < 0.93 * size
        if repeated or _PAGE_NUMBER.match(line.printed.text) or (small and _NOTICE.match(line.printed.text)):
            result.add(id(line))
    return result


def _body_size(placed: Sequence[_Placed]) -> float:
    """The letter size most of the text is set in."""
    sizes: Counter[float] = Counter()
    for p in placed:
        sizes[round(p.line.size * 2) / 2] += len(p.line.printed.text)
    return max(sizes, key=lambda s: (sizes[s], -s), default=10.0)


def _rows(pieces: list[PageLine], gutter: float | None) -> list[PageLine]:
    """The page's lines, top down, made of the pieces that an engine gives (it breaks lines at wide blanks).

    Pieces at one height join over a gap of up to 2.5 letters, but over the gutter only where no white strip is left.
    """
    rows: list[list[PageLine]] = []
    for piece in sorted(pieces, key=lambda line: (-line.middle, line.x0)):
        for row in reversed(rows[-4:]):
            tallest = max(row, key=lambda line: line.size)
            # Superscripts and subscripts stand higher or lower than the letters they belong to.
            share = 0.65 if min(piece.size, tallest.size) < 0.8 * max(piece.size, tallest.size) else 0.5
            if abs(piece.middle - tallest.middle) < share * max(piece.size, tallest.size):
                row.append(piece)
                break
        else:
            rows.append([piece])
    result: list[PageLine] = []
    for row in rows:
        row.sort(key=lambda line: line.x0)
        joined = [row[0]]
        for piece in row[1:]:
            last = joined[-1]
            size = max(piece.size, last.size)
            over = gutter is not None and last.x1 <= gutter <= piece.x0
            if piece.x0 - last.x1 < (0.5 if over else 2.5) * size:
                joined[-1] = _joined(last, piece)
            else:
                joined.append(piece)
        result += joined
    return result


def _joined(a: PageLine, b: PageLine) -> PageLine:
    """Two pieces of a line as one, a blank between them where there is room for it."""
    text, edges = a.printed.text, list(a.printed.edges)
    if b.x0 - a.x1 > 0.15 * max(a.size, b.size) and not (is_han(text[-1]) or is_han(b.printed.text[0])):
        text += " "
        edges.append(b.x0)
    edges[len(text) :] = b.printed.edges
    box = (min(a.x0, b.x0), min(a.y0, b.y0), max(a.x1, b.x1), max(a.y1, b.y1))
    printed = replace(a.printed, text=text + b.printed.text, box=box, edges=tuple(edges))
    return PageLine(printed, max(a.size, b.size))


def _ordered(pieces: list[PageLine]) -> list[_Placed]:
    """The lines of a page in reading order."""
    if not pieces:
        return []
    left, right = min(line.x0 for line in pieces), max(line.x1 for line in pieces)
    gutter = _gutter(pieces, left, right)
    top_down = _rows(pieces, gutter)
    if gutter is None:
        return [_Placed(line, left, right) for line in top_down]
    result: list[_Placed] = []
    band: list[PageLine] = []
    for line in [*top_down, None]:
        if line is not None and not line.x0 < gutter < line.x1:
            band.append(line)
            continue
        for column in ([b for b in band if b.x1 <= gutter], [b for b in band if b.x0 >= gutter]):
            if column:
                a, b = _edges(column)
                result += (_Placed(c, a, b) for c in column)
        band = []
        if line is not None:
            result.append(_Placed(line, left, right))
    return result


def _gutter(lines: list[PageLine], left: float, right: float) -> float | None:
    """Where the white strip between two columns runs; None on a page of one column."""
    width = right - left
    full = [line for line in lines if len(line.printed.text) > 3]
    best: tuple[int, float] | None = None
    for step in range(30, 71):
        x = left + width * step / 100
        crossing = sum(line.x0 < x + 2 and line.x1 > x - 2 for line in full)
        beside = abs(step - 50)
        if best is None or (crossing, beside) < (best[0], abs((best[1] - left) / width * 100 - 50)):
            best = (crossing, x)
    if best is None:
        return None
    crossing, x = best
    on_left = [line for line in full if line.x1 <= x]
    on_right = [line for line in full if line.x0 >= x]
    enough = min(len(on_left), len(on_right)) >= 4 and crossing <= 0.35 * len(full)
    # Both sides must be text set to a width, not a list with numbers at the right.
    wide = enough and all(_usual_width(side) > 0.22 * width for side in (on_left, on_right))
    return x if enough and wide else None


def _usual_width(pieces: list[PageLine]) -> float:
    """Median width of what stands at one height."""
    widths: dict[int, float] = defaultdict(float)
    for piece in pieces:
        widths[round(piece.middle / max(piece.size, 1) / 0.8)] += piece.x1 - piece.x0
    return median(widths.values())


def _edges(column: list[PageLine]) -> tuple[float, float]:
    """Left and right edge of a column, outliers such as hanging marks left aside."""
    return sorted(c.x0 for c in column)[len(column) // 10], sorted(c.x1 for c in column)[-1 - len(column) // 10]


def _grouped(placed: list[_Placed], body_size: float) -> list[list[_Placed]]:
    groups: list[list[_Placed]] = []
    for p in placed:
        if groups and not _begins(groups[-1], p, body_size):
            groups[-1].append(p)
        else:
            groups.append([p])
    return groups


def _begins(group: list[_Placed], p: _Placed, body_size: float) -> bool:
    """Whether line `p` begins a new paragraph after `group`."""
    before = group[-1]
    a, b = before.line, p.line
    same_column = before.left == p.left and a.printed.page == b.printed.page
    size = b.size
    if abs(a.size - b.size) > 0.12 * max(a.size, b.size):
        return True
    text, previous = b.printed.text, a.printed.text
    if same_column and b.size > _SET_OFF * body_size and a.y0 - b.y1 < 1.2 * size:
        return False  # a title over several lines, centred or not
    if is_heading(text) or (len(group) == 1 and is_heading(previous) and not _ends_open(a, before, body_size)):
        return True
    if kind_of(text) in ("caption", "keywords") or is_references(text) or abstract_head(text):
        return True
    if re.match(r"\s*(?:\[\d+\]|［\d+］|\(\d+\)\s)", text):
        return True
    indented = b.x0 - p.left > _INDENT * size
    if not same_column:
        # Over a column or page end a paragraph goes on unless it was closed or the next one is indented.
        closed = re.search(r"[。.!?！？][\"”’)）\]]*$", previous) and before.right - a.x1 > _SHORT * size
        return bool(closed or indented or not _wraps(a, before))
    if a.y0 - b.y1 > _GAP * size:
        return True
    if indented and b.x0 - a.x0 > 0.5 * size:
        return True
    return before.right - a.x1 > _SHORT * 2 * size and (bool(re.search(r"[。.!?！？:：]$", previous)) or len(group) == 1)


def _wraps(line: PageLine, placed: _Placed) -> bool:
    return placed.right - line.x1 < 4 * line.size


def _ends_open(line: PageLine, placed: _Placed, body_size: float) -> bool:
    """Whether a heading's line is full, so that the heading may go on in the next one."""
    return placed.right - line.x1 < 1.5 * line.size and line.size > 0.98 * body_size


def _classified(groups: list[list[_Placed]], body_size: float) -> list[Paragraph]:
    result: list[Paragraph] = []
    title = _title(groups, body_size)
    section = ""
    front = title is not None  # before the title, and between it and the abstract or first section
    table = False
    for index, group in enumerate(groups):
        p = Paragraph([q.line.printed for q in group])
        text, size = p.text, group[0].line.size
        head = abstract_head(text)
        if title is not None and index <= title:
            p.kind = "title" if index == title else "furniture"
        elif is_heading(text) or (not front and _is_set_off(group, body_size, text)):
            section, front, table = heading_name(text), False, False
            p.kind = "reference" if is_references(text) else "heading"
        else:
            p.kind = kind_of(text, section)
            if head:
                section, front, p.kind = heading_name(text[:head]), False, "abstract"
            elif p.kind == "keywords":
                section = ""
            elif front and p.kind == "paragraph":
                p.kind = _front_kind(text, size, body_size)
            elif p.kind == "caption":
                table = bool(re.match(r"\s*(?:表|tab)", text, re.IGNORECASE))
            elif table and p.kind == "paragraph" and size < 0.97 * body_size:
                p.kind = "table"
            else:
                table = False
        p.section = section
        result.append(p)
    return result


def _title(groups: list[list[_Placed]], body_size: float) -> int | None:
    """Index of the title: the largest print on the first page that is long enough and no journal's name."""
    candidates = [
        (group[0].line.size, -index)
        for index, group in enumerate(groups)
        if group[0].line.printed.page == groups[0][0].line.printed.page
        and group[0].line.size > 1.1 * body_size
        and _weight(group) >= 16
        and not is_heading(group[0].line.printed.text)
        and not re.search(r"^\W*(?:\w+ ){0,4}journal|学报|杂志|学位论文|open access", group[0].line.printed.text, re.I)
    ]
    return -max(candidates)[1] if candidates else None


def _front_kind(text: str, size: float, body_size: float) -> str:
    """What stands between title and abstract: the title in the other language, else authors and addresses."""
    if size > 1.1 * body_size and len(text) > 15 and not is_author(text):
        return "title"
    return "paragraph" if len(text) > 400 else "author"


def _is_set_off(group: list[_Placed], body_size: float, text: str) -> bool:
    """Whether larger print than the body's makes a short paragraph a heading."""
    return group[0].line.size > _SET_OFF * body_size and 2 < len(text) < 120 and not re.search(r"[。；;,，]$", text)


def _weight(group: list[_Placed]) -> int:
    """Letters, a Chinese character counted as two."""
    return sum(2 if is_han(c) else c.isalpha() for p in group for c in p.line.printed.text)
