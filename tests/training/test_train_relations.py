import json

import numpy as np
import pytest
from click.testing import CliRunner

from pipeline.cli import cli
from pipeline.document import Document, Mention, Relation
from pipeline.errors import ConfigError
from pipeline.lexicon import load_lexicon
from pipeline.relations import Relater
from pipeline.segment import Segmenter
from pipeline.store import write_jsonl
from pipeline.syntax.parser import Parser
from pipeline.taggers.learned.installed import load_models
from pipeline.training.train_relations import train_relations

WORDS = {
    "en": ("{a} bleeps {b}.", "{a} bloops {b}.", "{a} stands beside {b}."),
    "zh": ("{a}哔哔{b}。", "{a}噗噗{b}。", "{a}旁边有{b}。"),
}
TYPES = ("positively_regulates", "negatively_regulates", None)


def documents(lang, count=24, first=0):
    for number in range(first, first + count):
        a, b = f"Abc{number}", f"Xyz{number}"
        text = WORDS[lang][number % 3].format(a=a, b=b)
        at = text.index(b)
        mentions = (Mention("m1", 0, len(a), "gene"), Mention("m2", at, at + len(b), "gene"))
        type_ = TYPES[number % 3]
        relations = (Relation("r1", type_, "m1", "m2"),) if type_ else ()
        yield Document(f"d{number}", text, lang=lang, mentions=mentions, relations=relations)


@pytest.fixture(scope="module")
def lexicon():
    return load_lexicon()


@pytest.mark.parametrize(("layer", "lang"), [("relations", "zh"), ("gene", "en")])
def test_syntax_is_for_english_relations(tmp_path, layer, lang):
    write_jsonl(tmp_path / "train.jsonl", documents(lang))
    arguments = ["train", layer, "--lang", lang, "--corpus", str(tmp_path / "train.jsonl"), "--syntax"]
    result = CliRunner().invoke(cli, [*arguments, "--out", str(tmp_path / "model")])
    assert result.exit_code == 2
    assert "--syntax is for relations in English" in result.output
    assert not (tmp_path / "model").exists()


def test_training_with_a_parser_learns_from_trees(lexicon, syntax):
    model = train_relations("en", {"own": list(documents("en"))}, {}, lexicon, name="x", parser=Parser(syntax))
    plain = train_relations("en", {"own": list(documents("en"))}, {}, lexicon, name="x")
    assert (model.syntax, plain.syntax) == ("en-syntax 1", "")
    assert set(plain.weights["own"].keys) < set(model.weights["own"].keys)
    doc = Segmenter().segment(next(documents("en", first=30)))
    (found,) = Relater([model], parser=Parser(syntax)).relate(doc)
    assert found.type == "positively_regulates"


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_training_learns_words_that_no_rule_knows(lexicon, lang):
    dev = list(documents(lang, 6, 100))
    model = train_relations(lang, {"own": list(documents(lang))}, {"own": dev}, lexicon, name="mine")
    assert model.meta["scores"]["own"]["f1"] == 1.0
    assert model.meta["corpora"]["own"] == {"documents": 24, "pairs": 24, "relations": 16}


def test_same_input_gives_the_same_model(lexicon):
    made = [train_relations("en", {"own": list(documents("en"))}, {}, lexicon, name="mine") for _ in range(2)]
    assert made[0].fingerprint() == made[1].fingerprint()


def test_guidelines_keep_their_own_reading(lexicon):
    """What one corpus calls a relation another does not annotate."""
    silent = [d.with_(id=f"s{d.id}", relations=d.relations if d.id == "d0" else ()) for d in documents("en")]
    model = train_relations("en", {"own": list(documents("en")), "other": silent}, {}, lexicon, name="mine")
    assert model.guidelines == ("own", "other")
    assert not np.array_equal(model.weights["own"].rows, model.weights["other"].rows)
    assert model.weights["own"].keys is model.weights["other"].keys


def test_corpus_without_relations_is_refused(lexicon):
    bare = [d.with_(relations=()) for d in documents("en")]
    with pytest.raises(ConfigError, match="own: no relation in en sentences"):
        train_relations("en", {"own": bare}, {}, lexicon, name="mine")


def test_command_writes_a_folder_that_the_relater_reads(tmp_path):
    write_jsonl(tmp_path / "train.jsonl", documents("en"))
    write_jsonl(tmp_path / "dev.jsonl", documents("en", 6, 100))
    out = tmp_path / "mine"
    arguments = ["--lang", "en", "--corpus", str(tmp_path / "train.jsonl"), "--dev", str(tmp_path / "dev.jsonl")]
    result = CliRunner().invoke(cli, ["train", "relations", *arguments, "--out", str(out)])
    assert result.exit_code == 0, result.output
    assert sorted(p.name for p in out.iterdir()) == ["README.md", "config.toml", "meta.json", "model.npz"]
    assert json.loads((out / "meta.json").read_text("utf-8"))["layer"] == "relations"
    assert "1.000" in (out / "README.md").read_text("utf-8")
    (model,) = [m for m in load_models(out) if (m.lang, m.layer) == ("en", "relations")]
    assert Relater([model])
