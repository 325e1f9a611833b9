import json
import re
from functools import cache

import numpy as np
import pytest

import pipeline
from pipeline.errors import ModelError
from pipeline.relations import Relater
from pipeline.relations.learned.model import CLASSES, Scorer, load_relation_model, save_model
from pipeline.segment import Segmenter
from pipeline.syntax.parser import Tree
from pipeline.taggers.learned.installed import fingerprint, load_models

shipped = cache(pipeline.load)
RISEN = ("positively_regulates", "m1", "m2")
RISES = {"all promotes/th": {"positively_regulates": 8}}


def related(relater, doc):
    return [(r.type, r.head, r.tail, r.negated, r.speculative) for r in relater.relate(doc)]


def test_relater_finds_what_the_model_says(model, marked):
    doc = marked("[A|gene] promotes [autophagy|process].")
    (found,) = Relater([model(RISES)]).relate(doc)
    assert (found.type, found.head, found.tail, found.trigger) == ("positively_regulates", "m1", "m2", "promotes")
    assert found.by == "en-relations 1"
    assert found.score == pytest.approx(0.996, abs=1e-2)


def test_relater_turns_a_relation_that_points_back(model, marked):
    doc = marked("[A|gene] promotes [autophagy|process].")
    relater = Relater([model({"all promotes/th": {"regulates<": 8}})])
    assert related(relater, doc) == [("regulates", "m2", "m1", False, False)]


def test_relater_sets_flags(model, marked):
    doc = marked("[A|gene] may not promote [autophagy|process].")
    cues = {"b promote/ba": {"positively_regulates": 9, "negated": 9, "speculative": 9}}
    assert related(Relater([model(cues)]), doc) == [("positively_regulates", "m1", "m2", True, True)]


@pytest.mark.parametrize(
    ("string", "negated", "speculative"),
    [
        ("[A|gene] does not promote [autophagy|process].", True, False),
        ("[A|gene] may promote [autophagy|process].", False, True),
        ("[A|gene] promotes [autophagy|process].", False, False),
        ("未见[A|gene]促进[自噬|process]。", True, False),
        ("[A|gene]可能促进[自噬|process]。", False, True),
        ("[A|gene]促进[自噬|process]。", False, False),
    ],
)
def test_relater_keeps_a_flag_that_the_rules_set(model, marked, string, negated, speculative):
    # However sure the model is: a denial that is lost is worse than one too many.
    doc = marked(string)
    surely = model({"p=GP": {"positively_regulates": 9, "negated": -9, "speculative": -9}}, lang=doc.sentences[0].lang)
    assert related(Relater([surely]), doc) == [(*RISEN, negated, speculative)]


@pytest.mark.parametrize(
    "text",
    [
        "OPG并不促进血管钙化。", "并不说明OPG促进血管钙化。", "没有证据表明PINK1抑制凋亡。", "未发现Mfn2促进线粒体自噬。",
        "PINK1 does not activate Parkin.", "There is no evidence that OPG promotes vascular calcification.",
    ],
)  # fmt: skip
def test_shipped_models_do_not_lose_a_plain_denial(text):
    (found,) = shipped()(text).relations
    assert found.negated


def test_names_behind_a_comma_that_have_a_verb_of_their_own_are_no_objects():
    doc = shipped()("BMP2和TGF-β1上调RUNX2，基质Gla蛋白和OPG则抑制血管钙化。")
    names = {m.id: doc.surface(m) for m in doc.mentions}
    assert {(names[r.head], r.type, names[r.tail]) for r in doc.relations} == {
        ("BMP2", "positively_regulates", "RUNX2"), ("TGF-β1", "positively_regulates", "RUNX2"),
        ("基质Gla蛋白", "negatively_regulates", "血管钙化"), ("OPG", "negatively_regulates", "血管钙化"),
    }  # fmt: skip


def test_relater_leaves_out_what_is_less_probable_than_the_threshold(model, marked):
    doc = marked("[A|gene] promotes [autophagy|process].")
    assert not Relater([model(RISES, none=20.0)]).relate(doc)
    assert not Relater([model(RISES, none=4.0, threshold={"own": 0.99})]).relate(doc)
    assert Relater([model(RISES, none=4.0, threshold={"own": 0.9})]).relate(doc)


