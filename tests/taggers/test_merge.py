import pytest

from pipeline.document import LAYERS, Mention
from pipeline.taggers import merge


def kept(*spans, layers=LAYERS):
    return [(m.type, m.start, m.end) for m in merge(layers, [Mention("", s, e, t) for t, s, e in spans])]


@pytest.mark.parametrize(
    ("spans", "result"),
    [
        # 自噬 in 自噬小体
        ([("process", 0, 2), ("organelle", 0, 4)], [("organelle", 0, 4)]),
        # 线粒体 in 线粒体融合
        ([("organelle", 0, 3), ("process", 0, 5)], [("process", 0, 5), ("organelle", 0, 3)]),
        # 核 in 核酸, which names nothing of ours
        ([("organelle", 0, 1), ("", 0, 2)], []),
        # 核 in 核酸 in 核酸代谢: the process stands, the nucleus does not
        ([("organelle", 0, 1), ("", 0, 2), ("process", 0, 4)], [("process", 0, 4)]),
        # a shorter process in a longer one
        ([("process", 2, 4), ("process", 0, 4)], [("process", 0, 4)]),
        # half outside
        ([("gene", 0, 4), ("organelle", 3, 6)], [("gene", 0, 4)]),
        # the same bounds: the first proposed
        ([("gene", 0, 3), ("organelle", 0, 3)], [("gene", 0, 3)]),
    ],
)
def test_guideline_on_overlaps(spans, result):
    assert kept(*spans) == result


def test_ids_follow_the_text_and_layers_not_asked_for_still_hide():
    mentions = merge(
        ["process"], [Mention("", 4, 6, "process"), Mention("", 0, 2, "process"), Mention("", 0, 4, "organelle")]
    )
    assert [(m.id, m.start) for m in mentions] == [("m1", 4)]
