import json
import re
from collections import Counter
from xml.sax.saxutils import escape

import pytest

from pipeline.document import LAYERS
from pipeline.errors import AnnotationError, ConfigError, ReadError
from pipeline.training.corpora.craft import SETS, craft_ids, craft_rules, read_craft

BIOGENESIS = "GO_EXT:biogenesis_or_biosynthesis"
CHROMOSOME = "GO_SO_EXT:chromosome"
GROWTH = "GO_EXT:biological_growth_entity_or_process"
REGION = "GO_SO_EXT:chromosomal_part_or_position_or_region_or_site"
SIGNALING = "GO_EXT:cell_communication_or_signaling_or_signal_transduction"


def spans_in(text, surface):
    """Bounds of "parts ... with ... gaps", each after the one before."""
    at, result = 0, []
    for piece in surface.split(" ... "):
        start = text.index(piece, at)
        at = start + len(piece)
        result.append((start, at))
    return result


def knowtator(text, annotations):
    """Knowtator XML of (class, surface or spans)."""
    rows, classes = [], []
    for number, (class_id, where) in enumerate(annotations):
        spans = spans_in(text, where) if isinstance(where, str) else where
        surface = escape(" ... ".join(text[start:end] for start, end in spans))
        rows.append(f'<annotation>\n<mention id="i{number}" />')
        rows += [f'<span start="{start}" end="{end}" />' for start, end in spans]
        rows.append(f"<spannedText>{surface}</spannedText>\n</annotation>" if spans else "</annotation>")
        classes.append(f'<classMention id="i{number}"><mentionClass id="{class_id}">name</mentionClass></classMention>')
    return "\n".join(['<?xml version="1.0" encoding="UTF-8"?>', "<annotations>", *rows, *classes, "</annotations>"])


class Release:
    """A CRAFT release of one article."""

    def __init__(self, folder, text, **sets):
        self.folder = folder
        (folder / "articles/txt").mkdir(parents=True)
        (folder / "articles/ids").mkdir()
        (folder / "articles/txt/1.txt").write_bytes(text.encode())
        (folder / "articles/ids/craft-ids-train.txt").write_text("1\n")
        (folder / "articles/ids/craft-ids-dev.txt").write_text("")
        for name in SETS:
            plain = sets.get(name, [])
            self.write(name, name, knowtator(text, plain))
            # The extension edition has the plain annotations as well.
            self.write(name, f"{name}+extensions", knowtator(text, [*plain, *sets.get(f"{name}_ext", [])]))

    def write(self, name, edition, xml):
        path = self.folder / "concept-annotation" / name / edition / "knowtator/1.txt.knowtator.xml"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(xml, encoding="utf-8")

    def read(self, full=True):
        (doc,) = read_craft(self.folder, full=full)
        return doc


@pytest.fixture
def mentions(tmp_path):
    """(layer, surface, concepts) of each mention of an article."""

    def read(text, full=True, **sets):
        doc = Release(tmp_path / "craft", text, **sets).read(full)
        return [(m.type, doc.surface(m), m.concepts) for m in doc.mentions]

    return read


def test_document_of_an_article(tmp_path):
    text = "Mitotic exit needs Cdc14.\r\n\r\nThe β-catenin 𝛼 pool sits at the centrosome.\n"
    release = Release(
        tmp_path,
        text,
        PR=[("PR:000002198", "β-catenin"), ("PR:000005000", "Cdc14")],
        GO_CC=[("GO:0005813", "centrosome")],
        GO_BP=[("GO:0010458", "Mitotic exit")],
    )
    doc = release.read(full=False)
    assert (doc.id, doc.lang, doc.text) == ("craft-1", "en", text)
    assert [(m.id, m.type, doc.surface(m), m.concepts, m.spans, m.by) for m in doc.mentions] == [
        ("m1", "process", "Mitotic exit", ("GO:0010458",), (), "gold"),
        ("m2", "gene", "Cdc14", ("PR:000005000",), (), "gold"),
        ("m3", "gene", "β-catenin", ("PR:000002198",), (), "gold"),
        ("m4", "organelle", "centrosome", ("GO:0005813",), (), "gold"),
    ]


