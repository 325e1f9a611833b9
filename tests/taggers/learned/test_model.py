import json
import os
import zipfile
from dataclasses import replace

import numpy as np
import pytest

from pipeline.errors import ModelError
from pipeline.taggers.learned import features
from pipeline.taggers.learned.chain import Layout, Said, Vocabulary
from pipeline.taggers.learned.model import COUNTS, META, WEIGHTS, joined, load_model, save_model
from pipeline.taggers.learned.surfaces import Counts


@pytest.fixture
def folder(tmp_path, model):
    """A folder with a saved model."""
    save_model(model, tmp_path / "saved")
    return tmp_path / "saved"


def test_model_is_read_back_as_it_was_written(model, folder):
    read = load_model(folder)
    assert (read.name, read.layer, read.lang, read.version) == ("en-gene", "gene", "en", "1")
    assert read.guidelines == ("craft", "bc2gm")  # the default first, not in alphabetical order
    assert read.counts == model.counts
    assert read.meta["scores"] == {"craft": {"f1": 0.5}}
    for guideline, weights in model.weights.items():
        assert read.weights[guideline].keys.tolist() == weights.keys.tolist()
        assert read.weights[guideline].rows.tolist() == weights.rows.tolist()
        assert read.weights[guideline].transitions.tolist() == weights.transitions.tolist()


def test_model_saved_twice_has_the_same_bytes(model, folder, tmp_path):
    save_model(model, tmp_path / "again")
    save_model(load_model(folder), tmp_path / "third")
    for name in (WEIGHTS, COUNTS, META):
        assert (tmp_path / "again" / name).read_bytes() == (folder / name).read_bytes()
        assert (tmp_path / "third" / name).read_bytes() == (folder / name).read_bytes()


def test_archive_holds_no_date_of_its_making(folder):
    with zipfile.ZipFile(folder / WEIGHTS) as archive:
        assert {entry.date_time for entry in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}


def test_names_in_any_script_are_counted_in_the_folder(model, tmp_path):
    counts = {"craft": {"线 粒 体": Counts(1, 2), "β - catenin": Counts(3, 3)}, "bc2gm": {}}
    save_model(replace(model, counts=counts), tmp_path)
    assert load_model(tmp_path).counts == counts


def test_chain_of_the_model_read_back_finds_the_same(model, folder):
    vocabulary, layout = Vocabulary(features.GROUPS), Layout([3])
    said = Said({"piece": vocabulary.numbers("piece", ["Zeb", "1", "rose"], layout)})
    for guideline in model.guidelines:
        found = model.chain(guideline, vocabulary).spans(said, layout)
        assert found
        assert load_model(folder).chain(guideline, vocabulary).spans(said, layout) == found


def test_joined_model_knows_the_guidelines_of_all(model, tmp_path):
    one, other = (replace(model, weights={g: model.weights[g]}, counts={g: model.counts[g]}) for g in model.guidelines)
    other = replace(other, meta={"version": "1", "scores": {"bc2gm": {"f1": 0.4}}, "bias": {"bc2gm": -0.5}})
    both = joined([one, other])
    assert both.guidelines == ("craft", "bc2gm")
    assert both.meta["scores"] == {"craft": {"f1": 0.5}, "bc2gm": {"f1": 0.4}}
    assert both.meta["bias"] == {"bc2gm": -0.5}
    save_model(both, tmp_path)
    assert load_model(tmp_path).counts == model.counts


def test_models_read_from_folders_can_be_joined_and_saved(model, folder, tmp_path):
    other = replace(model, weights={"cg": model.weights["craft"]}, counts={"cg": {}})
    save_model(other, tmp_path / "other")
    save_model(joined([load_model(folder), load_model(tmp_path / "other")]), tmp_path / "both")
    assert load_model(tmp_path / "both").guidelines == ("craft", "bc2gm", "cg")


def test_weights_are_compressed(folder):
    with zipfile.ZipFile(folder / WEIGHTS) as archive:
        assert {entry.compress_type for entry in archive.infolist()} == {zipfile.ZIP_DEFLATED}


def changed(folder, **values):
    meta = json.loads((folder / META).read_text("utf-8"))
    meta = {k: v for k, v in (meta | values).items() if v is not None}
    (folder / META).write_text(json.dumps(meta), "utf-8")


@pytest.mark.parametrize("name", [WEIGHTS, COUNTS, META])
def test_missing_file_is_named(folder, name):
    (folder / name).unlink()
    with pytest.raises(ModelError, match=rf"saved.*{name}.*`yimai train`.*No such file"):
        load_model(folder)


def test_folder_that_is_none_is_named(tmp_path):
    with pytest.raises(ModelError, match=r"none.*a folder made by `yimai train` expected"):
        load_model(tmp_path / "none")


