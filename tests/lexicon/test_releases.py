import gzip

import pytest

from pipeline.errors import LexiconError
from pipeline.lexicon.releases import Entry, read_go, read_hgnc, read_mesh, read_mgi, read_ncbi


def ncbi(path, taxa=("9606", "10090")):
    return read_ncbi(path, taxa)


READERS = [read_hgnc, read_go, read_mesh, read_mgi, ncbi]


@pytest.fixture
def file(tmp_path):
    def write(content, name="release"):
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    return write


def table(*rows):
    return "".join("\t".join(row) + "\n" for row in rows)


HGNC = table(
    ("hgnc_id", "symbol", "name", "locus_group", "status", "alias_symbol", "alias_name", "prev_symbol", "prev_name"),
    ("HGNC:900001", "ZRB1", "zorbin 1", "protein-coding gene", "Approved", '"ZB|p31"', '"zorbin alpha|ZORB, early"', "ZRA", ""),
    ("HGNC:900002", "ZRB2", "zorbin 2", "pseudogene", "Entry Withdrawn", "", "", "", ""),
    ("HGNC:900003", "ZRB3", "zorbin 3", "protein-coding gene", "Approved"),
)  # fmt: skip


def test_hgnc_in_the_current_form(file):
    assert list(read_hgnc(file(HGNC))) == [
        Entry("HGNC:900001", "gene", (
            ("ZRB1", "symbol"), ("zorbin 1", "name"), ("ZB", "abbreviation"), ("p31", "abbreviation"), ("ZRA", "former"),
            ("zorbin alpha", "synonym"), ("ZORB, early", "synonym"),
        )),
        Entry("HGNC:900003", "gene", (("ZRB3", "symbol"), ("zorbin 3", "name"))),
    ]  # fmt: skip


def test_hgnc_in_the_form_of_2017(file):
    old = table(
        ("HGNC ID", "Approved Symbol", "Approved Name", "Status", "Synonyms", "Entrez Gene ID(supplied by NCBI)"),
        ("HGNC:900001", "ZRB1", "zorbin 1", "Approved", "ZB, p31", "991"),
        ("HGNC:900002", "ZRB2~withdrawn", "entry withdrawn", "Entry Withdrawn", "", ""),
    )
    (entry,) = read_hgnc(file(old))
    assert entry == Entry(
        "HGNC:900001",
        "gene",
        (("ZRB1", "symbol"), ("zorbin 1", "name"), ("ZB", "abbreviation"), ("p31", "abbreviation")),
    )


@pytest.mark.parametrize("change", [lambda b: b, gzip.compress, lambda b: b"\xef\xbb\xbf" + b, lambda b: b.replace(b"\n", b"\r\n")])  # fmt: skip
def test_table_may_be_gzipped_or_come_from_windows(file, change):
    assert list(read_hgnc(file(change(HGNC.encode())))) == list(read_hgnc(file(HGNC, "plain")))


OBO = """format-version: 1.2
data-version: releases/2026-01-01
ontology: go

[Term]
id: GO:9000001
name: zorbosome
namespace: cellular_component
alt_id: GO:9000008
alt_id: GO:9000009
def: "Where zorbin is kept." [GOC:own]
synonym: "zorbin body" EXACT [GOC:own]
synonym: "early zorbosome" NARROW []
synonym: "vesicle" BROAD []
synonym: "zorbin store" RELATED []
synonym: "zorbosome" RELATED []

[Term]
id: GO:9000002
name: zorbin release
namespace: biological_process
is_a: GO:9000003 ! release

[Term]
id: GO:9000003
name: zorbin binding
namespace: molecular_function

[Term]
id: GO:9000004
name: obsolete zorbin liberation
namespace: biological_process
is_obsolete: true
replaced_by: GO:9000002

[Term]
id: GO:9000005
name: obsolete zorbin waste
namespace: biological_process
is_obsolete: true
consider: GO:9000002

[Typedef]
id: part_of
name: part of
"""


