"""Blocks drawn over the pages of PDF files made here: turned, cut, clipped, locked, damaged."""

import io
import re

import pypdfium2
import pytest
from PIL import Image

from pipeline.document import Block, Document
from pipeline.errors import ConfigError, ReadError
from pipeline.readers.pdf.draw import COLOURS, draw

WIDTH, HEIGHT = 400, 500


def paper(*pages, size=(WIDTH, HEIGHT), rotation=0, crop=None, **options):
    """A PDF whose pages hold an operator string each, turned and cut as a printer's programs do it."""
    from reportlab.pdfgen.canvas import Canvas

    file = io.BytesIO()
    canvas = Canvas(file, pagesize=size, invariant=True, **options)
    for content in pages:
        canvas.setFont("Helvetica", 10)
        canvas._code.append(content)
        canvas.showPage()
    canvas.save()
    if not (rotation or crop):
        return file.getvalue()
    with pypdfium2.PdfDocument(file.getvalue()) as pdf:
        for page in pdf:
            page.set_rotation(rotation)
            page.set_cropbox(*(crop or (0, 0, *size)))
        file = io.BytesIO()
        pdf.save(file)
    return file.getvalue()


def text(words, x=60, y=300):
    return f"BT /F1 10 Tf 1 0 0 1 {x} {y} Tm ({words}) Tj ET"


def document(*blocks, sep="\n"):
    """A document with a block of one letter for each (kind, page, box)."""
    return Document(
        id="a",
        path="a.pdf",
        text=sep.join("x" * len(blocks)),
        blocks=tuple(
            Block(i * (1 + len(sep)), i * (1 + len(sep)) + 1, kind, page=page, box=box)
            for i, (kind, page, box) in enumerate(blocks)
        ),
    )


def shown(raw, number=1):
    """A page as it is shown, two pixels a point."""
    with pypdfium2.PdfDocument(raw) as pdf:
        return pdf[number - 1].render(scale=2).to_pil().convert("RGB")


def drawn(raw, doc, tmp_path, form, passwords=()):
    """The first page with the drawing: a picture, and how many of its pixels are a point."""
    file, *_ = draw(raw, doc, tmp_path / f"out{form}", passwords)
    if form == ".pdf":
        return shown(file.read_bytes()), 2.0
    with Image.open(file) as picture:
        return picture.convert("RGB"), 110 / 72


def words_of(path, number=1, password=None):
    with pypdfium2.PdfDocument(path, password=password) as pdf:
        return pdf[number - 1].get_textpage().get_text_range()


def pixels(picture, scale, box):
    """A box on the page as one of the picture."""
    x0, y0, x1, y1 = box
    height = picture.height
    return tuple(round(v) for v in (x0 * scale, height - y1 * scale, x1 * scale, height - y0 * scale))


def near(picture, scale, x, y, reach=1.0):
    """The colours around a point of the page, given in points from its lower left corner."""
    area = picture.crop(pixels(picture, scale, (x - reach, y - reach, x + reach, y + reach)))
    return {colour for _, colour in area.getcolors(10_000)}


def is_like(colours, wanted):
    """Whether one of the colours is the wanted one, or that thinned with white by half, as thin lines come out."""
    full = [255 - c for c in wanted]
    for colour in colours:
        ink = [255 - c for c in colour]
        share = max(ink) / max(full)
        if share > 0.4 and all(abs(i - share * f) < 30 for i, f in zip(ink, full, strict=True)):
            return True
    return False


def assert_framed(picture, scale, box, kind):
    x0, y0, x1, y1 = box
    x, y = (x0 + x1) / 2, (y0 + y1) / 2
    for at in ((x0, y), (x1, y), (x, y0), (x1 - 1, y1)):
        assert is_like(near(picture, scale, *at), COLOURS[kind]), at
    blank = picture.copy()
    blank.paste((255, 255, 255), pixels(picture, scale, (x0 - 2, y0 - 2, x1 + 2, y1 + 8)))
    blank.paste((255, 255, 255), pixels(picture, scale, (0, 0, WIDTH + HEIGHT, 12)))
    assert blank.getcolors(1) is not None, "drawn far from the block and the legend"
    # The label stands upright over the upper left corner, and nowhere else.
    assert is_like(near(picture, scale, x0 + 2, y1 + 3), COLOURS[kind])
    assert near(picture, scale, x1 - 2, y1 + 3) == {(255, 255, 255)}


