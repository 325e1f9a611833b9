import csv
import json
import re
import shutil
import sys
import sysconfig
import tomllib
from dataclasses import replace
from types import SimpleNamespace

import pytest
from click.testing import CliRunner

import pipeline
from pipeline.cli import cli
from pipeline.linking import Linker
from pipeline.run import local, work
from pipeline.segment import Segmenter
from pipeline.store import read_jsonl
from pipeline.taggers.learned import installed
from pipeline.taggers.learned.model import load_model
from pipeline.training import train as training
from pipeline.training.write import config

TRAIN = """
{g:HGNC:10472|Runx2} was lost in mutant mice.
Loss of {g:HGNC:10848|Shh} delays bone growth.
We cloned the {g|Sox9} gene from rat liver.
Cells that lack {g|p53} divide faster.
The {g|mBmp4} transcript was spliced in kidney.
{g|Smad4}-/- embryos died at day seven.
In contrast, {g|interleukin 6} rose after injury.
Binding of {g|NF-κB} to DNA was weak.
No change of {g|GLUT-4} was seen in muscle.
Both {g|Wnt5a} and {g|Fgf8} act in the limb.
Antibodies against {g|beta-catenin} were bought.
{g|TGF-β1} slows the growth of these cells.
Mice ate and drank as before.
The limb grew at day seven.
DNA was taken from rat liver.
Cells were washed in PBS for an hour.
Expression of {g|Osx} needs {g|Runx2} in bone.
Muscle and kidney were cut and stained.
Knockdown of {g|Hif1a} was weak in kidney.
Cells that lack {g|Gli3} divide faster.
"""
DEV = """
Cells that lack {g|Gdf5} divide faster.
Loss of {g|Pax6} delays bone growth.
Muscle was taken from rat liver.
"""
PAPER = "Cells that lack Pax6 divide faster.\n"


def yimai(*arguments):
    return CliRunner().invoke(cli, [str(a) for a in arguments])


def corpus(folder, name, lines):
    """Documents in the form of `yimai train`, from passages of one sentence."""
    passages = [f"== {name}-{number}\nen\n{line}\n" for number, line in enumerate(lines.strip().splitlines(), 1)]
    (folder / f"{name}.txt").write_text("".join(passages), "utf-8")
    result = yimai("corpus", "convert", "inline", folder / f"{name}.txt", folder / f"{name}.jsonl")
    assert result.exit_code == 0, result.output


def trained(folder, out, *more, corpus="train.jsonl"):
    """What `yimai train` says. Its clock stands still: how long it took is all that may differ."""
    arguments = ["train", "gene", "--lang", "en", "--corpus", folder / corpus, "--out", out, *more]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(training, "time", SimpleNamespace(monotonic=lambda: 0.0))
        patch.setattr(sys, "argv", ["yimai", "train", "gene", "--lang", "en"])
        return yimai(*arguments)


@pytest.fixture(scope="module", autouse=True)
def loaded_once(lexicon):
    """All commands of this process share a lexicon and what is made of it, which takes longer than all the rest."""
    segmenter, linker = Segmenter(lexicon.chinese_names()), Linker(lexicon)
    with pytest.MonkeyPatch.context() as patch:
        for module in ("lexicon", "run.local", "run.work"):
            patch.setattr(f"pipeline.{module}.load_lexicon", lambda: lexicon)
        for module in ("miner", "training.train"):
            patch.setattr(f"pipeline.{module}.Segmenter", lambda _: segmenter)
        patch.setattr("pipeline.miner.Linker", lambda _: linker)
        yield


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("corpora")
    corpus(folder, "train", TRAIN)
    corpus(folder, "dev", DEV)
    return folder


@pytest.fixture(scope="module")
def first(folder):
    """A model and what training it said."""
    out = folder / "models" / "my-gene"
    return out, trained(folder, out, "--dev", folder / "dev.jsonl", "--iterations", 40)


@pytest.fixture(scope="module")
def model(first):
    return first[0]


@pytest.fixture
def no_shipped(monkeypatch):
    monkeypatch.setattr(installed, "_shipped", list)


def test_train_writes_the_folder_and_says_how_well_it_does(first, folder):
    out, result = first
    assert result.exit_code == 0, result.output
    assert {f.name for f in out.iterdir()} == {"README.md", "config.toml", "counts.tsv", "meta.json", "model.npz"}
    lines = result.stderr.splitlines()
    assert lines[0] == "20 documents, 181 pieces, 17 mentions of gene (0 s)"
    assert "iteration 10" in lines
    scores = load_model(out).meta["scores"]["own"]
    assert scores["f1"] > 0.5
    said = f"precision {scores['p']:.4f}, recall {scores['r']:.4f}, F1 {scores['f1']:.4f}"
    assert lines[-1] == f"dev own: {said} (strict)"
    assert result.stdout == f"{out}: gene, en; use it with --models {out}\n"


