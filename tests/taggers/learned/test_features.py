import pytest

from pipeline.lexicon import Lexicon, Term
from pipeline.taggers.learned import features
from pipeline.taggers.learned.chain import REACH
from pipeline.taggers.learned.features import GROUPS, JOINTS, OF_GUIDELINE, Extractor, shape
from pipeline.taggers.learned.gazetteer import Gazetteer


def term(name, concept, layer="gene", lang="en", status="name"):
    return Term(name, concept, layer, lang, status, sought=status != "weak")


LEXICON = Lexicon.of([
    term("Runx2", "HGNC:10472", status="symbol"),
    term("Ax", "HGNC:1", status="abbreviation"),
    term("Ax", "HGNC:2", status="abbreviation"),
    term("mitochondrion", "GO:0005739", "organelle"),
    term("mitochondrion fusion", "GO:0008053", "process", status="synonym"),
    term("线粒体", "GO:0005739", "organelle", "zh"),
])  # fmt: skip


@pytest.fixture
def extract(monkeypatch):
    """An extractor of a small lexicon and a small gazetteer."""
    monkeypatch.setattr(features, "shipped_gazetteer", lambda: Gazetteer.of({"gene": ["IL-6"]}))
    return Extractor(LEXICON)


@pytest.fixture
def items(extract, document):
    """The items of a text that is one sentence."""

    def make(text, hidden=None):
        doc = document(text)
        return extract(doc, doc.sentences, hidden)[0]

    return make


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Runx2", "Aaa0"),
        ("mitochondria", "aa"),
        ("12345", "00"),
        ("MAPK", "AA"),
        ("aBa", "aAa"),
        ("-", "-"),
        ("线粒体", "汉汉"),
        ("β", "α"),
        ("é", "?"),
        ("", ""),
    ],
)
def test_shape_is_the_kinds_of_characters(text, expected):
    assert shape(text) == expected


def test_lexicon_is_asked_for_layer_place_and_status(items):
    assert items("The Runx2 rose").known == ["", "gBa", "gLa", ""]
    assert items("Ax rose").known == ["gUdm", ""]  # of two concepts
    assert items("检测线粒体").known == ["", "", "oBb", "oIb", "oLb"]


def test_layers_of_the_lexicon_stand_side_by_side(items):
    assert items("mitochondrion fusion").known == ["oUb pBc", "pLc"]


def test_hidden_concepts_are_not_in_the_lexicon(items):
    assert items("Runx2 mitochondrion", {"HGNC:10472"}.__contains__).known == ["", "", "oUb"]
    assert items("Ax rose", {"HGNC:1"}.__contains__).known == ["gUd", ""]


def test_gazetteer_is_asked_beside_the_lexicon(items):
    assert items("Runx2 or IL-6").listed == ["", "", "", "gB", "gI", "gL"]


def test_second_sentence_is_matched_by_its_own_offsets(extract, document):
    doc = document("It fell.", "The Runx2 rose.")
    (found,) = extract(doc, doc.sentences[1:])
    assert found.known == ["", "gBa", "gLa", "", ""]
    assert [doc.text[a:b] for a, b in zip(found.pieces.starts, found.pieces.ends, strict=True)][1:3] == ["Runx", "2"]


def said(found):
    return [items.known for items in found], [items.listed for items in found]


def test_name_of_the_lexicon_does_not_reach_over_a_sentences_end(extract, document):
    doc = document("mitochondrion", "fusion of Runx", "2 fell.")
    known, _ = said(extract(doc, doc.sentences))
    assert known == [["oUb"], ["", "", ""], ["", "", ""]]


def test_name_of_the_gazetteer_does_not_reach_over_a_sentences_end(extract, document):
    doc = document("Of IL-6 and IL", "6 fell.")
    _, listed = said(extract(doc, doc.sentences))
    assert listed == [["", "gB", "gI", "gL", "", ""], ["", "", ""]]


def test_name_does_not_reach_over_a_sentence_that_is_left_out(extract, document):
    doc = document("The mitochondrion and IL", "上调", "6 fusion Runx2")
    found = extract(doc, doc.sentences[::2])
    assert said(found) == ([["", "oUb", "", ""], ["", "", "gBa", "gLa"]], [[""] * 4] * 2)


@pytest.mark.parametrize("hidden", [None, {"HGNC:1", "GO:0005739"}.__contains__])
def test_sentences_together_have_the_items_they_have_alone(extract, document, hidden):
    doc = document("mitochondrion", "fusion (IL-6)", "检测线粒体", "IL", "6 Runx2 mitochondrion fusion", "2", "Ax.")
    for some in (doc.sentences, doc.sentences[1:], doc.sentences[::2], doc.sentences[2:3], ()):
        assert extract(doc, some, hidden) == [extract(doc, [sentence], hidden)[0] for sentence in some]


def test_neighbours_are_words_and_not_pieces(items):
    found = items("The p53R2 rose")
    assert found.before == ["^", *["the"] * 4, "p53r2"]
    assert found.after == ["p53r2", *["rose"] * 4, "$"]


def every_group(found):
    joints = {name: list(zip(*texts, strict=True)) for name, texts in found.joints().items()}
    return found.groups() | found.groups_of_layer(["B6+"] * len(found.low)) | joints


def test_groups_of_a_layer_hold_what_its_texts_and_the_lexicon_say(items):
    found = items("Ax rose")
    assert found.groups_of_layer(["U6+", ""]) == {"seen": ["U6+", ""], "both": [("U6+", "gUdm"), ""]}


@pytest.mark.parametrize("text", ["x", "The Runx2 rose (IL-6) 抑制mTOR后", "a b", "."])
def test_each_group_has_an_item_for_each_piece(items, text):
    found = items(text)
    size = len(found.low)
    groups = every_group(found)
    assert list(groups) == [*GROUPS, *JOINTS]
    assert {len(group) for group in groups.values()} == {size}


def test_pairs_and_threes_end_with_the_sentence(items):
    groups = every_group(items("a b"))
    assert groups["pair"] == [("a", "b"), ("b", "$")]
    assert groups["three"] == [("a", "b", "$"), ("b", "$", "$$")]
    assert every_group(items("a"))["three"] == [("a", "$", "$$")]


def test_sentence_of_blanks_has_no_items(extract, document):
    doc = document(" ")
    (found,) = extract(doc, doc.sentences)
    assert found.low == found.known == found.listed == found.before == found.after == []


def test_no_feature_speaks_farther_than_the_chain_reaches(items):
    found = items("The mitochondrion-bound Runx2 rose (IL-6) 抑制mTOR后")
    for group, some in every_group(found).items():
        offsets = {offset for item in some if item for _, where in (GROUPS | JOINTS)[group](item) for offset in where}
        assert offsets
        assert max(map(abs, offsets)) <= REACH


def test_what_nothing_is_known_of_is_no_item(items):
    found = items("x")
    groups = found.groups() | found.groups_of_layer([""])
    assert {name: some for name, some in groups.items() if some == [""]}.keys() == {
        "known", "listed", "how", "seen", "both",
    }  # fmt: skip


def test_letter_case_is_told_apart_in_one_feature_only():
    upper, lower = dict(GROUPS["piece"]("SHH")), dict(GROUPS["piece"]("shh"))
    assert upper.keys() - lower.keys() == {"T=SHH", "s=AA"}


def test_groups_that_are_counted_for_each_guideline_exist():
    assert set(OF_GUIDELINE) <= GROUPS.keys()