@pytest.mark.parametrize("form", [".pdf", ".png"])
@pytest.mark.parametrize("crop", [None, (30, 70, 350, 430)], ids=["whole", "cut"])
@pytest.mark.parametrize("rotation", [0, 90, 180, 270])
def test_frame_is_around_what_is_shown(tmp_path, rotation, crop, form):
    raw = paper("0.9 g 100 200 150 60 re f", rotation=rotation, crop=crop)
    before = shown(raw)
    left, top, right, bottom = Image.eval(before, lambda v: 255 - v).getbbox()
    box = (left / 2, (before.height - bottom) / 2, right / 2, (before.height - top) / 2)
    picture, scale = drawn(raw, document(("caption", 1, box)), tmp_path, form)
    assert abs(picture.width / scale - before.width / 2) < 1
    assert_framed(picture, scale, box, "caption")


@pytest.mark.parametrize(
    "content",
    [
        "0.5 0 0 0.5 90 20 cm",
        "q 2 0 0 2 10 10 cm q 0 1 -1 0 5 5 cm",
        "10 10 20 20 re W n",
        "10 10 90 90 re W n q 10 10 20 20 re W n q",
        "BT 7 Tr /F1 10 Tf (clip) Tj ET",
        "20 w [9 9] 0 d 1 0 0 RG",
    ],
    ids=["scaled", "q left open", "clipped", "clipped and q left open", "clipped by letters", "wide line"],
)
@pytest.mark.parametrize("form", [".pdf", ".png"])
def test_state_left_by_the_page_does_not_reach_the_drawing(tmp_path, content, form):
    box = (100, 200, 250, 260)
    picture, scale = drawn(paper(content), document(("table", 1, box)), tmp_path, form)
    assert_framed(picture, scale, box, "table")


def test_boxes_of_the_page_tree_hold_for_its_pages(tmp_path):
    raw = re.sub(rb"/MediaBox \[[^]]*\]", b"", paper("", rotation=90, crop=(30, 70, 350, 430)))
    raw = re.sub(rb"/(?:CropBox|Rotate) ?(?:\[[^]]*\]|\d+)", b"", raw)
    raw = re.sub(rb"/Type ?/Pages", b"/Type/Pages/MediaBox[0 0 400 500]/CropBox[30 70 350 430]/Rotate 90", raw)
    assert shown(raw).size == (720, 640)
    box = (100, 200, 250, 260)
    assert_framed(*drawn(raw, document(("table", 1, box)), tmp_path, ".pdf"), box, "table")


def test_pdf_keeps_its_text_and_gets_labels_of_lines_and_letters(tmp_path):
    raw = paper(text("Mitochondria fuse and divide."), text("They do."))
    doc = document(("title", 1, (50, 290, 300, 315)), ("paragraph", 2, (50, 290, 300, 315)))
    assert draw(raw, doc, tmp_path / "out.pdf") == [tmp_path / "out.pdf"]
    assert "Mitochondria fuse and divide." in words_of(tmp_path / "out.pdf")
    assert "1 title" in words_of(tmp_path / "out.pdf")
    assert "They do." in words_of(tmp_path / "out.pdf", 2)
    assert "2 paragraph" in words_of(tmp_path / "out.pdf", 2)
    with pypdfium2.PdfDocument(tmp_path / "out.pdf") as pdf:
        assert not list(pdf[0].get_objects(filter=[pypdfium2.raw.FPDF_PAGEOBJ_IMAGE]))


def test_pages_without_blocks_stay_as_they_are(tmp_path):
    raw = paper(text("first"), text("second"))
    draw(raw, document(("title", 1, (50, 290, 300, 315))), tmp_path / "out.pdf")
    assert shown((tmp_path / "out.pdf").read_bytes(), 2).tobytes() == shown(raw, 2).tobytes()


