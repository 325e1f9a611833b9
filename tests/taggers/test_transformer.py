"""The transformer tagger: windows, decoding, and a tiny encoder trained until it knows a few sentences."""

import itertools
import json
import re
import sys
import warnings

import numpy as np
import pytest

from pipeline.document import Document, Mention, Sentence
from pipeline.errors import ConfigError, ModelError
from pipeline.taggers.learned.chain import LABELS
from pipeline.taggers.transformer import TransformerTagger, _units, libraries, load_transformer, spans, windows
from pipeline.training.train_transformer import train_transformer

ZH = ["敲除[Mfn2]抑制线粒体融合。", "[帕金蛋白]促进自噬。", "自噬增强，凋亡减少。", "[Mfn2]与[帕金蛋白]结合。"]
EN = ["Loss of [Mfn2] blocks fusion.", "The kinase [PINK1] binds [Parkin].", "Cells die without it."]
LONG = "自噬增强，凋亡减少，" * 6 + "[帕金蛋白]促进自噬，" + "凋亡减少，" * 8 + "敲除[Mfn2]。"


def annotated(marked, name="d", layer="gene"):
    """A document of a text with its mentions in square brackets."""
    text, mentions = "", []
    for number, part in enumerate(re.split(r"\[(.*?)\]", marked)):
        if number % 2:
            mentions.append(Mention(f"m{number}", len(text), len(text) + len(part), layer))
        text += part
    return Document(id=name, text=text, mentions=tuple(mentions))


def cut(doc, lang="zh"):
    return doc.with_(sentences=(Sentence(0, len(doc.text), lang),), mentions=())


def names(doc, mentions):
    return [doc.surface(m) for m in mentions]


@pytest.fixture(scope="session")
def torch():
    # Only in these tests: both libraries are an extra, their own warnings are not ours.
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        module = pytest.importorskip("torch", reason="needs torch: pip install 'yimai[transformers]'")
        pytest.importorskip("transformers", reason="needs transformers: pip install 'yimai[transformers]'")
    threads = module.get_num_threads()
    module.set_num_threads(1)  # so small a network is faster on one
    yield module
    module.set_num_threads(threads)


@pytest.fixture(scope="session")
def base(torch, tmp_path_factory):
    """A random encoder of 28 positions, whose tokenizer knows the characters and words of the sentences above."""
    from tokenizers import Tokenizer, models, normalizers, pre_tokenizers, processors
    from transformers import BertConfig, BertModel, PreTrainedTokenizerFast

    words = sorted(set(re.findall(r"[A-Za-z0-9]+|[^\sA-Za-z0-9]", re.sub(r"[\[\]]", "", " ".join([*ZH, *EN, LONG])))))
    vocabulary = {w: n for n, w in enumerate(["[PAD]", "[UNK]", "[CLS]", "[SEP]", "a", *words])}
    tokenizer = Tokenizer(models.WordPiece(vocabulary, unk_token="[UNK]"))
    tokenizer.normalizer = normalizers.BertNormalizer(lowercase=False)
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    tokenizer.post_processor = processors.TemplateProcessing(
        single="[CLS] $A [SEP]", special_tokens=[("[CLS]", 2), ("[SEP]", 3)]
    )
    fast = PreTrainedTokenizerFast(
        tokenizer_object=tokenizer,
        pad_token="[PAD]",
        unk_token="[UNK]",
        cls_token="[CLS]",
        sep_token="[SEP]",
        clean_up_tokenization_spaces=False,
    )
    config = BertConfig(
        vocab_size=len(vocabulary), hidden_size=32, num_hidden_layers=2, num_attention_heads=2, intermediate_size=64,
        max_position_embeddings=30, hidden_dropout_prob=0.0, attention_probs_dropout_prob=0.0,
    )  # fmt: skip
    folder = tmp_path_factory.mktemp("base") / "tiny"
    with torch.random.fork_rng():
        torch.manual_seed(1)
        BertModel(config).save_pretrained(folder)
    fast.save_pretrained(folder)
    return folder


