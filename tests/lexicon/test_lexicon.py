from itertools import pairwise

import pytest

from pipeline.errors import LexiconError
from pipeline.lexicon import Lexicon, Term, load_lexicon
from pipeline.lexicon.check import Release, check
from pipeline.lexicon.releases import read_go, read_hgnc, read_mesh

HEADER = "concept\tlang\tstatus\tname\n"


def matches(lexicon, text):
    return [(text[m.start : m.end], m.terms[0].concept) for m in lexicon.match(text)]


@pytest.fixture
def small():
    return Lexicon.of(
        [
            Term("RUNX2", "HGNC:10472", "gene", "en", "symbol"),
            Term("BMP", "name:BMP", "gene", "en", "abbreviation"),
            Term("自噬", "GO:0006914", "process", "zh", "name"),
            Term("自噬小体", "GO:0005776", "organelle", "zh", "name"),
            Term("mitochondrion", "GO:0005739", "organelle", "en", "name"),
            Term("I型胶原", "name:type I collagen", "gene", "zh", "name"),
        ]
    )


def test_match_gives_longer_and_shorter_names(small):
    assert matches(small, "自噬小體增多") == [("自噬", "GO:0006914"), ("自噬小體", "GO:0005776")]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Runx2 基因", ["Runx2"]),
        ("Runx2mRNA表达", ["Runx2"]),
        ("pRUNX2", ["RUNX2"]),
        ("xRUNX2", []),
        ("RUNX21", []),
        ("BMP-2 与 BMP2", []),
        ("BMP-mediated", ["BMP"]),
        ("bmp", []),
        ("mitochondrions", ["mitochondrions"]),
        ("submitochondrion", []),
        ("Ⅰ 型胶原", ["Ⅰ 型胶原"]),
        ("line\nend mito\nchondrion", []),
        ("Ⅱ型胶原", []),
    ],
)
def test_latin_names_stand_at_word_boundaries(small, text, found):
    assert [surface for surface, _ in matches(small, text)] == found


def test_lookup_observes_case(small):
    assert [t.concept for t in small.lookup("runx2")] == ["HGNC:10472"]
    assert small.lookup("bmp") == ()


@pytest.mark.parametrize(
    ("name", "concept"),
    [
        ("骨保护素", "HGNC:11909"),
        ("OPG", "HGNC:11909"),
        ("osteoprotegerin", "HGNC:11909"),
        ("線粒體", "GO:0005739"),
        ("粒線體", "GO:0005739"),
        ("血管钙化", "MESH:D061205"),
        ("vascular calcification", "MESH:D061205"),
        ("mitophagy", "GO:0000423"),
        ("线粒体自噬", "GO:0000423"),
    ],
)
def test_shipped_lexicon_gives_one_identifier_in_both_languages(lexicon, name, concept):
    assert {t.concept for t in lexicon.lookup(name)} == {concept}


def test_shipped_lexicon_is_large_enough_and_free_of_errors(lexicon):
    concepts = {
        layer: {t.concept for t in lexicon.terms if t.layer == layer} for layer in ("gene", "organelle", "process")
    }
    assert len(concepts["gene"]) >= 200
    assert len(concepts["organelle"]) >= 150
    assert len(concepts["process"]) >= 250
    assert [f for f in check(lexicon, {}) if f.level == "error"] == []


def test_rows_are_sorted_by_concept(lexicon):
    for layer in ("gene", "organelle", "process"):
        seen = list(dict.fromkeys(t.concept for t in lexicon.terms if t.layer == layer))
        assert len(seen) == len(set(seen))
        runs = [t.concept for t in lexicon.terms if t.layer == layer]
        assert sum(a != b for a, b in pairwise(runs)) == len(seen) - 1


@pytest.mark.parametrize(
    ("row", "message"),
    [
        ("HGNC:1\ten\tsymbol", r"gene\.tsv:2: 4 columns expected, 3 found"),
        ("HGNC:1\tde\tsymbol\tX", r"gene\.tsv:2: lang 'de' found; known: en, zh"),
        ("HGNC:1\ten\tnickname\tX", r"gene\.tsv:2: status 'nickname' found"),
        ("1\ten\tname\tX", r"gene\.tsv:2: a concept like HGNC:1234"),
    ],
)
def test_wrong_row_is_named_with_file_and_line(folder, row, message):
    (folder / "gene.tsv").write_text(HEADER + row + "\n", "utf-8")
    with pytest.raises(LexiconError, match=message):
        load_lexicon(folder)


def test_wrong_header_is_named(folder):
    (folder / "gene.tsv").write_text("a\tb\n", "utf-8")
    with pytest.raises(
        LexiconError, match=r"gene\.tsv:1: the columns concept, lang, status, name expected, found a, b"
    ):
        load_lexicon(folder)


