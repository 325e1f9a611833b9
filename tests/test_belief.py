import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.belief import PAPER_ERROR, READER_ERROR, UNSCORED, belief, probability, support

probabilities = st.floats(0, 1)
evidence = st.lists(st.tuples(st.sampled_from("abcd"), probabilities), max_size=12)


def test_without_evidence_nothing_is_believed():
    assert support([]) == 0 == belief(0, 0) == belief(0, 0.9)


def test_one_sentence_has_the_probability_of_its_relation_up_to_what_one_paper_can_give():
    assert support([("a", 0.7)]) == pytest.approx(0.7)
    assert support([("a", 0.99)]) == pytest.approx(1 - PAPER_ERROR)
    assert support([("a", probability(None, speculative=False))]) == pytest.approx(UNSCORED)


def test_figures_of_the_formula():
    # Two sentences of one paper: 0.1 + 0.9 x (0.2 / 0.9)^2 wrong; of two papers: 0.05 + 0.95 x (0.25 / 0.95)^2.
    assert support([("a", 0.7), ("a", 0.7)]) == pytest.approx(1 - 0.1 - 0.2**2 / 0.9)
    assert support([("a", 0.7), ("b", 0.7)]) == pytest.approx(1 - 0.05 - 0.25**2 / 0.95)
    assert belief(0.8, 0.5) == pytest.approx(0.4 / 0.6)


def test_no_number_of_sentences_or_papers_makes_certain():
    assert support([("a", 0.8)] * 500) == pytest.approx(1 - PAPER_ERROR)
    assert support([(str(n), 0.8) for n in range(500)]) == pytest.approx(1 - READER_ERROR)


@given(evidence, evidence)
def test_belief_is_a_probability(stated, against):
    assert 0 <= belief(support(stated), support(against)) <= 1


@given(evidence, st.randoms())
def test_order_of_the_evidence_changes_no_bit(found, random):
    shuffled = random.sample(found, len(found))
    assert support(shuffled) == support(found)


@given(evidence, probabilities)
def test_more_evidence_never_lowers_it_and_another_paper_raises_it_most(found, new):
    before = support(found)
    assert support([*found, ("a", new)]) >= before - 1e-12
    assert support([*found, ("new paper", new)]) >= support([*found, ("a", new)]) - 1e-12


@given(st.floats(0.05, 0.85), st.floats(0.05, 1))
def test_another_paper_raises_it(first, second):
    assert support([("a", first), ("b", second)]) > support([("a", first)])


@given(evidence, st.floats(0, 0.99), st.floats(0.01, 1))
def test_a_higher_probability_gives_no_lower_belief(found, low, step):
    assert support([*found, ("a", min(low + step, 1))]) >= support([*found, ("a", low)]) - 1e-12


@given(st.floats(0.05, 0.95), st.floats(0.05, 0.94), st.floats(0.01, 0.5))
def test_what_contradicts_it_lowers_it(stated, against, more):
    stronger = min(against + more, 0.95)
    assert belief(stated, stronger) < belief(stated, against) < belief(stated, 0) == stated


@given(st.floats(0, 0.95), st.floats(0, 0.95))
def test_a_statement_and_its_contradiction_are_not_both_believed(stated, against):
    assert belief(stated, against) + belief(against, stated) <= 1 + 1e-12


@pytest.mark.parametrize("score", [None, 0.4, 1.0])
def test_may_counts_less(score):
    assert 0 < probability(score, speculative=True) < probability(score, speculative=False)
