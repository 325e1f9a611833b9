"""What belongs to the page and not to the paper: running heads and feet, page and line numbers, stamps, watermarks.

Known by repetition and place, not by words: the same text, numbers apart, at the same height of several pages.
"""

from __future__ import annotations

import itertools
import re
from collections import Counter, defaultdict
from collections.abc import Sequence

from pipeline.readers.pdf.page import Page, PageLine
from pipeline.readers.sections import is_caption

_MARGIN = 0.12  # head and foot of a page, as a share of its height
_PAGE_NUMBER = re.compile(
    r"[\s·•|—–-]*(?:第\s*)?(?:page\s*)?(?:\d{1,5}|[ivxlc]{1,6})(?:\s*页)?(?:\s*(?:/|of|共)\s*\d+\s*页?)?[\s·•|—–-]*",
    re.I,
)
_VARIES = re.compile(r"[\W\d_]+")
_NUMBER = re.compile(r"\d{1,4}")


def furniture_of(pages: Sequence[Page], body_size: float) -> set[int]:
    """Ids of the lines of all pages that are furniture."""
    result: set[int] = set()
    outer: list[tuple[Page, PageLine, str, bool]] = []
    copies = Counter(line.text for page in pages for line in page.lines)
    for page in pages:
        by_height = sorted(page.lines, key=lambda line: line.base)
        low, high = _MARGIN * page.height, (1 - _MARGIN) * page.height
        last = len(by_height) - 3
        for at, line in enumerate(by_height):
            at_end = at < 3 or at >= last or line.base < low or line.base > high
            # A long table has its caption on every page.
            if (at_end or copies[line.text] > 2) and not is_caption(line.text):
                outer.append((page, line, _VARIES.sub("", line.text).lower(), at_end))
    # A place reaches over 12 points and is looked for on two grids, so that no border parts what stands together.
    seen: dict[tuple[str, int], set[int]] = defaultdict(set)
    for page, line, shape, _ in outer:
        seen[shape, round(line.base / 12)].add(page.number)
        seen[shape, -1 - round(line.base / 12 + 0.5)].add(page.number)
    sure: set[int] = set()
    repeated: set[int] = set()
    for page, line, shape, at_end in outer:
        on = max(len(seen[shape, round(line.base / 12)]), len(seen[shape, -1 - round(line.base / 12 + 0.5)]))
        if at_end and _PAGE_NUMBER.fullmatch(line.text) and _stands_alone(line, page):
            sure.add(id(line))
        elif (
            shape
            and on >= 2
            and (
                (at_end and on >= min(3, 0.3 * len(pages)))
                # Away from the margins: a watermark or a notice on nearly every page, not a word of a table.
                or (len(shape) >= 8 and on >= max(3, 0.6 * len(pages)))
            )
        ):
            repeated.add(id(line))
    # Where most pages hold nothing else, what repeats is the text ("Record 7 of 20000").
    bare = sum(all(id(line) in sure or id(line) in repeated for line in page.lines) for page in pages)
    result |= sure if bare > 0.5 * len(pages) else sure | repeated
    result |= _counted(pages)
    for page in pages[1:]:
        result.update(_lone_head(page, result, body_size))
    return result


def _counted(pages: Sequence[Page]) -> set[int]:
    """Ids of the heads and feet that begin or end with the page's number: in step with the pages."""
    steps: dict[int, set[int]] = defaultdict(set)
    lines: dict[int, set[int]] = defaultdict(set)
    for page in pages:
        low = min((line.base for line in page.lines), default=0.0) + 2
        high = max((line.base for line in page.lines), default=0.0) - 2
        for line in page.lines:
            if len(line.text) < 80 and not low < line.base < high:
                for match in _AT_ENDS.finditer(line.text):
                    step = int(match[1] or match[2]) - page.number
                    steps[step].add(page.number)
                    lines[step].add(id(line))
    return {line for step, found in steps.items() if len(found) > 2 for line in lines[step]}


_AT_ENDS = re.compile(r"(?:^|[\s·•|])(\d{1,5})\s*$|^\s*(\d{1,5})(?=[\s·•|]|$)")


def _stands_alone(line: PageLine, page: Page) -> bool:
    """Whether nothing stands beside a number but furniture at the page's edges."""
    return not any(
        other is not line and abs(other.base - line.base) < 0.5 * line.size and abs(other.x0 - line.x0) < 60
        for other in page.lines
    )


def line_numbers(page: Page) -> list[PageLine]:
    """The numbers that count the lines of a manuscript: a column of them, rising, left of all text."""
    numbers = [line for line in page.lines if len(line.text) <= 4 and _NUMBER.fullmatch(line.text)]
    if len(numbers) < 10:
        return []
    edge = Counter(round(line.x1 / 4) for line in numbers).most_common(1)[0][0]
    column = [line for line in numbers if abs(line.x1 / 4 - edge) <= 1.5]
    values = [int(line.text) for line in sorted(column, key=lambda line: -line.base)]
    rising = sum(b - a in (1, 5) for a, b in itertools.pairwise(values))
    others = [line.x0 for line in page.lines if len(line.text) > 20]
    left = not others or max(line.x1 for line in column) <= sorted(others)[len(others) // 4] + 1
    return column if len(column) >= 10 and rising > 0.8 * (len(column) - 1) and left else []


def _lone_head(page: Page, furniture: set[int], size: float) -> list[int]:
    """The lines at a page's top that white space parts from the text and that are smaller than it.

    A paper of two pages has each running head (the short title, the authors) only once.
    """
    rest = sorted((line for line in page.lines if id(line) not in furniture), key=lambda line: -line.base)
    if not rest or rest[0].base < (1 - _MARGIN) * page.height:
        return []
    head = [line for line in rest if abs(line.base - rest[0].base) < 0.5 * size]
    below = max((line.y1 for line in rest[len(head) :]), default=0.0)
    lone = min(line.y0 for line in head) - below > size and all(line.size < 0.95 * size for line in head)
    captioned = any(is_caption(line.text) for line in head)
    return [id(line) for line in head] if lone and not captioned and len(rest) > len(head) else []
