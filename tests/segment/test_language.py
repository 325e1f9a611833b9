"""Chinese or English, sentence by sentence."""

import pytest

from pipeline.segment.language import language


@pytest.mark.parametrize(
    ("text", "lang"),
    [
        ("线粒体自噬抑制凋亡。", "zh"),
        ("Mfn2 与 VDAC1 结合", "zh"),
        ("BMP2上调RUNX2、MSX2和ALPL。", "zh"),
        ("ITPR1–GRP75–VDAC1 复合物", "zh"),
        ("骨保护素(osteoprotegerin, OPG)", "zh"),
        ("線粒體自噬", "zh"),
        ("Autophagy inhibits apoptosis.", "en"),
        ("The herb danshen (丹参) lowers blood pressure in mice.", "en"),
        ("Acta Physiol Sin (生理学报) published it in 2003.", "en"),
        ("12.5", "en"),
        ("", "en"),
    ],
)
def test_language_of_a_sentence(text, lang):
    assert language(text) == lang
