from dataclasses import replace

import pytest

from pipeline.document import validate
from pipeline.errors import ConfigError
from pipeline.lexicon import Lexicon
from pipeline.miner import checked_guideline
from pipeline.taggers.learned import chain
from pipeline.taggers.learned.chain import Span
from pipeline.taggers.learned.features import Extractor
from pipeline.taggers.learned.surfaces import Counts
from pipeline.taggers.learned.tagger import LayerTagger, LearnedTagger, Texts, bounds, said_again

LEXICON = Lexicon.of([])


def tagged(doc, *models, guideline=None):
    mentions = LearnedTagger(models, LEXICON, guideline=guideline).tag(doc)
    validate(doc.with_(mentions=tuple(replace(m, id=str(n)) for n, m in enumerate(mentions))))
    return [(doc.surface(m), m.start) for m in mentions]


def test_mentions_have_the_bounds_of_the_text_a_maker_and_a_probability(model, document):
    doc = document("It rose.", "Then (Zeb1) fell, and Zeb1.")
    mentions = LearnedTagger([model], LEXICON).tag(doc)
    assert [(m.start, doc.surface(m)) for m in mentions] == [(15, "Zeb1"), (31, "Zeb1")]
    assert {(m.type, m.by, m.id, m.concepts) for m in mentions} == {("gene", "en-gene 1", "", ())}
    assert all(0.9 < m.score <= 1 for m in mentions)


def test_only_sentences_of_the_language_are_tagged(model, document):
    doc = document("抑制 Zeb1 后", "Zeb1 fell.", "Zeb1 上调")
    assert tagged(doc, model) == [("Zeb1", 10)]
    assert tagged(doc, replace(model, lang="zh")) == [("Zeb1", 3), ("Zeb1", 21)]


def test_document_without_sentences_has_no_mentions(model, document):
    assert tagged(document(), model) == []
    assert tagged(document("线粒体"), model) == []
    assert tagged(document("It rose."), model) == []


def test_guideline_decides_the_bounds(model, document):
    doc = document("Zeb1 fell.")
    assert tagged(doc, model) == tagged(doc, model, guideline="craft") == [("Zeb1", 0)]
    assert tagged(doc, model, guideline="bc2gm") == [("Zeb", 0)]


def test_model_that_does_not_know_a_guideline_tags_by_its_default(model, document):
    assert tagged(document("Zeb1 fell."), model, guideline="cg") == [("Zeb1", 0)]


def test_guideline_that_no_model_knows_is_refused(model):
    other = replace(model, weights={"cg": model.weights["craft"]}, counts={"cg": {}})
    checked_guideline([model, other], "cg")
    checked_guideline([], None)
    with pytest.raises(ConfigError, match="unknown guideline 'pc'; known: bc2gm, cg, craft"):
        checked_guideline([model, other], "pc")
    with pytest.raises(ConfigError, match="unknown guideline 'pc'; known: none"):
        checked_guideline([], "pc")


def test_each_model_tags_its_own_layer(model, document):
    other = replace(model, name="en-process", layer="process")
    tagger = LearnedTagger([model, other], LEXICON)
    assert tagger.layers == ("gene", "process")
    assert [(m.type, m.by) for m in tagger.tag(document("Zeb1 fell."))] == [
        ("gene", "en-gene 1"),
        ("process", "en-process 1"),
    ]


def test_layers_that_share_a_text_find_what_each_finds_alone(model, document, weights):
    # The second layer asks its own counts, and knows pieces that the first does not.
    seen = weights(features={"0:b": {"O": 1}, "0:c=U41": {"U": 5}, "-1:t=the": {"U": 3}, "2:t=fell": {"U": 3}})
    other = replace(model, layer="process", weights={"craft": seen}, counts={"craft": {"shh": Counts(1, 1)}})
    docs = [document("Zeb1 fell.", "Then Shh rose."), document("It fell; the Zeb1."), document("Shh fell."), document()]
    both = LearnedTagger([model, other], LEXICON)
    expected = [[m for some in (model, other) for m in LearnedTagger([some], LEXICON).tag(doc)] for doc in docs]
    assert {m.type for m in expected[0]} == {"gene", "process"}
    assert [both.tag(doc) for doc in docs] == expected
    assert [both.tag(doc) for doc in docs] == expected


def test_tagger_that_forgets_finds_the_same(model, document, monkeypatch):
    docs = [document("Zeb1 fell."), document("Then Zeb1 and Zeb rose."), document("It rose."), document("Zeb1 fell.")]
    models = [model, replace(model, layer="process", weights=dict(reversed(model.weights.items())))]
    expected = [LearnedTagger(models, LEXICON).tag(doc) for doc in docs]
    monkeypatch.setattr(chain, "_MOST", 3)
    tagger = LearnedTagger(models, LEXICON)
    assert [tagger.tag(doc) for doc in docs * 2] == expected * 2


def test_bias_given_takes_the_place_of_the_guidelines(model, document):
    doc = document("Zeb1 fell.")
    texts = Texts()
    tagger = LayerTagger(replace(model, meta={"bias": {"craft": 50}}), "craft", texts)
    text = texts.numbered(Extractor(LEXICON)(doc, doc.sentences))
    assert tagger.mentions(doc, text) == []
    assert [span[:3] for span in tagger.spans(text, 0)] == [(0, 0, 1)]


