import pytest

from pipeline.taggers.learned.surfaces import Counts, Surfaces, count


def counted(names, *sentences):
    split = [(pieces.split(), marks) for pieces, marks in sentences]
    return count(split, Surfaces(dict.fromkeys(names, Counts(0, 0))))


def test_every_place_of_a_name_is_counted_and_those_that_are_marked():
    found = counted(["runx 2", "shh"], ("runx 2 and runx 2 or shh", [(0, 1)]), ("shh", [(0, 0)]))
    assert found == {"runx 2": (1, 2), "shh": (1, 2)}


@pytest.mark.parametrize(
    ("marks", "expected"),
    [
        ([(0, 3)], {}),  # inside a longer mark it says nothing
        ([(1, 3)], {}),
        ([(0, 2)], {}),
        ([(1, 2)], {"runx 2": (1, 1)}),
        ([(2, 3)], {"runx 2": (0, 1)}),  # a mark cuts it
        ([(0, 1)], {"runx 2": (0, 1)}),
        ([(1, 1), (2, 2)], {"runx 2": (0, 1)}),
        ([], {"runx 2": (0, 1)}),
    ],
)
def test_name_inside_a_longer_mark_is_not_counted(marks, expected):
    assert counted(["runx 2"], ("the runx 2 gene", marks)) == expected


def test_name_that_does_not_stand_anywhere_has_no_counts():
    assert counted(["runx 2"], ("runx 3", []), ("", [])) == {}


@pytest.mark.parametrize(
    ("pieces", "places"),
    [
        ("a b c", [(0, 0, "a"), (0, 2, "a b c"), (1, 2, "b c")]),
        ("a b", [(0, 0, "a")]),
        ("b", []),
        ("", []),
        ("a a", [(0, 0, "a"), (1, 1, "a")]),
    ],
)
def test_overlapping_names_are_all_found(pieces, places):
    names = Surfaces(dict.fromkeys(["a", "a b c", "b c"], Counts(1, 1)))
    assert list(names.places(pieces.split())) == places


def test_share_of_few_places_is_drawn_to_one_half():
    assert Counts(0, 0).share == 0.5
    assert Counts(1, 1).share == 0.75
    assert Counts(0, 1).share == 0.25
    assert Counts(99, 100).share > 0.98


def flags(pieces, **counts):
    names = {name.replace("_", " "): Counts(*numbers) for name, numbers in counts.items()}
    return Surfaces(names).flags(pieces.split())


def test_flags_say_place_share_and_number():
    assert flags("x a b c y", a_b_c=(50, 50)) == ["", "B6+", "I6+", "L6+", ""]
    assert flags("a", a=(1, 1)) == ["U41"]
    assert flags("a", a=(2, 4)) == ["U34"]
    assert flags("a", a=(0, 5)) == ["U1+"]
    assert flags("a", a=(0, 99)) == ["U0+"]


def test_of_overlapping_names_the_longer_goes_first():
    assert flags("a b c", a_b=(5, 5), b_c=(5, 5), a_b_c=(5, 5)) == ["B5+", "I5+", "L5+"]
    assert flags("a b c", a_b=(5, 5), b_c=(5, 5)) == ["B5+", "L5+", ""]


def test_likely_name_goes_before_a_longer_unlikely_one():
    assert flags("a b c", a_b_c=(0, 20), b=(5, 5)) == ["", "U5+", ""]
    assert flags("a b c", a_b_c=(0, 20)) == ["B0+", "I0+", "L0+"]


def test_text_without_names_has_empty_flags():
    assert flags("x y") == ["", ""]
    assert flags("", a=(1, 1)) == []
