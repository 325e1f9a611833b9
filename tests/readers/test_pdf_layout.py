"""Layout of PDF pages drawn here: reading order, indices, hyphens, furniture, kinds and sections, turned pages, boxes."""

import functools
import io
import itertools
import random
import re
from typing import NamedTuple

import pypdfium2
import pytest
from reportlab.lib.pdfencrypt import StandardEncryption
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas

from pipeline.document import BODY_KINDS, validate
from pipeline.errors import PasswordError
from pipeline.readers.assemble import body_text
from pipeline.readers.options import ENGINES, PdfOptions
from pipeline.readers.pdf import _oddity, read_pdf
from pipeline.readers.pdf.glyphs import UNKNOWN, is_garbled_gbk, mend_gbk, spelled
from pipeline.readers.pdf.page import Page, PageLine

WIDTH, HEIGHT = 595, 842
LATIN, BOLD, CHINESE = "Helvetica", "Helvetica-Bold", "STSong-Light"
LEFT, RIGHT, WHOLE = (50, 232), (313, 232), (50, 495)  # x and width of columns


class Piece(NamedTuple):
    """What is drawn in one go. spread: room added to each blank, in Chinese to each character."""

    x: float
    y: float
    text: str
    size: float = 10
    font: str = ""
    spread: float = 0
    turn: float = 0


def font_of(text):
    return CHINESE if any(c > "\u2e7f" for c in text) else LATIN


def width_of(text, size=10, font=""):
    font = font or font_of(text)
    if font == CHINESE and CHINESE not in pdfmetrics.getRegisteredFontNames():
        pdfmetrics.registerFont(UnicodeCIDFont(CHINESE))
    return pdfmetrics.stringWidth(text, font, size)


def pdf(*pages, size=(WIDTH, HEIGHT), rotate=0, crop=None, **options):
    """A PDF with a page for each list of pieces, drawn in their order."""
    file = io.BytesIO()
    width_of("字")
    # ReportLab exchanges width and height of pages that it turns.
    canvas = Canvas(file, size[::-1] if rotate % 180 else size, invariant=True, cropBox=crop, **options)
    for pieces in pages:
        canvas.setPageRotation(rotate)
        for p in pieces:
            font = p.font or font_of(p.text)
            canvas.saveState()
            canvas.translate(p.x, p.y)
            canvas.rotate(p.turn)
            canvas.setFont(font, p.size)
            canvas.drawString(0, 0, p.text, **{"charSpace" if font == CHINESE else "wordSpace": p.spread})
            canvas.restoreState()
        canvas.showPage()
    canvas.save()
    return file.getvalue()


def wrapped(text, width, size=10, indent=0.0, font=""):
    """The lines of a paragraph, all but the last set to the full width."""
    font = font or font_of(text)
    lines = [""]
    for token in re.findall(r"（*[\u4e00-\u9fff][，。；、：）]*|[^\s\u4e00-\u9fff]+\s*", text):
        room = width - (indent if len(lines) == 1 else 0)
        if lines[-1] and width_of((lines[-1] + token).rstrip(), size, font) > room:
            lines.append("")
        lines[-1] += token
    result = []
    for i, line in enumerate(line.rstrip() for line in lines):
        x = 0 if i else indent
        room = width - x - width_of(line, size, font)
        gaps = len(line) - 1 if font == CHINESE else line.count(" ")
        result.append(Piece(x, 0, line, size, font, room / gaps if gaps and i < len(lines) - 1 else 0))
    return result


def pour(texts, *frames, size=10, leading=1.3, indent=2, font=""):
    """Paragraphs run through frames ((x, width), top, number of lines), as one list of lines for each frame."""
    lines = [line for text in texts for line in wrapped(text, frames[0][0][1], size, indent * size, font)]
    result = []
    for (x, _), top, number in frames:
        result.append([p._replace(x=x + p.x, y=top - i * size * leading) for i, p in enumerate(lines[:number])])
        lines = lines[number:]
    assert not lines
    return result


def block(text, column, top, **options):
    """One paragraph, its first line not indented."""
    return pour([text], (column, top, 99), **{"indent": 0, **options})[0]


def head(x, y, text, size=12):
    return Piece(x, y, text, size, BOLD if font_of(text) == LATIN else CHINESE)


def rows(*columns):
    """The lines of columns, drawn from left to right and then down."""
    return sorted((p for column in columns for p in column), key=lambda p: (-p.y, p.x))


def turned(pieces, width=WIDTH):
    """What is set on a page that lies on its side, on a standing page of this width: it runs upwards."""
    return [p._replace(x=width - p.y, y=p.x, turn=90) for p in pieces]


@pytest.fixture(params=ENGINES)
def read(request):
    """Reads a PDF; every rule holds for both engines."""

    def read(raw, **options):
        return validate(read_pdf(raw, {"id": "a", "path": "a.pdf"}, PdfOptions(request.param, **options)))

    return read


def paragraphs(doc):
    return body_text(doc).split("\n\n")


def kinds(doc, kind):
    return [doc.surface(b) for b in doc.blocks if b.kind == kind]


def sections(doc):
    """The section of each paragraph of the body."""
    return {doc.surface(b)[:12]: b.section for b in doc.blocks if b.kind in ("paragraph", "abstract")}


def box_of(doc, word):
    start = doc.text.index(word)
    return doc.place(start, start + len(word))


