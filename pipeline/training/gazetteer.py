"""How the shipped gazetteer is made: `python -m pipeline.training.gazetteer LEXICON`.

LEXICON is a folder that `yimai lexicon build` made from HGNC, MGI, GO and MeSH. The models learn with the gazetteer:
after a new one they are to be trained again.
"""

from __future__ import annotations

import sys
from collections import defaultdict
from pathlib import Path

from pipeline.lexicon import Lexicon, load_lexicon
from pipeline.taggers.learned.gazetteer import FILE, Gazetteer, save_gazetteer

_RESOURCES = Path(__file__).parents[1] / "resources"
_LONG = 3  # characters from which on a name's plural is a name as well


def gazetteer_of(lexicon: Lexicon) -> Gazetteer:
    """The English names of a lexicon by layer, with their plurals."""
    names: defaultdict[str, set[str]] = defaultdict(set)
    for term in lexicon.terms:
        if term.lang == "en" and term.status != "blocked" and len(term.name) > 1:
            names[term.layer].add(term.name)
            if len(term.name) > _LONG and term.name[-1].isalpha() and term.name[-1] != "s":
                names[term.layer].add(f"{term.name}s")
    return Gazetteer.of(names)


if __name__ == "__main__":
    (_RESOURCES / FILE).write_bytes(save_gazetteer(gazetteer_of(load_lexicon(sys.argv[1]))))
