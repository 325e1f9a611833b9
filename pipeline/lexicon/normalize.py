"""One normal form for the lexicon's names and for text, with the way back to the text's own offsets.

What is folded, and why:

- full-width forms, ligatures, superscripts, Roman numeral signs (NFKC): "ＴＮＦ", "Ca²⁺", "Ⅰ型"
- letter case: whether it matters is decided per name, after the match (`case_fits`)
- traditional characters to simplified ones: 線粒體 and 线粒体 are one name
- all dashes to one, and dashes and blanks dropped unless they part two digits: "IL-6", "IL 6", "IL6" are one name,
  "IL-1-2" and "IL-12" are not
- ß and the micro sign to the Greek letters they stand for
"""

import re
import unicodedata
from collections.abc import Callable
from functools import cache
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

Offsets: TypeAlias = npt.NDArray[np.int_]

VERSION = "3"
"""Of the spellings and of the normal form: keys that another version made do not fit."""

DASHES = "-\u00ad\u2010\u2011\u2012\u2013\u2014\u2015\u2212\ufe63\uff0d"
GREEK = {
    "α": "alpha", "β": "beta", "γ": "gamma", "δ": "delta", "ε": "epsilon", "ζ": "zeta", "η": "eta", "θ": "theta",
    "ι": "iota", "κ": "kappa", "λ": "lambda", "μ": "mu", "ν": "nu", "ξ": "xi", "π": "pi", "ρ": "rho", "σ": "sigma",
    "τ": "tau", "φ": "phi", "χ": "chi", "ψ": "psi", "ω": "omega",
}  # fmt: skip
# A Latin letter that stands for the Greek one in typing ("TNF-a") and in scanned text ("PPARy").
GREEK_LOOKALIKE = {"α": "a", "β": "b", "γ": "y", "κ": "k", "δ": "d", "τ": "t", "ε": "e", "ζ": "z"}
ROMAN = {
    "i": "1",
    "ii": "2",
    "iii": "3",
    "iv": "4",
    "v": "5",
    "vi": "6",
    "vii": "7",
    "viii": "8",
    "ix": "9",
    "x": "10",
}

_GAPS = " \t\u3000-"
# All but those between two digits: "IL-1 2" is not IL-12.
_SEPARATORS = re.compile(rf"(?<=[^\s\d-])[{_GAPS}]+(?=[^\s-])|(?<=\d)[{_GAPS}]+(?=[^\s\d-])")
_SPACE, _LETTER, _DIGIT = range(3)  # kinds of characters
_GREEK_LETTER = re.compile("[" + "".join(GREEK) + "]")
_GREEK_SPELLED = {spelled: letter for letter, spelled in GREEK.items()}
_SPELLED_GREEK = re.compile(rf"\b(?:{'|'.join(GREEK.values())})\b", re.IGNORECASE)
_GREEK_WORD = re.compile("|".join(sorted(GREEK.values(), key=len, reverse=True)))
_SPELLINGS = (
    ("signaling", "signalling"), ("aging", "ageing"), ("tumor", "tumour"), ("ization", "isation"), ("fiber", "fibre"),
    ("hemo", "haemo"), ("hemat", "haemat"), ("hematoma", "haematoma"), ("anemi", "anaemi"), ("edema", "oedema"),
    ("estrogen", "oestrogen"), ("estradiol", "oestradiol"), ("leukemi", "leukaemi"), ("ischemi", "ischaemi"),
    ("modeling", "modelling"), ("polymeriz", "polymeris"), ("localiz", "localis"), ("center", "centre"),
    ("esophag", "oesophag"), ("fetal", "foetal"), ("sulf", "sulph"),
    ("behavior", "behaviour"), ("color", "colour"),
)  # fmt: skip
"""American and British spellings; each name is looked up under both."""
# What papers call a pathway, by the end of the lexicon's name for it.
_PATHWAYS = {
    " signaling pathway": (
        "signaling", "pathway", "signal pathway", "signal transduction", "signal transduction pathway",
        "signaling cascade", "signaling axis",
    ),
    "信号通路": (
        "信号", "通路", "途径", "信号途径", "信号轴", "信号转导", "信号传导", "信号转导通路", "信号传导通路",
        "信号转导途径", "信号传导途径",
    ),
}  # fmt: skip
_PATHWAY_END = re.compile(
    "(?:"
    + "|".join(" ?" + w.strip() for e, ws in _PATHWAYS.items() for w in sorted((e, *ws), key=len)[::-1]).replace(
        "signaling", "signall?ing"
    )
    + ")s?$",
    re.IGNORECASE,
)
_SLASH = re.compile(r"(?<=\w)/(?=[^\W\d]\w)")  # "Wnt/β-catenin" is "Wnt-β-catenin" too, "BMP-2/4" is not "BMP-24"
_SPELT_TWO_WAYS = re.compile("|".join(spelling for pair in _SPELLINGS for spelling in pair))


