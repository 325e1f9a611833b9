import itertools
import math

import numpy as np
import pytest

from pipeline.lexicon import Lexicon
from pipeline.taggers.learned import chain as module
from pipeline.taggers.learned.chain import (
    APART,
    LABELS,
    REACH,
    Chain,
    Layout,
    Said,
    Vocabulary,
    composed,
    hashed,
    keyed,
)
from pipeline.taggers.learned.features import GROUPS, JOINTS, Extractor
from pipeline.taggers.learned.tagger import Texts
from pipeline.training.train import _Features

ITEMS = "abcdef"
OFFSETS = range(-REACH, REACH + 1)


def letter(item):
    yield f"t={item}", OFFSETS
    if item in "ab":
        yield "early", (0, -1)


def pair(item):
    yield f"2={'|'.join(item)}", (-2, -1, 0, 1)


TOY = {"letter": letter, "pair": pair}


def sentence(letters):
    return {"letter": list(letters), "pair": list(zip(letters, [*letters[1:], "$"], strict=True)) if letters else []}


def keys_of(features):
    """The keys of features written with their offset ("-1:t=a")."""
    split = [feature.split(":", 1) for feature in features]
    return keyed(hashed([name for _, name in split]), np.array([int(offset) for offset, _ in split], np.int64))


def named(vocabulary, features):
    """A chain that makes names of one piece of those that some features speak for."""
    keys = keys_of(features)
    weights = np.tile(np.array([0, 0, 0, 0, 9], np.float32), (len(keys), 1))
    return Chain(np.sort(keys), weights, np.zeros((5, 5), np.float32), vocabulary)


def read(chain, sentences, bias=0.0):
    """What a chain finds in sentences, which are numbered first."""
    chain.vocabulary.begin()
    layout = Layout([len(next(iter(s.values()))) for s in sentences])
    groups = sentences[0] if sentences else ()
    numbers = {
        group: chain.vocabulary.numbers(group, [item for s in sentences for item in s[group]], layout)
        for group in groups
    }
    return chain.spans(Said(numbers), layout, bias)


class Naive:
    """Random weights, and the chain's promises by looking at every labelling."""

    def __init__(self, seed, groups=None, features=None, scale=1.0):
        self.groups = groups or TOY
        rng = np.random.default_rng(seed)
        if features is None:
            features = [f"{o}:t={x}" for o in OFFSETS for x in ITEMS[:-1]]  # of the last letter nothing is known
            features += [f"{o}:2={x}|{y}" for o in (-2, 0, 1) for x in ITEMS for y in [*ITEMS, "$"]]
            features += [f"0:{place}" for place in ("bos0", "bos1", "eos0", "eos1", "b")] + ["0:early", "-1:early"]
        self.rows = {f: rng.normal(0, scale, 5).astype(np.float32) for f in features}
        self.transitions = rng.normal(0, 1, (5, 5)).astype(np.float32)

    def chain(self, vocabulary=None):
        keys = keys_of(self.rows)
        order = np.argsort(keys)
        rows = np.array(list(self.rows.values()))[order]
        return Chain(keys[order], rows, self.transitions, vocabulary or Vocabulary(self.groups))

    def emissions(self, groups):
        size = len(next(iter(groups.values())))
        result = np.zeros((size, 5))
        for group, items in groups.items():
            for at, item in enumerate(items):
                for feature, offsets in self.groups[group](item) if item else ():
                    for offset in offsets:
                        if 0 <= at - offset < size:
                            result[at - offset] += self.rows.get(f"{offset}:{feature}", 0)
        for to in range(size):
            places = ["b", f"bos{to}", f"eos{size - 1 - to}"]
            result[to] += sum(self.rows.get(f"0:{place}", np.zeros(5)) for place in places)
        return result

    def spans(self, emissions):
        """First and last piece, and probability, of the names of the best labelling."""
        scored = []
        for names, labels in labellings(len(emissions)):
            score = sum(emissions[t, label] for t, label in enumerate(labels))
            score += sum(self.transitions[a, b] for a, b in itertools.pairwise(labels))
            scored.append((score, names))
        best, names = max(scored)
        weights = [(math.exp(score - best), some) for score, some in scored]
        total = sum(weight for weight, _ in weights)
        return [(*name, sum(weight for weight, some in weights if name in some) / total) for name in names]