def test_model_for_other_features_says_what_to_do(folder):
    changed(folder, features="0")
    message = f"made for features of version 0, this Yimai has {features.VERSION}; train it again"
    with pytest.raises(ModelError, match=message):
        load_model(folder)


@pytest.mark.parametrize("key", ["name", "layer", "lang", "guidelines", "features"])
def test_key_that_is_missing_is_named(folder, key):
    changed(folder, **{key: None})
    with pytest.raises(ModelError, match=rf"meta\.json: .*expected: '{key}'"):
        load_model(folder)


@pytest.mark.parametrize("text", ["", "[]", "7", '{"name"', "\udcff"])
def test_description_that_is_none_is_refused(folder, text):
    (folder / META).write_text(text, "utf-8", "surrogateescape")
    with pytest.raises(ModelError, match="a folder made by `yimai train` expected"):
        load_model(folder)


def test_unknown_layer_and_missing_guidelines_are_refused(folder):
    changed(folder, layer="disease")
    with pytest.raises(ModelError, match=r"gene, organelle, process.*found 'disease'"):
        load_model(folder)
    changed(folder, layer="gene", guidelines=[])
    with pytest.raises(ModelError, match="guidelines expected"):
        load_model(folder)


def test_guideline_without_weights_is_refused(folder):
    changed(folder, guidelines=["craft", "bc2gm", "cg"])
    with pytest.raises(ModelError, match="keys:cg"):
        load_model(folder)


# numpy leaves the file open when the archive in it is broken.
OPEN = pytest.mark.filterwarnings("ignore:unclosed file:ResourceWarning")


@OPEN
@pytest.mark.parametrize("raw", [b"", b"PK", b"no archive at all", b"PK\x03\x04" + bytes(60)])
def test_weights_that_are_no_archive_are_refused(folder, raw):
    (folder / WEIGHTS).write_bytes(raw)
    with pytest.raises(ModelError, match=r"model\.npz and counts\.tsv as `yimai train` writes them expected"):
        load_model(folder)


@OPEN
@pytest.mark.parametrize("share", [0.2, 0.5, 0.95])
def test_half_an_archive_is_refused(folder, share):
    raw = (folder / WEIGHTS).read_bytes()
    (folder / WEIGHTS).write_bytes(raw[: int(share * len(raw))])
    with pytest.raises(ModelError, match="expected"):
        load_model(folder)


def test_changed_number_in_the_archive_is_noticed(folder):
    raw = bytearray((folder / WEIGHTS).read_bytes())
    raw[100] ^= 1  # inside the first array, compressed
    (folder / WEIGHTS).write_bytes(raw)
    with pytest.raises(ModelError, match="as `yimai train` writes them expected"):
        load_model(folder)


def arrays(folder, **values):
    with np.load(folder / WEIGHTS) as old:
        new = dict(old) | {key.replace("_", ":"): value for key, value in values.items()}
    np.savez(folder / WEIGHTS, **new)


@pytest.mark.parametrize(
    "values",
    [
        {"rows_craft": np.zeros((3, 4))},
        {"rows_craft": np.zeros((2, 5))},
        {"rows_craft": np.array([["a"] * 5] * 3)},
        {"keys_craft": np.zeros(3, np.int64)},
        {"keys_craft": np.zeros(2, np.uint64)},
        {"transitions_craft": np.zeros((4, 5))},
    ],
)
def test_arrays_of_other_shapes_are_refused(folder, values):
    arrays(folder)
    load_model(folder)
    arrays(folder, **values)
    with pytest.raises(ModelError, match="expected"):
        load_model(folder)


class Touch:
    """What a stranger's model would hold: unpickling it makes a folder."""

    def __init__(self, path):
        self.path = str(path)

    def __reduce__(self):
        return os.mkdir, (self.path,)


def test_objects_in_the_archive_are_refused_unread(folder, tmp_path):
    arrays(folder, rows_craft=np.array([Touch(tmp_path / "made")], object))
    with pytest.raises(ModelError, match="Object arrays cannot be loaded"):
        load_model(folder)
    assert not (tmp_path / "made").exists()


@pytest.mark.parametrize(
    ("row", "message"),
    [
        ("craft\tshh\t1", r"counts\.tsv:2: guideline, name and two numbers expected, found 'craft\\tshh\\t1'"),
        ("cg\tshh\t1\t1", r"counts\.tsv:2: .*'cg"),
        ("craft\tshh\tone\t1", "'one'"),
    ],
)
def test_wrong_row_of_counts_is_named(folder, row, message):
    (folder / COUNTS).write_text(f"guideline\tname\tmarked\ttotal\n{row}\n", "utf-8")
    with pytest.raises(ModelError, match=message):
        load_model(folder)
