import re

from pipeline.document import LAYERS, Document, Mention, Sentence
from pipeline.lexicon import Lexicon, Term
from pipeline.taggers import DictionaryTagger, merge
from pipeline.taggers.combine import combine

LEXICON = Lexicon.of([
    Term("Zeb1", "HGNC:11642", "gene", "en", "symbol"),
    Term("Shh", "HGNC:10848", "gene", "en", "symbol"),
    Term("zorbin", "my zorbin", "gene", "en", "name", "mine.tsv"),
    Term("Golgi apparatus", "GO:0005794", "organelle", "en", "name"),
    Term("autophagy", "GO:0006914", "process", "en", "name"),
    Term("endoplasmic reticulum", "GO:0005783", "organelle", "en", "name"),
    Term("核", "GO:0005634", "organelle", "zh", "name"),
    Term("自噬", "GO:0006914", "process", "zh", "name"),
    Term("核酸", "", "", "zh", "blocked"),
    Term("Shh kit", "", "", "en", "blocked"),
])  # fmt: skip
DICTIONARY = DictionaryTagger(LEXICON)
GENES = {"en": ("gene",)}


def cut(*sentences):
    """A document of sentences, a blank between; those with Chinese characters are Chinese."""
    text, made = "", []
    for sentence in sentences:
        text += " " if text else ""
        lang = "zh" if re.search("[\u3400-\u9fff]", sentence) else "en"
        made.append(Sentence(len(text), len(text) + len(sentence), lang))
        text += sentence
    return Document("d", text, sentences=tuple(made))


def learned(doc, *names, layer="gene"):
    """What a model found: each name at its first place."""
    return [
        Mention("", at, at + len(name), layer, by="en-gene 1", score=0.9)
        for name in names
        for at in [doc.text.index(name)]
    ]


def combined(doc, found=(), read=GENES):
    return [(doc.surface(m), m.type, m.by) for m in combine(doc, DICTIONARY.tag(doc), found, read)]


def test_without_models_the_dictionary_stays_as_it_is():
    doc = cut("Zeb1 binds Shh kit.", "核酸和自噬。")
    known = DICTIONARY.tag(doc)
    assert known
    assert combine(doc, known, [], {}) == known


def test_model_decides_where_it_has_read():
    doc = cut("Zeb1 and Shh bind.")
    assert combined(doc) == []
    assert combined(doc, learned(doc, "Shh")) == [("Shh", "gene", "en-gene 1")]
    assert combined(doc, learned(doc, "Shh bind")) == [("Shh bind", "gene", "en-gene 1")]


def test_other_layers_of_the_sentence_stay():
    doc = cut("Zeb1 stops autophagy near the Golgi apparatus.")
    assert sorted(combined(doc)) == [
        ("Golgi apparatus", "organelle", "dictionary 1"),
        ("autophagy", "process", "dictionary 1"),
    ]
    assert combined(doc, read={"en": ("gene", "process")}) == [("Golgi apparatus", "organelle", "dictionary 1")]
    assert combined(doc, read={"en": LAYERS}) == []


def test_sentences_of_another_language_stay():
    doc = cut("Zeb1 fell.", "抑制 Zeb1 后自噬增强。")
    assert combined(doc, read={"en": LAYERS}) == [("Zeb1", "gene", "dictionary 1"), ("自噬", "process", "dictionary 1")]
    assert combined(doc, read={"zh": LAYERS}) == [("Zeb1", "gene", "dictionary 1")]


def test_candidate_outside_every_sentence_stays():
    doc = cut("It rose.").with_(text="It rose. Zeb1")
    outside = Mention("", 9, 13, "gene", ("HGNC:11642",), by="dictionary 1")
    assert combine(doc, [outside], [], GENES) == [outside]


def test_concepts_come_from_the_candidate_of_the_same_span_and_layer():
    doc = cut("Zeb1 and Shh bind.")
    (zeb,) = combine(doc, DICTIONARY.tag(doc), learned(doc, "Zeb1"), GENES)
    assert (zeb.concepts, zeb.by, zeb.score) == (("HGNC:11642",), "en-gene 1", 0.9)
    for found in (learned(doc, "Zeb1 and"), learned(doc, "Zeb1", layer="process")):
        (other,) = combine(doc, DICTIONARY.tag(doc), found, {"en": ("gene", "process")})
        assert other.concepts == ()


def test_first_candidate_of_a_span_that_has_concepts_gives_them():
    doc = cut("Zeb1 fell.")
    known = [Mention("", 0, 4, "gene", concepts, by="dictionary 1") for concepts in ((), ("A:1", "A:2"), ("B:1",))]
    (mention,) = combine(doc, known, learned(doc, "Zeb1"), GENES)
    assert mention.concepts == ("A:1", "A:2")


def test_own_terms_stay_where_a_model_has_read():
    doc = cut("Zeb1 binds zorbin.")
    assert combined(doc) == [("zorbin", "gene", "dictionary 1, mine.tsv")]
    both = combine(doc, DICTIONARY.tag(doc), learned(doc, "zorbin"), GENES)
    # Of one span the user's goes first: the row says which table it is from.
    assert [(m.by, m.concepts) for m in merge(LAYERS, both)] == [("dictionary 1, mine.tsv", ("my zorbin",))]


def test_abbreviations_and_glosses_of_the_paper_stay():
    doc = cut("The endoplasmic reticulum (ER) swells.", "Then the ER shrinks.", "自噬(autophagy)增强。")
    assert sorted(combined(doc, read={"en": LAYERS, "zh": LAYERS})) == [
        ("ER", "organelle", "abbreviation 1"),
        ("ER", "organelle", "abbreviation 1"),
        ("autophagy", "process", "gloss 1"),
    ]


def test_blocked_candidate_does_not_hide_what_the_model_found():
    doc = cut("The Shh kit came.")
    assert [doc.surface(m) for m in DICTIONARY.tag(doc) if not m.type] == ["Shh kit"]
    assert merge(LAYERS, DICTIONARY.tag(doc)) == []
    candidates = combine(doc, DICTIONARY.tag(doc), learned(doc, "Shh"), {"en": LAYERS})
    assert [doc.surface(m) for m in merge(LAYERS, candidates)] == ["Shh"]


def test_blocked_candidate_of_another_language_hides_as_before():
    doc = cut("核酸增多。", "Zeb1 fell.")
    candidates = combine(doc, DICTIONARY.tag(doc), learned(doc, "Zeb1"), {"en": LAYERS})
    assert [doc.surface(m) for m in merge(LAYERS, candidates)] == ["Zeb1"]


def test_blocked_candidate_hides_names_of_layers_that_no_model_has_read():
    doc = cut("核酸增多。")
    candidates = combine(doc, DICTIONARY.tag(doc), [], {"zh": ("gene",)})
    assert merge(LAYERS, candidates) == []
