"""From printed lines on pages to paragraphs in reading order.

Knows no PDF engine; all numbers are PDF points or shares.

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
from pipeline.readers.assemble import Paragraph, PrintedLine, cut_line
from pipeline.readers.sections import (
    abstract_head,
    heading_name,
    is_author,
    is_citation,
    is_heading,
    is_other_language,
    is_references,
    kind_of,
)

_MARGIN = 0.12  # head and foot of a page, as a share of its height: running heads and page numbers stand there
_INDENT = 0.9  # a line that begins this many letter sizes inside its column begins a paragraph
_SHORT = 1.6  # a line that ends this many letter sizes before its column's end closes one
_GAP = 0.75  # white space above a line that parts paragraphs, in letter sizes
_SET_OFF = 1.12  # print this much larger than the body's is a title or heading
_PAGE_NUMBER = re.compile(
    r"^[\s·•|-]*(?:第\s*)?(?:\d{1,5}|[ivxlc]{1,6})(?:\s*页)?(?:\s*(?:/|of|共)\s*\d+\s*页?)?[\s·•|-]*$", re.I
)
_NOTICE = re.compile(
    r"^\s*(?:https?://|www\.|doi\s*[:：]?\s*10\.|10\.\d{4,}/|copyright|©|open access|收稿日期|修回日期|基金项目"
    r"|作者简介|通[讯信]作者|received\b|accepted\b|中图分类号|文献标[识志]码|文章编号|issn|cc[ -]by|以 ?cc[ -]by)",
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
    sideways: bool = False  # has characters that are not upright, which are in no line


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
    bodies = [[line for line in page.lines if id(line) not in furniture] for page in pages]
    for kept, gutter in zip(bodies, _gutters(bodies), strict=True):
        placed += _with_own_edges(_ordered(kept, gutter))
    body_size = _body_size(placed)
    result = _resumed(_classified(_grouped(placed, body_size), body_size), body_size)
    dropped = [Paragraph([line.printed], "furniture") for page in pages for line in page.lines if id(line) in furniture]
    return [p for p, _ in result] + dropped


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
    sure: set[int] = set()
    repeated: set[int] = set()
    for _, line, shape in margin:
        places = (f"{shape}@{round(line.middle / 12)}", f"{shape}@{round(line.middle / 12 + 0.5)}+")
        pages_with = max(len(seen[place]) for place in places)
        small = line.size < 0.93 * size
        if _PAGE_NUMBER.match(line.printed.text) or (small and _NOTICE.match(line.printed.text)):
            sure.add(id(line))
        elif shape and pages_with >= 2 and pages_with >= min(3, 0.3 * len(pages)):
            repeated.add(id(line))
    # Where most pages hold nothing else, what repeats is the text ("Record 7 of 20000").
    bare = sum(all(id(line) in sure or id(line) in repeated for line in page.lines) for page in pages)
    result = sure if bare > 0.5 * len(pages) else sure | repeated
    for page in pages[1:]:
        result.update(map(id, _lone_head(page, result, size)))
    return result


def _lone_head(page: Page, furniture: set[int], size: float) -> list[PageLine]:
    """The lines at a page's top that white space parts from the text and that are smaller than it.

    A paper of two pages has each running head (the short title, the authors) only once.
    """
    rest = sorted((line for line in page.lines if id(line) not in furniture), key=lambda line: -line.y1)
    if not rest or not page.height or rest[0].middle / page.height < 1 - _MARGIN:
        return []
    head = [line for line in rest if abs(line.middle - rest[0].middle) < 0.5 * size]
    below = max((line.y1 for line in rest if line not in head), default=0.0)
    lone = min(line.y0 for line in head) - below > size and all(line.size < 0.95 * size for line in head)
    return head if lone and not any(kind_of(line.printed.text) == "caption" for line in head) else []


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
            if piece.printed.text == last.printed.text and abs(piece.x0 - last.x0) < 0.5 * size:
                continue  # a shadow
            if piece.x0 - last.x1 < (0.5 if over else 2.5) * size:
                joined[-1] = _joined(last, piece)
            else:
                joined.append(piece)
        result += joined
    return result


def _joined(a: PageLine, b: PageLine) -> PageLine:
    """Two pieces of a line as one, a blank between them where there is room for it."""
    text, edges = a.printed.text, list(a.printed.edges)
    cited = b.size < 0.85 * a.size and b.y0 > a.y0 + 0.1 * a.size and is_citation(a.printed.text, b.printed.text)
    if cited or (b.x0 - a.x1 > 0.15 * max(a.size, b.size) and not (is_han(text[-1]) or is_han(b.printed.text[0]))):
        text += " "
        edges.append(b.x0)
    edges[len(text) :] = b.printed.edges
    box = (min(a.x0, b.x0), min(a.y0, b.y0), max(a.x1, b.x1), max(a.y1, b.y1))
    printed = replace(a.printed, text=text + b.printed.text, box=box, edges=tuple(edges))
    return PageLine(printed, max(a.size, b.size))


def _ordered(pieces: list[PageLine], gutter: float | None) -> list[_Placed]:
    """The lines of a page in reading order."""
    if not pieces:
        return []
    left, right = _outer(pieces)
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


def _outer(pieces: list[PageLine]) -> tuple[float, float]:
    return min(line.x0 for line in pieces), max(line.x1 for line in pieces)


def _gutters(pages: list[list[PageLine]]) -> list[float | None]:
    """Where the white strip between two columns runs on each page; None on a page of one column.

    On a page with much that is as wide as both columns (a title, an abstract, a table) the strip is hard to see; there
    the place it has on most pages is tried.
    """
    gutters = [_gutter(lines) if lines else None for lines in pages]
    found = [g for g in gutters if g is not None]
    if not found or len(found) < 0.3 * len(pages):
        return gutters
    usual = median(found)
    return [usual if g is None and _parts(usual, lines) else g for g, lines in zip(gutters, pages, strict=True)]


def _parts(gutter: float, lines: list[PageLine]) -> bool:
    """Whether full lines of text stand on both sides of `gutter`."""
    if not lines:
        return False
    left, right = _outer(lines)
    on_left = sum(line.x1 <= gutter and line.x1 - line.x0 > 0.6 * (gutter - left) for line in lines)
    on_right = sum(line.x0 >= gutter and line.x1 - line.x0 > 0.6 * (right - gutter) for line in lines)
    return min(on_left, on_right) >= 4


def _gutter(lines: list[PageLine]) -> float | None:
    left, right = _outer(lines)
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


_CLOSED = re.compile(r"[。.!?！？;；][\"'”’)）\]】]*(?:\s?\[[\d,–\s-]+\])?$")


def _usual_width(pieces: list[PageLine]) -> float:
    """Median width of what stands at one height."""
    widths: dict[int, float] = defaultdict(float)
    for piece in pieces:
        widths[round(piece.middle / max(piece.size, 1) / 0.8)] += piece.x1 - piece.x0
    return median(widths.values())


def _with_own_edges(placed: list[_Placed]) -> list[_Placed]:
    """The lines with the edges of the block they stand in, where it is set narrower than its column.

    An abstract or a quotation is indented on both sides; held against the column's edges, each of its lines would look
    like a paragraph's last. A block: at least three lines without a gap and in one size, most of them full.
    """
    result: list[_Placed] = []
    run: list[_Placed] = []
    for p in [*placed, None]:
        if run and (p is None or not _same_block(run[-1], p)):
            left, right = min(q.line.x0 for q in run), max(q.line.x1 for q in run)
            size = run[0].line.size
            full = sum(right - q.line.x1 < 4 * size for q in run[:-1])  # a ragged margin leaves out a word at most
            narrower = run[0].right - right > size or left - run[0].left > size
            own = len(run) >= 3 and narrower and full >= 0.6 * (len(run) - 1)
            result += [_Placed(q.line, left, right) if own else q for q in run]
            run = []
        if p is not None:
            run.append(p)
    return result


def _same_block(a: _Placed, b: _Placed) -> bool:
    size = max(a.line.size, b.line.size)
    near = -0.5 * size < a.line.y0 - b.line.y1 < _GAP * size
    same_size = abs(a.line.size - b.line.size) < 0.06 * size
    return near and same_size and (a.left, a.right) == (b.left, b.right)


def _edges(column: list[PageLine]) -> tuple[float, float]:
    """Left and right edge of a column, outliers such as hanging marks left aside."""
    return sorted(c.x0 for c in column)[len(column) // 10], sorted(c.x1 for c in column)[-1 - len(column) // 10]


def _grouped(placed: list[_Placed], body_size: float) -> list[list[_Placed]]:
    groups: list[list[_Placed]] = []
    references = False
    for p in placed:
        text = p.line.printed.text
        entry = references and re.match(r"\s*(?:\[\d+\]|［\d+］|\(\d+\)\s)", text)
        if groups and not entry and not _begins(groups[-1], p, body_size):
            groups[-1].append(p)
        else:
            groups.append([p])
            references = is_references(text) or (references and not is_heading(text))
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
    open_line = same_column and _goes_on(before) and a.y0 - b.y1 < _GAP * size and abs(a.size - b.size) < 0.06 * size
    if (is_heading(text) and not (open_line and len(group) > 1)) or (
        len(group) == 1 and is_heading(previous) and not _ends_open(a, before, body_size)
    ):
        return True
    if (
        (kind_of(text) == "caption" and not open_line)
        or kind_of(text) == "keywords"
        or is_references(text)
        or abstract_head(text)
    ):
        return True
    if kind_of(group[0].line.printed.text) == "keywords" and same_column and re.search(r"[;；,，、-]$", previous):
        return False
    in_caption = kind_of(group[0].line.printed.text) == "caption"
    if (
        in_caption
        and same_column
        and abs(a.size - b.size) < 0.06 * size
        and b.size < 0.97 * body_size
        and a.y0 - b.y1 < _GAP * size
    ):
        return False  # its lines are often centred
    indented = b.x0 - p.left > _INDENT * size
    if not same_column:
        # Over a column or page end a paragraph goes on unless it was closed or the next one is indented.
        closed = re.search(r"[。.!?！？][\"”’)）\]]*$", previous) and before.right - a.x1 > _SHORT * size
        return bool(closed or indented or not _wraps(a, before))
    if a.y0 - b.y1 > _GAP * size:
        return True
    if text[:1].islower() and not _CLOSED.search(previous):
        return False
    if indented and b.x0 - a.x0 > 0.5 * size:
        return True
    return before.right - a.x1 > _SHORT * 2 * size and (
        bool(re.search(r"[。.!?！？:：]$", previous)) or len(group) == 1
    )


def _goes_on(placed: _Placed) -> bool:
    """Whether a line is full and ends inside a sentence."""
    open_end = not re.search(r"[。.!?！？:：][\"”’)）\]】]*(?:\[[\d,–-]+\])?$", placed.line.printed.text)
    return open_end and placed.right - placed.line.x1 < _SHORT * placed.line.size


def _wraps(line: PageLine, placed: _Placed) -> bool:
    return placed.right - line.x1 < 4 * line.size


def _ends_open(line: PageLine, placed: _Placed, body_size: float) -> bool:
    """Whether a heading's line is full, so that the heading may go on in the next one."""
    return placed.right - line.x1 < 1.5 * line.size and line.size > 0.98 * body_size


