"""PDF files made here: columns, floats, furniture, hyphens, raised numbers; and files that cannot be read."""

import contextlib
import io

import pytest

from pipeline.document import validate
from pipeline.errors import ReadError
from pipeline.readers.assemble import body_text
from pipeline.readers.options import ENGINES, PdfOptions
from pipeline.readers.pdf import read_pdf

WIDTH, HEIGHT = 595, 842
LATIN, CHINESE = "Helvetica", "STSong-Light"


class Paper:
    """A PDF that is drawn line by line."""

    def __init__(self, **options):
        from reportlab.pdfbase import pdfmetrics
        from reportlab.pdfbase.cidfonts import UnicodeCIDFont
        from reportlab.pdfgen.canvas import Canvas

        pdfmetrics.registerFont(UnicodeCIDFont(CHINESE))
        self.file = io.BytesIO()
        self.canvas = Canvas(self.file, pagesize=(WIDTH, HEIGHT), invariant=True, **options)

    def line(self, x, y, text, size=10):
        self.canvas.setFont(CHINESE if any(c > "\u2e7f" for c in text) else LATIN, size)
        self.canvas.drawString(x, y, text)

    def lines(self, x, y, texts, size=10, leading=1.3):
        for i, text in enumerate(texts):
            self.line(x, y - i * size * leading, text, size)

    def page(self):
        self.canvas.showPage()

    def raw(self):
        self.canvas.save()
        return self.file.getvalue()


ENGINE = "pdfium"


@pytest.fixture(autouse=True, params=ENGINES)
def engine(request, monkeypatch):
    """Every rule holds for both engines."""
    monkeypatch.setattr(f"{__name__}.ENGINE", request.param)
    return request.param


def read(paper, **options):
    raw = paper if isinstance(paper, bytes) else paper.raw()
    return validate(read_pdf(raw, {"id": "a", "path": "a.pdf"}, PdfOptions(ENGINE, **options)))


def kinds(doc, kind):
    return [doc.surface(b) for b in doc.blocks if b.kind == kind]


LEFT = [
    "Mitochondria fuse and divide without end in the",
    "cells of the heart, and the balance of the two is",
    "kept by large GTPases such as mitofusin two and",
    "the dynamin related protein one, whose activity",
    "depends on phosphorylation of serine residues in",
    "the variable domain and on the lipids around it",
    "so that it can be turned on and off in minutes",
    "when the workload of the heart is suddenly raised",
]
RIGHT = [
    "by exercise or by pressure. After that the organelle",
    "returns to its former length and number within an",
    "hour or two, and the cell has spent little energy.",
    "In old hearts this answer is slow. The receptors",
    "are fewer, the lipids are oxidised, and what was",
    "a matter of minutes takes the better part of days",
    "before the network of the organelles has come to",
    "its rest. The reason for this is not well known.",
]
ZH_LEFT = [
    "线粒体在心肌细胞中不断融合与分裂二者的平衡",
    "由一组大分子酶维持其活性取决于磷酸化和周围",
    "的脂质因此可以在几分钟之内开启或者关闭以便",
    "适应心脏负荷的突然升高这一过程受多种蛋白的",
    "共同调控其中线粒体融合蛋白位于线粒体外膜并",
    "与内质网上的同类分子相互作用从而促进钙离子",
]
ZH_RIGHT = [
    "由内质网向线粒体转移。此后细胞器恢复原来的",
    "长度和数目细胞只消耗很少的能量。在衰老的心",
    "脏中这一反应变得缓慢受体减少脂质被氧化原本",
    "几分钟之内完成的过程需要几天时间才能够完成",
    "其原因目前仍然不十分清楚有待今后继续深入地",
    "研究并在动物模型中加以验证方能够得出结论。",
]


@pytest.mark.parametrize(
    ("left", "right", "seam"),
    [(LEFT, RIGHT, "suddenly raised by exercise"), (ZH_LEFT, ZH_RIGHT, "促进钙离子由内质网向线粒体转移。")],
    ids=["en", "zh"],
)
@pytest.mark.parametrize("across", [False, True], ids=["column by column", "row by row"])
def test_two_columns_are_read_one_after_the_other(left, right, seam, across):
    paper = Paper()
    if across:
        for i, (a, b) in enumerate(zip(left, right, strict=True)):
            paper.line(50, 700 - 13 * i, a)
            paper.line(310, 700 - 13 * i, b)
    else:
        paper.lines(50, 700, left)
        paper.lines(310, 700, right)
    body = body_text(read(paper))
    assert seam in body
    assert "\n" not in body