def normalize(text: str) -> tuple[str, Offsets]:
    """The normal form of `text`, and for each of its characters the offset in `text`, closed by `len(text)`."""
    given = codes_of(text)
    folded = _FOLDED.of(given)
    origin = None
    several = np.flatnonzero(folded == _SEVERAL)  # "Ⅱ", "ﬁ"
    if len(several):
        parts = [_FOLD[code] for code in given[several].tolist()]
        lengths = np.ones(len(given), np.int_)
        lengths[several] = [len(part) for part in parts]
        origin = np.repeat(np.arange(len(given)), lengths)
        folded = folded[origin]
        folded[folded == _SEVERAL] = codes_of("".join(parts))
    kept = np.flatnonzero(_kept(folded))
    normal = folded[kept].astype("<u4").tobytes().decode("utf-32-le", "surrogatepass")
    offsets = np.empty(len(kept) + 1, np.int_)
    offsets[:-1] = kept if origin is None else origin[kept]
    offsets[-1] = len(text)
    return normal, offsets


def codes_of(text: str) -> npt.NDArray[np.uint32]:
    """The code points of a text."""
    return np.frombuffer(text.encode("utf-32-le", "surrogatepass"), np.uint32)


def _kept(folded: npt.NDArray[np.int32]) -> npt.NDArray[np.bool_]:
    """Which characters stay: all but dashes and blanks between two words that are not both digits."""
    kept = np.ones(len(folded), np.bool_)
    gap = np.zeros(len(folded) + 2, np.bool_)
    for char in _GAPS:
        gap[1:-1] |= folded == ord(char)
    change = np.flatnonzero(gap[1:] != gap[:-1])
    starts, ends = change[::2], change[1::2]
    inside = (starts > 0) & (ends < len(folded))
    starts, ends = starts[inside], ends[inside]
    if len(starts):
        before, after = _KINDS.of(folded[starts - 1]), _KINDS.of(folded[ends])
        dropped = (before > _SPACE) & (after > _SPACE) & ((before < _DIGIT) | (after < _DIGIT))
        steps = np.zeros(len(folded) + 1, np.int8)
        steps[starts[dropped]] = 1
        steps[ends[dropped]] -= 1
        kept = np.cumsum(steps[:-1], dtype=np.int8) == 0
    return kept


def key(name: str) -> str:
    """The normal form of a name, without offsets."""
    return _SEPARATORS.sub("", name.strip().translate(_FOLD))


def readable(name: str) -> str:
    """A name folded for counting and still readable: letter case, full width and traditional characters, blanks."""
    folded = " ".join(name.translate(_FOLD).split())
    return re.sub(r"(?<=[\u4e00-\u9fff]) | (?=[\u4e00-\u9fff])", "", folded)


