import hashlib
import json
import os
import subprocess
import sys

import pytest
from click.testing import CliRunner

from pipeline.cli import cli
from pipeline.document import Document
from pipeline.errors import LexiconError
from pipeline.lexicon import Lexicon, Term, load_lexicon
from pipeline.lexicon.build import Release, build, full_terms
from pipeline.lexicon.releases import Entry
from pipeline.store import read_jsonl, write_jsonl


def gene(concept, symbol, *aliases, name="", **more):
    names = [(symbol, "symbol"), *([(name, "name")] if name else []), *((a, "abbreviation") for a in aliases)]
    return Entry(concept, "gene", tuple(names), **more)


def process(concept, name, *others, **more):
    return Entry(concept, "process", ((name, "name"), *others), **more)


def built(*releases, curated=(), own=()):
    return Lexicon.of(full_terms(curated, [Release(source, entries) for source, entries in releases], own))


def concepts(lexicon, name, *, weak=True):
    return [t.concept for t in lexicon.lookup(name, weak=weak)]


ZRB1 = Term("ZRB1", "HGNC:900001", "gene", "en", "symbol")


# What the curated lexicon says


@pytest.mark.parametrize(
    ("curated", "alias"),
    [
        (Term("ZORB7", "HGNC:900002", "gene", "en", "symbol"), "ZORB7"),
        (Term("ZORB7", "name:zorbins", "gene", "en", "abbreviation"), "Zorb-7"),
        (Term("ZORB7", "", "", "", "blocked"), "ZORB7"),
        (Term("ZORB7", "GO:9000001", "process", "en", "weak", sought=False), "ZORB7"),
        (Term("ZORB-β", "name:zorbins", "gene", "en", "abbreviation"), "ZORB-beta"),
        (Term("zorbin fiber", "GO:9000001", "process", "en", "name"), "zorbin fibre"),
        (Term("zorbosome", "GO:9000001", "organelle", "en", "name"), "Zorbosomes"),
    ],
)
def test_curated_judgement_of_a_name_stands_against_the_releases(curated, alias):
    lexicon = built(("HGNC", [gene("HGNC:900009", "ZRB9", alias)]), curated=[curated])
    assert list(lexicon.lookup(alias, weak=True)) == [curated]
    assert concepts(lexicon, "ZRB9") == ["HGNC:900009"]


def test_alias_that_is_a_curated_abbreviation_but_for_letter_case_is_left_out():
    curated = [Term("ZORXY", "", "", "", "blocked")]
    lexicon = built(("MGI", [gene("MGI:9900002", "Zrbm2", "Zorxy")]), curated=curated)
    assert [t.name for t in lexicon.terms] == ["ZORXY", "Zrbm2"]


def test_plural_of_a_curated_symbol_is_no_judgement_of_another_symbol():
    lexicon = built(("HGNC", [gene("HGNC:900002", "ZRB1S")]), curated=[ZRB1])
    assert concepts(lexicon, "ZRB1S") == ["HGNC:900002"]


def test_release_adds_names_to_a_curated_concept_and_says_where_they_are_from():
    lexicon = built(("HGNC", [gene("HGNC:900001", "ZRB1", "ZORB1", name="zorbin 1")]), curated=[ZRB1])
    assert [(t.name, t.status, t.source) for t in lexicon.terms] == [
        ("ZRB1", "symbol", "curated"), ("zorbin 1", "name", "HGNC"), ("ZORB1", "abbreviation", "HGNC"),
    ]  # fmt: skip


# Identifiers


def test_obsolete_identifiers_are_followed_to_what_took_their_place():
    go = [
        process("GO:9000001", "zorbin release", older=("GO:9000008",)),
        process("GO:9000002", "obsolete zorbin liberation", obsolete=True, replaced_by="GO:9000003"),
        process("GO:9000003", "obsolete zorbin freeing", obsolete=True, replaced_by="GO:9000001"),
        process("GO:9000004", "obsolete zorbin waste", obsolete=True),
    ]
    names = {"GO:9000008": "zorbin egress", "GO:9000002": "zorbin liberation", "GO:9000003": "zorbin freeing",
             "GO:9000004": "zorbin waste"}  # fmt: skip
    curated = [Term(name, concept, "process", "en", "name") for concept, name in names.items()]
    own = [Term("佐宾释放", "GO:9000008", "process", "zh", "name", "own.tsv")]
    lexicon = built(("GO", go), curated=curated, own=own)
    assert {t.name: t.concept for t in lexicon.terms} == {
        "佐宾释放": "GO:9000001", "zorbin egress": "GO:9000001", "zorbin liberation": "GO:9000001",
        "zorbin freeing": "GO:9000001", "zorbin waste": "GO:9000004", "zorbin release": "GO:9000001",
    }  # fmt: skip


