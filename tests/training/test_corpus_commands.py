import json

import pytest
from click.testing import CliRunner

from pipeline.cli import cli
from pipeline.document import Document, Mention, Relation
from pipeline.errors import ConfigError
from pipeline.store import read_jsonl, write_jsonl
from pipeline.training.corpora.formats import EXPORTS, FORMATS, convert

IOB = "Mfn2\tB-GENE\nmoves\tO\n\nOpa1\tB-GENE\n"
DOCUMENT = Document(
    "../../x",
    "Mfn2 促进线粒体融合。",
    lang="zh",
    mentions=(Mention("m1", 0, 4, "gene", ("HGNC:16877",)), Mention("m2", 7, 12, "process")),
    relations=(Relation("r1", "positively_regulates", "m1", "m2", speculative=True),),
)


def yimai(*arguments, stdin=None):
    return CliRunner().invoke(cli, ["corpus", *(str(a) for a in arguments)], input=stdin)


@pytest.fixture
def train(tmp_path):
    (tmp_path / "train.tsv").write_text(IOB)
    return tmp_path / "train.tsv"


@pytest.fixture
def docs(tmp_path):
    write_jsonl(tmp_path / "docs.jsonl", [DOCUMENT])
    return tmp_path / "docs.jsonl"


def test_convert_writes_documents_and_says_how_many(train, tmp_path):
    result = yimai("convert", "iob", train, tmp_path / "out" / "train.jsonl")
    assert (result.exit_code, result.stdout) == (0, "")
    assert result.stderr == "2 documents; mentions: gene 2, organelle 0, process 0; relations 0\n"
    assert [doc.text for doc in read_jsonl(tmp_path / "out" / "train.jsonl")] == ["Mfn2 moves", "Opa1"]


def test_convert_by_pipe():
    result = yimai("convert", "iob", "-", "-", stdin=IOB)
    assert [json.loads(line)["id"] for line in result.stdout.splitlines()] == ["iob-1", "iob-2"]


def test_convert_inline(tmp_path):
    (tmp_path / "a.txt").write_text("== a\nzh\n{g:HGNC:16877|Mfn2}促进{p:|融合}。\n  Mfn2 +> 融合\n", "utf-8")
    assert yimai("convert", "inline", tmp_path / "a.txt", tmp_path / "a.jsonl").exit_code == 0
    (doc,) = read_jsonl(tmp_path / "a.jsonl")
    assert [r.type for r in doc.relations] == ["positively_regulates"]


@pytest.mark.parametrize("form", ["bioc", "pubtator", "labelstudio"])
def test_export_and_convert_by_pipe(docs, form):
    exported = yimai("export", form, "-", "-", stdin=docs.read_text("utf-8"))
    assert (exported.exit_code, exported.stderr) == (0, "1 documents\n")
    back = yimai("convert", form, "-", "-", stdin=exported.stdout)
    assert [json.loads(line) for line in back.stdout.splitlines()] == [DOCUMENT.to_dict()]


def test_broken_line_leaves_what_was_there(train, tmp_path):
    out = tmp_path / "train.jsonl"
    out.write_text("before")
    train.write_text(f"{IOB}x\tI-DNA\n")
    result = yimai("convert", "iob", train, out)
    assert result.exit_code == 2
    assert f"yimai: {train.as_posix()}:5: B-DNA, as the token before has the tag B-GENE, expected" in result.stderr
    assert (out.read_text(), sorted(p.name for p in tmp_path.iterdir())) == ("before", ["train.jsonl", "train.tsv"])


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["convert", "xml", "a", "b"], "'xml' is not one of 'craft', 'standoff', 'iob'"),
        (["convert", "iob", "none.tsv", "x.jsonl"], "none.tsv: the file cannot be opened"),
        (["convert", "iob", "a", "b", "--conversion", "full"], "--conversion is for craft, not for iob; leave it out"),
        (["convert", "craft", "a", "b", "--scheme", "cg"], "--scheme is for standoff, not for craft"),
        (["convert", "standoff", "a", "b", "--scheme", "xx"], "'xx' is not one of 'cg', 'pc', 'ge', 'anatem'"),
        (["convert", "standoff", "a", "b"], "standoff: a corpus's scheme expected, found none; give --scheme cg|pc"),
        (["export", "iob", "a", "b"], "'iob' is not one of 'brat', 'bioc'"),
        (["export", "brat", "none.jsonl", "b"], "none.jsonl: the file cannot be opened"),
        (["stats", "none.jsonl"], "none.jsonl: the file cannot be opened"),
        (["check", "none.jsonl"], "none.jsonl: the file cannot be opened"),
        (["check"], "Missing argument"),
    ],
)
def test_errors_say_what_to_do(tmp_path, monkeypatch, arguments, message):
    monkeypatch.chdir(tmp_path)
    result = yimai(*arguments)
    assert result.exit_code == 2
    assert message in result.output
    assert "Traceback" not in result.output
    assert list(tmp_path.iterdir()) == []


