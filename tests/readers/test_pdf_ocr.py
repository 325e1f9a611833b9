"""OCR of pages made here: with Tesseract where it is installed, otherwise with an answer in its place."""

import io
import subprocess

import pypdfium2
import pytest

from pipeline.errors import ConfigError, ReadError
from pipeline.readers.pdf import ocr
from pipeline.readers.pdf.ocr import check_ocr, with_text_layer

try:
    check_ocr()
    MISSING = ""
except ConfigError as error:
    MISSING = str(error)
needs_tesseract = pytest.mark.skipif(bool(MISSING), reason=MISSING)

CHINESE = "线粒体融合蛋白位于线粒体外膜"
ENGLISH = "Mitochondria fuse and divide"
PARAGRAPH = [
    "The balance of the two is kept by large GTPases",
    "whose activity depends on the phosphorylation",
    "of serine residues in their variable domain and",
    "on the lipids around it, so that it can be turned",
    "on and off in minutes when the workload of the",
    "heart is suddenly raised by exercise or pressure.",
    "After that the organelle returns to its former",
    "length within an hour, and little energy is spent.",
] * 2


def printed(*pages, hidden="", **options):
    """A PDF of pages with lines of 16 points at (72, 700), (72, 660), …"""
    from reportlab.pdfbase import pdfmetrics
    from reportlab.pdfbase.cidfonts import UnicodeCIDFont
    from reportlab.pdfgen.canvas import Canvas

    pdfmetrics.registerFont(UnicodeCIDFont("STSong-Light"))
    file = io.BytesIO()
    canvas = Canvas(file, pagesize=(500, 750), invariant=True, **options)
    for lines in pages:
        for i, line in enumerate(lines):
            canvas.setFont("Helvetica" if line.isascii() else "STSong-Light", 16)
            canvas.drawString(72, 700 - 40 * i, line)
        canvas.drawString(72, 700, hidden, mode=3)
        canvas.showPage()
    canvas.save()
    return file.getvalue()


def scanned(*pages, turn=0):
    """The same as pictures without text, turned to the right by degrees."""
    result = io.BytesIO()
    with pypdfium2.PdfDocument(printed(*pages)) as source, pypdfium2.PdfDocument.new() as target:
        for page in source:
            bitmap = page.render(scale=200 / 72, grayscale=True, rotation=turn)
            picture = pypdfium2.PdfImage.new(target)
            picture.set_bitmap(bitmap)
            size = bitmap.width * 0.36, bitmap.height * 0.36
            picture.set_matrix(pypdfium2.PdfMatrix().scale(*size))
            sheet = target.new_page(*size)
            sheet.insert_obj(picture)
            sheet.gen_content()
        target.save(result)
    return result.getvalue()


def texts(raw):
    with pypdfium2.PdfDocument(raw) as document:
        return [page.get_textpage().get_text_range() for page in document]


def sizes(raw):
    with pypdfium2.PdfDocument(raw) as document:
        return [page.get_size() for page in document]


@pytest.fixture
def chinese_font():
    with pypdfium2.PdfDocument(printed([CHINESE])) as document:
        if min(document[0].render(grayscale=True).buffer) > 128:
            pytest.skip("needs a font with Chinese characters (fonts-noto-cjk)")


@pytest.fixture
def answer(monkeypatch):
    """Sets Tesseract's answer: an error, or lines of words with their boxes in pixels."""

    def given(*lines, turn=0, sizes=(46,)):
        def tesseract(*arguments, picture=b""):
            if "--list-langs" in arguments:
                return b"List of available languages (2):\nchi_sim\neng\n"
            if isinstance(lines[0], Exception):
                raise lines[0]
            body = ""
            for words, size in zip(lines, sizes, strict=True):
                x0, y0, x1, y1 = zip(*(box for _, box in words), strict=True)
                body += (
                    f"<span title='bbox {min(x0)} {min(y0)} {max(x1)} {max(y1)}; x_size {size}; x_descenders 9; "
                    + (f"textangle {turn}'>" if turn else "baseline 0 -9'>")
                    + "".join(
                        f"<span title='bbox {a} {b} {c} {d}; x_wconf 90'>{text}</span>" for text, (a, b, c, d) in words
                    )
                    + "</span>"
                )
            return f"<html xmlns='http://www.w3.org/1999/xhtml'><body>{body}</body></html>".encode()

        monkeypatch.setattr(ocr, "_tesseract", tesseract)

    return given


@needs_tesseract
def test_ocr_reads_the_given_page_and_leaves_the_others(chinese_font):
    raw = scanned([ENGLISH], [CHINESE, ENGLISH], [ENGLISH])
    done = with_text_layer(raw, [2], "a.pdf")
    before, found, after = texts(done)
    chinese, english = found.splitlines()
    assert (before, english, after) == ("", ENGLISH, "")
    assert chinese.startswith("线粒体融合")
    assert len(chinese) == len(CHINESE)  # a character may be misread, but no blanks come between
    assert sizes(done) == sizes(raw)
    assert with_text_layer(raw, [2], "a.pdf") == done


