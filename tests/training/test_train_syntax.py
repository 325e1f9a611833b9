import json
import tomllib
from dataclasses import replace

import pytest

from pipeline.syntax.model import load_syntax
from pipeline.syntax.parser import Parser
from pipeline.training.score_syntax import score_syntax
from pipeline.training.train_syntax import Options, train_syntax
from pipeline.training.write_syntax import write_syntax

TEXT = "The gene binds DNA. Mfn2 activates p53.\nCells grew slowly. Loss of Shh delays growth.\n"


@pytest.fixture(scope="module")
def scores(syntax, trees):
    return score_syntax(syntax, [(TEXT, trees)])


def test_learned_sentences_are_read_as_they_are_annotated(scores):
    assert scores["sentences"] == 4
    assert scores["treebank's tokens"] == {
        "las": 1.0, "uas": 1.0, "las all": 1.0, "uas all": 1.0, "tag": 1.0, "lemma": 1.0,
    }  # fmt: skip
    assert scores["own tokens and sentences"]["las all"] == 1.0


def test_ends_inside_lines_are_scored(scores):
    assert scores["ends"]["rules"] == {"p": 1.0, "r": 1.0, "f1": 1.0, "gold": 2}
    assert scores["ends"]["parser"]["gold"] == 2


def test_words_that_are_cut_otherwise_count_as_wrong(syntax, trees):
    sentence = tuple(w._replace(text="Mf", space=False) if w.text == "Mfn2" else w for w in trees[1])
    split = (sentence[0], sentence[0]._replace(text="n2", space=True, head=0), *sentence[1:])
    shifted = tuple(w._replace(head=w.head + 1 if w.head else w.head) for w in split)
    scores = score_syntax(syntax, [("Mfn2 activates p53.", [(shifted[0]._replace(head=2), *shifted[1:])])])
    assert scores["own tokens"]["las"] == pytest.approx(2 * 2 / (3 + 4), abs=1e-4)


def test_punctuation_counts_apart(syntax, trees):
    odd = tuple(w._replace(head=0) if w.label == "punct" else w for w in trees[1])
    scores = score_syntax(syntax, [("Mfn2 activates p53.", [odd])])["treebank's tokens"]
    assert (scores["las"], scores["las all"]) == (1.0, 0.75)


def test_same_sentences_and_seed_give_the_same_model(trees):
    first, second = (train_syntax([trees * 20], name="x", options=Options(epochs=1, batch=60)) for _ in range(2))
    for part in ("tok2vec", "tagger", "parser"):
        one, two = (m.nlp.get_pipe(part).to_bytes(exclude=["vocab"]) for m in (first, second))
        assert one == two


def test_progress_is_told(trees):
    said = []
    train_syntax([trees * 20], name="x", options=Options(epochs=2), progress=said.append)
    assert [line.split(":")[0] for line in said] == ["epoch 1 of 2", "epoch 2 of 2"]


def test_folder_says_how_it_was_made(syntax, scores, tmp_path):
    folder = tmp_path / "en-syntax"
    write_syntax(replace(syntax, meta={**syntax.meta, "scores": scores}), folder, "make models MODELS=en-syntax")
    config = tomllib.loads((folder / "config.toml").read_text("utf-8"))
    assert (config["layer"], config["options"]["epochs"], config["corpus"]["sentences"]) == ("syntax", 5, 96)
    card = (folder / "README.md").read_text("utf-8")
    assert card.startswith("# en-syntax\n")
    assert "| treebank's tokens | 1.000 | 1.000 | 1.000 | 1.000 |" in card
    assert "CC BY 3.0" in card
    assert "make models MODELS=en-syntax" in card
    assert json.loads((folder / "meta.json").read_text("utf-8"))["scores"] == scores
    (tree,) = Parser(load_syntax(folder)).trees([("DNA", [(0, 3)])])
    assert tree.heads == (0,)
