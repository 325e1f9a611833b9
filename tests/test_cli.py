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
        (["lexicon", "check", "--hgnc", "missing.txt"], 2, "missing.txt: a readable file expected"),
        (["lexicon", "build", "--out", "x", "--go", "missing.obo"], 2, "missing.obo: a readable file expected"),
        (["lexicon", "fetch", "--out", "x", "rgd"], 2, "unknown release 'rgd'; known: hgnc, go, mesh, mgi, ncbi"),
        (["tag", "-", "-", "--lexicon", "missing.tsv"], 2, "'missing.tsv' does not exist"),
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


def paper(path, *, password=None):
    from reportlab.lib.pdfencrypt import StandardEncryption
    from reportlab.pdfgen.canvas import Canvas

    canvas = Canvas(str(path), encrypt=password and StandardEncryption(password, strength=128), invariant=True)
    canvas.drawString(72, 700, "Mitofusin 2 tethers mitochondria to the endoplasmic reticulum.")
    canvas.save()
    return path


@pytest.mark.parametrize("engine", ["pdfium", "pdfminer"])
def test_encrypted_file_is_read_with_one_of_the_passwords(tmp_path, engine):
    path = paper(tmp_path / "locked.pdf", password="secret")
    refused = yimai("read", path, "--pdf-engine", engine, "--password", "wrong")
    assert (
        refused.exit_code,
        "none of the passwords given opens it; give the right one with --password" in refused.output,
    ) == (1, True)
    read = yimai("read", path, "--pdf-engine", engine, "--password", "wrong", "--password", "secret")
    assert read.output == "Mitofusin 2 tethers mitochondria to the endoplasmic reticulum.\n"


def test_draw_writes_a_picture_and_prints_no_text(tmp_path):
    path = paper(tmp_path / "a.pdf")
    drawn = yimai("read", path, "--draw", tmp_path / "a.png")
    assert (drawn.exit_code, drawn.output) == (0, f"drawn: {tmp_path / 'a.png'}\n")
    assert (tmp_path / "a.png").read_bytes().startswith(b"\x89PNG")


def test_draw_refuses_two_papers_other_endings_and_the_paper_itself(tmp_path):
    path = paper(tmp_path / "a.pdf")
    assert "--draw takes one file, found 2" in yimai("read", path, path, "--draw", tmp_path / "a.png").output
    assert "ends in .pdf or .png expected" in yimai("read", path, "--draw", tmp_path / "a.jpg").output
    before = path.read_bytes()
    assert "would overwrite the paper" in yimai("read", path, "--draw", path).output
    assert path.read_bytes() == before


def test_file_that_takes_too_long_is_given_up_and_the_next_one_read(tmp_path):
    import zlib

    path = paper(tmp_path / "a.pdf")
    content = zlib.compress(b"BT /F1 9 Tf 9 9 Td " + b"(x) Tj " * 3_000_000 + b"ET")
    font = b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>"
    (tmp_path / "bomb.pdf").write_bytes(
        b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n"
        b"3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 99 99]/Contents 4 0 R/Resources<</Font<</F1 " + font + b">>>>>>endobj\n"
        b"4 0 obj<</Filter/FlateDecode/Length %d>>stream\n" % len(content) + content + b"\nendstream endobj\n"
        b"trailer<</Root 1 0 R>>\n%%EOF"
    )  # fmt: skip
    result = yimai("read", tmp_path / "bomb.pdf", path, "--pdf-engine", "pdfminer", "--timeout", 3)
    assert result.exit_code == 1
    assert f"{tmp_path / 'bomb.pdf'}: not finished after 3 s" in result.output
    assert "Mitofusin 2 tethers" in result.output


def test_lexicon_commands_answer():
    assert "HGNC:11909" in yimai("lexicon", "find", "骨保护素").output
    assert "blocked" in yimai("lexicon", "find", "ALP").output
    assert "gene" in yimai("lexicon", "info").output


@pytest.mark.parametrize(
    "command",
    [[], ["run"], ["read"], ["tag"], ["score"], *(["lexicon", c] for c in ("info", "find", "check", "build", "fetch"))],
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
