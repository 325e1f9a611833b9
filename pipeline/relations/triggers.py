"""The words that state relations: loading them, and finding them in a sentence."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cache
from importlib.resources import files
from pathlib import PurePath

import ahocorasick_rs

from pipeline.document import RELATION_TYPES, Document, Mention, Sentence
from pipeline.errors import LexiconError
from pipeline.lexicon.load import rows
from pipeline.relations.polarity import SIGNS

TRIGGER_KINDS = frozenset(
    {
        "verb",
        "improve",
        "rescue",
        "result",
        "change",
        "become",
        "need",
        "appear",
        "nominal",
        "bind",
        "locate",
        "move",
        "hold",
        "part",
        "involve",
        "role",
        "class",
    }
)
"""How a trigger takes its ends.

verb: head verb tail. result: the same; with no head of its own, what was said before is the head (导致).
improve: head verb tail, against what is a disorder (改善). rescue: the same, of no clear sign if a knock-out does it.
change: head verb tail, and "tail changes". become: only "tail changes" (受损).
need: tail verb head (依赖). appear: tail of a known cause (出现).
nominal: "head 对 tail 的 noun", "noun of head on tail".
bind: two equal ends. locate, move: head verb tail, the tail an organelle. hold: the organelle comes first.
part: "head is a noun of tail". involve: head verb tail. role: "head has a role in tail". class: "tail-class head".
"""

CHANGES = frozenset({"change", "become"})

# Marks that carry no meaning of their own: what is left of a sentence once all known words are taken out.
_EMPTY = re.compile(r"[\s\d.%±+<>＜＞=≤≥~*°·…^_|\-‐‑–—]*\Z")
_CITATION = re.compile(r"\[[\d\s,，、;–~-]+\]|［[^］]*］")
_MARKER = re.compile(
    r"[+⁺＋](?!/)|\(\+\)|\s?(?:阳性|阴性)|[-‐–](?:like|related|positive|negative|expressing|labell?ed|stained)\b"
)
_HYPHENS = ("-", "\u2010", "\u2011", "\u2013")
_WORD = re.compile(r"[^\W_]+(?:[-'’/][^\W_]+)*|[^\w\s]")


@dataclass(frozen=True, slots=True)
class Cue:
    """A word of the rule files. `sign` is 1 or -1 for what raises or lowers its object, else 0.

    `side` of a turner is "after" where it only follows its gene (抑制剂), "before" where it only precedes it
    (lacking), else "any"; of an English trigger its form: base, third, past, gerund, noun, or joined ("X-induced").
    """

    word: str
    kind: str
    type: str = ""
    sign: int = 0
    side: str = ""


_ADVERB = Cue("-ly", "fill")


@dataclass(slots=True)
class Item:
    """A piece of a sentence: a group of mentions (kind "group"), a known word, or anything else (kind "other").

    `sign` is turned by a knock-out of the members; `turned` says that there was one. Members from `split` on stand
    after 与 ("A 与 B"), which may be a partner of binding rather than one more of the same. `text` is the last name.
    """

    kind: str
    start: int
    end: int
    cue: Cue | None = None
    members: tuple[Mention, ...] = ()
    sign: int = 1
    turned: bool = False
    split: int = 0
    text: str = ""

    @property
    def word(self) -> str:
        """The word as the rule files have it; "" for a group or an unknown word."""
        return self.cue.word if self.cue else ""

    @property
    def type(self) -> str:
        """The relation type of a trigger; "" for anything else."""
        return self.cue.type if self.cue else ""

    @property
    def side(self) -> str:
        """The form or side of a known word; "" for anything else."""
        return self.cue.side if self.cue else ""

    @property
    def effect(self) -> int:
        """1 or -1 for a word that says more or less, 0 for anything else."""
        return self.cue.sign if self.cue else 0


class Cues:
    """The known words of one language."""

    def __init__(self, cues: dict[str, Cue], *, spaced: bool) -> None:
        self._cues = cues
        self._spaced = spaced
        self._words = tuple(cues)
        if spaced:
            self._longest: dict[str, int] = {}
            self._cues = {" ".join(_WORD.findall(word)): cue for word, cue in cues.items()}
            for word in self._cues:
                first, *rest = word.split(" ")
                self._longest[first] = max(self._longest.get(first, 1), 1 + len(rest))
        else:
            self._automaton = ahocorasick_rs.AhoCorasick(
                self._words, matchkind=ahocorasick_rs.MatchKind.LeftmostLongest
            )

    def find(self, text: str, start: int, end: int) -> Iterator[Item]:
        """Items of `text[start:end]`, where no mention stands, in order; citation numbers and blanks give none."""
        at = start
        if text.find("[", start, end) < 0 and text.find("［", start, end) < 0:
            yield from self._find(text, start, end)
            return
        for citation in _CITATION.finditer(text, start, end):
            yield from self._find(text, at, citation.start())
            at = citation.end()
        yield from self._find(text, at, end)

    def _find(self, text: str, start: int, end: int) -> Iterator[Item]:
        at = start
        for a, b, cue in self._spaced_words(text, start, end) if self._spaced else self._words_in(text, start, end):
            if at < a and not _EMPTY.match(text, at, a):
                yield Item("other", at, a)
            yield Item(cue.kind, a, b, cue)
            at = b
        if at < end and not _EMPTY.match(text, at, end):
            yield Item("other", at, end)

    def _words_in(self, text: str, start: int, end: int) -> Iterator[tuple[int, int, Cue]]:
        for index, a, b in self._automaton.find_matches_as_indexes(text[start:end]):
            yield start + a, start + b, self._cues[self._words[index]]

    def _spaced_words(self, text: str, start: int, end: int) -> Iterator[tuple[int, int, Cue]]:
        words = [(m.start(), m.end(), m[0].lower()) for m in _WORD.finditer(text, start, end)]
        at = 0
        while at < len(words):
            for count in range(min(self._longest.get(words[at][2], 0), len(words) - at), 0, -1):
                cue = self._cues.get(" ".join(w for _, _, w in words[at : at + count]))
                if cue:
                    if cue.kind in TRIGGER_KINDS and _is_joined(text, words[at][0]):
                        cue = replace(cue, side="joined")  # "X-induced Y"
                    yield words[at][0], words[at + count - 1][1], cue
                    at += count
                    break
            else:
                if words[at][2].endswith("ly"):
                    yield words[at][0], words[at][1], _ADVERB
                at += 1


def _is_joined(text: str, at: int) -> bool:
    """Whether a hyphen is before the word at `at`, as in "X-induced" or "X- induced"."""
    return text[at - 1 : at] in _HYPHENS if text[at - 1 : at] != " " else text[at - 2 : at - 1] in _HYPHENS


def scan(doc: Document, sentence: Sentence, mentions: list[Mention], cues: Cues) -> list[Item]:
    """The sentence as items, each mention of `mentions` (in order, none inside another) a group of its own.

    A gene that only marks cells ("Mki67+ cells") is as any other word.
    """
    items: list[Item] = []
    at = sentence.start
    for mention in mentions:
        items += cues.find(doc.text, at, mention.start)
        if mention.type == "gene" and _MARKER.match(doc.text, mention.end):
            items.append(Item("other", mention.start, mention.end))
        else:
            items.append(Item("group", mention.start, mention.end, members=(mention,), text=doc.surface(mention)))
        at = mention.end
    items += cues.find(doc.text, at, sentence.end)
    return items


def outermost(mentions: list[Mention]) -> list[Mention]:
    """The mentions that lie in no other one, by position: a relation goes to the whole of a nested name."""
    kept: list[Mention] = []
    for mention in sorted(mentions, key=lambda m: (m.start, -m.end)):
        if not kept or mention.start >= kept[-1].end:
            kept.append(mention)
    return kept


@cache
def load_cues(lang: str) -> Cues:
    """The words of the package's rule files for "zh" or "en"; LexiconError names the file and line of a bad row."""
    cues: dict[str, Cue] = {}
    for name, columns in _FILES.items():
        raw = (files("pipeline") / "resources" / "rules" / name).read_bytes()
        for number, row in rows(raw, name, columns):
            if row["lang"] == lang:
                cue = _cue(row, name, number)
                for word, side in _forms(cue, lang):
                    cues.setdefault(word, replace(cue, word=word, side=side))
    return Cues(cues, spaced=lang == "en")


