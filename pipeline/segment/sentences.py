"""Where a text's sentences end. The rules are one set for both languages, as papers mix them inside a paragraph."""

import re
from collections.abc import Iterator
from functools import cache
from importlib.resources import files

from pipeline.lexicon.normalize import is_han

# What may stand between the mark that ends a sentence and the next one: closing quotes and brackets, and citation
# numbers set after the mark ("…mitophagy.[12,13] The", "…自噬。”").
_CLOSERS = "\"'”’」』)）】］〕》"
_CITATION = r"(?:\s?\[[\d,，、;\s–~-]+\])?"
_END = re.compile(rf"[。！？!?]+[{_CLOSERS}]*{_CITATION}|\.(?:[{_CLOSERS}]+)?{_CITATION}(?=\s|$|[\u4e00-\u9fff“「『])|\n+")
_WORD_BEFORE = re.compile(r"[^\s(（\[,;，；]+$")
_INITIALS = re.compile(r"(?:[A-Z]\.)*[A-Z]$")  # "J. R. Smith", "E. coli"
_NUMBERING = re.compile(r"(?:^|\n)\s*(?:\d+\.)*\d+$")  # "3.2. 平滑肌…" at the start of a line


def sentence_bounds(text: str) -> Iterator[tuple[int, int]]:
    """Start and end of each sentence, without the blanks around it.

    A sentence ends at 。！？!? or a line end, and at a full stop before a blank or a Chinese character that does not
    belong to an abbreviation, an initial, a number, or a heading's numbering.
    """
    start = 0
    for end in _ends(text):
        yield from _trim(text, start, end)
        start = end
    yield from _trim(text, start, len(text))


def _ends(text: str) -> Iterator[int]:
    for match in _END.finditer(text):
        mark = match[0]
        if not mark.startswith(".") or _ends_sentence(text, match.start(), match.end()):
            if mark[0] in "!?" and match.end() < len(text) and text[match.end()].isalnum() and not is_han(text[match.end()]):
                continue  # "n!2"
            yield match.end()


def _ends_sentence(text: str, dot: int, end: int) -> bool:
    word = _WORD_BEFORE.search(text, max(0, dot - 30), dot)
    before = word[0] if word else ""
    if f"{before}." in _abbreviations() or f"{before.lower()}." in _abbreviations():
        # "et al." and "etc." may close a sentence; then a capital follows that is no name of a figure or year.
        return before in ("etc",) and _starts_sentence(text, end)
    if _INITIALS.match(before):
        # An initial, unless a Chinese or long sentence simply ends in a capital ("vitamin D. The").
        return _starts_sentence(text, end) and len(before) == 1 and _lower_before(text, dot - 1) and _two_words(text, end)
    if _NUMBERING.search(text, max(0, dot - 12), dot):
        return False
    return _starts_sentence(text, end)


def _starts_sentence(text: str, at: int) -> bool:
    """Whether a sentence may begin at `at`: not with a small Latin letter of a running word."""
    rest = text[at : at + 40].lstrip()
    if not rest:
        return True
    first = rest[0]
    if first.isalpha() and first.islower() and first.isascii():
        # "mTOR is …", "p53 …" begin sentences, "in cells" does not.
        return bool(re.match(r"[a-z]{1,3}[A-Z0-9-]", rest))
    return first not in ",;:，；：)）]"


def _lower_before(text: str, at: int) -> bool:
    return bool(re.search(r"[a-z]\s$", text[max(0, at - 2) : at]))


def _two_words(text: str, at: int) -> bool:
    return bool(re.match(r"\s*[A-Z][a-z]+\s[a-z]", text[at : at + 40]))


def _trim(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    if start < end:
        yield start, end


@cache
def _abbreviations() -> frozenset[str]:
    path = files("pipeline") / "resources" / "rules" / "abbreviations.txt"
    return frozenset(path.read_text("utf-8").split())
