import pytest

from pipeline.errors import AnnotationError, ConfigError
from pipeline.training.corpora.treebank import Word, placed, read_treebank

TREES = """\
# newdoc id = 1
# sent_id = 0
# text = Both E2f genes.
1\tBoth\tboth\tDET\tDT\t_\t3\tdet\t_\t_
2\tE2f\te0f\tNOUN\tNN\tNumber=Sing\t3\tcompound\t_\t_
3\tgenes\tgene\tNOUN\tNNS\tNumber=Plur\t0\troot\t_\tSpaceAfter=No
4\t.\t.\tPUNCT\t.\t_\t3\tpunct\t_\t_

# sent_id = 1
# text = Two
1\tTwo\t#crd#\tNUM\tCD\t_\t0\troot\t_\t_
"""


@pytest.fixture
def read(tmp_path):
    """Sentences of an article with these trees."""

    def read(trees):
        path = tmp_path / "structural-annotation/dependency/conllu/1.conllu"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(trees, "utf-8")
        return read_treebank(tmp_path, "1")

    return read


def test_words_of_the_sentences(read):
    assert read(TREES) == [
        (
            Word("Both", "both", "DT", 2, "det", space=True),
            Word("E2f", "e2f", "NN", 2, "compound", space=True),
            Word("genes", "gene", "NNS", 2, "root", space=False),
            Word(".", ".", ".", 2, "punct", space=True),
        ),
        (Word("Two", "two", "CD", 0, "root", space=True),),
    ]


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("3\tgenes", "4\tgenes", r"1\.conllu:6: token 3 of its sentence in 10 columns expected"),
        ("\t_\tSpaceAfter=No", "", r"1\.conllu:6: token 3 of its sentence in 10 columns expected"),
        ("\t0\troot\t_\tS", "\t9\troot\t_\tS", r"1\.conllu:6: a head between 0 and 4 in column 7 expected"),
        ("\t0\troot\t_\tS", "\t_\troot\t_\tS", r"1\.conllu:6: a head between 0 and 4 in column 7 expected"),
    ],
)
def test_line_that_is_no_token_is_named(read, old, new, message):
    with pytest.raises(AnnotationError, match=message):
        read(TREES.replace(old, new))


def test_article_without_trees_is_named(tmp_path):
    with pytest.raises(ConfigError, match=r"2\.conllu: the file cannot be opened"):
        read_treebank(tmp_path, "2")


def test_words_are_found_in_the_text(read):
    assert placed("Both E2f\n genes.\n\nTwo\n", read(TREES)) == [[(0, 4), (5, 8), (10, 15), (15, 16)], [(18, 21)]]


def test_text_that_lacks_a_word_is_refused(read):
    with pytest.raises(AnnotationError, match="'genes' expected in the text, found ' mouse genes"):
        placed("Both E2f mouse genes. Two", read(TREES))


@pytest.mark.corpus
def test_craft(shared):
    craft = shared / "corpora/en/raw/craft"
    sentences = read_treebank(craft, "11532192")
    text = (craft / "articles/txt/11532192.txt").read_bytes().decode()
    bounds = placed(text, sentences)
    assert all(
        text[a:b] == w.text for s, at in zip(sentences, bounds, strict=True) for w, (a, b) in zip(s, at, strict=True)
    )
    assert all(sum(w.head == at for at, w in enumerate(s)) == 1 for s in sentences)