@pytest.mark.parametrize(("sep", "numbers"), [("\n", ["1", "2"]), (" ", ["1", "1"]), ("", ["1", "1"])])
def test_parts_of_one_paragraph_share_a_number(tmp_path, sep, numbers):
    box = (50, 290, 300, 315)
    draw(paper("", ""), document(("paragraph", 1, box), ("paragraph", 2, box), sep=sep), tmp_path / "out.pdf")
    found = [re.findall(r"(\d+) paragraph", words_of(tmp_path / "out.pdf", page)) for page in (1, 2)]
    assert found == [[n] for n in numbers]


def test_block_without_a_place_counts_and_is_not_drawn(tmp_path):
    doc = document(("title", None, None), ("abstract", 1, None), ("paragraph", 1, (50, 290, 300, 315)))
    draw(paper(""), doc, tmp_path / "out.pdf")
    assert "3 paragraph" in words_of(tmp_path / "out.pdf")
    assert "title" not in words_of(tmp_path / "out.pdf")
    assert "abstract" not in words_of(tmp_path / "out.pdf")


def test_arrows_lead_from_one_block_of_the_body_to_the_next(tmp_path):
    blocks = (
        ("heading", 1, (50, 400, 150, 420)),
        ("furniture", 1, (300, 300, 390, 320)),
        ("paragraph", 1, (50, 100, 150, 120)),
        ("paragraph", 2, (300, 100, 390, 120)),
    )
    picture, scale = drawn(paper("", ""), document(*blocks), tmp_path, ".pdf")
    assert is_like(near(picture, scale, 100, 260), (0, 0, 0))
    # The head is at the end, wider than the line.
    assert is_like(near(picture, scale, 101.5, 114, 0.5), (0, 0, 0))
    assert not is_like(near(picture, scale, 101.5, 406, 0.5), (0, 0, 0))
    assert near(picture, scale, 222, 360, 20) == {(255, 255, 255)}
    assert near(picture, scale, 222, 110, 20) == {(255, 255, 255)}


def test_blocks_at_one_place_need_no_arrow(tmp_path):
    box = (50, 290, 300, 315)
    draw(paper(""), document(("paragraph", 1, box), ("heading", 1, box)), tmp_path / "out.pdf")
    assert "2 heading" in words_of(tmp_path / "out.pdf")


def label_boxes(path):
    """The boxes of the letters of labels and legend on a first page that has no other text."""
    with pypdfium2.PdfDocument(path) as pdf:
        return [thing.get_bounds() for thing in pdf[0].get_objects(filter=[pypdfium2.raw.FPDF_PAGEOBJ_TEXT])]


@pytest.mark.parametrize("x", [49.5, 50, 60])
def test_labels_at_one_place_stand_beside_each_other(tmp_path, x):
    doc = document(("table", 1, (50, 200, 300, 315)), ("formula", 1, (x, 300, 90, 314)))
    draw(paper(""), doc, tmp_path / "out.pdf")
    table, formula = (box for box in label_boxes(tmp_path / "out.pdf") if box[1] > 200)
    assert table[0] < 55
    assert 0 < formula[0] - table[2] < 5


def test_all_that_is_drawn_stays_on_the_page(tmp_path):
    kinds = [*COLOURS, "margin note"]
    doc = document(*((kind, 1, (5, 20 + 10 * i, 90, 200)) for i, kind in enumerate(kinds)))
    draw(paper("", size=(100, 200)), doc, tmp_path / "out.pdf")
    boxes = label_boxes(tmp_path / "out.pdf")
    legend = boxes[len(kinds) :]
    assert len(legend) == len(kinds)
    assert all(x0 > 0 and y0 > 0 and x1 < 100 for x0, y0, x1, _ in legend)
    assert all(y1 < 200 for _, _, _, y1 in boxes)
    found = words_of(tmp_path / "out.pdf")
    assert all(len(re.findall(kind, found)) == 2 for kind in kinds)


def test_unknown_kind_is_grey(tmp_path):
    picture, scale = drawn(paper(""), document(("margin note", 1, (100, 200, 250, 260))), tmp_path, ".pdf")
    assert is_like(near(picture, scale, 250, 220), (128, 128, 128))
    assert all(max(c) - min(c) < 10 for c in near(picture, scale, 250, 220))


