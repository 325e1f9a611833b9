import pytest

from pipeline.relations.learned.features import Pairs, hashed
from pipeline.relations.learned.scene import scene
from pipeline.relations.rules import by_sentence
from pipeline.segment import Segmenter


@pytest.fixture
def seen(marked):
    """The scene of a marked sentence."""

    def make(string):
        doc = Segmenter(()).segment(marked(string).with_(sentences=()))
        return scene(doc, *next(by_sentence(doc)))

    return make


@pytest.mark.parametrize(
    ("string", "group", "gloss"),
    [
        ("[A|gene]、[B|gene]和[C|gene]促进[自噬|process]。", [0, 0, 0, 1], [False] * 4),
        ("[A|gene], [B|gene] and [C|gene] promote [autophagy|process].", [0, 0, 0, 1], [False] * 4),
        ("[骨保护素|gene](osteoprotegerin, [OPG|gene])抑制[钙化|process]。", [0, 0, 1], [False, True, False]),
    ],
)
def test_scene_knows_who_stands_with_whom(seen, string, group, gloss):
    found = seen(string)
    assert (found.group, found.gloss) == (group, gloss)


@pytest.mark.parametrize(
    ("string", "turned"),
    [
        ("敲低[A|gene]可抑制[自噬|process]。", [-1, 0]),
        ("Knock-down of [A|gene] reduced [autophagy|process].", [-1, 0]),
        ("过表达[A|gene]则促进[自噬|process]。", [1, 0]),
    ],
)
def test_scene_knows_what_is_knocked_out(seen, string, turned):
    assert seen(string).turned == turned


def test_scene_keeps_numbers_whole(seen):
    pieces = seen("[A|gene] rose 4.2 fold, which raised [B|gene].").pieces
    assert [p.word for p in pieces if p.kind == "comma"] == [",", "."]


def test_scene_of_one_mention_is_none(marked):
    doc = marked("[A|gene] rises.")
    assert scene(doc, *next(by_sentence(doc))) is None


def test_outer_mention_stands_for_what_lies_in_it(seen):
    found = seen("[A|gene]促进[[线粒体|organelle]自噬|process]。")
    assert [m.type for m in found.mentions] == ["gene", "process"]


@pytest.mark.parametrize(
    ("string", "features"),
    [
        ("[A|gene] inhibits [autophagy|process].", {"v=-", "p=GP", "o0 c0", "q-1+", "all inhibits/th"}),
        ("敲除[A|gene]抑制[自噬|process]。", {"v=+", "k-0", "q-1-"}),
        ("[A|gene] inhibits [B|gene], thereby promoting [autophagy|process].", {"v=-", "all inhibits/th"}),
    ],
)
def test_features_hold_votes_signs_and_words(seen, string, features):
    assert features <= set(Pairs(seen(string)).features(0, 1))


def test_signs_between_are_multiplied(seen):
    assert "q+2+" in Pairs(seen("[A|gene] inhibits the suppression of [B|gene].")).features(0, 1)


def test_keys_are_the_hashes_of_the_features(seen):
    pairs = Pairs(seen("[A|gene] and [B|gene] promote [C|gene], which inhibits [autophagy|process]."))
    for i, j in pairs.scene.pairs():
        assert sorted(pairs.keys(i, j)) == sorted(hashed(pairs.features(i, j)))


def test_coordinated_mentions_share_what_stands_between(seen):
    pairs = Pairs(seen("[A|gene]、[B|gene]促进[自噬|process]。"))
    words = [{f for f in pairs.features(i, 2) if f.startswith(("all", "path", "q"))} for i in (0, 1)]
    assert words[0] == words[1]
