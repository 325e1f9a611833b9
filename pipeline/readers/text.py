"""Plain text: found encoding, hard line breaks joined, furniture dropped."""

from __future__ import annotations

import contextlib
import re
import unicodedata
from collections import Counter

from pipeline.document import Document
from pipeline.errors import ReadError
from pipeline.readers.assemble import Paragraph, PrintedLine, assemble, cut_line, join, seam
from pipeline.readers.sections import (
    abstract_head,
    find_doi,
    heading_name,
    is_author,
    is_heading,
    is_other_language,
    is_references,
    kind_of,
)

_ENCODINGS = ["utf_8", "gb18030", "big5", "utf_16", "utf_16_le", "utf_16_be"]
_TERMINAL = re.compile(r"[。！？!?.；;:：][\"'”’」』)）\]】]*(?:\s*\[[\d,，–~\s-]+\])*$")
_FURNITURE = re.compile(
    r"^\W*(?:(?:https?://|www\.)\S+|doi\s*[:：]?\s*10\.\d{4,}\S*(?:\s.{0,40})?|10\.\d{4,9}/\S+|open\s+access"
    r"|copyright\b.*|©.*|(?:issn|cn|isbn)\s*[:：]?\s*[\dX-]{4,}.*|中图分类号.*|文献标[识志]码.*|文章编号.*"
    r"|[^\[。]{0,60}\b(?:19|20)\d\d\s*[年,，;；]\s*\d*\s*[(（]\d+[)）]\s*[,，:：]\s*\d+\s*[-–—]\s*\d+\.?"
    r"|第?\s*\d{1,4}\s*页?(?:\s*(?:/|of|共)\s*\d{1,4}\s*页?)?|[-–—·]\s*\d{1,4}\s*[-–—·]|page\s+\d+.*)\W*$",
    re.IGNORECASE,
)
_LONGEST_FURNITURE = 160  # characters
_WRAP_LIMIT = 140  # columns; longer lines are paragraphs that an editor wraps on the screen
_FULL = 0.8  # a line this share of the wrapping width ends because it is full


def decode(raw: bytes, name: str) -> str:
    """The text of a file in UTF-8, UTF-16, GB18030, Big5 or Windows-1252; ReadError when it is none of them.

    UTF-8 that decodes is taken as such; charset-normalizer decides between the others, as only the likelihood of the
    characters tells them apart.
    """
    if not raw.strip(b"\0\r\n\t "):
        raise ReadError(f"{name}: text expected, found an empty file ({len(raw)} bytes)")
    for bom, encoding in ((b"\xef\xbb\xbf", "utf_8_sig"), (b"\xff\xfe", "utf_16"), (b"\xfe\xff", "utf_16")):
        if raw.startswith(bom):
            return _decoded(raw, encoding, name)
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError:
        text = _plain_case(raw) or _likeliest(raw, name)
    if text.count("\0") > len(text) // 4:  # UTF-16 without a mark is also valid UTF-8 with many zeros
        text = _decoded(raw, "utf_16_le" if raw[1:2] == b"\0" else "utf_16_be", name)
    controls = sum(1 for c in text[:4000] if unicodedata.category(c) == "Cc" and c not in "\r\n\t\f")
    if controls > 0.02 * len(text[:4000]):
        raise ReadError(f"{name}: text expected, found binary data; is it a text file?")
    return text


def _plain_case(raw: bytes) -> str:
    """The text where the bytes themselves tell its encoding, short texts included; "" where likelihood must decide.

    Bytes above 127 that stand alone are accents and quotes of Windows-1252 ("Mönckeberg’s"); two byte text in which all
    characters are GB2312's is simplified Chinese.
    """
    runs = re.findall(rb"[\x80-\xff]+", raw)
    with contextlib.suppress(UnicodeDecodeError):
        if sum(len(run) == 1 for run in runs) > 0.8 * len(runs):
            return raw.decode("cp1252")
    with contextlib.suppress(UnicodeDecodeError):
        raw.decode("gb2312")
        return raw.decode("gb18030")
    return ""


def _likeliest(raw: bytes, name: str) -> str:
    from charset_normalizer import from_bytes  # noqa: PLC0415  (not needed for UTF-8)

    best = from_bytes(raw, cp_isolation=_ENCODINGS, threshold=0.5).best()
    if best is None:
        raise ReadError(
            f"{name}: text in UTF-8, UTF-16, GB18030 or Big5 expected, found bytes of none of them; "
            "is it a text file? Save it as UTF-8"
        )
    return str(best)


def _decoded(raw: bytes, encoding: str, name: str) -> str:
    try:
        return raw.decode(encoding)
    except UnicodeDecodeError as error:
        raise ReadError(
            f"{name}: text in {encoding.upper().replace('_', '-')} expected, as its first bytes say, found other bytes "
            f"(at {error.start}); download it again or save it as UTF-8"
        ) from error


