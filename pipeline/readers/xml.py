"""XML without its dangers: no entities, no network, no huge trees."""

import re
from collections.abc import Iterator
from io import BytesIO

from lxml import etree

from pipeline.errors import ReadError

_OPTIONS = {"resolve_entities": False, "no_network": True, "load_dtd": False, "huge_tree": False}


def root_name(raw: bytes, name: str) -> str:
    """The local name of the first element. ReadError when the file is no XML or declares entities.

    A DOCTYPE that only names its DTD, as PMC's has, is harmless: the DTD is not read.
    """
    for _, element in _events(raw, name, ("start",), None):
        declared = element.getroottree().docinfo.internalDTD
        if declared is not None and any(True for _ in declared.iterentities()):
            raise ReadError(f"{name}: XML with entity declarations, which can reach other files; remove its DOCTYPE part")
        return etree.QName(element).localname
    raise ReadError(f"{name}: XML expected, found no element")


def elements(raw: bytes, name: str, tag: str) -> Iterator[etree._Element]:
    """Each element `tag` (any namespace), whole; it is emptied when the next one is asked for, so memory stays small."""
    for _, element in _events(raw, name, ("end",), f"{{*}}{tag}"):
        yield element
        element.clear()
        while element.getprevious() is not None:
            del element.getparent()[0]  # type: ignore[union-attr]


def flat(element: etree._Element | None, *, without: tuple[str, ...] = ()) -> str:
    """The text inside an element, blanks folded; what stands in elements named in `without` is left out.

    Superscripts and subscripts are joined to their word ("Ca2+"); references to figures and papers keep their text.
    """
    if element is None:
        return ""
    return re.sub(r"\s+", " ", "".join(_texts(element, without))).strip()


def child(element: etree._Element, path: str) -> etree._Element | None:
    """The first element at `path` below, whatever its namespace ("front/article-meta")."""
    return next(iter(children(element, path)), None)


def children(element: etree._Element, path: str) -> list[etree._Element]:
    """All elements at `path` below, whatever their namespace."""
    return element.findall("/".join(p if p in (".", "..", "*", "") else f"{{*}}{p}" for p in path.split("/")))


def local(element: etree._Element) -> str:
    """An element's name without namespace; "" for comments and instructions."""
    return etree.QName(element).localname if isinstance(element.tag, str) else ""


def _texts(element: etree._Element, without: tuple[str, ...]) -> Iterator[str]:
    yield element.text or ""
    for part in element:
        if local(part) and local(part) not in without:
            yield from _texts(part, without)
        yield part.tail or ""


def _events(
    raw: bytes, name: str, events: tuple[str, ...], tag: str | None
) -> Iterator[tuple[str, etree._Element]]:
    try:
        yield from etree.iterparse(BytesIO(raw), events=events, tag=tag, **_OPTIONS)  # type: ignore[call-overload]
    except etree.XMLSyntaxError as error:
        raise ReadError(f"{name}: well-formed XML expected, found: {error}; download it again") from error