EN = (
    "Mitochondria of heart muscle fuse and divide all day long. Mitofusin two sits in their outer membrane and draws two"
    " organelles together until the lipids mix, whereas a ring of dynamin related protein one cuts them apart. Cells"
    " that lose either side grow weak within days, and mice without both proteins die of a wide heart.",
    "Iron gathers in old cells because ferritin is broken down faster than it is made. Free iron feeds the peroxidation"
    " of membranes, which GPX4 holds back as long as glutathione lasts. When cystine no longer comes in through"
    " SLC7A11, the lipids of the membrane tear and the cell dies without the marks of apoptosis.",
    "Smooth muscle of the aorta turns to bone where phosphate is high. RUNX2 rises first, the contractile proteins fall,"
    " and vesicles loaded with calcium bud into the matrix. Magnesium slows all of this in culture, but nobody has yet"
    " shown that it protects the arteries of patients whose kidneys have failed.",
    "Damaged mitochondria carry PINK1 on their surface, since a pore that has lost its voltage cannot pull the kinase"
    " inside. Parkin follows, and chains of ubiquitin call the receptors that lead a membrane around the organelle."
    " The lysosome does the rest, and amino acids return to the cytosol within the hour.",
    "The endoplasmic reticulum touches one mitochondrion in five at any moment. Calcium passes from the receptor to the"
    " channel through a tether of GRP75, and the matrix answers with more ATP. In hearts of old animals the contacts"
    " are wider, so that less calcium arrives and every beat costs more oxygen than before.",
    "Lipid droplets of the liver are coated by perilipins that keep the lipases away. Fasting removes the coat, fatty"
    " acids leave for the mitochondria, and the droplets shrink in a night. The few that stay lie close to the nucleus"
    " and hold sterols, whose use for the cell is not known to us.",
)
ZH = (
    "心肌细胞的线粒体昼夜不停地融合与分裂。外膜上的融合蛋白把两个细胞器拉近，直到脂质相互混合；而动力相关蛋白聚成圆环，再把它们切开。"
    "任何一方缺失，细胞在数天之内便会衰弱，同时缺少两种蛋白的小鼠因心腔扩大而死亡，这一点已由多个课题组分别证实。",
    "衰老的细胞之中铁不断堆积，原因是铁蛋白的降解快于合成。游离的铁推动膜脂的过氧化，谷胱甘肽充足的时候这一过程受到抑制。"
    "一旦胱氨酸不能再进入细胞，膜上的脂质随即破裂，细胞死去，却看不到凋亡所特有的形态学改变与染色质的浓缩。",
    "血磷升高的时候，主动脉的平滑肌细胞转变为成骨样细胞。转录因子首先上升，收缩蛋白随后下降，装满钙离子的囊泡被释放到基质之中。"
    "镁离子在培养的细胞里可以延缓这一过程，但它能否保护肾脏衰竭的患者的动脉，目前还没有人给出可靠的临床证据。",
    "受损的线粒体失去膜电位以后，激酶不能再被拉入内膜，于是停留在它的表面。泛素连接酶随之而来，在外膜上接成长链，招来自噬的受体。"
    "双层的膜把细胞器包裹起来送往溶酶体，其中的氨基酸大约在一个小时之内又回到胞质，供给新的蛋白质的合成。",
    "内质网与大约五分之一的线粒体保持接触，钙离子经由受体与通道之间的桥梁进入基质，呼吸链因此加快，细胞得到更多的能量。"
    "在年老动物的心脏里，两者之间的距离变宽，到达的钙离子减少，每一次搏动所消耗的氧气也就比年轻的时候更多。",
    "肝脏的脂滴外面有一层蛋白，使脂肪酶不能靠近。禁食以后外层脱落，脂肪酸离开脂滴进入线粒体，脂滴在一夜之间缩小。"
    "剩下的少数紧靠细胞核，里面储存的是固醇，它们对于细胞究竟有什么用处，我们至今还没有找到满意的解释与证明。",
)


# Reading order


@pytest.mark.parametrize(("texts", "across"), [(EN, False), (EN, True), (ZH, False)], ids=["en", "en row by row", "zh"])
def test_three_columns_are_read_one_after_the_other(read, texts, across):
    frames = [((40 + 180 * i, 150), 760, 22 if texts is EN else 17) for i in range(3)]
    a, b, c = pour(texts, *frames[:2], (*frames[2][:2], 99))
    assert paragraphs(read(pdf(rows(a, b, c) if across else [*a, *b, *c]))) == list(texts)


@pytest.mark.parametrize(
    ("texts", "headings"),
    [(EN, ("1. Fusion of the organelles", "2. The vessel wall")), (ZH, ("1 线粒体的融合", "2 血管的钙化"))],
    ids=["en", "zh"],
)
@pytest.mark.parametrize("order", ["in order", "headings last", "row by row"])
def test_two_columns_with_headings_are_read_in_any_drawing_order(read, texts, headings, order):
    heads = [head(LEFT[0], 760, headings[0]), head(RIGHT[0], 600, headings[1])]
    left, above = pour(texts[:3], (LEFT, 740, 17 if texts is EN else 13), (RIGHT, 760, 99))
    (below,) = pour(texts[3:5], (RIGHT, 580, 99))
    drawn = {
        "in order": [heads[0], *left, *above, heads[1], *below],
        "headings last": [*left, *above, *below, *heads[::-1]],
        "row by row": rows(heads, left, above, below),
    }[order]
    doc = read(pdf(drawn))
    assert paragraphs(doc) == [headings[0], *texts[:3], headings[1], *texts[3:5]]
    assert kinds(doc, "heading") == list(headings)


def test_blocks_of_one_column_that_are_drawn_backwards_are_read_downwards(read):
    parts = [block(text, WHOLE, 740 - 90 * i) for i, text in enumerate(EN[:4])]
    assert paragraphs(read(pdf([p for part in parts[::-1] for p in part]))) == list(EN[:4])


@pytest.mark.parametrize("first", ["data", "abstract"])
def test_column_of_article_data_stays_apart_from_the_abstract_beside_it(read, first):
    title = [Piece(50, 780, "Iron and the ageing of membranes", 18)]
    data = [
        Piece(50, 700 - 11 * i, text, 8)
        for i, text in enumerate(
            [
                "Received 3 May 2025",
                "Accepted 9 July 2025",
                "Published 1 August",
                "Edited by A. Writer",
                "Volume 3, number 2",
            ]
        )
    ]
    abstract = [Piece(190, 715, "Abstract", 10, BOLD), *block(EN[1], (190, 355), 700)]
    body = [Piece(50, 560, "1. Introduction", 12, BOLD), *block(EN[2], WHOLE, 540), *block(EN[3], WHOLE, 470)]
    drawn = data + abstract if first == "data" else abstract + data
    doc = read(pdf(title + drawn + body))
    assert kinds(doc, "abstract") == [EN[1]]
    assert kinds(doc, "paragraph") == [EN[2], EN[3]]


@pytest.mark.parametrize(
    ("texts", "caption"),
    [
        (
            EN,
            "Figure 1. Steps by which two organelles become one, drawn over the full width of the page for all to see.",
        ),
        (ZH, "图 1 两个细胞器合为一个的各个步骤，图占整个页面的宽度，箭头表示钙离子的流向"),
    ],
    ids=["en", "zh"],
)
@pytest.mark.parametrize("order", ["in order", "figure last", "row by row"])
def test_figure_over_both_columns_does_not_mix_what_is_above_and_below(read, texts, caption, order):
    labels = [
        Piece(80 + 90 * i, 560 - 20 * (i % 3), label, 7) for i, label in enumerate(["MFN2", "OPA1", "DRP1", "FIS1"])
    ]
    figure = [*labels, Piece(70, 500, caption, 8)]
    number = 8 if texts is EN else 7
    parts = pour(texts[:4], (LEFT, 740, number), (LEFT, 460, number + 1), (RIGHT, 740, number), (RIGHT, 460, 99))
    drawn = {
        "in order": [*parts[0], *figure, *parts[1], *parts[2], *parts[3]],
        "figure last": [*parts[0], *parts[1], *parts[2], *parts[3], *figure],
        "row by row": rows(*parts[::2], figure, *parts[1::2]),
    }[order]
    doc = read(pdf(drawn))
    assert kinds(doc, "caption") == [caption]
    assert kinds(doc, "table") == [p.text for p in labels]


