import pytest

from pipeline.document import Document, Mention
from pipeline.lexicon import Lexicon, Term
from pipeline.linking import Linker
from pipeline.linking.aliases import learn, load_aliases, save_aliases
from pipeline.linking.candidates import Candidates
from pipeline.linking.coordination import members


def term(name, concept, layer="gene", lang="en", status="name"):
    return Term(name, concept, layer, lang, status, sought=status != "weak")


LEXICON = Lexicon.of([
    term("A1", "HGNC:1", status="symbol"),
    term("A2", "HGNC:2", status="symbol"),
    term("Ax", "HGNC:1", status="abbreviation"),
    term("Ax", "HGNC:2", status="abbreviation"),
    term("NF-κB", "name:NF-κB"),
    term("核因子κB", "name:NF-κB", lang="zh"),
    term("NR3C1", "HGNC:7978", status="symbol"),
    term("glucocorticoid receptor", "HGNC:7978", status="synonym"),
    term("GR", "HGNC:7978", status="weak"),
    term("GSR", "HGNC:4623", status="symbol"),
    term("glutathione reductase", "HGNC:4623", status="synonym"),
    term("谷胱甘肽还原酶", "HGNC:4623", lang="zh"),
    term("GR", "HGNC:4623", status="weak"),
    term("interleukin 6", "HGNC:6018", status="synonym"),
    term("IL-6", "HGNC:6018", status="abbreviation"),
    term("IL-1β", "HGNC:5992", status="abbreviation"),
    term("BMP-2", "HGNC:1069", status="abbreviation"),
    term("BMP-4", "HGNC:1071", status="abbreviation"),
    term("Mfn1", "HGNC:18262", status="abbreviation"),
    term("Mfn2", "HGNC:16877", status="abbreviation"),
    term("miR-21", "HGNC:31586", status="abbreviation"),
    term("miR-155", "HGNC:31542", status="abbreviation"),
    term("protein kinase C delta", "HGNC:9399", status="synonym"),
    term("autophagosome assembly", "GO:0000045", "process"),
    term("autophagosome formation", "GO:0000045", "process", status="synonym"),
    term("基质囊泡释放", "name:matrix vesicle release", "process", "zh"),
    term("matrix vesicle release", "name:matrix vesicle release", "process"),
    term("vascular smooth muscle cell proliferation", "GO:1990874", "process"),
])  # fmt: skip


def linked(text, concepts=(), layer="gene", context="", aliases=None):
    doc = Document("d", f"{text}\n{context}")
    mentions = [Mention("m1", 0, len(text), layer, concepts)]
    at = len(text) + 1
    if context:
        mentions.append(Mention("m2", at, at + len(context), layer))
    mention = Linker(LEXICON, aliases).link(doc, mentions)[0]
    return mention.concepts, mention.name


def test_mention_without_proposal_is_looked_up():
    assert linked("A1") == (("HGNC:1",), "")


def test_shared_name_gets_no_identifier():
    assert linked("Ax") == ((), "ax")


def test_coordinated_name_keeps_all():
    assert linked("A1/2", ("HGNC:1", "HGNC:2")) == (("HGNC:1", "HGNC:2"), "")


def test_ambiguous_proposal_is_not_taken_for_a_coordination():
    assert linked("Ax", ("HGNC:1", "HGNC:2")) == ((), "ax")


def test_family_is_counted_by_one_name_in_both_languages():
    assert linked("NF-kappaB") == ((), "NF-κB")
    assert linked("核因子-κB") == ((), "NF-κB")


def test_unknown_name_keeps_its_normalised_surface():
    assert linked("Zzz-9") == ((), "zzz-9")


def test_other_names_of_the_paper_decide_between_two_readings():
    assert linked("GR", context="glucocorticoid receptor") == (("HGNC:7978",), "")
    assert linked("GR", context="谷胱甘肽还原酶") == (("HGNC:4623",), "")


def test_words_of_the_paper_decide_between_two_readings():
    doc = Document("d", "GR fell. The glutathione cycle needs a reductase.")
    (mention,) = Linker(LEXICON).link(doc, [Mention("m1", 0, 2, "gene")])
    assert mention.concepts == ("HGNC:4623",)


def test_without_evidence_a_shared_name_gets_no_identifier():
    assert linked("GR", context="another name") == ((), "gr")


def test_long_form_that_the_paper_gives_stands_for_its_abbreviation():
    text = "Interleukin 6 (XIL) rose. XIL fell."
    doc = Document("d", text)
    (mention,) = Linker(LEXICON).link(doc, [Mention("m1", text.rindex("XIL"), text.rindex("XIL") + 3, "gene")])
    assert mention.concepts == ()  # the letters of XIL are not those of the long form
    text = "Glutathione reductase (GLR) rose. GLR fell."
    doc = Document("d", text)
    (mention,) = Linker(LEXICON).link(doc, [Mention("m1", text.rindex("GLR"), text.rindex("GLR") + 3, "gene")])
    assert mention.concepts == ("HGNC:4623",)


