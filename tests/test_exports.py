"""What a sentence denies or offers as possible, from the PDF to every file that a user can have of it."""

import json
import subprocess
import sys

import duckdb
import pandas as pd
import pytest
from click.testing import CliRunner

from pipeline.cli import cli
from pipeline.store import read_jsonl

FLAGS = {  # sentence: negated, speculative
    "敲除FIS1并不影响线粒体分裂。": (True, False),
    "PINK1可能促进线粒体自噬。": (False, True),
    "骨保护素结合RANK。": (False, False),
    "OPG does not bind RANK.": (True, False),
    "PINK1 may promote mitophagy.": (False, True),
    "FIS1 promotes mitochondrial fission.": (False, False),
}
FORMS = {"bioc": "out.xml", "brat": "out", "labelstudio": "out.json", "pubtator": "out.txt"}


def yimai(*arguments, stdin=None):
    result = CliRunner().invoke(cli, [str(a) for a in arguments], input=stdin)
    assert result.exit_code == 0, result.output
    return result


@pytest.fixture(scope="module")
def out(tmp_path_factory):
    """The folder of a run over two PDFs, a Chinese and an English one."""
    from reportlab.pdfbase import pdfmetrics
    from reportlab.pdfbase.cidfonts import UnicodeCIDFont
    from reportlab.pdfgen.canvas import Canvas

    folder = tmp_path_factory.mktemp("papers")
    pdfmetrics.registerFont(UnicodeCIDFont("STSong-Light"))
    sentences = list(FLAGS)
    for name, font, written in (("zh", "STSong-Light", sentences[:3]), ("en", "Helvetica", sentences[3:])):
        canvas = Canvas(str(folder / f"{name}.pdf"), invariant=True)
        canvas.setFont(font, 10)
        for line, sentence in enumerate(written):
            canvas.drawString(72, 700 - 40 * line, sentence)  # a paragraph each
        canvas.save()
    result = tmp_path_factory.mktemp("tables")
    yimai("run", folder, "--out", result, "--workers", 1)
    return result


@pytest.fixture(scope="module")
def annotated(out):
    """What the run found, as documents and as lines of JSON."""
    lines = "".join(p.read_text("utf-8") for p in sorted((out / "annotated").iterdir()))
    return [json.loads(line) for line in lines.splitlines()], lines


def sentence_at(text, start):
    return next(s for s in FLAGS if text.find(s) <= start < text.find(s) + len(s) and s in text)


def flags(documents):
    """Negated and speculative of each relation, by sentence."""
    result = {}
    for doc in documents:
        starts = {m["id"]: m["start"] for m in doc["mentions"]}
        for r in doc["relations"]:
            found = result.setdefault(sentence_at(doc["text"], starts[r["head"]]), set())
            found.add((r["negated"], r["speculative"]))
    return result


EXPECTED = {sentence: {pair} for sentence, pair in FLAGS.items()}


def table(out, name, suffix):
    if suffix == "duckdb":
        with duckdb.connect(str(out / "yimai.duckdb"), read_only=True) as database:
            return database.sql(f'FROM "{name}"').df()
    return pd.read_csv(out / f"{name}.csv") if suffix == "csv" else pd.read_parquet(out / f"{name}.parquet")


@pytest.mark.parametrize("suffix", ["csv", "parquet", "duckdb"])
def test_relations_say_it_in_every_table_format(out, suffix):
    rows = table(out, "relations", suffix).merge(table(out, "sentences", suffix), on="sentence_id")
    found = {text: set(zip(r.negated, r.speculative, strict=True)) for text, r in rows.groupby("text")}
    assert found == EXPECTED
    assert rows.trigger.str.len().min() > 0