@pytest.mark.parametrize("change", [str.encode, lambda text: gzip.compress(text.encode())])
def test_obo_gives_scopes_branches_and_what_took_the_place_of_others(file, change):
    assert list(read_go(file(change(OBO)))) == [
        Entry("GO:9000001", "organelle", (
            ("zorbosome", "name"), ("zorbin body", "synonym"), ("early zorbosome", "narrow"), ("vesicle", "broad"),
            ("zorbin store", "related"),
        ), older=("GO:9000008", "GO:9000009")),
        Entry("GO:9000002", "process", (("zorbin release", "name"),)),
        Entry("GO:9000003", "", (("zorbin binding", "name"),)),
        Entry("GO:9000004", "process", (("obsolete zorbin liberation", "name"),), obsolete=True, replaced_by="GO:9000002"),
        Entry("GO:9000005", "process", (("obsolete zorbin waste", "name"),), obsolete=True),
    ]  # fmt: skip


@pytest.mark.parametrize("row", ["GO:9000001\tzorbosome", "zorbosome\tGO:9000001", "zorbosome\tGO:9000001\t\tGO"])
def test_go_table_takes_its_branch_from_the_name_of_the_file(file, row):
    (entry,) = read_go(file(row + "\n", "go_cellular_component_synonyms.tsv"))
    assert entry == Entry("GO:9000001", "organelle", (("zorbosome", "synonym"),))
    (entry,) = read_go(file(row + "\n", "go.tsv"))
    assert entry.layer == ""


def test_go_table_leaves_out_the_rows_of_other_vocabularies(file):
    entries = read_go(file("zorbosome\tGO:9000001\nzorbin disease\tD900001\nobsolete zorbin\tGO:9000002\n"))
    assert [(e.concept, e.obsolete) for e in entries] == [("GO:9000001", False), ("GO:9000002", True)]


def mesh(*records, doctype='<!DOCTYPE DescriptorRecordSet SYSTEM "https://www.nlm.nih.gov/databases/dtd/x.dtd">'):
    return f'<?xml version="1.0"?>\n{doctype}\n<DescriptorRecordSet LanguageCode="eng">{"".join(records)}</DescriptorRecordSet>\n'


def record(number, name, trees=(), preferred=(), other=()):
    def concept(terms, yes):
        listed = "".join(f"<Term><TermUI>T1</TermUI><String>{t}</String></Term>" for t in terms)
        return f'<Concept PreferredConceptYN="{yes}"><ConceptUI>M1</ConceptUI><TermList>{listed}</TermList></Concept>'

    numbers = "".join(f"<TreeNumber>{t}</TreeNumber>" for t in trees)
    return (
        f'<DescriptorRecord DescriptorClass="1"><DescriptorUI>{number}</DescriptorUI>'
        f"<DescriptorName><String>{name}</String></DescriptorName>"
        "<AllowableQualifiersList><AllowableQualifier><QualifierReferredTo><QualifierName><String>in other words</String>"
        "</QualifierName></QualifierReferredTo></AllowableQualifier></AllowableQualifiersList>"
        f"<TreeNumberList>{numbers}</TreeNumberList>"
        f"<ConceptList>{concept(preferred or [name], 'Y')}{concept(other, 'N')}</ConceptList></DescriptorRecord>"
    )


@pytest.mark.parametrize("change", [str.encode, lambda text: gzip.compress(text.encode())])
def test_mesh_gives_headings_as_they_are_said_and_narrower_concepts(file, change):
    xml = mesh(
        record("D900001", "Calcification, Zorbin", ["C23.550.200"], ["Calcification, Zorbin", "Zorbin Hardening"], ["Stone, Zorbin"]),
        record("D900002", "Zorbosomes", ["A11.284.430.214"]),
    )  # fmt: skip
    assert list(read_mesh(file(change(xml)))) == [
        Entry("MESH:D900001", "process", (
            ("Zorbin Calcification", "name"), ("Zorbin Hardening", "synonym"), ("Zorbin Stone", "narrow"),
        )),
        Entry("MESH:D900002", "organelle", (("Zorbosomes", "name"),)),
    ]  # fmt: skip


def test_mesh_heading_with_two_commas_stays_as_it_is(file):
    (entry,) = read_mesh(file(mesh(record("D900001", "Acids, Zorbic, Free"))))
    assert entry.names == (("Acids, Zorbic, Free", "name"),)