def test_identifiers_that_replace_each_other_end_the_search():
    go = [
        process("GO:9000001", "obsolete a", obsolete=True, replaced_by="GO:9000002"),
        process("GO:9000002", "obsolete b", obsolete=True, replaced_by="GO:9000001"),
    ]
    (term,) = full_terms([Term("zorbin release", "GO:9000001", "process", "en", "name")], [Release("GO", go)])
    assert term.concept in ("GO:9000001", "GO:9000002")


@pytest.mark.parametrize("tables_first", [True, False])
def test_table_without_branches_takes_them_from_the_obo(tables_first):
    obo = Entry("GO:9000001", "organelle", (("zorbosome", "name"),))
    table = Entry("GO:9000001", "", (("zorbin body", "synonym"),))
    unknown = Entry("GO:9000002", "", (("zorbin binding", "name"),))
    lexicon = built(("GO", [table, unknown, obo] if tables_first else [obo, table, unknown]))
    assert {t.name: t.layer for t in lexicon.terms} == {"zorbosome": "organelle", "zorbin body": "organelle"}


# Genes of other species

HUMAN = gene("HGNC:900001", "ZRB1", "ZORB1")
MOUSE = [gene("MGI:9900001", "Zrb1", "Zorbie1"), gene("MGI:9900002", "Zrbm2", "Zorbie2")]


def test_mouse_gene_of_the_human_symbol_gets_the_human_identifier_and_others_keep_theirs():
    lexicon = built(("HGNC", [HUMAN]), ("MGI", MOUSE))
    assert concepts(lexicon, "Zrb1") == ["HGNC:900001"]
    assert concepts(lexicon, "Zorbie1", weak=False) == ["HGNC:900001"]
    assert concepts(lexicon, "Zrbm2", weak=False) == concepts(lexicon, "Zorbie2") == ["MGI:9900002"]
    assert lexicon.names("HGNC:900001") == {"en": "ZRB1"}
    assert lexicon.names("MGI:9900002") == {"en": "Zrbm2"}


def test_human_symbol_may_come_from_the_curated_lexicon():
    lexicon = built(("MGI", MOUSE), curated=[ZRB1])
    assert concepts(lexicon, "Zorbie1") == ["HGNC:900001"]


def test_gene_info_alone_gives_one_identifier_to_the_gene_of_all_species():
    ncbi = [
        gene("NCBIGene:99002", "Zrb1", "Zorbie1", same_as="MGI:9900001"),
        gene("NCBIGene:99001", "ZRB1", "ZORB1", same_as="HGNC:900001"),
        gene("NCBIGene:99003", "Zrb1", "Zorbie1"),
        gene("NCBIGene:99004", "Zrbm2", same_as="MGI:9900002"),
    ]
    lexicon = built(("NCBI Gene", ncbi))
    assert concepts(lexicon, "ZRB1", weak=False) == concepts(lexicon, "Zorbie1", weak=False) == ["HGNC:900001"]
    assert lexicon.names("HGNC:900001") == {"en": "ZRB1"}
    assert concepts(lexicon, "Zrbm2") == ["NCBIGene:99004"]


def test_mouse_gene_of_two_releases_is_one_gene():
    ncbi = [gene("NCBIGene:99004", "Zrbm2", "Zorbie3", same_as="MGI:9900002")]
    lexicon = built(("MGI", MOUSE), ("NCBI Gene", ncbi))
    for name in ("Zrbm2", "Zorbie2", "Zorbie3"):
        assert concepts(lexicon, name, weak=False) == ["MGI:9900002"]


# Names that are not safe to look for