def test_bias_of_the_guideline_is_used(model, document):
    doc = document("Zeb1 fell.")
    biased = replace(model, meta={"bias": {"craft": 50}})
    assert tagged(doc, biased) == []
    assert tagged(doc, biased, guideline="bc2gm") == [("Zeb", 0)]


def test_names_are_found_again_where_the_model_says_so(model, document, weights):
    # Only at a sentence's beginning is the chain sure of the name.
    sure = weights(features={"0:b": {"O": 5}, "0:bos0": {"B": 8}, "0:bos1": {"L": 8}})
    model = replace(model, weights={**model.weights, "craft": sure})
    doc = document("Zeb1 fell and Zeb1 rose.")
    assert tagged(doc, model) == [("Zeb1", 0)]
    assert tagged(doc, replace(model, meta={"again": {"craft": 0.4}})) == [("Zeb1", 0), ("Zeb1", 14)]
    assert tagged(doc, replace(model, meta={"again": {"craft": 0.9}})) == [("Zeb1", 0)]
    assert tagged(doc, replace(model, meta={"again": {"bc2gm": 0.4}})) == [("Zeb1", 0)]


def test_counts_of_the_guideline_are_asked(model, document, weights):
    seen = weights(features={"0:b": {"O": 1}, "0:c=U41": {"U": 5}})
    model = replace(model, weights={"craft": seen, "bc2gm": seen}, counts={"craft": {"shh": Counts(1, 1)}, "bc2gm": {}})
    doc = document("Shh and Zeb fell.")
    assert tagged(doc, model) == [("Shh", 0)]
    assert tagged(doc, model, guideline="bc2gm") == []


def again(doc, *names, least=0.4, probability=0.9):
    """The names with their offsets that are found when the chain found the first place of some names."""
    items = Extractor(LEXICON)(doc, doc.sentences)
    spans = []
    for name in names:
        start = doc.text.index(name)
        number = doc.sentence_of(start)
        pieces = items[number].pieces
        spans.append(Span(number, pieces.starts.index(start), pieces.ends.index(start + len(name)), probability))
    found = said_again(doc, items, spans, least)
    assert found == sorted(found)
    return [(doc.text[slice(*bounds(items, s))], bounds(items, s)[0], s.probability) for s in found]


def test_name_is_found_elsewhere_with_the_share_of_its_places(document):
    doc = document("Zeb1 fell.", "The Zeb1 rose, Zeb1-null.")
    assert again(doc, "Zeb1", least=0.3) == [("Zeb1", 0, 0.9), ("Zeb1", 15, 0.3), ("Zeb1", 26, 0.3)]
    assert again(doc, "Zeb1", least=0.31) == [("Zeb1", 0, 0.9)]


@pytest.mark.parametrize("other", ["pZeb1", "Zeb1b", "Zeb10", "zeb1", "ZEB1", "Zeb 1", "Zeb-1", "Zeb"])
def test_name_is_not_found_inside_words_nor_written_otherwise(document, other):
    assert again(document("Zeb1 fell.", f"The {other} rose.")) == []
    # Nor do these count as its places: the share of the second one stays one half.
    doc = document("Zeb1 fell.", f"The {other} rose.", "Then Zeb1.")
    assert [found[::2] for found in again(doc, "Zeb1", least=0.45)] == [("Zeb1", 0.9), ("Zeb1", 0.45)]


def test_name_between_chinese_characters_is_found(document):
    assert [name for name, *_ in again(document("检测Zeb1的表达", "抑制Zeb1后"), "Zeb1")] == ["Zeb1"] * 2


def test_chinese_name_is_found_inside_a_longer_word(document):
    assert [found[:2] for found in again(document("自噬增强", "线粒体自噬减弱"), "自噬")] == [("自噬", 0), ("自噬", 8)]


def test_name_of_one_character_is_not_looked_for(document):
    assert again(document("A fell.", "The A rose."), "A") == [("A", 0, 0.9)]


def test_longer_name_goes_first(document):
    doc = document("Zeb1 fell.", "Zeb1 kinase fell.", "The Zeb1 kinase.")
    assert [name for name, *_ in again(doc, "Zeb1", "Zeb1 kinase", least=0.2)] == ["Zeb1", "Zeb1 kinase", "Zeb1 kinase"]


def test_place_inside_a_name_of_the_chain_is_left(document):
    doc = document("Zeb1 fell.", "The Zeb1 kinase.")
    assert [found[:2] for found in again(doc, "Zeb1", "Zeb1 kinase", least=0.2)] == [("Zeb1", 0), ("Zeb1 kinase", 15)]


def test_sum_of_probabilities_decides(document):
    doc = document("Zeb1 fell.", "Zeb1 rose.", "Zeb1 came.")
    items = Extractor(LEXICON)(doc, doc.sentences)
    spans = [Span(0, 0, 1, 0.9), Span(1, 0, 1, 0.6)]
    assert said_again(doc, items, spans, 0.5) == [*spans, Span(2, 0, 1, 0.5)]
    assert said_again(doc, items, spans, 0.51) == spans
    assert said_again(doc, items, [], 0.1) == []
