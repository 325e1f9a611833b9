import pytest

from pipeline.document import validate
from pipeline.errors import LexiconError
from pipeline.relations import VERSION, Relater, triggers

ZH = [
    # the six types, direction and sign
    ("[MGP|gene]抑制[血管钙化|process]。", {"MGP - 血管钙化"}),
    ("[RUNX2|gene]可显著促进血管平滑肌细胞的[成骨分化|process]。", {"RUNX2 + 成骨分化"}),
    ("[AMPK|gene]调节[糖脂代谢|process]。", {"AMPK ~ 糖脂代谢"}),
    ("[VDAC1|gene]位于[线粒体外膜|organelle]。", {"VDAC1 @ 线粒体外膜"}),
    ("[基质囊泡|organelle]富含[ALP|gene]。", {"ALP @ 基质囊泡"}),
    ("[胶原|gene]是[细胞外基质|organelle]的主要成分。", {"胶原 @ 细胞外基质"}),
    ("[DRP1|gene]由[胞质|organelle]转移到[线粒体外膜|organelle]。", {"DRP1 @ 线粒体外膜"}),
    ("[MFN2|gene]与[PERK|gene]结合。", {"MFN2 & PERK"}),
    ("[脂代谢紊乱|process]也参与了[血管钙化|process]的过程。", {"脂代谢紊乱 > 血管钙化"}),
    ("[MAPK|gene]在[信号传导|process]中发挥重要作用。", {"MAPK > 信号传导"}),
    ("[FoxO1|gene]在[代谢|process]和[发育|process]过程中发挥调节作用。", {"FoxO1 ~ 代谢", "FoxO1 ~ 发育"}),
    # nominal and passive forms, relative clauses
    ("[细胞自噬|process]对[心肌纤维化|process]有很强的抑制作用。", {"细胞自噬 - 心肌纤维化"}),
    ("[CDK6|gene]对[细胞周期|process]有重要作用。", {"CDK6 ~ 细胞周期"}),
    ("[SMAD3|gene]被[TGF-β1|gene]激活。", {"TGF-β1 + SMAD3"}),
    ("[AMPK|gene]的活性受[LKB1|gene]的调节。", {"LKB1 ~ AMPK"}),
    ("研究了[TGF-β1|gene]诱导的[EMT|process]。", {"TGF-β1 + EMT"}),
    ("[Caspase-3|gene]介导的[凋亡|process]。", {"Caspase-3 > 凋亡"}),
    # coordination
    (
        "[BMP2|gene]、[RUNX2|gene]和[MSX2|gene]促进[成骨分化|process]及血管的[钙化|process]。",
        {f"{a} + {b}" for a in ("BMP2", "RUNX2", "MSX2") for b in ("成骨分化", "钙化")},
    ),
    (
        "[AMPK|gene]抑制[脂肪合成|process]，促进[脂肪酸氧化|process]。",
        {"AMPK - 脂肪合成", "AMPK + 脂肪酸氧化"},
    ),
    # what turns the sign
    ("敲低[GRP75|gene]可抑制[线粒体钙摄取|process]。", {"GRP75 + 线粒体钙摄取"}),
    ("[MGP|gene]缺失会促进[血管钙化|process]。", {"MGP - 血管钙化"}),
    (
        "与野生型相比，[Runx2|gene] 基因敲除小鼠的[血管钙化|process]显著受到抑制[9]。",
        {"Runx2 + 血管钙化"},
    ),
    ("[mTOR|gene]抑制剂可诱导[自噬|process]。", {"mTOR - 自噬"}),
    ("在HeLa细胞中过表达[GAS5|gene]后，[P21|gene]表达升高。", {"GAS5 + P21"}),
    ("[OMA1|gene]诱导[OPA1|gene]的降解。", {"OMA1 - OPA1"}),
    (
        "基因敲除[MGP|gene]可引起[软骨钙化|process]，还可引起[血管钙化|process][10]。",
        {"MGP - 软骨钙化", "MGP - 血管钙化"},
    ),
    # chains
    (
        "[miR-205|gene]可通过下调[ZEB1|gene]的表达，从而抑制[EMT|process]。",
        {"miR-205 - ZEB1", "miR-205 - EMT", "ZEB1 + EMT"},
    ),
    (
        "[Akt|gene]激活[mTOR|gene]，进而抑制[自噬|process]。",
        {"Akt + mTOR", "Akt - 自噬", "mTOR - 自噬"},
    ),
    (
        "[OPG|gene]表达下降从而对[RANKL|gene]活性的抑制作用减弱，进而加重[血管钙化|process]。",
        {"OPG - RANKL", "OPG - 血管钙化", "RANKL + 血管钙化"},
    ),
    # a subject that is no mention is not skipped
    (
        "调脂药瑞舒伐他汀能够通过诱导[自噬|process]水平升高抑制心肌细胞[肥大|process][16]。",
        {"自噬 - 肥大"},
    ),
    ("[MGP|gene]减少，阿托伐他丁抑制[钙化|process]。", set()),
    ("[MGP|gene]的拮抗肽O12抑制[钙化|process]。", set()),
    (
        "MGP 可抑制羟磷灰石的聚合，[MGP|gene]也可以通过抑制羟磷灰石形成从而抑制[钙化|process]。",
        {"MGP - 钙化"},
    ),
    (
        "[线粒体自噬|process]可能通过清除受损的[线粒体|organelle]而抑制[钙化|process]。",
        {"线粒体自噬 - 钙化 maybe"},
    ),
    # a name that only modifies another noun is no end
    ("[BMP2|gene]诱导[炎症|process]因子的表达。", set()),
    # glosses, nesting, classes, places
    (
        "[骨保护素|gene|HGNC:11909]([osteoprotegerin|gene|HGNC:11909], [OPG|gene|HGNC:11909])抑制[钙化|process]。",
        {"骨保护素 - 钙化"},
    ),
    ("[MGP|gene]激活[[Wnt|gene]信号通路|process]。", {"MGP + Wnt信号通路"}),
    ("检测[自噬|process]相关基因[Atg5|gene]和[Beclin1|gene]。", {"Atg5 > 自噬", "Beclin1 > 自噬"}),
    ("[细胞表面|organelle]上的[核仁素|gene]。", {"核仁素 @ 细胞表面"}),
    # negated, supposed, asked
    ("[PERK|gene]不影响[自噬|process]。", {"PERK ~ 自噬 not"}),
    ("[DAPK|gene]对[细胞周期|process]无影响。", {"DAPK ~ 细胞周期 not"}),
    ("没有证据表明[PLIN2|gene]直接调控[GPX4|gene]。", {"PLIN2 ~ GPX4 not"}),
    ("[CD36|gene]可能促进[脂肪堆积|process]。", {"CD36 + 脂肪堆积 maybe"}),
    ("这些结果提示[HK1|gene]参与[精子运动|process]。", {"HK1 > 精子运动 maybe"}),
    ("[CD36|gene]可以促进[脂肪堆积|process]。", {"CD36 + 脂肪堆积"}),
    ("探讨[MGP|gene]对[血管钙化|process]的影响。", set()),
    ("[MGP|gene]是否抑制[血管钙化|process]？", set()),
    ("[自噬|process]与[凋亡|process]密切相关。", set()),
    ("[自噬|process]和[凋亡|process]同时出现。", set()),
    # a disorder that is made better
    ("[AMPK|gene]改善[胰岛素抵抗|process]。", {"AMPK - 胰岛素抵抗"}),
    ("[线粒体分裂|process]依赖[DRP1|gene]。", {"DRP1 + 线粒体分裂"}),
    ("[14-3-3t|gene]激活[p21|gene]，并促进其[降解|process]。", {"14-3-3t + p21", "14-3-3t + 降解"}),
]

