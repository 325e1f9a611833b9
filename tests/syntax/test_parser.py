import pytest

from pipeline.syntax.parser import Parser, Tree

TEXT = "Loss of Mfn2 delays growth. Cells grew."
FIRST = [(0, 4), (5, 7), (8, 12), (13, 19), (20, 26), (26, 27)]
SECOND = [(28, 33), (34, 38), (38, 39)]


@pytest.fixture(scope="module")
def parser(syntax):
    return Parser(syntax)


def test_tree_of_a_sentence(parser):
    (tree,) = parser.trees([(TEXT, FIRST)])
    assert tree == Tree(
        heads=(3, 0, 1, 3, 3, 3),
        labels=("nsubj", "prep", "pobj", "ROOT", "dobj", "punct"),
        tags=("NN", "IN", "NN", "VBZ", "NN", "."),
        lemmas=("loss", "of", "mfn2", "delay", "growth", "."),
    )


def test_sentences_do_not_depend_on_each_other(parser):
    together = list(parser.trees([(TEXT, FIRST), (TEXT, SECOND)]))
    assert together == [*parser.trees([(TEXT, FIRST)]), *parser.trees([(TEXT, SECOND)])]


def test_each_sentence_has_one_root(parser):
    (tree,) = parser.trees([(TEXT, FIRST + SECOND)])
    assert sum(head == at for at, head in enumerate(tree.heads)) == 1


@pytest.mark.parametrize("text", ["", "\ud83d binds 𝛼.", "(("])
def test_any_text_has_a_tree(parser, text):
    bounds = [(at, at + 1) for at, char in enumerate(text) if not char.isspace()]
    (tree,) = parser.trees([(text, bounds)])
    assert len(tree.heads) == len(tree.lemmas) == len(bounds)


def test_sentence_ends_of_a_text(parser):
    assert set(parser.ends(TEXT, FIRST + SECOND)) <= {end for _, end in FIRST + SECOND}
    assert max(parser.ends(TEXT, FIRST + SECOND)) == len(TEXT)
    assert list(parser.ends("", [])) == []
