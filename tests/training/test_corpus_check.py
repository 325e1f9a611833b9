import json

import pytest

from pipeline.document import Document, Mention, Relation
from pipeline.errors import AnnotationError, ConfigError
from pipeline.store import write_jsonl
from pipeline.training.check import check
from pipeline.training.stats import lines, stats

TEXT = "Mfn2 促进线粒体融合。Opa1 也促进融合。"
MFN2 = Mention("m1", 0, 4, "gene", ("HGNC:16877",))
FUSION = Mention("m2", 7, 12, "process", ("GO:0008053",))
OPA1 = Mention("m3", 13, 17, "gene", ("HGNC:8140",))
MITO = Mention("m4", 7, 10, "organelle")
FULL = (MFN2, FUSION, OPA1, MITO)


def document(*mentions, relations=(), name="d1", text=TEXT, lang="zh"):
    return Document(name, text, lang=lang, mentions=mentions, relations=relations)


@pytest.fixture
def found(tmp_path):
    """(level, place, message) of the findings in a file of these documents."""

    def findings(*documents):
        write_jsonl(tmp_path / "train.jsonl", documents)
        return [(f.level, f.place, f.message) for f in check([tmp_path / "train.jsonl"])]

    return findings


def test_sound_documents_have_no_findings(found):
    relations = (Relation("r1", "positively_regulates", "m1", "m2"), Relation("r2", "located_in", "m1", "m4"))
    gap = Mention("m5", 5, 12, "organelle", spans=((5, 7), (10, 12)))
    assert found(document(*FULL, relations=relations), document(MFN2, gap, name="d2", text=f"{TEXT}!")) == []


def test_finding_names_file_line_document_and_place(tmp_path):
    path = tmp_path / "train.jsonl"
    write_jsonl(path, [document(name="d0", text="别的。"), document(MFN2, Mention("m9", 13, 99, "gene"))])
    (finding,) = check([path])
    assert str(finding) == (
        f"error: {path.as_posix()}:2: d1: mention m9 [13, 99) 'Opa1 也促进融合。': "
        f"bounds inside the text of {len(TEXT)} characters expected, the first before the second"
    )


@pytest.mark.parametrize(
    ("mentions", "place", "message"),
    [
        ([Mention("m1", 4, 4, "gene")], "mention m1 [4, 4) ''", "bounds inside the text"),
        ([Mention("m1", -3, 2, "gene")], "mention m1 [-3, 2) ''", "bounds inside the text"),
        ([Mention("m1", 3, 1, "gene")], "mention m1 [3, 1) ''", "bounds inside the text"),
        ([Mention("m1", "0", 4, "gene")], "mention m1", "whole numbers expected as bounds, found '0', 4"),
        ([Mention("m1", 0, 4, "drug")], "mention m1 [0, 4) 'Mfn2'", "one of gene, organelle, process expected as type"),
        ([MFN2, Mention("m1", 13, 17, "gene")], "mention m1 [13, 17) 'Opa1'", "'m1' is used twice"),
        ([MFN2, Mention("m2", 2, 6, "gene")], "mention m2 [2, 6) 'n2 促'", "it overlaps mention m1 [0, 4) 'Mfn2'"),
        ([Mention("m1", 0, 4, "gene", ("16877",))], "mention m1 [0, 4) 'Mfn2'", "like GO:0005739 expected, found '16877'"),
        ([Mention("m1", 0, 4, "gene", (16877,))], "mention m1 [0, 4) 'Mfn2'", "like GO:0005739 expected, found 16877"),
        ([Mention("m1", 7, 12, "process", spans=((7, 9), (8, 12)))], "mention m1 [7, 12) '线粒体融合'", "spans in order"),
        ([Mention("m1", 7, 12, "process", spans=((7, 9), (10, 11)))], "mention m1 [7, 12) '线粒体融合'", "spans in order"),
    ],
)  # fmt: skip
def test_faults_of_mentions(found, mentions, place, message):
    errors = [f for f in found(document(*mentions)) if f[0] == "error"]
    assert [f[1] for f in errors] == [place]
    assert message in errors[0][2]