def test_heading_over_both_columns_parts_them():
    paper = Paper()
    paper.lines(50, 700, LEFT[:6])
    paper.lines(310, 700, [*RIGHT[:5], "a matter of days."])
    paper.line(50, 590, "2. The heart under pressure and what becomes of the organelles that are not repaired in it")
    paper.lines(50, 560, LEFT[2:])
    paper.lines(310, 560, RIGHT[2:])
    body = body_text(read(paper))
    assert body.index("a matter of days") < body.index("2. The heart") < body.index("The reason for this")


@pytest.mark.parametrize(
    ("upper", "lower", "whole"),
    [
        (LEFT[:4], ["is regulated by phosphorylation in the cytosol."], "whose activity is regulated"),
        (ZH_LEFT[:4], ["影响线粒体的形态。"], "受多种蛋白的影响线粒体的形态。"),
    ],
    ids=["en", "zh"],
)
def test_paragraph_goes_on_over_a_page_end_around_furniture(upper, lower, whole):
    paper = Paper()
    for number in (1, 2, 3):
        paper.line(50, 800, "Journal of Tests 2026, 1(1)", 8)
        paper.line(290, 30, str(number), 8)
        paper.lines(50, 700, {1: upper, 2: lower, 3: RIGHT}[number])
        paper.page()
    doc = read(paper)
    assert whole in body_text(doc)
    assert "Journal of Tests" not in body_text(doc)
    assert {b.page for b in doc.blocks if b.kind == "furniture"} == {1, 2, 3}
    start = doc.text.index(whole)
    assert doc.place(start, start + 2)[0] == 1
    assert doc.place(start + len(whole) - 3, start + len(whole))[0] == 2


def test_line_that_repeats_is_the_text_where_pages_hold_nothing_else():
    paper = Paper()
    for number in range(5):
        paper.line(50, 700, f"Record {number} of the register")
        paper.page()
    assert "Record 3 of the register" in body_text(read(paper))


def test_running_head_that_comes_once_is_furniture():
    paper = Paper()
    paper.lines(50, 700, LEFT)
    paper.page()
    paper.line(50, 800, "Short title of the paper", 8)
    paper.lines(50, 770, RIGHT)
    assert "Short title" not in body_text(read(paper))


@pytest.mark.parametrize(
    ("body", "caption", "label", "whole"),
    [
        (LEFT, "Figure 1. The two steps of fusion.", "MFN2", "depends on phosphorylation of serine"),
        ([*ZH_LEFT, *ZH_RIGHT], "图 1 线粒体融合的步骤示意图", "内质网", "共同调控其中"),
    ],
    ids=["en", "zh"],
)
def test_figure_inside_a_paragraph_does_not_cut_its_sentence(body, caption, label, whole):
    cut = 4
    paper = Paper()
    paper.lines(50, 700, body[:cut])
    for i in range(3):
        paper.line(60 + 50 * i, 600 - 15 * i, label, 7)
    paper.line(80, 540, caption, 8)
    paper.lines(50, 500, body[cut:])
    doc = read(paper)
    assert body[cut - 1] + ("" if label != "MFN2" else " ") + body[cut] in body_text(doc)
    assert whole in body_text(doc)
    assert kinds(doc, "caption") == [caption]
    assert label not in body_text(doc).replace(caption, "").replace("与内质网上", "").replace("由内质网向", "")


def test_abstract_set_narrower_than_the_page_is_one_paragraph():
    paper = Paper()
    paper.line(100, 760, "Mitochondrial dynamics in the ageing heart", 16)
    paper.line(200, 735, "Jane Doe1, John Smith2", 9)
    paper.lines(
        110,
        700,
        [
            "Abstract Mitofusins promote the fusion of the outer membrane and",
            "keep the organelles long, whereas the dynamin related protein one",
            "divides them. The loss of either side is harmful to the heart, and",
            "both sides decline with age.",
        ],
        9,
    )
    paper.line(50, 640, "1. Introduction")
    paper.lines(50, 625, [a + " " + b for a, b in zip(LEFT, RIGHT, strict=True)])
    doc = read(paper)
    assert doc.title == "Mitochondrial dynamics in the ageing heart"
    (abstract,) = kinds(doc, "abstract")
    assert abstract.startswith("Mitofusins promote the fusion")
    assert abstract.endswith("both sides decline with age.")
    assert kinds(doc, "author") == ["Jane Doe1, John Smith2"]


