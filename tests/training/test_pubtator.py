from collections import Counter

import pytest

from pipeline.errors import AnnotationError, ConfigError
from pipeline.training.corpora.pubtator import read_pubtator

TITLE = "Klotho restrains FGF23 in the kidney."
ABSTRACT = "Loss of KL raised FGF23. PTH was unchanged. FGF23 and PTH, and PTH again, met KL in mice."
TEXT = f"{TITLE} {ABSTRACT}"
GENES = {"Klotho": "9365", "KL": "9365", "FGF23": "8074", "PTH": "5741"}


def gene_lines(text=TEXT, genes=None):
    lines = []
    for name, ids in (genes or GENES).items():
        at = text.find(name)
        while at >= 0:
            lines.append(f"7\t{at}\t{at + len(name)}\t{name}\tGeneOrGeneProduct\t{ids}")
            at = text.find(name, at + 1)
    return lines


@pytest.fixture
def read(tmp_path):
    def read_lines(*lines, title=TITLE, abstract=ABSTRACT, end="\n"):
        path = tmp_path / "a.PubTator"
        path.write_bytes(end.join([f"7|t|{title}", f"7|a|{abstract}", *lines, "", ""]).encode())
        (doc,) = read_pubtator(path)
        return doc

    return read_lines


def relations(doc):
    mentions = {m.id: m for m in doc.mentions}
    return [
        (
            r.type,
            (mentions[r.head].start, doc.surface(mentions[r.head])),
            (mentions[r.tail].start, doc.surface(mentions[r.tail])),
        )
        for r in doc.relations
    ]


@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_document_of_a_record(read, end):
    doc = read(
        "7\t0\t6\tKlotho\tGeneOrGeneProduct\t9365",
        "7\t30\t36\tkidney\tDiseaseOrPhenotypicFeature\tD007680",
        end=end,
    )
    assert (doc.id, doc.lang, doc.text, doc.title) == ("7", "en", TEXT, TITLE)
    assert [(m.id, m.type, doc.surface(m), m.concepts, m.by) for m in doc.mentions] == [
        ("m1", "gene", "Klotho", ("NCBIGene:9365",), "gold")
    ]


def test_offsets_count_characters_and_only_line_feeds_end_lines(read):
    doc = read("7\t4\t7\tJNK\tGeneOrGeneProduct\t5599", title="𝛼\u2028\x85\rJNK", abstract="")
    assert doc.text == "𝛼\u2028\x85\rJNK "
    assert doc.surface(doc.mentions[0]) == "JNK"


@pytest.mark.parametrize(
    ("column", "concepts"),
    [
        ("\t3172,3651;6927", ("NCBIGene:3172", "NCBIGene:3651", "NCBIGene:6927")),
        ("\t-", ()),
        ("\t", ()),
        ("", ()),
        ("\t3172,3172", ("NCBIGene:3172",)),
    ],
)
def test_identifiers_of_a_gene(read, column, concepts):
    doc = read(f"7\t0\t6\tKlotho\tGeneOrGeneProduct{column}")
    assert [m.concepts for m in doc.mentions] == [concepts]


def test_of_overlapping_genes_the_longest_stays(read):
    doc = read(
        "7\t0\t6\tKlotho\tGeneOrGeneProduct\t1",
        "7\t0\t16\tKlotho restrains\tGeneOrGeneProduct\t2",
        "7\t0\t16\tKlotho restrains\tGeneOrGeneProduct\t3",
    )
    assert [(doc.surface(m), m.concepts) for m in doc.mentions] == [("Klotho restrains", ("NCBIGene:2", "NCBIGene:3"))]


@pytest.mark.parametrize(
    ("given", "ours"),
    [
        ("Positive_Correlation", ["positively_regulates"]),
        ("Negative_Correlation", ["negatively_regulates"]),
        ("Association", ["interacts_with"]),
        ("Bind", ["interacts_with"]),
        ("Comparison", []),
        ("Drug_Interaction", []),
    ],
)
def test_type_of_a_relation(read, given, ours):
    doc = read(*gene_lines(), f"7\t{given}\t9365\t8074\tNo")
    assert [(r.type, r.negated, r.speculative, r.by) for r in doc.relations] == [
        (o, False, False, "gold") for o in ours
    ]


def test_relation_goes_to_the_closest_mentions_of_one_sentence(read):
    doc = read(*gene_lines(), "7\tBind\t5741\t8074\tNo", "7\tAssociation\t9365\t5741\tNo")
    fgf23, pth, klotho = TEXT.rindex("FGF23"), TEXT.index("and PTH") + 4, TEXT.rindex("KL")
    assert relations(doc) == [
        # "FGF23. PTH" is closer, but of two sentences.
        ("interacts_with", (pth, "PTH"), (fgf23, "FGF23")),
        ("interacts_with", (klotho, "KL"), (TEXT.rindex("PTH"), "PTH")),
    ]


def test_of_equally_close_pairs_the_earlier_one(read):
    doc = read(
        *gene_lines("AKT1 JUN AKT1. ", {"AKT1": "207", "JUN": "3725"}),
        "7\tBind\t3725\t207\tNo",
        title="AKT1 JUN AKT1.",
        abstract="",
    )
    assert relations(doc) == [("interacts_with", (5, "JUN"), (0, "AKT1"))]