@pytest.mark.parametrize(
    ("name", "layer", "concept"),
    [
        ("mouse IL-6", "gene", "HGNC:6018"),
        ("IL-6 protein", "gene", "HGNC:6018"),
        ("磷酸化 IL-6", "gene", "HGNC:6018"),
        ("interleukin-6 genes", "gene", "HGNC:6018"),
        ("nr3c1", "gene", "HGNC:7978"),
        ("formation of autophagosomes", "process", "GO:0000045"),
        ("assembly of the autophagosome", "process", "GO:0000045"),
        ("proliferation of vascular smooth muscle cells", "process", "GO:1990874"),
        ("vascular smooth muscle cells proliferation", "process", "GO:1990874"),
    ],
)
def test_trimmed_turned_and_nearly_written_names_are_found(name, layer, concept):
    assert linked(name, layer=layer)[0] == (concept,)


@pytest.mark.parametrize(
    ("name", "layer"),
    [
        ("interleukin 16", "gene"),
        ("IL-66", "gene"),
        ("protein kinase C alpha", "gene"),
        ("autophagosome", "process"),
        ("A", "gene"),
    ],
)
def test_near_names_of_other_things_get_no_identifier(name, layer):
    assert linked(name, layer=layer)[0] == ()


def test_chinese_of_makes_no_other_name():
    assert linked("基质囊泡的释放", layer="process") == ((), "matrix vesicle release")


@pytest.mark.parametrize(
    ("name", "whole"),
    [
        ("BMP-2/4", ("BMP-2", "BMP-4")),
        ("Mfn1/2", ("Mfn1", "Mfn2")),
        ("IL-1β和IL-6", ("IL-1β", "IL-6")),
        ("ERK1/2", ("ERK1", "ERK2")),
        ("miR-21/-155", ("miR-21", "miR-155")),
        ("miR-21/155", ("miR-21", "miR-155")),
        ("Smad1, 5 and 8", ("Smad1", "Smad5", "Smad8")),
        ("HDAC1 和 2", ("HDAC1", "HDAC2")),
        ("IL-6", ()),
        ("and", ()),
        ("/", ()),
    ],
)
def test_coordinations_are_taken_apart(name, whole):
    assert members(name) == whole


@pytest.mark.parametrize(
    ("name", "concepts"),
    [
        ("BMP-2/4", ("HGNC:1069", "HGNC:1071")),
        ("Mfn1/2", ("HGNC:18262", "HGNC:16877")),
        ("IL-1β和IL-6", ("HGNC:5992", "HGNC:6018")),
        ("miR-21/-155", ("HGNC:31586", "HGNC:31542")),
        ("BMP-2/9", ()),
    ],
)
def test_coordination_gets_all_its_members_or_none(name, concepts):
    assert linked(name)[0] == concepts


def test_aliases_fill_what_the_lexicon_lacks_and_come_first_only_where_asked(tmp_path):
    gold = Document("g", "Zed Zed A1", mentions=(
        Mention("1", 0, 3, "gene", ("HGNC:9",)), Mention("2", 4, 7, "gene", ("HGNC:9",)),
        Mention("3", 8, 10, "gene", ("HGNC:3",)),
    ))  # fmt: skip
    path = tmp_path / "aliases.tsv"
    save_aliases(learn([gold]), path)
    aliases = load_aliases(path)
    assert linked("zed", aliases=aliases)[0] == ("HGNC:9",)
    assert linked("A1", aliases=aliases)[0] == ("HGNC:1",)
    first = Candidates(LEXICON, aliases, aliases_first=True)
    assert [c.concept for c in first.of("A1", "gene")] == ["HGNC:3"]
    assert learn([gold], without={"HGNC:9"}) == {("gene", "a1"): {"HGNC:3": 1}}


def test_candidates_say_why():
    (found,) = Candidates(LEXICON).of("formation of autophagosomes", "process")
    assert found.reason == "in another word order, the en synonym 'autophagosome formation', curated"
    assert found.score == 0.9


@pytest.mark.parametrize(
    ("text", "concepts"),
    [
        ("脂肪酸和糖原合成", ("GO:0006633", "GO:0005978")),
        ("脂肪酸合成与氧化", ("GO:0006633", "GO:0019395")),
        ("fatty acid and glycogen synthesis", ("GO:0006633", "GO:0005978")),
        ("糖原和未知物合成", ()),
        ("糖原（肝糖原）合成", ("GO:0005978",)),
        ("糖原的合成", ("GO:0005978",)),
    ],
)
def test_words_that_members_share_and_words_put_inside(text, concepts):
    lexicon = Lexicon.of([
        term("脂肪酸合成", "GO:0006633", "process", "zh"),
        term("糖原合成", "GO:0005978", "process", "zh"),
        term("脂肪酸氧化", "GO:0019395", "process", "zh"),
        term("fatty acid synthesis", "GO:0006633", "process"),
        term("glycogen synthesis", "GO:0005978", "process"),
    ])  # fmt: skip
    doc = Document("d", text)
    assert Linker(lexicon).link(doc, [Mention("m1", 0, len(text), "process")])[0].concepts == concepts
