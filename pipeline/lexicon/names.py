"""Many names in little memory: terms as lines of text, made to objects when they are asked for, and their keys."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from functools import cached_property
from pathlib import Path

from pipeline.errors import LexiconError
from pipeline.lexicon.finder import Finder, Flags, Places
from pipeline.lexicon.normalize import key, variants
from pipeline.lexicon.term import Term

FILES = TERMS, _KEYS, _NUMBERS = ("terms.tsv", "keys.txt", "numbers.txt")


class Names(Iterable[Term]):
    """Terms, the keys they are looked up by, and finding keys in a normalised text. Never changed after construction.

    lines: a term a line, as `_line` writes it. keys: to the numbers of its terms, as "3 18".
    """

    def __init__(self, lines: Sequence[str], keys: dict[str, str]) -> None:
        self._lines = lines
        self._keys = keys
        self._terms: dict[str, tuple[Term, ...]] = {}
        self._finder = Finder(keys)

    @classmethod
    def of(cls, terms: Iterable[Term]) -> Names:
        """The names of some terms, under all spellings that the normal form does not fold."""
        lines: list[str] = []
        keys: defaultdict[str, list[int]] = defaultdict(list)
        given = list(terms)
        own = [key(term.name) for term in given]
        written = {(term.layer, name): term.concept for term, name in zip(given, own, strict=True)}
        for number, term in enumerate(given):
            lines.append(_line(term))
            keys[own[number]].append(number)
            for spelling in variants(term.name, term.lang, symbol=term.is_symbol):
                # What one concept's row says goes before what is only a spelling of another's.
                if spelling != own[number] and written.get((term.layer, spelling), term.concept) == term.concept:
                    keys[spelling].append(number)
        keys.pop("", None)
        return cls(lines, {k: " ".join(map(str, sorted(numbers))) for k, numbers in sorted(keys.items())})

    @classmethod
    def load(cls, folder: Path) -> Names:
        """What `save` wrote. LexiconError when a file is missing or unreadable."""
        lines, keys, numbers = (_read(folder / name) for name in FILES)
        if len(keys) != len(numbers):
            raise LexiconError(f"{folder}: {len(keys)} lines in {_KEYS}, {len(numbers)} in {_NUMBERS}; build it again")
        return cls(lines, dict(zip(keys, numbers, strict=True)))

    def save(self, folder: Path) -> None:
        """Writes the names into a folder, as text that can be read by eye."""
        for name, lines in zip(FILES, (self._lines, self._keys, self._keys.values()), strict=True):
            (folder / name).write_text("".join(f"{line}\n" for line in lines), "utf-8", newline="\n")

    def __iter__(self) -> Iterator[Term]:
        return map(_term, self._lines)

    def __len__(self) -> int:
        return len(self._lines)

    def terms(self, wanted: str) -> tuple[Term, ...]:
        """The terms with a key, in their order; () for an unknown one."""
        found = self._terms.get(wanted)
        if found is None:
            numbers = self._keys.get(wanted, "")
            found = self._terms[wanted] = tuple(_term(self._lines[int(n)]) for n in numbers.split())
        return found

    def find(self, normal: str, begins: Flags, ends: Flags) -> tuple[Places, Places]:
        """Where keys may stand in a normalised text; see `Finder.find`."""
        return self._finder.find(normal, begins, ends)

    def chinese(self) -> Iterator[Term]:
        """The Chinese terms."""
        return (_term(line) for line in self._lines if line.split("\t", 3)[2] == "zh")

    def written(self, layer: str, *, without: Collection[str] = ()) -> Iterator[str]:
        """The names of a layer, but for those of some statuses, without making terms of them."""
        for line in self._lines:
            _, own, _, status, _, _, name = line.split("\t", 6)
            if own == layer and status not in without:
                yield name

    def of_concept(self, concept: str) -> tuple[Term, ...]:
        """The terms of a concept, in their order."""
        return tuple(_term(self._lines[n]) for n in self._by_concept.get(concept, ()))

    @cached_property
    def _by_concept(self) -> dict[str, tuple[int, ...]]:
        result: defaultdict[str, list[int]] = defaultdict(list)
        for number, line in enumerate(self._lines):
            result[line[: line.index("\t")]].append(number)
        return {concept: tuple(numbers) for concept, numbers in result.items()}


def _line(term: Term) -> str:
    cells = (term.concept, term.layer, term.lang, term.status, term.source, "1" if term.sought else "0", term.name)
    return "\t".join(cells)


def _term(line: str) -> Term:
    concept, layer, lang, status, source, sought, name = line.split("\t", 6)
    return Term(name, concept, layer, lang, status, source, sought == "1")


def _read(path: Path) -> list[str]:
    try:
        *lines, rest = path.read_bytes().decode("utf-8").split("\n")
    except (OSError, UnicodeDecodeError) as error:
        raise LexiconError(f"{path}: a file of `yimai lexicon build` expected: {error}; build it again") from error
    if rest:
        raise LexiconError(f"{path}: the end of the line expected after {rest[:60]!r}; build it again")
    return lines
