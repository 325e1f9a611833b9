"""Export and convert, for every format that goes both ways."""

import json
import logging

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.document import LAYERS, RELATION_TYPES, Block, Document, Mention, Relation
from pipeline.errors import AnnotationError, ConfigError
from pipeline.store import read_jsonl, write_jsonl
from pipeline.training.corpora.formats import convert, export

FORMS = [
    ("brat", "out"),
    ("bioc", "out.xml"),
    ("bioc", "out.json"),
    ("pubtator", "out.txt"),
    ("labelstudio", "out.json"),
]
both_ways = pytest.mark.parametrize(("form", "name"), FORMS)

ZH = Document(
    "zh-0001",
    "线粒体融合与自噬\nMfn2 不促进线粒体的𝛼融合，可能影响BMP-2/4。\n第二段：自噬。",
    lang="zh",
    mentions=(
        Mention("m1", 0, 5, "process", ("GO:0008053",)),
        Mention("m2", 0, 3, "organelle", ("GO:0005739",)),
        Mention("m3", 9, 13, "gene", ("HGNC:16877",)),
        Mention("m4", 17, 24, "process", (), spans=((17, 20), (22, 24))),
        Mention("m5", 29, 36, "gene", ("HGNC:1069", "HGNC:1071")),
    ),
    relations=(
        Relation("r1", "positively_regulates", "m3", "m4", negated=True, trigger="不促进", by="t 1", score=0.123456789),
        Relation("r2", "regulates", "m3", "m5", speculative=True),
        Relation("r3", "interacts_with", "m3", "m5", negated=True, speculative=True),
    ),
    extra=(("source", "自编"), ("license", "CC BY 4.0")),
)
EN = Document(
    "a b/../c:1",
    "Parkin & <PINK1> clear   mitochondria. \r\n\tAutophagy of \u2028\x85mitochondria follows. ",
    lang="en",
    title="Parkin & <PINK1> clear   mitochondria.",
    mentions=(
        Mention("x", 0, 6, "gene", ("HGNC:8607",), by="gold"),
        Mention("g 7", 10, 15, "gene", ("HGNC:14581", "NCBIGene:65018"), name="PINK1", score=0.1),
        Mention("m9", 25, 37, "organelle"),
        Mention("m1", 42, 69, "process", ("GO:0000422",), spans=((42, 51), (57, 69))),
    ),
    relations=(Relation("statement", "involved_in", "x", "m1", trigger="follows", score=1.0),),
)
NONE = Document("empty", "没有任何标注", lang="en")
SAMPLES = {"zh": [ZH], "en": [EN], "all": [ZH, EN, NONE]}


def kept(doc):
    """What every format must give back."""
    data = doc.to_dict()
    for fields in data["mentions"]:
        for name in ("name", "by", "score"):
            fields.pop(name, None)
    return data


def back(documents, form, path):
    """The documents after export and convert."""
    source, target = path.parent / "in.jsonl", path.parent / "back.jsonl"
    write_jsonl(source, documents)
    export(form, source, path)
    convert(form, path, target)
    return list(read_jsonl(target))


@both_ways
@pytest.mark.parametrize("sample", SAMPLES)
def test_export_and_convert_give_the_same_documents(tmp_path, form, name, sample):
    documents = SAMPLES[sample]
    assert [kept(d) for d in back(documents, form, tmp_path / name)] == [kept(d) for d in documents]


@pytest.mark.parametrize("form", ["bioc", "pubtator", "labelstudio"])
def test_maker_score_and_name_of_mentions_come_back_where_the_format_can_hold_them(tmp_path, form):
    (doc,) = back([EN], form, tmp_path / "out.json")
    assert (doc.mentions, doc.relations) == (EN.mentions, EN.relations)


@both_ways
def test_what_is_left_out_is_said_once_with_a_count(tmp_path, form, name, caplog):
    source = tmp_path / "in.jsonl"
    doc = EN.with_(blocks=(Block(0, 10),))
    write_jsonl(source, [doc, doc.with_(id="other")])
    with caplog.at_level(logging.WARNING):
        export(form, source, tmp_path / name)
    (record,) = caplog.records
    assert "blocks of 2 documents" in record.getMessage()
    assert ("by of 2 mentions" in record.getMessage()) == (form == "brat")