def labellings(size):
    """All ways to lay names over some pieces, with their labels."""
    for labels in itertools.product(range(5), repeat=size):
        string = "".join(LABELS[label] for label in labels)
        names, start, good = [], None, True
        for t, label in enumerate(string):
            good &= (start is None) == (label in "OBU")
            if label in "BU":
                start = t
            if label in "LU":
                names.append((start, t))
                start = None
        if good and start is None:
            yield names, labels


SENTENCES = [sentence(s) for s in ("abcde", "", "a", "fedcb", "cc", "", "abf", "d", "ecab")]


@pytest.mark.parametrize("seed", range(8))
def test_names_and_probabilities_are_those_of_all_labellings(seed):
    naive = Naive(seed)
    expected = [
        (number, *span) for number, s in enumerate(SENTENCES) if s["letter"] for span in naive.spans(naive.emissions(s))
    ]
    found = read(naive.chain(), SENTENCES)
    assert [span[:3] for span in found] == [span[:3] for span in expected]
    assert [span.probability for span in found] == pytest.approx([span[3] for span in expected], abs=2e-4)


def test_bias_counts_for_the_label_outside_only():
    naive = Naive(3)
    emissions = naive.emissions(SENTENCES[0])
    emissions[:, 0] -= 1.5
    found = read(naive.chain(), SENTENCES[:1], -1.5)
    expected = naive.spans(emissions)
    assert [(s.first, s.last) for s in found] == [span[:2] for span in expected]
    assert [s.probability for s in found] == pytest.approx([span[2] for span in expected], abs=2e-4)


@pytest.mark.parametrize("seed", range(3))
def test_lower_bias_finds_more(seed):
    chain = Naive(seed).chain()
    found = [
        sum(s.last - s.first + 1 for s in read(chain, SENTENCES, bias)) for bias in (50, 4, 2, 1, 0, -1, -2, -4, -50)
    ]
    assert found == sorted(found)
    assert found[0] == 0
    assert found[-1] == sum(len(s["letter"]) for s in SENTENCES)


def test_sentences_do_not_speak_for_each_other():
    chain = Naive(1).chain()
    alone = [(n, *span[1:]) for n, s in enumerate(SENTENCES) for span in read(chain, [s])]
    together = [(s.sentence, s.first, s.last, s.probability) for s in read(chain, SENTENCES)]
    assert [span[:3] for span in together] == [span[:3] for span in alone]
    assert [span[3] for span in together] == pytest.approx([span[3] for span in alone], abs=2e-4)


def test_feature_at_the_reach_ends_with_its_sentence():
    chain = named(Vocabulary({"letter": letter}), [f"{offset}:t=a" for offset in OFFSETS])
    # One of the other sentences is as long as the one with "a", so that it lies right beside it in the arrays.
    found = read(chain, [{"letter": list(s)} for s in ("cccc", "cacccccc", "cccccccc")], 4)
    assert [s[:3] for s in found] == [(1, at, at) for at in range(5)]
    found = read(chain, [{"letter": list(s)} for s in ("cccc", "accccccca", "", "cccc", "a", "cccc")], 4)
    assert [s[:3] for s in found] == [*((1, at, at) for at in (0, 1, 2, 3, 5, 6, 7, 8)), (4, 0, 0)]


def test_items_that_are_remembered_weigh_the_same(monkeypatch):
    naive = Naive(2)
    chain = naive.chain()
    first = read(chain, SENTENCES)
    assert read(chain, SENTENCES) == first
    read(chain, [sentence("fbd")])
    assert read(chain, SENTENCES) == first
    monkeypatch.setattr(module, "_MOST", 2)
    assert read(chain, [sentence("ef")]) == read(naive.chain(), [sentence("ef")])
    assert read(chain, SENTENCES) == first