def test_check_finds_what_the_release_denies(tmp_path):
    hgnc = tmp_path / "hgnc.txt"
    hgnc.write_text(
        "hgnc_id\tsymbol\tname\tstatus\talias_symbol\tprev_symbol\n"
        "HGNC:1\tAAA\talpha a\tApproved\tAA|A2\t\nHGNC:2\tBBB\tbeta b\tApproved\t\tOLD\n",
        "utf-8",
    )
    go = tmp_path / "go.obo"
    go.write_text(
        'format-version: 1.2\n\n[Term]\nid: GO:0000001\nname: right name\nsynonym: "exact one" EXACT []\n'
        'synonym: "broad one" BROAD []\n\n[Term]\nid: GO:0000002\nname: obsolete thing\nis_obsolete: true\n',
        "utf-8",
    )
    mesh = tmp_path / "mesh.tsv"
    mesh.write_text("D000001\tAgeing\tAging|Senescence\n", "utf-8")
    terms = [
        Term("AAA", "HGNC:1", "gene", "en", "symbol"),
        Term("OLD", "HGNC:2", "gene", "en", "symbol"),
        Term("ZZZ", "HGNC:3", "gene", "en", "symbol"),
        Term("exact one", "GO:0000001", "process", "en", "name"),
        Term("thing", "GO:0000002", "process", "en", "name"),
        Term("aging", "MESH:D000001", "process", "en", "name"),
        Term("aging", "name:aging", "process", "en", "name"),
    ]
    releases = {
        "HGNC": Release.of(read_hgnc(hgnc)),
        "GO": Release.of(read_go(go)),
        "MESH": Release.of(read_mesh(mesh)),
    }
    found = {(f.level, f.term.concept) for f in check(Lexicon.of(terms), releases)}
    assert found == {
        ("warning", "HGNC:2"),
        ("error", "HGNC:3"),
        ("error", "GO:0000002"),
        ("warning", "MESH:D000001"),
    }


@pytest.mark.corpus
def test_identifiers_agree_with_the_reference_vocabularies(lexicon, shared):
    reference = shared / "reference"
    go = ("go_names_2020-04", "go_biological_process_synonyms", "go_cellular_component_synonyms")
    releases = {
        "HGNC": Release.of(read_hgnc(reference / "hgnc_2017-05.tsv.gz")),
        "GO": Release.of(entry for name in go for entry in read_go(reference / f"{name}.tsv.gz")),
        "MESH": Release.of(read_mesh(reference / "mesh_names_2019-12.tsv.gz")),
    }
    assert [f for f in check(lexicon, releases) if f.level == "error"] == []


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("cathepsins", []),
        ("cathepsin S", ["cathepsin S"]),
        ("PR 3例", []),
        ("PR 3 表达", ["PR 3"]),
        ("PR3", ["PR3"]),
        ("cGAS", ["cGAS"]),
        ("arrest in cells", []),
        ("arrestins", ["arrestins"]),
        ("AB and KT", []),
        ("A-band", ["A-band"]),
    ],
)
def test_one_key_is_not_always_one_name(text, found):
    lexicon = Lexicon.of(
        [
            Term("cathepsin S", "HGNC:2545", "gene", "en", "name"),
            Term("PR3", "HGNC:9495", "gene", "en", "abbreviation"),
            Term("CgA", "HGNC:1929", "gene", "en", "abbreviation"),
            Term("cGAS", "HGNC:21367", "gene", "en", "abbreviation"),
            Term("arrestin", "name:arrestin", "gene", "en", "name"),
            Term("A band", "GO:0031672", "organelle", "en", "name"),
        ]
    )
    assert [surface for surface, _ in matches(lexicon, text)] == found
    assert {m.terms[0].concept for m in lexicon.match("cGAS")} == {"HGNC:21367"}


def test_mixed_case_block_leaves_the_symbol_alone():
    lexicon = Lexicon.of([Term("CCL4", "HGNC:10630", "gene", "en", "symbol"), Term("CCl4", "", "", "", "blocked")])
    assert [t.status for m in lexicon.match("CCL4") for t in m.terms] == ["symbol"]
    assert "blocked" in [t.status for m in lexicon.match("CCl4") for t in m.terms]


def test_shipped_lexicon_is_kept_for_the_next_start(tmp_path, monkeypatch, lexicon):
    monkeypatch.setattr("platformdirs.user_cache_dir", lambda *_, **__: str(tmp_path / "cache"))
    first = load_lexicon()
    monkeypatch.setattr("pipeline.lexicon.load.curated_terms", lambda folder: pytest.fail("made again"))
    second = load_lexicon()
    assert first.version == second.version == lexicon.version
    assert list(first.terms) == list(second.terms)
    assert list(first.match("自噬抑制BMP-2")) == list(second.match("自噬抑制BMP-2"))
    assert len(list((tmp_path / "cache").iterdir())) == 1


def test_spoilt_or_unwritable_copy_of_the_shipped_lexicon_does_no_harm(tmp_path, monkeypatch, lexicon):
    monkeypatch.setattr("platformdirs.user_cache_dir", lambda *_, **__: str(tmp_path / "cache"))
    load_lexicon()
    copy = next((tmp_path / "cache").iterdir())
    (copy / "keys.txt").write_text("spoilt", "utf-8")
    assert list(load_lexicon().terms) == list(lexicon.terms)
    assert (copy / "keys.txt").stat().st_size > 1000
    (tmp_path / "file").write_text("", "utf-8")
    monkeypatch.setattr("platformdirs.user_cache_dir", lambda *_, **__: str(tmp_path / "file"))
    assert list(load_lexicon().terms) == list(lexicon.terms)