def test_gap_is_kept_as_spans_and_closed_where_it_is_blank(tmp_path):
    text = "BMP2 and 4, and heat shock\n protein"
    release = Release(tmp_path, text, PR=[("PR:1", "BMP ... 4"), ("PR:2", "heat shock ... protein")])
    doc = release.read(full=False)
    assert [(doc.surface(m), m.spans) for m in doc.mentions] == [
        ("BMP2 and 4", ((0, 3), (9, 10))),
        ("heat shock\n protein", ()),
    ]


def test_spans_that_overlap_are_joined_in_order(tmp_path):
    text = "the dynein light chain"
    doc = Release(tmp_path, text, PR=[("PR:1", [(11, 22), (4, 16)])]).read(full=False)
    assert [(doc.surface(m), m.spans) for m in doc.mentions] == [("dynein light chain", ())]


def test_same_spans_become_one_mention_with_the_concepts_of_both(mentions):
    found = mentions("Krt6 is there", PR=[("PR:2", "Krt6"), ("PR:1", "Krt6"), ("PR:2", "Krt6")])
    assert found == [("gene", "Krt6", ("PR:2", "PR:1"))]


@pytest.mark.parametrize(
    ("annotations", "expected"),
    [
        # The longest by outer bounds, whatever its gaps.
        ([("PR:1", "Smad2"), ("PR:2", "Smad2 ... 3")], [("Smad2 or Smad3", ("PR:2",))]),
        ([("PR:1", "Smad3"), ("PR:2", "Smad ... 3")], [("Smad2 or Smad3", ("PR:2",))]),
        # Of the same length that with fewer gaps, then the earlier one.
        ([("PR:1", "Smad2 ... 3"), ("PR:2", "Smad2 or Smad3")], [("Smad2 or Smad3", ("PR:2",))]),
        ([("PR:1", "S ... 2 o"), ("PR:2", "mad2 or")], [("mad2 or", ("PR:2",))]),
        ([("PR:1", "mad2 or"), ("PR:2", "Smad2 o")], [("Smad2 o", ("PR:2",))]),
        # What lies clear of the winner stays, even if it overlaps a loser.
        (
            [("PR:1", "Smad2 or"), ("PR:2", "2 or Smad"), ("PR:3", "Sma")],
            [("Sma", ("PR:3",)), ("2 or Smad", ("PR:2",))],
        ),
    ],
)
def test_of_overlapping_mentions_of_a_layer_one_stays(mentions, annotations, expected):
    assert [(surface, concepts) for _, surface, concepts in mentions("Smad2 or Smad3", PR=annotations)] == expected


def test_layers_may_overlap(mentions):
    found = mentions("mitotic spindle", GO_CC=[("GO:0072686", "mitotic spindle")], GO_BP=[("GO:0000278", "mitotic")])
    assert [layer for layer, *_ in found] == ["organelle", "process"]


@pytest.mark.parametrize("full", [False, True])
def test_dropped_concepts_go_before_overlaps_are_resolved(mentions, full):
    found = mentions(
        "an antibody complex of actin filament",
        full,
        GO_CC=[
            ("GO:0032991", "complex of actin filament"),
            ("GO:0005884", "actin filament"),
            ("GO:0042571", "antibody"),
        ],
        GO_BP=[("GO:0010467", "an antibody")],
    )
    assert found == [("organelle", "actin filament", ("GO:0005884",))]


def test_a_dropped_concept_is_dropped_in_its_layer_only(mentions):
    assert mentions("the complex", GO_BP=[("GO:0032991", "complex")]) == [("process", "complex", ("GO:0032991",))]


def test_extension_classes_are_read_for_full_only(mentions):
    assert mentions("a chromosome", False, GO_CC_ext=[(CHROMOSOME, "chromosome")]) == []


@pytest.mark.parametrize(
    ("name", "class_id", "expected"),
    [
        ("GO_CC", CHROMOSOME, [("organelle", "chromosome", ("GO:0005694",))]),  # kept, with a concept
        ("GO_CC", "GO_EXT:basal_body", [("organelle", "chromosome", ())]),  # kept without one
        ("GO_CC", "GO_PR_EXT:calpain_2_complex", [("gene", "chromosome", ())]),  # another layer
        ("GO_CC", "CL_GO_EXT:cell", []),  # not listed
        ("GO_BP", "GO_EXT:reaction_or_response", []),
        ("PR", "PR_EXT:of_no_list", [("gene", "chromosome", ())]),
        ("PR", "CHEBI_PR_EXT:protein", []),
    ],
)
def test_rule_of_a_class(mentions, name, class_id, expected):
    assert mentions("a chromosome", **{f"{name}_ext": [(class_id, "chromosome")]}) == expected


