import json

import pytest

from pipeline.errors import AnnotationError, ConfigError, ReadError
from pipeline.training.corpora.bioc import read_bioc

ANNOTATION = """<annotation id="a"><infon key="type">gene</infon><infon key="identifier">HGNC:16877;HGNC:18262</infon>
<location offset="{offset}" length="{length}"/><text>{text}</text></annotation>"""
RELATION = """<relation id="r"><infon key="type">regulates</infon><infon key="negated">{negated}</infon>
<node refid="a" role="head"/><node refid="b" role="{role}"/></relation>"""


def annotation(offset=0, text="Mfn2", length=None):
    return ANNOTATION.format(offset=offset, length=length or len(text), text=text)


def passage(text, offset=0, inside=""):
    return f"<passage><offset>{offset}</offset><text>{text}</text>{inside}</passage>"


@pytest.fixture
def read(tmp_path):
    def read_xml(*passages, head="", raw=None):
        path = tmp_path / "a.xml"
        document = f"<document><id>1</id>{''.join(passages)}</document>"
        parts = f"<source/><date/><key/>{document}"
        path.write_text(
            raw or f'<?xml version="1.0" encoding="UTF-8"?>{head}<collection>{parts}</collection>', encoding="utf-8"
        )
        (doc,) = read_bioc(path)
        return doc

    return read_xml


def found(doc):
    return [(m.id, m.type, doc.said(m), m.start, m.concepts) for m in doc.mentions]


def test_passages_are_joined_by_line_ends_whatever_the_file_leaves_between(read):
    # As PubMed Central's files do, the second passage counts some bytes that the first does not have.
    doc = read(passage("线粒体融合", 0), passage("Mfn2 fuses.", 90, annotation(90)), passage(" It does.", 101))
    assert doc.text == "线粒体融合\nMfn2 fuses. It does."
    assert found(doc) == [("a", "gene", "Mfn2", 6, ("HGNC:16877", "HGNC:18262"))]
    assert (doc.id, doc.lang) == ("1", "zh")


def test_text_of_sentences_is_that_of_a_passage_without(read):
    first = "<sentence><offset>5</offset><text>One.</text></sentence>"
    second = f"<sentence><offset>10</offset><text>Mfn2.</text>{annotation(10)}</sentence>"
    doc = read(f"<passage><offset>5</offset>{first}{second}</passage>")
    assert (doc.text, found(doc)[0][2:4]) == ("One. Mfn2.", ("Mfn2", 5))


@pytest.mark.parametrize("shown", ["ab ef", "ab ... ef", "abcdef", ""])
def test_several_locations_are_a_gap(read, shown):
    places = '<location offset="4" length="2"/><location offset="0" length="2"/>'
    doc = read(
        passage(
            "abcdef", 0, f'<annotation id="a"><infon key="type">gene</infon>{places}<text>{shown}</text></annotation>'
        )
    )
    (m,) = doc.mentions
    assert (m.start, m.end, m.spans, m.concepts) == (0, 6, ((0, 2), (4, 6)), ())


@pytest.mark.parametrize(("negated", "expected"), [("true", True), ("True", True), ("false", False)])
def test_relation_between_nodes_head_and_tail(read, negated, expected):
    other = annotation(5, "Opa1").replace('id="a"', 'id="b"')
    doc = read(passage("Mfn2 Opa1", 0, annotation() + other + RELATION.format(role="tail", negated=negated)))
    assert [(r.id, r.type, r.head, r.tail, r.negated) for r in doc.relations] == [
        ("r", "regulates", "a", "b", expected)
    ]


@pytest.mark.parametrize(
    ("inside", "message"),
    [
        (annotation(1, "Mfn2"), r"a\.xml: document 1: annotation a: its text 'Mfn2' expected, found 'fn2 '"),
        (annotation(7, "Mfn2"), r"annotation a: a location inside a passage expected, found \[7, 11\]"),
        (annotation(0, "Mfn2").replace("gene", "Gene"), "mention a has the unknown type 'Gene'; known: gene"),
        (annotation().replace('length="4"', 'length="four"'), "invalid literal"),
        ('<annotation id="a"><text>Mfn2</text></annotation>', "annotation a: a location expected, found none"),
        (RELATION.format(role="theme", negated="false"), "relation r: a node head and a node tail expected, found head, t"),
        (RELATION.format(role="tail", negated="maybe"), "relation r: true or false expected as negated, found 'maybe'"),
        (RELATION.format(role="tail", negated="false"), "relation r points to a, b, which is no mention"),
    ],
)  # fmt: skip
def test_broken_annotation_is_named(read, inside, message):
    with pytest.raises(AnnotationError, match=message):
        read(passage("Mfn2 fuses", 0, inside))


def test_passages_over_each_other_are_refused(read):
    with pytest.raises(AnnotationError, match="passages one after the other expected, found one at 2"):
        read(passage("abcdef", 0), passage("cd", 2))


SECRET = "<!DOCTYPE collection [<!ENTITY {declared}>]>"


@pytest.mark.parametrize("declared", ['x SYSTEM "{path}"', '% x SYSTEM "{path}"', 'x "lol"', 'x "&y;&y;"'])
def test_entities_are_refused(read, tmp_path, declared):
    (tmp_path / "secret").write_text("secret")
    head = SECRET.format(declared=declared.format(path=(tmp_path / "secret").as_uri()))
    with pytest.raises(ReadError, match="XML without entity declarations expected"):
        read(passage("&x;" if "%" not in declared else "text"), head=head)


def test_doctype_that_names_its_dtd_is_not_followed(read, tmp_path):
    dtd = tmp_path / "BioC.dtd"
    dtd.write_text('<!ENTITY x "stolen">')
    assert read(passage("text"), head=f'<!DOCTYPE collection SYSTEM "{dtd.as_uri()}">').text == "text"


@pytest.mark.parametrize(
    ("raw", "error", "message"),
    [
        ("<articles/>", AnnotationError, "BioC with the root <collection> expected, found <articles>"),
        ("<collection><document>", AnnotationError, "a BioC collection expected, found XMLSyntaxError"),
        ("no XML", ReadError, "well-formed XML expected"),
        ('{"documents": []}', AnnotationError, "a BioC collection expected, found KeyError 'source'"),
        ("[1]", AnnotationError, "a BioC collection expected, found TypeError"),
        ("{", AnnotationError, "BioC JSON expected"),
    ],
)
def test_file_that_is_no_bioc(read, raw, error, message):
    with pytest.raises(error, match=message):
        read(raw=raw)


def test_json_of_others_is_read(tmp_path):
    location = {"offset": 0, "length": 4}
    mention = {"id": "1", "infons": {"type": "gene", "identifier": "-"}, "text": "Mfn2", "locations": [location]}
    part = {
        "offset": 0, "infons": {"type": "title"}, "text": "Mfn2.", "sentences": [], "annotations": [mention],
        "relations": [],
    }  # fmt: skip
    document = {"id": "7", "infons": {}, "passages": [part], "relations": []}
    path = tmp_path / "a.json"
    data = {"source": "", "date": "", "key": "", "infons": {}, "documents": [document]}
    path.write_text("\ufeff" + json.dumps(data), encoding="utf-8")
    (doc,) = read_bioc(path)
    assert (doc.id, found(doc)) == ("7", [("1", "gene", "Mfn2", 0, ())])


def test_file_that_is_missing(tmp_path):
    with pytest.raises(ConfigError, match="the file cannot be opened"):
        list(read_bioc(tmp_path / "none.xml"))
