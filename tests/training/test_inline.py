import re

import pytest

from pipeline.document import Relation
from pipeline.errors import AnnotationError, ConfigError
from pipeline.training.corpora.inline import read_inline

EXAMPLE = """\
# A remark.
== mam-01 | review | mitochondria-associated membranes
zh
{g:HGNC:16877|Mfn2}定位于{o:GO:0005741|线粒体外膜}。
  Mfn2 @> 线粒体外膜
en
{g:HGNC:16877|Mfn2} localizes to the {o:GO:0005741|outer mitochondrial membrane}.
  Mfn2 @> outer mitochondrial membrane
"""


@pytest.fixture
def read(tmp_path):
    """The documents of a file with this text."""

    def documents(text, name="a.txt", encoding="utf-8"):
        path = tmp_path / name
        path.write_text(text, encoding)
        return list(read_inline(path))

    return documents


@pytest.fixture
def one(read):
    """The document of one text."""

    def document(*lines, lang="en"):
        (doc,) = read("\n".join(["== a", lang, *lines]))
        return doc

    return document


@pytest.fixture
def refused(read):
    """The message on a file: from its place on."""

    def message(*lines):
        with pytest.raises(AnnotationError) as error:
            read("\n".join(lines))
        return str(error.value).rpartition("a.txt:")[2]

    return message


def mentions(doc):
    return [(doc.surface(m), m.type, m.concepts) for m in doc.mentions]


def relations(doc):
    return [(r.head, r.type, r.tail) for r in doc.relations]


def test_example_of_the_docstring(read):
    zh, en = read(EXAMPLE)
    assert (zh.id, zh.lang, zh.text) == ("mam-01-zh", "zh", "Mfn2定位于线粒体外膜。")
    assert (en.id, en.lang, en.text) == ("mam-01-en", "en", "Mfn2 localizes to the outer mitochondrial membrane.")
    assert mentions(zh) == [("Mfn2", "gene", ("HGNC:16877",)), ("线粒体外膜", "organelle", ("GO:0005741",))]
    assert [(m.id, m.start, m.end) for m in en.mentions] == [("m1", 0, 4), ("m2", 22, 50)]
    assert zh.relations == en.relations == (Relation("r1", "located_in", "m1", "m2"),)
    assert zh.extra == en.extra == (("style", "review"), ("topic", "mitochondria-associated membranes"))


def test_byte_order_mark_and_line_ends_of_windows(read):
    assert read(EXAMPLE.replace("\n", "\r\n"), encoding="utf-8-sig") == read(EXAMPLE)


@pytest.mark.parametrize("line", ["== b-2.x", "==b-2.x", "== b-2.x ==", "== b-2.x |"])
def test_passage_needs_nothing_but_a_name(read, line):
    (doc,) = read(f"{line}\nen\nIt rose.\n")
    assert (doc.id, [value for _, value in doc.extra if value]) == ("b-2.x-en", [])


def test_texts_of_several_passages(read):
    docs = read("== a\nzh\n甲。\nen\nOne.\n\n== b\nen\nTwo.\n== c\nzh\n乙。\n")
    assert [(d.id, d.text) for d in docs] == [("a-zh", "甲。"), ("a-en", "One."), ("b-en", "Two."), ("c-zh", "乙。")]


def test_sentences_are_joined_without_a_blank_in_chinese_and_with_one_in_english(one):
    assert one("甲升。", "乙降。", lang="zh").text == "甲升。乙降。"
    assert one("One rose.", "Two fell.").text == "One rose. Two fell."


@pytest.mark.parametrize(("lang", "blank"), [("zh", ""), ("en", " ")])
def test_slash_ends_a_paragraph(one, lang, blank):
    doc = one("/", "甲 {g|A1}.", "乙 {g|A2}.", "/", "", "/", "丙 {g|A3}.", "丁 {g|A4}.", lang=lang)
    assert doc.text == f"甲 A1.{blank}乙 A2.\n丙 A3.{blank}丁 A4."
    assert [doc.surface(m) for m in doc.mentions] == ["A1", "A2", "A3", "A4"]


