import pytest

from pipeline.taggers.abbreviations import best_long_form, definitions


@pytest.mark.parametrize(
    ("short", "candidate", "long_form"),
    [
        ("MFN2", "the protein mitofusin 2", "mitofusin 2"),
        ("ER", "stress of the endoplasmic reticulum", "endoplasmic reticulum"),
        (
            "MAMs",
            "mitochondria-associated endoplasmic reticulum membranes",
            "mitochondria-associated endoplasmic reticulum membranes",
        ),
        ("TGF-β1", "transforming growth factor-β1", "transforming growth factor-β1"),
        ("NF-κB", "nuclear factor kappa B", "nuclear factor kappa B"),
        ("XYZ", "mitofusin 2", ""),
    ],
)
def test_long_form_is_the_shortest_that_holds_the_letters(short, candidate, long_form):
    assert best_long_form(short, candidate) == long_form


@pytest.mark.parametrize(
    ("text", "gloss", "short"),
    [
        ("骨保护素(osteoprotegerin, OPG)抑制", "osteoprotegerin", "OPG"),
        ("骨保护素（osteoprotegerin，OPG）抑制", "osteoprotegerin", "OPG"),
        ("骨保护素(OPG)抑制", None, "OPG"),
        ("线粒体融合(mitochondrial fusion)受", "mitochondrial fusion", None),
        ("线粒体融合蛋白2(mitofusin 2, MFN2)", "mitofusin 2", "MFN2"),
        ("自噬(简称 ATG1)", None, "ATG1"),
    ],
)
def test_chinese_bracket_defines(text, gloss, short):
    (found,) = definitions(text)
    assert found.han
    assert (found.gloss and text[slice(*found.gloss)]) == gloss
    assert (found.short and text[slice(*found.short)]) == short


@pytest.mark.parametrize(
    "text", ["升高(P<0.05)。", "结果(图1)", "细胞(n = 6)", "蛋白(见表 2)", "增加(12.3±0.4)", "mice (n = 6) were"]
)
def test_other_brackets_define_nothing(text):
    assert list(definitions(text)) == []


def test_english_bracket_defines_by_letters():
    text = "Levels of receptor activator of NF-κB ligand (RANKL) rose in cells (Sigma)."
    (found,) = definitions(text)
    assert text[slice(*found.before)] == "receptor activator of NF-κB ligand"
    assert text[slice(*found.short)] == "RANKL"
