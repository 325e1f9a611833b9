"""PubMed's XML export: one document a record, with title and abstract in every language given."""

from collections.abc import Iterator

from lxml import etree

from pipeline.document import Document
from pipeline.errors import ReadError
from pipeline.readers.assemble import Paragraph, PrintedLine, assemble
from pipeline.readers.xml import child, children, elements, flat


def read_pubmed(raw: bytes, fields: dict[str, str]) -> Iterator[Document]:
    """A document for each `PubmedArticle`; ids are the file's with "-1", "-2", … ReadError when there is none."""
    number = 0
    for article in elements(raw, fields["path"], "PubmedArticle"):
        number += 1
        yield _document(article, {**fields, "id": f"{fields['id']}-{number}"})
    if not number:
        raise ReadError(f"{fields['path']}: PubMed records expected, found none; export with format PubMed XML")


def _document(article: etree._Element, fields: dict[str, str]) -> Document:
    title = flat(child(article, "MedlineCitation/Article/ArticleTitle"))
    other = flat(child(article, "MedlineCitation/Article/VernacularTitle"))
    if title.startswith("[") and title.rstrip(".").endswith("]"):
        title = title.rstrip(".")[1:-1]  # PubMed's mark of a translated title
    paragraphs = [Paragraph([PrintedLine(t)], "title") for t in (title, other) if t]
    texts = children(article, "MedlineCitation/Article/Abstract/AbstractText")
    texts += children(article, "MedlineCitation/OtherAbstract/AbstractText")
    for text in texts:
        label = (text.get("Label") or "abstract").capitalize()
        paragraphs.append(Paragraph([PrintedLine(flat(text))], "abstract", label))
    keywords = "; ".join(flat(k) for k in children(article, "MedlineCitation/KeywordList/Keyword"))
    paragraphs.append(Paragraph([PrintedLine(keywords)], "keywords"))
    ids = children(article, "PubmedData/ArticleIdList/ArticleId")
    doi = next((flat(i) for i in ids if i.get("IdType") == "doi"), "")
    return assemble(paragraphs, title=title, title_other=other, doi=doi, **fields)
