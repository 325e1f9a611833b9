"""From lines in reading order to paragraphs."""

from __future__ import annotations

import itertools
import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from statistics import median

from pipeline.readers.pdf.columns import Placed
from pipeline.readers.pdf.page import PageLine
from pipeline.readers.sections import (
    abstract_head,
    is_article_type,
    is_author,
    is_caption,
    is_heading,
    is_keywords,
    is_references,
)

_HAN = re.compile("[\u4e00-\u9fff]")
_INDENT = 0.9  # a line that begins this many letter sizes inside its column begins a paragraph
_SHORT = 1.6  # a line that ends this many letter sizes before its column's end closes one
_GAP = 0.75  # white space above a line that parts paragraphs, in letter sizes
_CLOSED = re.compile(r"[。.!?！？;；][\"'”’)）\]】]*(?:\s?\[[\d,–\s-]+\])?$")
_ENDS = re.compile(r"[。.!?！？:：][\"”’)）\]】]*(?:\[[\d,–-]+\])?$")
_STOPPED = re.compile(r"[。.!?！？][\"”’)）\]】]*(?:\s?\[?[\d,–-]+\]?)?$")
# First characters that a heading, a caption, an abstract or keywords can have.
_NAMING = re.compile(
    r"[\s\d\[【〔图表摘中英关主引前绪背目方材结讨小总展致参基利作第一二三四五六七八九十A-Z]|tab|fig|key|abs|ref|int|met",
    re.IGNORECASE,
)


def is_closed(text: str) -> bool:
    """Whether a sentence, or a part of a list, ends where the text does."""
    return bool(_CLOSED.search(text[-40:]))


@dataclass(frozen=True, slots=True)
class Style:
    """What most of a paper's text is set in."""

    size: float
    fonts: frozenset[str]
    leading: float  # from base line to base line, in letter sizes
    chinese: bool = False

    def gap(self, size: float) -> float:
        """White space between lines that parts paragraphs."""
        return max(_GAP, self.leading - 0.5) * size

    def is_small(self, line: PageLine) -> bool:
        """Whether a line is in smaller print."""
        return line.size < 0.95 * self.size

    def is_large(self, line: PageLine) -> bool:
        """Whether a line is in the larger print of titles and headings."""
        return line.size > 1.1 * self.size

    def is_set_off(self, line: PageLine) -> bool:
        """Whether a line of the body's size or a larger one is in another font than the body."""
        return self.is_large(line) or (line.size > 0.97 * self.size and line.font not in self.fonts)


def style_of(pages: Iterable[Sequence[PageLine]]) -> Style:
    """The style of the running text: what most lines are set in that stand flush under each other.

    Cells, labels and references may hold more characters than the text. All fonts with a good share of its size are
    the body's.
    """
    leadings: list[tuple[float, float]] = []
    letters = han = 0
    sizes: defaultdict[float, float] = defaultdict(float)
    fonts: defaultdict[tuple[float, str], float] = defaultdict(float)
    lines_before_references = itertools.takewhile(
        lambda line: line.page == 1 or not is_references(line.text), itertools.chain.from_iterable(pages)
    )
    for _, lines in itertools.groupby(lines_before_references, key=lambda line: line.page):
        before: PageLine | None = None
        for line in lines:
            flush = before is not None and abs(line.x0 - before.x0) < 1 and abs(line.size - before.size) < 0.5
            weight = float(len(line.text)) if flush and len(line.text) > 15 else 0.1 * len(line.text)
            sizes[round(line.size, 1)] += weight
            fonts[round(line.size, 1), line.font] += weight
            if flush:
                letters += len(line.text)
                han += len(_HAN.findall(line.text))
            if flush and before is not None and before.base > line.base:
                leadings.append((line.size, (before.base - line.base) / line.size))
            before = line
    # Sizes that differ by less than one sees are one.
    size = max(sizes, key=lambda s: (sum(sizes[n] for n in sizes if abs(n - s) < 0.3), sizes[s], -s), default=10.0)
    here: defaultdict[str, float] = defaultdict(float)
    for (s, font), weight in fonts.items():
        if abs(s - size) < 0.3:
            here[font] += weight
    chinese = 4 * han > letters
    leading = median([leading for s, leading in leadings if abs(s - size) < 0.3] or [1.2])
    body = frozenset(font for font, weight in here.items() if weight > 0.12 * sum(here.values()))
    return Style(size, body, leading, chinese)


def grouped(placed: Sequence[Placed], style: Style) -> list[list[Placed]]:
    """The lines of each paragraph."""
    groups: list[list[Placed]] = []
    references = False
    for i, p in enumerate(placed):
        text = p.line.text
        if groups and not (_begins_entry(groups[-1], p) if references else _begins(groups[-1], p, style)):
            groups[-1].append(p)
            continue
        if is_references(text) and lists_references(placed[i + 1 : i + 21]):
            references = True
        elif references and not _ENTRY.match(text) and is_heading(text) and not text[:1].isdigit():
            references = False
        groups.append([p])
    return groups


def lists_references(placed: Iterable[Placed]) -> bool:
    """Whether lines are of a reference list, not of a table with a column of that name: entries or years."""
    lines = list(placed)[:20]
    found = sum(bool(_ENTRY.match(p.line.text) or _YEAR.search(p.line.text)) for p in lines)
    return found >= min(5, 0.25 * len(lines))


