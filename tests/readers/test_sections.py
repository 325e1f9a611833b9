"""What a paragraph is, by its first words."""

import time

import pytest

from pipeline.readers.sections import (
    abstract_head,
    find_doi,
    heading_name,
    is_author,
    is_citation,
    is_heading,
    is_other_language,
    is_references,
    kind_of,
)


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("1 引言", "引言"),
        ("3.1. 凋亡", "凋亡"),
        ("一、 结果", "结果"),
        ("结 论", "结论"),
        ("【摘要】", "摘要"),
        ("1. Introduction", "Introduction"),
        ("2.1 ITPR1–GRP75–VDAC1 复合物", "ITPR1–GRP75–VDAC1 复合物"),
        ("Materials and Methods", "Materials and Methods"),
        ("3 α-Synuclein in disease", "α-Synuclein in disease"),
        ("4. mTOR signalling", "mTOR signalling"),
    ],
)
def test_heading_and_its_name(text, name):
    assert is_heading(text)
    assert heading_name(text) == name


@pytest.mark.parametrize(
    "text",
    [
        "2 型糖尿病患者的血管钙化",
        "12 例患者纳入研究",
        "3.7 倍[2]",
        "65 岁以上者中",
        "12 mice were killed and their hearts were weighed",
        "methods.",
        "method.",
        "1Instituto de Biología Celular, Facultad de Ciencias",
        "5-HT 受体",
        "结果表明，自噬增强。",
    ],
)
def test_running_text_is_no_heading(text):
    assert not is_heading(text)


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("Table 1 Proteins of mitophagy", "caption"),
        ("Table 1 lists the main proteins.", "paragraph"),
        ("Fig. 2. Cells after 24 h", "caption"),
        ("Figure 2 shows the cells.", "paragraph"),
        ("Fig. 2 and Table 1 agree.", "paragraph"),
        ("图 1 钙转移示意图", "caption"),
        ("表1 引物序列", "caption"),
        ("图1显示，自噬增强。", "paragraph"),
        ("表 2 列出了引物。", "paragraph"),
        ("表面抗原的表达升高。", "paragraph"),
        ("关键词：自噬；凋亡", "keywords"),
        ("Key words autophagy; apoptosis", "keywords"),
        ("[3] Chen H, Detmer SA. Mitofusins. J Cell Biol, 2003, 160: 189.", "reference"),
        ("通讯作者：张三", "author"),
        ("摘要：自噬。", "abstract"),
    ],
)
def test_kind_of_paragraph(text, kind):
    assert kind_of(text) == kind


@pytest.mark.parametrize(
    ("section", "kind"),
    [("参考文献", "reference"), ("References", "reference"), ("致谢", "acknowledgement"), ("Funding", "back")],
)
def test_section_decides_on_its_paragraphs(section, kind):
    assert kind_of("Some words of it.", section) == kind


@pytest.mark.parametrize(
    ("text", "head"),
    [
        ("摘 要 线粒体", "摘 要 "),
        ("摘要：线粒体", "摘要："),
        ("[摘要] 目的", "[摘要] "),
        ("Abstract: We show", "Abstract: "),
        ("Abstract. We show", "Abstract. "),
        ("Abstract We show", "Abstract "),
        ("Abstract concepts are hard", ""),
        ("Abstracts of talks", ""),
        ("摘要", ""),
    ],
)
def test_word_before_an_abstract_is_found(text, head):
    assert text[: abstract_head(text)] == head


@pytest.mark.parametrize("text", ["参考文献", "References", "5 参考文献", "[参考文献]", "REFERENCES:"])
def test_head_of_the_reference_list(text):
    assert is_references(text)


@pytest.mark.parametrize(
    "text",
    [
        "张玉1, 赵芯仪1, 谢文俊2",
        "ZHANG Yu1, ZHAO Xin-Yi1, XIE Wen-Jun2",
        "西安交通大学医学部, 西安 710061",
        "* Correspondence: a@b.cn",
    ],
)
def test_authors_and_addresses(text):
    assert is_author(text)


def test_long_word_chains_are_judged_at_once():
    began = time.perf_counter()
    for text in ("A" * 249, "Aa Bb1 Cc Dd2 and " * 12 + "x", "张三1，" * 60 + "。", "Ab Cd Ef Gh " * 20):
        assert kind_of(text)
    assert time.perf_counter() - began < 1


@pytest.mark.parametrize("text", ["自噬, 凋亡, 铁死亡", "MFN1, MFN2 and OPA1 fuse mitochondria"])
def test_list_of_topics_or_genes_is_no_author(text):
    assert not is_author(text)


@pytest.mark.parametrize(
    ("before", "raised", "expected"),
    [
        ("mechanism", "1", True),
        ("mechanism", "1,2–4", True),
        ("凋亡", "[3]", True),
        ("(ROS)", "7", True),
        ("Ca", "2+", False),
        ("cm", "2", False),
        ("m", "6", False),
        ("10", "5", False),
        ("died.", "7", False),
    ],
)
def test_raised_numbers_that_cite(before, raised, expected):
    assert is_citation(before, raised) is expected


def test_doi_is_found_without_the_marks_behind_it():
    assert find_doi(["none", "(https://doi.org/10.1186/s12906-018-2122-z).", "10.1/x"]) == "10.1186/s12906-018-2122-z"
    assert find_doi(["DOI：10.5555/yimai.sample.4，2026"]) == "10.5555/yimai.sample.4"
    assert find_doi([]) == ""


def test_titles_in_two_languages():
    assert is_other_language("Mitochondrial fusion", "线粒体融合与MFN2")
    assert not is_other_language("MFN2 与 OPA1 的作用", "线粒体融合")


def test_doi_cut_by_a_line_end_is_completed():
    texts = ["doi:10.1371/journal.pone.", "doi:10.1371/journal.pone.0115884.g001 10.1371/journal.pone.0115884"]
    assert find_doi(texts) == "10.1371/journal.pone.0115884"
    assert find_doi(["doi: 10.1000/a.b.", "10.1000/c"]) == "10.1000/a.b"