def test_chains_that_share_a_vocabulary_find_what_each_finds_alone():
    one, other, late = Naive(1), Naive(6), Naive(7)
    vocabulary = Vocabulary(TOY)
    shared = [one.chain(vocabulary), other.chain(vocabulary)]
    for some in (SENTENCES[:1], SENTENCES[1:4], SENTENCES, [sentence("fbd")], SENTENCES[::-1]):
        assert_same([read(chain, some) for chain in shared], [read(naive.chain(), some) for naive in (one, other)])
    # One that reads only some of what the others do, and one that comes when all has been numbered.
    read(shared[0], [sentence("bbe")])
    for naive, chain in ((other, shared[1]), (late, late.chain(vocabulary))):
        assert_same(
            [read(chain, [sentence("bbed"), *SENTENCES])], [read(naive.chain(), [sentence("bbed"), *SENTENCES])]
        )


def test_chains_find_the_same_when_the_vocabulary_forgets(monkeypatch):
    naives = Naive(1), Naive(6)
    texts = [SENTENCES[:1], [sentence("fbd"), sentence("")], SENTENCES, [sentence("ef")], SENTENCES[::-1]] * 2
    expected = [[read(naive.chain(), some) for naive in naives] for some in texts]
    monkeypatch.setattr(module, "_MOST", 2)
    vocabulary = Vocabulary(TOY)
    often, seldom = (naive.chain(vocabulary) for naive in naives)
    for number, (some, (found_often, found_seldom)) in enumerate(zip(texts, expected, strict=True)):
        assert_same([read(often, some)], [found_often])
        if number % 3 == 2:  # meanwhile numbers have been given anew more than once
            assert_same([read(seldom, some)], [found_seldom])
    assert vocabulary.ages["letter"] > 3


def test_vocabulary_forgets_only_when_a_text_begins(monkeypatch):
    monkeypatch.setattr(module, "_MOST", 3)
    vocabulary, layout = Vocabulary(TOY), Layout([6])
    assert vocabulary.size("letter") == 1
    for _ in range(2):
        assert vocabulary.numbers("letter", "abcdef", layout).numbers.tolist() == [1, 2, 3, 4, 5, 6]
    assert (vocabulary.size("letter"), vocabulary.ages["letter"]) == (7, 0)
    vocabulary.begin()
    assert (vocabulary.size("letter"), vocabulary.ages["letter"]) == (1, 1)
    vocabulary.numbers("letter", "abc", Layout([3]))
    vocabulary.begin()
    assert (vocabulary.size("letter"), vocabulary.ages["letter"]) == (4, 1)


def test_texts_are_forgotten_too_and_have_the_same_hashes_again(monkeypatch):
    monkeypatch.setattr(module, "_MOST", 2)
    vocabulary = Vocabulary({})
    first = vocabulary.hashes(["a", "线", "a", "b"]).tolist()
    assert first == hashed(["a", "线", "a", "b"]).tolist()
    vocabulary.begin()
    assert vocabulary.hashes(["b", "a"]).tolist() == [first[3], first[0]]


def test_no_item_has_number_0_and_lies_nowhere():
    found = Vocabulary(TOY).numbers("letter", ["", "a", "", "b"], Layout([1, 3]))
    assert found.numbers.tolist() == [1, 2]
    assert found.at.tolist() == Layout([1, 3]).places[[1, 3]].tolist()


def assert_same(found, expected):
    """Numbers may be added in another order."""
    found, expected = ([span for spans in some for span in spans] for some in (found, expected))
    assert [span[:3] for span in found] == [span[:3] for span in expected]
    assert [span.probability for span in found] == pytest.approx([span.probability for span in expected], abs=2e-4)


def test_more_items_than_a_table_begins_with_keep_their_rows():
    vocabulary = Vocabulary({"n": lambda item: iter([(f"t={item}", (0,))])})
    chain = named(vocabulary, ["0:t=1", "0:t=1500", "0:t=2999"])
    for _ in range(2):
        assert [s.first for s in read(chain, [{"n": range(3000)}], 4)] == [1, 1500, 2999]
    assert [s.first for s in read(chain, [{"n": range(3000, 6000)}, {"n": [1]}], 4)] == [0]


def test_chain_without_weights_finds_nothing():
    empty = Chain(hashed([]), np.zeros((0, 5), np.float32), np.zeros((5, 5), np.float32), Vocabulary(TOY))
    assert read(empty, SENTENCES, 1.0) == []