@pytest.mark.parametrize(
    ("entry", "name", "sought"),
    [
        (gene("HGNC:900001", "ZRB1"), "ZRB1", True),
        (gene("HGNC:900001", "ZRBX"), "ZRBX", True),
        (gene("HGNC:900001", "ZRX"), "ZRX", False),
        (gene("HGNC:900001", "Z1"), "Z1", False),
        (gene("HGNC:900001", "ZRB1", "ZORX"), "ZORX", False),
        (gene("HGNC:900001", "ZRB1", "ZORBX"), "ZORBX", True),
        (gene("HGNC:900001", "ZRB1", "p31"), "p31", True),
        (gene("HGNC:900001", "ZRB1", "31-4"), "31-4", False),
        (gene("HGNC:900001", "ZRB1", "Zorbinless"), "Zorbinless", False),
        (gene("HGNC:900001", "ZRB1", name="zorbin"), "zorbin", False),
        (gene("HGNC:900001", "ZRB1", name="zorbin 1"), "zorbin 1", True),
        (gene("HGNC:900001", "ZRB1", name="zorbinase"), "zorbinase", True),
        (process("GO:9000001", "zorbing"), "zorbing", True),
        (process("GO:9000001", "zorbin release", ("zorbin outburst", "narrow")), "zorbin outburst", False),
        (process("GO:9000001", "zorbin release", ("release of proteins", "broad")), "release of proteins", False),
        (process("GO:9000001", "zorbin release", ("zorbin outflow", "related")), "zorbin outflow", False),
        (process("GO:9000001", "zorbin release", ("zorbin outflow", "synonym")), "zorbin outflow", True),
    ],
)
def test_unsafe_name_gives_an_identifier_but_is_not_sought_in_texts(entry, name, sought):
    lexicon = built(("any", [entry]))
    assert concepts(lexicon, name) == [entry.concept]
    assert bool(lexicon.lookup(name)) is sought
    assert bool(lexicon.match(f"the {name} here")) is sought


def test_name_that_two_concepts_share_is_not_sought():
    lexicon = built(("HGNC", [gene("HGNC:900001", "ZRB1", "ZORB7"), gene("HGNC:900002", "ZRB2", "Zorb-7")]))
    assert concepts(lexicon, "ZORB7") == ["HGNC:900001", "HGNC:900002"]
    assert lexicon.lookup("ZORB7") == ()


def test_name_that_two_releases_give_one_concept_is_sought_once():
    lexicon = built(
        ("HGNC", [gene("HGNC:900001", "ZRB1")]),
        ("NCBI Gene", [gene("NCBIGene:99001", "ZRB1", same_as="HGNC:900001")]),
    )
    (term,) = lexicon.terms
    assert (term.concept, term.status, term.source, term.sought) == ("HGNC:900001", "symbol", "HGNC", True)


def test_curated_name_is_sought_however_short_it_is():
    lexicon = built(curated=[Term("ZB", "HGNC:900001", "gene", "en", "abbreviation")])
    assert concepts(lexicon, "ZB", weak=False) == ["HGNC:900001"]


# A user's own terms


def test_own_terms_come_first_and_hide_other_meanings():
    curated = [ZRB1, Term("ZB", "", "", "", "blocked"), Term("zorbin release", "GO:9000001", "process", "en", "name")]
    own = [
        Term("ZB", "HGNC:900001", "gene", "en", "abbreviation", "own.tsv"),
        Term("Zorbin release", "name:mine", "gene", "en", "name", "own.tsv"),
        Term("ZORB7", "name:mine", "gene", "en", "abbreviation", "own.tsv"),
    ]
    hgnc = [gene("HGNC:900009", "ZRB9", "ZORB7")]
    lexicon = built(("HGNC", hgnc), curated=curated, own=own)
    assert [t.name for t in lexicon.terms] == ["ZB", "Zorbin release", "ZORB7", "ZRB1", "ZRB9"]
    assert [(t.concept, t.status) for t in lexicon.lookup("ZB")] == [("HGNC:900001", "abbreviation")]
    assert concepts(lexicon, "zorbin release") == concepts(lexicon, "ZORB7") == ["name:mine"]


def test_own_row_of_a_curated_name_leaves_it_the_approved_symbol():
    own = [Term("ZRB1", "HGNC:900001", "gene", "en", "abbreviation", "own.tsv")]
    lexicon = built(curated=[Term("ZRB", "HGNC:900001", "gene", "en", "abbreviation"), ZRB1], own=own)
    assert ("symbol", "curated") in {(t.status, t.source) for t in lexicon.lookup("ZRB1")}
    assert lexicon.names("HGNC:900001") == {"en": "ZRB1"}


# Building


