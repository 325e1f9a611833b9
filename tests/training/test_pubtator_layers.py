import pytest

from pipeline.document import Document, Mention, Relation
from pipeline.errors import AnnotationError
from pipeline.training.corpora.pubtator import read_pubtator
from pipeline.training.corpora.pubtator_layers import write_pubtator

RECORD = """d1|t|Mfn2 promotes fusion.
d1|a|It does in mice.
d1	document	{"head": {"id": "d1", "lang": "en", "source": "s"}}
d1	0	4	Mfn2	gene	HGNC:16877,HGNC:18262	{"id": "m1"}
d1	14	20	fusion	process	-	{"id": "m2", "spans": [[14, 16], [18, 20]], "by": "gold"}
d1	positively_regulates	HGNC:16877,HGNC:18262	-	-	{"id": "r1", "head": "m1", "tail": "m2", "negated": true}

"""
DOCUMENT = Document(
    "d1",
    "Mfn2 promotes fusion. It does in mice.",
    lang="en",
    mentions=(
        Mention("m1", 0, 4, "gene", ("HGNC:16877", "HGNC:18262")),
        Mention("m2", 14, 20, "process", spans=((14, 16), (18, 20)), by="gold"),
    ),
    relations=(Relation("r1", "positively_regulates", "m1", "m2", negated=True),),
    extra=(("source", "s"),),
)


def test_record_is_pubtator_with_a_column_for_what_that_cannot_hold(tmp_path):
    assert write_pubtator(tmp_path / "a.txt", [DOCUMENT]) == 1
    assert (tmp_path / "a.txt").read_text("utf-8") == RECORD
    assert list(read_pubtator(tmp_path / "a.txt")) == [DOCUMENT]


def written(tmp_path, doc):
    write_pubtator(tmp_path / "a.txt", [doc])
    title, abstract, *_ = (tmp_path / "a.txt").read_text("utf-8").split("\n")
    (back,) = read_pubtator(tmp_path / "a.txt")
    assert back == doc
    return title.removeprefix("d|t|"), abstract.removeprefix("d|a|")


@pytest.mark.parametrize(
    ("text", "title", "parts"),
    [
        ("标题\n摘要一。摘要二。", "", ("标题", "摘要一。摘要二。")),
        ("Title of it Text. More.", "Title of it", ("Title of it", "Text. More.")),
        ("One. Two.\n\tThree.", "", ("One. Two.", " Three.")),
        ("没有空格的一句话。", "", ("没有空格的一句话。", "")),
        ("", "", ("", "")),
        (" \n\r", "", (" ", " ")),
    ],
)
def test_title_and_abstract_are_cut_at_a_blank_and_the_text_comes_back(tmp_path, text, title, parts):
    assert written(tmp_path, Document("d", text, lang="zh", title=title)) == parts


def test_rows_of_six_columns_need_no_json(tmp_path):
    path = tmp_path / "a.txt"
    path.write_text("9|t|自噬。\n9|a|Mfn2\n9\t0\t2\t自噬\tprocess\tGO:0006914\n9\t4\t8\tMfn2\tgene\n", encoding="utf-8")
    (doc,) = read_pubtator(path)
    assert (doc.id, doc.lang) == ("9", "zh")
    assert [(m.id, m.type, m.concepts) for m in doc.mentions] == [
        ("m1", "process", ("GO:0006914",)),
        ("m2", "gene", ()),
    ]


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("\t0\t4\tMfn2\tgene", "\t1\t4\tMfn2\tgene", r"a\.txt:4: 'fn2', the text at \[1, 4\) .* expected, found 'd1"),
        ("\tprocess\t", "\tdisease\t", ":5: a mention of 6 columns with one of gene, organelle, process as the fifth"),
        ("HGNC:16877,HGNC:18262\t{", "16877\t{", ":4: an identifier like GO:0005739 instead of '16877' expected"),
        ('{"id": "m1"}', '{"id": "m1"', ":4: JSON in the last column"),
        ('{"id": "m1"}', '["m1"]', ":4: a JSON object in the last column"),
        ('"head": "m1", ', "", ":6: a sixth column with the mentions of a relation"),
        ('"tail": "m2"', '"tail": "m7"', r"a\.txt:3: d1: relation r1 points to m7, which is no mention"),
        ('[14, 16], [18', '[14, 19], [18', "mention m2: spans in order expected"),
        ("d1\t14", "d2\t14", ":5: an annotation of d1, or a blank line"),
        ('{"head"', '{"replaced": [[1, "x"]], "head"', ":3: a blank at 1 of title and abstract"),
        ('{"head"', '{"replaced": [[999, "x"]], "head"', ":3: 'replaced' as pairs"),
        ("positively_regulates", "regulated", ":6: a mention of 6 columns with one of"),
    ],
)  # fmt: skip
def test_broken_line_is_named(tmp_path, old, new, message):
    assert old in RECORD
    (tmp_path / "a.txt").write_text(RECORD.replace(old, new), encoding="utf-8")
    with pytest.raises(AnnotationError, match=message):
        list(read_pubtator(tmp_path / "a.txt"))
