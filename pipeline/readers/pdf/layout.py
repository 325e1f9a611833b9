"""From the pieces of lines on pages to paragraphs in reading order; the same for every PDF engine."""

from __future__ import annotations

from collections.abc import Sequence

from pipeline.readers.assemble import Paragraph
from pipeline.readers.pdf.columns import (
    Placed,
    by_columns,
    gutters_of,
    is_drawn_in_order,
    side_gutters,
    with_columns,
    with_late_ones,
)
from pipeline.readers.pdf.furniture import furniture_of, line_numbers
from pipeline.readers.pdf.glyphs import is_garbled_gbk, mend_gbk
from pipeline.readers.pdf.kinds import classified, resumed
from pipeline.readers.pdf.lines import mended, whole_lines
from pipeline.readers.pdf.page import Page
from pipeline.readers.pdf.paragraphs import grouped, style_of, with_own_edges


def paragraphs(pages: Sequence[Page]) -> list[Paragraph]:
    """The paragraphs of a paper in reading order, with kinds and sections; furniture last."""
    if is_garbled_gbk("\n".join(line.text for page in pages for line in page.lines)):
        for page in pages:
            for line in page.lines:
                line.text = mend_gbk(line.text)
    dropped: list[Paragraph] = []
    for page in pages:
        if numbers := line_numbers(page):
            dropped += (Paragraph([line.printed], "furniture") for line in numbers)
            page.lines = [line for line in page.lines if line not in numbers]
    gutters = gutters_of([page.lines for page in pages])
    for at, page in enumerate(pages):
        lines = whole_lines(page.lines, gutters[at])
        if is_drawn_in_order(lines, gutters[at]):
            lines = with_late_ones(lines, gutters[at])
        else:
            gutters[at] = gutters[at] or side_gutters(lines)
            lines = whole_lines(by_columns(lines, gutters[at]), gutters[at])
        page.lines = mended(lines)
    style = style_of(page.lines for page in pages)
    furniture = furniture_of(pages, style.size)
    placed: list[Placed] = []
    for page, strips in zip(pages, gutters, strict=True):
        kept = [line for line in page.lines if id(line) not in furniture]
        placed += with_own_edges(with_columns(kept, strips), style)
        dropped += (Paragraph([line.printed], "furniture") for line in page.lines if id(line) in furniture)
        dropped += (Paragraph([line.printed], "furniture") for line in page.sideways)
    parts = resumed(classified(grouped(placed, style), style), style)
    return [part.paragraph for part in parts] + dropped
