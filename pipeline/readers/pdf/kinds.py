"""What each paragraph is: title, abstract, heading, body, caption, cells and labels, formula, note, reference, …"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from pipeline.lexicon.normalize import is_han
from pipeline.readers.assemble import Paragraph, cut_line
from pipeline.readers.pdf.columns import Placed
from pipeline.readers.pdf.paragraphs import Style, goes_on, is_closed, lists_references
from pipeline.readers.sections import (
    abstract_head,
    heading_name,
    is_affiliation,
    is_article_type,
    is_author,
    is_back,
    is_caption,
    is_heading,
    is_keywords,
    is_named_heading,
    is_other_language,
    is_references,
    kind_of,
    lists_affiliations,
)

_TABLE = re.compile(r"\s*(?:表|tab)", re.IGNORECASE)
_WORDS = re.compile(r"[A-Za-z]{3,}|[\u4e00-\u9fff]")
_SENTENCE_END = re.compile(r"[a-z)\]\d]\.\s+[A-Z]|[。！？]")
_EQUATION = re.compile(r"[=≈≤≥≡∑∏∫√±∝→⇌∂∇]|\(\d{1,2}(?:[.\-–]\d{1,2})?\)\s*$")
_FORMULA_NUMBER = re.compile(r"\(\d{1,2}(?:[.\-–]\d{1,2})?\)|（\d{1,2}(?:[.\-–]\d{1,2})?）")
_JOURNAL = re.compile(r"^\W*(?:\w+ ){0,4}journal|学报|杂志|学位论文|open access", re.IGNORECASE)


_OPENING = re.compile(r"\W*(?:copyright|©|correspond|received|citation|cite |how to cite)", re.IGNORECASE)
_CITED = re.compile(r"\b(?:19|20)\d\d\b.{0,200}\d\s*[-–]\s*\d+\W*$")  # year and pages at the end: "cite as"


@dataclass(slots=True)
class Part:
    """A paragraph, the lines it is made of, and its text."""

    paragraph: Paragraph
    lines: list[Placed]
    text: str = ""

    def __post_init__(self) -> None:
        self.read()

    def read(self) -> None:
        """Sets the text from the lines; what becomes of hyphens is of no matter here."""
        text = ""
        for line in self.paragraph.lines:
            text += line.text if not text or is_han(text[-1]) else f" {line.text}"
        self.text = text

    @property
    def size(self) -> float:
        """Letter size of its first line."""
        return self.lines[0].line.size


def classified(groups: Sequence[list[Placed]], style: Style) -> list[Part]:
    """The paragraphs with their kinds and sections."""
    parts = [Part(Paragraph([q.line.printed for q in group]), group) for group in groups]
    _name_sections(parts, style)
    parts = _with_abstract_heads(parts)
    _mark_tables(parts, style)
    _mark_labels(parts, style)
    _mark_notes(parts, style)
    _mark_other_title(parts)
    return parts


def _name_sections(parts: Sequence[Part], style: Style) -> None:
    title = _title(parts, style)
    section = ""
    front = title is not None  # before the title, and between it and the abstract or first section
    titles = [parts[title].text] if title is not None else []
    references = False
    heading_size = 0.0
    for index, part in enumerate(parts):
        p, text, line = part.paragraph, part.text, part.lines[0].line
        front = front and line.page == parts[0].lines[0].line.page
        if index == title:
            p.kind = "title"
            continue
        if title is not None and index < title and line.base > parts[title].lines[0].line.base:
            p.kind = "furniture"  # over the title: the journal's name, the article's type
            continue
        if is_references(text) and lists_references(r for q in parts[index + 1 : index + 12] for r in q.lines):
            references, front, section, p.kind = True, False, heading_name(text), "reference"
        elif references and not _leaves_references(text, part, style, heading_size):
            p.kind = "caption" if is_caption(text) else "reference"
        elif is_keywords(text):
            p.kind, section = "keywords", ""
        elif (is_heading(text) and (not style.is_small(line) or is_named_heading(text))) or (
            not front and _is_set_off(part, style, text)
        ):
            references = front = False
            section = heading_name(text)
            heading_size = max(heading_size, line.size)
            p.kind = kind_of("", text) if is_back(text) else "heading"
        else:
            references = False
            p.kind = kind_of(text, section)
            if abstract_head(text):
                section, front, p.kind = heading_name(text[: abstract_head(text)]), False, "abstract"
            elif front and p.kind == "paragraph":
                p.kind = _front_kind(part, text, style, titles)
                if p.kind == "title":
                    titles.append(text)
                front = p.kind in ("title", "author", "affiliation")
            elif len(text) < 300 and p.kind == "paragraph" and _CITED.search(text):
                p.kind = "reference"
        p.section = section
    if front:  # no abstract, heading or text followed: what looked like authors is all there is
        for part in parts:
            if part.paragraph.kind in ("author", "affiliation"):
                part.paragraph.kind = kind_of(part.text)


def _leaves_references(text: str, part: Part, style: Style, heading_size: float) -> bool:
    """Whether what follows the reference list is a section of its own."""
    if text[:1].isdigit():
        return False
    large = part.size > 1.15 * style.size and part.size >= 0.98 * heading_size
    return (is_named_heading(text) or bool(abstract_head(text))) or (large and len(text) < 200)


def _with_abstract_heads(parts: Sequence[Part]) -> list[Part]:
    """The word "Abstract" is a heading of its own, not the first word of a sentence."""
    result: list[Part] = []
    for part in parts:
        head = abstract_head(part.text) if part.paragraph.kind == "abstract" else 0
        if head and head < len(part.paragraph.lines[0].text):
            word, first = cut_line(part.paragraph.lines[0], head)
            result.append(Part(Paragraph([word], "heading", part.paragraph.section), part.lines[:1]))
            part.paragraph.lines[0] = first
            part.read()
        result.append(part)
    return result


def _title(parts: Sequence[Part], style: Style) -> int | None:
    """Index of the title: the largest print on the first page that is long enough and no journal's name."""
    first = parts[0].lines[0].line.page if parts else 0
    end = next((i for i, part in enumerate(parts[:60]) if abstract_head(part.text) or is_heading(part.text)), 60)
    found = [
        (round(part.size, 1), -index)
        for index, part in enumerate(parts[: end or 60])
        if part.lines[0].line.page == first
        and style.is_set_off(part.lines[0].line)
        and part.size > 1.05 * style.size
        and _weight(part.text) >= 16
        and not is_heading(part.text)
        and not is_article_type(part.text)
        and not _JOURNAL.search(part.text)
    ]
    return -max(found)[1] if found else None