def test_remarks_and_empty_lines_are_no_text(one):
    doc = one("# {g|not closed", "{g|A1} binds {g|B1}.", "", "#  A1 +> B1", "  A1 <> B1")
    assert doc.text == "A1 binds B1."
    assert relations(doc) == [("m1", "interacts_with", "m2")]


def test_marks_of_all_layers(one):
    doc = one("{g:A:1|Abc}, {o:B:2|bud}, {p:C:3|cut}.")
    assert doc.text == "Abc, bud, cut."
    assert mentions(doc) == [("Abc", "gene", ("A:1",)), ("bud", "organelle", ("B:2",)), ("cut", "process", ("C:3",))]


@pytest.mark.parametrize(
    ("mark", "concepts"),
    [
        ("{g|p53}", ()),
        ("{g:|p53}", ()),
        ("{g:-|p53}", ()),
        ("{g: - |p53}", ()),
        ("{g:HGNC:11998|p53}", ("HGNC:11998",)),
        ("{g:HGNC:1069,HGNC:1071|p53}", ("HGNC:1069", "HGNC:1071")),
        ("{g: HGNC:1069, MESH:D016159 |p53}", ("HGNC:1069", "MESH:D016159")),
    ],
)
def test_identifiers(one, mark, concepts):
    assert mentions(one(f"The {mark} rose.")) == [("p53", "gene", concepts)]


@pytest.mark.parametrize("ids", ["11998", "HGNC 11998", "HGNC:", "HGNC:1;HGNC:2", "HGNC:1,11998"])
def test_wrong_identifier(refused, ids):
    message = refused("== a", "en", "It rose.", f"The {{g:{ids}|p53}} rose.")
    wrong = ids.rpartition(",")[2]
    assert message == f"4: an identifier like GO:0005739 expected, found {wrong!r}"


def test_marks_inside_those_of_a_process(one):
    doc = one("The {p:GO:1|{g|Mfn2} import into {o|mitochondria}} rose.", "  Mfn2 &> Mfn2 import into mitochondria")
    assert doc.text == "The Mfn2 import into mitochondria rose."
    assert [(m.id, doc.surface(m), m.type) for m in doc.mentions] == [
        ("m1", "Mfn2 import into mitochondria", "process"),
        ("m2", "Mfn2", "gene"),
        ("m3", "mitochondria", "organelle"),
    ]
    assert relations(doc) == [("m2", "involved_in", "m1")]


@pytest.mark.parametrize(
    ("line", "inner", "outer", "layer"),
    [
        ("{g|{o|ER} kinase} rose.", "ER", "ER kinase", "gene"),
        ("{g|ATP {p|import} factor} rose.", "import", "ATP import factor", "gene"),
        ("{o|{g|Mfn2} spot} rose.", "Mfn2", "Mfn2 spot", "organelle"),
        ("{p|{p|cell death} control} rose.", "cell death", "cell death control", "process"),
        ("{p|{g|{o|ER} kinase} loss} rose.", "ER", "ER kinase", "gene"),
    ],
)
def test_marks_stand_inside_no_other(refused, line, inner, outer, layer):
    assert refused("== a", "en", line) == (
        f"3: marks may stand only inside a process's: {inner!r} stands inside {outer!r} ({layer})"
    )


def test_name_with_a_gap(one):
    doc = one(
        "It rose.",
        "{p:GO:1|fusion} and {g|A1} {p|fission} {+|of mitochondria} rose.",
        "  fission…of mitochondria <> fusion",
    )
    fusion, gene, fission = doc.mentions
    assert (fusion.spans, gene.spans) == ((), ())
    assert [doc.text[a:b] for a, b in fission.spans] == ["fission", "of mitochondria"]
    assert (fission.start, fission.end) == (fission.spans[0][0], fission.spans[-1][1])
    assert relations(doc) == [("m3", "interacts_with", "m1")]