@pytest.mark.parametrize("sentences", [[], [sentence("")], [sentence("")] * 3])
def test_nothing_is_found_where_nothing_is(sentences):
    assert read(Naive(0).chain(), sentences) == []


def test_long_sentence_has_probabilities():
    found = read(Naive(4).chain(), [sentence("abcdef" * 200)])
    assert found
    assert all(0 < s.probability <= 1 for s in found)


def test_hash_of_a_feature_stays_what_models_hold():
    assert hashed(["0:b", "0:t=线"]).tolist() == [16847425317941283170, 13076328640725651185]
    assert hashed([]).shape == (0,)
    assert keys_of(["0:b", "-3:t=线", "3:t=线"]).tolist() == [
        7619023186241873024,
        18353342536597849169,
        13998656971661003815,
    ]


@pytest.mark.parametrize("texts", [("a", "b"), ("b", "a"), ("线", "=", "|")])
def test_hash_of_a_feature_of_several_texts_is_put_together_from_theirs(texts):
    (expected,) = hashed([f"2={APART.join(texts)}"]).tolist()
    assert composed("2", [hashed([text]) for text in texts]).tolist() == [expected]
    assert expected not in hashed([f"3={APART.join(texts)}", f"2={APART.join(reversed(texts))}", *texts]).tolist()


def test_hash_of_a_feature_of_several_texts_stays_what_models_hold():
    assert hashed([f"2=a{APART}b", f"3=a{APART}b{APART}$"]).tolist() == [15611283798035843128, 16897909634559029668]


def test_keys_of_a_feature_differ_by_offset():
    assert len(set(keys_of([f"{offset}:{name}" for offset in OFFSETS for name in ("b", "t=a")]).tolist())) == 14


@pytest.mark.parametrize("text", ["Shh", "Runx2 up", "p53-线", "IL-6."])
def test_training_and_tagging_add_up_the_same_features(document, text):
    doc = document(text)
    (items,) = Extractor(Lexicon.of([]))(doc, doc.sentences)
    joints = {name: list(zip(*texts, strict=True)) for name, texts in items.joints().items()}
    groups = items.groups() | items.groups_of_layer(["B6+"] * len(items.low)) | joints
    learned = _Features().of(groups, "")
    naive = Naive(5, GROUPS | JOINTS, sorted({feature for piece in learned for feature in piece}), scale=0.3)
    emissions = np.array([sum(naive.rows[feature] for feature in piece) for piece in learned])
    assert emissions == pytest.approx(naive.emissions(groups), abs=1e-4)
    texts = Texts()
    read = texts.numbered([items])
    own = texts.numbers([items.groups_of_layer(["B6+"] * len(items.low))], read.layout)
    said = read.said._replace(numbered={**read.said.numbered, **own})
    found = naive.chain(texts.vocabulary).spans(said, read.layout)
    expected = naive.spans(emissions)
    assert [(s.first, s.last) for s in found] == [span[:2] for span in expected]
    assert [s.probability for s in found] == pytest.approx([span[2] for span in expected], abs=2e-4)


@pytest.mark.parametrize("seed", range(6))
def test_pieces_that_cannot_be_in_names_are_left_out_without_loss(seed, monkeypatch):
    # With weights as strong as real ones most pieces are outside for sure; with all looked at, nothing else is found.
    naive = Naive(seed, scale=2.5)
    found = read(naive.chain(), SENTENCES, 3)
    monkeypatch.setattr(module, "_DOUBT", 1e9)
    monkeypatch.setattr(module, "_AROUND", 1000)
    assert_same([found], [read(naive.chain(), SENTENCES, 3)])


def test_probability_looks_at_the_names_around(monkeypatch):
    naive = Naive(4)
    long = [sentence("abcdef" * 40)]
    near = read(naive.chain(), long)
    monkeypatch.setattr(module, "_AROUND", 1000)
    far = read(naive.chain(), long)
    assert [s[:3] for s in near] == [s[:3] for s in far]
    assert [s.probability for s in near] == pytest.approx([s.probability for s in far], abs=0.01)
