"""Edges and conflicts from relation rows made by hand."""

import random

import pytest

from pipeline.belief import UNSCORED, belief, support
from pipeline.edges import edges_and_conflicts

POSITIVE, NEGATIVE = "positively_regulates", "negatively_regulates"


def row(sentence, kind, head="A", tail="B", *, negated=False, speculative=False, score=None):
    """A row of relations; "p1.s2" is sentence 2 of paper p1."""
    return {
        "paper_id": sentence.partition(".")[0], "sentence_id": sentence, "type": kind, "head_concept": head,
        "tail_concept": tail, "negated": negated, "speculative": speculative, "score": score,
    }  # fmt: skip


def made(*rows, en=()):
    """Edges by (head, type, tail), and conflicts; the sentences are Chinese but those of `en`."""
    langs = {r["sentence_id"]: "en" if r["sentence_id"] in en else "zh" for r in rows}
    edges, conflicts = edges_and_conflicts(rows, langs)
    return {(e["head"], e["type"], e["tail"]): e for e in edges}, conflicts


def test_counts_are_kept_apart_by_language():
    edges, conflicts = made(
        row("p1.s1", POSITIVE), row("p1.s2", POSITIVE, speculative=True), row("p1.s3", POSITIVE),
        row("p2.s1", POSITIVE, speculative=True), row("p3.s1", POSITIVE, negated=True),
        en=("p1.s3", "p3.s1"),
    )  # fmt: skip
    (edge,) = edges.values()
    counts = {name: value for name, value in edge.items() if isinstance(value, int)}
    assert counts == {
        "sentences": 5, "sentences_zh": 3, "sentences_en": 2, "papers": 3, "papers_zh": 2, "papers_en": 2,
        "negated": 1, "negated_zh": 0, "negated_en": 1, "speculative": 2, "speculative_zh": 2, "speculative_en": 0,
        "against": 1,
    }  # fmt: skip
    assert edge["conflicts"] == "negation"  # one English sentence on each side: the languages do not disagree
    assert not conflicts[0]["languages_disagree"]


def test_score_is_the_belief_in_all_evidence_and_in_that_of_each_language():
    edges, _ = made(
        row("p1.s1", POSITIVE, score=0.8), row("p2.s1", POSITIVE, score=0.6, speculative=True),
        row("p2.s2", NEGATIVE, score=0.5), row("p3.s1", POSITIVE, negated=True),
        en=("p2.s1", "p2.s2"),
    )  # fmt: skip
    edge = edges["A", POSITIVE, "B"]
    stated, against = [("p1", 0.8), ("p2", 0.3)], [("p2", 0.5), ("p3", UNSCORED)]
    assert edge["score"] == round(belief(support(stated), support(against)), 4)
    assert edge["score_zh"] == round(belief(support(stated[:1]), support(against[1:])), 4)
    assert edge["score_en"] == round(belief(support(stated[1:]), support(against[:1])), 4)
    assert edges["A", NEGATIVE, "B"]["score_zh"] is None


def test_evidence_counts_in_its_order_of_strength():
    plain = {"p1.s1": {}, "p2.s1": {}}
    scores = [
        made(*(row(s, POSITIVE, **kinds) for s, kinds in sentences.items()))[0]["A", POSITIVE, "B"]["score"]
        for sentences in (
            {"p1.s1": {"negated": True}},
            {"p1.s1": {}, "p2.s1": {"negated": True}},
            {"p1.s1": {}, "p2.s1": {"negated": True, "speculative": True}},
            {"p1.s1": {}},
            {"p1.s1": {}, "p2.s1": {"speculative": True}},
            {"p1.s1": {}, "p1.s2": {}},
            plain,
            {**plain, "p3.s1": {}},
        )
    ]
    assert scores[0] == 0
    assert scores == sorted(set(scores))


def test_statements_of_one_sentence_are_one_piece_of_evidence():
    once, _ = made(row("p1.s1", POSITIVE, score=0.6))
    twice, _ = made(row("p1.s1", POSITIVE, score=0.6), row("p1.s1", POSITIVE, score=0.9, speculative=True))
    assert once == twice


