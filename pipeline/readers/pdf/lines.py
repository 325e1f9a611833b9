"""From pieces to lines: what superscripts, subscripts and wide blanks tear apart is joined again."""

from __future__ import annotations

import itertools
import re
from collections.abc import Sequence
from dataclasses import replace

from pipeline.document import edges_between
from pipeline.lexicon.normalize import is_han
from pipeline.readers.pdf.page import PageLine, is_spaced
from pipeline.readers.sections import is_citation

_SAME = 0.85  # smaller print than this share of its neighbour's is an index or an exponent
_BLANK = 0.15  # room between words, in letter sizes
_WIDE = 1.2  # room between cells
_APART = 2.5  # pieces further apart are no line, unless words run on


def whole_lines(pieces: Sequence[PageLine], gutters: Sequence[float]) -> list[PageLine]:
    """The lines of a page in the order of their pieces; none reaches over a gutter that is left white."""
    result: list[PageLine] = []
    for piece in pieces:
        if result and _goes_on(result[-1], piece, gutters):
            result[-1] = joined(result[-1], piece)
        elif not (result and _is_shadow(result[-1], piece)):
            result.append(piece)
    return result


def mended(lines: list[PageLine]) -> list[PageLine]:
    """The lines with stray indices put in and without blanks between the letters of words set apart."""
    return [unspaced(line) for line in _with_strays(lines)]


def hosts_of_strays(pieces: Sequence[PageLine]) -> set[int]:
    """Indices of the lines inside of which an index belongs that is drawn away from them."""
    result: set[int] = set()
    places = [at for at, line in enumerate(pieces) if len(line.text) > 3]
    long = [pieces[at] for at in places]
    for stray in filter(_is_index, pieces):
        host = _host(long, stray)
        if host is not None and stray.x0 < long[host].x1 - 0.3 * stray.size:
            result.add(places[host])
    return result


def _with_strays(lines: list[PageLine]) -> list[PageLine]:
    """The lines, with the indices and exponents put in that are drawn away from the words they belong to."""
    result = list(lines)
    for stray in filter(_is_index, lines):
        at = _host(result, stray)
        if at is not None and (whole := _put_in(result[at], stray)):
            result[at] = whole
            result.remove(stray)
    return result


def _is_index(line: PageLine) -> bool:
    return len(line.text) <= 6 and _INDEX.fullmatch(line.text) is not None


def _host(lines: Sequence[PageLine], stray: PageLine) -> int | None:
    """Index of the line that a small piece stands in or directly behind."""
    best: tuple[float, int] | None = None
    base, x0, largest = stray.base, stray.x0, stray.size / _SAME
    for at, line in enumerate(lines):
        rise, size = base - line.base, line.size
        # Asked of every line for every stray: what most lines fail comes first.
        if (
            rise < 0.8 * size
            and rise > -0.5 * size
            and size > largest
            and line.x0 < x0 < line.x1 + 0.5 * size
            and (best is None or abs(rise) < best[0])
        ):
            best = abs(rise), at
    return None if best is None else best[1]


_INDEX = re.compile(r"[\d+−–,\[\]*A-Za-zα-ω-]+")


def _put_in(line: PageLine, stray: PageLine) -> PageLine | None:
    """The line with an index where it has room for it; None where it has none."""
    if stray.x0 > line.x1 - 0.3 * stray.size:
        return joined(line, stray)
    middle = (stray.x0 + stray.x1) / 2
    at = next((offset for offset, x in line.edges if x > middle and not line.text[offset : offset + 1].isspace()), 0)
    before, after = line.text[:at].rstrip(), line.text[at:]
    right = edges_between(line.edges, at, len(line.text))
    if not before or not after or not right or right[0][1] < stray.x1 - 0.3 * stray.size:
        return None
    cited = stray.base > line.base and is_citation(before, stray.text)
    text = f"{before}{' ' if cited else ''}{stray.text}"
    begin = len(text) - len(stray.text)
    if right[0][1] - stray.x1 > _BLANK * line.size and not is_han(after[0]):
        text += " "
    edges = (
        *((o, x) for o, x in line.edges if o <= len(before) and x < stray.x0),
        *((o + begin, x) for o, x in stray.edges),
        *((o + len(text), x) for o, x in right),
    )
    edges = tuple(dict(edges).items())
    return replace(line, text=text + after, edges=edges)