@pytest.mark.parametrize(
    ("trees", "layer"),
    [
        (["G03.100"], "process"),
        (["G13.5"], "process"),
        (["G02.100"], ""),
        (["G14.100"], ""),
        (["C23.550.1"], "process"),
        (["C23.888.1"], ""),
        (["A11.284.1"], "organelle"),
        (["A11.284"], ""),
        (["A11.329"], ""),
        (["D12.776", "G04.1"], "process"),
        ([], ""),
    ],
)
def test_mesh_layer_goes_by_tree_number(file, trees, layer):
    (entry,) = read_mesh(file(mesh(record("D900001", "Zorbin", trees))))
    assert entry.layer == layer


def test_mesh_xml_gives_no_content_of_other_files(file):
    secret = file("a secret of this machine", "secret.txt")
    doctype = f'<!DOCTYPE DescriptorRecordSet [<!ENTITY s SYSTEM "{secret.as_uri()}"><!ENTITY i "inside">]>'
    xml = mesh(record("D900001", "Zorbin &s;", [], ["Zorbin &s; &i; protein"]), doctype=doctype)
    (entry,) = read_mesh(file(xml))
    assert entry.concept == "MESH:D900001"
    assert "secret" not in str(entry)


def test_mesh_record_without_a_heading_has_no_name(file):
    (entry,) = read_mesh(file(mesh("<DescriptorRecord><DescriptorUI>D900001</DescriptorUI></DescriptorRecord>")))
    assert entry.names == ()


@pytest.mark.parametrize(
    ("xml", "message"),
    [
        (mesh(record("D900001", "Zorbin"))[:-30], "release"),
        (mesh(record("D900001", "Zorbin").replace("</String>", "")), "mismatch"),
        ('<?xml version="1.0"?><SupplementalRecordSet/>', "found no DescriptorRecord"),
    ],
)
def test_broken_mesh_xml_is_named(file, xml, message):
    with pytest.raises(LexiconError, match=rf"release: MeSH's descriptors as XML expected.*{message}"):
        list(read_mesh(file(xml)))


def test_mesh_table_has_no_layers(file):
    entries = list(read_mesh(file("D900001\tZorbin\tZorbine|Protein, Zorb\nMESH:C900002\tZorbol\n")))
    assert entries == [
        Entry("MESH:D900001", "", (("Zorbin", "name"), ("Zorbine", "synonym"), ("Protein, Zorb", "synonym"))),
        Entry("MESH:C900002", "", (("Zorbol", "name"),)),
    ]


def test_line_of_a_mesh_table_without_an_identifier_is_named(file):
    with pytest.raises(LexiconError, match="release:2: an identifier like D000001 and a name expected, found 'Zorbol'"):
        list(read_mesh(file("D900001\tZorbin\nZorbol\n")))


MGI = table(
    ("MGI Accession ID", "Chr", "cM Position", "genome coordinate start", "genome coordinate end", "strand", "Status",
     "Marker Symbol", "Marker Name", "Marker Type", "Feature Type", "Marker Synonyms (pipe-separated)"),
    ("MGI:9900001", "1", "2.5", "1000", "2000", "+", "O", "Zrb1", "zorbin 1", "Gene", "protein coding gene", "Zb|mZorb"),
    ("MGI:9900002", "1", "2.5", "", "", "", "O", "Zrb-ps1", "zorbin, pseudogene 1", "Pseudogene", "pseudogene", ""),
    ("MGI:9900003", "1", "2.5", "", "", "", "O", "Zrbq1", "zorbin level 1", "QTL", "QTL", ""),
    ("MGI:9900004", "UN", "N/A", "", "", "", "O", "Tg(Zrb1)1Own", "transgene", "Transgene", "transgene", ""),
)  # fmt: skip


def test_mgi_list_of_markers_gives_its_genes(file):
    assert list(read_mgi(file(MGI))) == [
        Entry("MGI:9900001", "gene", (
            ("Zrb1", "symbol"), ("zorbin 1", "name"), ("Zb", "abbreviation"), ("mZorb", "abbreviation"),
        )),
        Entry("MGI:9900002", "gene", (("Zrb-ps1", "symbol"), ("zorbin, pseudogene 1", "name"))),
    ]  # fmt: skip


def test_mgi_table_of_symbols(file):
    (entry,) = read_mgi(file("ID\tsymbol\tsynonyms\tensembl\n9900001\tZrb1\tZb;mZorb|Zorb\tENSMUSG1\n"))
    assert entry.concept == "MGI:9900001"
    assert [name for name, _ in entry.names] == ["Zrb1", "Zb", "mZorb", "Zorb"]


