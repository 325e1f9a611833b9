import json
import subprocess
import sys

import pytest
from click.testing import CliRunner

from pipeline.cli import cli
from pipeline.document import Document, Mention
from pipeline.store import read_jsonl, write_jsonl


def yimai(*arguments, stdin=None):
    return CliRunner().invoke(cli, [str(a) for a in arguments], input=stdin)


@pytest.fixture
def docs(tmp_path):
    path = tmp_path / "docs.jsonl"
    given = Document(
        "d1", "MGP 抑制血管钙化。", lang="zh", mentions=(Mention("x", 0, 1, "gene"),), extra=(("source", "s"),)
    )
    write_jsonl(path, [given])
    return path


def test_tag_ignores_given_mentions_and_keeps_the_rest(docs, tmp_path):
    result = yimai("tag", docs, tmp_path / "out.jsonl")
    assert result.exit_code == 0, result.output
    (doc,) = read_jsonl(tmp_path / "out.jsonl")
    assert [doc.surface(m) for m in doc.mentions] == ["MGP", "血管钙化"]
    assert [r.type for r in doc.relations] == ["negatively_regulates"]
    assert doc.extra == (("source", "s"),)


def test_tag_by_pipe_and_layer(docs):
    result = yimai("tag", "-", "-", "--layers", "gene", "--no-relations", stdin=docs.read_text("utf-8"))
    (line,) = result.stdout.splitlines()
    assert [m["type"] for m in json.loads(line)["mentions"]] == ["gene"]


def test_relations_from_gold_mentions_keep_the_mentions(tmp_path):
    text = "ABC 抑制血管钙化。"
    mentions = (Mention("g", 0, 3, "gene"), Mention("p", 6, 10, "process"))
    write_jsonl(tmp_path / "gold.jsonl", [Document("d", text, mentions=mentions)])
    yimai("tag", tmp_path / "gold.jsonl", tmp_path / "out.jsonl", "--relations-from-gold-mentions")
    (doc,) = read_jsonl(tmp_path / "out.jsonl")
    assert doc.mentions == mentions
    assert [(r.head, r.type, r.tail) for r in doc.relations] == [("g", "negatively_regulates", "p")]


def test_score_prints_lines_or_json(docs, tmp_path):
    yimai("tag", docs, tmp_path / "out.jsonl")
    assert "strict" in yimai("score", tmp_path / "out.jsonl", tmp_path / "out.jsonl").output
    figures = json.loads(yimai("score", docs, tmp_path / "out.jsonl", "--json").output)
    assert figures["gene"]["strict"]["gold"] == 1


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (["tag", "missing.jsonl", "-"], 2, "missing.jsonl: the file cannot be opened"),
        (["run", "missing", "--out", "x"], 2, "missing: no such file or folder"),
        (["run", "--out", "x"], 2, "Missing argument"),
        (["tag", "-", "-", "--layers", "drug"], 2, "unknown layer 'drug'; known: gene, organelle, process"),
        (["read", "missing.pdf"], 1, "missing.pdf: the file cannot be opened"),
        (["lexicon", "find", "骨保护素", "zzzz"], 1, "zzzz: not in the lexicon"),
        (["lexicon", "check", "--hgnc", "missing.txt"], 2, "missing.txt: a readable text table expected"),
    ],
)
def test_errors_say_what_to_do_and_set_the_exit_code(arguments, code, message):
    result = yimai(*arguments)
    assert result.exit_code == code
    assert message in result.output
    assert "Traceback" not in result.output


def test_tag_of_broken_json_names_the_line():
    result = yimai("tag", "-", "-", stdin='{"id": "a", "text": "x"}\n{oops\n')
    assert result.exit_code == 2
    assert "standard input:2: one JSON object a line expected" in result.output


def test_read_gives_blocks_or_text(tmp_path):
    path = tmp_path / "a.txt"
    path.write_text("第一段。\n\n第二段。\n", "utf-8")
    assert yimai("read", path).output == "第一段。\n\n第二段。\n"
    blocks = [json.loads(line) for line in yimai("read", path, "--format", "jsonl").output.splitlines()]
    assert [(b["kind"], b["lang"], b["start"], b["end"], b["text"]) for b in blocks] == [
        ("paragraph", "zh", 0, 4, "第一段。"), ("paragraph", "zh", 5, 9, "第二段。"),
    ]  # fmt: skip


def test_lexicon_commands_answer():
    assert "HGNC:11909" in yimai("lexicon", "find", "骨保护素").output
    assert "blocked" in yimai("lexicon", "find", "ALP").output
    assert "gene" in yimai("lexicon", "info").output


@pytest.mark.parametrize(
    "command", [[], ["run"], ["read"], ["tag"], ["score"], ["lexicon", "find"], ["lexicon", "check"]]
)
def test_help_has_examples(command):
    output = yimai(*command, "--help").output
    assert "Examples:" in output
    assert "yimai" in output


def test_import_is_fast_and_silent():
    code = (
        "import sys, time; t = time.perf_counter(); import pipeline; s = time.perf_counter() - t; "
        "assert s < 0.5, s; heavy = {'spacy', 'jieba', 'pandas', 'pdfminer', 'duckdb'} & set(sys.modules); assert not heavy, heavy"
    )
    done = subprocess.run([sys.executable, "-W", "error", "-c", code], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
