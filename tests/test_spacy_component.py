"""The spaCy component: spans of a Doc, its configuration, and what of it is kept."""

import pickle
import tomllib
from importlib.metadata import EntryPoint

import pytest
import spacy
from spacy.language import Language
from spacy.tokens import Doc

from pipeline.document import Document, Mention
from pipeline.errors import ConfigError
from pipeline.miner import Miner
from pipeline.spacy_component import NAME, YimaiMentions
from pipeline.taggers.learned.installed import load_models

ZH = "Mfn2 敲除抑制线粒体融合。"
EN = "Knockdown of Parkin blocks mitophagy at the outer mitochondrial membrane."


@pytest.fixture(scope="module")
def nlp():
    nlp = spacy.blank("xx")
    nlp.add_pipe(NAME)
    return nlp


def found(doc):
    return {layer: [span.text for span in doc.spans[layer]] for layer in doc.spans}


@pytest.mark.parametrize(
    ("text", "layer", "name"), [(ZH, "process", "线粒体融合"), (EN, "gene", "Parkin"), (EN, "process", "mitophagy")]
)
def test_mentions_are_spans_of_their_layer(nlp, text, layer, name):
    doc = nlp(text)
    mention = next(m for m in doc._.yimai.mentions if doc.text[m.start : m.end] == name)
    span = next(s for s in doc.spans[layer] if s.id_ == mention.id)
    assert span.label_ == layer
    assert span.kb_id_ == mention.concepts[0]
    assert span.start_char <= mention.start
    assert mention.end <= span.end_char


def test_every_mention_is_a_span_and_every_layer_a_group(nlp):
    doc = nlp(EN)
    assert set(doc.spans) == {"gene", "organelle", "process"}
    assert sorted(s.id_ for group in doc.spans.values() for s in group) == sorted(m.id for m in doc._.yimai.mentions)


def test_span_is_widened_to_whole_tokens(nlp):
    words = ["Mfn2", "敲除抑制", "线粒体融", "合。"]
    doc = nlp.get_pipe(NAME)(Doc(nlp.vocab, words, [True, False, False, False]))
    assert [s.text for s in doc.spans["process"]] == ["线粒体融合。"]


def test_mention_without_a_concept_has_an_empty_kb_id(nlp, monkeypatch):
    mention = Mention("m1", 0, 4, "gene")
    monkeypatch.setattr(Miner, "__call__", lambda self, text: Document(id="text", text=text, mentions=(mention,)))
    doc = nlp("Abc1 here.")
    assert [(s.text, s.kb_id_, s.id_) for s in doc.spans["gene"]] == [("Abc1", "", "m1")]


def test_document_is_the_miners(nlp):
    expected = YimaiMentions()._miner(EN)
    assert nlp(EN)._.yimai == expected
    assert expected.sentences[0].tokens


def test_doc_that_was_not_tagged_has_no_document(nlp):
    assert nlp.make_doc(EN)._.yimai is None


@pytest.mark.parametrize("text", ["", " ", "\n\n"])
def test_text_without_words_has_empty_groups(nlp, text):
    assert found(nlp(text)) == {"gene": [], "organelle": [], "process": []}


def test_relations_are_left_out_unless_wanted(nlp):
    assert nlp(ZH)._.yimai.relations == ()
    other = spacy.blank("zh")
    other.add_pipe(NAME, config={"relations": True})
    assert other(ZH)._.yimai.relations == Miner(models=load_models())(ZH).relations != ()


def test_pipe_gives_what_calls_give(nlp):
    assert [found(d) for d in nlp.pipe([ZH, EN, ""])] == [found(nlp(t)) for t in (ZH, EN, "")]


def test_doc_survives_bytes_with_its_document(nlp):
    doc = nlp(EN)
    again = Doc(nlp.vocab).from_bytes(doc.to_bytes())
    assert again._.yimai == doc._.yimai
    assert found(again) == found(doc)


def test_component_is_made_anew_from_a_pickle():
    again = pickle.loads(pickle.dumps(YimaiMentions(layers=["process"])))
    doc = again(spacy.blank("xx").make_doc(EN))
    assert set(doc.spans) == {"process"}


def test_config_is_kept_and_read_back(tmp_path):
    nlp = spacy.blank("en")
    nlp.add_pipe(NAME, config={"layers": ["process", "gene"], "relations": True})
    nlp.to_disk(tmp_path / "nlp")
    again = spacy.load(tmp_path / "nlp")
    for one in (nlp, again):
        kept = one.config["components"][NAME]
        assert (kept["layers"], kept["guideline"], kept["relations"]) == (["process", "gene"], None, True)
    assert found(again(EN)) == found(nlp(EN))
    assert set(nlp(EN).spans) == {"gene", "process"}
    other = spacy.blank("en")
    other.add_pipe(NAME)
    other.from_disk(tmp_path / "nlp")
    assert other.pipe_names == [NAME]


@pytest.mark.parametrize(
    ("config", "message"),
    [({"layers": ["genes"]}, "unknown layer 'genes'; known: gene"), ({"guideline": "nobody"}, "guideline 'nobody'")],
)
def test_wrong_setting_is_refused(config, message):
    with pytest.raises(ConfigError, match=message):
        spacy.blank("en").add_pipe(NAME, config=config)


def test_entry_point_is_the_factory(root):
    project = tomllib.loads((root / "pyproject.toml").read_text("utf-8"))["project"]
    points = project["entry-points"]["spacy_factories"]
    assert list(points) == [NAME]
    EntryPoint(NAME, points[NAME], "spacy_factories").load()
    assert Language.has_factory(NAME)