@pytest.fixture
def releases(tmp_path):
    """A file of each release, by option."""
    files = {
        "hgnc": "hgnc_id\tsymbol\tname\tstatus\talias_symbol\nHGNC:900001\tZRB1\tzorbin 1\tApproved\tZRX|ZORB1\n",
        "go": (
            "format-version: 1.2\n\n[Term]\nid: GO:9000001\nname: zorbin release\nnamespace: biological_process\n"
            'synonym: "zorbin β freeing" EXACT []\nsynonym: "outflow" BROAD []\n'
        ),
        "mesh": (
            '<?xml version="1.0"?><DescriptorRecordSet><DescriptorRecord><DescriptorUI>D900001</DescriptorUI>'
            "<DescriptorName><String>Zorbosomes</String></DescriptorName><TreeNumberList><TreeNumber>A11.284.1</TreeNumber>"
            "</TreeNumberList></DescriptorRecord></DescriptorRecordSet>"
        ),
        "mgi": "ID\tsymbol\tsynonyms\n9900001\tZrb1\tZorbie1\n9900002\tZrbm2\t\n",
        "ncbi": (
            "#tax_id\tGeneID\tSymbol\tSynonyms\tdbXrefs\tdescription\n10116\t99003\tZrb1\tRzorb1\t-\tzorbin\n"
            "7955\t99004\tzrb1\tfishzorb1\t-\tzorbin\n"
        ),
        "terms": "name\tconcept\tlayer\n佐宾蛋白\tHGNC:900001\tgene\nZRX\tmy zorbin\tgene\n",
    }  # fmt: skip
    paths = {option: tmp_path / f"{option}.tsv" for option in files}
    for option, content in files.items():
        paths[option].write_text(content, "utf-8")
    return paths


@pytest.fixture
def curated(folder, add, monkeypatch):
    """A small lexicon in the place of the shipped one."""
    add("gene", "HGNC:900005", "en", "symbol", "ZRB5")
    add("gene", "HGNC:900005", "zh", "name", "佐宾蛋白5")
    add("blocked", "ZORB1", "any", "a game")
    monkeypatch.setattr("pipeline.lexicon.build.shipped", lambda: folder)
    return folder


SOURCES = {"HGNC": "hgnc", "GO": "go", "MeSH": "mesh", "MGI": "mgi", "NCBI Gene": "ncbi", "terms": "terms"}


def test_built_folder_loads_and_finds_what_all_sources_say(curated, releases, tmp_path):
    files = {source: [str(releases[option])] for source, option in SOURCES.items()}
    about = build(tmp_path / "full", files, taxa=["10116"])
    lexicon = load_lexicon(tmp_path / "full")
    text = "ZRB5, ZRB1, Zorbie1, Zrbm2, Rzorb1, fishzorb1, 佐宾蛋白, ZRX, ZORB1, zorbin release, zorbosomes, zorbin β freeing, outflow."
    assert [(text[m.start : m.end], m.terms[0].concept) for m in lexicon.match(text)] == [
        ("ZRB5", "HGNC:900005"), ("ZRB1", "HGNC:900001"), ("Zorbie1", "HGNC:900001"), ("Zrbm2", "MGI:9900002"),
        ("Rzorb1", "HGNC:900001"), ("佐宾蛋白", "HGNC:900001"), ("ZRX", "name:my zorbin"), ("ZORB1", ""),
        ("zorbin release", "GO:9000001"), ("zorbosomes", "MESH:D900001"), ("zorbin β freeing", "GO:9000001"),
    ]  # fmt: skip
    assert concepts(lexicon, "outflow") == ["GO:9000001"]
    assert lexicon.version == about["version"]
    saved = json.loads((tmp_path / "full" / "lexicon.json").read_text("utf-8"))
    assert {field: saved[field] for field in about} == about


def test_description_says_what_went_in_and_what_came_out(curated, releases, tmp_path):
    about = build(tmp_path / "full", {"HGNC": [str(releases["hgnc"])], "GO": [str(releases["go"])]})
    assert about["inputs"] == [
        {"source": source, "file": path.name, "sha256": hashlib.sha256(path.read_bytes()).hexdigest()}
        for source, path in (("HGNC", releases["hgnc"]), ("GO", releases["go"]))
    ]
    assert about["names"] == {
        "gene": {"concepts": 2, "names": 5, "sought": 4},  # ZRX is too short, ZORB1 blocked
        "organelle": {"concepts": 0, "names": 0, "sought": 0},
        "process": {"concepts": 1, "names": 3, "sought": 2},
    }


