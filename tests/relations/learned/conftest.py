"""What the tests of the classifier share: a model whose weights are written by hand."""

import numpy as np
import pytest

from pipeline.relations.learned.features import hashed
from pipeline.relations.learned.model import CLASSES, COLUMNS, FLAGS, RelationModel, Weights


@pytest.fixture
def model():
    """Makes a model: rows of weights by class or flag for each feature, and the intercept of "none"."""

    def make(features, *, lang="en", none=0.0, **meta):
        columns = (*CLASSES, *FLAGS)
        keys = np.array(hashed(features), np.uint32)
        order = np.argsort(keys)
        rows = np.array([[row.get(c, 0) for c in columns] for row in features.values()], np.float32)
        last = np.zeros((1, COLUMNS), np.float32)
        last[0, 0] = none
        last[0, len(CLASSES) :] = -5
        weights = Weights(keys[order], np.vstack([rows.reshape(-1, COLUMNS)[order], last]))
        return RelationModel(f"{lang}-relations", lang, {"own": weights}, {"version": "1", **meta})

    return make