NCBI = table(
    ("#tax_id", "GeneID", "Symbol", "LocusTag", "Synonyms", "dbXrefs", "chromosome", "map_location", "description"),
    ("9606", "99001", "ZRB1", "-", "ZB|p31", "MIM:1|HGNC:HGNC:900001|Ensembl:ENSG1", "1", "1p1", "zorbin 1"),
    ("10090", "99002", "Zrb1", "-", "-", "MGI:MGI:9900001|Ensembl:ENSMUSG1", "1", "1 A", "zorbin 1"),
    ("10116", "99003", "Zrb1", "-", "-", "RGD:1", "1", "1q", "zorbin 1"),
    ("9606", "99004", "NEWENTRY", "-", "-", "-", "-", "-", "Record to support submission of GeneRIFs"),
    ("9606", "99005", "LOC99005", "-", "-", "-", "1", "-", "-"),
)


@pytest.mark.parametrize("taxa", [("9606", "10090"), ("9606", " 10090 ")])
def test_gene_info_gives_the_genes_of_the_species_wanted(file, taxa):
    assert list(ncbi(file(gzip.compress(NCBI.encode())), taxa)) == [
        Entry("NCBIGene:99001", "gene", (
            ("ZRB1", "symbol"), ("zorbin 1", "name"), ("ZB", "abbreviation"), ("p31", "abbreviation"),
        ), same_as="HGNC:900001"),
        Entry("NCBIGene:99002", "gene", (("Zrb1", "symbol"), ("zorbin 1", "name")), same_as="MGI:9900001"),
        Entry("NCBIGene:99005", "gene", (("LOC99005", "symbol"),)),
    ]  # fmt: skip


@pytest.mark.parametrize("reader", READERS)
@pytest.mark.parametrize(
    "content",
    [
        b"",
        bytes(range(256)) * 4,
        b"\0" * 100,
        b"what\tis\tthis\n1\t2\t3\n",
        b"<html>" + b"not found " * 20_000 + b"</html>",  # longer than a cell of csv may be
        gzip.compress(b"what\tis\tthis\n1\t2\t3\n"),
        gzip.compress(HGNC.encode() + OBO.encode())[:12],
        b"\x1f\x8b\x08" + b"\xff" * 200,
        b"\x1f\x8b not gzip at all",
    ],
    ids=["empty", "binary", "zeros", "other columns", "web page", "gzip", "cut gzip", "broken gzip", "no gzip"],
)
def test_file_that_is_no_release_is_named(file, reader, content):
    with pytest.raises(LexiconError, match=r"release:.* expected"):
        list(reader(file(content)))


@pytest.mark.parametrize(
    ("reader", "content", "column"),
    [
        (read_hgnc, HGNC, "status"),
        (read_hgnc, HGNC, "symbol"),
        (read_mgi, MGI, "MGI Accession ID"),
        (read_mgi, MGI, "Marker Type"),
        (ncbi, NCBI, "Symbol"),
        (ncbi, NCBI, "dbXrefs"),
    ],
)
def test_table_without_a_column_that_is_needed_is_named(file, reader, content, column):
    header, rest = content.split("\n", 1)
    cells = ["other" if cell == column else cell for cell in header.split("\t")]
    with pytest.raises(LexiconError, match=f"release: .* expected, with the columns .*{column}.*; found '"):
        list(reader(file("\t".join(cells) + "\n" + rest)))


@pytest.mark.parametrize(
    "content",
    [
        "format-version: 1.2\n\n[Term]\nname: no identifier\n",
        b"format-version: 1.2\n\n[Term]\nid: GO:9000001\nname: zorb\xff\n",
        gzip.compress((OBO * 200).encode())[:-40],
    ],
    ids=["no identifier", "no UTF-8", "cut gzip"],
)
def test_broken_obo_is_named(file, content):
    with pytest.raises(LexiconError, match="release: OBO expected"):
        list(read_go(file(content)))


@pytest.mark.parametrize("reader", READERS)
def test_missing_file_and_folder_are_named(tmp_path, reader):
    for path in (tmp_path / "missing.txt", tmp_path):
        with pytest.raises(LexiconError, match=rf"{path.name}: .*expected"):
            list(reader(path))
