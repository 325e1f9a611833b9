"""Plain text: encodings, hard line breaks, furniture."""

import pytest

from pipeline.errors import ReadError
from pipeline.readers.assemble import body_text
from pipeline.readers.text import decode, read_text

ZH = "线粒体自噬抑制心肌细胞凋亡，β-catenin 上调。"
EN = "Mönckeberg’s sclerosis is a calcification of the media."
TRADITIONAL = "線粒體自噬抑制心肌細胞凋亡，並促進其功能，詳見下文之討論。"


def doc_of(text):
    return read_text(text, {"id": "a", "path": "a.txt"})


def of_kind(doc, kind):
    return [doc.surface(b) for b in doc.blocks if b.kind == kind]


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        (ZH, "utf-8"),
        (ZH, "utf-8-sig"),
        (ZH, "utf-16"),
        (ZH, "utf-16-le"),
        (ZH, "utf-16-be"),
        (ZH, "gb18030"),
        ("自噬", "gb18030"),
        ("α-actin 与 β-catenin", "gb18030"),
        ("㐂线粒体自噬抑制心肌细胞凋亡，这一过程受多种蛋白调控。", "gb18030"),
        (TRADITIONAL, "big5"),
        (EN, "utf-8"),
        (EN, "utf-16"),
        (EN, "cp1252"),
    ],
)
def test_encoding_is_found(text, encoding):
    assert decode(text.encode(encoding), "a.txt").lstrip("\ufeff") == text


@pytest.mark.parametrize(
    ("raw", "message"),
    [
        (b"\0" * 100, "empty file"),
        (b" \n\n\t ", "empty file"),
        (b"\x00\x01\x02\x03" * 100, "binary data"),
        (bytes(range(256)) * 20, "is it a text file"),
        (b"\xff\xfe\x00", "UTF-16 expected"),
    ],
)
def test_what_is_no_text_is_refused(raw, message):
    with pytest.raises(ReadError, match=f"a.txt: .*{message}"):
        decode(raw, "a.txt")


WRAPPED_ZH = """\
内质网与线粒体之间的接触位点是钙离子由一种细胞器进入另一种细胞器的重要通道，衰老使其数量减
少并使间距变宽，心肌细胞的能量供应因而不足。下文依次介绍接触位点的组成、调节方式和检测方法，

并说明各种方法的适用范围，最后谈到 SM
α-actin 与骨保护素的关系，并指出接触位点的变化究竟是衰老的原因还是结果目前仍然没有定论的。
"""
WRAPPED_EN = """\
Contact sites between the endoplasmic reticulum and mitochondria let calcium pass from one of them
to the other, and the proteins that hold both membranes together decide how much of it gets to the
matrix, which sets the rate of respiration and, when too much arrives, the onset of apopto-
sis in the heart. MFN2 depends on the NF-
κB pathway and on Parkin-
mediated mitophagy in cells that lack the receptor and are grown in a medium with high phosphate.
"""


@pytest.mark.parametrize(
    ("text", "whole"),
    [
        (WRAPPED_ZH, ["数量减少并使间距", "检测方法，并说明各种方法"]),
        (WRAPPED_EN, ["one of them to the other", "gets to the matrix, which", "onset of apoptosis in the heart"]),
    ],
)
@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r"])
def test_hard_line_breaks_inside_a_sentence_are_joined(text, whole, line_end):
    body = body_text(doc_of(text.replace("\n", line_end)))
    for part in whole:
        assert part in body


def test_lines_that_are_paragraphs_stay_apart():
    doc = doc_of("线粒体融合由 MFN2 介导。\n线粒体分裂由 DRP1 介导。")
    assert body_text(doc).split("\n\n") == ["线粒体融合由 MFN2 介导。", "线粒体分裂由 DRP1 介导。"]


def wrapped(*middle):
    """A Chinese text of full lines, cut inside a sentence by what stands at a page's end."""
    line = "培养的心肌细胞缺氧之后线粒体数目减少而补充营养又使其逐渐恢复同时细胞会合成多种分泌蛋白如骨钙蛋白及"
    return "\n".join([line, line, line, *middle, "硬化蛋白" + line[4:], line[:-1] + "。"])


@pytest.mark.parametrize(
    "furniture",
    [
        ["DOI: 10.12677/ojns.2020.82009 57 自然科学"],
        ["https://doi.org/10.12677/ojns.2020.82009"],
        ["- 12 -"],
        ["第 3 页"],
        [
            "Open Access",
            "",
            "http://creativecommons.org/licenses/by/4.0/",
            "",
            "高雅婷 等",
            " ",
            "DOI: 10.12677/ojns.2020.82009 57",
        ],
        ["Copyright © 2020 by the authors"],
        ["\f57"],
        ["译脉样例论文, 2026, 1(1), 10-12"],
    ],
)
def test_page_furniture_inside_a_sentence_is_taken_out(furniture):
    doc = doc_of(wrapped(*furniture))
    assert "骨钙蛋白及硬化蛋白" in body_text(doc)
    kept = " ".join(of_kind(doc, "furniture"))
    for line in furniture:
        assert line.strip("\f ") in kept