def _goes_on(a: PageLine, b: PageLine, gutters: Sequence[float]) -> bool:
    size = a.size if a.size > b.size else b.size
    rise = b.base - a.base
    # Most pieces are lines of their own: this is asked for every one of them.
    if rise > size or rise < -size:
        return False
    room = b.x0 - a.x1
    if not -0.35 * size < room < _APART * size:
        return False
    small = min(a.size, b.size) < _SAME * size
    if small:
        if b.size > a.size:
            rise = -rise
        if not (-0.5 * size < rise < 0.8 * size and room < _WIDE * size):
            return False
    elif abs(rise) > 0.25 * size:
        return False
    return room < 0.5 * size or not any(a.x1 <= x <= b.x0 for x in gutters)


def _is_shadow(a: PageLine, b: PageLine) -> bool:
    """Whether the same text is printed a second time, a little beside the first."""
    return a.text == b.text and abs(a.x0 - b.x0) < 0.5 * a.size and abs(a.base - b.base) < 0.5 * a.size


def joined(a: PageLine, b: PageLine) -> PageLine:
    """Two pieces as one, a blank between them where there is room for it."""
    main = b if b.size > a.size * 1.02 and len(b.text) > 1 else a
    size = max(a.size, b.size)
    if len(a.text) == 1 and a.size > 1.5 * b.size and len(b.text) > 5:
        main, size = b, 3 * a.size  # an initial over several lines belongs to its word
    room = b.x0 - a.x1
    text, edges = a.text, a.edges
    cited = b.size < _SAME * a.size and b.base > a.base and is_citation(text, b.text)
    if cited or (room > _BLANK * size and not (is_han(text[-1]) or is_han(b.text[0]))):
        text += " "
    else:
        edges = edges[:-1]
    shift = len(text)
    return PageLine(
        text + b.text, a.page, min(a.x0, b.x0), max(a.x1, b.x1), main.base, main.size, main.font,
        (*edges, *((offset + shift, x) for offset, x in b.edges)), a.gaps + b.gaps + (room > _WIDE * size),
        a.turned and b.turned and _around(a.turned, b.turned),
    )  # fmt: skip


def _around(a: tuple[float, ...], b: tuple[float, ...]) -> tuple[float, float, float, float]:
    return min(a[0], b[0]), min(a[1], b[1]), max(a[2], b[2]), max(a[3], b[3])


_SPACED = re.compile(
    r"(?<![A-Za-z])(?:[A-Za-z] ){3,}[A-Za-z](?![A-Za-z])"
    r"|(?:[\u4e00-\u9fff，。：；、（）] ){3,}[\u4e00-\u9fff，。：；、（）]"
)


def unspaced(line: PageLine) -> PageLine:
    """The line without the blanks between letters that are set apart ("A B S T R A C T"), those between words kept."""
    if not is_spaced(line.text):
        return line
    at = dict(line.edges)
    dropped: set[int] = set()
    for match in _SPACED.finditer(line.text):
        begin, end = match.span()
        lefts = [at[i] for i in range(begin, end, 2) if i in at]
        steps = [b - a for a, b in itertools.pairwise(lefts)]
        if is_han(line.text[begin]):
            dropped.update(range(begin + 1, end, 2))
        elif len(steps) == (end - begin) // 2:
            usual = sorted(steps)[len(steps) // 2]
            dropped.update(begin + 2 * i + 1 for i, step in enumerate(steps) if step < 1.45 * usual)
    if not dropped:
        return line
    text = "".join(c for i, c in enumerate(line.text) if i not in dropped)
    edges = tuple((i - sum(d < i for d in dropped), x) for i, x in line.edges if i not in dropped)
    return replace(line, text=text, edges=edges)