def test_repetition_of_a_plain_annotation_is_skipped(mentions):
    found = mentions(
        "Pax6 here and Pax6 there",
        PR=[("PR:000012318", [(0, 4)])],
        PR_ext=[("PR_EXT:000012318", [(0, 4)]), ("PR_EXT:000012318", [(14, 18)])],
    )
    assert found == [("gene", "Pax6", ("PR:000012318",)), ("gene", "Pax6", ())]


def test_annotation_without_a_span_is_skipped(mentions):
    assert mentions("a chromosome", GO_CC_ext=[(CHROMOSOME, [])]) == []


@pytest.mark.parametrize(
    ("text", "surface", "marked"),
    [
        ("yeast Artificial chromosome", "chromosome", False),  # before
        ("Growth factor", "Growth", False),  # after
        ("Axon growth stops", "growth", True),
        ("both transcribed", "transcribed", False),  # the text itself
        ("both transcription", "transcription", True),
    ],
)
def test_exception_in_the_context(mentions, text, surface, marked):
    name, class_id = {
        "c": ("GO_CC", CHROMOSOME),
        "g": ("GO_BP", GROWTH),
        "t": ("GO_BP", "GO_EXT:transcription"),
    }[surface[0].lower()]
    assert bool(mentions(text, **{f"{name}_ext": [(class_id, surface)]})) is marked


@pytest.mark.parametrize(("length", "marked"), [(22, False), (23, True)])
def test_exception_sees_thirty_characters_on_each_side(mentions, length, marked):
    text = f"transcription {'x' * length} factor"
    assert bool(mentions(text, GO_BP_ext=[("GO_EXT:transcription", "transcription")])) is marked


def test_exception_sees_what_stands_in_a_gap(mentions):
    receptor = "GO_PR_EXT:transforming_growth_factor_beta_receptor_type_I"
    assert mentions("Type I and II receptors", PR_ext=[(receptor, "Type ... receptors")]) == []


def test_part_of_each_span_is_marked(mentions):
    found = mentions(
        "loci of Chromosome 3 and of chr. 5; a locus",
        GO_CC_ext=[(REGION, "loci of Chromosome 3 ... of chr. 5"), (REGION, "locus")],
    )
    assert found == [("organelle", "Chromosome", ("GO:0005694",)), ("organelle", "chr.", ("GO:0005694",))]


@pytest.mark.parametrize(
    ("text", "gene", "expected"),
    [
        ("Fgf10 signaling", "Fgf10", ["Fgf10 signaling"]),
        ("Fgf10-signaling", "Fgf10", ["Fgf10-signaling"]),
        ("Fgf10  signaling", "Fgf10", []),
        ("Fgf10/signaling", "Fgf10", []),
        ("Fgf ... 10 signaling", "Fgf ... 10", []),  # a name with a gap
        ("signaling of Fgf10", "Fgf10", []),
    ],
)
def test_process_grows_over_the_name_before_it(mentions, text, gene, expected):
    found = mentions(text.replace(" ... ", "8 and "), PR=[("PR:1", gene)], GO_BP_ext=[(SIGNALING, "signaling")])
    assert [surface for layer, surface, _ in found if layer == "process"] == expected


def test_process_grows_over_the_name_that_begins_first_even_one_that_loses(mentions):
    found = mentions(
        "the TrkA receptor signaling",
        PR=[("PR:1", "receptor"), ("PR:2", "TrkA receptor"), ("PR:3", "TrkA")],
        GO_BP_ext=[(SIGNALING, "signaling")],
    )
    assert found == [("process", "TrkA receptor signaling", ()), ("gene", "TrkA receptor", ("PR:2",))]


