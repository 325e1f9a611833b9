"""Candidates that the guideline reads as triggers, not as names.

Modification, cleavage, degradation or transcription of a *named* gene is a trigger ("Akt 磷酸化", "phosphorylation of
Akt"); as a topic ("蛋白质磷酸化") it is a process. Which words these are is data (`rules/modifications.txt`).
"""

from __future__ import annotations

import re
from functools import cache
from importlib.resources import files

from pipeline.document import Document, Mention
from pipeline.lexicon.normalize import key

# Between the gene and the word: Akt 的磷酸化, "Akt protein phosphorylation", "phosphorylation of the Akt".
_AFTER_GENE = re.compile(r"[)）]?\s?(?:蛋白|基因|mRNA|protein|gene)?\s?的?去?\s?$", re.IGNORECASE)
_BEFORE_GENE = re.compile(r"^\s?(?:的|of(?: the)?)?\s?$", re.IGNORECASE)
# The process is a part of the name of what does it: 合成酶, 转运体.
_MAKER = re.compile("..酶|转运(?:体|蛋白|载体)")
_MEASURED = re.compile(r"^的?(?:水平|程度|状态|位点|修饰水平)|^ (?:level|status|site)s?\b")


def refuse(doc: Document, candidates: list[Mention]) -> list[Mention]:
    """The candidates without modifications of a named gene, measured levels of one, and parts of enzymes' names."""
    starts = {m.start for m in candidates if m.type == "gene"}
    ends = {m.end for m in candidates if m.type == "gene"}
    processes = {m.start for m in candidates if m.type == "process"}
    organelles = {m.end for m in candidates if m.type == "organelle"}
    return [
        m
        for m in candidates
        if m.type != "process"
        or not (
            _is_trigger(doc, m, starts, ends)
            or _ends_in_verb(doc, m, processes)
            or _MAKER.match(doc.text[m.end - 2 : m.end + 2])
            or (m.start in organelles and doc.surface(m) == "转移")  # 向线粒体转移 is a movement, no metastasis
        )
    ]


def _ends_in_verb(doc: Document, m: Mention, processes: set[int]) -> bool:
    """Whether 发生 at the end of a name is the verb: 血管发生重塑, 肿瘤发生了 are no names of an origin."""
    if not doc.text.endswith("发生", m.start, m.end):
        return False
    rest = doc.text[m.end : m.end + 3]
    return m.end in processes or rest.startswith(("了", "于", "在", "率", "时", "后", "改变", "变化"))


def _is_trigger(doc: Document, m: Mention, starts: set[int], ends: set[int]) -> bool:
    if key(doc.surface(m)) not in _modifications():
        return False
    text = doc.text
    if _MEASURED.match(text[m.end : m.end + 12]):
        return True
    before = any(_AFTER_GENE.match(text[at : m.start]) for at in range(max(0, m.start - 10), m.start + 1) if at in ends)
    return before or any(
        _BEFORE_GENE.match(text[m.end : at]) for at in range(m.end, min(len(text), m.end + 9)) if at in starts
    )


@cache
def _modifications() -> frozenset[str]:
    path = files("pipeline") / "resources" / "rules" / "modifications.txt"
    return frozenset(key(line) for line in path.read_text("utf-8").splitlines() if line)