def test_chinese_paper_gives_both_titles_and_its_doi():
    paper = Paper()
    paper.line(150, 760, "心肌细胞的线粒体融合与分裂过程", 18)
    paper.line(250, 735, "张三，李四", 10)
    paper.line(60, 710, "摘要：线粒体不断融合与分裂，二者的平衡称为线粒体动力学。", 9)
    paper.line(60, 695, "关键词：线粒体融合；线粒体分裂", 9)
    paper.line(120, 670, "Mitochondrial fusion and fission in cardiomyocytes", 12)
    paper.line(60, 650, "Abstract: Mitofusin 1 promotes mitochondrial fusion.", 9)
    paper.line(60, 635, "Keywords: mitochondrial fusion", 9)
    paper.line(50, 610, "1 引言", 10)
    paper.lines(50, 595, ZH_LEFT + ZH_RIGHT)
    paper.line(50, 40, "DOI: 10.5555/test.4", 7)
    doc = read(paper)
    assert doc.title == "心肌细胞的线粒体融合与分裂过程"
    assert doc.title_other == "Mitochondrial fusion and fission in cardiomyocytes"
    assert doc.doi == "10.5555/test.4"
    assert kinds(doc, "abstract") == [
        "线粒体不断融合与分裂，二者的平衡称为线粒体动力学。",
        "Mitofusin 1 promotes mitochondrial fusion.",
    ]
    assert len(kinds(doc, "keywords")) == 2
    assert {b.section for b in doc.blocks if b.kind == "paragraph"} == {"引言"}


def test_reference_list_is_no_body():
    paper = Paper()
    paper.lines(50, 700, LEFT)
    paper.line(50, 580, "References", 12)
    paper.lines(
        50,
        560,
        [
            "[1] Chen H, Detmer SA. Mitofusins Mfn1 and Mfn2. J Cell Biol, 2003, 160: 189.",
            "[2] Smirnova E. Drp1. Mol Biol Cell, 2001, 12: 2245.",
        ],
    )
    doc = read(paper)
    assert "Detmer" not in body_text(doc)
    assert "Detmer" in body_text(doc, everything=True)


def test_raised_number_of_a_reference_is_parted_from_its_word():
    paper = Paper()
    paper.lines(50, 700, LEFT[:3])
    paper.line(50, 640, "GPX4 inhibits peroxidation")
    end = 50 + paper.canvas.stringWidth("GPX4 inhibits peroxidation", LATIN, 10)
    paper.line(end, 644, "12", 6)
    paper.line(end + 7, 640, ", and Ca")
    end += 7 + paper.canvas.stringWidth(", and Ca", LATIN, 10)
    paper.line(end, 644, "2+", 6)
    paper.line(end + 8, 640, "rises.")
    body = body_text(read(paper))
    assert "peroxidation 12, and Ca2+" in body


def test_page_set_sideways_is_read_upright_with_boxes_of_the_shown_page():
    paper = Paper()
    paper.canvas.rotate(90)
    paper.lines(100, -100, LEFT)
    doc = read(paper)
    assert doc.text.startswith("Mitochondria fuse and divide")
    _page, (x0, y0, x1, _y1) = doc.place(0, 12)
    assert (x0 < 100 < x1, y0) == (True, pytest.approx(100, abs=1))


def test_shadow_of_a_line_is_dropped():
    paper = Paper()
    paper.line(50, 700, "Shadow of a heading", 14)
    paper.line(50.6, 699.4, "Shadow of a heading", 14)
    paper.lines(50, 660, LEFT)
    assert body_text(read(paper)).count("Shadow") == 1