@pytest.mark.parametrize("sentence", ["第 {} 组的自噬增强。", "在 {} 只小鼠中自噬增强。"])
def test_sentences_of_one_pattern_are_no_running_heads(sentence):
    text = "\n".join(sentence.format(i) for i in range(9))
    assert body_text(doc_of(text)) == text.replace("\n", "\n\n")


def test_furniture_is_kept_outside_the_body():
    doc = doc_of(wrapped("DOI: 10.1000/a.b"))
    assert doc.doi == "10.1000/a.b"
    assert "10.1000" not in body_text(doc)
    assert "10.1000" in body_text(doc, everything=True)


FRONT_ZH = """译脉样例论文, 2026, 1(1), 10-12
血管钙化的分子机制
张三1，李四2
摘要：血管钙化是磷酸钙在血管壁的异位沉积。
关键词：血管钙化；骨保护素
1 引言
血管钙化受 OPG 调控。
参考文献
[1] Zimmermann R, Strauss JG. Fat mobilization. Science, 2004, 306: 1383-1386.
"""
FRONT_EN = """Vascular calcification in mice
John Smith1, Jane Doe2
Abstract: Vascular calcification is the deposition of mineral.
Keywords: vascular calcification; OPG
1. Introduction
OPG inhibits vascular calcification.
References
[1] Zimmermann R, Strauss JG. Fat mobilization. Science, 2004, 306: 1383-1386.
"""


@pytest.mark.parametrize(
    ("text", "title", "abstract", "section"),
    [
        (FRONT_ZH, "血管钙化的分子机制", "血管钙化是磷酸钙在血管壁的异位沉积。", "引言"),
        (
            FRONT_EN,
            "Vascular calcification in mice",
            "Vascular calcification is the deposition of mineral.",
            "Introduction",
        ),
    ],
)
def test_parts_of_a_paper_are_told_apart(text, title, abstract, section):
    doc = doc_of(text)
    assert doc.title == title
    assert of_kind(doc, "abstract") == [abstract]
    assert [b.section for b in doc.blocks if b.kind == "paragraph"] == [section]
    assert len(of_kind(doc, "keywords")) == len(of_kind(doc, "author")) == 1
    assert "Zimmermann" not in body_text(doc)
    assert len(of_kind(doc, "reference")) == 2


def test_number_at_a_line_start_is_no_heading():
    line = "老年小鼠的心脏在缺氧条件下保存三天之后分别测定其中脂滴的数目以及成纤维细胞向肌成纤维细胞转化的"
    doc = doc_of(f"{line}\n{line}\n{line}\n2 型糖尿病患者中血管钙化更常见。\n{line}。")
    assert "转化的2 型糖尿病患者" in body_text(doc)
    assert not of_kind(doc, "heading")


def test_control_and_private_characters_are_dropped():
    assert body_text(doc_of("线粒体\u200b自噬\ue5e5抑制\x07凋亡。")) == "线粒体自噬抑制凋亡。"


@pytest.mark.corpus
@pytest.mark.parametrize("name", ["mam_review_000.txt", "vascular_calcification_review_003.txt"])
def test_real_texts_have_no_furniture_in_their_body(shared, name):
    doc = doc_of((shared / "samples" / "text" / name).read_text("utf-8"))
    body = body_text(doc)
    for junk in (
        "10.12677",
        "doi.org",
        "creativecommons",
        "Open Access",
        "高雅婷",
        "自然科学",
        "ISSN",
        "E-mail",
        "西安",
    ):
        assert junk not in body
    if name.startswith("vascular"):
        assert "硬化蛋白、骨形态发生蛋白(bone morphogenetic protein, BMP)-2/4" in body
        assert "vascular calcification is expounded" in body
        assert "(receptor of activator of NF-κB ligand, RANKL)" in body


def test_sentence_that_begins_like_a_notice_stays():
    from pipeline.readers.assemble import body_text

    line = "Copyright 2020 was kept. " * 12
    doc = read_text(f"中图分类号 R54 见下。自噬抑制血管钙化。\n{line}\n中图分类号 R54\n", {"id": "d"})
    assert "自噬抑制血管钙化" in body_text(doc)
    assert "was kept" in body_text(doc)
    assert "R54\n" not in body_text(doc) + "\n"


def test_heading_after_a_full_line_of_keywords_stays_a_heading():
    keywords = "关键词：血管钙化；成骨分化；血管平滑肌细胞；骨保护素"
    lines = [keywords, "1 引言", *["血管钙化曾被看作磷酸钙的被动沉积过程如今认为并非如此"] * 6]
    doc = read_text("\n".join(lines), {"id": "d"})
    assert "引言" in {b.section for b in doc.blocks}
