"""What all tests share: one lexicon, one miner, and the corpora beside the project."""

import warnings
from pathlib import Path

import pytest

with warnings.catch_warnings():
    # jieba is imported here once: it warns of its own escapes and of pkg_resources where that exists.
    warnings.simplefilter("ignore")
    import jieba  # noqa: F401

from pipeline.lexicon import load_lexicon
from pipeline.miner import Miner

ROOT = Path(__file__).parent.parent


@pytest.fixture(scope="session")
def root():
    return ROOT


@pytest.fixture(scope="session")
def lexicon():
    return load_lexicon()


@pytest.fixture(scope="session")
def miner(lexicon):
    return Miner(lexicon)


@pytest.fixture(scope="session")
def shared():
    folder = ROOT.parent / "shared"
    if not folder.exists():
        pytest.skip("needs ../shared, the public corpora and vocabularies beside the project")
    return folder


@pytest.fixture(scope="session")
def trees():
    """Four sentences with their syntax, as a treebank has them."""
    from pipeline.training.corpora.treebank import Word

    def parsed(line):
        rows = [cell.split("|") for cell in line.split()]
        last = len(rows) - 1
        return tuple(
            Word(text, lemma, tag, int(head) - 1 if head != "0" else at, label, at < last - 1)
            for at, (text, lemma, tag, head, label) in enumerate(rows)
        )

    return [
        parsed("The|the|DT|2|det gene|gene|NN|3|nsubj binds|bind|VBZ|0|root DNA|dna|NN|3|dobj .|.|.|3|punct"),
        parsed("Mfn2|mfn2|NN|2|nsubj activates|activate|VBZ|0|root p53|p53|NN|2|dobj .|.|.|2|punct"),
        parsed("Cells|cell|NNS|2|nsubj grew|grow|VBD|0|root slowly|slowly|RB|2|advmod .|.|.|2|punct"),
        parsed("Loss|loss|NN|4|nsubj of|of|IN|1|prep Shh|shh|NN|2|pobj delays|delay|VBZ|0|root"
               " growth|growth|NN|4|dobj .|.|.|4|punct"),
    ]  # fmt: skip


@pytest.fixture(scope="session")
def syntax(trees):
    """A parser that learned these sentences."""
    from pipeline.training.train_syntax import Options, train_syntax

    options = Options(epochs=5, batch=60, rate=0.01, dropout=0.0)
    return train_syntax([trees * 24], name="en-syntax", options=options)
