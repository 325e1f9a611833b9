"""JATS and NXML full text, as PubMed Central and many publishers give it."""

from collections.abc import Iterator

from lxml import etree

from pipeline.document import Document
from pipeline.errors import ReadError
from pipeline.readers.assemble import Paragraph, PrintedLine, assemble
from pipeline.readers.xml import child, children, elements, flat, local

# Display formulas, notes and floats are no words of the sentence they stand in.
_SKIPPED = ("disp-formula", "tex-math", "fn", "table-wrap", "fig", "graphic", "label", "object-id",
            "supplementary-material")  # fmt: skip
_PARAGRAPHS = ("p", "verse-group", "disp-quote")


def read_jats(raw: bytes, fields: dict[str, str]) -> Iterator[Document]:
    """A document for each `article`: titles and abstracts in all languages, sections, captions, references.

    ReadError when an article has neither title nor text.
    """
    number = 0
    for article in elements(raw, fields["path"], "article"):
        number += 1
        own = fields if number == 1 else {**fields, "id": f"{fields['id']}-{number}"}
        yield _document(article, own)


def _document(article: etree._Element, fields: dict[str, str]) -> Document:
    meta = child(article, "front/article-meta")
    if meta is None:
        meta = child(article, "front-stub")
    paragraphs: list[Paragraph] = []
    title = title_other = doi = ""
    if meta is not None:
        title = flat(child(meta, "title-group/article-title"), without=("xref", "fn"))
        title_other = flat(child(meta, "title-group/trans-title-group/trans-title")) or flat(
            child(meta, "title-group/trans-title")
        )
        doi = next((flat(i) for i in children(meta, "article-id") if i.get("pub-id-type") == "doi"), "")
        paragraphs += [_paragraph(t, "title") for t in (title, title_other) if t]
        for tag in ("abstract", "trans-abstract"):
            for abstract in children(meta, tag):
                paragraphs += _section(abstract, "abstract", "abstract")
        for group in children(meta, "kwd-group"):
            words = [flat(k) for k in children(group, "kwd")]
            paragraphs.append(_paragraph("; ".join(w for w in words if w), "keywords"))
    body = child(article, "body")
    if body is not None:
        paragraphs += _section(body, "", "paragraph")
    for group in children(article, "floats-group"):
        paragraphs += _section(group, "", "paragraph")
    for reference in article.iterfind(".//{*}ref-list/{*}ref"):
        paragraphs.append(_paragraph(flat(reference), "reference"))
    paragraphs = [p for p in paragraphs if p.lines[0].text]
    if not paragraphs:
        raise ReadError(f"{fields['path']}: the article has neither title nor text; download the full text")
    return assemble(paragraphs, title=title, title_other=title_other, doi=doi, **fields)


def _section(element: etree._Element, section: str, kind: str) -> Iterator[Paragraph]:
    for part in element:
        name = local(part)
        if name == "title":
            text = _prose(part)
            if text and text.lower() not in ("abstract", "摘要"):
                yield _paragraph(text, "heading", text)
                section = text
        elif name == "sec":
            heading = _prose(child(part, "title")) or section
            yield from _section(part, heading, kind)
        elif name in _PARAGRAPHS:
            yield _paragraph(_prose(part), kind, section)
            # Figures and tables may stand inside a paragraph.
            yield from (c for f in part.iter("{*}fig", "{*}table-wrap") for c in _caption(f, section))
        elif name in ("fig", "table-wrap"):
            yield from _caption(part, section)
        elif name in ("fig-group", "list", "list-item", "boxed-text", "def-list", "def-item", "def", "statement"):
            yield from _section(part, section, kind)


def _caption(element: etree._Element, section: str) -> Iterator[Paragraph]:
    label = flat(child(element, "label"))
    caption = child(element, "caption")
    text = " ".join(_prose(p) for p in caption if local(p)) if caption is not None else ""
    if text:
        yield _paragraph(f"{label} {text}".strip(), "caption", section)


def _prose(element: etree._Element | None) -> str:
    return flat(element, without=_SKIPPED)


def _paragraph(text: str, kind: str, section: str = "") -> Paragraph:
    return Paragraph([PrintedLine(text)], kind, section)