def trained(base, out, texts, lang="zh", **options):
    docs = {g: [annotated(t, f"{g}{n}") for n, t in enumerate(some)] for g, some in texts.items()}
    options = {"epochs": 20, "rate": 5e-3, "batch": 4, **options}
    return train_transformer("gene", lang, docs, options.pop("dev", docs), base=base, out=out, name="tiny", **options)


@pytest.fixture(scope="session")
def model(base, tmp_path_factory):
    """A model of two guidelines, the second without names in Chinese letters."""
    out = tmp_path_factory.mktemp("models") / "zh-gene"
    narrow = [t.replace("[帕金蛋白]", "帕金蛋白") for t in [*ZH, LONG]]
    trained(base, out, {"wide": [*ZH, LONG], "narrow": narrow})
    return out


@pytest.mark.parametrize("size", [0, 1, 7, 8, 9, 14, 15, 100])
@pytest.mark.parametrize("overlap", [0, 2, 3])
def test_windows_label_each_piece_once(size, overlap):
    found = list(windows(size, 8, overlap))
    assert [at for w in found for at in range(w.first, w.last)] == list(range(size))
    assert all(w.start <= w.first <= w.last <= w.end <= w.start + 8 for w in found)


def test_windows_know_what_stands_around_their_labels():
    assert [tuple(w) for w in windows(14, 8, 4)] == [(0, 8, 0, 6), (4, 12, 6, 10), (8, 14, 10, 14)]


@pytest.mark.parametrize(
    ("text", "offsets", "expected"),
    [
        ("αβ", [(0, 1), (0, 1), (1, 2)], [(0, 1, 1), (1, 2, 2)]),  # bytes of a character
        ("自噬", [(0, 1), (0, 2)], [(0, 2, 1)]),  # SentencePiece's mark of a beginning
        ("a bc", [(0, 1), (1, 4)], [(0, 1, 0), (2, 4, 1)]),  # a blank in a piece
        ("a  b", [(0, 1), (1, 2), (2, 2), (3, 4)], [(0, 1, 0), (3, 4, 3)]),  # pieces without a character
        ("", [], []),
    ],
)
def test_units_are_characters_that_pieces_stand_for(text, offsets, expected):
    assert [tuple(unit) for unit in _units(text, offsets)] == expected


def valid(path):
    after = {"O": "OBU", "B": "IL", "I": "IL", "L": "OBU", "U": "OBU"}
    return path[0] in "OBU" and path[-1] in "OLU" and all(b in after[a] for a, b in itertools.pairwise(path))


@pytest.mark.parametrize("seed", range(20))
def test_spans_are_those_of_the_most_probable_labelling(seed):
    rows = np.log(np.random.default_rng(seed).dirichlet([0.5] * 5, 4))
    weights = {
        path: np.exp(sum(rows[t, LABELS.index(label)] for t, label in enumerate(path)))
        for path in itertools.product(LABELS, repeat=4)
        if valid(path)
    }
    best = "".join(max(weights, key=weights.get))
    expected = [m.span() for m in re.finditer("U|BI*L", best)]
    found = spans(rows)
    assert [(first, last + 1) for first, last, _ in found] == expected
    for first, last, probability in found:
        part = best[first : last + 1]
        share = sum(w for path, w in weights.items() if "".join(path[first : last + 1]) == part)
        assert probability == pytest.approx(share / sum(weights.values()), abs=1e-4)


def test_nothing_is_found_in_nothing():
    assert spans(np.zeros((0, 5))) == []


def test_missing_libraries_are_named_with_the_way_out(monkeypatch):
    monkeypatch.setitem(sys.modules, "torch", None)
    with pytest.raises(ConfigError, match=r"pip install 'yimai\[transformers\]'"):
        libraries()


def test_trained_model_finds_what_it_learned(model):
    tagger = TransformerTagger([load_transformer(model)])
    assert (tagger.layers, tagger.langs) == (("gene",), {"zh"})
    for text in ZH:
        doc = annotated(text)
        found = tagger.tag(cut(doc))
        assert [(m.start, m.end, m.type) for m in found] == [(m.start, m.end, m.type) for m in doc.mentions]
        assert all(m.by == "tiny 1" and 0.5 < m.score <= 1 and not m.id for m in found)


