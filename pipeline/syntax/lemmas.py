"""Dictionary forms of English words, by the longest ending that is known for their tag."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache

from pipeline.errors import ModelError

_WHOLE = "^"
"""Begins an ending that is a whole word."""
_LONGEST = 6  # characters of an ending; longer ones are the whole word
_LEAST = 2  # words that an ending must be seen with
_COLUMNS = 4

Rules = Mapping[tuple[str, str], tuple[int, str]]
"""By ending and tag: how many characters fall off, and what is put in their place."""


class Lemmas:
    """The rules at work. Never changed after construction."""

    def __init__(self, rules: Rules) -> None:
        self.rules = dict(rules)
        self.lemma = lru_cache(1 << 16)(self._lemma)

    def _lemma(self, word: str, tag: str) -> str:
        """The dictionary form of a word, in small letters."""
        word = word.lower()
        for ending in _endings(word):
            if (rule := self.rules.get((ending, tag))) is not None:
                return f"{word[: len(word) - rule[0]]}{rule[1]}"
        return word

    def lines(self) -> Iterator[str]:
        """The rules as lines of a table; `Lemmas.read` takes them."""
        yield "ending\ttag\tcut\tput"
        for (ending, tag), (cut, put) in sorted(self.rules.items()):
            yield f"{ending}\t{tag}\t{cut}\t{put}"

    @classmethod
    def read(cls, lines: Iterable[str], place: str) -> Lemmas:
        """The rules from their lines; ModelError names the one that is none."""
        rules: dict[tuple[str, str], tuple[int, str]] = {}
        for number, line in enumerate(lines, 1):
            cells = line.split("\t")
            if number == 1:
                continue
            if len(cells) != _COLUMNS or not cells[2].isdecimal():
                raise ModelError(f"{place}:{number}: ending, tag, cut and put expected, found {line!r}")
            rules[cells[0], cells[1]] = (int(cells[2]), cells[3])
        return cls(rules)

    @classmethod
    def learned(cls, words: Iterable[tuple[str, str, str]]) -> Lemmas:
        """Rules from words, tags and dictionary forms: the fewest that give each word its most frequent form."""
        seen: defaultdict[tuple[str, str], Counter[str]] = defaultdict(Counter)
        for word, tag, lemma in words:
            seen[word.lower(), tag][lemma] += 1
        forms = {key: counts.most_common(1)[0][0] for key, counts in seen.items()}
        votes: defaultdict[tuple[str, str], Counter[tuple[int, str]]] = defaultdict(Counter)
        for (word, tag), lemma in forms.items():
            rule = _change(word, lemma)
            for ending in _endings(word):
                if ending.startswith(_WHOLE) or rule[0] <= len(ending):
                    votes[ending, tag][rule] += 1
        rules: dict[tuple[str, str], tuple[int, str]] = {}
        # Short endings first: a longer one is kept only where it says something else than those it ends in.
        for (ending, tag), counts in sorted(votes.items(), key=lambda item: (_length(item[0][0]), item[0])):
            best, times = max(counts.items(), key=lambda item: (item[1], -item[0][0], item[0][1]))
            shorter = (rules.get((one, tag)) for one in _endings(ending.removeprefix(_WHOLE)) if one != ending)
            known = next((rule for rule in shorter if rule is not None), (0, ""))
            if best != known and (times >= _LEAST or ending.startswith(_WHOLE)):
                rules[ending, tag] = best
        return cls(rules)


def _length(ending: str) -> int:
    return 1000 if ending.startswith(_WHOLE) else len(ending)


def _endings(word: str) -> Iterator[str]:
    """What a rule may be known for, the longest first."""
    yield f"{_WHOLE}{word}"
    for size in range(min(_LONGEST, len(word)), -1, -1):
        yield word[len(word) - size :]


def _change(word: str, lemma: str) -> tuple[int, str]:
    same = 0
    while same < min(len(word), len(lemma)) and word[same] == lemma[same]:
        same += 1
    return len(word) - same, lemma[same:]