_Group = tuple[Paragraph, list[_Placed]]


def _classified(groups: list[list[_Placed]], body_size: float) -> list[_Group]:
    result: list[_Group] = []
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
        if head and p.kind == "abstract":
            # The word "Abstract" is a heading of its own, not the first word of a sentence.
            word, first = cut_line(p.lines[0], head)
            result.append((Paragraph([word], "heading", section), group[:1]))
            p.lines[0] = first
        result.append((p, group))
    _mark_labels(result, body_size)
    _mark_other_title(result)
    return result


def _mark_labels(found: list[_Group], body_size: float) -> None:
    """Makes "table" of what stands in figures and tables: short pieces in small print, or in a row before a caption."""
    small = [
        p.kind == "paragraph"
        and len(p.text) < 80
        and not _CLOSED.search(p.text)
        and all(q.line.size < 0.96 * body_size for q in group)
        for p, group in found
    ]
    near = [is_small or p.kind in ("caption", "table") for is_small, (p, _) in zip(small, found, strict=True)]
    for index, (p, _) in enumerate(found):
        if small[index] and any(near[max(0, index - 1) : index] + near[index + 1 : index + 2]):
            p.kind = "table"  # one alone may be a heading
    for index, (p, _) in enumerate(found):
        if p.kind != "caption":
            continue
        start = index
        while start and _is_label(*found[start - 1]):
            start -= 1
        if index - start >= 3:
            for label, _ in found[start:index]:
                label.kind = "table"


