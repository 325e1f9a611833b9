import json
import logging

import pytest

from pipeline.document import Document, Mention, Relation
from pipeline.errors import AnnotationError, ConfigError
from pipeline.training.corpora.brat import read_brat, write_brat

TEXT = "Mfn2 and Opa1 do not fuse\nthe outer and inner membrane."


@pytest.fixture
def read(tmp_path):
    def read_lines(*lines, text=TEXT):
        (tmp_path / "a.txt").write_bytes(text.encode())
        (tmp_path / "a.ann").write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
        (doc,) = read_brat(tmp_path / "a.ann")
        return doc

    return read_lines


T1, T2 = "T1\tgene 0 4\tMfn2", "T2\tgene 9 13\tOpa1"


def test_document_of_a_file_that_a_person_annotated(read):
    doc = read(
        "R7\tinteracts_with Arg1:T1 Arg2:T2\t", "A1\tNegated R7", "M2\tSpeculative R7", "#1\tAnnotatorNotes T1\tsure?",
        T1, "", "T4\torganelle 30 35;46 54\touter membrane", T2,
        "N1\tReference T4 GO:0005741\touter membrane", "N2\tReference T4 GO:0031966\t", "N3\tReference T1 HGNC:16877",
    )  # fmt: skip
    assert (doc.id, doc.lang, doc.text) == ("a", "en", TEXT)
    assert [(m.id, m.type, doc.said(m), m.spans, m.concepts) for m in doc.mentions] == [
        ("m1", "gene", "Mfn2", (), ("HGNC:16877",)),
        ("m4", "organelle", "outer membrane", ((30, 35), (46, 54)), ("GO:0005741", "GO:0031966")),
        ("m2", "gene", "Opa1", (), ()),
    ]
    assert doc.relations == (Relation("r7", "interacts_with", "m1", "m2", negated=True, speculative=True),)


def test_note_of_ours_says_more_of_a_relation_and_other_notes_nothing(read):
    note = '{"trigger": "do not fuse", "by": "triggers 1", "score": 0.5, "head": "m9"}'
    doc = read(
        f"#1\tYimai R1\t{note}", "#2\tYimai R9\t{}", '#3\tAnnotatorNotes R1\t{"score": 1}', "# a line", T1, T2,
        "R1\tinteracts_with Arg1:T1 Arg2:T2",
    )  # fmt: skip
    assert doc.relations == (
        Relation("r1", "interacts_with", "m1", "m2", trigger="do not fuse", by="triggers 1", score=0.5),
    )


@pytest.mark.parametrize(
    ("lines", "message"),
    [
        (
            ["T1\tgene 0 5\tMfn2"],
            r"a\.ann:1: 'Mfn2 ', the text at 0 5, expected, found 'T1\\tgene 0 5\\tMfn2'; correct",
        ),
        (["T1\tgene 0 99\tMfn2"], ":1: 'Mfn2 and .*, the text at 0 99"),
        (["T1\tgene 0 4"], ":1: T1, a tab, a type and offsets like"),
        (["T1 gene 0 4 Mfn2"], ":1: T1, a tab"),
        (["T1\tGene 0 4\tMfn2"], ":1: one of the types gene, organelle, process expected"),
        ([T1, T1], ":2: a number of its own for each annotation"),
        (["E1\tBinding:T1 Theme:T2"], ":1: a line T, R, A, N or # .* 'standoff'"),
        (["*\tEquiv T1 T2"], ":1: a line T, R, A, N or #"),
        ([T1, "R1\tregulates Arg1:T1 Arg2:T9"], ":2: a relation between T lines of this file"),
        ([T1, T2, "R1\tBinds Arg1:T1 Arg2:T2"], ":3: R1, a tab, TYPE Arg1:T1 Arg2:T2 with one of the types positively"),
        ([T1, T2, "R1\tregulates T1 T2"], ":3: R1, a tab, TYPE"),
        ([T1, T2, "R1\tregulates Arg1:T1 Arg2:T2", "R1\tregulates Arg1:T2 Arg2:T1"], ":4: a number of its own"),
        ([T1, "A1\tNegated T1"], ":2: Negated or Speculative of a relation"),
        ([T1, T2, "R1\tregulates Arg1:T1 Arg2:T2", "A1\tSure R1"], ":4: Negated or Speculative"),
        ([T1, "N1\tReference T2 GO:1\tx"], ":2: N1, a tab, 'Reference T1 GO:0006914'"),
        ([T1, "N1\tReference T1"], ":2: N1, a tab"),
        ([T1, "#1\tYimai R1\tsure"], ":2: #1, a tab, 'Yimai R1', a tab, and a JSON object"),
        ([T1, "T2\tgene 2 8\tn2 and"], r"a\.ann: a: gene mention m2 'n2 and' overlaps"),
        (["T1\tgene 5 8;0 4\tand Mfn2"], r"a\.ann: a: mention m1"),
    ],
)
def test_broken_line_is_named(read, lines, message):
    with pytest.raises(AnnotationError, match=message):
        read(*lines)