def _weight(text: str) -> int:
    """Letters, a Chinese character counted as two."""
    return sum(2 if is_han(c) else c.isalpha() for c in text)


def _front_kind(part: Part, text: str, style: Style, titles: Sequence[str]) -> str:
    """What stands between title and abstract: the title in the other language, authors, addresses, an abstract."""
    large = part.size > 1.1 * style.size
    if large and len(text) > 15 and len(titles) == 1 and not is_author(text) and is_other_language(text, titles[0]):
        return "title"
    sentences = len(_SENTENCE_END.findall(text))
    if lists_affiliations(text):
        return "affiliation"
    if len(text) > 300 and sentences >= 2 and not _OPENING.match(text):
        return "abstract"
    first = part.lines[0].line
    is_body = abs(first.size - style.size) < 0.04 * style.size and first.font in style.fonts
    if is_body and len(part.lines) > 2 and sentences and not _OPENING.match(text):
        return "paragraph"
    return "affiliation" if is_affiliation(text) else "author"


def _is_set_off(part: Part, style: Style, text: str) -> bool:
    """Whether other print than the body's makes a short paragraph a heading."""
    if not 2 < len(text) < 150 or len(part.lines) > 3 or re.search(r"[。；;,，.]$", text):
        return False
    if len(_WORDS.findall(text)) < 1 or any(q.line.gaps or q.beside for q in part.lines):
        return False
    larger = all(q.line.size > 1.1 * style.size for q in part.lines)
    begins_big = text[0].isupper() or is_han(text[0]) or text[0].isdigit()
    if style.chinese and not any(map(is_han, text)):
        return larger  # Latin words are in another font than the text anyway
    return larger or (begins_big and all(style.is_set_off(q.line) for q in part.lines))


