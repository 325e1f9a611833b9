"""Sentences, their language and their tokens, on documents."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.document import Block, Document, validate
from pipeline.readers.assemble import Paragraph, PrintedLine, assemble
from pipeline.segment import Segmenter


@pytest.fixture(scope="module")
def segmenter():
    return Segmenter(["骨形态发生蛋白", "线粒体自噬受体"])


def words(segmenter, text):
    (sentence,) = segmenter.segment(Document(id="a", text=text)).sentences
    return [text[t.start : t.end] for t in sentence.tokens]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("骨形态发生蛋白促进成骨。", "骨形态发生蛋白"),
        ("线粒体自噬受体与之结合。", "线粒体自噬受体"),
        ("胞质Ca2+升高。", "Ca2"),
        ("MFN2结合Parkin。", "MFN2"),
        ("Mönckeberg硬化很常见。", "Mönckeberg"),
        ("Cells weren't dead.", "n't"),
    ],
)
def test_names_are_tokens(segmenter, text, expected):
    assert expected in words(segmenter, text)


@pytest.mark.parametrize(
    "name", ["TGF-β1", "BMP-2/4", "SM α-actin", "Ca2+", "IL-1β", "NF-κB", "α-SMA", "p38 MAPK", "H₂O₂"]
)
def test_latin_name_is_cut_in_chinese_as_in_english(segmenter, name):
    alone = words(segmenter, name)
    chinese = words(segmenter, f"敲低{name}抑制钙化")
    at = chinese.index(alone[0])
    assert chinese[at : at + len(alone)] == alone


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("第2天收集3个样本", ["第", "2", "天", "收集", "3", "个", "样本"]),
        ("抑制NF-κB 信号", ["抑制", "NF", "-", "κB", "信号"]),
        ("含20%血清，37℃孵育", ["含", "20", "%", "血清", "，", "37", "℃", "孵育"]),
        ("内质网-线粒体接触", ["内质网", "-", "线粒体", "接触"]),
        ("自噬\u3000凋亡", ["自噬", "凋亡"]),
        ("自噬\ud835凋亡\udc00", ["自噬", "\ud835", "凋亡", "\udc00"]),
        ("自噬\u200b凋亡𠀀㐀", ["自噬", "\u200b", "凋亡", "𠀀", "㐀"]),
        ("…——。", ["…", "—", "—", "。"]),
    ],
)
def test_chinese_is_cut_between_all_else(segmenter, text, expected):
    assert [text[t.start : t.end] for t in segmenter.tokens(text, "zh")] == expected
    assert [(t.start - 7, t.end - 7) for t in segmenter.tokens(text, "zh", 7)] == [
        (t.start, t.end) for t in segmenter.tokens(text, "zh")
    ]


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("text", ["", " ", "\u3000\n"])
def test_blank_text_has_no_tokens(segmenter, text, lang):
    assert list(segmenter.tokens(text, lang)) == []


def test_words_of_one_lexicon_do_not_reach_another_segmenter(segmenter):
    assert "骨形态发生蛋白" not in words(Segmenter(), "骨形态发生蛋白促进成骨。")


def test_language_is_found_for_each_sentence(segmenter):
    doc = segmenter.segment(
        Document(id="a", text="MFN2 促进线粒体融合。MFN2 promotes fusion of mitochondria. 它位于外膜。")
    )
    assert [s.lang for s in doc.sentences] == ["zh", "en", "zh"]
    assert doc.lang == "zh"


def test_given_language_of_a_document_is_kept(segmenter):
    assert segmenter.segment(Document(id="a", text="自噬。", lang="en")).lang == "en"


def test_only_body_blocks_have_sentences(segmenter):
    parts = [
        Paragraph([PrintedLine("线粒体自噬")], "title"),
        Paragraph([PrintedLine("张三。李四。")], "author"),
        Paragraph([PrintedLine("自噬增强。凋亡减少。")]),
        Paragraph([PrintedLine("Chen H. Mitofusins.")], "reference"),
    ]
    doc = segmenter.segment(assemble(parts, id="a"))
    assert [doc.surface(s) for s in doc.sentences] == ["线粒体自噬", "自噬增强。", "凋亡减少。"]


@pytest.mark.parametrize(
    ("a", "b", "whole"),
    [("自噬抑", "制凋亡。", "自噬抑制凋亡。"), ("It inhibits ", "the cell.", "It inhibits the cell.")],
)
def test_sentence_goes_on_over_a_page_end(segmenter, a, b, whole):
    blocks = (Block(0, len(a), page=1), Block(len(a), len(a) + len(b), page=2))
    doc = segmenter.segment(Document(id="a", text=a + b, blocks=blocks))
    assert [doc.surface(s) for s in doc.sentences] == [whole]


def test_blocks_parted_by_a_line_end_are_two_sentences(segmenter):
    doc = segmenter.segment(Document(id="a", text="自噬增\n强。", blocks=(Block(0, 3), Block(4, 6))))
    assert [doc.surface(s) for s in doc.sentences] == ["自噬增", "强。"]


def test_document_is_not_changed_but_copied(segmenter):
    doc = Document(id="a", text="自噬。")
    segmenter.segment(doc)
    assert doc.sentences == ()


mixed = st.text(
    st.one_of(st.sampled_from("自噬线粒体。，.!?\n\r \u3000αβ²⁺ABcd12-/+%'’()[]\u00a0\ufeff\u200b"), st.characters()),
    max_size=60,
)


@settings(deadline=None)
@given(text=mixed)
def test_tokens_of_any_text_give_it_back(segmenter, text):
    doc = validate(segmenter.segment(Document(id="a", text=text)))
    covered = 0
    for sentence in doc.sentences:
        assert not text[covered : sentence.start].strip()
        at = sentence.start
        for token in sentence.tokens:
            assert at <= token.start < token.end <= sentence.end
            assert not text[at : token.start].strip()
            assert text[token.start : token.end].strip()
            at = token.end
        assert not text[at : sentence.end].strip()
        covered = sentence.end
    assert not text[covered:].strip()


@settings(deadline=None, max_examples=30)
@given(text=mixed)
def test_same_text_is_always_cut_the_same(segmenter, text):
    doc = Document(id="a", text=text)
    assert segmenter.segment(doc) == segmenter.segment(doc)
