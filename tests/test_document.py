import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.document import Block, Document, Line, Mention, Relation, Sentence, from_dict, validate
from pipeline.errors import AnnotationError

TEXT = "Mfn2 抑制线粒体融合。"


def full():
    return Document(
        "d1",
        TEXT,
        lang="zh",
        title="题",
        blocks=(Block(0, len(TEXT), "paragraph", "引言", 2, (1.0, 2.0, 3.0, 4.0)),),
        sentences=(Sentence(0, len(TEXT), "zh"),),
        mentions=(
            Mention("m1", 0, 4, "gene", ("HGNC:16877",), by="gold", page=2, box=(1.0, 2.0, 3.0, 4.0)),
            Mention("m2", 7, 12, "process", spans=((7, 9), (10, 12))),
        ),
        relations=(Relation("r1", "negatively_regulates", "m1", "m2", negated=True, trigger="抑制"),),
        extra=(("source", "ours"),),
    )


def test_json_form_comes_back_as_it_was():
    assert from_dict(full().to_dict()) == full()


def test_json_form_is_the_guidelines():
    data = full().to_dict()
    assert data["mentions"][0]["start"] == 0
    assert data["mentions"][1]["concepts"] == []
    assert data["relations"][0] == {
        "id": "r1", "type": "negatively_regulates", "head": "m1", "tail": "m2", "trigger": "抑制", "negated": True,
        "speculative": False,
    }  # fmt: skip
    assert data["source"] == "ours"


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"mentions": (Mention("m1", 0, 99, "gene"),)}, r"mention m1 is \[0, 99\) but the text has 13"),
        ({"mentions": (Mention("m1", 0, 4, "drug"),)}, "unknown type 'drug'; known: gene"),
        ({"mentions": (Mention("m1", 0, 4, "gene"), Mention("m1", 5, 6, "gene"))}, "'m1' is used twice"),
        ({"mentions": (Mention("m1", 0, 4, "gene"), Mention("m2", 3, 6, "gene"))}, "overlaps the one before"),
        ({"relations": (Relation("r1", "regulates", "m1", "m9"),)}, "r1 points to m1, m9, which is no mention"),
        ({"relations": (Relation("r1", "likes", "m1", "m9"),)}, "unknown type 'likes'"),
        ({"sentences": (Sentence(5, 9, "zh"), Sentence(0, 4, "zh"))}, "sentence 1 is .0, 4., out of order"),
    ],
)
def test_validate_refuses(changes, message):
    with pytest.raises(AnnotationError, match=message):
        validate(Document("d", TEXT, **changes))


@pytest.mark.parametrize(
    ("data", "message"),
    [
        ({"id": "d"}, "a string 'text' expected"),
        ({"id": "d", "text": "x", "mentions": [{"id": "m"}]}, "not in the guideline's form"),
        ({"id": "d", "text": "x\ud800"}, "half a surrogate pair"),
        ({"id": "d", "text": "x", "mentions": "m"}, "not in the guideline's form"),
    ],
)
def test_json_in_another_form_is_refused(data, message):
    with pytest.raises(AnnotationError, match=message):
        from_dict(data)


def test_place_joins_the_lines_of_the_first_page():
    lines = (
        Line(0, 4, 1, (10.0, 700.0, 50.0, 712.0), ((0, 10.0), (4, 50.0))),
        Line(4, 8, 1, (10.0, 680.0, 50.0, 692.0), ((0, 10.0), (4, 50.0))),
        Line(8, 12, 2, (10.0, 700.0, 50.0, 712.0), ((0, 10.0), (4, 50.0))),
    )
    doc = Document("d", "abcdefghijkl", lines=lines)
    assert doc.place(1, 3) == (1, (20.0, 700.0, 40.0, 712.0))
    assert doc.place(3, 6) == (1, (10.0, 680.0, 50.0, 712.0))
    assert doc.place(6, 10) == (1, (30.0, 680.0, 50.0, 692.0))
    assert doc.place(9, 10) == (2, (20.0, 700.0, 30.0, 712.0))
    assert Document("d", "abc").place(0, 1) == (None, None)


def test_spacy_doc_has_the_same_text_and_the_layers(miner):
    doc = miner("Mfn2 敲除抑制线粒体融合。 OPG blocks  RANKL.\nNext line")
    converted = doc.to_spacy()
    assert converted.text == doc.text
    assert [(s.text, s.kb_id_) for s in converted.spans["gene"]] == [
        ("Mfn2", "HGNC:16877"), ("OPG", "HGNC:11909"), ("RANKL", "HGNC:11926"),
    ]  # fmt: skip
    assert [s.text.strip() for s in converted.sents] == [doc.surface(s) for s in doc.sentences]


@given(st.text(max_size=80))
def test_any_text_gives_valid_mentions_inside_sentences(miner, text):
    doc = validate(miner(text))
    for m in doc.mentions:
        assert doc.sentence_of(m.start) == doc.sentence_of(m.end - 1) is not None


def test_box_ends_with_the_column():
    lines = (
        Line(0, 4, 1, (10.0, 80.0, 50.0, 92.0), ((0, 10.0), (4, 50.0))),
        Line(4, 8, 1, (300.0, 700.0, 340.0, 712.0), ((0, 300.0), (4, 340.0))),
    )
    assert Document("d", "abcdefgh", lines=lines).place(2, 6) == (1, (30.0, 80.0, 50.0, 92.0))


def test_bounds_must_be_numbers():
    with pytest.raises(AnnotationError, match="whole numbers expected as bounds, found '0'"):
        validate(
            from_dict({"id": "d", "text": "abc", "mentions": [{"id": "m", "start": "0", "end": 2, "type": "gene"}]})
        )