@pytest.mark.parametrize("suffix", ["csv", "parquet", "duckdb"])
def test_edges_count_it_and_conflicts_list_it(out, suffix):
    edges = table(out, "edges", suffix).set_index(["head_name", "type", "tail_name"])
    denied = edges.loc["FIS1", "regulates", "mitochondrial fission"]
    assert (denied["negated"], denied["negated_zh"], denied["negated_en"], denied["score"]) == (1, 1, 0, 0)
    stated = edges.loc["FIS1", "positively_regulates", "mitochondrial fission"]
    assert (stated["negated"], stated["against"], stated["conflicts"]) == (0, 1, "negation|language")
    both = edges.loc["TNFRSF11A", "interacts_with", "TNFRSF11B"]
    assert (both["negated_en"], both["negated_zh"], both["conflicts"]) == (1, 0, "negation|language")
    possible = edges.loc["PINK1", "positively_regulates", "mitophagy"]
    assert (possible["speculative_zh"], possible["speculative_en"], possible["sentences"]) == (1, 1, 2)
    assert 0 < stated["score"] < stated["score_en"]

    conflicts = table(out, "conflicts", suffix)
    texts = table(out, "sentences", suffix).set_index("sentence_id").text
    found = {(texts[c.evidence_for], texts[c.evidence_against]) for c in conflicts.itertuples()}
    assert found == {
        ("FIS1 promotes mitochondrial fission.", "敲除FIS1并不影响线粒体分裂。"),
        ("骨保护素结合RANK。", "OPG does not bind RANK."),
    }
    assert conflicts.languages_disagree.all()


def test_view_lists_the_sentences_of_both_sides(out):
    rows = table(out, "conflicts_in_context", "duckdb")
    sides = rows[rows.head_name == "FIS1"][["side", "sentence", "lang"]].to_numpy().tolist()
    assert sides == [
        ["for", "FIS1 promotes mitochondrial fission.", "en"],
        ["against", "敲除FIS1并不影响线粒体分裂。", "zh"],
    ]
    assert len(rows) == 4


@pytest.mark.parametrize("form", FORMS)
def test_papers_of_a_run_come_back_from_every_corpus_format(annotated, tmp_path, form):
    documents, lines = annotated
    path = tmp_path / FORMS[form]
    yimai("corpus", "export", form, "-", path, stdin=lines)
    yimai("corpus", "convert", form, path, tmp_path / "back.jsonl")
    back = [doc.to_dict() for doc in read_jsonl(tmp_path / "back.jsonl")]
    assert flags(back) == EXPECTED
    assert [doc["relations"] for doc in back] == [doc["relations"] for doc in documents]


def test_bioc_file_says_it_to_other_programs(annotated, tmp_path):
    from bioc import biocxml

    yimai("corpus", "export", "bioc", "-", tmp_path / "out.xml", stdin=annotated[1])
    with (tmp_path / "out.xml").open("rb") as file:
        collection = biocxml.load(file)
    for document in collection.documents:
        (passage,) = document.passages
        for relation in passage.relations:
            head = next(passage.get_annotation(node.refid) for node in relation.nodes if node.role == "head")
            expected = FLAGS[sentence_at(passage.text, head.locations[0].offset)]
            assert (relation.infons["negated"], relation.infons["speculative"]) == tuple(
                str(f).lower() for f in expected
            )
    assert sum(len(d.passages[0].relations) for d in collection.documents) == len(FLAGS)


def test_format_without_relations_says_on_stderr_that_they_are_lost(annotated, tmp_path):
    command = [sys.executable, "-m", "pipeline", "corpus", "export", "conll", "-", str(tmp_path / "out.conll")]
    result = subprocess.run(command, input=annotated[1], capture_output=True, encoding="utf-8", check=True)
    assert "conll has no place for some fields, they are not written: " in result.stderr
    assert "relations of 2 documents" in result.stderr


def test_docbin_keeps_it_beside_the_spans(annotated, tmp_path):
    import spacy
    from spacy.tokens import DocBin

    yimai("corpus", "export", "spacy", "-", tmp_path / "out.spacy", stdin=annotated[1])
    documents = DocBin().from_disk(tmp_path / "out.spacy").get_docs(spacy.blank("xx").vocab)
    assert flags({"text": doc.text, **doc.user_data["yimai"]} for doc in documents) == EXPECTED


def test_tagged_documents_reach_bioc_by_pipe():
    given = "".join(json.dumps({"id": f"d{n}", "text": sentence}) + "\n" for n, sentence in enumerate(FLAGS))
    tagged = yimai("tag", "-", "-", stdin=given).stdout
    exported = yimai("corpus", "export", "bioc", "-", "-", stdin=tagged).stdout
    back = yimai("corpus", "convert", "bioc", "-", "-", stdin=exported).stdout
    documents = [json.loads(line) for line in back.splitlines()]
    assert flags(documents) == EXPECTED
    assert documents == [json.loads(line) for line in tagged.splitlines()]
