"""Our own papers from file to tables: what a newcomer sees after `make run`."""

import pytest

from pipeline.readers import read


@pytest.fixture(scope="module")
def tables(miner, root):
    return miner.tables([root / "corpora" / "samples"])


def test_every_sample_is_read_without_failure(tables):
    assert tables["failures"].to_dict("records") == []
    assert len(tables["papers"]) >= 8
    assert set(tables["papers"].status) == {"ok"}


def test_pdf_mentions_lie_under_their_box(tables):
    """The glyphs under a mention's box, taken from the page by the engine itself, spell the mention."""
    from pdfminer.high_level import extract_pages
    from pdfminer.layout import LTChar

    paper = tables["papers"][tables["papers"].path.str.endswith("ferroptosis_en.pdf")].iloc[0]
    mentions = tables["mentions"][tables["mentions"].paper_id == paper.paper_id]
    assert len(mentions) > 30

    def characters(item):
        if isinstance(item, LTChar):
            yield item
        elif hasattr(item, "__iter__"):
            for part in item:
                yield from characters(part)

    pages = [list(characters(page)) for page in extract_pages(paper.path)]
    for m in mentions.itertuples():
        inside = "".join(
            c.get_text()
            for c in pages[m.page - 1]
            if m.x0 - 1 <= (c.x0 + c.x1) / 2 <= m.x1 + 1 and m.y0 - 1 <= (c.y0 + c.y1) / 2 <= m.y1 + 1
        )
        wanted = "".join(m.text.split()).replace("-", "")
        assert set(wanted) <= set(inside.replace("\xad", "").replace("-", "")), (m.text, inside)


@pytest.mark.parametrize(
    ("head", "kind", "tail"),
    [
        ("HGNC:7060", "negatively_regulates", "MESH:D061205"),  # MGP, vascular calcification
        ("HGNC:2973", "positively_regulates", "GO:0000266"),  # DRP1, mitochondrial fission
        ("HGNC:8140", "located_in", "GO:0005743"),  # OPA1, mitochondrial inner membrane
        ("HGNC:11909", "interacts_with", "HGNC:11926"),  # OPG, RANKL
        ("HGNC:4556", "negatively_regulates", "GO:0097707"),  # GPX4, ferroptosis
    ],
)
def test_facts_of_both_languages_become_one_edge(tables, head, kind, tail):
    edges = tables["edges"]
    (edge,) = edges[(edges["head"] == head) & (edges["type"] == kind) & (edges["tail"] == tail)].to_dict("records")
    assert edge["sentences_zh"] > 0
    assert edge["sentences_en"] > 0
    assert edge["negated"] == 0


def test_denial_is_an_edge_without_support(tables):
    edges = tables["edges"].set_index(["head", "type", "tail"])
    denied = edges.loc["HGNC:11908", "interacts_with", "HGNC:11909"]  # OPG does not bind RANK
    assert (denied["negated"], denied["score"]) == (1, 0)


def test_languages_meet(tables):
    both = tables["entities"].query("mentions_zh > 0 and mentions_en > 0")
    assert {"GO:0005739", "HGNC:16877", "GO:0097707"} <= set(both.concept)


def test_furniture_is_in_no_sentence(tables):
    assert not tables["sentences"].text.str.contains(r"DOI: 10\.|doi\.org|^- ?\d+ ?-$", regex=True).any()


def test_gb18030_and_utf16_are_read(root):
    names = {p.name for p in (root / "corpora" / "samples").iterdir()}
    assert {"vascular_calcification_zh.txt", "er_stress_utf16.txt"} <= names
    assert any("血管钙化" in d.text for d in read(root / "corpora" / "samples" / "vascular_calcification_zh.txt"))