def _mark_tables(parts: Sequence[Part], style: Style) -> None:
    """Cells: what follows a table's caption in small print or in cells, and rows of cells anywhere."""
    table = False
    for part in parts:
        p = part.paragraph
        if p.kind == "caption":
            table = bool(_TABLE.match(part.text))
            continue
        if p.kind not in ("paragraph", "heading", "author", "affiliation", "abstract"):
            if p.kind != "table":
                table = False
            continue
        if table and not _is_body(part, style):
            p.kind = "table"
        elif p.kind == "paragraph" and (_is_formula(part) or _FORMULA_NUMBER.fullmatch(part.text)):
            p.kind = "formula"
        elif p.kind == "paragraph" and _is_cells(part):
            p.kind = "table"
        else:
            table = False


def _is_body(part: Part, style: Style) -> bool:
    """Whether a paragraph is set as the body is: its size, its width."""
    lines = [q.line for q in part.lines]
    if part.paragraph.kind == "heading" and part.size > 0.97 * style.size:
        return True
    if abs(part.size - style.size) > 0.04 * style.size or sum(line.gaps for line in lines) > 0.3 * len(lines):
        return False
    width = part.lines[0].right - part.lines[0].left
    wide = lines[0].x1 - lines[0].x0 > 0.75 * width
    return (wide and len(lines) > 1) or (is_closed(part.text))


def _is_cells(part: Part) -> bool:
    lines = [q.line for q in part.lines]
    with_gaps = sum(q.line.gaps > 0 or q.beside for q in part.lines)
    gaps = sum(q.line.gaps + 2 * q.beside for q in part.lines)
    if len(lines) > 2 and sum(q.line.x1 - q.line.x0 > 0.8 * (q.right - q.left) for q in part.lines) > 0.6 * len(lines):
        return False  # prose with something beside it
    return with_gaps >= 0.6 * len(lines) and gaps >= 2 and not (len(lines) == 1 and is_closed(lines[0].text))


def _mark_labels(parts: Sequence[Part], style: Style) -> None:
    """Makes "table" of what stands in figures and tables: short pieces in other print, or in a row before a caption."""
    small = [
        part.paragraph.kind == "paragraph"
        and len(part.text) < 80
        and not is_closed(part.text)
        and all(style.is_small(q.line) for q in part.lines)
        for part in parts
    ]
    near = [
        is_small or part.paragraph.kind in ("caption", "table") for is_small, part in zip(small, parts, strict=True)
    ]
    for index, part in enumerate(parts):
        if small[index] and any(near[max(0, index - 1) : index] + near[index + 1 : index + 2]):
            part.paragraph.kind = "table"  # one alone may be a heading
    for index, part in enumerate(parts):
        if part.paragraph.kind != "caption":
            continue
        start = index
        while start and _is_label(parts[start - 1]):
            start -= 1
        if index - start >= 3:
            for label in parts[start:index]:
                label.paragraph.kind = "table"


def _is_label(part: Part) -> bool:
    narrow = all(q.line.x1 - q.line.x0 < 0.6 * (q.right - q.left) for q in part.lines)
    return part.paragraph.kind in ("paragraph", "table") and narrow and len(part.lines) < 4 and not is_closed(part.text)


def _is_formula(part: Part) -> bool:
    """Whether a short paragraph set in from the left is a display formula: signs of mathematics and few words."""
    text = part.text
    if len(text) > 160 or len(part.lines) > 4 or not _EQUATION.search(text):
        return False
    words = sum(len(word) for word in _WORDS.findall(text))
    q = part.lines[0]
    return words < 0.4 * len(text) and q.line.x0 - q.left > q.line.size


