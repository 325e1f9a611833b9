"""What the characters of a PDF stand for: one spelling for each, whatever the font and the program that wrote it."""

from __future__ import annotations

import re
import unicodedata

UNKNOWN = "\ufffd"
"""Stands for a character whose meaning the file does not tell."""

# Letters, marks and ideographs that stay as they are; nearly all lines hold nothing else.
_PLAIN = re.compile(
    r"[ -~¡-¬®-´¶-ÿ\u0100-\u02af\u0370-\u04ff\u2010-\u2015\u2018-\u2027\u2030-\u205e\u2190-\u22ff"
    r"\u3001-\u303f\u3400-\u9fff！-／：-＠［-｀｛-～\uffe0-\uffe6]*"
)
_SPACES = "\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f\u3000\t"
# Adobe's Symbol encoding, which fonts without a mapping leave in the private area from U+F000 on.
_SYMBOL = dict(
    zip(
        range(0xF041, 0xF05B), "ΑΒΧΔΕΦΓΗΙϑΚΛΜΝΟΠΘΡΣΤΥςΩΞΨΖ", strict=True
    )
) | dict(zip(range(0xF061, 0xF07B), "αβχδεφγηιϕκλμνοπθρστυϖωξψζ", strict=True)) | {
    0xF0A2: "′", 0xF0A3: "≤", 0xF0A5: "∞", 0xF0AC: "←", 0xF0AD: "↑", 0xF0AE: "→", 0xF0AF: "↓", 0xF0B0: "°",
    0xF0B1: "±", 0xF0B2: "″", 0xF0B3: "≥", 0xF0B4: "×", 0xF0B5: "∝", 0xF0B7: "•", 0xF0B8: "÷", 0xF0B9: "≠",
    0xF0BB: "≈", 0xF0D7: "⋅",
}  # fmt: skip


# Radicals of simplified characters, for which Unicode has no compatibility mapping.
_RADICALS = dict(
    zip(
        "⺟⺠⻁⻄⻅⻆⻉⻊⻋⻓⻔⻘⻙⻚⻛⻜⻝⻢⻣⻤⻥⻦⻨⻩⻬⻮⻰⻳",
        "母民虎西见角贝足车长门青韦页风飞食马骨鬼鱼鸟麦黄齐齿龙龟",
        strict=True,
    )
)


class _Spellings(dict[str, str]):
    """Character to its spelling, worked out when first met."""

    def __missing__(self, char: str) -> str:
        self[char] = result = _spelling(char)
        return result


def _spelling(char: str) -> str:
    code = ord(char)
    if char in _SPACES:
        return " "
    if char in _RADICALS:
        return _RADICALS[char]
    if char == "\u00ad":
        return char
    if 0xF020 <= code <= 0xF0FF:
        plain = chr(code - 0xF000)
        return _SYMBOL.get(code) or (plain if not plain.isalpha() and plain.isascii() else UNKNOWN)
    category = unicodedata.category(char)
    if category in ("Cc", "Cf"):
        return ""
    if category in ("Co", "Cn", "Cs"):
        return UNKNOWN
    # Ligatures, radicals, compatibility ideographs, full-width letters and digits, letters of mathematics.
    if (
        0xFB00 <= code <= 0xFB06
        or 0x2E80 <= code <= 0x2FDF
        or 0xF900 <= code <= 0xFAFF
        or 0x1D400 <= code <= 0x1D7FF
        or 0xFF10 <= code <= 0xFF19
        or 0xFF21 <= code <= 0xFF3A
        or 0xFF41 <= code <= 0xFF5A
        or code in (0x2126, 0x212B, 0x00B5)
    ):
        return unicodedata.normalize("NFKC", char)
    return char


_spellings = _Spellings()


# Two letters of Latin-1 for each Chinese character: a font in the Chinese encoding GB 2312 that does not say so.
_PAIRS = re.compile("[\u00b0-\u00f7\u00a1-\u00a9][\u00a1-\u00fe](?:[\u00a1-\u00fe]{2})*")


def symbol(char: str) -> str:
    """What a character of a font in Adobe's Symbol encoding stands for."""
    return _SYMBOL.get(0xF000 + ord(char), char) if len(char) == 1 and ord(char) < 0x100 else char


def spelled(text: str) -> tuple[str, list[int] | None]:
    """The text in usual characters; with it, for each character of `text`, where it begins there, and the end.

    None in place of the list where nothing moved. Soft hyphens stay only at the end, where they break a word.
    """
    pairs = _of_pairs(text) if not text.isascii() and _PAIRS.search(text) else {}
    if not pairs and _PLAIN.fullmatch(text):
        return text, None
    parts: list[str] = []
    begins: list[int] = []
    at = 0
    last = len(text) - 1
    for i, char in enumerate(text):
        part = pairs[i] if i in pairs else _spellings[char]
        if (part == "\u00ad" and i != last) or (part == " " and parts and parts[-1] == " "):
            part = ""
        begins.append(at)
        if part:
            parts.append(part)
            at += len(part)
    begins.append(at)
    return "".join(parts), begins


def _of_pairs(text: str) -> dict[int, str]:
    """What pairs of Latin-1 letters stand for, by place; the second of a pair for nothing.

    Empty unless such pairs are most of the text and all of them are Chinese: "é" and "ü" are letters too.
    """
    runs = list(_PAIRS.finditer(text))
    if 2 * sum(len(run[0]) for run in runs) <= len(text.replace(" ", "")):
        return {}
    result: dict[int, str] = {}
    for run in runs:
        try:
            chinese = run[0].encode("latin-1").decode("gb2312")
        except UnicodeDecodeError:
            return {}
        for i, char in enumerate(chinese):
            result[run.start() + 2 * i], result[run.start() + 2 * i + 1] = char, ""
    return result


# CNKI's early files give Latin letters in bytes of GBK that stand for rare ideographs: "犜犺犲" is "The".
_GBK_LATIN = {bytes((0xA0, code | 0x80)).decode("gbk"): chr(code) for code in range(0x21, 0x7F)}
_GARBLED = re.compile(f"[{''.join(_GBK_LATIN)}]{{2,}}")  # a run of ideographs that nobody writes
_MEND = str.maketrans(_GBK_LATIN)


def is_garbled_gbk(text: str) -> bool:
    """Whether a paper's text holds several words in ideographs that stand for Latin letters."""
    return len(_GARBLED.findall(text)) > 2


def mend_gbk(text: str) -> str:
    """The text with Latin letters in place of those ideographs."""
    return text.translate(_MEND)
