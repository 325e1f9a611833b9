import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.lexicon import finder
from pipeline.lexicon.finder import Finder

ALPHABET = "abß线-𠀀"


def find(keys, text, begins=None, ends=None):
    begins = np.ones(len(text), np.bool_) if begins is None else np.array(begins, np.bool_)
    ends = np.ones(len(text) + 1, np.bool_) if ends is None else np.array(ends, np.bool_)
    starts, stops = Finder(keys).find(text, begins, ends)
    return list(zip(starts.tolist(), stops.tolist(), strict=True))


def naive(keys, text, begins, ends):
    return [
        (start, end)
        for start in range(len(text))
        for end in range(start + 1, len(text) + 1)
        if begins[start] and ends[end] and text[start:end] in keys
    ]


@st.composite
def searches(draw):
    """Keys, a text that holds many of them, and where keys may begin and end in it."""
    text = draw(st.text(ALPHABET, max_size=40))
    places = st.tuples(st.integers(0, len(text)), st.integers(1, 20))
    keys = {text[a : a + n] for a, n in draw(st.lists(places, max_size=6))}
    keys |= set(draw(st.lists(st.text(ALPHABET, min_size=1, max_size=12), max_size=4)))
    often = st.sampled_from([True, True, True, False])
    begins = draw(st.lists(often, min_size=len(text), max_size=len(text)))
    ends = draw(st.lists(often, min_size=len(text) + 1, max_size=len(text) + 1))
    return keys - {""}, text, begins, ends


@given(searches())
def test_finder_finds_exactly_what_a_naive_search_finds(search):
    assert find(*search) == naive(*search)


@pytest.mark.parametrize("length", [1, 2, 7, 8, 9, 10, 16, 17, 254, 255])
@pytest.mark.parametrize("place", [0, 1, 300])
def test_name_of_any_length_is_found_where_it_stands(length, place):
    key = "".join(chr(0x4E00 + i) for i in range(length))
    text = "x" * place + key + "y" * (300 - place)
    assert find({key}, text) == [(place, place + length)]


@pytest.mark.parametrize("key", ["a", "abcdefgh", "abcdefghi", "线粒体相关内质网膜的结构"])
def test_name_over_the_whole_text_is_found(key):
    assert find({key}, key) == [(0, len(key))]


def test_long_names_with_one_head_are_found_each_by_its_own_end():
    keys = {"mitochondrion", "mitochondrial", "mitochondrial fusion", "mitochon"}
    text = "mitochondrial fusion, mitochondrion"
    assert find(keys, text) == [(0, 8), (0, 13), (0, 20), (22, 30), (22, 35)]


def test_key_that_overlaps_itself_is_found_at_every_place():
    assert find({"aa", "aaaaaaaaaa"}, "a" * 12) == sorted(
        [(i, i + 2) for i in range(11)] + [(i, i + 10) for i in range(3)]
    )


def test_key_is_not_found_where_it_may_not_begin_or_end():
    text = "abcabc"
    assert find({"abc"}, text, begins=[False] + [True] * 5) == [(3, 6)]
    assert find({"abc"}, text, ends=[True] * 6 + [False]) == [(0, 3)]
    assert find({"abc"}, text, begins=[False] * 6) == []
    assert find({"abc"}, text, ends=[False] * 7) == []


@pytest.mark.parametrize("keys", [{"abc"}, {"abcdefghijk"}, set()])
def test_empty_text_holds_nothing(keys):
    assert find(keys, "") == []


@pytest.mark.parametrize("text", ["a", "some text that is longer than a head"])
def test_empty_vocabulary_finds_nothing(text):
    assert find(set(), text) == []


def test_longer_text_than_the_table_of_powers_is_searched_to_its_end():
    text = "x" * 70_000 + "runx2" + "osteoprotegerin"
    assert find({"runx2", "osteoprotegerin"}, text) == [(70_000, 70_005), (70_005, 70_020)]


def test_only_what_is_a_key_is_found_in_a_large_vocabulary():
    # A filter that filled up, or hashes that fell together, would let other stretches through.
    keys = {f"gene{number}" for number in range(0, 100_000, 2)}
    text = " ".join(f"gene{number}" for number in range(50_000, 50_400))
    begins = [i == 0 or text[i - 1] == " " for i in range(len(text))]
    ends = [i == len(text) or text[i] == " " for i in range(len(text) + 1)]
    found = [text[a:b] for a, b in find(keys, text, begins, ends)]
    assert [name for name in found if name in keys] == [f"gene{number}" for number in range(50_000, 50_400, 2)]
    assert len(found) < 210


def test_keys_that_are_entered_in_batches_are_all_found(monkeypatch):
    monkeypatch.setattr(finder, "_BATCH", 2)
    keys = ["mitochondrial fusion", "ab", "mitochondria", "mitochondrion", "mito"]
    text = "ab mitochondrial fusion, mitochondria"
    everywhere = [True] * (len(text) + 1)
    assert find(keys, text) == naive(keys, text, everywhere, everywhere)