def variants(name: str, lang: str, *, symbol: bool) -> set[str]:
    """Keys under which a name of the lexicon is looked up: its own, and the spellings `normalize` cannot fold.

    symbol: a gene symbol or an abbreviation; these take Latin look-alikes of Greek letters, and plural -s only.
    """
    base = key(name)
    names = {base, _SLASH.sub("", base)}
    for end, others in _PATHWAYS.items():
        if name.endswith(end) and len(name) > len(end) + 1:
            stem = name[: -len(end)]
            for other in others:
                names |= variants(f"{stem} {other}", lang, symbol=symbol)
    if not base.isascii() and _GREEK_LETTER.search(base):
        names.add("".join(GREEK.get(c, c) for c in base))
        if symbol and len(base) >= 4:  # "AB" is not Aβ
            names.add("".join(GREEK_LOOKALIKE.get(c, c) for c in base))
    elif _GREEK_WORD.search(base):
        # Only whole words: "eta" stands in "beta" and in "metabolism".
        words = re.split(r"(\W+)", name.casefold())
        names.add(key("".join(_GREEK_SPELLED.get(word, word) for word in words)))
    if lang == "en" and not symbol:
        american = british = name.casefold()
        for us, uk in _SPELLINGS if _SPELT_TWO_WAYS.search(american) else ():
            if uk not in british:
                british = british.replace(us, uk)
            american = american.replace(uk, us)
        names |= {key(american), key(british)} if american != british else set()
        names |= {plural for n in tuple(names) for plural in _plurals(n)}
    elif symbol:
        names |= {n + "s" for n in tuple(names) if len(n) > 2 and n[-1].isalpha() and n[-1] != "s"}
    if lang == "zh" and "型" in base:
        # I型胶原 and 1型胶原
        names |= {re.sub(r"(?<![a-z])([ivx]+)(?=型)", lambda m: ROMAN.get(m[1], m[1]), n) for n in tuple(names)}
    return names


def without_pathway(name: str) -> str:
    """A pathway's name without the words that papers say in so many ways; any other name as it is."""
    return _PATHWAY_END.sub("", name)


def greek_letters(name: str) -> str:
    """A name with its spelled-out Greek letters as letters: "amyloid beta" is amyloid β."""
    return _SPELLED_GREEK.sub(lambda word: _GREEK_SPELLED[word[0].lower()], name)


def case_fits(symbol: str, found: str, *, approved: bool = False) -> bool:
    """Whether `found` may be the gene symbol or abbreviation `symbol`, the letters being the same but for case.

    As written; two capitals or more (RUNX2, FoxO1); first capital only where a digit tells it from a word (Pgc-1α) or
    the symbol is an approved one (mouse genes: Runx2, Sost); all small where a digit or a hyphen does (runx2, c-kit).
    The first letter's case is free in names like miR-21.
    """
    if re.search(r"\s(?![\dα-ω])", found) and not re.search(r"[\s-]", symbol):
        return False  # "In a" is not INA, "IL 6" is IL6
    if found.islower() and any(c.isspace() for c in found) and not any(c.isspace() for c in symbol):
        return False  # "has 3" is not HAS3
    hyphened = any(c in DASHES for c in found)
    symbol, found = _bare(symbol), _bare(found)
    if found.endswith("s") and len(found) == len(symbol) + 1:
        found = found[:-1]
    spellings = _greek_spellings(symbol)
    if found.casefold() not in {s.casefold() for s in spellings}:
        return False  # one key, but not one name: the plural of CgA and cGAS
    if found.isupper() or found in spellings:
        return True
    if found.startswith("p") and found[1:] == symbol[1:]:
        return False  # pERK is the phosphorylated ERK, not PERK
    if found[1:] == symbol[1:] and any(c.isupper() for c in found):
        return True
    letters = [c for c in found if c.isalpha()]
    if not letters or len(found) < 3:
        return False
    if sum(c.isupper() for c in letters) >= 2:
        return True
    numbered = any(c.isdigit() for c in found)
    if letters[0].isupper() and all(c.islower() for c in letters[1:]):
        return approved or numbered
    return len(found) >= 4 and found.islower() and (hyphened or numbered)


