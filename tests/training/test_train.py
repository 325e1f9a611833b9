import re
import tomllib
import zlib
from collections import Counter
from dataclasses import replace

import pytest

from pipeline.document import Document, Mention
from pipeline.errors import ConfigError
from pipeline.lexicon import Lexicon, Term
from pipeline.segment import Segmenter
from pipeline.taggers.learned.features import Extractor, Items
from pipeline.taggers.learned.model import load_model, save_model
from pipeline.taggers.learned.tagger import LearnedTagger
from pipeline.training import train as training
from pipeline.training.train import Options, train
from pipeline.training.write import write_model

LEXICON = Lexicon.of(
    [Term("Runx2", "HGNC:10472", "gene", "en", "symbol"), Term("Shh", "HGNC:10848", "gene", "en", "symbol")]
)
SENTENCES = """
[Runx2] was lost in mutant mice.
Loss of [Shh] delays bone growth.
We cloned the [Sox9] gene from rat liver.
Cells that lack [p53] divide faster.
The [mBmp4] transcript was spliced in kidney.
[Smad4]-/- embryos died at day seven.
In contrast, [interleukin 6] rose after injury.
Binding of [NF-κB] to DNA was weak.
No change of [GLUT-4] was seen in muscle.
Both [Wnt5a] and [Fgf8] act in the limb.
Antibodies against [beta-catenin] were bought.
[TGF-β1] slows the growth of these cells.
Mice ate and drank as before.
The limb grew at day seven.
DNA was taken from rat liver.
Cells were washed in PBS for an hour.
Expression of [Osx] needs [Runx2] in bone.
Muscle and kidney were cut and stained.
Injury of the limb had no effect on growth.
Knockdown of [Hif1a] was weak in kidney.
"""
CHINESE = """
[骨保护素]抑制骨吸收。
敲除[Runx2]后小鼠死亡。
检测[白细胞介素6]的表达水平。
小鼠正常饮水和进食。
"""
OPTIONS = Options(iterations=40, folds=4)


def marked(string, name="d", layer="gene"):
    """The document of a string with names in brackets."""
    text, mentions = "", []
    for part in re.split(r"(\[[^]]*\])", string):
        if part.startswith("["):
            mentions.append(Mention(f"m{len(mentions)}", len(text), len(text) + len(part) - 2, layer))
        text += part.strip("[]")
    return Document(name, text, mentions=tuple(mentions))


def corpus(lines):
    return [marked(line, f"d{number}") for number, line in enumerate(lines.strip().splitlines())]


@pytest.fixture(scope="module")
def segmenter():
    return Segmenter()


@pytest.fixture(scope="module")
def learn(segmenter):
    """`train` with the small lexicon, and one segmenter for all."""

    def trained(corpora, dev=None, *, lang="en", layer="gene", options=OPTIONS, progress=lambda _: None):
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(training, "Segmenter", lambda _: segmenter)
            return train(
                layer, lang, corpora, dev or {}, LEXICON, name=f"{lang}-{layer}", options=options, progress=progress
            )

    return trained


@pytest.fixture(scope="module")
def model(learn):
    docs = corpus(SENTENCES)
    return learn({"craft": docs}, {"craft": docs[::2]})


@pytest.fixture
def tagged(segmenter):
    def names(model, doc, guideline=None):
        found = LearnedTagger([model], LEXICON, guideline=guideline).tag(segmenter.segment(doc))
        return sorted((m.start, m.end) for m in found)

    return names


def bounds(doc):
    return [(m.start, m.end) for m in doc.mentions]


def test_sentences_are_learned(model, tagged):
    for doc in corpus(SENTENCES):
        assert (doc.text, tagged(model, doc)) == (doc.text, bounds(doc))


def test_chinese_sentences_are_learned(learn, tagged):
    docs = corpus(CHINESE)
    model = learn({"yimai": docs}, lang="zh", options=Options(iterations=40, folds=2))
    for doc in docs:
        assert (doc.text, tagged(model, doc)) == (doc.text, bounds(doc))


def test_unseen_name_is_found_by_what_stands_around_it(model, tagged):
    doc = marked("Cells that lack [Zbtb7] divide faster.")
    assert tagged(model, doc) == bounds(doc)


def test_same_seed_gives_the_same_bytes(model, learn, tmp_path):
    docs = corpus(SENTENCES)
    again = learn({"craft": docs}, {"craft": docs[::2]})
    save_model(model, tmp_path / "one")
    save_model(again, tmp_path / "two")
    for file in (tmp_path / "one").iterdir():
        assert file.read_bytes() == (tmp_path / "two" / file.name).read_bytes()