def test_name_far_in_a_long_sentence_is_found(model):
    encoder = load_transformer(model).encoder
    doc = cut(annotated(LONG))
    (pieces,) = encoder.pieces([doc.text])
    assert len(list(windows(len(pieces.ids), encoder.room, encoder.overlap))) > 3
    assert names(doc, TransformerTagger([load_transformer(model)]).tag(doc)) == ["帕金蛋白", "Mfn2"]


def test_guideline_decides_what_is_a_name(model):
    doc = cut(annotated(ZH[3]))
    one = load_transformer(model)
    assert names(doc, TransformerTagger([one]).tag(doc)) == ["Mfn2", "帕金蛋白"]
    assert names(doc, TransformerTagger([one], guideline="narrow").tag(doc)) == ["Mfn2"]
    with pytest.raises(ConfigError, match="unknown guideline 'other'; known: wide, narrow"):
        TransformerTagger([one], guideline="other")


def test_offsets_are_those_of_the_document(model):
    doc = Document(id="d", text="It is so. \n 敲除Mfn2抑制线粒体融合。\ud800")
    doc = doc.with_(sentences=(Sentence(0, 9, "en"), Sentence(12, len(doc.text), "zh")))
    assert names(doc, TransformerTagger([load_transformer(model)]).tag(doc)) == ["Mfn2"]


@pytest.mark.parametrize("text", ["", " \n", "\u200b"])
def test_text_without_pieces_has_no_mention(model, text):
    tagger = TransformerTagger([load_transformer(model)])
    assert tagger.tag(Document(id="d", text=text)) == []
    assert tagger.tag(cut(Document(id="d", text=text))) == []


def test_sentences_of_another_language_are_left_alone(model):
    assert TransformerTagger([load_transformer(model)]).tag(cut(annotated(ZH[0]), "en")) == []


def test_folder_says_what_it_is_and_holds_no_pickle(model, base):
    meta = json.loads((model / "meta.json").read_text("utf-8"))
    assert {k: meta[k] for k in ("name", "layer", "lang", "guidelines", "version", "features")} == {
        "name": "tiny", "layer": "gene", "lang": "zh", "guidelines": ["wide", "narrow"], "version": "1",
        "features": "transformer",
    }  # fmt: skip
    assert meta["scores"]["wide"]["f1"] == meta["scores"]["narrow"]["f1"] == 1
    card = (model / "README.md").read_text("utf-8")
    assert "| wide | given by the user |  | 5 | 6 |" in card
    assert "| narrow | 1.000 | 1.000 | 1.000 | 3 |" in card
    assert (model / "model.safetensors").exists()
    for file in model.iterdir():
        assert file.suffix in {".json", ".md", ".safetensors", ".txt"}
        assert str(base.parent).encode() not in file.read_bytes()


def test_english_names_are_whole_words(base, tmp_path):
    trained(base, tmp_path / "m", {"own": EN}, "en")
    tagger = TransformerTagger([load_transformer(tmp_path / "m")])
    for text in EN:
        doc = annotated(text)
        assert names(doc, tagger.tag(cut(doc, "en"))) == names(doc, doc.mentions)


def test_same_seed_gives_the_same_weights_and_leaves_chance_alone(torch, base, tmp_path):
    torch.manual_seed(7)
    expected = torch.rand(1)
    torch.manual_seed(7)
    for out in ("a", "b"):
        trained(base, tmp_path / out, {"own": ZH}, epochs=2, dev={})
    assert torch.rand(1) == expected
    a, b = ((tmp_path / out / "model.safetensors").read_bytes() for out in ("a", "b"))
    assert a == b


def test_name_inside_a_word_piece_is_counted_and_not_learned(base, tmp_path):
    lines = []
    meta = trained(base, tmp_path / "m", {"own": [*ZH, "敲除M[fn]2。"]}, epochs=1, progress=lines.append)
    assert meta["lost"] == 1
    assert "4 mentions of gene, 1 that no word pieces fit" in lines[0]
    assert any(line.startswith("dev own: precision") for line in lines)


