"""Documents from marked strings: "[MGP|gene] 抑制[血管钙化|process]"."""

import re

import pytest

from pipeline.document import Document, Mention, Sentence, validate
from pipeline.relations import Relater
from pipeline.segment.language import language
from pipeline.segment.sentences import sentence_bounds

_MARKS = re.compile(r"(\[(?=[^\[\]|]*(?:\[[^\]]*\][^\[\]|]*)*\|)|\|(?:gene|organelle|process)(?:\|[^\]]*)?\])")
SIGNS = {
    "positively_regulates": "+",
    "negatively_regulates": "-",
    "regulates": "~",
    "located_in": "@",
    "interacts_with": "&",
    "involved_in": ">",
}


def marked(string: str) -> Document:
    """The document of a marked string; a mark may end in a concept: [MGP|gene|HGNC:7060]. Marks may nest."""
    text, at, starts, found = "", 0, [], []
    for mark in _MARKS.finditer(string):
        text += string[at : mark.start()]
        at = mark.end()
        if mark[0] == "[":
            starts.append(len(text))
        else:
            _, layer, *concepts = mark[0][:-1].split("|")
            found.append((starts.pop(), len(text), layer, tuple(concepts)))
    text += string[at:]
    mentions = tuple(
        Mention(f"m{n}", a, b, layer, concepts) for n, (a, b, layer, concepts) in enumerate(sorted(found), 1)
    )
    sentences = tuple(Sentence(a, b, language(text[a:b])) for a, b in sentence_bounds(text))
    return validate(Document("d", text, mentions=mentions, sentences=sentences))


def written(doc: Document) -> set[str]:
    """The relations of `doc` as short strings: "MGP - 血管钙化", with "not" and "maybe" after it."""
    names = {m.id: doc.surface(m) for m in doc.mentions}
    return {
        f"{names[r.head]} {SIGNS[r.type]} {names[r.tail]}"
        + (" not" if r.negated else "")
        + (" maybe" if r.speculative else "")
        for r in Relater().relate(doc)
    }


@pytest.fixture(name="marked")
def marked_fixture():
    return marked


@pytest.fixture(name="stated")
def stated_fixture():
    """What a marked string states, as a set of short strings."""
    return lambda string: written(marked(string))