def test_counts_are_those_of_all_texts(model):
    assert model.counts["craft"]["runx 2"] == (2, 2)
    assert model.counts["craft"]["smad 4"] == (1, 1)
    assert model.counts["craft"]["beta - catenin"] == (1, 1)
    assert "dna" not in model.counts["craft"]


def test_name_that_stands_unmarked_elsewhere_is_counted_there(learn):
    docs = corpus("[Cat] activity was low.\nThe cat ate.\nNo cat drank.")
    assert learn({"g": docs}, options=Options(iterations=2)).counts == {"g": {"cat": (1, 3)}}


def test_dev_sets_how_much_is_found_and_gives_the_scores(model):
    wanted = sum(len(d.mentions) for d in corpus(SENTENCES)[::2])
    assert model.meta["scores"] == {"craft": {"p": 1.0, "r": 1.0, "f1": 1.0, "gold": wanted}}
    assert model.meta["bias"].keys() == model.meta["again"].keys() == {"craft"}
    assert model.meta["corpora"] == {"craft": {"documents": 20, "mentions": 16}}


def test_scores_count_what_cannot_be_found(learn):
    docs = corpus(SENTENCES)
    inside = marked("Both Wnt5a and Fgf8 act.", "inside")
    inside = inside.with_(mentions=(Mention("m", 5, 7, "gene"), Mention("n", 15, 19, "gene")))
    figures = learn({"g": docs}, {"g": [inside]}).meta["scores"]["g"]
    assert figures["gold"] == 2
    assert figures["r"] <= 0.5


def test_without_dev_there_are_no_scores_and_the_lexicon_is_named(learn):
    meta = learn({"g": corpus(SENTENCES)}, options=Options(iterations=2)).meta
    assert "scores" not in meta
    assert meta["lexicon"] == LEXICON.version
    assert meta["options"]["iterations"] == 2


def test_guidelines_trained_together_keep_their_own_bounds(learn, tagged):
    names = ("Shh", "Sox", "Osx", "Fgf", "Wnt", "Bmp")
    first = corpus("\n".join(f"The [{name}] gene was lost." for name in names))
    second = corpus("\n".join(f"The [{name} gene] was lost." for name in names))
    model = learn({"bc2gm": first, "cg": second}, {"cg": second})
    assert model.guidelines == ("bc2gm", "cg")
    assert model.counts["cg"].keys() == {f"{name.lower()} gene" for name in names}
    assert tagged(model, first[0]) == bounds(first[0])
    assert tagged(model, first[0], "cg") == bounds(second[0])
    assert model.meta["scores"].keys() == {"cg"}


@pytest.mark.parametrize(
    "mark",
    [
        "a~~b",
        "-->",
        "(1)-->O:0.5",
        "}{",
        "a:b=c|d",
        "\\",
        "𠀀",
    ],
)
def test_any_characters_can_be_learned(learn, tagged, mark):
    docs = corpus(
        "\n".join(f"Mice {mark} [{name}] ran.\nMice and {name} ran." for name in ("Shh", "Sox", "Osx", "Fgf"))
    )
    model = learn({"g": docs})
    assert [tagged(model, doc) for doc in docs] == [bounds(doc) for doc in docs]


@pytest.mark.parametrize(
    ("layer", "lang", "message"),
    [
        ("process", "en", "g: no process mention in en sentences"),
        ("gene", "zh", "g: no gene mention in zh sentences"),
        ("disease", "en", "unknown layer 'disease'; known: gene, organelle, process"),
    ],
)
def test_nothing_to_learn_from_is_refused(learn, layer, lang, message):
    with pytest.raises(ConfigError, match=message):
        learn({"g": corpus(SENTENCES)}, layer=layer, lang=lang)


@pytest.mark.parametrize("corpora", [{}, {"g": []}, {"g": [Document("d", "")]}])
def test_corpora_without_texts_are_refused(learn, corpora):
    with pytest.raises(ConfigError, match="give annotated documents"):
        learn(corpora)


def test_mention_that_ends_inside_a_piece_cannot_be_learned(learn):
    doc = Document("d", "Catenin fell.", mentions=(Mention("m", 0, 3, "gene"),))
    with pytest.raises(ConfigError, match="no gene mention"):
        learn({"g": [doc]})


def test_progress_is_told(learn):
    lines = []
    learn({"g": corpus(SENTENCES)}, {"g": corpus(SENTENCES)}, options=Options(iterations=10), progress=lines.append)
    assert lines[0].startswith("20 documents, ")
    assert "16 mentions of gene" in lines[0]
    assert "iteration 10" in lines
    assert re.match(r"dev g: precision \d\.\d{4}, recall \d\.\d{4}, F1 \d\.\d{4} \(strict\)", lines[-1])


