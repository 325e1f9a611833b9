from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.document import Document, Sentence, Token
from pipeline.taggers.learned.pieces import cut, pieces_of


@pytest.mark.parametrize(
    ("text", "pieces"),
    [
        ("Smad4-/-", "Smad 4 - / -"),
        ("p53R2", "p 53 R 2"),
        ("mBmp4", "m Bmp 4"),
        ("抑制mTOR后", "抑 制 m TOR 后"),
        ("siRNA", "si RNA"),
        ("TGFbeta", "TG Fbeta"),
        ("TGF-β1", "TGF - β 1"),
        ("NFκB", "NF κ B"),
        ("IL6RA", "IL 6 RA"),
        ("Ca²⁺", "Ca ² ⁺"),
        ("naïve", "na ï ve"),
        ("BMP_2", "BMP _ 2"),
        ("(ERK1/2)", "( ERK 1 / 2 )"),
        ("线粒体 DNA", "线 粒 体 DNA"),
        (" \u3000\n", ""),
        ("", ""),
    ],
)
def test_words_are_cut_wherever_a_name_may_begin_or_end(text, pieces):
    assert " ".join(cut(text)) == pieces


@given(st.text("aAZ0９-_ β汉é\u0301\t\u2028𠀀."))
def test_pieces_are_the_whole_text_but_for_blanks(text):
    assert "".join(cut(text)) == "".join(text.split())


def pieces(text, *words, start=0, end=None):
    tokens = tuple(Token(text.index(w), text.index(w) + len(w)) for w in words)
    end = len(text) if end is None else end
    (found,) = pieces_of(Document("d", text), [Sentence(start, end, "en", tokens)])
    return found


def test_offsets_count_from_the_text_not_from_the_sentence():
    text = "It rose. 抑制 Smad4-/- 后"
    found = pieces(text, "抑制", "Smad4-/-", "后", start=9)
    assert found.texts == ["抑", "制", "Smad", "4", "-", "/", "-", "后"]
    assert [text[a:b] for a, b in zip(found.starts, found.ends, strict=True)] == found.texts
    assert found.starts[0] == 9


def test_pieces_end_with_their_sentence():
    # "IL" would be "I" and "La" if the next sentence were looked at.
    text = "ILab"
    assert pieces(text, start=0, end=2).texts == ["IL"]
    assert pieces(text, start=2, end=4).texts == ["ab"]


def test_piece_knows_its_word_and_its_place_there():
    found = pieces("p53R2 rose", "p53R2", "rose")
    assert (found.words, found.places) == (["p53R2"] * 4 + ["rose"], "FIILW")


def test_piece_outside_all_words_is_a_word_itself():
    found = pieces("a - b", "a", "b")
    assert (found.words, found.places) == (["a", "-", "b"], "WWW")
    found = pieces("mBmp")
    assert (found.words, found.places) == (["m", "Bmp"], "WW")


def test_word_that_ends_inside_a_piece_holds_all_of_it():
    found = pieces("abcd", "ab")
    assert (found.words, found.places) == (["abcd"], "W")


@given(st.text("aAZ0９-_ β汉é\u0301\t\u2028𠀀."), st.lists(st.integers(0, 30)), st.lists(st.integers(0, 30)))
def test_sentences_and_words_together_have_the_pieces_they_have_alone(text, cuts, borders):
    tokens = [Token(a, b) for a, b in pairwise(sorted({min(c, len(text)) for c in borders}))]
    bounds = list(pairwise(sorted({min(c, len(text)) for c in cuts})))
    sentences = [Sentence(a, b, "en", tuple(t for t in tokens if a <= t.start and t.end <= b)) for a, b in bounds]
    doc = Document("d", text)
    together = pieces_of(doc, sentences)
    assert together == [found for sentence in sentences for found in pieces_of(doc, [sentence])]
    assert [found.texts for found in together] == [cut(text[a:b]) for a, b in bounds]


def test_sentence_without_characters_has_no_pieces():
    assert pieces("", end=0) == ([], [], [], [], "")
    assert pieces("  ") == ([], [], [], [], "")