EN = [
    ("[MGP|gene] inhibits [vascular calcification|process].", {"MGP - vascular calcification"}),
    ("[BMP2|gene] strongly promoted the expression of [RUNX2|gene].", {"BMP2 + RUNX2"}),
    ("[Mitofusin 2|gene] regulates [calcium uptake|process].", {"Mitofusin 2 ~ calcium uptake"}),
    (
        "[GPX4|gene] is found in the [cytosol|organelle], in [mitochondria|organelle] and in the [nucleus|organelle].",
        {"GPX4 @ cytosol", "GPX4 @ mitochondria", "GPX4 @ nucleus"},
    ),
    ("[USP30|gene] localizes to the [outer membrane|organelle].", {"USP30 @ outer membrane"}),
    (
        "[ATF6|gene] moves from the [endoplasmic reticulum|organelle] to the [Golgi apparatus|organelle].",
        {"ATF6 @ Golgi apparatus"},
    ),
    ("[p53|gene] binds to [Parkin|gene].", {"p53 & Parkin"}),
    ("[OPG|gene] and [RANKL|gene] interact.", {"OPG & RANKL"}),
    ("[PINK1|gene] participates in [mitophagy|process].", {"PINK1 > mitophagy"}),
    (
        "The role of [ATF4|gene] in [osteogenic differentiation|process] is known.",
        {"ATF4 > osteogenic differentiation"},
    ),
    # passives, relatives, nouns
    ("[Mitophagy|process] is inhibited by [p53|gene].", {"p53 - Mitophagy"}),
    ("[TGF-β1|gene]-induced [EMT|process] was seen.", {"TGF-β1 + EMT"}),
    ("[Caspase-3|gene]-mediated [apoptosis|process] was seen.", {"Caspase-3 > apoptosis"}),
    ("Inhibition of [mTOR|gene] by [AMPK|gene] was seen.", {"AMPK - mTOR"}),
    ("[SMAD7|gene] inhibits the activation of [SMAD3|gene].", {"SMAD7 - SMAD3"}),
    ("[VEGF|gene], which stimulates [angiogenesis|process], was found.", {"VEGF + angiogenesis"}),
    # knock-outs and double negatives
    ("Loss of [PINK1|gene] impairs [mitophagy|process].", {"PINK1 + mitophagy"}),
    ("Knock-down of [DRP1|gene] reduced [fission|process].", {"DRP1 + fission"}),
    ("Overexpression of [GRP78|gene] inhibits [PERK|gene].", {"GRP78 - PERK"}),
    ("[KEAP1|gene] promotes the degradation of [NRF2|gene].", {"KEAP1 - NRF2"}),
    ("[Fission|process] requires [DRP1|gene].", {"DRP1 + Fission"}),
    ("[DRP1|gene] is required for [fission|process].", {"DRP1 + fission"}),
    # coordination, chains, pronouns
    (
        "[NRF2|gene], [ATF4|gene], and [CHOP|gene] induce [SLC7A11|gene] and [autophagy|process].",
        {f"{a} + {b}" for a in ("NRF2", "ATF4", "CHOP") for b in ("SLC7A11", "autophagy")},
    ),
    ("[Akt|gene] activates [mTOR|gene] and [p53|gene] inhibits [ATGL|gene].", {"Akt + mTOR", "p53 - ATGL"}),
    (
        "[Akt|gene] activates [mTOR|gene], thereby inhibiting [autophagy|process].",
        {"Akt + mTOR", "Akt - autophagy", "mTOR - autophagy"},
    ),
    (
        "[RANKL|gene] promotes [calcification|process] by activating [NF-κB|gene].",
        {"RANKL + calcification", "RANKL + NF-κB", "NF-κB + calcification"},
    ),
    ("[MGP|gene] binds [BMP2|gene] and inhibits it.", {"MGP & BMP2", "MGP - BMP2"}),
    # flags
    ("[PERK|gene] does not affect [autophagy|process].", {"PERK ~ autophagy not"}),
    ("[RANKL|gene] may promote [calcification|process].", {"RANKL + calcification maybe"}),
    (
        "These results suggest that [RANKL|gene] promotes [calcification|process].",
        {"RANKL + calcification maybe"},
    ),
    ("[RANKL|gene] can promote [calcification|process].", {"RANKL + calcification"}),
    ("We investigated whether [MGP|gene] inhibits [calcification|process].", set()),
    # nothing is stated
    ("[MGP|gene] fell, and atorvastatin inhibited [calcification|process].", set()),
    ("Atorvastatin inhibited [calcification|process] and [apoptosis|process].", set()),
    ("[MGP|gene] correlated with [calcification|process].", set()),
    ("[MGP|gene] levels and [calcification|process] were measured.", set()),
    ("The [HIF-1α|gene] target gene [VEGF|gene] was measured.", set()),
]