@needs_tesseract
def test_ocr_puts_words_on_their_print():
    from reportlab.pdfbase.pdfmetrics import stringWidth

    with pypdfium2.PdfDocument(with_text_layer(scanned([ENGLISH]), [1], "a.pdf")) as document:
        page = document[0].get_textpage()
        left, bottom, _, top = page.get_charbox(ENGLISH.index("divide"), loose=True)
    assert left == pytest.approx(72 + stringWidth("Mitochondria fuse and ", "Helvetica", 16), abs=2)
    assert (bottom + top) / 2 == pytest.approx(705, abs=2)


@needs_tesseract
@pytest.mark.parametrize("turn", [90, 180, 270])
def test_ocr_reads_scans_that_lie_on_their_side_or_head(turn):
    raw = scanned(PARAGRAPH, turn=turn)
    done = with_text_layer(raw, [1], "a.pdf")
    assert texts(done)[0].split()[:4] == ["The", "balance", "of", "the"]
    assert sizes(done) == sizes(raw)


@needs_tesseract
def test_ocr_replaces_a_text_layer_that_is_not_what_is_printed():
    assert texts(with_text_layer(printed([ENGLISH], hidden="qqqq"), [1], "a.pdf")) == [ENGLISH]


@needs_tesseract
def test_ocr_opens_encrypted_files_with_their_password():
    raw = printed([ENGLISH], ["Page two"], encrypt="secret")
    assert texts(with_text_layer(raw, [1], "a.pdf", "secret")) == [ENGLISH, "Page two"]
    with pytest.raises(ReadError, match=r"a\.pdf: text by OCR expected, found: .*[Pp]assword"):
        with_text_layer(raw, [1], "a.pdf", "wrong")


@needs_tesseract
@pytest.mark.corpus
def test_ocr_reads_a_scanned_page_of_a_paper(shared):
    raw = (shared / "samples/pdf_bad/mixed_text_and_scan.pdf").read_bytes()
    done = with_text_layer(raw, [2], "mixed.pdf")
    assert texts(done)[0] == texts(raw)[0]
    assert "细胞内神经酰" in texts(done)[1]
    assert "autophagy-related 14, ATG14" in texts(done)[1]


@pytest.mark.parametrize("turn", [0, 90, 270])
def test_ocr_sets_no_blank_beside_chinese(answer, turn):
    words = ["线粒体", "膜", "上", "的", "MFN2", "protein", "is", "open"]
    boxes = [(100 + 100 * i, 500, 190 + 100 * i, 546) for i in range(len(words))]
    if turn == 90:
        boxes = [(500, 1500 - x1, 546, 1500 - x0) for x0, _, x1, _ in boxes]
    if turn == 270:
        boxes = [(500, x0, 546, x1) for x0, _, x1, _ in boxes]
    answer(list(zip(words, boxes, strict=True)), turn=turn)
    assert texts(with_text_layer(printed([ENGLISH]), [1], "a.pdf")) == ["线粒体膜上的MFN2 protein is open"]


def test_ocr_gives_lines_of_nearly_one_size_the_same(answer):
    answer(*([(ENGLISH, (100, 100 * i, 900, 100 * i + 50))] for i in (1, 2, 3)), sizes=(46, 47, 80))
    with pypdfium2.PdfDocument(with_text_layer(printed([ENGLISH]), [1], "a.pdf")) as document:
        page = document[0].get_textpage()
        found = [pypdfium2.raw.FPDFText_GetFontSize(page, i * (len(ENGLISH) + 2)) for i in (0, 1, 2)]
    assert found[0] == found[1] < found[2]


def test_ocr_without_pages_changes_nothing():
    assert with_text_layer(b"%PDF", [], "a.pdf") == b"%PDF"


def test_ocr_without_tesseract_says_what_to_install(monkeypatch, tmp_path):
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(ConfigError, match=r"program tesseract.*apt install tesseract-ocr tesseract-ocr-chi-sim.*brew"):
        with_text_layer(printed([ENGLISH]), [1], "a.pdf")


def test_ocr_without_a_language_names_it(monkeypatch):
    monkeypatch.setattr(ocr, "_tesseract", lambda *_: b"List of available languages (1):\neng\n")
    with pytest.raises(ConfigError, match=r"not found: its language chi_sim;"):
        check_ocr()


def test_ocr_without_its_package_names_it(monkeypatch, answer):
    answer()
    monkeypatch.setattr("importlib.util.find_spec", lambda _: None)
    with pytest.raises(ConfigError, match=r"not found: the package pypdfium2;.*pip install 'yimai\[ocr\]'"):
        check_ocr()


@pytest.mark.parametrize(
    ("raised", "said"),
    [
        (subprocess.CalledProcessError(1, "tesseract", stderr=b"out of paper\n"), "out of paper"),
        (subprocess.TimeoutExpired("tesseract", 300), "timed out after 300 seconds"),
    ],
)
def test_ocr_that_fails_names_the_page(answer, raised, said):
    answer(raised)
    with pytest.raises(ReadError, match=rf"a\.pdf: page 2: text by OCR expected, found: .*{said}.*; read .*--ocr"):
        with_text_layer(printed([ENGLISH], [ENGLISH]), [2], "a.pdf")


@pytest.mark.parametrize(("raw", "where"), [(b"%PDF-1.7 nonsense", "a.pdf: text"), (printed([ENGLISH]), "page 2")])
def test_ocr_of_a_damaged_file_or_a_missing_page_is_a_read_error(answer, raw, where):
    answer()
    with pytest.raises(ReadError, match=where):
        with_text_layer(raw, [2], "a.pdf")