_YEAR = re.compile(r"\b(?:19|20)\d\d\b")
_ENTRY = re.compile(r"\s*(?:[\[［(]\d{1,3}[\]］)]|\d{1,3}[.．)]\s)")


def _begins_entry(group: Sequence[Placed], p: Placed) -> bool:
    """Whether a line of the reference list begins an entry: by its number, or hanging left of the line before."""
    before = group[-1].line
    if abs(before.size - p.line.size) > 0.12 * p.line.size or is_references(before.text):
        return True
    if _ENTRY.match(p.line.text) or is_caption(p.line.text):
        return True
    if is_heading(p.line.text) and not p.line.text[:1].isdigit():
        return True
    return p.left == group[-1].left and p.line.x0 < before.x0 - 0.5 * p.line.size


def _begins(group: Sequence[Placed], p: Placed, style: Style) -> bool:
    """Whether line `p` begins a new paragraph after `group`."""
    before = group[-1]
    a, b = before.line, p.line
    size = b.size
    if abs(a.size - size) > 0.12 * max(a.size, size):
        return True
    same_column = _is_below(b, a)
    text, previous = b.text, a.text
    if is_references(text):
        return True
    room = a.y0 - b.y1
    if same_column and style.is_large(b) and size > 1.12 * style.size and room < max(1.2 * size, style.gap(size)):
        if is_article_type(previous) or is_author(text):
            return True
        return a.font != b.font and style.is_set_off(a) != style.is_set_off(b)  # a title over several lines
    alike = abs(a.size - size) < 0.06 * size
    open_line = same_column and goes_on(before) and room < style.gap(size) and alike
    if _NAMING.match(text):
        if is_heading(text) and not (open_line and len(group) > 1):
            return True
        if (is_caption(text) and not open_line) or is_keywords(text) or abstract_head(text):
            return True
    first = group[0].line.text
    if len(group) == 1 and is_heading(previous) and not _ends_open(before, style):
        return True
    if style.is_set_off(a) != style.is_set_off(b):
        # A heading, unless a full line of the text happens to be in italics for the most part.
        off = p if style.is_set_off(b) else before
        ends = is_closed(previous) or before.right - a.x1 > 4 * a.size or not same_column
        if ends and (style.is_large(off.line) or off.right - off.line.x1 > 2 * off.line.size):
            return True
    if is_keywords(first) and same_column and re.search(r"[;；,，、-]$", previous):
        return False
    if is_caption(first) and same_column and alike and style.is_small(b) and room < style.gap(size):
        return p.beside or (p.line.gaps > 0 and not goes_on(before))  # its lines are often centred
    indented = b.x0 - p.left > _INDENT * size
    if not same_column:
        # Over a column or page end a paragraph goes on unless it was closed or the next one is indented.
        closed = _STOPPED.search(previous[-40:]) and before.right - a.x1 > _SHORT * size
        return bool(closed or indented or before.right - a.x1 >= 4 * size)
    if room > style.gap(size):
        return True
    if text[:1].islower() and not is_closed(previous):
        return False
    if indented and b.x0 - a.x0 > 0.5 * size:
        return True
    return before.right - a.x1 > 2 * _SHORT * size and (previous[-1:] in "。.!?！？:：" or len(group) == 1)


def _is_below(b: PageLine, a: PageLine) -> bool:
    """Whether line `b` stands under or beside `a`, not in the next column or on the next page."""
    return a.page == b.page and b.base < a.base + 0.3 * b.size and b.x0 < a.x1 and a.x0 < b.x1


def goes_on(p: Placed) -> bool:
    """Whether a line is full and ends inside a sentence."""
    return p.right - p.line.x1 < _SHORT * p.line.size and not _ENDS.search(p.line.text[-40:])


def _ends_open(p: Placed, style: Style) -> bool:
    """Whether a heading's line is full, so that the heading may go on in the next one."""
    return p.right - p.line.x1 < 1.5 * p.line.size and p.line.size > 0.98 * style.size


def with_own_edges(placed: Sequence[Placed], style: Style) -> list[Placed]:
    """The lines with the edges of the block they stand in, where it is set narrower than its column.

    An abstract or a quotation is indented on both sides; held against the column's edges, each of its lines would look
    like a paragraph's last. A block: at least three lines without a gap and in one size, most of them full.
    """
    result: list[Placed] = []
    run: list[Placed] = []
    for p in placed:
        if run and not _same_block(run[-1], p, style):
            result += _with_edges(run)
            run = []
        run.append(p)
    return result + _with_edges(run)


def _with_edges(run: list[Placed]) -> list[Placed]:
    if len(run) < 3:
        return run
    left, right = min(q.line.x0 for q in run), max(q.line.x1 for q in run)
    size = run[0].line.size
    if run[0].right - right <= size and left - run[0].left <= size:
        return run
    full = sum(right - q.line.x1 < 4 * size for q in run[:-1])  # a ragged margin leaves out a word at most
    return [replace(q, left=left, right=right) for q in run] if full >= 0.6 * (len(run) - 1) else run


def _same_block(a: Placed, b: Placed, style: Style) -> bool:
    size = max(a.line.size, b.line.size)
    near = -0.5 * size < a.line.y0 - b.line.y1 < style.gap(size)
    return near and abs(a.line.size - b.line.size) < 0.06 * size and (a.left, a.right) == (b.left, b.right)