@both_ways
@pytest.mark.parametrize(
    ("doc", "message"),
    [
        (Document("a\nb", "x"), "a document id of one line expected"),
        (Document("", "x"), "a document id of one line expected"),
        (Document("d", "xyz", mentions=(Mention("m\t1", 0, 1, "gene"),)), "an id of one line expected"),
        (Document("d", "xyz", mentions=(Mention("m", 0, 1, "gene", ("GO:1,GO:2",)),)), "identifiers without blanks"),
        (Document("d", "xyz", mentions=(Mention("m", 0, 1, "gene", ("GO: 1",)),)), "identifiers without blanks"),
        (Document("d", "xyz", mentions=(Mention("m", 0, 3, "gene", spans=((0, 1), (2, 9))),)), "spans in order"),
        (Document("d", "xyz", mentions=(Mention("m", 0, 9, "gene"),)), "the text has 3 characters"),
    ],
)
def test_document_that_could_not_come_back_is_refused_and_nothing_is_written(tmp_path, form, name, doc, message):
    write_jsonl(tmp_path / "in.jsonl", [doc])
    with pytest.raises(AnnotationError, match=message):
        export(form, tmp_path / "in.jsonl", tmp_path / name)
    assert [p.name for p in tmp_path.iterdir()] == ["in.jsonl"]


@both_ways
def test_two_relations_with_one_id_are_refused(tmp_path, form, name):
    relations = (ZH.relations[0], ZH.relations[0])
    write_jsonl(tmp_path / "in.jsonl", [ZH.with_(relations=relations)])
    with pytest.raises(AnnotationError, match="a different id expected for each relation"):
        export(form, tmp_path / "in.jsonl", tmp_path / name)


def test_control_character_is_refused_in_xml_and_kept_in_json(tmp_path):
    doc = Document("d", "a\x0cb", lang="en")
    with pytest.raises(AnnotationError, match=r"d: characters that XML can hold expected.*\.json"):
        back([doc], "bioc", tmp_path / "out.xml")
    assert not (tmp_path / "out.xml").exists()
    assert back([doc], "bioc", tmp_path / "out.json") == [doc]


def test_field_that_bioc_cannot_hold_is_refused(tmp_path):
    with pytest.raises(AnnotationError, match=r"d: a string expected as 'year'.* found 2020"):
        back([Document("d", "a", extra=(("year", 2020),))], "bioc", tmp_path / "out.xml")
    doc = Document("d", "a", extra=(("year", 2020),))
    assert back([doc], "labelstudio", tmp_path / "out.json")[0].extra == (("year", 2020),)


def test_pubtator_refuses_an_id_that_would_part_columns(tmp_path):
    with pytest.raises(AnnotationError, match="an id without bars"):
        back([Document("a|b", "text")], "pubtator", tmp_path / "out.txt")


@st.composite
def documents(draw):
    """Any text; mentions of every layer at any place, some with a gap; relations between any two of them."""
    alphabet = st.characters(exclude_categories=("Cs", "Cc"), include_characters="\n\t\r |;,")
    text = draw(st.text(alphabet, min_size=1, max_size=40))
    mentions = []
    for layer in LAYERS:
        bounds = draw(st.lists(st.integers(0, len(text)), max_size=8, unique=True).map(sorted))
        at = 0
        while at + 1 < len(bounds):
            gap = at + 3 < len(bounds) and draw(st.booleans())
            points = bounds[at : at + (4 if gap else 2)]
            at += len(points)
            spans = ((points[0], points[1]), (points[2], points[3])) if gap else ()
            concepts = tuple(draw(st.lists(st.sampled_from(["GO:1", "HGNC:2", "MESH:D3"]), max_size=2, unique=True)))
            mentions.append(Mention(f"m{len(mentions) + 1}", points[0], points[-1], layer, concepts, spans=spans))
    relations = []
    if mentions:
        ids = st.sampled_from([m.id for m in mentions])
        kinds, flag, trigger = st.sampled_from(sorted(RELATION_TYPES)), st.booleans(), st.text(alphabet, max_size=5)
        ends = st.tuples(kinds, ids, ids, flag, flag, trigger, st.just("t 1"), st.none() | st.floats(0, 1))
        relations = [Relation(f"r{n}", *r) for n, r in enumerate(draw(st.lists(ends, max_size=3)), 1)]
    lang = draw(st.sampled_from(["zh", "en", ""]))
    return Document("d", text, lang=lang, mentions=tuple(mentions), relations=tuple(relations))


