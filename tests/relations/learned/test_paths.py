"""Trees are written by hand: what a parser makes of a sentence is tested with the parser."""

import pytest

from pipeline.relations.learned.paths import Paths, trees_of
from pipeline.relations.learned.scene import scene
from pipeline.relations.rules import by_sentence
from pipeline.segment import Segmenter
from pipeline.syntax.parser import Parser, Tree


@pytest.fixture
def paths(marked):
    """Features of the first and the last mention of a sentence, its tree given as (head, label) by token from 1 on."""

    def make(string, *arcs):
        doc = Segmenter().segment(marked(string))
        (sentence, mentions) = next(by_sentence(doc))
        words = [doc.text[t.start : t.end].lower() for t in sentence.tokens]
        assert len(words) == len(arcs)
        heads = tuple(head - 1 if head else at for at, (head, _) in enumerate(arcs))
        tree = Tree(heads, tuple(label for _, label in arcs), ("NN",) * len(words), tuple(words))
        seen = scene(doc, sentence, mentions)
        return set(Paths(seen, sentence.tokens, tree).features(0, len(seen.mentions) - 1))

    return make


def test_path_over_a_verb(paths):
    found = paths(
        "[Runx2|gene] strongly promotes [autophagy|process].",
        (3, "nsubj"), (3, "advmod"), (0, "ROOT"), (3, "dobj"), (3, "punct"),
    )  # fmt: skip
    assert {"yp nsubj^dobj GP", "yc nsubj^dobj promotes", "yw promotes GP", "ys promotes", "yL2"} <= found
    assert {"ygi nsubj promotes", "ygj dobj promotes", "yq +1 1"} <= found
    assert not any("strongly" in feature for feature in found)


def test_conjuncts_are_stepped_over(paths):
    found = paths(
        "[Runx2|gene] promotes growth and [autophagy|process].",
        (2, "nsubj"), (0, "ROOT"), (2, "dobj"), (3, "cc"), (3, "conj"), (2, "punct"),
    )  # fmt: skip
    assert {"yp nsubj^dobj<conj GP", "yc nsubj^dobj promotes", "ygj dobj promotes"} <= found


def test_mention_above_the_other_is_the_top(paths):
    found = paths("[Runx2|gene] [autophagy|process]", (2, "compound"), (0, "ROOT"))
    assert {"yp compound^ GP", "yt X", "ys ", "ygi compound [P]", "ygj  ^"} <= found


def test_denial_on_the_path(paths):
    arcs = (3, "nsubj"), (3, "neg"), (0, "ROOT"), (3, "dobj")
    assert "yneg" in paths("[Runx2|gene] not promotes [autophagy|process]", *arcs)
    assert "yneg" not in paths(
        "[Runx2|gene] now promotes [autophagy|process]", *((h, "advmod" if x == "neg" else x) for h, x in arcs)
    )


def test_mention_of_several_tokens_hangs_by_its_head(paths):
    found = paths(
        "[Runx2|gene] promotes [cell death|process]", (2, "nsubj"), (0, "ROOT"), (4, "compound"), (2, "dobj"),
    )  # fmt: skip
    assert "yp nsubj^dobj GP" in found


def test_parts_of_a_sentence_without_a_common_head_have_no_path(paths):
    assert paths("[Runx2|gene] [autophagy|process]", (0, "ROOT"), (0, "ROOT")) == {"y none"}


def test_trees_are_those_of_the_sentences_given(marked, syntax):
    doc = marked("[Runx2|gene] promotes [autophagy|process]. It grew.")
    assert trees_of(Parser(syntax), doc, doc.sentences) == {}
    doc = Segmenter().segment(doc)
    trees = trees_of(Parser(syntax), doc, doc.sentences[1:])
    assert list(trees) == [doc.sentences[1].start]
    assert len(trees[doc.sentences[1].start].heads) == len(doc.sentences[1].tokens)