def test_name_with_two_gaps_and_a_gene_in_one(one):
    doc = one("{p|loss} now {+|of} the {+|cells} and {g|A1}.")
    assert [[doc.text[a:b] for a, b in m.spans] for m in doc.mentions] == [["loss", "of", "cells"], []]


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("The {g:A:1|p53 rose.", "1 marks are not closed: 'The {g:A:1|p53 rose.'"),
        ("The {p|{g|p53 rose.", "2 marks are not closed: 'The {p|{g|p53 rose.'"),
        ("The {g|p53}} rose.", "a mark is closed that none opened: 'The {g|p53}}'"),
        ("The p53} rose.", "a mark is closed that none opened: 'The p53}'"),
        ("The {g:A:1|} rose.", "a mark without text: 'The {g:A:1|}'"),
        ("The {p|loss} of {+|} rose.", "a mark without text: 'The {p|loss} of {+|}'"),
        ("The {+|p53} rose.", "the first part of a name expected before {+|"),
        ("The {p53 rose.", "a mark like {g:HGNC:11998|p53} expected, found 'The {p53 rose.'"),
    ],
)
def test_wrong_mark(refused, line, message):
    assert refused("== a", "en", "It rose.", "", line) == f"5: {message}"


@pytest.mark.parametrize("mark", ["{x:A:1|p53}", "{g:A:1p53}", "{G|p53}", "{+:A:1|p53}"])
def test_mark_of_another_form_is_refused(refused, mark):
    assert refused("== a", "en", f"The {mark} rose.").startswith("3: a mark ")


def test_gap_does_not_go_over_sentences(refused):
    assert refused("== a", "en", "The {g|A1} rose.", "The {+|B1} rose.").startswith("4: the first part of a name")


