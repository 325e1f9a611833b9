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