def test_input_without_documents_is_refused(train, tmp_path):
    train.write_text("\n")
    result = yimai("convert", "iob", train, tmp_path / "out.jsonl")
    assert (result.exit_code, (tmp_path / "out.jsonl").exists()) == (2, False)
    assert "train.tsv: documents expected, found none; is it iob?" in result.stderr


def test_inputs_are_not_overwritten(train, docs, tmp_path):
    (tmp_path / "link").symlink_to(train)
    (tmp_path / "brat").mkdir()
    (tmp_path / "brat" / "documents.jsonl").write_text("")
    calls = [
        ("convert", "iob", train, train),
        ("convert", "iob", tmp_path / "link", train),
        ("convert", "iob", train, tmp_path / "link"),
        ("convert", "brat", tmp_path / "brat", tmp_path / "brat" / "documents.jsonl"),
        ("convert", "craft", tmp_path / "craft", train, "--ids", train),
        ("export", "pubtator", docs, docs),
        ("export", "spacy", docs, tmp_path / "brat" / ".." / "docs.jsonl"),
    ]
    before = {p: p.read_bytes() for p in tmp_path.rglob("*") if p.is_file()}
    for call in calls:
        result = yimai(*call)
        assert (result.exit_code, "a place outside the input expected" in result.stderr) == (2, True), result.output
    assert {p: p.read_bytes() for p in tmp_path.rglob("*") if p.is_file()} == before


def test_export_of_a_document_with_a_path_as_id_stays_in_its_folder(docs, tmp_path):
    out = tmp_path / "deep" / "out"
    assert yimai("export", "brat", docs, out).exit_code == 0
    written = {p.relative_to(tmp_path).as_posix() for p in tmp_path.rglob("*") if p.is_file()} - {"docs.jsonl"}
    assert written == {
        f"deep/out/{n}" for n in ("annotation.conf", "document-1.ann", "document-1.txt", "documents.jsonl")
    }
    assert yimai("convert", "brat", out, tmp_path / "back.jsonl").exit_code == 0
    assert list(read_jsonl(tmp_path / "back.jsonl")) == [DOCUMENT]


def test_check_lists_errors_and_counts_warnings(docs, tmp_path):
    result = yimai("check", docs)
    assert (result.exit_code, result.stdout) == (0, "0 errors, 0 warnings\n")
    wrong = DOCUMENT.with_(mentions=(Mention("m1", 1, 4, "gene"), Mention("m2", 0, 99, "process")))
    write_jsonl(tmp_path / "wrong.jsonl", [wrong])
    result = yimai("check", tmp_path / "wrong.jsonl")
    assert result.exit_code == 1
    error, last = result.stdout.splitlines()
    assert error.startswith(f"error: {(tmp_path / 'wrong.jsonl').as_posix()}:1: ../../x: mention m2 [0, 99)")
    assert last == "1 errors, 1 warnings"
    assert "warning: " in yimai("check", tmp_path / "wrong.jsonl", "--warnings").stdout


def test_check_against_finds_the_text_of_another_file(docs, tmp_path):
    write_jsonl(tmp_path / "dev.jsonl", [DOCUMENT.with_(id="other")])
    result = yimai("check", docs, "--against", tmp_path / "dev.jsonl")
    assert result.exit_code == 1
    assert "dev.jsonl:1 (other); keep it in one of the files" in result.stdout
    assert yimai("check", "-", stdin=docs.read_text("utf-8")).exit_code == 0


def test_stats_as_table_and_json(docs):
    table = yimai("stats", docs).stdout.splitlines()
    assert ["mentions,", "gene", "1"] in [line.split() for line in table]
    figures = json.loads(yimai("stats", docs, docs, "--json").stdout)
    assert (figures["all"]["documents"], figures["zh"]["speculative"]) == (2, 2)


def test_stats_refuse_a_document_that_is_not_valid(tmp_path):
    write_jsonl(tmp_path / "a.jsonl", [Document("d", "x", mentions=(Mention("m1", 0, 1, "drug"),))])
    result = yimai("stats", tmp_path / "a.jsonl")
    assert (result.exit_code, "unknown type 'drug'" in result.stderr) == (2, True)


@pytest.mark.parametrize("command", ["convert", "check", "stats", "export"])
def test_help_has_examples(command):
    output = yimai(command, "--help").output
    assert f"Examples:\n    yimai corpus {command} " in output


def test_readmes_name_every_command_and_format(root):
    for readme in ("README.md", "README.zh.md"):
        rows = [line for line in (root / readme).read_text("utf-8").splitlines() if "yimai corpus" in line]
        text = "\n".join(rows)
        for name in ("convert", "check", "stats", "export", *FORMATS, *EXPORTS):
            assert name in text, (readme, name)


def test_every_format_has_its_reader(tmp_path):
    for name in FORMATS:
        with pytest.raises(ConfigError):
            convert(name, tmp_path / "none", tmp_path / "out", **({"scheme": "cg"} if name == "standoff" else {}))
