import pytest
from click.testing import CliRunner

from pipeline.cli import cli
from pipeline.document import Document
from pipeline.errors import LexiconError
from pipeline.lexicon import Term, load_lexicon
from pipeline.lexicon.own_terms import read_own_terms
from pipeline.miner import Miner
from pipeline.store import read_jsonl, write_jsonl

HEADER = ("name", "concept", "layer")
ROWS = [
    HEADER,
    ("ZRB1", "HGNC:900001", "gene"),
    ("佐宾蛋白", "HGNC:900001", "gene"),
    ("zorbin, early", "my zorbin", "gene"),
    ("NA", "", "process"),
    ("Zorbosome  body", "GO:9000001", "organelle"),
]


@pytest.fixture
def own(tmp_path):
    """Writes a table in the form that its name says."""

    def write(name, rows, *, encoding="utf-8"):
        path = tmp_path / name
        if name.lower().endswith(".xlsx"):
            from openpyxl import Workbook

            book = Workbook()
            for row in rows:
                book.active.append([cell or None for cell in row])
            book.save(path)
        else:
            separator = "," if name.lower().endswith(".csv") else "\t"
            quoted = [[f'"{cell}"' if separator in cell else cell for cell in row] for row in rows]
            path.write_text("".join(separator.join(row) + "\n" for row in quoted), encoding)
        return path

    return write


@pytest.mark.parametrize("name", ["own.tsv", "own.csv", "own.xlsx", "OWN.CSV", "OWN.XLSX", "own.txt"])
def test_table_of_any_form_gives_the_same_terms(own, name):
    terms = list(read_own_terms(own(name, ROWS)))
    assert terms == [
        Term("ZRB1", "HGNC:900001", "gene", "en", "abbreviation", name),
        Term("佐宾蛋白", "HGNC:900001", "gene", "zh", "name", name),
        Term("zorbin, early", "name:my zorbin", "gene", "en", "name", name),
        Term("NA", "name:NA", "process", "en", "abbreviation", name),
        Term("Zorbosome body", "GO:9000001", "organelle", "en", "name", name),
    ]


@pytest.mark.parametrize("name", ["own.tsv", "own.csv"])
def test_byte_order_mark_of_windows_is_no_part_of_the_header(own, name):
    assert [t.name for t in read_own_terms(own(name, ROWS[:2], encoding="utf-8-sig"))] == ["ZRB1"]


@pytest.mark.parametrize("name", ["own.tsv", "own.xlsx"])
def test_lang_and_status_are_taken_where_they_are_given(own, name):
    rows = [
        (" Layer", "STATUS", "name", "concept", "lang", "note"),
        ("gene", "symbol", "zorb", "zorbin", "en", "seen in a talk"),
        ("gene", "", "ZB蛋白", "zorbin", "en", ""),
        ("gene", "weak", "zorbic", "zorbin", "", ""),
    ]
    assert list(read_own_terms(own(name, rows))) == [
        Term("zorb", "name:zorbin", "gene", "en", "symbol", name),
        Term("ZB蛋白", "name:zorbin", "gene", "en", "name", name),
        Term("zorbic", "name:zorbin", "gene", "en", "weak", name, sought=False),
    ]


@pytest.mark.parametrize(
    ("name", "status"),
    [("ZB", "abbreviation"), ("p31", "abbreviation"), ("mZorB", "abbreviation"), ("Zorb", "name"), ("Z b", "name"),
     ("ZORBINPROTEIN", "name"), ("佐宾2", "name")],
)  # fmt: skip
def test_short_name_with_capitals_or_digits_is_an_abbreviation(own, name, status):
    (term,) = read_own_terms(own("own.tsv", [HEADER, (name, "zorbin", "gene")]))
    assert term.status == status


@pytest.mark.parametrize(
    ("concept", "kept"),
    [
        ("HGNC:900001", "HGNC:900001"),
        ("MESH:D900001", "MESH:D900001"),
        ("NCBIGene:99", "NCBIGene:99"),
        ("name:zorbin", "name:zorbin"),
        ("HGNC", "name:HGNC"),
        ("GO: 1", "name:GO: 1"),
        ("MY:1", "name:MY:1"),
    ],
)
def test_concept_that_is_no_identifier_is_a_name_of_the_users_own(own, concept, kept):
    (term,) = read_own_terms(own("own.tsv", [HEADER, ("zorbin", concept, "gene")]))
    assert term.concept == kept


