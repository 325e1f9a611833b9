"""PubMed's XML export: one document a record, with title and abstract in every language given."""

from collections.abc import Iterator

from lxml import etree

from pipeline.document import Document
from pipeline.errors import ReadError
from pipeline.readers.assemble import Paragraph, PrintedLine, assemble
from pipeline.readers.xml import child, children, elements, flat


def untranslated(title: str) -> str:
    """A title without the brackets that PubMed puts around a translated one: "[Mitophagy.]"."""
    inner = title.rstrip(".")
    return inner[1:-1] if inner.startswith("[") and inner.endswith("]") else title


def read_pubmed(raw: bytes, fields: dict[str, str]) -> Iterator[Document]:
    """A document for each `PubmedArticle`; ids are the file's with "-1", "-2", … ReadError when there is none."""
    found = False
    for number, article in enumerate(elements(raw, fields["path"], "PubmedArticle"), 1):
        if doc := _document(article, {**fields, "id": f"{fields['id']}-{number}"}):
            found = True
            yield doc
    if not found:
        raise ReadError(
            f"{fields['path']}: PubMed records with a title or an abstract expected, found none; "
            "export them again with format PubMed (XML)"
        )


def _document(article: etree._Element, fields: dict[str, str]) -> Document | None:
    title = flat(child(article, "MedlineCitation/Article/ArticleTitle"))
    other = flat(child(article, "MedlineCitation/Article/VernacularTitle"))
    title = untranslated(title)
    paragraphs = [Paragraph([PrintedLine(t)], "title") for t in (title, other) if t]
    texts = children(article, "MedlineCitation/Article/Abstract/AbstractText")
    texts += children(article, "MedlineCitation/OtherAbstract/AbstractText")
    for text in texts:
        label = (text.get("Label") or "Abstract").capitalize()
        if content := flat(text):
            paragraphs.append(Paragraph([PrintedLine(content)], "abstract", label))
    keywords = "; ".join(filter(None, map(flat, children(article, "MedlineCitation/KeywordList/Keyword"))))
    if not paragraphs:
        return None
    if keywords:
        paragraphs.append(Paragraph([PrintedLine(keywords)], "keywords"))
    ids = children(article, "PubmedData/ArticleIdList/ArticleId")
    doi = next((flat(i) for i in ids if i.get("IdType") == "doi"), "")
    return assemble(paragraphs, title=title, title_other=other, doi=doi, **fields)