_INFLECTED = TRIGGER_KINDS - {"nominal", "class", "part", "role"}
# Nouns among the words of binding: they do not inflect as verbs do.
_NOUN_ENDINGS = ("tion", "tions", "complex", "complexes", "dimer", "dimers", "binding")
_FILES = {
    "negation.tsv": ("lang", "word"),
    "speculation.tsv": ("lang", "word", "kind"),
    "relation_turners.tsv": ("lang", "word", "sign", "side"),
    "triggers.tsv": ("lang", "word", "kind", "type"),
    "relation_words.tsv": ("lang", "word", "kind"),
}


def _cue(row: dict[str, str], name: str, number: int) -> Cue:
    kind = row.get("kind") or PurePath(name).stem.removeprefix("relation_").removesuffix("s")
    type_ = row.get("type", "")
    if name == "triggers.tsv" and (kind not in TRIGGER_KINDS or type_ not in RELATION_TYPES):
        raise LexiconError(
            f"{name}:{number}: a kind ({', '.join(sorted(TRIGGER_KINDS))}) and a relation type expected, "
            f"found {kind!r}, {type_!r}"
        )
    if row.get("sign", "1") not in ("1", "-1"):
        raise LexiconError(f"{name}:{number}: sign 1 or -1 expected, found {row['sign']!r}")
    return Cue(
        row["word"],
        kind,
        type_,
        int(row["sign"]) if "sign" in row else SIGNS.get(type_, 0),
        row.get("side", ""),
    )


def _forms(cue: Cue, lang: str) -> list[tuple[str, str]]:
    """The words of a row and the form of each: English verbs are listed in the base form."""
    if lang != "en" or cue.kind not in _INFLECTED:
        return [(cue.word, cue.side)]
    verb, blank, rest = cue.word.partition(" ")
    if not blank and verb.endswith(_NOUN_ENDINGS):
        return [(verb, "noun")]
    if verb in _irregular():
        forms = _irregular()[verb]
    elif verb.endswith("e"):
        forms = (verb + "s", verb + "d", verb + "d", verb[:-1] + "ing")
    elif verb.endswith("y") and verb[-2] not in "aeiou":
        forms = (verb[:-1] + "ies", verb[:-1] + "ied", verb[:-1] + "ied", verb + "ing")
    else:
        third = verb + ("es" if verb.endswith(("s", "x", "sh", "ch")) else "s")
        forms = (third, verb + "ed", verb + "ed", verb + "ing")
    sides = ("third", "past", "past", "gerund")
    return [
        (cue.word, "base"),
        *((form + blank + rest, side) for form, side in zip(forms, sides, strict=True)),
    ]


@cache
def _irregular() -> dict[str, tuple[str, str, str, str]]:
    name, columns = "relation_forms.tsv", ("word", "third", "past", "participle", "gerund")
    raw = (files("pipeline") / "resources" / "rules" / name).read_bytes()
    return {r["word"]: (r["third"], r["past"], r["participle"], r["gerund"]) for _, r in rows(raw, name, columns)}
