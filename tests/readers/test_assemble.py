"""Lines to a text: what is joined how, and where the pieces stand afterwards."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.document import Document, validate
from pipeline.readers.assemble import Paragraph, PrintedLine, assemble, body_text, cut_line, join, seam


def line(text, page=None, y=0.0):
    if page is None:
        return PrintedLine(text)
    edges = ((0, 10.0), (len(text), 10.0 + 5 * len(text)))
    return PrintedLine(text, page, (10.0, y, edges[-1][1], y + 10), edges)


@pytest.mark.parametrize(
    ("lines", "text"),
    [
        (["线粒体", "自噬"], "线粒体自噬"),
        (["敲低 GRP75 可抑", "制线粒体"], "敲低 GRP75 可抑制线粒体"),
        (["the outer", "membrane"], "the outer membrane"),
        (["MAMs", "蛋白"], "MAMs蛋白"),
        (["calcifica-", "tion"], "calcification"),
        (["calcifica\u2010", "tion"], "calcification"),
        (["calcifica\u00ad", "tion"], "calcification"),
        (["Mi-", "tochondrial"], "Mitochondrial"),
        (["TGF-", "β1"], "TGF-β1"),
        (["BMP-", "2/4"], "BMP-2/4"),
        (["Parkin-", "mediated"], "Parkin-mediated"),
        (["mitochondria-", "associated"], "mitochondria-associated"),
        (["mitochondria-asso-", "ciated"], "mitochondria-associated"),
        (["ATP-", "dependent"], "ATP-dependent"),
        (["pages 12–", "15"], "pages 12–15"),
        (["SM/", "MAM"], "SM/MAM"),
        (["", "自噬"], "自噬"),
    ],
)
def test_lines_are_joined_as_their_language_and_hyphens_ask(lines, text):
    assert join(lines) == text


@pytest.mark.parametrize(
    ("words", "kept"),
    [({"walltension"}, "wall"), ({"wall-tension"}, "wall-"), ({"wall", "tension"}, "wall-"), (set(), "wall")],
)
def test_the_paper_s_own_words_decide_on_a_hyphen(words, kept):
    assert seam("wall-", "tension of arteries", words) == (kept, "")


def test_document_uses_its_own_words_for_hyphens():
    parts = [Paragraph([line("cross-"), line("talk of both")]), Paragraph([line("The cross-talk is known.")])]
    assert assemble(parts, id="a").text.startswith("cross-talk of both")


def test_paragraph_over_a_page_end_is_two_blocks_of_one_stretch():
    doc = assemble([Paragraph([line("自噬抑制", 1), line("凋亡。", 2)]), Paragraph([line("Next.", 2)])], id="a")
    assert doc.text == "自噬抑制凋亡。\nNext."
    assert [(b.start, b.end, b.page) for b in doc.blocks] == [(0, 4, 1), (4, 7, 2), (8, 13, 2)]
    assert body_text(doc) == "自噬抑制凋亡。\n\nNext."


@pytest.mark.parametrize(
    ("line", "following", "kept"),
    [
        ("by mito-", "phagy", "by mito"),
        ("by beta-", "catenin", "by beta-"),
        ("a mitochon-", "drial", "a mitochon"),
        ("the wnt-", "signalling", "the wnt"),
    ],
)
def test_the_lexicon_s_names_decide_where_the_paper_does_not(line, following, kept):
    assert seam(line, following, {"mito", "phagy"}) == (kept, "")


def test_place_of_a_word_is_its_part_of_the_line():
    doc = assemble([Paragraph([line("线粒体", 1, y=100.0), line("自噬增强", 1, y=88.0)])], id="a")
    assert doc.place(0, 2) == (1, (10.0, 100.0, 20.0, 110.0))
    assert doc.place(2, 5) == (1, (10.0, 88.0, 25.0, 110.0))


def test_edges_stay_right_where_a_hyphen_was_dropped():
    doc = assemble([Paragraph([line("fu-", 1, y=20.0), line("sion", 1)])], id="a")
    assert doc.text == "fusion"
    assert [found.edges for found in doc.lines] == [((0, 10.0), (2, 20.0)), ((0, 10.0), (4, 30.0))]
    validate(doc)


def test_body_text_leaves_out_what_is_no_body():
    parts = [
        Paragraph([line("标题")], "title"),
        Paragraph([line("张三")], "author"),
        Paragraph([line("正文。")]),
        Paragraph([line("[1] 文献")], "reference"),
        Paragraph([line("第 1 页")], "furniture"),
    ]
    doc = assemble(parts, id="a")
    assert body_text(doc) == "标题\n\n正文。"
    assert body_text(doc, everything=True) == "标题\n\n张三\n\n正文。\n\n[1] 文献\n\n第 1 页"


def test_body_text_of_a_document_without_blocks_is_its_text():
    assert body_text(Document(id="a", text="自噬。")) == "自噬。"


def test_cut_line_gives_both_halves_their_boxes():
    word, rest = cut_line(line("摘 要：自噬", 1), 4)
    assert (word.text, rest.text) == ("摘 要：", "自噬")
    assert word.box == (10.0, 0.0, 30.0, 10.0)
    assert rest.box == (30.0, 0.0, 40.0, 10.0)
    assert rest.edges == ((0, 30.0), (2, 40.0))


texts = st.text(st.sampled_from("ab-\u00ad\u2010 线粒体。A1β"), max_size=12)


@given(st.lists(st.lists(texts, min_size=1, max_size=4), max_size=5))
def test_blocks_and_lines_of_any_paragraphs_slice_the_text(paragraphs):
    doc = assemble([Paragraph([line(t, 1 + i % 2) for i, t in enumerate(p)]) for p in paragraphs], id="a")
    validate(doc)
    for found in doc.lines:
        assert (found.edges[0][0], found.edges[-1][0]) == (0, found.end - found.start)
    for block in doc.blocks:
        assert "\n" not in doc.surface(block)