def test_relation_without_a_common_sentence_is_left_out(read):
    text = "AKT1 rose. JUN fell."
    lines = gene_lines(f"{text} ", {"AKT1": "207", "JUN": "3725"})
    assert read(*lines, "7\tBind\t207\t3725\tNo", title=text, abstract="").relations == ()


def test_relation_with_what_is_no_gene_is_left_out(read):
    doc = read(*gene_lines(), "7\t30\t36\tkidney\tOrganismTaxon\t10090", "7\tBind\t9365\t10090\tNo")
    assert doc.relations == ()


def test_relation_inside_one_mention_is_left_out(read):
    line = "7\t0\t6\tKlotho\tGeneOrGeneProduct\t1,2"
    assert read(line, "7\tBind\t1\t2\tNo").relations == ()


def test_relation_of_a_gene_with_itself_needs_two_mentions(read):
    text = "JUN binds JUN."
    doc = read(*gene_lines(f"{text} ", {"JUN": "3725"}), "7\tBind\t3725\t3725\tNo", title=text, abstract="")
    assert relations(doc) == [("interacts_with", (0, "JUN"), (10, "JUN"))]


def test_repeated_statements_are_one_relation(read):
    text = "AKT1 met FOXO factors."
    lines = gene_lines(f"{text} ", {"AKT1": "207", "FOXO": "2308,2309"})
    statements = ["Bind\t207\t2308", "Association\t2309\t207", "Positive_Correlation\t207\t2309"]
    doc = read(*lines, *(f"7\t{s}\tNo" for s in statements), title=text, abstract="")
    assert [(r.id, r.type) for r in doc.relations] == [("r1", "interacts_with"), ("r2", "positively_regulates")]


def test_records_are_parted_by_blank_lines(tmp_path):
    path = tmp_path / "two.PubTator"
    path.write_text("\ufeff\n7|t|One.\n7|a|\n\n\n8|t|Two.\n8|a|More.", encoding="utf-8")
    assert [(doc.id, doc.text) for doc in read_pubtator(path)] == [("7", "One. "), ("8", "Two. More.")]


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("7\t0\t6\tKlotho", r"a\.PubTator:3: a mention of 6 columns .* or a relation of 5 .* expected, found '7\\t0"),
        ("7\tzero\t6\tKlotho\tGeneOrGeneProduct\t1", ":3: a mention of 6 columns"),
        ("7\tBind\t1\t2", ":3: a mention of 6 columns"),
        ("7\t-1\t6\tKlotho\tGeneOrGeneProduct\t1", ":3: a mention of 6 columns"),
        ("7\t1\t6\tKlotho\tGeneOrGeneProduct\t1", r":3: 'lotho', the text at \[1, 6\) .* expected, found '7\\t1\\t6"),
        ("7\t6\t6\t\tGeneOrGeneProduct\t1", r":3: '', the text at \[6, 6\)"),
        ("7\t0\t6\tKlotho\tGeneOrGeneProduct\tD007680", ":3: numbers of NCBI Gene, or '-' for none, expected"),
        ("7\tBind\t1\t2\tNo", ":3: a relation between identifiers of the record's mentions expected"),
        ("8\t0\t6\tKlotho\tGeneOrGeneProduct\t1", ":3: an annotation of 7, or a blank line .* found '8"),
        ("8|t|The next", ":3: an annotation of 7, or a blank line before the next record, expected"),
    ],
)
def test_broken_line_is_named_with_what_was_expected(read, line, message):
    with pytest.raises(AnnotationError, match=message):
        read(line)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("7|a|Abstract first.\n", r"b\.PubTator:1: a title 'PMID\|t\|text' expected, found '7\|a"),
        ("7|t|Title.\n", r":1: a title and after it the abstract '7\|a\|text' expected, found '7\|t"),
        ("7|t|Title.\n8|a|Another.\n", r":2: a title and after it the abstract '7\|a\|text' expected, found '8\|a"),
        (f"7 {'long ' * 100}\n", r"found '7 (long ){19}lon…'; correct the line"),
    ],
)
def test_broken_record_is_named(tmp_path, content, message):
    path = tmp_path / "b.PubTator"
    path.write_text(content)
    with pytest.raises(AnnotationError, match=message):
        list(read_pubtator(path))


def test_file_that_cannot_be_read(tmp_path):
    with pytest.raises(ConfigError, match=r"none\.PubTator: the file cannot be opened"):
        list(read_pubtator(tmp_path / "none.PubTator"))
    (tmp_path / "latin").write_bytes(b"7|t|caf\xe9\n")
    with pytest.raises(AnnotationError, match="latin: UTF-8 expected"):
        list(read_pubtator(tmp_path / "latin"))


@pytest.mark.corpus
@pytest.mark.parametrize(
    ("part", "genes", "positive", "negative", "interacts"),
    [("Train", 4430, 159, 63, 388), ("Dev", 1087, 67, 17, 78)],
)
def test_counts_of_the_corpus(shared, part, genes, positive, negative, interacts):
    documents = list(read_pubtator(shared / f"corpora/en/raw/biored/{part}.PubTator"))
    assert sum(len(doc.mentions) for doc in documents) == genes
    assert Counter(r.type for doc in documents for r in doc.relations) == {
        "positively_regulates": positive,
        "negatively_regulates": negative,
        "interacts_with": interacts,
    }
