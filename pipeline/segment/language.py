"""The language of a sentence."""

import re

_HAN = re.compile("[\u3400-\u4dbf\u4e00-\u9fff\U00020000-\U0003ffff]+")  # as of normalize.is_han, by the run
_MARK = re.compile("[。，、；]")  # only Chinese is written with them
_WORD = re.compile(r"[A-Za-z]{2,}")


def language(text: str) -> str:
    """ "zh" where there are at least as many Chinese characters and marks as Latin words, else "en".

    A Chinese sentence full of gene names stays Chinese ("BMP2上调RUNX2、MSX2和ALPL。"); an English one that quotes a
    Chinese name stays English. Text with neither is "en".
    """
    han = sum(map(len, _HAN.findall(text)))
    return "zh" if han and han + len(_MARK.findall(text)) >= len(_WORD.findall(text)) else "en"