def _is_label(p: Paragraph, group: list[_Placed]) -> bool:
    size = group[0].line.size
    narrow = all(q.line.x1 - q.line.x0 < 0.6 * (q.right - q.left) for q in group)
    return p.kind in ("paragraph", "table") and narrow and len(group) < 4 and size > 0 and not _CLOSED.search(p.text)


def _mark_other_title(found: list[_Group]) -> None:
    """Finds the title in the second language: before that language's abstract, or between title and authors."""
    title = next((p for p, _ in found if p.kind == "title"), None)
    if title is None or any(p.kind == "title" and is_other_language(p.text, title.text) for p, _ in found):
        return
    at = next(
        (i for i, (p, _) in enumerate(found) if p.kind == "abstract" and is_other_language(p.text, title.text)), None
    )
    if at is None:
        return
    parts: list[int] = []
    for i in range(at - 1, max(at - 8, -1), -1):
        p, _ = found[i]
        if (
            p.kind in ("paragraph", "heading", "author")
            and is_other_language(p.text, title.text)
            and abstract_head(p.text + " X") == 0
        ):
            if p.kind != "author" and not _CLOSED.search(p.text) and len(p.text) < 200 and not is_author(p.text):
                parts.insert(0, i)
        elif p.kind in ("keywords", "abstract", "title"):
            break
    if not parts:
        return
    # A title over several centred lines came as several groups.
    run = [i for k, i in enumerate(parts) if i - k == parts[0]]
    first = found[run[0]][0]
    first.kind, first.section = "title", ""
    for i in run[1:]:
        first.lines += found[i][0].lines
    for i in reversed(run[1:]):
        del found[i]


