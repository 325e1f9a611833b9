"""MEDLINE, RefWorks and EndNote exports."""

import pytest

from pipeline.errors import ReadError
from pipeline.readers import read
from pipeline.readers.records import dialect_of

NBIB = """
PMID- 1
OWN - NLM
TI  - Osteoprotegerin, RANKL and RANK in bone and in the
      vessel wall.
LID - 10.1000/z [doi]
AB  - RANKL binds its receptor RANK and promotes osteoclast differentia-
      tion through NF-
      kappaB. OPG inhibits it.
TT  - 骨保护素与骨
OT  - osteoprotegerin
MH  - *Bone Resorption/genetics
MH  - Mice

PMID- 2
TI  - [Second record].
AB  - Text.
"""
REFWORKS = """RT Journal Article
SR 1
A1 张三;
T1 线粒体自噬受体FUNDC1
T2 The mitophagy receptor FUNDC1
K1 FUNDC1;线粒体自噬
AB <正>FUNDC1位于线粒体外膜。缺氧时，FUNDC1与
LC3结合，促进线粒体自噬。
In vitro 实验表明 NO 起作用。
DO 10.1000/w
DS CNKI

RT Journal Article
SR 1
T1 第二篇
AB 正文。
DS CNKI
"""
ENDNOTE = """%0 Journal Article
%A 张三
%T 线粒体自噬受体FUNDC1
%K FUNDC1;线粒体自噬
%K 心肌
%X FUNDC1位于线粒体外膜。缺氧时，FUNDC1与
LC3结合，促进线粒体自噬。
%R 10.1000/w

%0 Thesis
%T 第二篇
%X 正文。
"""


def docs(tmp_path, text, name="export.txt", encoding="utf-8"):
    path = tmp_path / name
    path.write_bytes(text.encode(encoding))
    return list(read(path))


def part(doc, kind):
    return "|".join(doc.surface(b) for b in doc.blocks if b.kind == kind)


def test_medline_continuation_lines_belong_to_their_field(tmp_path):
    first, second = docs(tmp_path, NBIB, "e.nbib")
    assert first.title == "Osteoprotegerin, RANKL and RANK in bone and in the vessel wall."
    assert (first.title_other, first.doi) == ("骨保护素与骨", "10.1000/z")
    assert part(first, "abstract") == (
        "RANKL binds its receptor RANK and promotes osteoclast differentiation through NF-kappaB. OPG inhibits it."
    )
    assert part(first, "keywords") == "osteoprotegerin; Bone Resorption; Mice"
    assert second.title == "Second record"


@pytest.mark.parametrize("line_end", ["\n", "\r\n"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
@pytest.mark.parametrize("text", [REFWORKS, ENDNOTE])
def test_cnki_record_gives_title_abstract_and_keywords(tmp_path, text, encoding, line_end):
    first, second = docs(tmp_path, text.replace("\n", line_end), encoding=encoding)
    assert first.title == "线粒体自噬受体FUNDC1"
    assert part(first, "abstract").startswith("FUNDC1位于线粒体外膜。缺氧时，FUNDC1与LC3结合，促进线粒体自噬。")
    assert part(first, "keywords").startswith("FUNDC1; 线粒体自噬")
    assert first.doi == "10.1000/w"
    assert (second.title, part(second, "abstract")) == ("第二篇", "正文。")
    assert (first.id[-2:], second.id[-2:]) == ("-1", "-2")


def test_line_of_an_abstract_that_looks_like_a_tag_stays_in_it(tmp_path):
    first, _ = docs(tmp_path, REFWORKS)
    assert "In vitro 实验表明 NO 起作用。" in part(first, "abstract")
    assert first.title_other == "The mitophagy receptor FUNDC1"


def test_keywords_of_endnote_may_stand_on_lines_of_their_own(tmp_path):
    first, _ = docs(tmp_path, ENDNOTE)
    assert part(first, "keywords") == "FUNDC1; 线粒体自噬; 心肌"


def test_single_record_has_the_file_s_id(tmp_path):
    (doc,) = docs(tmp_path, "%0 Journal Article\n%T 一篇\n")
    assert doc.id == doc.sha256[:12]


def test_export_without_titles_is_refused(tmp_path):
    with pytest.raises(ReadError, match=r"export.txt: .*EndNote record with a title or an abstract"):
        docs(tmp_path, "%0 Journal Article\n%A 张三\n")


@pytest.mark.parametrize(
    "text", ["RT-PCR showed it.\n", "PMID is a number.\n", "RT Journal of none\nText", "%5 of cells died."]
)
def test_prose_is_no_export(text):
    assert dialect_of(text) is None
