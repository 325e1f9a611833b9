"""Names made of a known name and a word: 内质网 + 应激, Wnt + "signaling pathway", mitochondrial + dysfunction.

The guideline marks such a whole as one process. Which words compose with which layers is data (`rules/compose.tsv`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from importlib.resources import files

from pipeline.document import Document, Mention
from pipeline.lexicon.load import rows

VERSION = "1"
_COLUMNS = ("lang", "layers", "word")


def compose(doc: Document, candidates: list[Mention]) -> Iterator[Mention]:
    """Process candidates: a candidate of a layer that the rules name, with the word after it.

    Coordinated names before one word are one candidate ("PI3K/Akt 信号通路"). They have no concepts; the linker looks
    the whole up.
    """
    by_start: dict[int, list[Mention]] = {}
    for m in candidates:
        if m.type:
            by_start.setdefault(m.start, []).append(m)
    longest = {start: max(ms, key=lambda m: m.end) for start, ms in by_start.items()}
    seen: set[tuple[int, int]] = set()
    for start, first in longest.items():
        m, end = first, first.end
        while True:
            # "Wnt/β-catenin": the next name after a slash or hyphen.
            for layer in {c.type for c in by_start[m.start] if c.end == m.end}:
                tail = _pattern(layer).match(doc.text, end)
                if tail and (start, tail.end()) not in seen and "\n" not in tail[0]:
                    seen.add((start, tail.end()))
                    yield Mention("", start, tail.end(), "process", by=f"compose {VERSION}")
            following = longest.get(end + 1)
            if following is None or doc.text[end] not in "/-‑–" or first.type != "gene" or following.type != "gene":
                break
            m, end = following, following.end


@cache
def _pattern(layer: str) -> re.Pattern[str]:
    raw = (files("pipeline") / "resources" / "rules" / "compose.tsv").read_bytes()
    chinese: list[str] = []
    english: list[str] = []
    for _, row in rows(raw, "compose.tsv", _COLUMNS):
        if layer in row["layers"].split(","):
            (chinese if row["lang"] == "zh" else english).append(row["word"])
    return re.compile(
        rf" ?(?:{_any_of(chinese)})|[ -](?:{_any_of(english)})(?![A-Za-z])",
        re.IGNORECASE,
    )


def _any_of(words: list[str]) -> str:
    """A pattern of the words, longest first; one that never matches where there is none."""
    return "|".join(sorted(words, key=lambda w: (-len(w), w))) or "(?!)"
