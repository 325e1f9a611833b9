"""Which reader a file gets, and what is said of a file that no reader takes."""

import contextlib
import os
import re

import pytest

from pipeline.errors import ReadError
from pipeline.readers import KINDS, read
from pipeline.readers.assemble import body_text

ABSTRACT = "Mfn2 促进线粒体融合。"
HTML = b"<!DOCTYPE html>\n<html><body>Sign in to read this paper</body></html>"


def docs(path, content):
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return list(read(path))


@pytest.mark.parametrize(
    "name",
    [
        "paper.txt",
        "no_ending",
        "-论文 终稿(2) #final%20.txt",
        'Zhang\'s "best" paper.txt',
        "线粒体 🧬.txt",
        "PAPER.TXT",
    ],
)
def test_any_file_name_is_read(tmp_path, name):
    (doc,) = docs(tmp_path / name, ABSTRACT)
    assert doc.text == ABSTRACT
    assert doc.path.endswith(name)


def test_id_comes_from_the_bytes_and_not_from_the_name(tmp_path):
    (a,), (b,) = docs(tmp_path / "a.txt", ABSTRACT), docs(tmp_path / "b.txt", ABSTRACT)
    assert a.id == b.id == a.sha256[:12]


@pytest.mark.parametrize(
    "text", ["BMP2 promotes calcification.", "HNF4A 调控肝细胞分化。", "CAJ is no gene.", "MM cells died."]
)
def test_text_that_begins_like_a_picture_is_text(tmp_path, text):
    (doc,) = docs(tmp_path / "a.txt", text)
    assert doc.text == text


@pytest.mark.parametrize(
    ("name", "content", "found"),
    [
        ("paper.pdf", HTML, "a web page"),
        ("paper.xml", b"\n <HTML><head></head></HTML>", "a web page"),
        ("paper.txt", HTML, "a web page"),
        ("scan.pdf", b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "a PNG picture"),
        ("scan.pdf", b"\xff\xd8\xff\xe0\0\x10JFIF", "a JPEG picture"),
        ("paper.docx", b"PK\x03\x04\x14\0\x06\0", "Office document"),
        ("paper.caj", b"CAJ\0\0\0\1", "print it to PDF"),
        ("paper.pdf", b"just words", "no PDF inside"),
        ("paper.csv", b"gene,score\n", "unknown kind '.csv'"),
        ("paper.rtf", b"{\\rtf1 text}", "RTF"),
    ],
)
def test_file_of_another_kind_is_refused_by_name(tmp_path, name, content, found):
    with pytest.raises(ReadError, match=re.escape(found)) as error:
        docs(tmp_path / name, content)
    assert KINDS in str(error.value)
    assert name in str(error.value)


@pytest.mark.parametrize("name", ["a.pdf", "a.txt", "a.xml", "a.nbib"])
def test_empty_file_is_refused(tmp_path, name):
    with pytest.raises(ReadError, match=rf"{name}: the file is empty \(0 bytes\)"):
        docs(tmp_path / name, b"")


def test_missing_file_and_folder_are_refused(tmp_path):
    with pytest.raises(ReadError, match="cannot be opened"):
        list(read(tmp_path / "none.pdf"))
    with pytest.raises(ReadError, match="cannot be opened"):
        list(read(tmp_path))


@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="permissions bind neither Windows nor root")
def test_unreadable_file_is_refused(tmp_path):
    path = tmp_path / "a.txt"
    path.write_text("x")
    path.chmod(0)
    with pytest.raises(ReadError, match="check its permissions"):
        list(read(path))


def test_permission_error_is_a_read_error(tmp_path, monkeypatch):
    monkeypatch.setattr(
        "pathlib.Path.read_bytes", lambda self: (_ for _ in ()).throw(PermissionError(13, "Permission denied"))
    )
    with pytest.raises(ReadError, match="Permission denied; check its permissions"):
        list(read(tmp_path / "a.pdf"))


@pytest.mark.parametrize("name", ["paper.nxml", "paper.xml", "paper.txt"])
def test_kind_is_found_by_content(tmp_path, name):
    meta = "<title-group><article-title>A title</article-title></title-group>"
    (doc,) = docs(tmp_path / name, f"<article><front><article-meta>{meta}</article-meta></front></article>")
    assert doc.title == "A title"


def test_utf16_xml_is_read(tmp_path):
    xml = '<?xml version="1.0" encoding="UTF-16"?><article><body><p>线粒体自噬。</p></body></article>'
    (doc,) = docs(tmp_path / "a.xml", xml.encode("utf-16"))
    assert body_text(doc) == "线粒体自噬。"


def test_text_that_begins_with_an_angle_bracket_is_text(tmp_path):
    (doc,) = docs(tmp_path / "a.txt", "<正>线粒体自噬抑制凋亡。")
    assert "线粒体自噬抑制凋亡。" in doc.text


@pytest.mark.corpus
def test_no_nasty_pdf_gives_anything_but_a_document_or_a_read_error(shared):
    slow = {"half_million_words.pdf", "text_bomb_3m_ops.pdf", "pages_20000.pdf", "bomb_giant.pdf",
            "nics-background-checks-2015-11-rotated.pdf", "mixed_text_and_scan.pdf"}  # fmt: skip
    for path in sorted((shared / "samples" / "pdf_bad").glob("*.pdf")):
        if path.name in slow or path.stat().st_size > 300_000:
            continue
        with contextlib.suppress(ReadError):
            assert all(doc.text for doc in read(path))