def read_text(text: str, fields: dict[str, str]) -> Document:
    """The document of a plain text: its paragraphs, with what is not body (`furniture`, `reference`) marked."""
    paragraphs = _paragraphs(text.replace("\r\n", "\n").replace("\r", "\n"))
    body: list[Paragraph] = []
    section = ""
    texts = [p for p in paragraphs if p.kind != "furniture"]
    for i, p in enumerate(texts):
        content = p.text
        head = abstract_head(content)
        if _may_be_title(content) and (i == 0 or (i + 1 < len(texts) and is_author(texts[i + 1].text))):
            p.kind = "title"
        elif is_heading(content):
            section = heading_name(content)
            p.kind = "reference" if is_references(content) else "heading"
        elif body and body[-1].kind == "title" and len(content) < 100 and not _TERMINAL.search(content):
            p.kind = kind_of(content, section) if kind_of(content, section) != "paragraph" else "author"
        else:
            if head:
                # The word "Abstract" is a heading of its own, not the first word of a sentence.
                word, p.lines[0] = cut_line(p.lines[0], head)
                section = heading_name(word.text)
                body.append(Paragraph([word], "heading", section))
            p.kind = kind_of(content, section)
            if p.kind == "keywords":
                section = ""
        p.section = section
        body.append(p)
    titles = [p.text for p in body if p.kind == "title"]
    other = next((t for t in titles[1:] if is_other_language(t, titles[0])), "")
    furniture = [p for p in paragraphs if p.kind == "furniture"]
    doi = find_doi(p.text for p in furniture)
    return assemble(body + furniture, title="".join(titles[:1]), title_other=other, doi=doi, **fields)


def _paragraphs(text: str) -> list[Paragraph]:
    lines = [_clean(line) for line in re.split(r"[\n\f]", text)]
    width = _wrap_width(lines)
    repeated = Counter(_shape(line) for line in lines if line)
    paragraphs: list[Paragraph] = []
    held: list[PrintedLine] = []
    current: list[PrintedLine] = []
    for at, line in enumerate(lines):
        if not line:
            continue
        if _is_furniture(line, width, repeated) or (current and _stands_between(lines, at, current[-1].text, width)):
            held.append(PrintedLine(line))
            continue
        if current and not _goes_on(current[-1].text, line, width):
            paragraphs.append(Paragraph(current))
            current = []
        current.append(PrintedLine(line))
    if current:
        paragraphs.append(Paragraph(current))
    return paragraphs + [Paragraph([line], "furniture") for line in held]


def _clean(line: str) -> str:
    line = "".join(c for c in line if c == "\t" or unicodedata.category(c) not in ("Cc", "Cf", "Co", "Cs"))
    return re.sub(r"[ \t\u00a0\u3000]+", " ", line).strip()


def _columns(line: str) -> int:
    return sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in line)


def _wrap_width(lines: list[str]) -> int:
    """The width in columns at which the text is wrapped; 0 for a text whose lines are whole paragraphs.

    The 90th percentile of the lines longer than 40 columns, if lines near it are common and none is far longer.
    """
    widths = sorted(w for line in lines if (w := _columns(line)) > 40)
    if len(widths) < 3 or widths[-1] > _WRAP_LIMIT * 1.3:
        return 0
    width = widths[int(len(widths) * 0.9)]
    near = sum(w >= _FULL * width for w in widths)
    return width if width <= _WRAP_LIMIT and near >= 0.4 * len(widths) else 0


def _shape(line: str) -> str:
    return re.sub(r"\d+", "#", line)


def _is_furniture(line: str, width: int, repeated: Counter[str]) -> bool:
    if len(line) > _LONGEST_FURNITURE or re.search(r"[。！？].", line):
        return False  # a sentence that begins like a notice
    if _FURNITURE.match(line):
        return True
    short = _columns(line) < 0.6 * (width or 80)
    return short and repeated[_shape(line)] >= 3 and not is_heading(line) and not line.endswith(("。", "！", "？"))


def _stands_between(lines: list[str], at: int, before: str, width: int) -> bool:
    """Whether a short line is part of a page's foot or head that cuts a sentence in two.

    So it is when the text before it is an unfinished full line, a line of sure furniture stands beside it with nothing
    but short lines between, and the text goes on after them.
    """
    if not width or _TERMINAL.search(before) or _columns(before) < _FULL * width:
        return False
    short = 0.6 * width
    window = [line for line in lines[at : at + 12] if line]
    head = []
    for line in window:
        if _columns(line) >= short and not _FURNITURE.match(line):
            break
        head.append(line)
    earlier = [line for line in lines[max(0, at - 12) : at] if line]
    trailing = []
    for line in reversed(earlier):
        if not (_FURNITURE.match(line) or _columns(line) < short):
            break
        trailing.append(line)
    # A heading or the paragraph's last line would be short as well, but has no furniture right beside it.
    return (
        bool(head)
        and (
            any(_FURNITURE.match(line) for line in trailing[:3])
            or (len(head) > 1 and any(_FURNITURE.match(line) for line in head[1:4]) and len(head) < len(window))
        )
        and not is_heading(lines[at])
    )


def _goes_on(line: str, following: str, width: int) -> bool:
    """Whether `following` goes on the paragraph of `line`."""
    full = _columns(line) >= _FULL * width
    if not width or (is_heading(line) and not full) or abstract_head(following) or kind_of(following) == "keywords":
        return False
    if is_heading(following) and (not full or _TERMINAL.search(line) or kind_of(line) == "keywords"):
        return False
    if line.endswith(("-", "\u00ad")) and seam(line, following)[0] != line:
        return True
    return full


def _may_be_title(text: str) -> bool:
    return (
        4 < len(text) < 250
        and not re.search(r"[。；;]|[.:：]$", text)
        and not is_heading(text)
        and kind_of(text) == "paragraph"
    )


def plain(lines: list[str]) -> str:
    """Lines joined as a paragraph (for the records of reference managers)."""
    return join([clean for line in lines if (clean := _clean(line))])