def test_overlap_with_a_mention_before_the_last_is_found(found):
    whole = Mention("m1", 0, 12, "process")
    (one, two) = found(document(whole, Mention("m2", 1, 2, "process"), Mention("m3", 7, 9, "process")))[-2:]
    assert ("m2" in one[1], "m3" in two[1]) == (True, True)
    assert "overlaps mention m1" in two[2]


@pytest.mark.parametrize(
    ("relations", "level", "message"),
    [
        ([Relation("r1", "regulates", "m1", "m9")], "error", "a mention's id expected as tail, found 'm9'"),
        ([Relation("r1", "binds", "m1", "m2")], "error", "expected as type, found 'binds'"),
        ([Relation("r1", "regulates", "m1", "m3")], "error", "both ends in one sentence expected, found mention m1 [0, 4)"),
        ([Relation("r1", "regulates", "m1", "m1")], "error", "two mentions expected, head and tail are both m1"),
        ([Relation("r1", "regulates", "m1", "m2"), Relation("r1", "involved_in", "m1", "m2")], "error", "used twice"),
        ([Relation("r1", "regulates", "m1", "m2"), Relation("r2", "regulates", "m1", "m2")], "warning", "found it twice"),
        ([Relation("r1", "located_in", "m1", "m2")], "warning", "organelle expected, found mention m2 [7, 12)"),
        ([Relation("r1", "interacts_with", "m2", "m1")], "warning", "gene or organelle expected, found mention m2"),
    ],
)  # fmt: skip
def test_faults_of_relations(found, relations, level, message):
    ((at, place, said),) = found(document(*FULL, relations=tuple(relations)))
    assert at == level
    assert place.startswith(f"relation {relations[-1].id} {relations[-1].type}")
    assert message in said


@pytest.mark.parametrize(
    ("start", "end", "message"),
    [
        (1, 4, "bounds at a word's end expected, found 'M'|'fn2 促进线粒'"),
        (0, 5, "bounds without blanks expected"),
        (7, 14, "a mention inside one sentence expected"),
    ],
)
def test_bounds_worth_a_look_are_warnings(found, start, end, message):
    assert (message, "warning") in [(f[2], f[0]) for f in found(document(Mention("m1", start, end, "process")))]


def test_document_without_text_or_language(found):
    assert [f[::2] for f in found(document(text=" \n", lang="de"))] == [
        ("error", "a text expected, found none"),
        ("warning", "'zh' or 'en' expected as lang, found 'de'"),
    ]


def test_all_faults_are_found_and_lines_that_are_no_documents_do_not_end_it(tmp_path):
    path = tmp_path / "train.jsonl"
    rows = [
        "{oops", "[1]", '{"id": "a"}', '{"id": "b", "text": "x", "mentions": [{"id": "m1", "end": 1, "type": "gene"}]}',
        '{"id": "c", "text": "x", "lang": "en", "mentions": [{"id": [1], "start": 0, "end": 1, "type": "gene"}]}',
        "", json.dumps(document(Mention("m1", 0, 99, "drug")).to_dict()),
    ]  # fmt: skip
    path.write_text("\n".join(rows), encoding="utf-8")
    found = list(check([path]))
    assert [(f.line, f.level) for f in found] == [(n, "error") for n in (1, 2, 3, 4, 5, 7, 7)]
    assert [f.message.split(":")[0] for f in found[:2]] == [
        "one JSON object a line expected",
        "a JSON object expected, found list",
    ]


def test_id_used_twice_is_an_error_and_a_text_twice_in_a_file_a_warning(found):
    first, second = document(), document(text=f" {TEXT}\n")
    assert [f[::2] for f in found(first, second)] == [
        ("error", first_of("an id of its own expected, it is also ", found)),
        ("warning", first_of("a text of its own expected, found the same text but for blanks as ", found, "d1")),
    ]  # fmt: skip


def first_of(message, found, name=""):
    """The message with the place of the first line of the file that `found` writes."""
    path = found.__closure__[0].cell_contents / "train.jsonl"
    return f"{message}{path.as_posix()}:1{f' ({name})' if name else chr(39) + 's'}"


