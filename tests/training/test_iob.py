import pytest

from pipeline.errors import AnnotationError, ConfigError
from pipeline.training.corpora.iob import read_iob


@pytest.fixture
def read(tmp_path):
    def read_rows(*rows, end="\n"):
        path = tmp_path / "BC2GM-IOB" / "devel.tsv"
        path.parent.mkdir(exist_ok=True)
        path.write_bytes("".join(f"{row}{end}" for row in rows).encode())
        return list(read_iob(path))

    return read_rows


def mentions(doc):
    return [(m.id, m.type, doc.surface(m)) for m in doc.mentions]


@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_sentence_is_its_tokens_with_one_space(read, end):
    rows = ["The\tO", "α\tB-GENE", "-\tI-GENE", "actin\tI-GENE", ".\tO", "", "", "No\tO", "genes\tO", ""]
    first, second = read(*rows, end=end)
    assert (first.id, first.lang, first.text) == ("bc2gm-devel-1", "en", "The α - actin .")
    assert mentions(first) == [("m1", "gene", "α - actin")]
    assert (second.id, second.text, second.mentions) == ("bc2gm-devel-2", "No genes", ())


def test_neighbours_with_b_are_two_and_layers_come_from_labels(read):
    (doc,) = read(
        "p53\tB-protein", "Mdm2\tB-protein", "TP53\tB-DNA", "locus\tI-DNA", "mRNA\tB-RNA", "HeLa\tB-cell_line"
    )
    assert [m[2] for m in mentions(doc)] == ["p53", "Mdm2", "TP53 locus", "mRNA"]
    assert {m.type for m in doc.mentions} == {"gene"}


def test_docstart_lines_are_no_sentences(read):
    documents = read("-DOCSTART-\tO", "", "One\tO", "", "-DOCSTART-\tO", "", "Two\tO")
    assert [(doc.id, doc.text) for doc in documents] == [("bc2gm-devel-1", "One"), ("bc2gm-devel-2", "Two")]


def test_offsets_count_characters(read):
    (doc,) = read("𝛼𝛽\tO", "JNK\tB-GENE")
    assert mentions(doc) == [("m1", "gene", "JNK")]


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        (["p53 O"], r"devel\.tsv:1: a token, a tab, and O, B-LABEL or I-LABEL expected, found 'p53 O'; correct"),
        (["p53\tX"], ":1: a token, a tab"),
        (["p53\tB-"], ":1: a token, a tab"),
        (["p53\tO\tO"], ":1: a token, a tab"),
        (["\tO"], ":1: a token, a tab"),
        (["a\tO", "p53\tI-GENE"], ":2: B-GENE, as the token before has the tag O, expected"),
        (["a\tB-GENE", "", "p53\tI-GENE"], ":3: B-GENE, as the token before"),
        (["a\tB-DNA", "p53\tI-RNA"], ":2: B-RNA, as the token before has the tag B-DNA"),
        (["a\tB-Disease"], ":1: one of the labels GENE, protein, .* expected, found 'a\\\\tB-Disease'"),
    ],
)
def test_broken_line_is_named(read, rows, message):
    with pytest.raises(AnnotationError, match=message):
        read(*rows)


def test_labels_and_prefix_can_be_given(tmp_path):
    (tmp_path / "a.tsv").write_text("flu\tB-Disease\n")
    (doc,) = read_iob(tmp_path / "a.tsv", labels={"Disease": "process"}, prefix="my")
    assert (doc.id, mentions(doc)) == ("my-1", [("m1", "process", "flu")])


def test_file_that_cannot_be_read(tmp_path):
    with pytest.raises(ConfigError, match=r"none\.tsv: the file cannot be opened"):
        list(read_iob(tmp_path / "none.tsv"))
    (tmp_path / "latin.tsv").write_bytes(b"caf\xe9\tO\n")
    with pytest.raises(AnnotationError, match=r"latin\.tsv: UTF-8 expected"):
        list(read_iob(tmp_path / "latin.tsv"))


@pytest.mark.corpus
@pytest.mark.parametrize(
    ("file", "sentences", "genes"),
    [
        ("bc2gm/BC2GM-IOB/train.tsv", 12574, 15197),
        ("bc2gm/BC2GM-IOB/devel.tsv", 2519, 3061),
        ("jnlpba/JNLPBA/devel.tsv", 1631, 3341),
    ],
)
def test_counts_of_the_corpora(shared, file, sentences, genes):
    documents = list(read_iob(shared / "corpora/en/raw" / file))
    assert (len(documents), sum(len(doc.mentions) for doc in documents)) == (sentences, genes)
    assert {m.type for doc in documents for m in doc.mentions} == {"gene"}
