import json

import pytest

from pipeline.document import Relation
from pipeline.errors import AnnotationError
from pipeline.training.corpora.labelstudio import read_labelstudio

TEXT = "Mfn2 与 Opa1 结合，融合外膜与内膜。"


def region(name, start, end, label="gene", **value):
    value = {"start": start, "end": end, "labels": [label], **value}
    return {"id": name, "from_name": "label", "to_name": "text", "type": "labels", "origin": "manual", "value": value}


def link(source, target, *labels, direction="right"):
    return {"type": "relation", "from_id": source, "to_id": target, "direction": direction, "labels": list(labels)}


def note(name, *ids):
    return {"id": name, "type": "textarea", "value": {"start": 0, "end": 4, "text": list(ids)}}


BOTH = (region("Ab_1", 0, 4, text="Mfn2"), region("Cd-2", 7, 11, text="Opa1"))


@pytest.fixture
def read(tmp_path):
    def read_task(*results, text=TEXT, data=None, task=None):
        annotation = {"id": 5, "was_cancelled": False, "result": list(results), "lead_time": 3.5}
        whole = {"id": 12, "data": {"text": text, **(data or {})}, "annotations": [annotation], **(task or {})}
        (tmp_path / "a.json").write_text(json.dumps([whole]), encoding="utf-8")
        (doc,) = read_labelstudio(tmp_path / "a.json")
        return doc

    return read_task


def test_task_that_a_person_annotated(read):
    doc = read(
        note("Cd-2", "HGNC:8140, GO:1"), *BOTH, note("Ab_1", "HGNC:16877", "HGNC:18262"),
        link("Ab_1", "Cd-2", "interacts_with", "speculative"),
    )  # fmt: skip
    assert (doc.id, doc.lang) == ("12", "zh")
    assert [(m.id, doc.surface(m), m.concepts) for m in doc.mentions] == [
        ("Ab_1", "Mfn2", ("HGNC:16877", "HGNC:18262")),
        ("Cd-2", "Opa1", ("HGNC:8140", "GO:1")),
    ]
    assert doc.relations == (Relation("r1", "interacts_with", "Ab_1", "Cd-2", speculative=True),)


def test_id_lang_and_other_fields_of_the_data(read):
    doc = read(data={"id": "zh-1", "lang": "en", "source": "s"})
    assert (doc.id, doc.lang, doc.extra) == ("zh-1", "en", (("source", "s"),))


@pytest.mark.parametrize("direction", ["right", "left"])
def test_direction_of_a_relation(read, direction):
    (relation,) = read(*BOTH, link("Ab_1", "Cd-2", "regulates", direction=direction)).relations
    assert (relation.head, relation.tail) == (("Ab_1", "Cd-2") if direction == "right" else ("Cd-2", "Ab_1"))


def test_regions_that_continue_one_are_a_mention_with_a_gap(read):
    doc = read(
        region("b", 21, 22, "organelle"), region("a", 17, 18, "organelle"), note("a", "GO:1"),
        link("a", "b", "continues"),
    )  # fmt: skip
    (m,) = doc.mentions
    assert (m.id, m.start, m.end, m.spans, m.concepts) == ("b", 17, 22, ((17, 18), (21, 22)), ("GO:1",))


def test_offsets_of_old_versions_count_utf16_units(read):
    doc = read(region("a", 3, 7, text="Mfn2"), text="𝛼 Mfn2")
    assert [(m.start, m.end) for m in doc.mentions] == [(2, 6)]


def test_cancelled_annotation_does_not_count(read):
    cancelled = {"was_cancelled": True, "result": [*BOTH]}
    assert read(task={"annotations": [cancelled]}).mentions == ()
    assert len(read(task={"annotations": [cancelled, {"result": [*BOTH]}]}).mentions) == 2


@pytest.mark.parametrize(
    ("results", "message"),
    [
        ([region("a", 0, 4, text="Mfn1")], r"a\.json: task 12: region a: its text 'Mfn1' expected at \[0, 4\], found 'Mfn2'"),
        ([region("a", 0, 99)], r"mention a is \[0, 99[\])] but the text has"),
        ([region("a", 4, 0)], "region a: whole numbers in order expected as start and end, found 4, 0"),
        ([region("a", "0", 4)], "region a: whole numbers in order"),
        ([region("a", 0, 4, "Gene")], "unknown type 'Gene'; known: gene"),
        ([region("a", 0, 4) | {"value": {"start": 0, "end": 4, "labels": ["gene", "process"]}}], "one label expected"),
        ([BOTH[0], BOTH[0]], "an id for each region expected, 'Ab_1' is used twice"),
        ([note("zz", "GO:1")], r"identifiers on a region expected, found them on \['zz'\]"),
        ([*BOTH, link("Ab_1", "Cd-2")], "one type of relation between Ab_1 and Cd-2 expected, found none"),
        ([*BOTH, link("Ab_1", "Cd-2", "regulates", "involved_in")], "one type of relation"),
        ([*BOTH, link("Ab_1", "Cd-2", "regulates", direction="bi")], "a direction from head to tail expected, found 'bi'"),
        ([*BOTH, link("Ab_1", "zz", "regulates")], "relation r1 points to zz, which is no mention"),
        ([*BOTH, link("zz", "Ab_1", "continues")], "'continues' its first piece expected, found 'zz' and 'Ab_1'"),
        ([BOTH[0], region("p", 7, 11, "process"), link("p", "Ab_1", "continues")], "pieces of one layer expected"),
        ([{"type": "choices", "value": {}}], "a result of type labels, textarea or relation expected, found 'choices'"),
        ([{"type": "labels", "id": "a", "value": {"start": 0}}], "found KeyError 'labels'"),
    ],
)  # fmt: skip
def test_broken_task_is_named(read, results, message):
    with pytest.raises(AnnotationError, match=message):
        read(*results)


def test_task_with_two_annotations_is_refused(read):
    with pytest.raises(AnnotationError, match="one annotation expected, found 2; choose one"):
        read(task={"annotations": [{"result": []}, {"result": []}]})


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("{", "Label Studio's JSON expected"),
        ("{}", "a list of tasks expected, found dict"),
        ("[3]", "task 1: a task with data.text and annotations expected, found TypeError"),
        ('[{"id": 4, "text": "JSON-MIN", "label": []}]', "task 4: .* found KeyError 'data'; export as JSON, not as"),
        ('[{"id": 4, "data": {"image": "x"}, "annotations": []}]', "task 4: .* found KeyError 'text'"),
    ],
)
def test_file_that_is_no_export(tmp_path, content, message):
    (tmp_path / "b.json").write_text(content)
    with pytest.raises(AnnotationError, match=message):
        list(read_labelstudio(tmp_path / "b.json"))