@pytest.mark.parametrize("texts", [EN, ZH], ids=["en", "zh"])
def test_paragraph_goes_on_over_a_page_that_begins_with_a_table(read, texts):
    caption = "Table 1. Receptors of three tissues" if texts is EN else "表 1 三种组织的受体"
    cells = ["Tissue    Receptor", "Heart    FUNDC1", "Liver    BNIP3"]
    table = [Piece(50, 752, caption, 9)]
    table += [
        Piece(60 + 200 * i, 740 - 12 * j, cell, 8)
        for j, row in enumerate(cells)
        for i, cell in enumerate(row.split("    "))
    ]
    upper, lower = pour(texts[:3], (WHOLE, 200, 9 if texts is EN else 6), (WHOLE, 680, 99))
    doc = read(pdf([*pour(texts[3:5], (WHOLE, 760, 99))[0], *upper], [*table, *lower]))
    assert [text for text in paragraphs(doc) if text != caption] == [*texts[3:5], *texts[:3]]
    assert kinds(doc, "caption") == [caption]


def test_paragraph_goes_on_under_a_figure_at_the_head_of_the_next_column(read):
    left, right = pour(EN[:4], (LEFT, 760, 16), (RIGHT, 600, 99))
    labels = [Piece(330 + 50 * i, 740 - 15 * i, label, 7) for i, label in enumerate(["MFN1", "MFN2", "OPA1"])]
    caption = "Figure 2. Proteins of the membranes that meet."
    doc = read(pdf([*left, *labels, Piece(RIGHT[0], 650, caption, 8), *right]))
    assert [text for text in paragraphs(doc) if text != caption] == list(EN[:4])


# Indices and exponents


def with_index(before, index, after, rise, size=6, x=50, y=560):
    """A line with small print in it: its two halves, and what is raised (or lowered) between them."""
    end = x + width_of(before)
    return [
        Piece(x, y, before),
        Piece(end, y + rise, index, size),
        Piece(end + width_of(index, size), y, after),
    ]


@pytest.mark.parametrize(
    ("before", "index", "after", "rise", "whole", "late"),
    [
        ("The mark m", "6", "A on the transcript is read by YTHDF2.", 4, "mark m6A on the", False),
        ("The mark m", "6", "A on the transcript is read by YTHDF2.", 4, "mark m6A on the", True),
        ("The rise of Ca", "2+", " in the matrix lasts for a second or two.", 4, "of Ca2+ in the", False),
        ("Cells were kept in 5% CO", "2", " for two days and then fixed.", -2, "5% CO2 for", False),
        ("Cells were kept in 5% CO", "2", " for two days and then fixed.", -2, "5% CO2 for", True),
        ("The loss of GPX4 is enough", "12,13", " to kill the cell.", 4, "is enough 12,13 to kill", False),
        ("铁死亡是一种受到调控的死亡", "7", "，与凋亡不同。", 4, "调控的死亡 7，与凋亡不同", False),
        ("模型小鼠心肌组织中 m", "6", "A 的水平升高。", 4, "组织中 m6A 的水平", False),
    ],
)
def test_small_print_in_a_line_is_put_where_it_stands(read, before, index, after, rise, whole, late):
    left, small, right = with_index(before, index, after, rise)
    drawn = [left, right, *block(EN[3], WHOLE, 460), small] if late else [left, small, right]
    doc = read(pdf([*block(EN[2], WHOLE, 700), *drawn]))
    assert whole in body_text(doc)
    _, (_, _, x1, _) = box_of(doc, whole[: whole.index(index) + len(index)])
    assert x1 == pytest.approx(right.x, abs=1)


def test_index_drawn_after_all_lines_has_its_own_box(read):
    before, index, after = with_index("Much CO", "2", " leaves the cell through the membrane.", -2)
    doc = read(pdf([before, after, *block(EN[0], WHOLE, 460), index]))
    _, (x0, _, x1, _) = box_of(doc, "CO2")
    assert x0 == pytest.approx(50 + width_of("Much "), abs=1)
    assert x1 == pytest.approx(index.x + width_of("2", 6), abs=1)


# Line ends


@pytest.mark.parametrize(
    ("upper", "lower", "whole"),
    [
        ("is changed by phos-", "phorylation of serine", "by phosphorylation of serine"),
        ("is broken down by Parkin-", "mediated mitophagy", "by Parkin-mediated mitophagy"),
        ("answers to stress of the mito-", "chondria with", "of the mitochondria with"),
        ("is raised by BMP-", "2 and by BMP4", "by BMP-2 and by BMP4"),
    ],
)
@pytest.mark.parametrize("where", ["line", "column", "page"])
def test_word_broken_at_the_end_of_a_line_column_or_page_is_one(read, upper, lower, whole, where):
    upper, lower = f"This protein of the membrane {upper}", f"{lower} while the cell rests."
    full = Piece(50, 530, upper, spread=(LEFT[1] - width_of(upper)) / upper.count(" "))
    left = [*block(EN[0], LEFT, 760), *block(EN[1], LEFT, 650), full]
    rest = block(EN[2], RIGHT, 720)
    pages = {
        "line": ([*left, Piece(50, 517, lower), *rest],),
        "column": ([*left, Piece(313, 760, lower), *rest],),
        "page": (left, [Piece(50, 760, lower), *block(EN[2], LEFT, 720)]),
    }[where]
    assert whole in body_text(read(pdf(*pages)))


def test_lines_with_chinese_are_joined_without_a_blank_and_others_with_one(read):
    lines = [
        "敲低心肌细胞中的 GRP75",
        "可以抑制钙离子转移，而 GRP75",
        "overexpression 的作用相反并使",
        "contact sites 增多",
    ]
    doc = read(pdf([Piece(50, 700 - 13 * i, line, font=CHINESE) for i, line in enumerate(lines)]))
    assert "GRP75可以抑制" in doc.text
    assert "GRP75 overexpression" in doc.text
    assert "相反并使contact sites" in doc.text


@pytest.mark.parametrize(
    ("drawn", "name"),
    [
        ("A B S T R A C T", "ABSTRACT"),
        ("M E T H O D S", "METHODS"),
        ("内 容 提 要", "内容提要"),
        ("研 究 方 法", "研究方法"),
    ],
)
def test_letters_set_apart_are_a_word(read, drawn, name):
    texts = ZH if font_of(drawn) == CHINESE else EN
    doc = read(pdf([Piece(50, 760, drawn, 12), *block(texts[0], WHOLE, 735), *block(texts[1], WHOLE, 650)]))
    assert doc.text.startswith(f"{name}\n{texts[0][:10]}")


def test_blanks_between_words_set_apart_stay(read):
    drawn = [Piece(50, 760, "M E T H O D S", 12, BOLD), Piece(160, 760, "U S E D", 12, BOLD)]
    assert read(pdf([*drawn, *block(EN[0], WHOLE, 735)])).text.startswith("METHODS USED\n")


