"""Abbreviations and glosses that a paper defines.

English "mitofusin 2 (MFN2)" by the algorithm of Schwartz and Hearst (A simple algorithm for identifying abbreviation
definitions in biomedical text, PSB 2003). Chinese 骨保护素(osteoprotegerin, OPG) or 骨保护素(OPG): the bracket holds a
Latin long form, an abbreviation, or both.
"""

import re
from collections.abc import Iterator
from typing import NamedTuple

from pipeline.lexicon.normalize import is_han

_BRACKET = re.compile(r"[(（]([^()（）\n]{2,120}(?:\([^()（）]{1,20}\)[^()（）\n]{0,60})?)[)）]")
_SHORT = re.compile(r"[A-Za-zα-ω0-9][A-Za-z0-9α-ω/+‐‑–-]{0,10}[A-Za-z0-9α-ω+]$")
_LONG = re.compile(r"[A-Za-zα-ω0-9][A-Za-z0-9α-ω'’/ ,‐‑–-]{3,}$")
_PARTS = re.compile(r"\s*[,，;；、:：]\s*")
_LEAD = re.compile(r"^(?:简称|英文|即|又称|缩写为?|abbreviated as|also known as|termed|hereafter|or)\s*", re.IGNORECASE)


class Definition(NamedTuple):
    """What a bracket says: the bounds of each form, None where the bracket has none.

    before: the end of the Chinese name is the bracket; where it begins is for the lexicon to say (`han`), or the
    bounds of the English long form. gloss: Latin long form inside the bracket. short: the abbreviation.
    """

    bracket: int
    han: bool
    before: tuple[int, int]
    gloss: tuple[int, int] | None
    short: tuple[int, int] | None


def definitions(text: str) -> Iterator[Definition]:
    """The definitions of a text, in order.

    A bracket after Chinese defines when it holds a Latin long form whose letters the abbreviation takes, or one of the
    two alone; whether the Chinese before it is a name is left to the caller. A bracket after English defines when
    Schwartz–Hearst finds the long form.
    """
    for match in _BRACKET.finditer(text):
        open_at = match.start()
        end = open_at
        while end and text[end - 1] == " ":
            end -= 1
        before = text[max(0, end - 8) : end]
        if not before:
            continue
        parts = list(_bounds(match[1], match.start(1)))
        if is_han(before[-1]) or (before[-1] in "”\"' 0123456789abAB" and any(map(is_han, before))):
            yield from _after_chinese(text, end, open_at, parts)
        else:
            yield from _after_english(text, end, open_at, parts)


def _after_chinese(text: str, end: int, open_at: int, parts: list[tuple[int, int]]) -> Iterator[Definition]:
    short = gloss = None
    last = text[slice(*parts[-1])] if parts else ""
    if _is_short(last):
        short = parts[-1]
        parts = parts[:-1]
    if parts and len(parts) <= 2:
        start, stop = parts[0][0], parts[-1][1]
        if _LONG.match(text[start:stop]):
            gloss = (start, stop)
    if gloss and short and not best_long_form(text[slice(*short)], text[slice(*gloss)]):
        gloss = None
    if gloss or (short and not parts):
        yield Definition(open_at, True, (end, end), gloss, short)


def _after_english(text: str, end: int, open_at: int, parts: list[tuple[int, int]]) -> Iterator[Definition]:
    for start, stop in parts[:2]:
        short = text[start:stop]
        if not _is_short(short):
            continue
        words = min(len(short) + 5, len(short) * 2)
        window = re.search(rf"(?:[^\s,;:.(（]+\s+){{0,{words - 1}}}[^\s;:.(（]+$", text[max(0, end - 200) : end])
        if window is None:
            continue
        long_form = best_long_form(short, window[0])
        if long_form and len(long_form) > len(short):
            yield Definition(open_at, False, (end - len(long_form), end), None, (start, stop))
            return


def best_long_form(short: str, candidate: str) -> str:
    """The shortest end of `candidate` whose letters `short` takes in order, the first beginning a word; "" if none.

    Schwartz and Hearst, figure 1, with Greek letters matching the first letter of their spelled-out names.
    """
    at = len(candidate)
    for index in range(len(short) - 1, -1, -1):
        char = short[index].lower()
        if not char.isalnum():
            continue
        at -= 1
        while at >= 0 and (
            not _same(candidate[at].lower(), char) or (index == 0 and at > 0 and candidate[at - 1].isalnum())
        ):
            at -= 1
        if at < 0:
            return ""
    start = candidate.rfind(" ", 0, at + 1) + 1
    return candidate[start:]


def _same(a: str, b: str) -> bool:
    greek = {"α": "a", "β": "b", "γ": "g", "δ": "d", "κ": "k", "ε": "e"}
    return greek.get(a, a) == greek.get(b, b)


def _is_short(text: str) -> bool:
    """Whether a string looks like an abbreviation: 2 to 12 signs, mostly capitals, no plain number or unit."""
    if not _SHORT.match(text) or text[0].isdigit():
        return False
    capitals = sum(c.isupper() for c in text)
    return capitals >= 2 or (capitals == 1 and len(text) <= 6 and any(c.isdigit() or "α" <= c <= "ω" for c in text[1:]))


def _bounds(content: str, offset: int) -> Iterator[tuple[int, int]]:
    at = 0
    for part in _PARTS.split(content):
        start = content.index(part, at)
        at = start + len(part)
        lead = _LEAD.match(part)
        start += lead.end() if lead else 0
        if start < at:
            yield offset + start, offset + at