def test_folder_is_read_with_its_folders_and_says_what_is_left_out(tmp_path, caplog):
    for name in ("b/2", "b/1", "c"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / f"{name}.txt").write_text("自噬")
        (tmp_path / f"{name}.ann").write_text("T1\tprocess 0 2\t自噬\n")
    (tmp_path / "README.txt").write_text("about")
    with caplog.at_level(logging.WARNING):
        documents = list(read_brat(tmp_path))
    assert [(doc.id, doc.lang) for doc in documents] == [("c", "zh"), ("b/1", "zh"), ("b/2", "zh")]
    assert "1 .txt files without .ann are no documents" in caplog.text


def test_folder_without_files_and_annotations_without_text(tmp_path):
    with pytest.raises(ConfigError, match=r"a folder with \.ann files expected, found none"):
        list(read_brat(tmp_path))
    (tmp_path / "a.ann").write_text("")
    with pytest.raises(ConfigError, match=r"a\.txt: the file cannot be opened"):
        list(read_brat(tmp_path))


@pytest.mark.parametrize(
    "name",
    ["../../x", "/etc/x", "..", ".hidden", "a/b", "a\\b", "CON", "nul.txt", "a.", "x" * 200, "血管" * 90, "a:b", "~"],
)
def test_no_id_leads_out_of_the_folder_or_to_a_name_that_systems_refuse(tmp_path, name):
    out = tmp_path / "deep" / "out"
    write_brat(out, [Document(name, "text")])
    assert sorted(p.name for p in out.iterdir()) == [
        "annotation.conf", "document-1.ann", "document-1.txt", "documents.jsonl",
    ]  # fmt: skip
    assert [p.name for p in (tmp_path / "deep").iterdir()] == ["out"]
    assert [doc.id for doc in read_brat(out)] == [name]


def test_ids_that_would_share_a_file_get_files_of_their_own_and_keep_their_order(tmp_path):
    names = ["zh-b", "document-2", "ZH-B", "a"]
    write_brat(tmp_path / "out", [Document(name, name) for name in names])
    assert [(doc.id, doc.text) for doc in read_brat(tmp_path / "out")] == [(n, n) for n in names]
    assert len({p.stem.casefold() for p in (tmp_path / "out").glob("*.txt")}) == 4


def test_files_are_as_brat_has_them(tmp_path):
    mentions = (
        Mention("m3", 0, 4, "gene", ("HGNC:16877",)), Mention("m5", 30, 54, "organelle", spans=((30, 35), (46, 54)))
    )  # fmt: skip
    relations = (Relation("r1", "located_in", "m3", "m5", negated=True, speculative=True, trigger="不在", score=0.5),)
    write_brat(tmp_path / "out", [Document("d", TEXT, "en", mentions=mentions, relations=relations)])
    assert (tmp_path / "out/d.txt").read_bytes() == TEXT.encode()
    assert (tmp_path / "out/d.ann").read_text("utf-8") == (
        "T3\tgene 0 4\tMfn2\nT5\torganelle 30 35;46 54\touter membrane\nN1\tReference T3 HGNC:16877\tMfn2\n"
        "R1\tlocated_in Arg1:T3 Arg2:T5\nA1\tNegated R1\nA2\tSpeculative R1\n"
        '#1\tYimai R1\t{"trigger": "不在", "score": 0.5}\n'
    )
    row = {"file": "d", "document": {"id": "d", "lang": "en"}, "ids": {}}
    assert json.loads((tmp_path / "out/documents.jsonl").read_text()) == row
    assert (
        "[relations]\npositively_regulates\tArg1:gene|organelle|process"
        in (tmp_path / "out/annotation.conf").read_text()
    )


def test_folder_that_holds_something_is_not_written_into(tmp_path):
    (tmp_path / "out").mkdir()
    write_brat(tmp_path / "out", [Document("d", "text")])
    with pytest.raises(ConfigError, match="a new or empty folder expected"):
        write_brat(tmp_path / "out", [Document("e", "text")])
    assert [doc.id for doc in read_brat(tmp_path / "out")] == ["d"]


def test_folder_stays_away_when_a_document_is_wrong(tmp_path):
    def documents():
        yield Document("d", "text")
        raise AnnotationError("wrong")

    with pytest.raises(AnnotationError, match="wrong"):
        write_brat(tmp_path / "out", documents())
    assert list(tmp_path.iterdir()) == []


def test_broken_row_of_documents_is_named_and_a_missing_file_is_said(tmp_path, caplog):
    out = tmp_path / "out"
    write_brat(out, [Document("d", "text"), Document("e", "text")])
    (out / "e.ann").unlink()
    with caplog.at_level(logging.WARNING):
        assert [doc.id for doc in read_brat(out)] == ["d"]
    assert "1 documents of documents.jsonl have no .ann file any more" in caplog.text
    (out / "documents.jsonl").write_text('{"document": {}}\n')
    with pytest.raises(AnnotationError, match=r"documents\.jsonl:1: a row like"):
        list(read_brat(out))