def test_card_and_configuration_say_how_it_was_made(model):
    card = (model / "README.md").read_text("utf-8")
    assert card.startswith("# my-gene\n")
    assert "| own | given by the user |  | 20 | 17 |" in card
    config = (model / "config.toml").read_text("utf-8")
    for text in (card, config):
        assert "yimai train gene --lang en" in text
    assert "iterations = 40" in config


def test_same_input_gives_the_same_bytes(model, folder, tmp_path):
    again = tmp_path / "my-gene"
    assert trained(folder, again, "--dev", folder / "dev.jsonl", "--iterations", 40).exit_code == 0
    for file in model.iterdir():
        assert (again / file.name).read_bytes() == file.read_bytes(), file.name


def test_tag_uses_the_model_and_names_it(model, folder, tmp_path, no_shipped):
    result = yimai("tag", folder / "dev.jsonl", tmp_path / "out.jsonl", "--models", model)
    assert result.exit_code == 0, result.output
    found = [(doc.surface(m), m) for doc in read_jsonl(tmp_path / "out.jsonl") for m in doc.mentions]
    genes = [(name, m.by) for name, m in found if m.type == "gene"]
    assert genes == [("Gdf5", "my-gene 1"), ("Pax6", "my-gene 1")]
    assert [m.concepts for name, m in found if name == "Pax6"] == [("HGNC:8620",)]
    assert all(0 < m.score <= 1 for _, m in found if m.type == "gene")
    # No model has read this layer.
    assert [(name, m.by) for name, m in found if m.type == "process"] == [("bone growth", "dictionary 1")]


def test_model_of_a_layer_not_asked_for_is_not_used(model, folder, no_shipped):
    result = yimai("tag", folder / "dev.jsonl", "-", "--models", model, "--layers", "process")
    assert result.exit_code == 0
    assert "my-gene" not in result.stdout


def test_guidelines_are_kept_apart_and_the_first_is_the_default(folder, tmp_path, no_shipped):
    out = tmp_path / "two"
    result = yimai("train", "gene", "--lang", "en", "--corpus", f"b={folder / 'train.jsonl'}",
                   "--corpus", f"a={folder / 'dev.jsonl'}", "--corpus", f"b={folder / 'dev.jsonl'}",
                   "--out", out, "--iterations", 3)  # fmt: skip
    assert result.exit_code == 0, result.output
    model = load_model(out)
    assert model.guidelines == ("b", "a")
    assert {g: c["documents"] for g, c in model.meta["corpora"].items()} == {"b": 23, "a": 3}
    assert yimai("tag", folder / "dev.jsonl", "-", "--models", out, "--guideline", "a").exit_code == 0


@pytest.mark.parametrize("command", ["tag", "run"])
def test_unknown_guideline_is_refused_with_the_known_ones(model, folder, tmp_path, no_shipped, command):
    inputs = ["tag", folder / "dev.jsonl", "-"] if command == "tag" else ["run", folder, "--out", tmp_path / "out"]
    result = yimai(*inputs, "--models", model, "--guideline", "pc")
    assert result.exit_code == 2
    assert "yimai: unknown guideline 'pc'; known: own\n" in result.output
    none = yimai(*inputs, "--guideline", "own")
    assert (none.exit_code, "unknown guideline 'own'; known: none (no models)" in none.output) == (2, True)
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    ("dev", "message"),
    [
        ("train.jsonl", "20 texts of --dev stand in --corpus too (train-1-en); leave them out of one"),
        ("pc=dev.jsonl", "--dev pc=…: a guideline of --corpus expected: own"),
        ("missing.jsonl", "missing.jsonl: the file cannot be opened"),
    ],
)
def test_wrong_dev_is_refused_before_training(folder, tmp_path, dev, message):
    guideline, equals, name = dev.rpartition("=")
    result = trained(folder, tmp_path / "out", "--dev", f"{guideline}{equals}{folder / name}")
    assert (result.exit_code, message in result.output) == (2, True), result.output
    assert not (tmp_path / "out").exists()


def test_wrong_corpus_is_refused(folder, tmp_path):
    missing = trained(folder, tmp_path / "out", corpus="missing.jsonl")
    assert (missing.exit_code, "missing.jsonl: the file cannot be opened" in missing.output) == (2, True)
    (folder / "broken.jsonl").write_text('{"id": "a", "text": "x"}\n{oops\n')
    broken = trained(folder, tmp_path / "out", corpus="broken.jsonl")
    assert (broken.exit_code, "broken.jsonl:2: one JSON object a line expected" in broken.output) == (2, True)
    chinese = yimai("train", "gene", "--lang", "zh", "--corpus", folder / "train.jsonl", "--out", tmp_path / "out")
    assert chinese.exit_code == 2
    assert "own: no gene mention in zh sentences; give annotated documents" in chinese.output
    assert not (tmp_path / "out").exists()