def test_boxes_lie_around_their_characters():
    paper = Paper()
    paper.line(100, 500, "MFN2 promotes fusion.")
    doc = read(paper)
    page, (x0, y0, x1, y1) = doc.place(0, 4)
    width = paper.canvas.stringWidth("MFN2", LATIN, 10)
    assert page == 1
    assert x0 == pytest.approx(100, abs=0.5)
    assert x1 == pytest.approx(100 + width, abs=0.5)
    assert y0 < 500 < y1


def test_pages_without_text_are_named():
    paper = Paper()
    paper.lines(50, 700, LEFT)
    paper.page()
    for _ in range(2):
        paper.canvas.rect(0, 0, 300, 300)
        paper.page()
    assert read(paper).warnings == ("pages 2-3: no text layer (scanned?)",)


def scanned():
    paper = Paper()
    paper.canvas.rect(0, 0, 300, 300)
    paper.page()
    return paper.raw()


def locked():
    from reportlab.lib.pdfencrypt import StandardEncryption

    paper = Paper(encrypt=StandardEncryption("secret", strength=128))
    paper.line(50, 700, "hidden")
    return paper.raw()


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (scanned, r"page 1: no text layer \(scanned\?\); read it with OCR"),
        (locked, "needs a password; give the right one with --password"),
        (lambda: b"%PDF-1.7\n", "damaged|no page"),
        (lambda: b"%PDF-1.4\n" + b"\xff\0garbage" * 500, "damaged|no page"),
    ],
)
def test_pdf_without_readable_text_is_refused_with_its_reason(make, message):
    with pytest.raises(ReadError, match=f"^a.pdf: .*({message})"):
        read(make())


@pytest.mark.parametrize("keep", [0.2, 0.5, 0.9])
def test_truncated_pdf_is_read_or_refused(keep):
    paper = Paper()
    paper.lines(50, 700, LEFT)
    raw = paper.raw()
    with contextlib.suppress(ReadError):
        assert "Mitochondria" in read(raw[: int(keep * len(raw))]).text


def test_lines_before_the_header_do_no_harm():
    paper = Paper()
    paper.lines(50, 700, LEFT)
    assert "Mitochondria" in read(b"HTTP/1.1 200 OK\r\nServer: x\r\n\r\n" + paper.raw()).text


def test_permissions_alone_do_not_lock_a_pdf():
    from reportlab.lib.pdfencrypt import StandardEncryption

    paper = Paper(encrypt=StandardEncryption("", ownerPassword="owner", canCopy=0, strength=128))
    paper.line(50, 700, "Free to read.")
    assert read(paper).text == "Free to read."


@pytest.mark.corpus
@pytest.mark.parametrize(
    ("name", "least"), [("zh_syn_typst", 0.98), ("zh_syn_xelatex", 0.93), ("en_mdpi_microorganisms", 0.97)]
)
def test_known_paragraphs_of_real_papers_come_out_whole(shared, name, least):
    def squashed(text):
        return "".join(text.split()).replace("-", "")

    folder = shared / "samples" / "pdf"
    body = squashed(body_text(read((folder / f"{name}.pdf").read_bytes())))
    truth = [squashed(p) for p in (folder / f"{name}.truth.txt").read_text("utf-8").splitlines() if p.strip()]
    parts = [p[i : i + 30] for p in truth for i in range(0, len(p), 30)]
    assert sum(part in body for part in parts) >= least * len(parts)


def test_font_names_that_are_no_ascii_do_no_harm():
    paper = Paper(pageCompression=0)
    paper.line(60, 700, "Mitochondria fuse and divide in the cells of the heart.")
    raw = paper.raw()
    assert b"/BaseFont /Helvetica" in raw
    doc = read(raw.replace(b"/BaseFont /Helvetica", b"/BaseFont /#B7#C2#CB#CEx"))
    assert body_text(doc) == "Mitochondria fuse and divide in the cells of the heart."


def test_a_page_with_more_characters_than_any_paper_has_is_cut_and_said_to_be():
    paper = Paper()
    text = paper.canvas.beginText(60, 700)
    text.setFont(LATIN, 10)
    for _ in range(301):
        text.textLine("x" * 1000)
    paper.canvas.drawText(text)
    doc = read(paper)
    assert "page 1: more text than any page of a paper has" in " ".join(doc.warnings)
    assert len(doc.text) < 301_000
