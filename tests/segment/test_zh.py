"""Chinese words: the compiled cut and the original one give the same."""

import gzip
import itertools
import json
import random
import re
import subprocess
import sys

import pytest

from pipeline.segment.segmenter import _PIECE
from pipeline.segment.zh import STRETCH, cutter

# Sentences as papers have them: who, under what, does what to what.
SUBJECTS = [
    "线粒体自噬受体", "骨形态发生蛋白", "血管平滑肌细胞", "内质网-线粒体接触位点", "丝裂霉素处理组小鼠", "该长链非编码核糖核酸",
    "钙调神经磷酸酶抑制剂", "高糖刺激后的足细胞", "患者外周血单个核细胞", "淫羊藿苷预处理", "敲低动力相关蛋白", "核膜",
]  # fmt: skip
CONDITIONS = ["在缺氧条件下", "经腹腔注射两周后", "随着年龄增长", "与对照组相比", "剂量依赖性地", "通过泛素化途径"]
EFFECTS = [
    "抑制了胫骨发育", "促进癌细胞生长和转移", "上调其跨膜结构域的磷酸化水平", "使心肌缺血再灌注损伤明显减轻",
    "并未改变细胞周期阻滞的比例", "诱导内质网应激相关凋亡", "与自噬体形成密切相关",
]  # fmt: skip
SENTENCES = ["".join(parts) for parts in itertools.product(SUBJECTS, CONDITIONS, EFFECTS)]
ODD = [
    "核", "的", "常常", "乒乓球拍卖完了", "研究生命起源", "结婚的和尚未结婚的", "线线线线线线", "龘靐齉爩", "自噬-凋亡", "-", "+", "#&._%-",
    "甲-乙-丙", "自噬.凋亡", "自噬%", "上皮-间充质转换", "內質網應激與線粒體動力學", "鳥苷酸結合蛋白", "薏苡仁酯", "犰狳", "鿕",
]  # fmt: skip
NAMES = [
    "骨形态发生蛋白",
    "线粒体自噬受体",
    "内质网-线粒体接触位点",
    "跨膜结构域",
    "长链非编码核糖核酸",
    "核膜",
    "核",
    "膜",
    "生长",
    "发育",
    "NF-κB 信号",
]


@pytest.fixture(scope="module")
def engines(lexicon):
    return cutter(lexicon.chinese_names()), cutter(lexicon.chinese_names(), engine="jieba")


@pytest.mark.parametrize("words", [(), NAMES], ids=["no words", "some words"])
def test_both_engines_cut_the_same_words(words):
    fast, reference = cutter(words), cutter(words, engine="jieba")
    for text in SENTENCES + ODD:
        assert fast(text) == reference(text)


def test_both_engines_cut_the_same_words_with_the_lexicon(engines):
    fast, reference = engines
    for text in SENTENCES + ODD:
        assert fast(text) == reference(text)
        assert "".join(fast(text)) == text


def test_both_engines_cut_any_stretch_the_same(engines):
    fast, reference = engines
    chance = random.Random(20)
    han = [chr(code) for code in range(0x4E00, 0x9FD6)]
    usual = sorted(set("".join(SENTENCES)))
    for _ in range(3000):
        letters = chance.choice([han, usual, [*usual, *"+#&._%-"], usual + han[:200]])
        text = "".join(chance.choices(letters, k=chance.randint(1, 15)))
        assert fast(text) == reference(text)


@pytest.mark.parametrize("engine", ["rjieba", "jieba"])
def test_many_stretches_are_cut_in_one_call_as_alone(engine):
    cut = cutter(NAMES, engine=engine)
    alone = [cut(text) for text in SENTENCES[:60] + ODD]
    together = cut("\n".join(SENTENCES[:60] + ODD))
    assert together == [word for words in alone for word in [*words, "\n"]][:-1]


@pytest.mark.parametrize("engine", ["rjieba", "jieba"])
def test_empty_text_has_no_words(engine):
    assert cutter(engine=engine)("") == []


def test_names_of_the_lexicon_are_kept_whole(lexicon, engines):
    fast, _ = engines
    names = [name for name in lexicon.chinese_names() if re.fullmatch(STRETCH, name)]
    assert len(names) > 10_000
    assert [name for name in names if fast(name) != [name]] == []


@pytest.mark.parametrize("engine", ["rjieba", "jieba"])
def test_user_word_does_not_make_a_common_word_rarer(engine):
    cut = cutter(["膜", "发育", "生长"], engine=engine)
    assert cut("癌细胞生长") == ["癌细胞", "生长"]
    assert cut("促进胫骨发育") == ["促进", "胫骨", "发育"]


@pytest.mark.parametrize("engine", ["rjieba", "jieba"])
def test_odd_user_words_do_no_harm(engine):
    cut = cutter(["", "\ud835", "坏\udc00字", "NF-κB 信号", "线粒体", "线粒体"], engine=engine)
    assert cut("损伤线粒体") == ["损伤", "线粒体"]


def test_words_of_one_cutter_do_not_reach_another():
    cutter(["线粒体自噬受体"])
    assert cutter()("线粒体自噬受体") != ["线粒体自噬受体"]


@pytest.mark.parametrize("engine", ["rjieba", "jieba"])
def test_cutting_says_and_warns_nothing(engine):
    code = f"from pipeline.segment.zh import cutter; assert cutter(['核仁'], engine={engine!r})('核仁') == ['核仁']"
    done = subprocess.run([sys.executable, "-W", "error", "-c", code], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


@pytest.mark.corpus
def test_both_engines_cut_real_papers_the_same(shared, engines):
    fast, reference = engines
    with gzip.open(shared / "corpora" / "zh" / "raw_pool.jsonl.gz", "rt", encoding="utf-8") as lines:
        texts = [json.loads(line)["text"] for line in itertools.islice(lines, 0, None, 40)]
    stretches = {m[0] for text in texts for m in _PIECE.finditer(text) if m.lastgroup == "chinese"}
    assert len(stretches) > 20_000
    text = "\n".join(sorted(stretches))
    assert fast(text) == reference(text)
