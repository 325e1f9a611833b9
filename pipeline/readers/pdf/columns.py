"""Columns and reading order.

Programs draw most papers in the order in which they are read, and then floats, notes and columns of any number and
width come right by themselves: that order is kept. Where it jumps between columns or rows, the page is read by
geometry: in bands between the lines that cross a gutter, each band column by column.
"""

from __future__ import annotations

import itertools
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from statistics import median

from pipeline.readers.pdf.page import PageLine

_STEPS = 100  # places across the page at which a gutter is looked for
_JUMPS = 0.06  # share of lines that may stand out of order before a page is read by geometry


@dataclass(slots=True)
class Placed:
    """A line in reading order, with the edges of its column. beside: another line of the column is level with it."""

    line: PageLine
    left: float
    right: float
    beside: bool = False


def gutters_of(pages: Sequence[Sequence[PageLine]]) -> list[list[float]]:
    """Where white strips between columns run on each page, from left to right.

    On a page with much that is as wide as all columns (a title, an abstract, a table) they are hard to see; there the
    places that they have on most pages are tried.
    """
    found = [_gutters(lines) for lines in pages]
    with_some = [g for g in found if g]
    if len(with_some) < 0.3 * len(pages):
        return found
    number = round(median(len(g) for g in with_some)) if with_some else 0
    alike = [g for g in with_some if len(g) == number]
    if not alike:
        return found
    usual = [median(g[i] for g in alike) for i in range(number)]
    return [
        usual if len(g) < number and all(_parts(lines, *bounds) for bounds in _bounds(usual, lines)) else g
        for g, lines in zip(found, pages, strict=True)
    ]


def _bounds(gutters: Sequence[float], lines: Sequence[PageLine]) -> Iterator[tuple[float, float, float]]:
    """Each gutter between the edges of the columns on its left and right."""
    marks = [min((line.x0 for line in lines), default=0), *gutters, max((line.x1 for line in lines), default=0)]
    yield from zip(marks, marks[1:], marks[2:], strict=False)


def _gutters(lines: Sequence[PageLine]) -> list[float]:
    full = [line for line in lines if len(line.text) > 3]
    if len(full) < 8:
        return []
    left, right = min(line.x0 for line in full), max(line.x1 for line in full)
    first = _gutter(full, left, right)
    if first is None:
        return []
    result = [first]
    for a, b in ((left, first), (first, right)):
        if b - a > 0.55 * (right - left):  # wide enough for two columns of three
            inner = [line for line in full if line.x0 >= a - 2 and line.x1 <= b + 2]
            more = _gutter(inner, a, b) if len(inner) >= 8 else None
            if more is not None:
                result.append(more)
    return sorted(result)


def _gutter(full: Sequence[PageLine], left: float, right: float, *, of_text: bool = True) -> float | None:
    """The strip that fewest lines cross, the one nearest to the middle of several. of_text: between two texts."""
    width = right - left
    if width <= 0:
        return None
    step = width / _STEPS
    change = [0] * (_STEPS + 2)
    for line in full:
        for x, by in ((line.x0 - 2, 1), (line.x1 + 2, -1)):
            change[min(max(int((x - left) / step) + 1, 0), _STEPS + 1)] += by
    crossing, best = 0, (len(full) + 1, 0, 0)
    for at in range(_STEPS + 1):
        crossing += change[at]
        if 25 <= at <= 75 and (crossing, abs(at - 50)) < best[:2]:
            best = (crossing, abs(at - 50), at)
    if best[0] > 0.35 * len(full):
        return None
    x = left + best[2] * step
    on_left = [line for line in full if line.x1 <= x]
    on_right = [line for line in full if line.x0 >= x]
    if min(len(on_left), len(on_right)) < 4 or best[0] > 0.7 * min(len(on_left), len(on_right)):
        return None
    if not of_text:
        return x if best[0] <= 0.05 * len(full) else None
    # Both sides must be text set to a width, not a list with numbers at the right.
    return x if all(_usual_width(side) > 0.22 * width for side in (on_left, on_right)) else None


