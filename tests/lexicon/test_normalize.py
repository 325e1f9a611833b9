import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.lexicon.normalize import case_fits, key, normalize, variants


@pytest.mark.parametrize(
    ("a", "b"),
    [
        ("IL-6", "IL 6"),
        ("IL-6", "IL6"),
        ("ＴＮＦ－α", "TNF-α"),
        ("線粒體", "线粒体"),
        ("自噬 小体", "自噬小体"),
        ("Ⅰ型胶原", "I型胶原"),
        ("Ca²⁺", "Ca2+"),
        ("NF–κB", "NF-κB"),
        ("TNF-ß", "TNF-β"),
    ],
)
def test_spellings_of_one_name_have_one_key(a, b):
    assert key(a) == key(b)


@pytest.mark.parametrize(("a", "b"), [("IL-1 2", "IL-12"), ("IL-1/2", "IL-12"), ("BMP-2/4", "BMP-24")])
def test_digits_are_not_run_together(a, b):
    assert key(a) != key(b)


@pytest.mark.parametrize(
    ("name", "lang", "symbol", "text"),
    [
        ("TNF-α", "en", True, "TNF-alpha"),
        ("TNF-α", "en", True, "TNF-a"),
        ("PPARγ", "en", True, "PPARy"),
        ("transforming growth factor β", "en", False, "transforming growth factor beta"),
        ("lysosome", "en", False, "lysosomes"),
        ("foot process", "en", False, "foot processes"),
        ("mitosis", "en", False, "mitoses"),
        ("autophagic body", "en", False, "autophagic bodies"),
        ("Wnt signaling pathway", "en", False, "Wnt signalling pathways"),
        ("ageing", "en", False, "aging"),
        ("elastic fiber", "en", False, "elastic fibres"),
        ("MAM", "en", True, "MAMs"),
        ("I型胶原", "zh", False, "1型胶原"),
    ],
)
def test_variants_hold_the_spelling(name, lang, symbol, text):
    assert key(text) in variants(name, lang, symbol=symbol)


def test_greek_inside_a_word_is_no_greek_letter():
    assert key("mβolism") not in variants("metabolism", "en", symbol=False)


@pytest.mark.parametrize(
    ("symbol", "found", "fits"),
    [
        ("RUNX2", "Runx2", True),
        ("HAS3", "has 3", False),
        ("HAS3", "has3", True),
        ("RUNX2", "runx2", True),
        ("Runx2", "RUNX2", True),
        ("MTOR", "mTOR", True),
        ("FOXO1", "FoxO1", True),
        ("miR-200b", "MiR-200b", True),
        ("c-Kit", "c-kit", True),
        ("IFN-γ", "IFN-gamma", True),
        ("CAT", "cat", False),
        ("Akt", "akt", False),
        ("INA", "In a", False),
        ("IL6", "IL 6", True),
    ],
)
def test_case_tells_symbols_from_words(symbol, found, fits):
    assert case_fits(symbol, found) is fits


@given(st.text())
def test_offsets_lead_back_to_the_text(text):
    normal, offsets = normalize(text)
    assert len(offsets) == len(normal) + 1
    assert list(offsets) == sorted(offsets)
    assert offsets[-1] == len(text)


@given(st.text(alphabet="abαⅡﬁ线線粒體 -­2\n"))
def test_normal_form_is_stable(text):
    assert key(key(text)) == key(text)


def test_phosphorylated_protein_is_not_another_symbol():
    assert not case_fits("PERK", "pERK")
    assert case_fits("ApoE", "apoE")


@pytest.mark.parametrize("found", ["Fix", "Sci", "Ltd"])
def test_capitalised_word_is_no_abbreviation(found):
    assert not case_fits(found.upper(), found)
    assert case_fits(found.upper(), found, approved=True)