def test_built_folder_and_own_terms_go_together(curated, releases, tmp_path):
    build(tmp_path / "full", {"HGNC": [str(releases["hgnc"])]})
    lexicon = load_lexicon(tmp_path / "full", releases["terms"])
    assert concepts(lexicon, "ZRX", weak=False) == ["name:my zorbin"]
    assert concepts(lexicon, "ZRB1") == ["HGNC:900001"]
    with pytest.raises(LexiconError, match="one folder of a lexicon expected"):
        load_lexicon(tmp_path / "full", curated)


def yimai(*arguments):
    return CliRunner().invoke(cli, [str(a) for a in arguments])


def test_command_builds_a_lexicon_that_tag_find_and_info_take(curated, releases, tmp_path):
    given = [part for option, path in releases.items() for part in (f"--{option}", path)]
    result = yimai("lexicon", "build", "--out", tmp_path / "full", *given)
    assert result.exit_code == 0, result.output
    about = json.loads((tmp_path / "full" / "lexicon.json").read_text("utf-8"))
    assert result.output.splitlines()[-1] == (
        f"built: {tmp_path / 'full'} (version {about['version']}); use it with --lexicon {tmp_path / 'full'}"
    )
    assert result.output.splitlines()[1].split() == ["organelle", "1", "concepts", "1", "names,", "1", "sought"]

    write_jsonl(tmp_path / "in.jsonl", [Document("d", "佐宾蛋白(ZRB1) promotes zorbin release.")])
    result = yimai("tag", tmp_path / "in.jsonl", tmp_path / "out.jsonl", "--lexicon", tmp_path / "full")
    assert result.exit_code == 0, result.output
    (doc,) = read_jsonl(tmp_path / "out.jsonl")
    assert [(doc.surface(m), m.type, *m.concepts) for m in doc.mentions] == [
        ("佐宾蛋白", "gene", "HGNC:900001"), ("ZRB1", "gene", "HGNC:900001"), ("zorbin release", "process", "GO:9000001"),
    ]  # fmt: skip

    found = yimai("lexicon", "find", "outflow", "--lexicon", tmp_path / "full").output
    assert "GO:9000001  process  zorbin release  (by the en broad 'outflow', GO" in found
    assert f"version {about['version']}" in yimai("lexicon", "info", "--lexicon", tmp_path / "full").output


def test_species_are_those_of_the_option(curated, releases, tmp_path):
    for option, found in (((), ["NCBIGene:99003"]), (("--taxon", "9606, 7955"), ["NCBIGene:99004"])):
        yimai("lexicon", "build", "--ncbi", releases["ncbi"], "--out", tmp_path / "full", *option)
        lexicon = load_lexicon(tmp_path / "full")
        assert concepts(lexicon, "Rzorb1") + concepts(lexicon, "fishzorb1") == found


def test_release_that_is_none_stops_the_build_before_it_writes(curated, releases, tmp_path):
    releases["go"].write_text("<html>404</html>\n", "utf-8")
    result = yimai("lexicon", "build", "--out", tmp_path / "full", "--hgnc", releases["hgnc"], "--go", releases["go"])
    assert result.exit_code == 2
    assert f"yimai: {releases['go']}: OBO, or a table with GO:" in result.output
    assert not (tmp_path / "full").exists()


def test_same_input_gives_the_same_bytes(curated, releases, tmp_path):
    code = (
        "import sys; from pathlib import Path; import pipeline.lexicon.build as b; out, folder, *rest = sys.argv[1:]; "
        "b.shipped = lambda: Path(folder); "
        "b.build(Path(out), {s: [p] for s, p in zip(rest[::2], rest[1::2])}, taxa=['10116', '7955'])"
    )
    given = [str(part) for source, option in SOURCES.items() for part in (source, releases[option])]
    for seed in ("1", "2"):
        subprocess.run(
            [sys.executable, "-c", code, str(tmp_path / seed), str(curated), *given],
            check=True, env=os.environ | {"PYTHONHASHSEED": seed},
        )  # fmt: skip
    first, second = ({f.name: f.read_bytes() for f in (tmp_path / seed).iterdir()} for seed in ("1", "2"))
    assert first == second
    assert set(first) == {"terms.tsv", "keys.txt", "numbers.txt", "lexicon.json"}