def test_process_grows_over_names_of_its_rule_s_layer_only(mentions):
    plain = {"PR": [("PR:1", "Shh")], "GO_CC": [("GO:0005739", "mitochondrial")]}
    found = mentions(
        "Shh biogenesis, mitochondrial biogenesis",
        **plain,
        GO_BP_ext=[(BIOGENESIS, "biogenesis"), (BIOGENESIS, [(30, 40)])],
    )
    assert [surface for layer, surface, _ in found if layer == "process"] == ["mitochondrial biogenesis"]


def test_process_grows_over_a_name_of_an_extension_class(mentions):
    found = mentions(
        "integrin signaling", GO_CC_ext=[("GO_PR_EXT:integrin", "integrin")], GO_BP_ext=[(SIGNALING, "signaling")]
    )
    assert found == [("process", "integrin signaling", ()), ("gene", "integrin", ())]


def test_plain_mention_loses_to_a_longer_one_of_an_extension_class(mentions):
    found = mentions("the Hgf receptor", PR=[("PR:1", "Hgf")], PR_ext=[("PR_EXT:x", "Hgf receptor")])
    assert found == [("gene", "Hgf receptor", ())]


def test_extension_mention_inside_a_name_of_another_layer_goes(mentions):
    adhesion = "GO_PATO_EXT:biological_adhesion_entity_or_process"
    found = mentions(
        "neural adhesion molecule and adhesion of cells",
        PR=[("PR:1", "neural adhesion molecule")],
        GO_BP_ext=[(adhesion, "adhesion"), (adhesion, "adhesion of")],
        GO_BP=[("GO:0007399", "neural")],
    )
    # "neural" is CRAFT's own. The first "adhesion of" begins behind the molecule.
    assert found == [
        ("gene", "neural adhesion molecule", ("PR:1",)),
        ("process", "neural", ("GO:0007399",)),
        ("process", "adhesion of", ()),
    ]


def test_extension_mention_on_a_name_of_another_layer_goes(mentions):
    found = mentions("spectrin", GO_CC=[("GO:0008091", "spectrin")], GO_CC_ext=[("GO_PR_EXT:spectrin", "spectrin")])
    assert found == [("organelle", "spectrin", ("GO:0008091",))]


def test_extension_mention_in_the_gap_of_a_name_stays(mentions):
    growing = "GO_RO_EXT:developmental_differentiation_process"
    found = mentions(
        "nuclei of differentiating cells",
        GO_CC=[("GO:0005634", "nuclei of ... cells")],
        GO_BP_ext=[(growing, "differentiating")],
    )
    assert [layer for layer, *_ in found] == ["organelle", "process"]


def test_extension_mention_inside_a_process_stays(mentions):
    found = mentions("axon growth cone", GO_CC_ext=[(CHROMOSOME, "growth")], GO_BP=[("GO:0048675", "axon growth")])
    assert [layer for layer, *_ in found] == ["process", "organelle"]


def test_ids_choose_articles(tmp_path):
    release = Release(tmp_path, "text")
    assert craft_ids(tmp_path, "train") == ("1",)
    assert craft_ids(tmp_path, "dev") == ()
    assert list(read_craft(tmp_path, full=True, ids=[])) == []
    (tmp_path / "articles/txt/2.txt").write_text("no part has this one")
    assert [doc.id for doc in read_craft(release.folder, full=True)] == ["craft-1"]


def test_folder_that_is_no_release(tmp_path):
    with pytest.raises(ConfigError, match=r"craft-ids-train\.txt: the list of CRAFT's train articles expected"):
        next(read_craft(tmp_path, full=False))


def test_missing_article_is_named(tmp_path):
    Release(tmp_path, "text")
    with pytest.raises(ReadError, match=r"articles/txt/7\.txt: the file cannot be opened"):
        next(read_craft(tmp_path, full=False, ids=["7"]))


