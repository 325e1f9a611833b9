import pytest


def tagged(miner, text):
    doc = miner(text)
    return [(doc.surface(m), m.type, *m.concepts) for m in doc.mentions]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "骨保护素(osteoprotegerin, OPG)抑制RANKL。",
            [
                ("骨保护素", "gene", "HGNC:11909"),
                ("osteoprotegerin", "gene", "HGNC:11909"),
                ("OPG", "gene", "HGNC:11909"),
                ("RANKL", "gene", "HGNC:11926"),
            ],
        ),
        ("核酸和核心内容。", []),
        ("自噬小体增多。", [("自噬小体", "organelle", "GO:0005776")]),
        ("核因子-κB 的激活。", [("核因子-κB", "gene")]),
        (
            "线粒体融合减少。",
            [("线粒体融合", "process", "GO:0008053"), ("线粒体", "organelle", "GO:0005739")],
        ),
        ("BMP-2/4 的表达。", [("BMP-2/4", "gene", "HGNC:1069", "HGNC:1071")]),
        ("Mfn1/2 knockout", [("Mfn1/2", "gene", "HGNC:18262", "HGNC:16877")]),
        ("Akt 磷酸化增加。", [("Akt", "gene")]),
        ("蛋白质磷酸化增加。", [("蛋白质磷酸化", "process", "GO:0006468")]),
        ("phosphorylation of AKT1", [("AKT1", "gene", "HGNC:391")]),
        ("血管发生重塑性改变", [("重塑", "process")]),
        ("成骨样细胞表型", []),
        ("Parkin向线粒体转移。", [("Parkin", "gene", "HGNC:8607"), ("线粒体", "organelle", "GO:0005739")]),
        ("钙转移减少。", [("钙转移", "process")]),
        ("FUNDC1去磷酸化", [("FUNDC1", "gene", "HGNC:28746")]),
        ("转录因子", []),
        ("The ciliary processes secrete fluid.", []),
    ],
)
def test_names_by_the_guideline(miner, text, expected):
    assert tagged(miner, text) == expected


def test_composed_name_is_one_process_with_the_gene_inside(miner):
    doc = miner("The Ulk3/Gli1 signaling axis and KIF4A signalling pathway were studied.")
    found = {(doc.surface(m), m.type) for m in doc.mentions}
    assert ("KIF4A signalling pathway", "process") in found
    assert ("KIF4A", "gene") in found


def test_abbreviation_holds_for_the_whole_paper(miner):
    text = "MAM 是一种结构。\n线粒体相关内质网膜(MAM)与自噬有关。\nMAM 调控钙稳态。"
    doc = miner(text)
    assert [m.concepts for m in doc.mentions if doc.surface(m) == "MAM"] == [("GO:0044233",)] * 3


def test_paper_own_meaning_goes_before_the_lexicon(miner):
    assert tagged(miner, "APC was lost.") == [("APC", "gene", "HGNC:583")]
    assert tagged(miner, "Antigen presenting cells (APC) were lost. APC was lost.") == []
    assert tagged(miner, "芳香烃受体(AHR)。") == [("芳香烃受体", "gene", "HGNC:348"), ("AHR", "gene", "HGNC:348")]


def test_unknown_long_form_that_fits_the_concept_keeps_the_abbreviation(miner):
    doc = miner("Protein kinase RNA-like ER kinase (PERK) was active. PERK phosphorylates eIF2α.")
    assert [m.concepts for m in doc.mentions if doc.surface(m) == "PERK"] == [("HGNC:3255",)] * 2


def test_ambiguous_symbol_is_a_mention_only_where_the_paper_defines_it(miner):
    assert tagged(miner, "ALP 升高。") == []
    assert ("ALP", "gene", "HGNC:438") in tagged(miner, "碱性磷酸酶(alkaline phosphatase, ALP)升高。ALP 升高。")


def test_mentions_stay_inside_sentences(miner):
    doc = miner("vascular\ncalcification")
    assert "vascular\ncalcification" not in {doc.surface(m) for m in doc.mentions}


def test_every_mention_names_its_maker(miner):
    doc = miner("骨保护素(osteoprotegerin, OPG)。")
    assert [m.by for m in doc.mentions] == ["dictionary 1", "gloss 1", "abbreviation 1"]


def test_unexplained_abbreviation_keeps_the_meaning_the_lexicon_has(miner):
    doc = miner("腺苷上的甲基化修饰（m6A）很常见。m6A 很多。")
    assert {m.name for m in doc.mentions if doc.surface(m) == "m6A"} == {"m6A modification"}
