"""What comes with the install: models that load, are small, hold no code, and tag both languages."""

import json
import tomllib
import zipfile

import numpy as np
import pytest

import pipeline
from pipeline.syntax.model import SYNTAX
from pipeline.taggers.learned.installed import shipped_parser
from pipeline.training.shipped import MODELS

MEGABYTE = 1 << 20


@pytest.fixture(scope="module")
def models(root):
    return root / "models"


@pytest.fixture(scope="module")
def shipped():
    return pipeline.load()


def test_every_model_has_its_files_and_a_card_that_names_corpora_licences_and_the_command(models):
    assert sorted(p.name for p in models.iterdir() if p.is_dir()) == sorted([*MODELS, SYNTAX])
    for name, groups in MODELS.items():
        meta = json.loads((models / name / "meta.json").read_text("utf-8"))
        assert meta["guidelines"] == [g for group in groups for g in group]
        assert set(meta["scores"]) == set(meta["guidelines"])
        card = (models / name / "README.md").read_text("utf-8")
        assert f"make models CORPORA=../shared/corpora MODELS={name}" in card
        assert card.count("CC BY") >= 1
        assert tomllib.loads((models / name / "config.toml").read_text("utf-8"))["layer"] == meta["layer"]


def test_parser_has_its_files_and_reads_a_sentence(models):
    folder = models / SYNTAX
    card = (folder / "README.md").read_text("utf-8")
    assert f"make models CORPORA=../shared/corpora MODELS={SYNTAX}" in card
    assert "CC BY 3.0" in card
    assert tomllib.loads((folder / "config.toml").read_text("utf-8"))["layer"] == "syntax"
    words = ["Loss", "of", "Runx2", "reduced", "the", "number", "of", "cells", "."]
    starts = [sum(len(w) + 1 for w in words[:at]) for at in range(len(words))]
    bounds = [(start, start + len(word)) for start, word in zip(starts, words, strict=True)]
    (tree,) = shipped_parser().trees([(" ".join(words), bounds)])
    assert (tree.heads[:4], tree.labels[:4]) == ((3, 0, 1, 3), ("nsubj", "prep", "pobj", "ROOT"))
    assert tree.lemmas[3:6] == ("reduce", "the", "number")


def test_models_are_small_and_hold_no_pickle(models):
    sizes = {p.name: sum(f.stat().st_size for f in p.iterdir()) for p in models.iterdir() if p.is_dir()}
    assert max(sizes.values()) < 10 * MEGABYTE
    assert sum(sizes.values()) < 40 * MEGABYTE
    for path in models.glob("*/model.npz"):
        with zipfile.ZipFile(path) as archive:
            assert {name.rpartition(".")[2] for name in archive.namelist()} == {"npy"}
        with np.load(path, allow_pickle=False) as arrays:
            assert all(arrays[name].dtype.kind in "uf" for name in arrays.files)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Runx2 and Dlx17 regulate osteoblast differentiation.", {("Runx2", "gene", ("HGNC:10472",)), ("Dlx17", "gene", ())}),
        ("Kvq3b binds to mitochondria and to the Kvq3b promoter.", {("Kvq3b", "gene", ()), ("mitochondria", "organelle", ("GO:0005739",))}),
        ("敲低Abcz9后细胞凋亡增加。", {("Abcz9", "gene", ()), ("细胞凋亡", "process", ("GO:0006915",))}),
        ("敲除Mfn2后线粒体自噬减弱。", {("Mfn2", "gene", ("HGNC:16877",)), ("线粒体自噬", "process", ("GO:0000423",))}),
    ],
)  # fmt: skip
def test_names_that_the_lexicon_holds_and_names_that_it_does_not(shipped, text, expected):
    found = {(text[m.start : m.end], m.type, m.concepts) for m in shipped(text).mentions}
    assert expected <= found


def test_mentions_of_models_have_a_probability_and_say_who_made_them(shipped):
    mentions = shipped("Runx2 promotes osteoblast differentiation. 敲除Mfn2后线粒体自噬减弱。").mentions
    assert {m.by.split()[0] for m in mentions} >= {"en-gene", "zh-gene"}
    assert all(m.score is not None and 0 < m.score <= 1 for m in mentions if m.by.startswith(("en-", "zh-")))


def test_own_terms_are_found_whatever_a_model_thinks(tmp_path):
    table = tmp_path / "mine.tsv"
    table.write_text("name\tconcept\tlayer\nabout\tHGNC:1\tgene\n", "utf-8")
    (mention,) = pipeline.load(table)("It was about to rain.").mentions
    assert (mention.concepts, mention.by) == (("HGNC:1",), "dictionary 1, mine.tsv")


def test_guideline_is_taken_by_the_models_that_know_it():
    text = "NF - kappaB binding sites of the IL - 2 promoter."
    found = {g: [text[m.start : m.end] for m in pipeline.load(guideline=g)(text).mentions] for g in ("craft", "bc2gm")}
    assert found["craft"] != found["bc2gm"]


def test_same_text_gives_the_same_mentions_in_any_order(shipped):
    texts = [
        "Runx2 rose in Smad4-/- cells.",
        "p53R2 and mBmp4 bind.",
        "The ER stress response.",
        "抑制mTOR后自噬增强。",
    ]
    first = [shipped(t).mentions for t in texts]
    assert [shipped(t).mentions for t in reversed(texts)] == first[::-1]
