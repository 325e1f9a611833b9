import pytest

from pipeline.errors import ModelError
from pipeline.syntax.lemmas import Lemmas

WORDS = [
    ("binds", "VBZ", "bind"), ("activates", "VBZ", "activate"), ("grows", "VBZ", "grow"), ("has", "VBZ", "have"),
    ("carries", "VBZ", "carry"), ("dries", "VBZ", "dry"), ("cells", "NNS", "cell"), ("genes", "NNS", "gene"),
    ("Mice", "NNS", "mouse"), ("gene", "NN", "gene"), ("loss", "NN", "loss"), ("lens", "NN", "lens"),
]  # fmt: skip


@pytest.fixture(scope="module")
def lemmas():
    return Lemmas.learned(WORDS)


@pytest.mark.parametrize(("word", "tag", "expected"), WORDS)
def test_words_that_were_learned_have_their_form(lemmas, word, tag, expected):
    assert lemmas.lemma(word, tag) == expected


@pytest.mark.parametrize(
    ("word", "tag", "expected"),
    [
        ("limbs", "NNS", "limb"),
        ("Tries", "VBZ", "try"),
        ("limbs", "NN", "limbs"),
        ("mice", "NN", "mice"),
        ("Runx2", "NN", "runx2"),
        ("", "NN", ""),
    ],
)
def test_others_go_by_their_ending_and_tag(lemmas, word, tag, expected):
    assert lemmas.lemma(word, tag) == expected


def test_of_two_forms_the_frequent_one_is_learned():
    assert Lemmas.learned([("left", "VBD", "left"), *[("left", "VBD", "leave")] * 2]).lemma("left", "VBD") == "leave"


def test_no_rule_is_kept_that_says_what_a_shorter_ending_says(lemmas):
    endings = {ending for ending, tag in lemmas.rules if tag == "NNS"}
    assert endings == {"s", "^mice"}


def test_lines_give_the_same_rules(lemmas):
    assert Lemmas.read(lemmas.lines(), "lemmas.tsv").rules == lemmas.rules


@pytest.mark.parametrize("line", ["s\tNNS\t1", "s\tNNS\tone\t", "s"])
def test_line_that_is_no_rule_is_named(line):
    with pytest.raises(ModelError, match=r"lemmas\.tsv:2: ending, tag, cut and put expected"):
        Lemmas.read(["ending\ttag\tcut\tput", line], "lemmas.tsv")