@pytest.mark.parametrize(
    ("sign", "type_"),
    [
        ("+>", "positively_regulates"), ("->", "negatively_regulates"), ("~>", "regulates"),
        ("@>", "located_in"), ("<>", "interacts_with"), ("&>", "involved_in"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("flags", ["", "!", "?", "!?", "?!"])
def test_signs_of_relations(one, sign, type_, flags):
    doc = one("{g|A1} and {g|B1} met.", f" A1  {sign}{flags}  B1 ")
    assert doc.relations == (
        Relation("r1", type_, "m1", "m2", negated="!" in flags, speculative="?" in flags),
    )  # fmt: skip


def test_relations_belong_to_the_sentence_above(one):
    doc = one("{g|A1} and {g|B1} met.", "\tA1 +> B1", "  B1 -> A1", "{g|A1} and {g|C 1} met.", "  A1 -> C 1")
    assert [r.id for r in doc.relations] == ["r1", "r2", "r3"]
    assert [(r.head, r.tail) for r in doc.relations] == [("m1", "m2"), ("m2", "m1"), ("m3", "m4")]


def test_name_used_twice_has_a_number(one):
    doc = one("{g|A1} and {g|B1} and {g|A1} met.", "  A1#2 +> B1", "  B1#1 +> A1#1")
    assert [(r.head, r.tail) for r in doc.relations] == [("m3", "m2"), ("m2", "m1")]


def test_name_with_a_number_sign_is_itself(one):
    doc = one("{g|A#2} and {g|B1} met.", "  A#2 +> B1")
    assert relations(doc) == [("m1", "positively_regulates", "m2")]


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("B1 +> D1", "a name marked in the sentence above expected, found 'D1'; marked: A1, B1"),
        ("a1 +> B1", "a name marked in the sentence above expected, found 'a1'; marked: A1, B1"),
        ("C1 +> B1", "a name marked in the sentence above expected, found 'C1'; marked: A1, B1"),
        ("A1#3 +> B1", "a name marked in the sentence above expected, found 'A1#3'; marked: A1, B1"),
        ("A1#0 +> B1", "a name marked in the sentence above expected, found 'A1#0'; marked: A1, B1"),
        ("B1 +> A1", "'A1' is marked 2 times in the sentence; write A1#1, …"),
        ("A1#1 => B1", "a relation like '  Mfn2 +> autophagy' expected, found 'A1#1 => B1'"),
        ("A1#1 +>* B1", "a relation like '  Mfn2 +> autophagy' expected, found 'A1#1 +>* B1'"),
        ("A1#1 +>", "a relation like '  Mfn2 +> autophagy' expected, found 'A1#1 +>'"),
        ("{g|A1} rose.", "a relation like '  Mfn2 +> autophagy' expected, found '{g|A1} rose.'"),
    ],
)
def test_wrong_relation(refused, line, message):
    assert refused("== a", "en", "{g|C1} rose.", "{g|A1} and {g|B1} and {g|A1} met.", f"  {line}") == f"5: {message}"


def test_relation_before_any_sentence(refused):
    text = ["== a", "zh", "{g|A1}。", "en", "  A1 +> B1"]
    assert refused(*text) == "5: a name marked in the sentence above expected, found 'A1'; marked: "


@pytest.mark.parametrize(
    ("lines", "message"),
    [
        (["It rose."], "1: '== NAME', zh or en expected, found 'It rose.'"),
        (["== a", "It rose."], "2: '== NAME', zh or en expected, found 'It rose.'"),
        (["== a", "  A1 +> B1"], "2: '== NAME', zh or en expected, found '  A1 +> B1'"),
        (["# x", "en", "It rose."], "2: a passage's first line, '== NAME', expected before 'en'"),
        (["== a b", "en"], "1: a name of letters and digits expected, not given before: 'a b'"),
        (["==", "en"], "1: a name of letters and digits expected, not given before: ''"),
        (
            ["== a", "en", "It rose.", "", "== b", "== a | review"],
            "6: a name of letters and digits expected, not given before: 'a'",
        ),
    ],
)
def test_wrong_passage(refused, lines, message):
    assert refused(*lines) == message


def test_errors_name_the_file(read, tmp_path):
    with pytest.raises(AnnotationError, match=re.escape(f"{tmp_path / 'b.txt'}:3: a mark without text")):
        read("== a\nen\n{g|}\n", name="b.txt")


def test_folder_stands_for_its_text_files_in_order(tmp_path):
    for name, passage in [("b.txt", "one"), ("a.txt", "two"), ("c.md", "three")]:
        (tmp_path / name).write_text(f"== {passage}\nen\nIt rose.\n", "utf-8")
    assert [doc.id for doc in read_inline(tmp_path)] == ["two-en", "one-en"]


def test_folder_without_text_files(tmp_path):
    (tmp_path / "c.md").write_text("== a\nen\nIt rose.\n", "utf-8")
    with pytest.raises(ConfigError, match=r"files of passages \(\.txt\) expected in the folder, none found"):
        list(read_inline(tmp_path))


def test_file_that_cannot_be_read(tmp_path, read):
    with pytest.raises(ConfigError, match=r"missing\.txt: a text file in UTF-8 expected"):
        list(read_inline(tmp_path / "missing.txt"))
    with pytest.raises(ConfigError, match=r"a\.txt: a text file in UTF-8 expected"):
        read("== a\nzh\n甲升。\n", encoding="gb18030")


def test_language_given_twice_in_a_passage(refused):
    assert refused("== a", "en", "One.", "en", "Two.").startswith("4: ")


def test_name_given_in_two_files_of_a_folder(tmp_path):
    for name in ("one.txt", "two.txt"):
        (tmp_path / name).write_text("== a\nen\nIt rose.\n", "utf-8")
    with pytest.raises(AnnotationError, match=r"two\.txt:1: a name of letters and digits expected, not given before"):
        list(read_inline(tmp_path))


def test_mark_inside_the_later_part_of_a_process(one):
    doc = one("{p|fusion} that day {+|of {o|mitochondria}} rose.")
    parts = {m.type: [doc.text[a:b] for a, b in m.spans] for m in doc.mentions}
    assert parts == {"process": ["fusion", "of mitochondria"], "organelle": []}


def test_process_inside_one_with_a_gap_names_the_line(refused):
    assert refused("== a", "en", "{p|{p|loss} now} {+|of cells} rose.").startswith("3: ")


def test_source_and_licence_of_a_file_go_to_each_of_its_documents(read):
    docs = read("source: our lab, 2026\nlicense: CC BY 4.0\n\n" + EXAMPLE + "== b\nen\nIt rose.\n")
    assert [dict(doc.extra).get("source") for doc in docs] == ["our lab, 2026"] * 3
    assert [dict(doc.extra).get("license") for doc in docs] == ["CC BY 4.0"] * 3
    assert dict(docs[0].extra)["style"] == "review"


def test_source_behind_the_first_passage_is_a_sentence(read):
    (doc,) = read("== a\nen\nIt rose.\nsource: the sun\n")
    assert doc.text == "It rose. source: the sun"
    assert doc.extra == ()
