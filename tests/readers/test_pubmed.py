"""PubMed's XML export."""

from pipeline.readers.pubmed import read_pubmed

RECORD = """<PubmedArticle><MedlineCitation><PMID>1</PMID><Article>
<ArticleTitle>{title}</ArticleTitle>{abstract}{vernacular}</Article>{other}
<KeywordList><Keyword>SERCA2a</Keyword><Keyword>heart</Keyword></KeywordList></MedlineCitation>
<PubmedData><ArticleIdList><ArticleId IdType="pubmed">1</ArticleId>
<ArticleId IdType="doi">10.1000/y</ArticleId></ArticleIdList></PubmedData>
</PubmedArticle>"""


def docs(*records):
    xml = f"<PubmedArticleSet>{''.join(records)}</PubmedArticleSet>"
    return list(read_pubmed(xml.encode(), {"id": "f", "path": "f.xml"}))


def record(title="T.", abstract="", vernacular="", other=""):
    return RECORD.format(title=title, abstract=abstract, vernacular=vernacular, other=other)


def test_structured_abstract_keeps_its_labels_as_sections():
    background = '<AbstractText Label="BACKGROUND">TGF-β1 acts.</AbstractText>'
    results = '<AbstractText Label="RESULTS">It <i>rose</i>: Ca<sup>2+</sup>.</AbstractText>'
    (doc,) = docs(record(abstract=f"<Abstract>{background}{results}</Abstract>"))
    found = [(b.section, doc.surface(b)) for b in doc.blocks if b.kind == "abstract"]
    assert found == [("Background", "TGF-β1 acts."), ("Results", "It rose: Ca2+.")]


def test_chinese_title_and_abstract_are_kept_beside_the_english():
    (doc,) = docs(
        record(
            title="[SERCA2a in the heart].",
            abstract="<Abstract><AbstractText>It pumps.</AbstractText></Abstract>",
            vernacular="<VernacularTitle>心脏中的SERCA2a</VernacularTitle>",
            other='<OtherAbstract Language="chi"><AbstractText>它泵入钙离子。</AbstractText></OtherAbstract>',
        )
    )
    assert (doc.title, doc.title_other, doc.doi) == ("SERCA2a in the heart", "心脏中的SERCA2a", "10.1000/y")
    assert doc.text.split("\n")[2:] == ["It pumps.", "它泵入钙离子。", "SERCA2a; heart"]


def test_records_are_numbered_and_those_without_words_left_out():
    found = docs(record(title="One."), record(title=""), record(title="Three."))
    assert [(d.id, d.title) for d in found] == [("f-1", "One."), ("f-3", "Three.")]
