"""Signs: what a knock-out, an inhibitor, and an inhibitor of an inhibitor come to, in both languages."""

import pytest

from pipeline.relations import Relater
from pipeline.relations.learned.model import RelationModel
from pipeline.relations.polarity import signed
from pipeline.segment import Segmenter
from pipeline.taggers.learned.installed import load_models

RISES, FALLS, CHANGES = "positively_regulates", "negatively_regulates", "regulates"

STATED = [
    ("Knock-down of [Beclin 1|gene] reduced [autophagy|process].", RISES),
    ("Loss of [Mfn2|gene] impairs [mitochondrial fusion|process].", RISES),
    ("[Mfn2|gene] deficiency promoted [apoptosis|process].", FALLS),
    ("The [mTOR|gene] inhibitor rapamycin increased [autophagy|process].", FALLS),
    ("A [BMP2|gene] antagonist blocked [calcification|process].", RISES),
    ("[PTEN|gene] inhibits the suppression of [p53|gene].", RISES),
    ("敲低[Beclin 1|gene]减少[自噬|process]。", RISES),
    ("[Mfn2|gene]缺失促进[细胞凋亡|process]。", FALLS),
    ("[mTOR|gene]抑制剂雷帕霉素增强[自噬|process]。", FALLS),
    ("抑制[mTOR|gene]可抑制[细胞生长|process]。", RISES),
    ("[BMP2|gene]拮抗剂阻断[血管钙化|process]。", RISES),
    ("[Mfn2|gene]敲除后[线粒体自噬|process]减弱。", RISES),
]


@pytest.mark.parametrize(
    ("type_", "signs", "result"),
    [
        (RISES, (), RISES),
        (RISES, (-1,), FALLS),
        (FALLS, (-1,), RISES),
        (FALLS, (-1, -1), FALLS),
        (FALLS, (-1, -1, -1), RISES),
        (CHANGES, (-1,), CHANGES),
        (RISES, (-1, 0), CHANGES),
        ("located_in", (-1,), "located_in"),
        ("interacts_with", (-1,), "interacts_with"),
    ],
)
def test_signs_multiply(type_, signs, result):
    assert signed(type_, *signs) == result


@pytest.fixture(scope="module")
def shipped():
    return Relater([m for m in load_models() if isinstance(m, RelationModel)])


@pytest.mark.parametrize(("string", "type_"), STATED)
def test_rules_and_shipped_models_resolve_double_negatives(marked, shipped, string, type_):
    doc = Segmenter(()).segment(marked(string).with_(sentences=()))
    for relater in (Relater(), shipped):
        assert [(r.type, r.head, r.tail) for r in relater.relate(doc)] == [(type_, "m1", "m2")]