@pytest.mark.parametrize(("string", "relations"), ZH)
def test_chinese_sentence_states_exactly(stated, string, relations):
    assert stated(string) == relations


@pytest.mark.parametrize(("string", "relations"), EN)
def test_english_sentence_states_exactly(stated, string, relations):
    assert stated(string) == relations


def test_relations_have_ids_in_text_order_trigger_and_maker(marked):
    doc = marked("[MGP|gene]抑制[钙化|process]。[PERK|gene]可能激活[自噬|process]。")
    relations = Relater().relate(doc)
    assert [(r.id, r.trigger, r.by, r.score) for r in relations] == [
        ("r1", "抑制", f"triggers {VERSION}", None),
        ("r2", "激活", f"triggers {VERSION}", None),
    ]
    validate(doc.with_(relations=tuple(relations)))


def test_no_relation_crosses_a_sentence(stated):
    assert stated("[MGP|gene]很多。抑制[钙化|process]。") == set()


def test_one_name_is_not_related_to_itself(stated):
    assert stated("[TRPM7|gene]抑制[TRPM7|gene]的表达。") == set()


@pytest.mark.parametrize("text", ["", "。", "[", "（（", ")(", "抑制", "被", "inhibits by of -induced", "[1,2]]"])
def test_any_text_is_read(marked, text):
    for string in (text, f"[A|gene]{text}[B|gene]", f"{text}[A|gene][B|process]{text}"):
        Relater().relate(marked(string))


def test_bad_trigger_row_names_file_and_line():
    row = {"lang": "zh", "word": "抑制", "kind": "verb", "type": "inhibits"}
    with pytest.raises(LexiconError, match=r"triggers\.tsv:7: .*'verb', 'inhibits'"):
        triggers._cue(row, "triggers.tsv", 7)


def test_bad_turner_sign_names_file_and_line():
    row = {"lang": "zh", "word": "敲除", "sign": "0", "side": "any"}
    with pytest.raises(LexiconError, match=r"relation_turners\.tsv:3: sign 1 or -1 expected, found '0'"):
        triggers._cue(row, "relation_turners.tsv", 3)