def test_training_is_refused_before_it_starts(base, tmp_path):
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "notes.txt").write_text("mine")
    with pytest.raises(ConfigError, match="a new or empty folder expected"):
        trained(base, tmp_path / "full", {"own": ZH})
    with pytest.raises(ConfigError, match="no gene mention in zh sentences"):
        trained(base, tmp_path / "m", {"own": ["自噬增强。"]})
    with pytest.raises(ConfigError, match="the guideline 'other', the corpora do not; known: own"):
        trained(base, tmp_path / "m", {"own": ZH}, dev={"other": []})
    assert [p.name for p in tmp_path.rglob("*")] == ["full", "notes.txt"]


def copied(model, folder, *, without=(), **changes):
    folder.mkdir()
    for file in model.iterdir():
        if file.name not in without:
            (folder / file.name).write_bytes(file.read_bytes())
    if changes:
        meta = json.loads((folder / "meta.json").read_text("utf-8"))
        (folder / "meta.json").write_text(json.dumps(meta | changes), "utf-8")
    return folder


def test_pickled_weights_are_refused(torch, model, tmp_path):
    folder = copied(model, tmp_path / "m", without=["model.safetensors"])
    torch.save({}, folder / "pytorch_model.bin")
    with pytest.raises(ModelError, match=r"model.safetensors expected, found pytorch_model.bin; other forms are"):
        load_transformer(folder)
    with pytest.raises(ModelError, match=r"found pytorch_model.bin"):
        trained(folder, tmp_path / "out", {"own": ZH})


def test_code_of_a_folder_is_not_run(model, tmp_path):
    folder = copied(model, tmp_path / "m")
    config = json.loads((folder / "config.json").read_text("utf-8"))
    config["model_type"] = "own"
    config["auto_map"] = {"AutoConfig": "own.Config", "AutoModelForTokenClassification": "own.Network"}
    (folder / "config.json").write_text(json.dumps(config), "utf-8")
    (folder / "own.py").write_text("raise SystemExit('run')", "utf-8")
    with pytest.raises(ModelError, match="an encoder as transformers saves it expected"):
        load_transformer(folder)


@pytest.mark.parametrize(
    ("without", "changes", "message"),
    [
        (["meta.json"], {}, "meta.json: a folder made by `train_transformer` expected"),
        (["config.json"], {}, "found no config.json"),
        (
            ["tokenizer.json", "tokenizer_config.json"],
            {},
            r"a tokenizer \(tokenizer.json, .*\) expected beside the model",
        ),
        ([], {"features": "3"}, "features 'transformer', .* found '3'"),
        ([], {"layer": "disease"}, "found 'transformer', 'disease'"),
        ([], {"guidelines": ["narrow", "wide"]}, "the labels narrow:O, .* expected, found wide:O"),
    ],
)
def test_folder_that_does_not_fit_is_refused(model, tmp_path, without, changes, message):
    with pytest.raises(ModelError, match=message):
        load_transformer(copied(model, tmp_path / "m", without=without, **changes))


def test_truncated_weights_are_refused(model, tmp_path):
    folder = copied(model, tmp_path / "m")
    (folder / "model.safetensors").write_bytes((model / "model.safetensors").read_bytes()[:1000])
    with pytest.raises(ModelError, match="an encoder as transformers saves it expected"):
        load_transformer(folder)


def test_encoder_without_its_last_layer_is_no_tagger(base, tmp_path, model):
    folder = copied(base, tmp_path / "m")
    (folder / "meta.json").write_bytes((model / "meta.json").read_bytes())
    with pytest.raises(ModelError, match=r"weights for classifier.bias, classifier.weight expected, found none"):
        load_transformer(folder)


def test_adapter_is_refused(base, tmp_path, model):
    folder = copied(model, tmp_path / "m")
    (folder / "adapter_config.json").write_text("{}", "utf-8")
    with pytest.raises(ModelError, match="a whole model expected, found an adapter"):
        load_transformer(folder)