# Spelling of characters


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("ＭＦＮ２ 与 ｐ５３", "MFN2 与 p53"),
        ("（ＧＰＸ４）：", "（GPX4）："),
        ("ﬁbrosis, aﬀect, eﬃcient", "fibrosis, affect, efficient"),
        ("\u2f3c肌\u2f8e管", "心肌血管"),
        ("\uf9d1\uf914", "六樂"),
        ("TGF-\uf062, 5 \uf06dM", "TGF-β, 5 μM"),
        ("p \uf0a3 0.05 \uf0b1 1", "p ≤ 0.05 ± 1"),
        ("5\u2009µM, 3 \u212b", "5 μM, 3 Å"),
        ("\U0001d6fc-synuclein", "α-synuclein"),
        ("a\u2009b\u3000c\u00a0 d", "a b c d"),
        ("zero\u200bwidth\ufeff", "zerowidth"),
        ("soft\u00adware\u00ad", "software\u00ad"),
        ("\ue123\uf041", f"{UNKNOWN}Α"),
        ("naïve Müller cells, Sjögren", "naïve Müller cells, Sjögren"),
        ("IL-1β：“线粒体”", "IL-1β：“线粒体”"),
    ],
)
def test_characters_are_spelled_as_they_are_read(text, plain):
    assert spelled(text)[0] == plain


def test_places_of_characters_follow_their_spelling():
    plain, places = spelled("eﬃcient\u200b p\u2009\u2009\uf0b3 0")
    assert plain == "efficient p ≥ 0"
    assert [plain[a:b] for a, b in itertools.pairwise(places)] == [
        "e", "ffi", "c", "i", "e", "n", "t", "", " ", "p", " ", "", "≥", " ", "0",
    ]  # fmt: skip
    assert spelled("线粒体 MFN2") == ("线粒体 MFN2", None)


def test_chinese_in_pairs_of_latin_letters_is_decoded():
    pairs = "线粒体自噬".encode("gb2312").decode("latin-1")
    assert spelled(pairs)[0] == "线粒体自噬"
    assert spelled(f"PINK1 {pairs}")[0] == "PINK1 线粒体自噬"
    assert spelled(f"{pairs[:2]} in a sentence of English words")[0].startswith(pairs[:2])


def test_latin_words_in_rare_ideographs_are_mended(read):
    lines = ["犜犺犲 犿犻狋狅犮犺狅狀犱狉犻犪 狅犳 狋犺犲 犺犲犪狉狋", "犳狌狊犲 犪狀犱 犱犻狏犻犱犲"]
    doc = read(pdf([*block(ZH[0], WHOLE, 760), *(Piece(50, 680 - 13 * i, line) for i, line in enumerate(lines))]))
    assert "The mitochondria of the heart" in doc.text
    assert ZH[0] in doc.text


def test_lone_rare_ideograph_stays(read):
    assert not is_garbled_gbk("一头犜，两个字：犜犺。")
    assert mend_gbk("犕犉犖２") == "MFN２"
    assert "一头犜在山中" in read(pdf([Piece(50, 700, "一头犜在山中行走。"), *block(ZH[0], WHOLE, 680)])).text


# Furniture


def numbered_pages(texts, furniture):
    """Four pages of body text, the paragraphs running over their ends, each with the furniture made for its number."""
    column, number = (50, 300), 9 if texts is EN else 6
    frames = [(column, 740, number)] * 3 + [(column, 740, 99)]
    return [[*furniture(i), *lines] for i, lines in enumerate(pour(texts, *frames), start=1)]


@pytest.mark.parametrize(
    "furniture",
    [
        pytest.param(
            lambda i: [
                Piece(50 if i % 2 else 300, 805, "Notes on Organelles 2026, 4" if i % 2 else "Iron and membranes", 8),
                Piece(530 if i % 2 else 50, 805, str(110 + i), 8),
            ],
            id="odd and even heads with numbers",
        ),
        pytest.param(lambda i: [Piece(290, 40, f"- {i} -", 9)], id="numbers with dashes"),
        pytest.param(lambda i: [Piece(270, 40, f"第 {i} 页 共 4 页", 9)], id="numbers in Chinese"),
        pytest.param(lambda i: [Piece(280, 40, ["i", "ii", "iii", "iv"][i - 1], 9)], id="Roman numbers"),
        pytest.param(
            lambda i: [Piece(400, 805, ("Doe et al. {}" if i % 2 else "Fusion of membranes {}").format(20 + i), 8)],
            id="heads in step with the pages",
        ),
        pytest.param(
            lambda i: [
                Piece(50, 60, "This copy is for the library of our own institute and must not be sent on", 7),
                Piece(50, 50, "to anybody else without asking.", 7),
            ],
            id="notice on every page",
        ),
        pytest.param(lambda i: [Piece(120, 250, "DRAFT NOT FOR CITATION", 48, turn=50)], id="diagonal watermark"),
        pytest.param(
            lambda i: [Piece(24, 200, "Downloaded in May 2026 by a reader", 8, turn=90)], id="stamp in the margin"
        ),
        pytest.param(
            lambda i: [Piece(575, 600, "Stored by the library 1:2026", 8, turn=270)] if i == 1 else [],
            id="stamp on one page",
        ),
        pytest.param(
            lambda i: [Piece(25, 740 - 13 * j, str(12 * (i - 1) + j + 1), 7) for j in range(12)], id="numbers of lines"
        ),
    ],
)
@pytest.mark.parametrize("texts", [EN, ZH], ids=["en", "zh"])
def test_furniture_is_dropped_and_paragraphs_run_on_over_page_ends(read, texts, furniture):
    pages = numbered_pages(texts, furniture)
    drawn = "".join(p.text for page in pages for p in page if p.size != 10)
    doc = read(pdf(*pages))
    assert paragraphs(doc) == list(texts)
    # Slanting print may come letter by letter.
    assert sorted("".join(kinds(doc, "furniture")).replace(" ", "")) == sorted(drawn.replace(" ", ""))


@pytest.mark.parametrize(("late", "leading"), [(False, 1.3), (True, 2)], ids=["with each line", "after all lines"])
def test_line_numbers_of_a_manuscript_are_dropped(read, late, leading):
    lines = pour(EN[:4], (WHOLE, 760, 99), leading=leading)[0]
    numbers = [Piece(30 - width_of(str(7 + i), 8), line.y, str(7 + i), 8) for i, line in enumerate(lines)]
    doc = read(pdf(lines + numbers if late else rows(lines, numbers)))
    assert paragraphs(doc) == list(EN[:4])
    assert kinds(doc, "furniture") == [p.text for p in numbers]


