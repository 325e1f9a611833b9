"""JATS full text: what is body, in which order, under which section."""

import pytest

from pipeline.document import validate
from pipeline.errors import ReadError
from pipeline.readers.assemble import body_text
from pipeline.readers.jats import read_jats

FRONT = """<front><article-meta><article-id pub-id-type="pmid">1</article-id>
<article-id pub-id-type="doi">10.1000/x</article-id>
<title-group><article-title>Osteogenic <italic>RUNX2</italic><xref ref-type="fn">*</xref></article-title>
<trans-title-group xml:lang="zh"><trans-title>成骨的RUNX2</trans-title></trans-title-group></title-group>
<contrib-group><contrib><name><surname>Zhang</surname><given-names>Yi</given-names></name></contrib>
<contrib><collab>The Group</collab></contrib></contrib-group>
<abstract><title>Abstract</title><sec><title>Aims</title><p>RUNX2 acts.</p></sec>
<sec><title>Results</title><p>It rose.</p></sec></abstract>
<trans-abstract xml:lang="zh"><p>RUNX2 起作用。</p></trans-abstract>
<kwd-group><kwd>RUNX2</kwd><kwd>bone</kwd></kwd-group></article-meta></front>"""


def article(body="", back="", front="", floats=""):
    return f"<article>{front}<body>{body}</body><back>{back}</back>{floats}</article>"


def doc_of(xml):
    (doc,) = read_jats(xml.encode(), {"id": "a", "path": "a.nxml"})
    return validate(doc)


def blocks(doc, *kinds):
    return [(b.kind, b.section, doc.surface(b)) for b in doc.blocks if b.kind in kinds or not kinds]


def test_front_matter_gives_titles_doi_authors_abstracts_and_keywords():
    doc = doc_of(article(front=FRONT))
    assert (doc.title, doc.title_other, doc.doi) == ("Osteogenic RUNX2", "成骨的RUNX2", "10.1000/x")
    assert blocks(doc) == [
        ("title", "", "Osteogenic RUNX2"),
        ("title", "", "成骨的RUNX2"),
        ("author", "", "Yi Zhang, The Group"),
        ("heading", "Aims", "Aims"),
        ("abstract", "Aims", "RUNX2 acts."),
        ("heading", "Results", "Results"),
        ("abstract", "Results", "It rose."),
        ("abstract", "Abstract", "RUNX2 起作用。"),
        ("keywords", "", "RUNX2; bone"),
    ]


def test_sections_nest_and_name_their_paragraphs():
    doc = doc_of(
        article(
            "<p>Lead.</p><sec><label>1</label><title>Results</title><p>One.</p>"
            "<sec><title>NF-κB</title><p>Two.</p></sec><p>Three.</p></sec>"
        )
    )
    assert blocks(doc, "paragraph") == [
        ("paragraph", "", "Lead."),
        ("paragraph", "Results", "One."),
        ("paragraph", "NF-κB", "Two."),
        ("paragraph", "Results", "Three."),
    ]


def test_formula_figure_and_list_inside_a_paragraph_do_not_glue_its_words():
    doc = doc_of(
        article(
            "<sec><title>S</title><p>It forms as<disp-formula><tex-math>x^2</tex-math></disp-formula>so that it grows:"
            "<list><list-item><p>MFN1 fuses;</p></list-item>"
            "<list-item><label>2</label><p>DRP1 divides.</p></list-item></list>"
            "<fig><label>Figure 1</label><caption><title>A model.</title><p>BMP2 rises.</p></caption><graphic/></fig>"
            "</p></sec>"
        )
    )
    assert blocks(doc, "paragraph", "caption") == [
        ("paragraph", "S", "It forms as so that it grows:"),
        ("paragraph", "S", "MFN1 fuses;"),
        ("paragraph", "S", "DRP1 divides."),
        ("caption", "S", "Figure 1 A model. BMP2 rises."),
    ]


