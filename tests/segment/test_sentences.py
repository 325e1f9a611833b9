"""Where sentences end, in both languages and where they mix."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.segment.sentences import sentence_bounds


def cut(text):
    return [text[a:b] for a, b in sentence_bounds(text)]


@pytest.mark.parametrize(
    "sentence",
    [
        # abbreviations, initials, numbers
        "Smith et al. showed it in mice.",
        "Wang et al. [12] and Li et al. (2001) found it.",
        "See Fig. 2 and Figs. 3A, 4B for it.",
        "The cells, i.e. those of the media, died.",
        "Some genes (e.g. MFN2) rose.",
        "It was cloned in E. coli and S. cerevisiae cells.",
        "J. R. Smith wrote it.",
        "Mice vs. rats were compared.",
        "A value of 3.5 was found at P < .05 in approx. 20 mice.",
        "Dr. Lee of Sigma-Aldrich Co. Ltd. gave No. 5 to us.",
        "Ph.D. students were asked.",
        "Bars (Fig. 2A) are 10 mm.",
        "The variant c.123A>G (p.Arg25Gly) was found.",
        "The cells (ATCC, U.S.A.) were kept i.p. for a day.",
        "Is it known (why?) that they die.",
        # citations, quotation marks, brackets
        "It drives mitophagy [12, 13].",
        "It drives mitophagy.[12,13]",
        "He said “it dies.”",
        "(It was not.)",
        # Chinese
        "血管钙化率达到 3.94 倍[2]。",
        "由E. coli表达的蛋白见Fig. 2所示。",
        "他说：“自噬促进凋亡！”",
        "自噬增强[1, 2]；凋亡减少; 炎症减轻。",
        "自噬被抑制……随后恢复。",
        "Wang et al.发现MFN2下降。",
        "自噬随后恢复。（图2）",
        "自噬随后恢复。[12]",
        "3.2. 血管钙化抑制因子减少",
        "1. The PERK branch",
        "A. The PERK branch",
    ],
)
def test_one_sentence_stays_one(sentence):
    assert cut(sentence) == [sentence]
    # …and between two others.
    if not sentence[0].isdigit() and sentence[:2] != "A." and sentence[-1] in ".。！”)":
        assert cut(f"之前。{sentence} The end came.") == ["之前。", sentence, "The end came."]


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("It drives mitophagy.", "The cell dies."),
        ("It drives mitophagy.[12,13]", "The cell dies."),
        ("It drives mitophagy [12].", "Mice died."),
        ("It drives mitophagy.12,13", "The cell dies."),
        ("It is rich in vitamin D.", "These cells die."),
        ("They grew for 30 min.", "The cells died."),
        ("We used IL-6, IL-8, etc.", "The cells died."),
        ("It was seen by Smith et al.", "However, others did not."),
        ("Cells died.", "p53 rose."),
        ("Cells died.", "mTOR fell."),
        ("Cells died.", "siRNA was used."),
        ("Cells died.", "α-Actin fell."),
        ("Cells died.", "5-HT rose."),
        ("“It dies.”", "It is known."),
        ("Why does it die?", "Nobody knows!"),
        ("It was so (Smith, 2001).", "In mice it was not."),
        ("表达升高。", "结果表明自噬增强。"),
        ("表达升高！", "真的吗？"),
        ("“自噬增强。”", "他说。"),
        ("自噬增强。[12]", "结果表明。"),
        ("表达升高.", "结果 表明自噬增强."),
        ("表达升高.", "MFN2 下降."),
        ("含量为 3.5 mg.", "此外,IL-6 升高."),
        ("差异显著(P<0.05).", "与对照组相比."),
        ("补充维生素D.", "结果表明自噬增强."),
        ("细胞凋亡．", "结果表明自噬增强．"),
        ("自噬增强。", "Autophagy rose."),
        ("Autophagy rose.", "自噬增强。"),
    ],
)
@pytest.mark.parametrize("between", ["", " ", "\n"])
def test_two_sentences_are_two(first, second, between):
    if first.isascii() or second == "It is known.":
        between = between or " "  # only Chinese does without
    assert cut(first + between + second) == [first, second]


def test_blank_after_the_stop_may_be_missing_before_a_usual_first_word():
    assert cut("It was 0.5 mM.The cells died.In mice they did not.") == [
        "It was 0.5 mM.",
        "The cells died.",
        "In mice they did not.",
    ]
    assert cut("C57BL/6.Apcs mice died.") == ["C57BL/6.Apcs mice died."]


@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r", "\u2028", "\x0b", "\x85"])
def test_no_sentence_goes_over_a_line_end(line_end):
    assert cut(f"自噬{line_end}增强 and{line_end}{line_end}more") == ["自噬", "增强 and", "more"]


@pytest.mark.parametrize("text", ["", " ", "\n\n", "\u3000"])
def test_blank_text_has_no_sentence(text):
    assert cut(text) == []


pieces = st.sampled_from(
    [
        "自噬",
        "增强",
        "Fig",
        "Dr",
        "et al",
        "cells",
        "E",
        "MFN2",
        "3",
        "。",
        "！",
        ".",
        ".",
        "．",
        "?",
        "”",
        ")",
        "[",
        "]",
        "[12]",
        ",",
        "；",
        " ",
        " ",
        "\n",
        "…",
        "The ",
    ]
)


@given(st.one_of(st.text(), st.lists(pieces).map("".join)))
def test_sentences_of_any_text_lie_in_order_and_leave_out_only_blanks(text):
    at = 0
    for start, end in sentence_bounds(text):
        assert at <= start < end <= len(text)
        assert not text[at:start].strip()
        assert text[start:end] == text[start:end].strip()
        assert "\n" not in text[start:end]
        at = end
    assert not text[at:].strip()


@pytest.mark.corpus
def test_sentences_of_real_passages_are_neither_scraps_nor_pages(shared):
    scraps = sentences = long = 0
    for line in (shared / "corpora" / "zh" / "passages.jsonl").read_text("utf-8").splitlines():
        for sentence in cut(json.loads(line)["text"]):
            sentences += 1
            scraps += len(sentence) < 8
            long += len(sentence) > 400
    assert sentences > 1000
    assert scraps < 0.01 * sentences
    assert long < 0.01 * sentences