def test_numbered_list_at_the_foot_of_pages_stays(read):
    steps = (
        "Mice were put to sleep.",
        "Hearts were cut out.",
        "Slices were stained.",
        "Images were taken.",
        "Cells were counted.",
    )
    pages = [block(text, WHOLE, 760) for text in EN[:2]]
    for i, step in enumerate(steps):
        y = 120 - 14 * (i % 3)
        pages[i // 3] += [Piece(50, y, f"{i + 1}."), Piece(70, y, step)]
    text = body_text(read(pdf(*pages)))
    assert re.sub(r"\s+", " ", text).endswith("4. Images were taken. 5. Cells were counted.")
    assert all(f"{i}. {step}" in text for i, step in enumerate(steps, start=1))


def test_caption_repeated_over_the_pages_of_a_long_table_stays(read):
    caption = "Table 3. Genes of the screen (continued)"
    cells = [name + page + letter for page in "wxyz" for letter in "abcdefghij" for name in ("Ferr", "Mito", "Lipo")]
    pages = [
        [
            Piece(50, 782, caption, 9),
            *(Piece(50 + 150 * (k % 3), 770 - 12 * (k // 3), c, 8) for k, c in enumerate(part)),
        ]
        for part in (cells[i : i + 30] for i in range(0, 120, 30))
    ]
    doc = read(pdf([*block(EN[0], WHOLE, 760), *block(EN[1], WHOLE, 660)], *pages))
    assert kinds(doc, "caption") == [caption] * 4
    assert paragraphs(doc) == [EN[0], EN[1], *[caption] * 4]


def test_pages_that_hold_one_similar_line_each_keep_it(read):
    pages = [[Piece(50, 700, f"第 {i} 号样本的记录"), Piece(290, 40, str(i), 8)] for i in range(1, 6)]
    doc = read(pdf(*pages))
    assert all(f"第 {i} 号样本的记录" in body_text(doc) for i in range(1, 6))
    assert kinds(doc, "furniture") == ["1", "2", "3", "4", "5"]


# Kinds and sections


def test_english_paper_is_taken_apart(read):
    doc = read(
        pdf(
            [
                Piece(50, 805, "Notes on Organelles", 9),
                Piece(50, 770, "Iron, membranes and the slow death of", 18, BOLD),
                Piece(50, 748, "cells in the ageing heart", 18, BOLD),
                Piece(50, 725, "Ann Writer1,*, Bo Reader1,2 and Cy Drawer2", 11),
                Piece(50, 708, "1 Department of Organelles, University of Nowhere, Nowhere", 8),
                Piece(50, 698, "2 Institute of Membranes, Hospital of Elsewhere, Elsewhere", 8),
                Piece(50, 688, "* Correspondence: ann.writer@example.org", 8),
                Piece(50, 665, "Abstract", 11, BOLD),
                *block(EN[1], WHOLE, 650),
                Piece(50, 590, "Keywords: ferroptosis; ageing; GPX4; lipid peroxidation", 10),
                Piece(50, 560, "1. Introduction", 12, BOLD),
                *block(EN[0], WHOLE, 543),
                Piece(50, 485, "2. Results", 12, BOLD),
                Piece(50, 468, "2.1. Contacts of two organelles", 10, BOLD),
                *block(EN[4], WHOLE, 453),
                Piece(50, 395, "Vessels turn to bone", 10, BOLD),
                *block(EN[2], WHOLE, 380),
            ]
        )
    )
    assert doc.title == "Iron, membranes and the slow death of cells in the ageing heart"
    assert kinds(doc, "author") == [
        "Ann Writer1,*, Bo Reader1,2 and Cy Drawer2",
        "* Correspondence: ann.writer@example.org",
    ]
    found = " ".join(kinds(doc, "affiliation"))
    assert "University of Nowhere" in found
    assert "Hospital of Elsewhere" in found
    assert kinds(doc, "abstract") == [EN[1]]
    assert kinds(doc, "keywords") == ["Keywords: ferroptosis; ageing; GPX4; lipid peroxidation"]
    assert kinds(doc, "heading") == [
        "Abstract",
        "1. Introduction",
        "2. Results",
        "2.1. Contacts of two organelles",
        "Vessels turn to bone",
    ]
    assert kinds(doc, "paragraph") == [EN[0], EN[4], EN[2]]
    assert list(sections(doc).values()) == [
        "Abstract",
        "Introduction",
        "Contacts of two organelles",
        "Vessels turn to bone",
    ]
    assert "Notes on Organelles" not in body_text(doc)


def test_chinese_paper_is_taken_apart(read):
    doc = read(
        pdf(
            [
                Piece(60, 805, "综 述", 9),
                Piece(90, 770, "铁、膜脂与衰老心脏中细胞的缓慢死亡", 18),
                Piece(220, 745, "张三1，李四1,2，王小五2", 11),
                Piece(90, 728, "（1 某某大学细胞器学院，某城 100001；2 某某医院心脏研究所，某城 100002）", 8),
                *block("摘要：" + ZH[1], WHOLE, 705, size=9),
                Piece(50, 640, "关键词：铁死亡；衰老；脂质过氧化", 9),
                Piece(90, 610, "Iron, membranes and slow death in the ageing heart", 14, BOLD),
                Piece(200, 592, "ZHANG San1, LI Si1,2, WANG Xiaowu2", 9),
                *block("Abstract: " + EN[1], WHOLE, 570, size=9),
                Piece(50, 505, "Key words: ferroptosis; ageing", 9),
                Piece(50, 480, "1 引言", 12),
                *block(ZH[0], WHOLE, 460),
                Piece(50, 400, "2 结果", 12),
                Piece(50, 382, "2.1 两种细胞器的接触", 10),
                *block(ZH[4], WHOLE, 367),
                Piece(50, 310, "结 论", 12),
                *block(ZH[5], WHOLE, 290),
            ]
        )
    )
    assert doc.title == "铁、膜脂与衰老心脏中细胞的缓慢死亡"
    assert doc.title_other == "Iron, membranes and slow death in the ageing heart"
    assert kinds(doc, "abstract") == [ZH[1], EN[1]]
    assert kinds(doc, "keywords") == ["关键词：铁死亡；衰老；脂质过氧化", "Key words: ferroptosis; ageing"]
    assert kinds(doc, "paragraph") == [ZH[0], ZH[4], ZH[5]]
    assert list(sections(doc).values())[2:] == ["引言", "两种细胞器的接触", "结论"]
    names = kinds(doc, "author") + kinds(doc, "affiliation")
    assert any("王小五" in name for name in names)
    assert any("某某医院" in name for name in names)
    assert any("WANG Xiaowu" in name for name in names)


def test_english_abstract_behind_the_chinese_reference_list_is_found(read):
    first = [
        Piece(90, 770, "铁、膜脂与衰老心脏中细胞的缓慢死亡", 18),
        Piece(220, 745, "张三，李四", 11),
        *block("摘要：" + ZH[1], WHOLE, 705, size=9),
        Piece(50, 610, "1 引言", 12),
        *block(ZH[0], WHOLE, 590),
        *block(ZH[2], WHOLE, 500),
        *block(ZH[3], WHOLE, 420),
    ]
    second = [
        Piece(50, 760, "参考文献", 12),
        *(
            Piece(50, 740 - 13 * i, f"[{i}] 作者甲, 作者乙. 细胞器研究第{i}篇[J]. 细胞杂志, 20{10 + i}, {i}: 1-9.", 9)
            for i in range(1, 9)
        ),
        Piece(90, 580, "Iron, membranes and slow death in the ageing heart", 14, BOLD),
        Piece(200, 560, "ZHANG San, LI Si", 9),
        *block("Abstract: " + EN[1], WHOLE, 540, size=9),
    ]
    doc = read(pdf(first, second))
    assert kinds(doc, "abstract") == [ZH[1], EN[1]]
    assert doc.title_other == "Iron, membranes and slow death in the ageing heart"
    assert len(kinds(doc, "reference")) == 9


def test_heading_in_bold_of_the_body_s_size_is_found(read):
    page = [
        *block(EN[0], WHOLE, 760),
        Piece(50, 690, "Contacts of organelles", 10, BOLD),
        *block(EN[4], WHOLE, 675),
        *block(EN[5], WHOLE, 610),
    ]
    doc = read(pdf(page))
    assert kinds(doc, "heading") == ["Contacts of organelles"]
    assert [b.section for b in doc.blocks] == ["", *["Contacts of organelles"] * 3]


def test_bold_words_at_the_head_of_a_paragraph_are_no_heading(read):
    lead = Piece(50, 690, "Hearts of mice.", 10, BOLD)
    first = Piece(
        50 + width_of(lead.text, 10, BOLD) + 3, 690, "They were fixed in the cold, cut and stained with the dye of"
    )
    page = [*block(EN[0], WHOLE, 760), lead, first, *block("iron for an hour. " + EN[5], WHOLE, 677)]
    doc = read(pdf(page))
    assert kinds(doc, "heading") == []
    assert "Hearts of mice. They were fixed in the cold" in body_text(doc)


@pytest.mark.parametrize(
    ("caption", "texts"),
    [
        (
            "Figure 3. Membranes of the two organelles where they meet, seen in slices of hearts that were fixed in the cold,",
            EN,
        ),
        ("图 3 两种细胞器相互接触之处的膜，取自低温固定的心脏切片，箭头表示二者之间的桥梁以及钙离子的通道，标尺为", ZH),
    ],
    ids=["en", "zh"],
)
def test_caption_over_two_lines_is_one(read, caption, texts):
    end = "stained with osmium." if texts is EN else "一百纳米"
    page = [
        *block(texts[0], WHOLE, 760),
        Piece(60, 600, caption, 8),
        Piece(60, 590, end, 8),
        *block(texts[2], WHOLE, 560),
    ]
    doc = read(pdf(page))
    assert kinds(doc, "caption") == [caption + (" " if texts is EN else "") + end]
    assert kinds(doc, "paragraph") == [texts[0], texts[2]]


TABLE = (
    ("Gene", "Tissue", "Fold change"),
    ("GPX4", "heart", "0.41"),
    ("ACSL4", "liver", "2.75"),
    ("SLC7A11", "kidney", "0.63"),
)


@pytest.mark.parametrize(
    ("caption", "size"),
    [
        ("Table 2. Expression of three genes", 10),
        ("Table 2. Expression of three genes", 8),
        ("表 2 三个基因的表达", 8),
        ("", 10),
        ("", 8),
    ],
)
def test_cells_of_a_table_are_no_paragraphs(read, caption, size):
    texts = ZH if font_of(caption) == CHINESE else EN
    cells = [Piece(60 + 150 * i, 640 - 14 * j, cell, size) for j, row in enumerate(TABLE) for i, cell in enumerate(row)]
    head_ = [Piece(60, 660, caption, 9)] if caption else []
    doc = read(pdf([*block(texts[0], WHOLE, 760), *head_, *cells, *block(texts[2], WHOLE, 560)]))
    assert kinds(doc, "paragraph") == [texts[0], texts[2]]
    assert kinds(doc, "caption") == [caption] * bool(caption)
    found = " ".join(kinds(doc, "table"))
    assert all(cell in found for row in TABLE for cell in row)


def test_labels_of_a_figure_are_no_paragraphs(read):
    labels = [
        Piece(90 + 110 * (i % 3), 660 - 25 * i, label, 7)
        for i, label in enumerate(["Outer membrane", "Matrix", "Ca", "ER"])
    ]
    caption = Piece(60, 540, "Fig. 4. Where the calcium goes.", 8)
    doc = read(pdf([*block(EN[0], WHOLE, 760), *labels, caption, *block(EN[2], WHOLE, 510)]))
    assert kinds(doc, "paragraph") == [EN[0], EN[2]]
    assert [b.kind for b in doc.blocks if doc.surface(b) in ("Outer membrane", "Matrix", "Ca", "ER")] == ["table"] * 4


def test_display_formula_with_its_number_is_no_paragraph(read):
    formula = [Piece(220, 690, "J = P (c1 - c2) + k   (3)")]
    doc = read(pdf([*block(EN[0], WHOLE, 760), *formula, *block(EN[2], WHOLE, 665)]))
    assert " ".join(kinds(doc, "formula")).startswith("J = P (c1 - c2) + k")
    assert kinds(doc, "paragraph") == [EN[0], EN[2]]


def test_small_print_at_the_foot_is_a_footnote(read):
    note = "a Strains are named as in the catalogue of the breeder and were kept in the dark"
    page = [*block(EN[0], WHOLE, 760), *block(EN[1], WHOLE, 680), *block(EN[2], WHOLE, 600), Piece(50, 90, note, 7)]
    doc = read(pdf(page, block(EN[3], WHOLE, 760)))
    assert kinds(doc, "footnote") == [note]
    assert paragraphs(doc) == list(EN[:4])


def test_thanks_funding_and_interests_are_no_body(read):
    page = [
        *block(EN[0], WHOLE, 760),
        Piece(50, 690, "Acknowledgements", 12, BOLD),
        Piece(50, 672, "We thank the keepers of the mice for their patience over the years."),
        Piece(50, 650, "Funding: This work was paid for by nobody but the authors themselves."),
        Piece(50, 628, "Conflicts of interest", 12, BOLD),
        Piece(50, 610, "The authors have none."),
        Piece(50, 590, "References", 12, BOLD),
        *(
            Piece(50, 572 - 13 * i, f"{i}. Writer A. Paper {i}. Cell Notes 20{10 + i}; {i}:1-9.", 9)
            for i in range(1, 5)
        ),
    ]
    doc = read(pdf(page))
    assert kinds(doc, "acknowledgement") == [
        "Acknowledgements",
        "We thank the keepers of the mice for their patience over the years.",
    ]
    assert "Funding: This work was paid for by nobody but the authors themselves." in kinds(doc, "back")
    assert "The authors have none." in kinds(doc, "back")
    assert paragraphs(doc) == [EN[0]]


def test_reference_list_goes_on_though_entries_look_like_headings(read):
    entries = [
        line
        for i in range(1, 13)
        for line in (f"{i}. Writer A, Reader B. Fusion of organelles, part {i}.", f"    Cell Notes 20{10 + i};{i}:1-9")
    ]
    entries[8:8] = ["4 Mitochondrial Biology of the Heart"]
    page = [*block(EN[0], WHOLE, 760), *block(EN[1], WHOLE, 690), Piece(50, 620, "References", 12, BOLD)]
    page += [Piece(50, 600 - 12 * i, entry.strip(), 9) for i, entry in enumerate(entries)]
    doc = read(pdf(page))
    assert paragraphs(doc) == [EN[0], EN[1]]
    assert {b.kind for b in doc.blocks if b.start > doc.text.index("References")} == {"reference"}


def test_reference_as_the_head_of_a_table_s_column_is_no_reference_list(read):
    rows_ = [("Gene", "Tissue", "Reference"), ("GPX4", "heart", "our own data"), ("ACSL4", "liver", "our own data")]
    cells = [Piece(60 + 150 * i, 640 - 14 * j, cell, 8) for j, row in enumerate(rows_) for i, cell in enumerate(row)]
    page = [
        *block(EN[0], WHOLE, 760),
        Piece(60, 660, "Table 1. Genes", 8),
        *cells,
        *block(EN[2], WHOLE, 560),
        *block(EN[3], WHOLE, 480),
    ]
    doc = read(pdf(page))
    assert kinds(doc, "paragraph") == [EN[0], EN[2], EN[3]]
    assert kinds(doc, "reference") == []


# Paragraphs


@pytest.mark.parametrize("texts", [EN, ZH], ids=["en", "zh"])
def test_lines_of_a_manuscript_far_apart_are_one_paragraph(read, texts):
    pages = pour(texts, *[(WHOLE, 760, 12)] * 2, (WHOLE, 760, 99), leading=2.4)
    assert paragraphs(read(pdf(*pages))) == list(texts)


def test_paragraphs_without_indent_are_parted_by_white_space(read):
    page = [p for i, text in enumerate(EN[:4]) for p in block(text, WHOLE, 760 - 70 * i)]
    assert paragraphs(read(pdf(page))) == list(EN[:4])


@pytest.mark.parametrize(("size", "lines"), [(28, 2), (46, 3)])
def test_initial_over_several_lines_belongs_to_its_word(read, size, lines):
    initial = Piece(50, 760 - 13 * (lines - 1), EN[0][0], size)
    beside = 50 + width_of("M", size) + 1
    narrow = wrapped(EN[0][1:], 545 - beside)
    rest = " ".join(p.text for p in narrow[lines:])
    text = [p._replace(x=beside, y=760 - 13 * i) for i, p in enumerate(narrow[:lines])]
    text += block(rest, WHOLE, 760 - 13 * lines)
    assert paragraphs(read(pdf([initial, *text, *block(EN[1], WHOLE, 650)]))) == [EN[0], EN[1]]


# Pages that lie, turn or are cut; print outside and print on print


def test_table_on_a_page_that_lies_on_its_side_is_read_upright(read):
    cells = [Piece(90 + 180 * i, 440 - 16 * j, cell) for j, row in enumerate(TABLE) for i, cell in enumerate(row)]
    lying = turned([Piece(90, 470, "Table 2. Expression of three genes"), *cells])
    doc = read(pdf([*block(EN[0], WHOLE, 760), *block(EN[1], WHOLE, 680)], lying))
    assert kinds(doc, "caption") == ["Table 2. Expression of three genes"]
    assert " ".join(kinds(doc, "table")) == " ".join(cell for row in TABLE for cell in row)
    page, (x0, y0, x1, y1) = box_of(doc, "ACSL4")
    assert page == 2
    assert (y0, y1) == (pytest.approx(90, abs=1), pytest.approx(90 + width_of("ACSL4"), abs=1))
    assert x0 < WIDTH - 408 < x1
    assert x1 - x0 < 12


PAGES = {
    "as drawn": ({}, lambda x, y: (x, y)),
    "turned 90": ({"rotate": 90}, lambda x, y: (y, WIDTH - x)),
    "turned 180": ({"rotate": 180}, lambda x, y: (WIDTH - x, HEIGHT - y)),
    "turned 270": ({"rotate": 270}, lambda x, y: (HEIGHT - y, x)),
    "cut": ({"crop": (30, 40, 560, 800)}, lambda x, y: (x - 30, y - 40)),
    "cut and turned 90": ({"crop": (30, 40, 560, 800), "rotate": 90}, lambda x, y: (y - 40, 560 - x)),
    "cut and turned 270": ({"crop": (30, 40, 560, 800), "rotate": 270}, lambda x, y: (800 - y, x - 30)),
}


@pytest.mark.parametrize(("options", "shown"), PAGES.values(), ids=PAGES)
@pytest.mark.parametrize("upright", [True, False], ids=["upright as shown", "upright in the file"])
def test_boxes_are_those_of_the_page_as_it_is_shown(read, options, shown, upright):
    turn = options.get("rotate", 0) if upright else 0
    lines = block(EN[0], (0, 330), 0)
    at = {0: (120, 600), 90: (200, 200), 180: (480, 300), 270: (400, 600)}[turn]
    step = {0: (0, 1), 90: (-1, 0), 180: (0, -1), 270: (1, 0)}[turn]
    lines = [p._replace(x=at[0] + step[0] * p.y, y=at[1] + step[1] * p.y, turn=turn, spread=0) for p in lines]
    doc = read(pdf(lines, **options))
    assert paragraphs(doc) == [EN[0]]
    _, (x0, y0, x1, y1) = box_of(doc, "Mitochondria")
    along = {0: (1, 0), 90: (0, 1), 180: (-1, 0), 270: (0, -1)}[turn]
    # What is not upright has the box of its line.
    length = width_of("Mitochondria" if upright or "rotate" not in options else lines[0].text)
    begin, end = shown(*at), shown(at[0] + along[0] * length, at[1] + along[1] * length)
    across = abs(begin[0] - end[0]) > abs(begin[1] - end[1])
    low, high = (x0, x1) if across else (y0, y1)
    assert (low, high) == pytest.approx(sorted((begin[0], end[0]) if across else (begin[1], end[1])), abs=1)
    low, high = (y0, y1) if across else (x0, x1)
    assert low < (begin[1] if across else begin[0]) < high
    assert high - low < 14


def test_text_outside_the_page_is_dropped(read):
    outside = [
        Piece(50, -30, "Below the page"),
        Piece(50, 900, "Above the page"),
        Piece(700, 400, "Right of the page"),
        Piece(-200, 400, "Left of the page"),
    ]
    assert read(pdf([*outside, *block(EN[0], WHOLE, 700)])).text == EN[0]


def test_text_outside_the_cut_page_is_dropped(read):
    marks = [Piece(50, 20, "Printer's mark, sheet 4"), Piece(50, 820, "Colours")]
    assert read(pdf([*marks, *block(EN[0], WHOLE, 700)], crop=(30, 40, 560, 800))).text == EN[0]


@pytest.mark.parametrize("text", ["Death by iron", "铁与死亡"])
def test_bold_made_by_printing_thrice_comes_once(read, text):
    thrice = [Piece(50 + 0.3 * i, 720, text, 14) for i in range(3)]
    doc = read(pdf([*thrice, *block(EN[0], WHOLE, 700)]))
    assert doc.text.split("\n")[0] == text
    assert doc.text.count(text) == 1


@pytest.mark.parametrize("texts", [EN, ZH], ids=["en", "zh"])
def test_letters_printed_thrice_one_by_one_come_once(read, texts):
    word = "Ferritin" if texts is EN else "铁蛋白"
    glyphs = [
        Piece(50 + width_of(word[:i], 14) + 0.25 * k, 720, letter, 14)
        for i, letter in enumerate(word)
        for k in range(3)
    ]
    assert read(pdf([*glyphs, *block(texts[0], WHOLE, 700)])).text.split("\n")[0] == word


# Warnings and passwords


@pytest.mark.parametrize(
    ("page", "found"),
    [
        ({"lines": []}, "no text layer (scanned?)"),
        ({"lines": ["线粒体自噬"], "unmapped": 0.3}, "garbled text (a font without Unicode mapping), left out"),
        ({"lines": ["ab" + 3 * UNKNOWN]}, "garbled text (a font without Unicode mapping), left out"),
        ({"lines": ["a" * 20 + UNKNOWN]}, "some garbled characters (a font without Unicode mapping)"),
        ({"lines": ["a" * 200 + UNKNOWN]}, ""),
        (
            {"lines": ["a" * 1000] * 3, "cut": True},
            "more text than any page of a paper has; the first 3,000 characters are read",
        ),
        ({"lines": ["Fusion of mitochondria"]}, ""),
    ],
)
def test_what_is_odd_about_a_page_is_said(page, found):
    lines = [PageLine(text, 1, 0, 100, 100, 10) for text in page.pop("lines")]
    assert _oddity(Page(1, WIDTH, HEIGHT, lines, [], **page)) == found


def test_pages_without_text_among_others_are_named(read):
    pages = [block(EN[0], WHOLE, 760), [], block(EN[1], WHOLE, 760), [], [], block(EN[2], WHOLE, 760)]
    doc = read(pdf(*pages))
    assert doc.warnings == ("pages 2, 4-5: no text layer (scanned?)",)
    assert {b.page for b in doc.blocks} == {1, 3, 6}


def test_garbled_page_is_left_out_and_named(read):
    pdfmetrics.registerFont(TTFont("Vera", "Vera.ttf", asciiReadable=False))
    raw = pdf(block(EN[1], WHOLE, 760), block(EN[0], WHOLE, 760, font="Vera"))
    assert read(raw).warnings == ()
    doc = read(raw.replace(b"/ToUnicode", b"/ToNothing"))
    assert doc.text == EN[1]
    assert doc.warnings == ("page 2: garbled text (a font without Unicode mapping), left out",)


def test_second_of_two_passwords_opens_the_file(read):
    raw = pdf(block(EN[0], WHOLE, 700), encrypt=StandardEncryption("right", strength=128))
    assert read(raw, passwords=("wrong", "right")).text == EN[0]


@pytest.mark.parametrize(
    ("passwords", "found"), [((), "it needs a password"), (("a", "b"), "none of the passwords given")]
)
def test_wrong_password_is_refused_with_the_way_out(read, passwords, found):
    raw = pdf(block(EN[0], WHOLE, 700), encrypt=StandardEncryption("right", strength=128))
    with pytest.raises(PasswordError, match=rf"^a\.pdf: .*{found}.*--password"):
        read(raw, passwords=passwords)


# Boxes


def mixed_page():
    """A page of two columns in which Latin and Chinese print take turns, and where each word of it is drawn."""
    pieces, words = [], {}
    for column, (left, _) in enumerate((LEFT, RIGHT)):
        for row in range(30):
            x, y = left, 760 - 13 * row
            for k in range(4):
                word = (
                    ("Parkin", "SLC", "AMPK", "mTOR")[k] + str(100 * column + row)
                    if k % 2
                    else ZH[column][3 * row :][:3] + ZH[k][row]
                )
                gap = width_of(" ")
                pieces.append(Piece(x, y, word + " " * (k % 2)))
                words.setdefault(word, []).append((x, y, width_of(word)))
                x += width_of(word) + gap * (k % 2)
    return pieces, words


def test_boxes_of_words_in_mixed_columns_lie_on_the_drawn_words(read):
    pieces, words = mixed_page()
    doc = read(pdf(pieces))
    once = [word for word, places in words.items() if len(places) == 1 and doc.text.count(word) == 1]
    assert len(once) > 60
    for word in random.Random(4).sample(once, 60):
        ((x, y, width),) = words[word]
        page, (x0, y0, x1, y1) = box_of(doc, word)
        assert (page, x0, x1) == (1, pytest.approx(x, abs=1.5), pytest.approx(x + width, abs=1.5)), word
        assert y0 < y < y + 6 < y1, word
        assert y1 - y0 < 13, word


def test_text_is_the_same_without_edges_of_words(read):
    pieces, _ = mixed_page()
    raw = pdf(pieces, pour(EN[:3], (WHOLE, 760, 99))[0])
    with_edges, without = read(raw), read(raw, edges=False)
    assert with_edges.text == without.text
    assert with_edges.blocks == without.blocks
    assert [line.box for line in with_edges.lines] == [line.box for line in without.lines]


@pytest.fixture(scope="module")
def rendered():
    """Gives the image of a page of a file, three pixels a point, made once."""

    @functools.cache
    def image(path, page):
        with pypdfium2.PdfDocument(path) as pdf_file:
            return pdf_file[page - 1].render(scale=3, grayscale=True).to_pil()

    return image


@pytest.mark.parametrize(
    "name",
    [
        "ferroptosis_en.pdf",
        "mam_ageing_heart_zh.pdf",
        "mitochondrial_dynamics_zh.pdf",
        "mitophagy_heart_failure_en.pdf",
    ],
)
def test_boxes_of_words_hold_their_print(read, rendered, root, name):
    path = root / "corpora" / "samples" / name
    doc = read(path.read_bytes())
    words = [
        (line.start + m.start(), m[0])
        for line in doc.lines
        if doc.block_of(line.start).kind in BODY_KINDS
        for m in re.finditer(r"[A-Za-z0-9]{3,}|[\u4e00-\u9fff]{2,3}", doc.text[line.start : line.end])
    ]
    with pypdfium2.PdfDocument(path) as file:
        for start, word in random.Random(7).sample(words, 50):
            number, (x0, y0, x1, y1) = doc.place(start, start + len(word))
            image = rendered(path, number)
            low, high = image.crop(
                tuple(round(3 * v) for v in (x0, image.height / 3 - y1, x1, image.height / 3 - y0))
            ).getextrema()
            assert (low < 128, high > 200) == (True, True), word
            textpage = file[number - 1].get_textpage()
            found = "".join(textpage.get_text_bounded(x0 - 0.5, y0 - 0.5, x1 + 0.5, y1 + 0.5).split())
            assert word in found, word
            assert len(found) <= len(word) + 3, (word, found)
