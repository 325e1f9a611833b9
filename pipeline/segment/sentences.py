"""Where a text's sentences end. The rules are one set for both languages, as papers mix them inside a paragraph."""

import re
from collections.abc import Iterator
from functools import cache
from importlib.resources import files

from pipeline.lexicon.normalize import is_han

# What may stand between the mark that ends a sentence and the next one: closing quotes and brackets, and citations
# set after the mark ("…mitophagy.[12,13] The", "…自噬。”", "…恢复。（图2）").
_CLOSERS = "\"'”’」』)）】］〕》\\]"
_CITATION = r"(?:[ \u00a0]?\[[\d,，、; \u00a0–~-]+\]|[ \u00a0]?[(（](?:图|表|Fig|Table)[^()（）\n]{0,20}[)）][。.]?)?"
_HAN = "\u3400-\u9fff"
_LINE_END = r"[\n\r\v\f\x1c-\x1e\x85\u2028\u2029]"
_END = re.compile(
    rf"(?P<full>[。！？｡]+[{_CLOSERS}]*{_CITATION})"
    rf"|(?P<half>[!?]+[{_CLOSERS}]*{_CITATION})"
    # The numbers of references, raised in print, stick to the stop: "…mitophagy.12,13 The".
    r"|(?P<cited>(?<=[a-z)]{3})\.\d{1,3}(?:[,–-]\d{1,3})*(?=\s+[A-Z“\"(]))"
    rf"|(?P<dot>[.．][{_CLOSERS}]*{_CITATION}(?=\s|$|[{_HAN}“「『])|(?<=[{_HAN})）])[.．](?=[A-Za-z]))"
    r"|(?P<glued>(?<=[a-zA-Z0-9)\]])\.(?=[A-Z][a-z]* ))"
    rf"|(?P<line>{_LINE_END}+)"
)
_WORD_BEFORE = re.compile(rf"[^\s(（\[,;:/\"'“‘，；：、。！？{_HAN}]+$")
_INITIALS = re.compile(r"(?:[A-Z]\.)*[A-Z]$")  # "J. R. Smith", "E. coli"
_NUMBERING = re.compile(
    rf"(?:^|{_LINE_END})\s*(?:(?:\d+\.)*\d+|[A-H]|[IVX]+)$"
)  # "3.2. 平滑肌…" at the start of a line
# Words that begin a sentence even after an abbreviation or an initial ("for 30 min. The", "vitamin D. These").
_STARTER = re.compile(
    r"\s*(?:The|This|These|Those|It|Its|In|We|Our|To|An|As|At|By|For|From|On|However|Moreover|Furthermore|Here|Hence|Thus"
    r"|Therefore|There|They|Their|If|When|While|Whereas|Although|Both|Each|After|Before|During|Interestingly"
    r"|Importantly|Notably|Together|Taken|Similarly|Conversely|Additionally|Finally|First|Next|Then|Recent|Recently"
    r"|Several|Because|Since|Using|Most|Many|Some|All|Upon|Under|With|Without|Such|Also|Another|Consistent|Consistently"
    r"|Overall|Indeed|Besides|Nevertheless|Nonetheless|Subsequently|Briefly)\b[\s,]"
)
_MAY_END = frozenset({"etc", "min", "max", "sec"})


def sentence_bounds(text: str) -> Iterator[tuple[int, int]]:
    """Start and end of each sentence, without the blanks around it.

    A sentence ends at 。！？!? or a line end, and at a full stop before a blank, a Chinese character or the next
    sentence that does not belong to an abbreviation, an initial, a number, or a heading's numbering.
    """
    start = 0
    for end in _ends(text):
        yield from _trim(text, start, end)
        start = end
    yield from _trim(text, start, len(text))


def _ends(text: str) -> Iterator[int]:
    for match in _END.finditer(text):
        kind, end = match.lastgroup, match.end()
        if kind in ("full", "line"):
            ends = True
        elif kind == "half":
            # "n!2", "(why?) is"
            ends = not text[end : end + 1].isalnum() and _starts_sentence(text, end)
            ends = ends or is_han(text[end : end + 1])
        elif kind == "cited":
            ends = not _is_abbreviation(_word_before(text, match.start()))
        elif kind == "glued":
            ends = bool(_STARTER.match(text, end)) and not _INITIALS.match(_word_before(text, match.start()))
        else:
            ends = _ends_sentence(text, match.start(), end)
        if ends:
            yield end


def _ends_sentence(text: str, dot: int, end: int) -> bool:
    before = _word_before(text, dot)
    if _NUMBERING.search(text, max(0, dot - 12), dot):
        return False
    if _STARTER.match(text, end):
        return True
    if _is_abbreviation(before):
        # "et al." and "Fig." go on; "etc." and "min." may close a sentence.
        return before in _MAY_END and _starts_sentence(text, end) and not text[end:].lstrip()[:1].isdigit()
    if _INITIALS.match(before) and not is_han(text[max(0, dot - len(before) - 1)]):
        # An initial, unless a Chinese or long sentence simply ends in a capital ("vitamin D. Cells were").
        return (
            _starts_sentence(text, end) and len(before) == 1 and _lower_before(text, dot - 1) and _two_words(text, end)
        )
    if _NUMBERING.search(text, max(0, dot - 12), dot):
        return False
    return _starts_sentence(text, end)


def _word_before(text: str, dot: int) -> str:
    word = _WORD_BEFORE.search(text, max(0, dot - 30), dot)
    return word[0] if word else ""


def _is_abbreviation(word: str) -> bool:
    return f"{word}." in _abbreviations() or f"{word.lower()}." in _abbreviations()


def _starts_sentence(text: str, at: int) -> bool:
    """Whether a sentence may begin at `at`: not with a small Latin letter of a running word."""
    rest = text[at : at + 40].lstrip()
    if not rest:
        return True
    first = rest[0]
    if first.isalpha() and first.islower() and first.isascii():
        # "mTOR is …", "p53 …" begin sentences, "in cells" does not.
        return bool(re.match(r"[a-z]{1,4}[A-Z0-9]|[a-z]-[A-Z]", rest))
    return first not in ",;:，；：、)）]"


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
