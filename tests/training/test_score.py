import json
import random
import subprocess
import sys

import pytest

from pipeline.document import LAYERS, RELATION_TYPES, Document, Mention, Relation
from pipeline.errors import AnnotationError
from pipeline.store import write_jsonl
from pipeline.training.score import prf, score


def doc(*mentions, relations=(), text="abcdefghij"):
    return Document("d", text, mentions=tuple(mentions), relations=tuple(relations))


def test_strict_overlap_and_concepts():
    gold = [doc(Mention("1", 0, 2, "gene", ("A",)), Mention("2", 4, 6, "gene", ("B",)), Mention("3", 7, 9, "gene"))]
    predicted = [doc(Mention("1", 0, 2, "gene", ("A", "C")), Mention("2", 4, 5, "gene", ("B",)))]
    figures = score(gold, predicted)["gene"]
    assert (figures["strict"]["tp"], figures["strict"]["predicted"], figures["strict"]["gold"]) == (1, 2, 3)
    assert figures["overlap"]["tp"] == 2
    assert figures["concept"] == {"accuracy": 0.0, "hit": 1.0, "linkable": 1}
    assert figures["doc_concepts"]["p"] == round(2 / 3, 4)


def test_missing_document_counts_as_missed_and_changed_text_is_an_error():
    gold = [doc(Mention("1", 0, 2, "gene"))]
    assert score(gold, [])["gene"]["strict"]["r"] == 0
    with pytest.raises(AnnotationError, match="d: the predicted text is not the gold text"):
        score(gold, [doc(text="other text")])


def test_relations_in_three_views_and_flags():
    ends = (Mention("1", 0, 2, "gene"), Mention("2", 4, 6, "gene"))
    gold = [doc(*ends, relations=[Relation("r", "positively_regulates", "1", "2", negated=True)])]
    predicted = [doc(*ends, relations=[Relation("r", "regulates", "1", "2")])]
    figures = score(gold, predicted)["relations"]
    assert [figures[view]["tp"] for view in ("strict", "unsigned", "pair")] == [0, 1, 1]
    same = score(gold, gold)["relations"]
    assert same["flags"] == {"negated": 1.0, "speculative": 1.0, "matched": 1}


def test_prf_of_nothing_is_nought():
    assert prf(0, 0, 0)["f1"] == 0


def random_documents(seed):
    rng = random.Random(seed)
    documents = []
    for number in range(6):
        mentions = []
        for layer in LAYERS:
            at = 0
            while at < 50:
                at += rng.randint(0, 6)
                end = at + rng.randint(1, 5)
                concepts = tuple(rng.sample(["A:1", "A:2", "A:3"], rng.randint(0, 2)))
                mentions.append(Mention(f"{layer}{at}", at, end, layer, concepts))
                at = end
        ids = [m.id for m in mentions]
        relations = [
            Relation(
                f"r{i}", rng.choice(list(RELATION_TYPES)), *rng.sample(ids, 2), rng.random() < 0.3, rng.random() < 0.3
            )
            for i in range(12)
        ]
        documents.append(Document(f"d{number}", "x" * 70, mentions=tuple(mentions), relations=tuple(relations)))
    return documents


@pytest.mark.corpus
@pytest.mark.parametrize("seed", range(3))
def test_same_numbers_as_the_scorer_that_counts(shared, tmp_path, seed):
    gold, predicted = random_documents(seed), random_documents(seed + 100)
    # Half of the predictions are right, so that matches and their flags are seen.
    predicted = [g if i % 2 else p for i, (g, p) in enumerate(zip(gold, predicted, strict=True))]
    write_jsonl(tmp_path / "gold.jsonl", gold)
    write_jsonl(tmp_path / "predicted.jsonl", predicted)
    command = [
        sys.executable,
        shared / "tools/score.py",
        tmp_path / "gold.jsonl",
        tmp_path / "predicted.jsonl",
        "--json",
    ]
    expected = json.loads(subprocess.run(command, capture_output=True, check=True).stdout)
    assert score(gold, predicted) == expected
