"""Faults that came again on unseen text: each sentence stands for one."""

import pytest

from pipeline.relations.marks import marks
from pipeline.relations.polarity import is_place

ZH = [
    # what is named only to be left out
    ("[BMP2|gene]而非[BMP7|gene]促进[钙化|process]。", {"BMP2 + 钙化"}),
    ("[MGP|gene]抑制[钙化|process]而不是[凋亡|process]。", {"MGP - 钙化"}),
    ("[MGP|gene]影响[钙化|process]，但不是[自噬|process]。", {"MGP ~ 钙化"}),
    # a place only says where
    ("[细胞内|organelle]钙离子促进[钙化|process]。", set()),
    ("[MGP|gene]减少[细胞质|organelle]钙离子的含量。", set()),
    # what marks cells is no end
    ("[Ki67|gene]阳性细胞促进[凋亡|process]。", set()),
    # a rescue by a knock-out, a rescue of what is no disorder
    ("[E2F1|gene]敲除逆转[凋亡|process]。", set()),
    ("[E2F1|gene]逆转[分化|process]。", set()),
    ("[E2F1|gene]逆转[细胞凋亡|process]。", {"E2F1 - 细胞凋亡"}),
    ("[E2F1|gene]挽救[分化|process]。", {"E2F1 + 分化"}),
    # it is the first subject of the sentence
    (
        "[基质囊泡|organelle]富含[膜联蛋白|gene]，也带有[ALP|gene]活性，它能够积聚钙离子，从而促进[血管钙化|process]。",
        {"膜联蛋白 @ 基质囊泡", "基质囊泡 + 血管钙化"},
    ),
    # an attribute is no verb
    ("[PINK1|gene]的活性降低，受损[线粒体|organelle]不能及时清除。", set()),
    ("[PINK1|gene]的活性降低，增厚的[内膜|organelle]破裂。", set()),
    ("[运动|process]清除缺血后受损和老化的[线粒体|organelle]。", set()),
    # what the subject blocks is between two others
    (
        "[OPG|gene]阻断[RANKL|gene]对[RANK|gene]的激活，从而抑制[破骨细胞分化|process]。",
        {"RANKL + RANK", "OPG - 破骨细胞分化"},
    ),
    (
        "[腱生蛋白|gene]减弱对[DKK1|gene]的负调控。",
        {"腱生蛋白 + DKK1"},
    ),
    ("敲低[Stat1|gene]可以削弱药物对[增殖|process]的抑制效应。", set()),
    # what is made to move, not what makes it
    (
        "[TLR4|gene]激活[MAPK|gene]，并促使[NF-κB|gene]进入[细胞核|organelle]。",
        {"TLR4 + MAPK", "TLR4 + NF-κB", "NF-κB @ 细胞核"},
    ),
    # parallel effects of a subject that is no mention
    ("小檗碱可增加[DNA损伤|process]、改变[凋亡|process]。", set()),
    ("小檗碱抑制[细胞生长|process]并诱导[凋亡|process]。", set()),
    ("小檗碱抑制[细胞生长|process]，其原因是小檗碱产生活性氧，或使[Akt|gene]失活。", set()),
    ("小檗碱通过抑制[脂肪合成|process]和刺激[脂肪分解|process]减肥。", set()),
    ("其机制可能与激动[ALDH2|gene]、抑制[凋亡|process]有关。", set()),
    ("黄芪甲苷抗[凋亡|process]的机制可能与它上调[Bcl-2|gene]有关。", set()),
    ("[老化|process]与[BMP2|gene]增强[钙化|process]有关。", {"BMP2 + 钙化"}),
    # a step is as much as it became
    ("小檗碱使[PI3K|gene]失活而诱导[凋亡|process]。", {"PI3K - 凋亡"}),
    # a deed as subject; a knock-out of no mention
    ("[BMP2|gene]激活[MSX2|gene]，拮抗[RUNX2|gene]会减少[钙化|process]。", {"BMP2 + MSX2", "RUNX2 + 钙化"}),
    ("抑制[mTOR|gene]会上调[ATGL|gene]，或敲除某个基因引起[HSL|gene]的磷酸化。", {"mTOR - ATGL"}),
    # a time is no cause; what is asked or treated is none either
    ("在[自噬|process]启动后[ULK1|gene]激活[PI3K|gene]。", {"ULK1 + PI3K"}),
    ("小檗碱处理转染[tau|gene]的细胞24h后，[GSK-3β|gene]的活化减弱。", set()),
    ("检测敲低[miR-127|gene]后[细胞生长|process]的改变。", set()),
    ("研究药物是否抑制[趋化|process]，进而抑制[BMP2|gene]表达。", set()),
    # 参与 is no step
    ("[凋亡|process]参与[老化|process]，可能导致[坏死|process]。", {"凋亡 > 老化", "凋亡 + 坏死 maybe"}),
    # what a class is called; what protects from a disorder
    ("敲低[PKM2|gene]而下调抗[凋亡|process]蛋白[Bcl-xL|gene]。", {"Bcl-xL > 凋亡", "PKM2 + Bcl-xL"}),
    ("[HSP70|gene]对[肝损伤|process]有保护作用。", {"HSP70 - 肝损伤"}),
    # the object is another noun
    ("[FGF|gene]调控[分化|process]过程中多种标志基因的表达。", set()),
    ("[FGF|gene]涉及[黏附|process]分子。", set()),
    ("[SKP1|gene]和其他调节机制影响大家，综述[TGF-β|gene]。", set()),
    # 将 X V 至 Y; 敲除 X 诱导 Y 的广泛丧失
    ("CDCA7将[HELLS|gene]招募至[染色质|organelle]，促进[泛素化|process]。", {"HELLS @ 染色质"}),
    ("敲除[DNMT1|gene]会诱导[DNA甲基化|process]的大量丧失。", {"DNMT1 + DNA甲基化"}),
    ("[Rictor|gene]不依赖[mTOR|gene]的存在调控[转移|process]。", {"Rictor ~ 转移"}),
]