def test_words_are_not_looked_at_where_nothing_else_speaks_for_a_relation(model, marked):
    doc = marked("[A|gene] promotes [autophagy|process].")
    surely = {"all promotes/th": {"positively_regulates": 30}}
    assert not Relater([model(surely, none=12.0)]).relate(doc)
    assert Relater([model({**surely, "p=GP": {"positively_regulates": 9}}, none=12.0)]).relate(doc)


class Bush:
    """A parser in whose trees all words hang from the second one."""

    made_by = "bush 1"

    def __init__(self):
        self.asked = []

    def trees(self, sentences):
        for text, bounds in sentences:
            words = tuple(text[a:b].lower() for a, b in bounds)
            self.asked.append(" ".join(words))
            yield Tree((1,) * len(words), tuple("ROOT" if at == 1 else "dep" for at in range(len(words))), words, words)


def test_trees_are_asked_where_a_relation_is_not_out_of_question(model, marked):
    doc = Segmenter().segment(marked("[A1|gene] promotes [autophagy|process]. [A1|gene] saw [autophagy|process]."))
    learned = {"all promotes/th": {"regulates": 4}, "ys promotes": {"positively_regulates": 9}}
    parser = Bush()
    found = Relater([model(learned, none=5.5, syntax="bush 1")], parser=parser).relate(doc)
    assert parser.asked == ["a1 promotes autophagy ."]
    assert [(r.type, r.head, r.tail) for r in found] == [("positively_regulates", "m1", "m2")]
    assert not Relater([model(learned, none=5.5)], parser=parser).relate(doc)


def test_model_with_trees_needs_the_parser_it_learned_with(model):
    for parser in (None, Bush()):
        with pytest.raises(ModelError, match=r"learned with the parser 'en-syntax 1', found '(none|bush 1)'"):
            Relater([model(RISES, syntax="en-syntax 1")], parser=parser)


def test_language_without_a_model_is_read_by_rules(model, marked):
    (found,) = Relater([model(RISES)]).relate(marked("[A|gene]促进[自噬|process]。"))
    assert found.by.startswith("triggers")
    assert found.score is None


def test_scorer_gives_probabilities(model):
    scores = Scorer(model(RISES).weights["own"])([[], [1, 2]])
    assert np.allclose(scores[:, : len(CLASSES)].sum(axis=1), 1)
    assert Scorer(model(RISES).weights["own"])([]).shape[0] == 0


def test_model_survives_its_folder_and_is_the_same_bytes(model, tmp_path):
    made = model(RISES, threshold={"own": 0.3})
    save_model(made, tmp_path / "a")
    save_model(made, tmp_path / "b")
    read = load_relation_model(tmp_path / "a")
    assert read.fingerprint() == made.fingerprint()
    assert (tmp_path / "a" / "model.npz").read_bytes() == (tmp_path / "b" / "model.npz").read_bytes()


def test_given_model_takes_the_place_of_its_like(model, tmp_path):
    save_model(model(RISES), tmp_path / "mine")
    found = [m for m in load_models(tmp_path / "mine") if (m.lang, m.layer) == ("en", "relations")]
    assert [m.guidelines for m in found] == [("own",)]
    assert fingerprint(found) != fingerprint([])


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"features": "relations 0"}, "train it again"),
        ({"guidelines": ["other"]}, "as `yimai train relations` writes it expected"),
        ({"name": None, "guidelines": None}, "a folder made by `yimai train relations` expected"),
    ],
)
def test_broken_folder_is_refused(model, tmp_path, change, message):
    save_model(model(RISES), tmp_path)
    meta = json.loads((tmp_path / "meta.json").read_text("utf-8"))
    (tmp_path / "meta.json").write_text(json.dumps({**meta, **change}), "utf-8")
    with pytest.raises(ModelError, match=re.escape(message)):
        load_relation_model(tmp_path)