@pytest.mark.parametrize(
    ("count", "names"),
    [
        (1, ["out.png"]),
        (2, ["out-1.png", "out-2.png"]),
        (11, [f"out-{n:02}.png" for n in range(1, 12)]),
    ],
)
def test_pictures_are_one_a_page_and_sort_by_name(tmp_path, count, names):
    doc = document(("title", 1, (50, 290, 300, 315)))
    files = draw(paper(*[text("page")] * count), doc, tmp_path / "out.png")
    assert [f.name for f in files] == names
    assert sorted(f.name for f in tmp_path.iterdir()) == names
    with Image.open(files[0]) as picture:
        assert picture.size == (612, 764)  # at 110 dpi, a begun pixel counted


def test_picture_of_a_very_large_page_is_kept_small(tmp_path):
    (file,) = draw(paper("", size=(14400, 40)), document(), tmp_path / "out.png")
    with Image.open(file) as picture:
        assert picture.width == 10_000


@pytest.mark.parametrize("name", ["out.PDF", "out.Png"])
def test_ending_may_be_in_capitals(tmp_path, name):
    assert draw(paper(""), document(), tmp_path / name) == [tmp_path / name]


def test_page_that_cannot_be_loaded_is_passed_over(tmp_path):
    raw = paper(text("first"), text("second"), text("third"))
    kids = re.search(rb"/Kids \[ \d+ 0 R (\d+ 0 R)", raw)
    raw = raw[: kids.start(1)] + b"null".ljust(len(kids[1])) + raw[kids.end(1) :]
    box = (50, 290, 300, 315)
    doc = document(("title", 1, box), ("paragraph", 2, box), ("caption", 3, box))
    assert [f.name for f in draw(raw, doc, tmp_path / "out.png")] == ["out-1.png", "out-3.png"]
    (file,) = draw(raw, doc, tmp_path / "out.pdf")
    assert "3 caption" in words_of(file, 3)


@pytest.mark.parametrize("strength", [40, 128])
def test_locked_pdf_needs_its_password_before_and_after(tmp_path, strength):
    from reportlab.lib.pdfencrypt import StandardEncryption

    raw = paper(text("hidden"), encrypt=StandardEncryption("secret", strength=strength))
    doc = document(("title", 1, (50, 290, 300, 315)))
    for passwords in ((), ("wrong",)):
        with pytest.raises(ReadError, match=r"^a\.pdf: the PDF cannot be opened to draw on it: .*[Pp]assword"):
            draw(raw, doc, tmp_path / "out.pdf", passwords)
    (file,) = draw(raw, doc, tmp_path / "out.pdf", ("secret",))
    found = words_of(file, password="secret")
    assert "hidden" in found
    assert "1 title" in found
    with pytest.raises(pypdfium2.PdfiumError):
        words_of(file)
    picture, scale = drawn(raw, doc, tmp_path, ".png", passwords=["secret"])
    assert is_like(near(picture, scale, 300, 302), COLOURS["title"])


@pytest.mark.parametrize("name", ["out.svg", "out", "pdf", "out.pdf.zip"])
def test_other_endings_are_refused_before_work(tmp_path, name):
    with pytest.raises(ConfigError, match=rf"{re.escape(name)}: a name that ends in \.pdf or \.png expected"):
        draw(b"no PDF", document(), tmp_path / name)


@pytest.mark.parametrize("form", ["pdf", "png"])
def test_file_that_cannot_be_written_is_named_with_the_reason(tmp_path, form):
    out = tmp_path / "missing" / f"out.{form}"
    with pytest.raises(ConfigError, match=rf"{re.escape(str(out))}: the file cannot be written: No such file"):
        draw(paper(""), document(), out)


def test_damaged_pdf_is_refused(tmp_path):
    with pytest.raises(ReadError, match=r"^a\.pdf: the PDF cannot be opened to draw on it"):
        draw(b"%PDF-1.4\n garbage", document(), tmp_path / "out.pdf")
