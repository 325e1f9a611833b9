import pytest

from pipeline.lexicon import Lexicon, Term
from pipeline.linking.words import NamesByWords, likeness, words_of


def term(name, concept="GO:1", layer="process", lang="en", status="synonym"):
    return Term(name, concept, layer, lang, status)


def names(*terms):
    return NamesByWords(Lexicon.of(terms), "process")


@pytest.mark.parametrize(
    ("a", "b", "same"),
    [
        ("formation of autophagosomes", "autophagosome formation", True),
        ("arrest of the cell cycle", "cell cycle arrest", True),
        ("Cell-cycle arrest", "cell cycle arrest", True),
        ("cell cycle", "cell cycles arrest", False),
        ("process B", "process", False),
    ],
)
def test_words_are_the_same_in_any_order_small_words_and_plurals_aside(a, b, same):
    assert (words_of(a) == words_of(b)) is same


def test_names_in_another_order_are_found_and_those_of_one_word_are_not():
    known = names(term("autophagosome formation"), term("formation of autophagosomes", "GO:2"), term("formation"))
    assert {t.concept for t in known.in_any_order("formation of the autophagosome")} == {"GO:1", "GO:2"}
    assert known.in_any_order("formations") == ()
    assert known.in_any_order("autophagosome fusion") == ()


@pytest.mark.parametrize("status", ["blocked", "symbol", "abbreviation", "narrow"])
def test_names_that_must_stand_as_they_are_have_no_order(status):
    known = names(term("autophagosome formation", status=status))
    assert known.in_any_order("formation autophagosome") == ()
    assert known.nearest("autophagosomal formation") == ((), 0.0)


def test_only_names_of_the_layer_are_found():
    known = names(term("outer membrane", layer="organelle"))
    assert known.in_any_order("membrane outer") == ()
    assert known.nearest("outer membranes") == ((), 0.0)


@pytest.mark.parametrize(
    ("a", "b"),
    [
        ("IL-6 secretion", "IL-16 secretion"),
        ("cell activation", "T cell activation"),
        ("lamin B receptor", "laminin receptor"),
        ("protein import", "protein export"),
        ("mitosis", "mitophagy"),
        ("", "x"),
    ],
)
def test_names_of_other_words_are_not_alike(a, b):
    assert likeness(a, b) == likeness(b, a) == 0


def test_likeness_is_the_share_of_letters_that_words_begin_with_in_common():
    assert likeness("mitochondrial fusion", "Mitochondrial fusions") == pytest.approx(38 / 39)
    assert likeness("a b", "b a") == 1


def test_nearest_is_the_most_alike():
    known = names(term("lysosomal acidifying", "GO:2"), term("lysosomal acidification"), term("lysosom", "GO:3"))
    (found,), score = known.nearest("lysosome acidification")
    assert found.concept == "GO:1"
    assert 0.9 < score < 1


def test_chinese_terms_of_a_name_are_not_near():
    known = names(term("Wnt signalling", lang="zh"))
    assert known.nearest("Wnt signaling")[0] == ()