def _parts(lines: Sequence[PageLine], left: float, x: float, right: float) -> bool:
    """Whether full lines of text stand on both sides of a gutter at x, up to the edges of the columns there."""
    on_left = sum(line.x1 <= x and line.x1 - line.x0 > 0.6 * (x - left) for line in lines)
    on_right = sum(line.x0 >= x and line.x1 - line.x0 > 0.6 * (right - x) for line in lines)
    return min(on_left, on_right) >= 4


def side_gutters(lines: Sequence[PageLine]) -> list[float]:
    """The gutter beside a column of notes, figures or article data: nothing crosses it, whatever stands there."""
    full = [line for line in lines if len(line.text) > 3]
    if len(full) < 8:
        return []
    left, right = min(line.x0 for line in full), max(line.x1 for line in full)
    gutter = _gutter(full, left, right, of_text=False)
    return [] if gutter is None else [gutter]


def _usual_width(pieces: Sequence[PageLine]) -> float:
    """Median width of what stands at one height."""
    widths: dict[int, float] = defaultdict(float)
    for piece in pieces:
        widths[round(piece.base / max(piece.size, 1) / 0.8)] += piece.x1 - piece.x0
    return median(widths.values())


def is_drawn_in_order(lines: Sequence[PageLine], gutters: Sequence[float]) -> bool:
    """Whether the drawing order can be read: few long lines go up in their column, or change it but to go up right."""
    jumps = number = 0
    before: PageLine | None = None
    long = [line for line in lines if len(line.text) > 11]  # cells and labels stand anywhere
    for line, following in itertools.zip_longest(long, long[1:]):
        number += 1
        if before is not None:
            rise = line.base - before.base
            to_right = _column(line, gutters) - _column(before, gutters)
            if to_right > 0:
                jumps += rise < 0.5 * line.size
            elif to_right < 0 and rise > 0 and following and _is_text(line, following, gutters):
                return False  # the text goes on in a column further left
            else:
                jumps += to_right < 0 or rise > -0.5 * line.size
        before = line
    return jumps <= max(3, _JUMPS * number)


def _is_text(line: PageLine, following: PageLine, gutters: Sequence[float]) -> bool:
    """Whether two lines are full ones of one column, the second under the first."""
    column = _column_of(line, gutters)
    return (
        column is not None
        and column == _column_of(following, gutters)
        and _continues(line, following)
        and abs(line.size - following.size) < 0.06 * line.size
        and min(line.x1 - line.x0, following.x1 - following.x0) > 15 * line.size
    )


def _column(line: PageLine, gutters: Sequence[float]) -> int:
    return sum(x <= line.x0 + line.size for x in gutters)


def with_late_ones(lines: Sequence[PageLine], gutters: Sequence[float]) -> list[PageLine]:
    """Lines in drawing order, those moved to their place that are drawn late: headings, floats, running heads.

    A line that stands above the one drawn before it belongs under the next higher line of its column.
    """
    result: list[PageLine] = []
    cursor = -1
    before: PageLine | None = None
    for line in lines:
        if before is not None:
            to_right = _column(line, gutters) - _column(before, gutters)
            beside = line.x0 >= before.x1 - line.size  # the next column, though no gutter was seen
            late = to_right <= 0 and not beside and line.base - before.base > 0.5 * line.size
            following = result[cursor + 1] if cursor + 1 < len(result) else None
            passes = following is not None and _overlaps(following, line) and following.base > line.base
            if late or (passes and to_right <= 0 and not beside):
                place = _place(result, line)
                # A column of notes that is drawn after the text beside it stays where it is.
                between = place + 1 < len(result) and _overlaps(result[place + 1], line)
                cursor = place if between or _overlaps(before, line) else len(result) - 1
            elif following is not None and to_right > 0:
                # Another late one, in a column further right.
                place = _place(result, line)
                between = place + 1 < len(result) and _overlaps(result[place + 1], line)
                cursor = place if between else len(result) - 1
            elif following is not None and not _overlaps(following, line) and not _continues(before, line):
                cursor = len(result) - 1
        cursor += 1
        result.insert(cursor, line)
        before = line
    return result


