"""XML without its dangers: no entities, no network, no huge trees."""

import html
import re
from collections.abc import Container, Iterator
from io import BytesIO

from lxml import etree

from pipeline.errors import ReadError
from pipeline.readers.sections import is_citation

_OPTIONS = {"resolve_entities": False, "no_network": True, "load_dtd": False, "huge_tree": False}
_RAISED = "\ue000"  # stands before a superscript or a citation until the text is complete; a private character


def root_name(raw: bytes, name: str) -> str:
    """The local name of the first element. ReadError when the file is no XML or declares entities.

    A DOCTYPE that only names its DTD, as PMC's has, is harmless: the DTD is not read.
    """
    for _, element in _events(raw, name, ("start",), None):
        declared = element.getroottree().docinfo.internalDTD
        if declared is not None and any(declared.iterentities()):  # type: ignore[attr-defined]
            raise ReadError(
                f"{name}: XML without entity declarations expected, found some, which can reach other files; "
                "remove them from its DOCTYPE part"
            )
        return etree.QName(element).localname
    raise ReadError(f"{name}: XML expected, found no element; download it again")


def elements(raw: bytes, name: str, tag: str) -> Iterator[etree._Element]:
    """Each element `tag` (any namespace), whole.

    It is emptied when the next one is asked for, so memory stays small.
    """
    for _, element in _events(raw, name, ("end",), f"{{*}}{tag}"):
        yield element
        element.clear()
        while (parent := element.getparent()) is not None and element.getprevious() is not None:
            del parent[0]


def flat(element: etree._Element | None, *, without: Container[str] = ()) -> str:
    """The text inside an element, blanks folded; a blank for what stands in elements named in `without`.

    Superscripts and subscripts are joined to their word ("Ca2+"), but the numbers of references are not
    ("calcification4" in print gives "calcification 4"); references to figures and papers keep their text.
    """
    if element is None:
        return ""
    pieces = re.split(_RAISED, "".join(_texts(element, without)))
    text = pieces[0]
    for piece in pieces[1:]:
        number = re.match(r"[\[(]?\d[\d,\s–-]*", piece)
        text += f" {piece}" if number and is_citation(text, number[0]) else piece
    return re.sub(r"\s+", " ", text).strip()


def child(element: etree._Element, path: str) -> etree._Element | None:
    """The first element at `path` below, whatever its namespace ("front/article-meta")."""
    return next(iter(children(element, path)), None)


def children(element: etree._Element, path: str) -> list[etree._Element]:
    """All elements at `path` below, whatever their namespace."""
    return element.findall("/".join(p if p in (".", "..", "*", "") else f"{{*}}{p}" for p in path.split("/")))


def local(element: etree._Element) -> str:
    """An element's name without namespace; "" for comments and instructions."""
    return etree.QName(element).localname if isinstance(element.tag, str) else ""


def _texts(element: etree._Element, without: Container[str]) -> Iterator[str]:
    yield (element.text or "").replace(_RAISED, "")
    for part in element:
        name = local(part)
        if part.tag is etree.Entity:
            # A named character ("&nbsp;", "&alpha;") of a DTD that we do not read.
            yield html.unescape(part.text or "")
        elif name in without or name == "break":
            yield " "
        elif name:
            if name == "sup" or (name == "xref" and part.get("ref-type") == "bibr"):
                yield _RAISED
            yield from _texts(part, without)
        yield (part.tail or "").replace(_RAISED, "")


def _events(raw: bytes, name: str, events: tuple[str, ...], tag: str | None) -> Iterator[tuple[str, etree._Element]]:
    try:
        yield from etree.iterparse(BytesIO(raw), events=events, tag=tag, **_OPTIONS)
    except etree.XMLSyntaxError as error:
        raise ReadError(f"{name}: well-formed XML expected, found: {error}; download it again") from error
