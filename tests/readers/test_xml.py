"""XML that would do harm, and the text inside elements."""

import pytest
from lxml import etree

from pipeline.errors import ReadError
from pipeline.readers import read
from pipeline.readers.xml import flat

BOMB = b"""<?xml version="1.0"?>
<!DOCTYPE article [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">%s]>
<article><body><p>&k;</p></body></article>""" % b"".join(
    b'<!ENTITY %c "%s">' % (letter + 1, b"&%c;" % letter * 8) for letter in range(ord("b"), ord("k"))
)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (BOMB, "entity declarations"),
        (
            b'<!DOCTYPE article [<!ENTITY x SYSTEM "file:///etc/passwd">]><article><body><p>&x;</p></body></article>',
            "entity",
        ),
        (b"<article><body><p>cut off", "well-formed XML expected"),
        (b"<?xml version='1.0'?>", "well-formed XML expected"),
        (b"<article/>", "title or text expected, found neither"),
        (b"<svg><text>Wnt</text></svg>", "XML of another kind \\(<svg>\\)"),
        (b"<PubmedArticleSet/>", "export them again"),
    ],
)
def test_bad_xml_is_refused_with_its_reason(tmp_path, content, message):
    path = tmp_path / "a.xml"
    path.write_bytes(content)
    with pytest.raises(ReadError, match=f"a.xml: .*{message}"):
        list(read(path))


def test_doctype_that_only_names_its_dtd_is_read_without_it(tmp_path):
    path = tmp_path / "a.nxml"
    path.write_text(
        '<!DOCTYPE article PUBLIC "-//NLM//DTD JATS v1.2//EN" "http://127.0.0.1:1/none.dtd">'
        "<article><body><p>TNF-&alpha;&nbsp;rose.</p></body></article>",
        "utf-8",
    )
    (doc,) = read(path)
    assert doc.text == "TNF-α rose."


@pytest.mark.parametrize(
    ("xml", "text"),
    [
        ("<p>Ca<sup>2+</sup> and P<sub>i</sub></p>", "Ca2+ and Pi"),
        ("<p>m<sup>6</sup>A, 10 cm<sup>2</sup>, 10<sup>5</sup></p>", "m6A, 10 cm2, 105"),
        ("<p>calcification<sup><xref ref-type='bibr'>4</xref></sup>.</p>", "calcification 4."),
        ("<p>calcification<sup>1,2</sup> rose</p>", "calcification 1,2 rose"),
        ("<p>VSMCs<xref ref-type='bibr'>2</xref>.</p>", "VSMCs 2."),
        ("<p>凋亡<sup><xref ref-type='bibr'>[3]</xref></sup>。</p>", "凋亡 [3]。"),
        ("<p>rose [<xref ref-type='bibr'>1</xref>] (<xref>Fig. 1</xref>)</p>", "rose [1] (Fig. 1)"),
        ("<p>died.<sup><xref ref-type='bibr'>7</xref></sup> The</p>", "died.7 The"),
        ("<p><italic>RUNX2</italic>-<bold>null</bold></p>", "RUNX2-null"),
        ("<p>a<!-- no --><?x y?>b\n   c<break/>d</p>", "ab c d"),
    ],
)
def test_text_of_marked_up_words(xml, text):
    assert flat(etree.fromstring(xml)) == text