def texts(*strings):
    """Texts to learn from: pieces are words, marks are words with a star."""
    made = []
    for number, string in enumerate(strings):
        words = string.split()
        low = [word.strip("*") for word in words]
        marks = [(at, at) for at, word in enumerate(words) if word.endswith("*")]
        items = Items(None, low, *[[""] * len(low) for _ in range(4)])
        made.append(training.Text(f"d{number}", "g", [training.Sentence(items, marks)]))
    return made


def fold(number):
    return zlib.crc32(f"{OPTIONS.seed} d{number}".encode()) % OPTIONS.folds


def flags(*strings):
    return [sentences[0] for sentences in training._cross_fitted(texts(*strings), OPTIONS)[1]]


def test_flags_of_a_text_do_not_depend_on_its_own_marks():
    strings = ["shh* rose", "shh* fell", "shh ran", "osx* shh* sat", "osx rose", "shh osx"]
    folds = Counter(map(fold, range(len(strings))))
    assert len(folds) > 1
    before = flags(*strings)
    assert any(map(any, before))
    for number, string in enumerate(strings):
        for other in (string.replace("*", ""), " ".join(f"{word.strip('*')}*" for word in string.split())):
            assert flags(*strings[:number], other, *strings[number + 1 :])[number] == before[number]


def test_flags_of_a_text_depend_on_the_marks_of_other_folds_alone():
    strings = ["shh rose"] * 12
    for number in range(12):
        found = flags(*strings[:number], "shh* rose", *strings[number + 1 :])
        assert [bool(flag[0]) for flag in found] == [fold(n) != fold(number) for n in range(12)]


def test_places_in_a_text_do_not_change_its_own_flags():
    strings = ["shh* rose"] * 6
    once, often = (flags(*strings, text)[6] for text in ("shh", "shh " * 30))
    assert once[0]
    assert often == once * 30


def test_name_of_one_text_alone_is_in_the_counts_but_has_no_flags():
    counts, seen = training._cross_fitted(texts("shh* rose", "mice ate"), OPTIONS)
    assert counts == {"g": {"shh": (1, 1)}}
    assert seen == [[["", ""]], [["", ""]]]


def test_guidelines_are_counted_apart():
    first, second = texts("shh* rose", "shh fell")
    counts, _ = training._cross_fitted([first, second._replace(guideline="h")], OPTIONS)
    assert counts == {"g": {"shh": (1, 1)}, "h": {}}


def test_a_share_of_the_lexicon_is_hidden_in_training(segmenter):
    docs = [segmenter.segment(marked("[Runx2] rose.", f"d{number}")) for number in range(200)]
    extract = Extractor(LEXICON)

    def known(options):
        made = [training._text(doc, "g", "gene", "en", extract, options) for doc in docs]
        return [bool(text.sentences[0].items.known[0]) for text in made]

    assert sum(known(Options(hidden=0))) == 200
    assert sum(known(Options(hidden=1))) == 0
    assert 80 < sum(known(Options(hidden=0.5))) < 120
    assert known(Options(hidden=0.5)) == known(Options(hidden=0.5)) != known(Options(hidden=0.5, seed=1))


def test_folder_of_a_model_says_how_it_was_made(model, tmp_path):
    command = 'yimai train gene "my corpus.jsonl" --lang en'
    write_model(model, tmp_path, command)
    assert load_model(tmp_path).guidelines == ("craft",)
    card = (tmp_path / "README.md").read_text("utf-8")
    assert card.startswith("# en-gene\n\nFinds genes in English text")
    assert f"```\n{command}\n```" in card
    assert re.search(r"\| craft \| \[CRAFT .*\]\(https://.*\) \| CC BY .* \| 20 \| 16 \|", card)
    assert "| craft | 1.000 | 1.000 | 1.000 | 8 |" in card
    config = tomllib.loads((tmp_path / "config.toml").read_text("utf-8"))
    assert config["command"] == command
    assert config["corpora"] == {"craft": {"documents": 20, "mentions": 16}}
    assert Options(**config["options"]) == OPTIONS


def test_card_of_a_users_model_needs_no_scores(model, tmp_path):
    meta = {"options": {}, "corpora": {"mine": {"documents": 3, "mentions": 4}}, "lexicon": "l1"}
    own = replace(model, name="zh-process", layer="process", lang="zh", meta=meta)
    write_model(own, tmp_path, "yimai train")
    card = (tmp_path / "README.md").read_text("utf-8")
    assert "Finds processes in Chinese text" in card
    assert "| mine | given by the user |  | 3 | 4 |" in card
    assert "Lexicon l1." in card