def test_two_models_of_one_kind_and_a_folder_that_is_none_are_refused(model, folder, no_shipped):
    both = yimai("tag", folder / "dev.jsonl", "-", "--models", model, "--models", model)
    assert (both.exit_code, "is a model for en gene too; give one of them" in both.output) == (2, True)
    none = yimai("tag", folder / "dev.jsonl", "-", "--models", folder)
    assert (none.exit_code, "a folder made by `yimai train` expected" in none.output) == (2, True)


def test_models_prints_the_shipped_ones(model, tmp_path, monkeypatch):
    monkeypatch.setattr(pipeline, "__file__", str(tmp_path / "pipeline" / "__init__.py"))
    monkeypatch.setattr(sysconfig, "get_path", lambda _: str(tmp_path / "data"))
    result = yimai("models")
    assert (result.exit_code, result.output) == (0, "no models: mentions come from the lexicon alone\n")
    shipped = tmp_path / "models" / "en-gene"
    shutil.copytree(model, shipped)
    first, second = yimai("models").output.splitlines()
    assert first == f"my-gene  en  gene  version 1  {shipped}"
    assert re.fullmatch(r"  own {10}F1 \d\.\d{3}, precision \d\.\d{3}, recall \d\.\d{3}", second)
    meta = json.loads((shipped / "meta.json").read_text("utf-8"))
    del meta["scores"]
    (shipped / "meta.json").write_text(json.dumps(meta), "utf-8")
    assert yimai("models").output.splitlines()[1] == "  own          not scored"


@pytest.fixture
def ran(model, tmp_path):
    """A paper, a model of one's own, and what `yimai run` makes of them: whether it resumed, and the mentions."""
    (tmp_path / "paper.txt").write_text(PAPER, "utf-8")
    own, out = tmp_path / "my-gene", tmp_path / "tables"
    shutil.copytree(model, own)

    def run(**changes):
        meta = json.loads((own / "meta.json").read_text("utf-8"))
        (own / "meta.json").write_text(json.dumps(meta | changes), "utf-8")
        result = yimai("run", tmp_path / "paper.txt", "--out", out, "--models", own,
                       "--layers", "gene", "--format", "csv", "--workers", 1)  # fmt: skip
        assert result.exit_code == 0, result.output
        with (out / "mentions.csv").open(encoding="utf-8-sig", newline="") as rows:
            return "resumed: 1 of 1" in result.output, [(row["text"], row["by"]) for row in csv.DictReader(rows)]

    return run


@pytest.fixture
def in_process(monkeypatch):
    """A run without worker processes."""

    def each(todo, out, workers, options, timeout, progress):
        given, pdf = options
        work.start(dict(given), pdf)
        for key, path in todo.items():
            work.process(str(path), key, str(out))

    monkeypatch.setattr(work, "_miner", None)
    monkeypatch.setattr(work, "limit_memory", lambda: None)
    monkeypatch.setattr(work, "gc", SimpleNamespace(freeze=lambda: None, set_threshold=lambda _: None))
    monkeypatch.setattr(local, "_work", each)


def test_run_uses_the_model_in_its_workers_and_resumes(ran):
    assert ran() == (False, [("Pax6", "my-gene 1")])
    assert ran() == (True, [("Pax6", "my-gene 1")])


def test_run_works_again_when_the_model_changed(ran, in_process, no_shipped):
    assert ran() == (False, [("Pax6", "my-gene 1")])
    assert ran(bias={"own": 50}) == (False, [])
    assert ran(scores={}, seconds=9) == (True, [])


@pytest.mark.parametrize("command", ["train", "models"])
def test_help_says_what_the_command_does(command):
    result = yimai(command, "--help")
    assert result.exit_code == 0
    assert ("A tagger of one layer" in result.output) == (command == "train")


@pytest.mark.parametrize("guideline", ["my corpus", "我的", "v1.2"])
def test_configuration_of_any_guideline_is_read_again(model, guideline):
    own = load_model(model)
    named = replace(own, meta=own.meta | {"corpora": {guideline: {"documents": 20}}})
    assert tomllib.loads(config(named.layer, named.lang, named.meta, "yimai"))["corpora"] == {
        guideline: {"documents": 20}
    }


def test_model_written_into_the_folder_one_is_in_has_its_name(folder, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert trained(folder, ".", "--iterations", 1).exit_code == 0
    assert load_model(tmp_path).name == tmp_path.name


def test_folder_that_cannot_be_written_is_refused(folder, tmp_path):
    (tmp_path / "file").write_text("")
    result = trained(folder, tmp_path / "file" / "model", "--iterations", 1)
    assert (result.exit_code, "yimai: " in result.output) == (2, True)