def test_text_that_is_not_utf8(tmp_path):
    release = Release(tmp_path, "text")
    (tmp_path / "articles/txt/1.txt").write_bytes(b"caf\xe9")
    with pytest.raises(AnnotationError, match=r"1\.txt: UTF-8 expected"):
        release.read()


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        (
            'end="4"',
            'end="3"',
            r"PR/PR/knowtator/1\.txt\.knowtator\.xml:3: 'Sox9' expected at \[\(0, 3\)\], found 'Sox'",
        ),
        ('end="4"', 'end="four"', r"xml:3: whole numbers expected as bounds, found \[\('0', 'four'\)\]"),
        ('<mention id="i0" />', '<mention id="i9" />', r"xml:3: .* class expected, found none for the mention 'i9'"),
        ('<mention id="i0" />', "", r"xml:3: .* class expected, found none for the mention ''"),
        ("<spannedText>Sox9</spannedText>", "", r"xml:3: None expected at \[\(0, 4\)\], found 'Sox9'"),
    ],
)
def test_broken_annotation_is_named_by_file_and_line(tmp_path, old, new, message):
    release = Release(tmp_path, "Sox9 binds.")
    release.write("PR", "PR", knowtator("Sox9 binds.", [("PR:1", "Sox9")]).replace(old, new))
    with pytest.raises(AnnotationError, match=message):
        release.read()


def test_xml_of_another_kind(tmp_path):
    release = Release(tmp_path, "Sox9 binds.")
    release.write("GO_CC", "GO_CC", "<collection/>")
    with pytest.raises(AnnotationError, match="the root <annotations> expected, found <collection>"):
        release.read()


def test_xml_that_reaches_for_other_files_is_refused(tmp_path):
    release = Release(tmp_path, "Sox9 binds.")
    entity = '<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]>'
    release.write("PR", "PR", f"{entity}<annotations><annotation>&x;</annotation></annotations>")
    with pytest.raises(ReadError, match="without entity declarations"):
        release.read()


def test_rules_are_whole():
    rules = craft_rules()
    assert set(rules.dropped) <= set(LAYERS)
    assert set(rules.extensions) == set(SETS)
    for classes in rules.extensions.values():
        assert "*" in classes
        for class_id, rule in classes.items():
            assert class_id == "*" or "_EXT:" in class_id
            assert rule.keep in (True, False)
            assert rule.layer in ("", *LAYERS)
            assert rule.grow in ("", *LAYERS)
            assert re.fullmatch(r"|GO:\d{7}", rule.concept)


@pytest.mark.corpus
def test_rules_are_those_beside_the_corpus(shared):
    folder = shared / "corpora/en"
    rules = craft_rules()
    given = json.loads((folder / "craft_dropped_concepts.json").read_text("utf-8"))["dropped"]
    assert {layer: rules.dropped.get(layer, frozenset()) for layer in given} == {
        layer: {concept["id"] for concept in concepts} for layer, concepts in given.items()
    }
    for name, classes in json.loads((folder / "craft_extension_classes.json").read_text("utf-8")).items():
        ours = rules.extensions[name]
        for class_id, theirs in classes.items():
            rule = ours.get(class_id, ours["*"])
            assert rule.keep is theirs["keep"], class_id
            if rule.keep:
                expressions = [p.pattern if p else None for p in (rule.exception, rule.part)]
                assert expressions == [theirs.get("except"), theirs.get("part")], class_id
                assert (rule.concept or None, rule.layer, rule.grow) == (
                    theirs["maps_to"],
                    theirs.get("layer", ""),
                    theirs.get("grow", ""),
                ), class_id


@pytest.mark.corpus
@pytest.mark.parametrize(
    ("full", "part", "gene", "organelle", "process"),
    [
        (False, "train", 13970, 2895, 3841),
        (False, "dev", 3000, 438, 1126),
        (True, "train", 15309, 3337, 5116),
        (True, "dev", 3130, 581, 1419),
    ],
)
def test_counts_of_the_corpus(shared, full, part, gene, organelle, process):
    folder = shared / "corpora/en/raw/craft"
    counts = Counter(m.type for doc in read_craft(folder, full=full, ids=craft_ids(folder, part)) for m in doc.mentions)
    assert counts == {"gene": gene, "organelle": organelle, "process": process}


@pytest.mark.corpus
def test_plain_mentions_that_lose_to_longer_ones(shared):
    folder = shared / "corpora/en/raw/craft"
    lost = 0
    for plain, full in zip(read_craft(folder, full=False), read_craft(folder, full=True), strict=True):
        assert plain.text == full.text
        kept = {(m.type, m.start, m.end, m.spans) for m in full.mentions}
        lost += sum((m.type, m.start, m.end, m.spans) not in kept for m in plain.mentions)
    assert lost == 25