EN = [
    # what is named only to be left out
    ("Deleting [E2f1|gene], but not [E2f2|gene] or [E2f3|gene], blocked [cell death|process].", {"E2f1 + cell death"}),
    ("[E2f1|gene] suppresses [division|process] but not [differentiation|process].", {"E2f1 - division"}),
    # places and other adjectives
    ("[Isl1|gene] is [nuclear|organelle], which facilitates scoring of [Mki67|gene]+ cells.", set()),
    ("[Isl1|gene] has [cytoplasmic|organelle] functions that influence [neurogenesis|process].", set()),
    ("[Isl1|gene] inhibits [apoptotic|process] genes and [mitochondrial|organelle] dyes.", set()),
    ("[PINK1|gene] maintains [mitochondrial|organelle] integrity.", {"PINK1 + mitochondrial"}),
    ("[POLG|gene] is a [nuclear|organelle] protein that promotes [repair|process].", {"POLG + repair"}),
    # rescue
    ("[E2f1|gene] deletion rescues [apoptosis|process].", set()),
    ("[E2f3|gene] deletion rescued [Calb2|gene] staining.", set()),
    ("[Wnt1|gene] rescues [nephrogenesis|process].", {"Wnt1 + nephrogenesis"}),
    ("[CCK|gene] restored [memory impairment|process].", {"CCK - memory impairment"}),
    # participles and gerunds before a noun
    ("[BRCA1|gene] lies there, and [histones|gene] such as [H2A|gene] and phosphorylated [H2AX|gene].", set()),
    ("A phenotype including [growth retardation|process], altered [kidney development|process].", set()),
    ("[Rb|gene] regulates it through the activating [E2f3|gene] isoform.", set()),
    ("The [NF-κB|gene] inhibiting effects of [A20|gene] were seen.", set()),
    ("The [ubiquitin|gene]-modifying enzyme [A20|gene] was seen.", set()),
    ("The drug induced death accompanied by the increased expression of [LC3|gene] in [autophagy|process].", set()),
    ("The drug led to [arrest|process], while increased expression of [p27|gene] was seen.", set()),
    ("[VEGF|gene] has been associated with vessels, increased [cell growth|process], and lesions.", set()),
    ("Memory is changed in [autophagy|process] by spatially controlled switch of [AMPAR|gene].", set()),
    # a decrease or control is a noun; what has no direction has no sign
    ("[Dkk1|gene] leads to a decrease in [bone formation|process].", {"Dkk1 - bone formation"}),
    ("[p53|gene] contributes to the regulation of [glycolysis|process].", {"p53 ~ glycolysis"}),
    ("[CaSR|gene] attenuates abnormal [metabolism|process].", {"CaSR ~ metabolism"}),
    ("Regulation of [STAT3|gene] by betaine attenuates [cell injury|process].", {"STAT3 ~ cell injury"}),
    # the role of X is not X; an aim states nothing
    ("To investigate the roles of [BMP|gene], we made mice unable to produce [BMP2|gene].", set()),
    ("The role of [IL-17|gene] in [injury|process] is currently unknown.", set()),
    # relative clauses belong to the noun right before, phrases of genes to the genes
    ("[TLR4|gene] is the receptor for LPS, which is a component of the [membrane|organelle].", set()),
    ("It leads to [transcription|process] of genes involved in [inflammation|process].", set()),
    ("[H2AX|gene] is a variant of [H2A|gene] that is crucial for [meiosis|process].", set()),
    (
        "[CaSR|gene] is a [G protein-coupled receptor|gene], which maintains [homeostasis|process].",
        {"CaSR + homeostasis"},
    ),
    ("[ATM|gene] is a protein kinase that phosphorylates [p53|gene].", {"ATM ~ p53"}),
    ("[IKK|gene] has two subunits, both of which phosphorylate [IκB|gene].", {"IKK ~ IκB"}),
    (
        "[PTEN|gene] inhibits [Akt|gene], which leads to [apoptosis|process].",
        {"PTEN - Akt", "PTEN + apoptosis", "Akt - apoptosis"},
    ),
    ("They involve the [VDR|gene], a key regulator of [growth|process].", {"VDR ~ growth"}),
    ("[MMPs|gene] cleave all components of the [extracellular matrix|organelle].", set()),
    ("[CITED2|gene] acts as a negative regulator of [NF-κB|gene].", {"CITED2 - NF-κB"}),
    # parallel effects of a drug
    (
        "Carvacrol modulates [TRPM7|gene], inhibits [COX2|gene], thereby influencing [inflammation|process].",
        set(),
    ),
    ("Carvacrol inhibits [COX2|gene], thereby reducing [inflammation|process].", {"COX2 + inflammation"}),
    (
        "Hypoxia decreased [PPARα|gene], [fatty acid oxidation|process], and [UCP3|gene], raising [glycolysis|process].",
        set(),
    ),
    (
        "PLAGL2 increased motility and markers, [N-cadherin|gene] and [vimentin|gene] and reduced [E-cadherin|gene].",
        set(),
    ),
    ("Sam68 regulates [differentiation|process] of cells to promote [osteogenesis|process].", set()),
    ("[Atrx|gene] leaks from a normally inactivated [chromosome|organelle].", set()),
    # clauses with a subject of their own
    ("[NOS|gene] acts there, whereas bradykinin activated [COX2|gene].", set()),
    ("[Erg|gene] prevents [p65|gene] from activating [ICAM1|gene].", {"Erg - p65", "p65 + ICAM1"}),
    ("[BDNF|gene] activated [Akt|gene] without affecting [p38|gene].", {"BDNF + Akt", "BDNF ~ p38 not"}),
    # the object is another noun, unless any part will do
    ("[IL-4|gene] increases the understanding of [autophagy|process].", set()),
    ("[Hsp70|gene] binds the free terminus of [PKC|gene].", {"Hsp70 & PKC"}),
    # binding is between what is said to bind
    ("[E2F1|gene] and [E2F2|gene] bind to the promoter.", set()),
    ("Association of variants of [TIM1|gene] and [TIM3|gene] with asthma was seen.", set()),
    ("The [membrane|organelle] bound [ATPase|gene] was seen.", set()),
    # what is less at the start; a cause of its own; what keeps its level
    ("Decreased cardiac [PPARα|gene] expression is essential for [remodelling|process].", {"PPARα - remodelling"}),
    ("Reduced [adiponectin|gene] is dependent on increased [ALDH1A1|gene].", {"ALDH1A1 - adiponectin"}),
    (
        "Deletion of [RXR|gene] reduced [adiponectin|gene], whereas [ALDH1A1|gene] only increased with retinoids.",
        {"RXR + adiponectin"},
    ),
    ("Anti-[Dll4|gene] reduced [Akt|gene] while maintaining similar levels of [ERK|gene].", {"Dll4 + Akt"}),
    (
        "It came with activation of caspases, translocation of [calpain|gene], and increased numbers in [apoptosis|process].",
        set(),
    ),
    # a passive belongs to the noun right before, and to the subject with "be"
    (
        "The effect on [proliferation|process] is via [arrest|process] modulated by [autophagy|process].",
        {"autophagy ~ arrest"},
    ),
    (
        "[Neurotoxicity|process] is not mediated by [CX3CR1 signaling|process].",
        {"CX3CR1 signaling > Neurotoxicity not"},
    ),
    ("[APC|gene] regulates [adhesion|process], and control of [polarity|process].", {"APC ~ adhesion"}),
    ("[K14|gene]-driven [Apc|gene] loss was seen.", {"K14 - Apc"}),
    # one turn only, and that of the right verb
    ("[TRAIL|gene] did not affect growth but induced an increase of [apoptosis|process].", {"TRAIL + apoptosis"}),
    ("The peptide mimicked it and fully suppressed [CCL5|gene] expression induced by [TNF|gene].", {"TNF + CCL5"}),
    ("Anti-[IL-17|gene] antibody suppressed [growth|process].", {"IL-17 + growth"}),
    ("Depletion of [Rab7|gene] decreased dye uptake but increased [MAPK|gene].", {"Rab7 - MAPK"}),
    ("[NRF2|gene] was blocked by deleting [KEAP1|gene].", {"KEAP1 + NRF2"}),
]


@pytest.mark.parametrize(("string", "relations"), ZH)
def test_chinese_sentence_states_no_more(stated, string, relations):
    assert stated(string) == relations


@pytest.mark.parametrize(("string", "relations"), EN)
def test_english_sentence_states_no_more(stated, string, relations):
    assert stated(string) == relations


def test_places_are_places_in_both_languages():
    assert is_place("Nuclear")
    assert is_place("细胞内")
    assert not is_place("mitochondria")


def test_every_mark_has_words():
    assert all(marks(name) for name in ("class", "determiner", "participle", "place", "treatment", "unsigned"))