@pytest.mark.parametrize(
    ("xml", "text"),
    [
        ("<boxed-text><p>In a box.</p></boxed-text>", "In a box."),
        ("<disp-quote><p>Quoted.</p></disp-quote>", "Quoted."),
        (
            "<def-list><def-item><term>OPG</term><def><p>osteoprotegerin</p></def></def-item></def-list>",
            "OPG: osteoprotegerin",
        ),
        ("<supplementary-material><caption><p>Data file.</p></caption></supplementary-material>", "Data file."),
        ("<fig-group><fig><caption><p>Cells.</p></caption></fig></fig-group>", "Cells."),
        (
            "<p>Inline <inline-formula><tex-math>\\alpha</tex-math>"
            "<mml:math xmlns:mml='m'><mml:mi>α</mml:mi></mml:math></inline-formula> is 1.</p>",
            "Inline α is 1.",
        ),
    ],
)
def test_every_kind_of_body_part_is_kept(xml, text):
    assert text in body_text(doc_of(article(f"<sec>{xml}</sec>"))).split("\n\n")


def test_table_gives_its_caption_as_body_and_its_cells_outside():
    doc = doc_of(
        article(
            "<table-wrap><label>Table 1</label><caption><p>Regulators</p></caption>"
            "<table><tr><th>Factor</th><th>Effect</th></tr><tr><td>BMP2</td><td>promotes</td></tr></table></table-wrap>"
        )
    )
    assert body_text(doc) == "Table 1 Regulators"
    assert blocks(doc, "table")[1][2] == "BMP2 | promotes"


def test_back_matter_is_no_body_but_appendices_and_late_figures_are():
    back = (
        "<ack><title>Acknowledgements</title><p>We thank Akt.</p></ack>"
        "<sec><title>Competing interests</title><p>None.</p></sec>"
        "<sec sec-type='display-objects'><fig><label>Figure 1</label><caption><p>A mouse.</p></caption></fig></sec>"
        "<app-group><app><title>Appendix</title><p>More on MFN2.</p></app></app-group>"
        "<ref-list><title>References</title><ref><label>1</label>"
        "<mixed-citation>Chen H. Mitofusins.</mixed-citation></ref></ref-list>"
    )
    doc = doc_of(article("<p>Body.</p>", back))
    assert sorted(body_text(doc).split("\n\n")) == ["Appendix", "Body.", "Figure 1 A mouse.", "More on MFN2."]
    assert [b[2] for b in blocks(doc, "reference")] == ["1Chen H. Mitofusins."]
    assert len(blocks(doc, "back")) == 2


def test_translation_inside_an_article_is_read_too():
    stub = "<front-stub><title-group><article-title>成骨</article-title></title-group></front-stub>"
    sub = f"<sub-article article-type='translation'>{stub}<body><p>起作用。</p></body></sub-article>"
    doc = doc_of(f"<article>{FRONT}<body><p>It acts.</p></body>{sub}</article>")
    assert doc.title == "Osteogenic RUNX2"
    assert body_text(doc).endswith("It acts.\n\n成骨\n\n起作用。")


def test_collection_gives_a_document_an_article_and_skips_empty_ones():
    xml = f"<pmc-articleset>{article('<p>One.</p>')}<article/>{article('<p>Three.</p>')}</pmc-articleset>"
    docs = list(read_jats(xml.encode(), {"id": "a", "path": "a.xml"}, collection=True))
    assert [(d.id, d.text) for d in docs] == [("a-1", "One."), ("a-3", "Three.")]


def test_namespace_and_comments_do_no_harm():
    doc = doc_of(
        "<j:article xmlns:j='http://jats'><j:body><!-- x --><j:p>线粒体<j:bold>自噬</j:bold>。</j:p></j:body></j:article>"
    )
    assert doc.text == "线粒体自噬。"


def test_file_without_a_usable_article_is_refused():
    with pytest.raises(ReadError, match=r"a\.nxml: an article with a title or text expected"):
        list(read_jats(b"<article><front/></article>", {"id": "a", "path": "a.nxml"}))


@pytest.mark.corpus
def test_no_line_of_a_real_article_is_lost(shared):
    import re
    import unicodedata

    def letters(text):
        return re.sub(r"[\W_]+", "", unicodedata.normalize("NFKD", text))

    articles = shared / "corpora" / "en" / "raw" / "craft" / "articles"
    pairs = {"PLoS Biol-2-1-314463.nxml": "14737183.txt", "BMC Genet-2-_-48141.nxml": "11532192.txt"}
    for nxml, txt in pairs.items():
        (doc,) = read_jats((articles / "nxml" / nxml).read_bytes(), {"id": "a", "path": nxml})
        found = letters(body_text(doc, everything=True))
        for line in (articles / "txt" / txt).read_text("utf-8").splitlines()[20:]:
            wanted = letters(line)
            if len(wanted) > 60:
                assert wanted[:60] in found
