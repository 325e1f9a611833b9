import json

import pytest

from pipeline.errors import LexiconError
from pipeline.lexicon import Lexicon, Term, load_lexicon
from pipeline.lexicon.load import save_lexicon
from pipeline.lexicon.names import Names

TERMS = [
    Term("ZRB1", "HGNC:900001", "gene", "en", "symbol"),
    Term("zorbin β", "HGNC:900001", "gene", "en", "name", source="HGNC"),
    Term("佐宾蛋白", "HGNC:900001", "gene", "zh", "name", source="我的 词表.xlsx"),
    Term("zorbosome", "GO:9000001", "organelle", "en", "name"),
    Term("佐宾小體", "GO:9000001", "organelle", "zh", "name"),
    Term("zorbin release", "name:zorbin release", "process", "en", "narrow", source="GO", sought=False),
    Term("ZRB", "", "", "", "blocked"),
]
TEXT = "ZRB1 (zorbin β, 佐賓蛋白, 佐宾蛋白) in zorbosomes，佐宾小体；zorbin release; ZRB; Zorbin-β"


@pytest.fixture
def saved(tmp_path):
    save_lexicon(Names.of(TERMS), tmp_path / "saved", {})
    return tmp_path / "saved"


def found(names):
    return [(TEXT[m.start : m.end], m.terms) for m in Lexicon([names]).match(TEXT)]


def test_saved_names_are_the_same_terms_and_find_the_same(saved):
    names, loaded = Names.of(TERMS), Names.load(saved)
    assert list(loaded) == TERMS
    assert len(loaded) == len(TERMS)
    assert found(loaded) == found(names)
    assert [surface for surface, _ in found(loaded)] == [
        "ZRB1", "zorbin β", "佐賓蛋白", "佐宾蛋白", "zorbosomes", "佐宾小体", "ZRB", "Zorbin-β",
    ]  # fmt: skip


def test_loaded_names_answer_by_key_concept_and_language(saved):
    loaded = Names.load(saved)
    assert loaded.terms("zorbosomes") == (TERMS[3],)
    assert loaded.terms("unknown") == ()
    assert loaded.of_concept("HGNC:900001") == tuple(TERMS[:3])
    assert loaded.of_concept("HGNC:9") == ()
    assert list(loaded.chinese()) == [TERMS[2], TERMS[4]]


def test_english_term_of_a_file_called_zh_is_no_chinese_one():
    assert list(Names.of([Term("zorbin", "name:zorbin", "gene", "en", "name", source="zh")]).chinese()) == []


def test_term_that_is_not_sought_is_looked_up_only(saved):
    lexicon = load_lexicon(saved)
    assert lexicon.lookup("zorbin release") == ()
    assert lexicon.lookup("zorbin release", weak=True) == (TERMS[5],)


def test_spelling_of_one_name_gives_way_to_a_row_of_another_concept():
    plural = Term("zorbosomes", "GO:9000002", "organelle", "en", "name")
    lexicon = Lexicon.of([TERMS[3], plural])
    assert lexicon.lookup("zorbosomes") == (plural,)
    assert Lexicon.of(TERMS).lookup("zorbosomes") == (TERMS[3],)


@pytest.mark.parametrize("name", ["terms.tsv", "keys.txt", "numbers.txt"])
def test_missing_file_is_named(saved, name):
    (saved / name).unlink()
    with pytest.raises(LexiconError, match=rf"{name}: .* bytes expected, found 0; build the lexicon again"):
        load_lexicon(saved)


@pytest.mark.parametrize("name", ["terms.tsv", "keys.txt", "numbers.txt"])
def test_file_cut_in_a_line_is_named(saved, name):
    (saved / name).write_bytes((saved / name).read_bytes()[:-1])
    with pytest.raises(LexiconError, match=rf"{name}: .* bytes expected.*build the lexicon again"):
        load_lexicon(saved)


@pytest.mark.parametrize("name", ["terms.tsv", "keys.txt", "numbers.txt"])
def test_file_cut_between_lines_is_named(saved, name):
    lines = (saved / name).read_bytes().splitlines(keepends=True)
    (saved / name).write_bytes(b"".join(lines[:-1]))
    with pytest.raises(LexiconError, match=rf"{name}: .* bytes expected.*build the lexicon again"):
        load_lexicon(saved)


@pytest.mark.parametrize(("name", "line"), [("terms.tsv", "a line of another table"), ("numbers.txt", "first")])
def test_line_changed_by_hand_is_refused(saved, name, line):
    lines = (saved / name).read_text("utf-8").splitlines()
    (saved / name).write_text("\n".join([line, *lines[1:], ""]), "utf-8")
    with pytest.raises(LexiconError, match=rf"{name}: .* bytes expected.*build the lexicon again"):
        load_lexicon(saved)


@pytest.mark.parametrize("about", ["", "{", "[]", '{"version": "x"}'])
def test_broken_description_is_named(saved, about):
    (saved / "lexicon.json").write_text(about, "utf-8")
    with pytest.raises(LexiconError, match=r"lexicon\.json: not in the form.*build the lexicon again"):
        load_lexicon(saved)


def test_folder_without_a_description_is_no_lexicon(saved):
    (saved / "lexicon.json").unlink()
    with pytest.raises(LexiconError, match=r"a folder made by `yimai lexicon build` expected, lexicon\.json is not"):
        load_lexicon(saved)


def test_lexicon_saved_with_other_spellings_gets_its_keys_anew(saved):
    about = json.loads((saved / "lexicon.json").read_text("utf-8"))
    keys = (saved / "keys.txt").read_text("utf-8").splitlines()
    (saved / "keys.txt").write_text("".join(f"{key}-as-once\n" for key in keys), "utf-8")
    sizes = about["bytes"] | {"keys.txt": (saved / "keys.txt").stat().st_size}
    (saved / "lexicon.json").write_text(json.dumps(about | {"spelling": "0", "bytes": sizes}), "utf-8")
    lexicon = load_lexicon(saved)
    assert list(lexicon.terms) == TERMS
    assert found(lexicon.parts[0]) == found(Names.of(TERMS))
    assert lexicon.version == about["version"]