def test_opposite_signs_are_one_conflict_and_lower_both_edges():
    edges, (conflict,) = made(
        row("p1.s1", POSITIVE),
        row("p1.s2", POSITIVE),
        row("p2.s1", NEGATIVE),
        row("p2.s1", "located_in"),
        en=("p2.s1",),
    )
    assert (conflict["head"], conflict["tail"], conflict["kind"]) == ("A", "B", "sign")
    assert (conflict["type"], conflict["type_against"]) == (POSITIVE, NEGATIVE)
    assert (conflict["evidence_for"], conflict["evidence_against"]) == ("p1.s1|p1.s2", "p2.s1")
    assert (conflict["sentences_for"], conflict["sentences_for_zh"], conflict["sentences_for_en"]) == (2, 2, 0)
    assert (conflict["sentences_against"], conflict["sentences_against_en"], conflict["papers_against"]) == (1, 1, 1)
    assert conflict["languages_disagree"]
    positive, negative = edges["A", POSITIVE, "B"], edges["A", NEGATIVE, "B"]
    assert positive["conflicts"] == negative["conflicts"] == "sign|language"
    assert (positive["against"], negative["against"]) == (1, 2)
    assert positive["score"] < conflict["score_for"]
    assert negative["score"] < conflict["score_against"]
    assert negative["score"] < positive["score"]
    assert edges["A", "located_in", "B"]["conflicts"] == ""
    assert edges["A", "located_in", "B"]["score"] == UNSCORED


@pytest.mark.parametrize("kind", [POSITIVE, NEGATIVE])
def test_who_denies_any_regulation_denies_either_sign(kind):
    edges, (conflict,) = made(
        row("p1.s1", kind), row("p2.s1", "regulates", negated=True), row("p3.s1", kind, negated=True)
    )
    assert (conflict["kind"], conflict["type"], conflict["type_against"]) == ("negation", kind, f"{kind}|regulates")
    assert conflict["evidence_against"] == "p3.s1|p2.s1"
    edge = edges["A", kind, "B"]
    assert (edge["negated"], edge["against"], edge["conflicts"]) == (1, 2, "negation")


@pytest.mark.parametrize(
    "rows",
    [
        [row("p1.s1", POSITIVE), row("p2.s1", NEGATIVE, negated=True)],  # they agree
        [row("p1.s1", "regulates"), row("p2.s1", POSITIVE, negated=True)],  # the other sign is left
        [row("p1.s1", "involved_in"), row("p2.s1", "regulates", negated=True)],
        [row("p1.s1", POSITIVE), row("p2.s1", NEGATIVE, "B", "A")],  # the other way round
        [row("p1.s1", POSITIVE, negated=True), row("p2.s1", NEGATIVE, negated=True)],
    ],
)
def test_no_conflict(rows):
    edges, conflicts = made(*rows)
    assert conflicts == []
    assert {e["conflicts"] for e in edges.values()} == {""}


def test_each_concept_of_a_name_has_its_edge_and_none_to_itself():
    edges, _ = made(row("p1.s1", POSITIVE, "A|B", "B|C"))
    assert set(edges) == {("A", POSITIVE, "B"), ("A", POSITIVE, "C"), ("B", POSITIVE, "C")}


def test_interaction_has_no_direction():
    edges, _ = made(row("p1.s1", "interacts_with", "A", "B"), row("p2.s1", "interacts_with", "B", "A"))
    assert [e["sentences"] for e in edges.values()] == [2]


def test_order_of_relations_changes_no_figure():
    rows = [
        row(f"p{n % 4}.s{n}", kind, score=n / 40, negated=n % 5 == 0, speculative=n % 3 == 0)
        for n in range(40)
        for kind in (POSITIVE, NEGATIVE, "regulates")
    ]
    shuffled = random.Random(1).sample(rows, len(rows))
    (edges, conflicts), (same, again) = made(*rows), made(*shuffled)
    assert edges == same
    listed = ("evidence_for", "evidence_against")  # in the order of the sentences
    figures = [[{k: v for k, v in c.items() if k not in listed} for c in found] for found in (conflicts, again)]
    assert figures[0] == figures[1]
    assert len(conflicts) == 4
