"""JATS and NXML full text, as PubMed Central and many publishers give it."""

from collections.abc import Iterable, Iterator

from lxml import etree

from pipeline.document import Document
from pipeline.errors import ReadError
from pipeline.readers.assemble import Paragraph, PrintedLine, assemble
from pipeline.readers.xml import child, children, elements, flat, local

# What may stand inside a paragraph and is a block of its own.
_BLOCKS = frozenset({"boxed-text", "def-list", "disp-quote", "fig", "fig-group", "list", "statement",
                     "table-wrap", "table-wrap-group", "verse-group"})  # fmt: skip
# Display formulas and notes are no words of the sentence they stand in.
_SKIPPED = _BLOCKS | {"disp-formula", "disp-formula-group", "fn", "graphic", "inline-graphic", "label", "media",
                      "object-id", "supplementary-material", "tex-math"}  # fmt: skip
_WRAPPERS = frozenset({"app", "app-group", "boxed-text", "fig-group", "floats-wrap", "list", "list-item", "statement",
                       "supplementary-material", "table-wrap-group", "caption", "disp-quote"})  # fmt: skip


def read_jats(raw: bytes, fields: dict[str, str], *, collection: bool = False) -> Iterator[Document]:
    """A document for each `article`: titles and abstracts in all languages, sections, captions, references.

    collection: the file is made to hold several, so their ids are the file's with "-1", "-2", … ReadError when none
    has a title or text.
    """
    found = False
    for number, article in enumerate(elements(raw, fields["path"], "article"), 1):
        own = {**fields, "id": f"{fields['id']}-{number}"} if collection else fields
        if doc := _document(article, own):
            found = True
            yield doc
    if not found:
        raise ReadError(
            f"{fields['path']}: an article with a title or text expected, found neither; download the full text"
        )


def _document(article: etree._Element, fields: dict[str, str]) -> Document | None:
    meta = _meta(article)
    title = title_other = doi = ""
    if meta is not None:
        title, title_other = _titles(meta)
        doi = next((flat(i) for i in children(meta, "article-id") if i.get("pub-id-type") == "doi"), "")
    paragraphs = [p for p in _article(article) if p.lines[0].text]
    if not paragraphs:
        return None
    return assemble(paragraphs, title=title, title_other=title_other, doi=doi, **fields)


def _meta(article: etree._Element) -> etree._Element | None:
    meta = child(article, "front/article-meta")
    return child(article, "front-stub") if meta is None else meta


def _titles(meta: etree._Element) -> tuple[str, str]:
    notes = {"fn", "xref"}
    title = flat(child(meta, "title-group/article-title"), without=notes)
    if title and (subtitle := flat(child(meta, "title-group/subtitle"), without=notes)):
        title += f" {subtitle}" if title.endswith((":", "：", "?", "？")) else f": {subtitle}"
    other = child(meta, "title-group/trans-title-group/trans-title")
    if other is None:
        other = child(meta, "title-group/trans-title")
    return title, flat(other, without=notes)


def _article(article: etree._Element) -> Iterator[Paragraph]:
    meta = _meta(article)
    if meta is not None:
        yield from (_paragraph(t, "title") for t in _titles(meta))
        yield _paragraph(", ".join(filter(None, map(_name, children(meta, "contrib-group/contrib")))), "author")
        for tag in ("abstract", "trans-abstract"):
            for abstract in children(meta, tag):
                yield from _section(abstract, _prose(child(abstract, "title")) or "Abstract", "abstract")
        for group in children(meta, "kwd-group"):
            words = [flat(k) for k in children(group, "kwd")]
            yield _paragraph("; ".join(w for w in words if w), "keywords")
    for part in ("body", "floats-group", "floats-wrap"):
        for element in children(article, part):
            yield from _section(element, "", "paragraph")
    for back in children(article, "back"):
        for appendix in (*children(back, "app-group"), *children(back, "app")):
            yield from _section(appendix, "", "paragraph")
        for tag in ("ack", "sec", "notes", "glossary", "fn-group"):
            for element in children(back, tag):
                if element.get("sec-type") == "display-objects":
                    yield from _section(element, "", "paragraph")  # the figures and tables, gathered at the end
                    continue
                title = _prose(child(element, "title"))
                yield _paragraph(f"{title} {flat(element, without={'title', 'label'})}".strip(), "back", title)
    for references in article.iterfind("./{*}back//{*}ref-list/{*}ref"):
        yield _paragraph(flat(references), "reference", "References")
    for tag in ("sub-article", "response"):
        for inner in children(article, tag):
            yield from _article(inner)


def _name(contributor: etree._Element) -> str:
    name = child(contributor, "name")
    if name is None:
        name = child(contributor, "name-alternatives/name")
    if name is None:
        return flat(child(contributor, "collab"))
    return f"{flat(child(name, 'given-names'))} {flat(child(name, 'surname'))}".strip()


def _section(parts: Iterable[etree._Element], section: str, kind: str) -> Iterator[Paragraph]:
    for part in parts:
        name = local(part)
        if name == "title":
            text = _prose(part)
            if text and not (kind == "abstract" and text.lower() in ("abstract", "摘要")):
                yield _paragraph(text, "heading", text)
                section = text
        elif name == "sec":
            yield from _section(part, _prose(child(part, "title")) or section, kind)
        elif name == "p":
            yield _paragraph(_prose(part), kind, section)
            yield from _section(_inner_blocks(part), section, kind)
        elif name in ("fig", "table-wrap"):
            yield from _float(part, section)
        elif name == "def-list":
            for item in children(part, "def-item"):
                term, text = (_prose(child(item, tag)) for tag in ("term", "def"))
                yield _paragraph(f"{term}: {text}" if term and text else term or text, kind, section)
        elif name == "verse-group":
            yield _paragraph(" ".join(_prose(line) for line in children(part, "verse-line")), kind, section)
        elif name in _WRAPPERS:
            yield from _section(part, section, kind)


def _inner_blocks(element: etree._Element) -> Iterator[etree._Element]:
    """The figures, tables, lists and the like inside a paragraph, outermost ones only."""
    for part in element:
        if local(part) in _BLOCKS:
            yield part
        elif local(part):
            yield from _inner_blocks(part)


def _float(element: etree._Element, section: str) -> Iterator[Paragraph]:
    """The caption of a figure or table, and the rows of a table."""
    label = flat(child(element, "label"))
    caption = child(element, "caption")
    text = " ".join(_prose(p) for p in caption if local(p)) if caption is not None else ""
    if text:
        yield _paragraph(f"{label} {text}".strip(), "caption", section)
        yield from _section(_inner_blocks(caption), section, "caption") if caption is not None else ()
    for foot in children(element, "table-wrap-foot"):
        yield _paragraph(flat(foot, without={"label"}), "caption", section)
    for row in element.iterfind(".//{*}tr"):
        yield _paragraph(" | ".join(filter(None, (flat(cell) for cell in row))), "table", section)


def _prose(element: etree._Element | None) -> str:
    return flat(element, without=_SKIPPED)


def _paragraph(text: str, kind: str, section: str = "") -> Paragraph:
    return Paragraph([PrintedLine(text)], kind, section)