@both_ways
@settings(max_examples=40, deadline=None)
@given(doc=documents())
def test_any_document_comes_back(tmp_path_factory, form, name, doc):
    (found,) = back([doc], form, tmp_path_factory.mktemp("any") / name)
    assert kept(found) == kept(doc)


@pytest.mark.corpus
@both_ways
def test_chinese_gold_comes_back(shared, tmp_path, form, name):
    gold = list(read_jsonl(shared / "corpora/zh/gold_train.jsonl"))
    assert [kept(d) for d in back(gold, form, tmp_path / name)] == [kept(d) for d in gold]


CONLL = """# id = d
# lang = en
Mfn2	0	4	B-gene	O	O
fuses	5	10	O	O	O
outer	11	16	O	B-organelle	B-process
membranes	17	26	O	I-organelle	I-process

It	28	30	O	O	O
ends	31	35	O	O	O
.	35	36	O	O	O

"""


def test_conll_has_a_column_a_layer(tmp_path, caplog):
    mentions = (
        Mention("a", 0, 4, "gene"),
        Mention("b", 11, 25, "organelle"),  # without the s: widened
        Mention("c", 11, 26, "process"),
    )
    write_jsonl(
        tmp_path / "in.jsonl", [Document("d", "Mfn2 fuses outer membranes\n\nIt ends.", "en", mentions=mentions)]
    )
    with caplog.at_level(logging.WARNING):
        assert export("conll", tmp_path / "in.jsonl", tmp_path / "out.conll") == 1
    assert (tmp_path / "out.conll").read_text("utf-8") == CONLL
    assert "of 3 mentions, 1 were widened to whole tokens or over their gaps; 0 are not written" in caplog.text


def test_conll_neighbours_begin_anew_and_lost_mentions_are_counted(tmp_path, caplog):
    mentions = (
        Mention("a", 0, 4, "gene"), Mention("b", 5, 9, "gene"),
        Mention("c", 12, 15, "gene"), Mention("d", 15, 18, "gene"),  # one token
    )  # fmt: skip
    text = "Mfn1 Mfn2 xxabcabcxx"
    write_jsonl(tmp_path / "in.jsonl", [Document("d", text, "en", mentions=mentions)])
    with caplog.at_level(logging.WARNING):
        export("conll", tmp_path / "in.jsonl", tmp_path / "out")
    rows = [line.split("\t")[3] for line in (tmp_path / "out").read_text("utf-8").splitlines() if "\t" in line]
    assert rows == ["B-gene", "B-gene", "B-gene"]
    assert "of 4 mentions, 1 were widened" in caplog.text
    assert "1 are not written" in caplog.text


def test_docbin_has_spans_by_layer_and_the_document(tmp_path):
    import spacy
    from spacy.tokens import DocBin

    write_jsonl(tmp_path / "in.jsonl", [ZH, NONE])
    assert export("spacy", tmp_path / "in.jsonl", tmp_path / "out.spacy") == 2
    first, second = DocBin().from_disk(tmp_path / "out.spacy").get_docs(spacy.blank("xx").vocab)
    assert first.text == ZH.text
    assert {layer: [s.text for s in first.spans[layer]] for layer in ("gene", "organelle")} == {
        "gene": ["Mfn2", "BMP-2/4"],
        "organelle": ["线粒体"],
    }
    assert list(first.user_data["yimai"]["relations"]) == ZH.to_dict()["relations"]
    assert second.user_data["yimai"]["id"] == "empty"
    assert list(second.spans["gene"]) == []


@pytest.mark.parametrize("form", ["brat", "spacy"])
def test_folders_and_binary_files_are_not_written_to_a_pipe(tmp_path, form):
    from pathlib import Path

    with pytest.raises(ConfigError, match=f"{form} cannot be written to a pipe"):
        export(form, tmp_path / "in.jsonl", Path("-"))


def test_labelstudio_file_is_a_list_of_tasks(tmp_path):
    back([ZH], "labelstudio", tmp_path / "out.json")
    (task,) = json.loads((tmp_path / "out.json").read_text("utf-8"))
    assert task["data"]["text"] == ZH.text
    assert task["data"]["source"] == "自编"
