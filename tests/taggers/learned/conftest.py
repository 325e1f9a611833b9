"""What the tests of learned taggers share: documents cut by hand, and a model whose weights are written by hand."""

import re

import numpy as np
import pytest

from pipeline.document import Document, Sentence, Token
from pipeline.taggers.learned.chain import LABELS, hashed, keyed
from pipeline.taggers.learned.model import Model, Weights
from pipeline.taggers.learned.surfaces import Counts


@pytest.fixture
def document():
    """Makes a document of sentences, a blank between; those with Chinese characters are Chinese. Tokens are words."""

    def make(*sentences):
        text, made = "", []
        for sentence in sentences:
            text += " " if text else ""
            at = len(text)
            text += sentence
            lang = "zh" if re.search("[\u3400-\u9fff]", sentence) else "en"
            words = re.finditer(r"[\u3400-\u9fff]+|[^\W\u3400-\u9fff]+|[^\w\s]", sentence)
            made.append(
                Sentence(at, len(text), lang, tuple(Token(at + w.start(), at + w.end()) for w in words)),
            )
        return Document("d", text, sentences=tuple(made))

    return make


@pytest.fixture
def weights():
    """Makes weights of features ("0:t=zeb") by label."""

    def make(**rows):
        features = rows.pop("features", {}) | rows
        offsets, names = zip(*(feature.split(":", 1) for feature in features), strict=True)
        keys = keyed(hashed(names), np.array(offsets, np.int64))
        order = np.argsort(keys)
        values = np.array([[row.get(label, 0) for label in LABELS] for row in features.values()], np.float32)
        return Weights(keys[order], values.reshape(-1, 5)[order], np.zeros((5, 5), np.float32))

    return make


@pytest.fixture
def model(weights):
    """A model of English genes. By the first guideline "Zeb1" is a name, by the second "Zeb" alone, with less surety."""
    known = {
        "craft": weights(features={"0:b": {"O": 5}, "0:T=Zeb": {"B": 8}, "-1:t=zeb": {"L": 8}}),
        "bc2gm": weights(features={"0:b": {"O": 1}, "0:T=Zeb": {"U": 2}, "0:c=U30": {"U": 0.5}}),
    }
    counts = {"craft": {"zeb 1": Counts(3, 4), "shh": Counts(1, 1)}, "bc2gm": {"zeb": Counts(0, 7)}}
    return Model("en-gene", "gene", "en", known, counts, {"version": "1", "scores": {"craft": {"f1": 0.5}}})