@pytest.mark.parametrize("name", ["own.tsv", "own.csv", "own.xlsx"])
@pytest.mark.parametrize(
    ("rows", "message"),
    [
        ([("name", "layer"), ("ZRB1", "gene")], ":1: the columns .* expected, concept missing in name, layer"),
        ([("gene", "ZRB1")], ":1: .* name, concept, layer missing in gene, zrb1"),
        ([HEADER, ("ZRB1", "", "gene"), ("ZRB2", "", "drug")], ":3: layer 'drug' found; known: gene, organelle, process"),
        ([HEADER, ("ZRB1", "", "gene"), ("", "HGNC:1", "gene")], ":3: a name expected, the cell is empty"),
        ([HEADER, ("ZRB1", "", "gene"), ("", "", ""), ("ZRB2", "", "")], ":4: layer '' found"),
        ([(*HEADER, "lang"), ("ZRB1", "", "gene", "de")], ":2: lang 'de' found; known: en, zh"),
        ([(*HEADER, "status"), ("ZRB1", "", "gene", "nick")], ":2: status 'nick' found; known: symbol, name"),
    ],
)  # fmt: skip
def test_wrong_row_is_named_with_file_and_row(own, name, rows, message):
    with pytest.raises(LexiconError, match=name + message):
        list(read_own_terms(own(name, rows)))


@pytest.mark.parametrize("name", ["own.tsv", "own.xlsx"])
def test_empty_rows_are_left_out(own, name):
    rows = [HEADER, ("", "", ""), ("ZRB1", "", "gene"), ("", "", "")]
    assert [t.name for t in read_own_terms(own(name, rows))] == ["ZRB1"]


def test_own_chinese_name_is_found_in_traditional_characters_and_any_case(folder, own):
    mine = own("own.tsv", [HEADER, ("佐宾蛋白2", "zorbin 2", "gene"), ("ZRB通路", "zorbin pathway", "process")])
    text = "佐賓蛋白-2與Zrb通路"
    found = [text[m.start : m.end] for m in load_lexicon(folder, mine).match(text)]
    assert found == ["佐賓蛋白-2", "Zrb通路"]


def test_row_may_end_before_the_columns_that_need_not_be_given(tmp_path):
    path = tmp_path / "own.tsv"
    path.write_text("name\tconcept\tlayer\tlang\tstatus\nZRB1\tHGNC:900001\tgene\n\nzorbin\t\tgene\ten\n", "utf-8")
    assert [(t.name, t.lang, t.status) for t in read_own_terms(path)] == [
        ("ZRB1", "en", "abbreviation"), ("zorbin", "en", "name"),
    ]  # fmt: skip


def workbook(*, without="", broken=""):
    """An .xlsx file without one of its parts, or with one that is no XML."""
    import io
    import zipfile

    from openpyxl import Workbook

    whole, result = io.BytesIO(), io.BytesIO()
    Workbook().save(whole)
    with zipfile.ZipFile(whole) as given, zipfile.ZipFile(result, "w") as out:
        for part in given.namelist():
            if part != without:
                out.writestr(part, b"<oops" if part == broken else given.read(part))
    return result.getvalue()


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("own.tsv", b""),
        ("own.csv", "名称,概念\n".encode("gb18030")),
        ("own.tsv", bytes(range(256))),
        ("own.tsv", b'name\tconcept\tlayer\n"ZRB1\tx\tgene\n'),
        ("own.csv", b"name,concept,layer\nZRB1,x,gene,too,many\n"),
        ("own.xlsx", b""),
        ("own.xlsx", b"name\tconcept\tlayer\n"),
        ("own.xlsx", b"PK\x03\x04 and no more"),
        ("own.xlsx", workbook()[:-60]),
        ("own.xlsx", workbook(without="xl/workbook.xml")),
        ("own.xlsx", workbook(broken="xl/workbook.xml")),
        ("own.xlsx", workbook(broken="xl/worksheets/sheet1.xml")),
    ],
)
def test_file_that_is_no_table_is_named(tmp_path, name, content):
    (tmp_path / name).write_bytes(content)
    with pytest.raises(LexiconError, match=rf"{name}: a table \(\.tsv, \.csv or \.xlsx, UTF-8\) expected"):
        list(read_own_terms(tmp_path / name))


def test_missing_table_is_named(folder):
    with pytest.raises(LexiconError, match=r"missing\.tsv: a table .* expected"):
        load_lexicon(folder, folder / "missing.tsv")


def test_own_name_hides_a_blocked_or_other_meaning(folder, add, own):
    add("gene", "HGNC:900001", "en", "symbol", "ZRB1")
    add("process", "GO:9000002", "en", "name", "zorbin release")
    add("blocked", "ZB", "any", "a unit")
    mine = own("own.tsv", [HEADER, ("ZB", "HGNC:900001", "gene"), ("zorbin release", "my release", "gene")])
    text = "ZB and zorbin release need ZRB1."
    found = [
        (m.start, [(t.concept, t.layer, t.status) for t in m.terms]) for m in load_lexicon(folder, mine).match(text)
    ]
    assert found == [
        (0, [("HGNC:900001", "gene", "abbreviation")]),
        (7, [("name:my release", "gene", "name")]),
        (27, [("HGNC:900001", "gene", "symbol")]),
    ]
    assert [t.status for m in load_lexicon(folder).match("ZB") for t in m.terms] == ["blocked"]


