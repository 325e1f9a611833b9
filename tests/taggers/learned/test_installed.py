import sysconfig
from dataclasses import replace

import pytest

import pipeline
from pipeline.errors import ModelError
from pipeline.syntax.model import SYNTAX, save_syntax
from pipeline.taggers.learned.installed import described, fingerprint, load_models, shipped_folders, shipped_parser
from pipeline.taggers.learned.model import COUNTS, META, WEIGHTS, save_model
from pipeline.taggers.learned.surfaces import Counts


@pytest.fixture
def checkout(tmp_path, monkeypatch):
    """The folder of a checkout, and no other place with models."""
    folder = tmp_path / "checkout"
    monkeypatch.setattr(pipeline, "__file__", str(folder / "pipeline" / "__init__.py"))
    monkeypatch.setattr(sysconfig, "get_path", lambda _: str(tmp_path / "data"))
    return folder


@pytest.fixture
def saved(model, tmp_path):
    """Saves the model with some things changed; gives back its folder."""

    def save(folder, **changes):
        folder = tmp_path / folder
        save_model(replace(model, **changes), folder)
        return folder

    return save


def names(models):
    return [m.name for m in models]


def test_models_of_a_checkout_are_found(checkout, saved):
    assert shipped_folders() == []
    assert load_models() == []
    gene = saved("checkout/models/zh-gene", name="zh-gene", lang="zh")
    process = saved("checkout/models/en-process", name="en-process", layer="process")
    (checkout / "models" / "notes").mkdir()
    assert shipped_folders() == [process, gene]
    assert names(load_models()) == ["en-process", "zh-gene"]
    assert [(folder, m.name) for folder, m in described()] == [(process, "en-process"), (gene, "zh-gene")]


def test_models_of_an_installation_are_found_where_no_checkout_has_any(checkout, saved):
    installed = saved("data/share/yimai/models/en-gene")
    assert shipped_folders() == [installed]
    beside = saved("checkout/models/en-gene")
    assert shipped_folders() == [beside]


def test_own_model_takes_the_place_of_its_like(checkout, saved):
    saved("checkout/models/en-gene")
    saved("checkout/models/zh-gene", name="zh-gene", lang="zh")
    saved("checkout/models/en-process", name="en-process", layer="process")
    own = saved("mine", name="mine")
    assert names(load_models(own)) == ["mine", "en-process", "zh-gene"]
    assert names(load_models(str(own))) == ["mine", "en-process", "zh-gene"]
    other = saved("theirs", name="theirs", lang="zh", layer="organelle")
    assert names(load_models(other, own)) == ["mine", "en-process", "zh-gene", "theirs"]


def test_parser_is_shipped_beside_the_taggers_and_is_none_of_them(checkout, saved, syntax):
    gene = saved("checkout/models/en-gene")
    with pytest.raises(ModelError, match="models/en-syntax: the parser expected"):
        shipped_parser()
    save_syntax(syntax, checkout / "models" / SYNTAX)
    assert shipped_folders() == [gene]
    assert len(load_models()) == 1
    (tree,) = shipped_parser().trees([("DNA", [(0, 3)])])
    assert tree.heads == (0,)


def test_own_models_need_no_shipped_ones(checkout, saved):
    assert names(load_models(saved("mine", name="mine"))) == ["mine"]


def test_two_own_models_of_one_layer_and_language_are_refused(checkout, saved):
    one, two = saved("one"), saved("two")
    with pytest.raises(ModelError, match=r"two: .*one is a model for en gene too; give one of them"):
        load_models(one, two)
    assert len(load_models(one, saved("zh", lang="zh"), saved("process", layer="process"))) == 3


@pytest.mark.parametrize("missing", [META, WEIGHTS, COUNTS])
def test_folder_that_is_no_model_is_named(checkout, saved, missing):
    folder = saved("mine")
    (folder / missing).unlink()
    with pytest.raises(ModelError, match=r"mine.*`yimai train`.*expected"):
        load_models(folder)


def test_missing_folder_is_named(checkout, tmp_path):
    with pytest.raises(ModelError, match=r"nowhere.*a folder made by `yimai train` expected"):
        load_models(tmp_path / "nowhere")


def heavier(model, array):
    """The model with one weight changed."""
    weights = model.weights["bc2gm"]
    values = getattr(weights, array).copy()
    values[0, 0] += 1
    return replace(model, weights={**model.weights, "bc2gm": replace(weights, **{array: values})})


@pytest.mark.parametrize(
    "change",
    [
        lambda m: heavier(m, "rows"),
        lambda m: heavier(m, "transitions"),
        lambda m: replace(m, counts={**m.counts, "bc2gm": {"zeb": Counts(0, 8)}}),
        lambda m: replace(m, counts={**m.counts, "craft": {}}),
        lambda m: replace(m, meta=m.meta | {"bias": {"craft": -0.5}}),
        lambda m: replace(m, meta=m.meta | {"again": {"craft": 0.2}}),
        lambda m: replace(m, name="mine"),
        lambda m: replace(m, weights=dict(reversed(m.weights.items())), counts=dict(reversed(m.counts.items()))),
        lambda m: replace(m, meta=m.meta | {"version": "2"}),
    ],
)
def test_fingerprint_changes_with_what_results_depend_on(model, change):
    assert fingerprint([change(model)]) != fingerprint([model])


def test_fingerprint_is_the_same_for_the_same_tagger(model, saved):
    assert fingerprint([replace(model)]) == fingerprint([model])
    about = {"scores": {}, "seconds": 9, "corpora": {"craft": {"documents": 1}}, "options": {"seed": 1}}
    assert fingerprint([replace(model, meta=model.meta | about)]) == fingerprint([model])
    same = {"zeb 1": Counts(3, 4), "shh": Counts(1, 1)}
    turned = replace(model, counts={**model.counts, "craft": dict(reversed(same.items()))})
    assert fingerprint([turned]) == fingerprint([model])


def test_fingerprint_does_not_depend_on_the_folder(checkout, saved):
    assert fingerprint(load_models(saved("one"))) == fingerprint(load_models(saved("two")))


def test_fingerprint_tells_models_apart_from_none_and_from_several(model):
    other = replace(model, name="zh-gene", lang="zh")
    assert len({fingerprint(models) for models in ([], [model], [other], [model, other])}) == 4