def is_latin(char: str) -> bool:
    """Whether a character can continue a Latin word: a Latin or Greek letter or a digit."""
    return char.isalnum() and (char < "\u2e80" or "\uff10" <= char <= "\uff5a")


def goes_on(text: str, end: int) -> bool:
    """Whether a symbol that seems to end at `end` goes on there: "-2", "-α"; but "-null" and "-/-" do not."""
    rest = text[end : end + 2]
    return len(rest) == 2 and rest[0] in "-‐‑–" and (rest[1].isdigit() or "α" <= rest[1] <= "ω")


def is_han(char: str) -> bool:
    """Whether a character is a Chinese one."""
    return "\u4e00" <= char <= "\u9fff" or "\u3400" <= char <= "\u4dbf" or "\U00020000" <= char <= "\U0003ffff"


def _plurals(name: str) -> set[str]:
    if len(name) < 4 or not name[-1].isascii() or not name[-1].isalpha():
        return set()
    if name.endswith("sis"):
        return {name[:-2] + "es"}
    if name.endswith(("ss", "x", "ch", "sh")):
        return {name + "es"}
    if name.endswith("s"):
        return set()
    if name.endswith("y") and name[-2] not in "aeiou":
        return {name[:-1] + "ies"}
    return {name + "s"}


def _bare(name: str) -> str:
    return "".join(c for c in unicodedata.normalize("NFKC", name) if c not in DASHES and not c.isspace())


def _greek_spellings(symbol: str) -> set[str]:
    """A symbol, and the same with its Greek letters spelled out or typed as Latin ones ("IFN-gamma", "IFN-g")."""
    spellings = {symbol}
    for letter, spelled in GREEK.items():
        if letter in symbol:
            others = (spelled, spelled[0], GREEK_LOOKALIKE.get(letter, letter))
            spellings |= {s.replace(letter, other) for s in spellings for other in others}
    return spellings


@cache
def _converter() -> Any:
    from opencc import OpenCC  # noqa: PLC0415  (its tables are read only where Chinese text is met)

    return OpenCC("t2s")


class _Fold(dict[int, str]):
    """Character to its folded form, filled as characters are met."""

    def __missing__(self, code: int) -> str:
        char = chr(code)
        folded = unicodedata.normalize("NFKC", char)
        if char in DASHES:
            folded = "-"
        elif char in "\u00a0\u2002\u2003\u2009\u200a\u202f":
            folded = " "
        elif char == "ß":
            folded = "β"
        elif char in "’‘`´′":
            folded = "'"
        elif not folded or folded.isspace():
            folded = char
        elif is_han(folded[0]) and len(folded) == 1:
            simple = _converter().convert(folded)
            folded = simple if len(simple) == 1 else folded
        else:
            folded = folded.lower()
        self[code] = folded
        return folded


_FOLD = _Fold()


class CodeTable:
    """A number for each character, worked out when the character is first met."""

    def __init__(self, value: Callable[[str], int]) -> None:
        self._value = value
        self._known = np.full(0x110000, -1, np.int32)

    def of(self, codes: npt.NDArray[Any]) -> npt.NDArray[np.int32]:
        """The numbers of code points."""
        values: npt.NDArray[np.int32] = self._known[codes]
        unknown = values == -1
        if unknown.any():
            for code in np.unique(codes[unknown]).tolist():
                self._known[code] = self._value(chr(code))
            values = self._known[codes]
        return values


_SEVERAL = -2
_FOLDED = CodeTable(lambda char: ord(folded) if len(folded := _FOLD[ord(char)]) == 1 else _SEVERAL)
_KINDS = CodeTable(lambda char: _SPACE if char.isspace() else _DIGIT if char.isdigit() else _LETTER)
LATIN = CodeTable(is_latin)
"""1 for what `is_latin` holds of, else 0."""