@pytest.mark.parametrize("as_against", [True, False])
@pytest.mark.parametrize(
    ("text", "how"),
    [(TEXT, "the same text as"), ("Mfn2促进线粒体融合。\nOpa1也促进融合。", "the same text but for blanks as")],
)
def test_text_that_two_files_share_is_a_leak(tmp_path, text, how, as_against):
    train, dev = tmp_path / "train.jsonl", tmp_path / "dev.jsonl"
    write_jsonl(dev, [document(name="v0", text="别的。"), document(name="v1", text=text)])
    write_jsonl(train, [document(name="t1")])
    (finding,) = check([train], [dev]) if as_against else check([dev, train])
    assert (finding.level, finding.line, finding.document) == ("error", 1, "t1")
    place = f"{dev.as_posix()}:2 (v1)"
    assert finding.message == f"a text of its own expected, found {how} {place}; keep it in one of the files"


def test_faults_of_the_files_compared_with_are_not_listed_but_lines_that_cannot_be_read_are(tmp_path):
    train, dev = tmp_path / "train.jsonl", tmp_path / "dev.jsonl"
    write_jsonl(train, [document()])
    write_jsonl(dev, [document(Mention("m1", 0, 99, "drug"), name="v", text="别的。")])
    assert list(check([train], [dev])) == []
    dev.write_text("oops\n")
    assert [(f.file, f.level) for f in check([train], [dev])] == [(dev.as_posix(), "error")]


def test_file_given_twice_is_refused(tmp_path):
    write_jsonl(tmp_path / "a.jsonl", [document()])
    with pytest.raises(ConfigError, match=r"a\.jsonl: each file once expected, found it twice"):
        list(check([tmp_path / "a.jsonl"], [tmp_path / ".." / tmp_path.name / "a.jsonl"]))


def test_file_that_cannot_be_read(tmp_path):
    with pytest.raises(ConfigError, match="the file cannot be opened"):
        list(check([tmp_path / "none.jsonl"]))
    (tmp_path / "latin.jsonl").write_bytes(b'{"id": "caf\xe9"}')
    with pytest.raises(AnnotationError, match=r"latin\.jsonl: UTF-8 expected"):
        list(check([tmp_path / "latin.jsonl"]))


def test_stats_count_by_language_layer_and_type():
    zh = document(
        *FULL, Mention("m5", 5, 12, "organelle", ("GO:1",), spans=((5, 7), (10, 12))),
        relations=(
            Relation("r1", "regulates", "m1", "m2", negated=True), Relation("r2", "involved_in", "m1", "m2", True, True),
        ),
    )  # fmt: skip
    en = document(Mention("m1", 0, 4, "gene", ("HGNC:16877",)), text="Mfn2 moves.", lang="en")
    figures = stats([zh, en])
    assert list(figures) == ["en", "zh", "all"]
    assert figures["zh"] == {
        "documents": 1, "characters": len(TEXT), "sentences": 2,
        "mentions": {"gene": 2, "organelle": 2, "process": 1},
        "concepts": {"gene": 2, "organelle": 1, "process": 1},
        "without_id": {"gene": 0, "organelle": 1, "process": 0},
        "with_gap": {"gene": 0, "organelle": 1, "process": 0},
        "relations": {
            "positively_regulates": 0, "negatively_regulates": 0, "regulates": 1,
            "located_in": 0, "interacts_with": 0, "involved_in": 1,
        },
        "negated": 2, "speculative": 1,
    }  # fmt: skip
    assert (figures["all"]["mentions"]["gene"], figures["all"]["concepts"]["gene"]) == (3, 2)
    table = list(lines(figures))
    assert table[0].split() == ["en", "zh", "all"]
    assert "concepts, gene                             1           2           2" in table


def test_stats_of_one_language_have_one_column_and_of_nothing_none():
    assert next(lines(stats([document()]))).split() == ["zh"]
    assert [line.split()[-1] for line in lines(stats([]))][1:3] == ["0", "0"]