def _mark_notes(parts: Sequence[Part], style: Style) -> None:
    """Makes "footnote" of small print at the foot of a page or column, below which no body stands."""
    lowest: dict[tuple[int, float], float] = {}
    sizes: Counter[float] = Counter()
    total = 0
    for part in parts:
        length = len(part.text)
        total += length
        if part.paragraph.kind in ("paragraph", "abstract"):
            sizes[round(part.size * 2) / 2] += length
        if not style.is_small(part.lines[0].line):
            for q in part.lines:
                key = q.line.page, q.left
                lowest[key] = min(lowest.get(key, 1e9), q.line.base)
    for part in parts:
        p, q = part.paragraph, part.lines[0]
        # Journals that set their methods in small print have much of it.
        if (
            p.kind in ("paragraph", "author", "affiliation", "heading")
            and all(style.is_small(r.line) for r in part.lines)
            and sizes[round(part.size * 2) / 2] < 0.12 * total
            and q.line.base < lowest.get((q.line.page, q.left), 1e9)
            and not is_keywords(part.text)
        ):
            p.kind = "footnote"


def _mark_other_title(parts: list[Part]) -> None:
    """Finds the title in the second language: before that language's abstract, or between title and authors."""
    title = next((part for part in parts if part.paragraph.kind == "title"), None)
    if title is None or any(
        part.paragraph.kind == "title" and is_other_language(part.text, title.text) for part in parts
    ):
        return
    at = next(
        (
            i
            for i, part in enumerate(parts)
            if part.paragraph.kind == "abstract" and is_other_language(part.text, title.text)
        ),
        None,
    )
    if at is None:
        return
    found: list[int] = []
    for i in range(at - 1, max(at - 8, -1), -1):
        p, text = parts[i].paragraph, parts[i].text
        if p.kind in ("keywords", "abstract", "title"):
            break
        if (
            p.kind in ("paragraph", "heading", "reference")
            and is_other_language(text, title.text)
            and abstract_head(text + " X") == 0
            and p.kind not in ("author", "affiliation")
            and not is_closed(text)
            and len(text) < 200
            and not is_author(text)
        ):
            found.insert(0, i)
    if not found:
        return
    # A title over several centred lines came as several groups; names under it are in smaller print.
    largest = max(parts[i].size for i in found)
    found = [i for i in found if parts[i].size > 0.94 * largest]
    run = [i for k, i in enumerate(found) if i - k == found[0]]
    first = parts[run[0]].paragraph
    first.kind, first.section = "title", ""
    for i in run[1:]:
        first.lines += parts[i].paragraph.lines
    for part in parts[run[-1] + 1 : at]:
        if part.paragraph.kind in ("paragraph", "heading") and not is_named_heading(part.text):
            part.paragraph.kind = "affiliation" if is_affiliation(part.text) else "author"
    for i in reversed(run[1:]):
        del parts[i]


_FLOATS = ("caption", "table", "author", "affiliation", "furniture", "footnote", "formula")


def resumed(parts: Sequence[Part], style: Style) -> list[Part]:
    """The paragraphs, those made whole that a float cuts: what follows the figure or table is moved before it."""
    result = list(parts)
    index = 0
    while index < len(result):
        part = result[index]
        if part.paragraph.kind in ("paragraph", "abstract") and goes_on(part.lines[-1]):
            rest = next((i for i in range(index + 1, len(result)) if not _floats(result[i], style)), None)
            if rest is not None and rest > index + 1 and _takes_up(result[rest], part):
                part.paragraph.lines += result[rest].paragraph.lines
                part.lines += result[rest].lines
                part.read()
                del result[rest]
                continue
        index += 1
    return result


def _floats(part: Part, style: Style) -> bool:
    return part.paragraph.kind in _FLOATS or (part.paragraph.kind == "paragraph" and part.size < 0.93 * style.size)


def _takes_up(part: Part, before: Part) -> bool:
    """Whether a paragraph looks like the second half of the one before the float."""
    p, first, last = part.paragraph, part.lines[0], before.lines[-1]
    if p.kind != before.paragraph.kind or abs(first.line.size - last.line.size) > 0.06 * first.line.size:
        return False
    indented = first.line.x0 - first.left > 0.9 * first.line.size
    return not indented and (
        part.text[:1].islower() or is_han(part.text[0]) or before.text[-1:] in "-,;，、；" or part.text[0] in "([（["
    )