def _place(lines: Sequence[PageLine], late: PageLine) -> int:
    """Index of the line after which a late one goes; -1 for the beginning."""
    column = [i for i, line in enumerate(lines) if _overlaps(line, late)]
    above = [i for i in column if lines[i].base > late.base + 0.3 * late.size]
    if above:
        return min(above, key=lambda i: (lines[i].base, -i))
    below = [i for i in column if lines[i].base < late.base - 0.3 * late.size]
    if below:
        return max(below, key=lambda i: (lines[i].base, -i)) - 1
    return len(lines) - 1


def _continues(a: PageLine, b: PageLine) -> bool:
    """Whether line `b` stands close under `a`."""
    return 0 < a.base - b.base < 2.5 * b.size and _overlaps(a, b)


def _overlaps(a: PageLine, b: PageLine) -> bool:
    return min(a.x1, b.x1) - max(a.x0, b.x0) > 0.5 * min(a.x1 - a.x0, b.x1 - b.x0)


def by_columns(lines: Sequence[PageLine], gutters: Sequence[float]) -> list[PageLine]:
    """The lines of a page by geometry: each band between lines that cross a gutter, column by column, top down."""
    result: list[PageLine] = []
    band: list[list[PageLine]] = [[] for _ in range(len(gutters) + 1)]
    for line in [*_top_down(lines), None]:
        column = None if line is None else _column_of(line, gutters)
        if column is not None and line is not None:
            band[column].append(line)
            continue
        result += (b for lines_of in band for b in lines_of)
        band = [[] for _ in band]
        if line is not None:
            result.append(line)
    return result


def with_columns(lines: Sequence[PageLine], gutters: Sequence[float]) -> list[Placed]:
    """The lines of a page in their order, each with the edges of its column; those across a gutter with the page's."""
    columns: dict[int | None, list[PageLine]] = defaultdict(list)
    where = [_column_of(line, gutters) for line in lines]
    for line, column in zip(lines, where, strict=True):
        columns[column].append(line)
    beside = {id(line) for those in columns.values() for line in _level(those)}
    columns[None] = list(lines)
    edges = {column: (min(a.x0 for a in those), max(a.x1 for a in those)) for column, those in columns.items() if those}
    return [Placed(line, *edges[column], id(line) in beside) for line, column in zip(lines, where, strict=True)]


def _level(lines: Sequence[PageLine]) -> Iterator[PageLine]:
    """The lines of a column that stand beside another one, as the cells of a table do."""
    by_height = sorted(lines, key=lambda line: line.base)
    for a, b in itertools.pairwise(by_height):
        if b.base - a.base < 0.3 * min(a.size, b.size) and (a.x1 <= b.x0 or b.x1 <= a.x0):
            yield a
            yield b


def _column_of(line: PageLine, gutters: Sequence[float]) -> int | None:
    """The column a line stands in; None when it reaches over a gutter or there is none."""
    if not gutters:
        return None
    first = sum(x <= line.x0 for x in gutters)
    return first if first == sum(x < line.x1 for x in gutters) else None


def _top_down(lines: Sequence[PageLine]) -> list[PageLine]:
    """By height, and from left to right where bases are level."""
    rows: list[list[PageLine]] = []
    for line in sorted(lines, key=lambda line: -line.base):
        if rows and rows[-1][0].base - line.base < 0.3 * line.size:
            rows[-1].append(line)
        else:
            rows.append([line])
    return [line for row in rows for line in sorted(row, key=lambda line: line.x0)]