def _resumed(found: list[_Group], body_size: float) -> list[_Group]:
    """The paragraphs, those made whole that a float cuts: what follows the figure or table is moved before it."""
    result = list(found)
    index = 0
    while index < len(result):
        p, group = result[index]
        if p.kind in ("paragraph", "abstract") and _goes_on(group[-1]):
            rest = next((i for i in range(index + 1, len(result)) if not _floats(result[i], body_size)), None)
            if rest is not None and rest > index + 1 and _takes_up(result[rest], p, group):
                p.lines += result[rest][0].lines
                group += result[rest][1]
                del result[rest]
                continue
        index += 1
    return result


def _floats(found: _Group, body_size: float) -> bool:
    p, group = found
    return p.kind in ("caption", "table", "author", "furniture") or (
        p.kind == "paragraph" and group[0].line.size < 0.93 * body_size
    )


def _takes_up(found: _Group, before: Paragraph, group: list[_Placed]) -> bool:
    """Whether a paragraph looks like the second half of `before`."""
    p, lines = found
    first = lines[0]
    if p.kind != before.kind or abs(first.line.size - group[-1].line.size) > 0.06 * first.line.size:
        return False
    indented = first.line.x0 - first.left > _INDENT * first.line.size
    return not indented and (
        p.text[:1].islower() or is_han(p.text[0]) or before.text[-1:] in "-,;，、；" or p.text[0] in "([（["
    )


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