def test_own_blocked_name_takes_a_meaning_away(folder, add, own):
    add("gene", "HGNC:900001", "en", "symbol", "ZRB1")
    mine = own("own.tsv", [(*HEADER, "status"), ("ZRB1", "", "gene", "blocked")])
    assert Miner(load_lexicon(folder, mine))("ZRB1 rose in the cells.").mentions == ()


def test_gene_known_in_two_languages_counts_as_one(folder, own):
    mine = own("own.tsv", [HEADER, ("zorbin", "Zorbin family", "gene"), ("佐宾蛋白", "Zorbin family", "gene")])
    tables = Miner(load_lexicon(folder, mine)).tables(["zorbin rises in the cells.", "细胞中佐宾蛋白升高。"])
    (entity,) = tables["entities"].to_dict("records")
    assert (entity["concept"], entity["mentions"], entity["mentions_zh"], entity["papers"]) == (
        "name:Zorbin family",
        2,
        1,
        2,
    )
    assert (entity["name_en"], entity["name_zh"]) == ("zorbin", "佐宾蛋白")


def test_own_name_of_a_known_gene_counts_with_it(folder, add, own):
    add("gene", "HGNC:900001", "en", "symbol", "ZRB1")
    mine = own("own.tsv", [HEADER, ("佐宾蛋白", "HGNC:900001", "gene")])
    tables = Miner(load_lexicon(folder, mine)).tables(["ZRB1 rises in the cells.", "细胞中佐宾蛋白升高。"])
    (entity,) = tables["entities"].to_dict("records")
    assert (entity["concept"], entity["mentions"], entity["name_en"]) == ("HGNC:900001", 2, "ZRB1")


def test_mention_says_whose_term_it_is(folder, add, own):
    add("gene", "HGNC:900001", "en", "symbol", "ZRB1")
    mine = own("my terms.csv", [HEADER, ("ZRB9", "zorbin 9", "gene")])
    lexicon = load_lexicon(folder, mine)
    assert {t.name: t.source for t in lexicon.terms} == {"ZRB9": "my terms.csv", "ZRB1": "curated"}
    known, new = Miner(lexicon)("ZRB1 and ZRB9 rose.").mentions
    assert new.by == f"{known.by}, my terms.csv"


def test_version_of_the_lexicon_changes_with_the_own_terms(folder, own):
    versions = [load_lexicon(folder).version]
    for name in ("ZRB1", "ZRB2"):
        versions.append(load_lexicon(folder, own("own.tsv", [HEADER, (name, "", "gene")])).version)
    assert len(set(versions)) == 3


def yimai(*arguments):
    return CliRunner().invoke(cli, [str(a) for a in arguments])


@pytest.fixture
def docs(tmp_path):
    path = tmp_path / "docs.jsonl"
    write_jsonl(path, [Document("d", "ZRB1 activates ZB in the cells.")])
    return path


def test_commands_take_a_folder_and_own_terms_together(folder, add, own, docs, tmp_path):
    add("gene", "HGNC:900001", "en", "symbol", "ZRB1")
    add("blocked", "ZB", "any", "a unit")
    mine = own("own.tsv", [HEADER, ("ZB", "HGNC:900002", "gene")])
    both = ("--lexicon", folder, "--lexicon", mine)
    result = yimai("tag", docs, tmp_path / "out.jsonl", *both)
    assert result.exit_code == 0, result.output
    (doc,) = read_jsonl(tmp_path / "out.jsonl")
    assert [(doc.surface(m), *m.concepts) for m in doc.mentions] == [("ZRB1", "HGNC:900001"), ("ZB", "HGNC:900002")]
    assert (
        "HGNC:900002  gene  ZB  (by the en abbreviation 'ZB', own.tsv" in yimai("lexicon", "find", "ZB", *both).output
    )
    assert "blocked:" in yimai("lexicon", "find", "ZB", "--lexicon", folder).output
    gene, *_, last = yimai("lexicon", "info", *both).output.splitlines()[1:]
    assert gene.split() == ["gene", "2", "2", "0", "2", "0"]
    assert last == f"blocked names: 1; version {load_lexicon(folder, mine).version}"


def test_wrong_row_stops_a_command_before_it_writes(folder, own, docs, tmp_path):
    mine = own("own.tsv", [HEADER, ("ZB", "HGNC:900002", "drug")])
    result = yimai("tag", docs, tmp_path / "out.jsonl", "--lexicon", folder, "--lexicon", mine)
    assert result.exit_code == 2
    assert result.output == f"yimai: {mine}:2: layer 'drug' found; known: gene, organelle, process\n"
    assert not (tmp_path / "out.jsonl").exists()
