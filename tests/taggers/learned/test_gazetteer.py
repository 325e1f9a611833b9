import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.lexicon import Lexicon, Term
from pipeline.taggers.learned import gazetteer
from pipeline.taggers.learned.gazetteer import LONGEST, Gazetteer, save_gazetteer, shipped_gazetteer
from pipeline.training.gazetteer import gazetteer_of


def flags(text, **names):
    (found,) = Gazetteer.of(names).flags([text.split()])
    return found


@pytest.mark.parametrize("written", ["IL-6", "IL 6", "il6", "IL_6"])
def test_name_is_found_however_its_pieces_are_joined(written):
    assert flags("of il 6 in", gene=[written]) == ["", "gB", "gL", ""]
    assert flags("of il - 6 in", gene=[written]) == ["", "gB", "gI", "gL", ""]


def test_mark_before_or_behind_a_name_is_not_in_it():
    assert flags("( shh )", gene=["Shh"]) == ["", "gU", ""]


def test_longest_name_of_a_class_goes_first_and_classes_stand_side_by_side():
    names = {"gene": ["a", "b", "a b"], "process": ["b c"]}
    assert flags("a b c", **names) == ["gB", "gL pB", "pL"]


def test_order_of_pieces_matters():
    assert flags("b a", gene=["a b"]) == ["", ""]


def test_name_of_the_greatest_length_is_found_and_a_longer_one_is_not():
    words = [f"w{'abcdefghi'[i]}" for i in range(LONGEST + 1)]
    assert any(flags(" ".join(words), gene=[" ".join(words[:LONGEST])]))
    assert not any(flags(" ".join(words), gene=[" ".join(words)]))


@pytest.mark.parametrize("text", ["", "( - )"])
def test_text_without_letters_holds_no_name(text):
    assert flags(text, gene=["a"]) == [""] * len(text.split())


def test_empty_class_holds_nothing():
    assert flags("a b", gene=[], process=["b"]) == ["", "pU"]


PIECES = st.lists(st.sampled_from(["a", "b", "β", "-", "7"]), max_size=8)


@given(PIECES, st.lists(PIECES.filter(lambda p: any(x != "-" for x in p)), max_size=5))
def test_pieces_in_names_are_those_a_naive_search_finds(pieces, names):
    wanted = [[x for x in name if x != "-"] for name in names]
    said = [i for i, piece in enumerate(pieces) if piece != "-"]
    inside = set()
    for i in range(len(said)):
        for j in range(i, len(said)):
            if [pieces[at] for at in said[i : j + 1]] in wanted:
                inside.update(range(said[i], said[j] + 1))
    found = flags(" ".join(pieces), gene=[" ".join(name) for name in names])
    flagged = {i for i, flag in enumerate(found) if flag}
    assert flagged <= inside
    assert bool(flagged) == bool(inside)


def test_no_name_holds_a_chinese_character():
    names = {"gene": ["a b", "线", "a 线 b"]}
    assert flags("a 线 b", **names) == ["", "", ""]
    assert flags("线 a b 线", **names) == ["", "gB", "gL", ""]


def test_name_does_not_reach_over_a_sentences_end():
    found = Gazetteer.of({"gene": ["a b", "b c", "c"], "process": ["a b c"]})
    assert found.flags([["a"], ["b", "c"]]) == [[""], ["gB", "gL"]]
    assert found.flags([["a", "b"], ["c"]]) == [["gB", "gL"], ["gU"]]
    assert found.flags([["a"], [], ["-"], ["b"]]) == [[""], [], [""], [""]]


@pytest.mark.parametrize("sentences", [[], [[]], [[], []]])
def test_sentences_without_pieces_have_no_flags(sentences):
    assert Gazetteer.of({"gene": ["a"]}).flags(sentences) == sentences


@given(st.lists(PIECES, max_size=5), st.lists(PIECES.filter(lambda p: any(x != "-" for x in p)), max_size=5))
def test_sentences_together_have_the_flags_they_have_alone(sentences, names):
    known = Gazetteer.of({"gene": map(" ".join, names[::2]), "process": map(" ".join, names[1:])})
    assert known.flags(sentences) == [flags for sentence in sentences for flags in known.flags([sentence])]


def test_same_names_in_any_order_give_the_same_bytes():
    one = Gazetteer.of({"gene": ["Shh", "IL-6", "Shh"], "process": ["fusion"]})
    other = Gazetteer.of({"process": ["fusion"], "gene": ["IL 6", "Shh"]})
    assert save_gazetteer(one) == save_gazetteer(other)


def test_saved_gazetteer_is_read_back(tmp_path, monkeypatch):
    (tmp_path / "resources").mkdir()
    made = Gazetteer.of({"gene": ["Shh"], "organelle": [], "process": ["membrane fusion"]})
    (tmp_path / "resources" / gazetteer.FILE).write_bytes(save_gazetteer(made))
    monkeypatch.setattr(gazetteer, "files", lambda _: tmp_path)
    read = shipped_gazetteer.__wrapped__()
    assert read.flags([["shh", "membrane", "fusion"]]) == [["gU", "pB", "pL"]]
    assert save_gazetteer(read) == save_gazetteer(made)


def test_shipped_gazetteer_knows_names_of_each_class():
    gene, process, organelle, none = shipped_gazetteer().flags(
        [["runx", "2"], ["mitochondrial", "fusion"], ["lysosome"], ["zzyzx"]]
    )
    assert gene == ["gB", "gL"]
    assert process[1].split()[-1] == "pL"
    assert "oU" in organelle[0]
    assert none == [""]


def test_gazetteer_of_a_lexicon_has_its_english_names_and_their_plurals():
    terms = [
        Term("zorbin", "HGNC:1", "gene", "en", "name"),
        Term("Zox", "HGNC:1", "gene", "en", "symbol"),
        Term("佐宾蛋白", "HGNC:1", "gene", "zh", "name"),
        Term("zat", "", "", "", "blocked"),
    ]
    made = gazetteer_of(Lexicon.of(terms))
    assert made.flags([["zorbins"], ["zorbin"], ["zox"], ["zoxs"], ["佐"], ["zat"]]) == [
        ["gU"], ["gU"], ["gU"], [""], [""], [""],
    ]  # fmt: skip
