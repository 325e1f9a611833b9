"""Chinese words: the cut of jieba, by its fast twin."""

import re
from collections.abc import Callable, Iterable
from typing import Literal

# What jieba looks at as one; it cuts every other character off by itself.
STRETCH = "[\u4e00-\u9fd5+#&._%-]+"

# How often a user word counts as seen: the dictionary's names of the field have some tens, its commonest words 100,000.
_FREQUENCY = 1000
_SURROGATE = re.compile("[\ud800-\udfff]")

Cut = Callable[[str], list[str]]


def cutter(user_words: Iterable[str] = (), *, engine: Literal["rjieba", "jieba"] = "rjieba") -> Cut:
    r"""A function that cuts a text into words, none left out, with words of its own beside jieba's.

    The text is stretches as of STRETCH, "\n" between them, which is a word too: one call for a sentence's stretches
    saves a third of the time. A user word that the dictionary has as a commoner one stays as common.

    engine: "rjieba" (compiled) for work; "jieba", the original, which takes fifteen times as long, is what it is
    compared with. For such texts both give the same words: on 746,699 different stretches of 2,434 papers without
    exception. Only of two cuts that jieba's hidden Markov model holds for equal within 2e-7 may rjieba choose the other
    ("常在" before a rare character: 2 of half a million random strings). Other characters (CJK extensions) rjieba takes
    for Chinese and jieba does not.
    """
    # Half a surrogate pair, as broken JSON brings it, is in no stretch, and rjieba takes none.
    words = (word for word in user_words if word and not _SURROGATE.search(word))
    return _rjieba(words) if engine == "rjieba" else _jieba(words)


def _rjieba(user_words: Iterable[str]) -> Cut:
    import rjieba  # noqa: PLC0415  (importing the package must stay fast)

    dictionary = rjieba.Jieba()
    for word in user_words:
        if not (dictionary.has_word(word) and dictionary.suggest_freq(word) > _FREQUENCY):
            dictionary.add_word(word, _FREQUENCY, None)
    return dictionary.cut


def _jieba(user_words: Iterable[str]) -> Cut:
    import logging  # noqa: PLC0415
    import warnings  # noqa: PLC0415

    with warnings.catch_warnings():
        # Of escapes in its own patterns, and of pkg_resources where that exists.
        warnings.simplefilter("ignore")
        import jieba  # noqa: PLC0415

    jieba.setLogLevel(logging.WARNING)
    # A tokenizer of its own (jieba's module functions share one), and without the cache file that `initialize` makes:
    # one in the common temporary folder can be another user's.
    dictionary = jieba.Tokenizer()
    dictionary.FREQ, dictionary.total = dictionary.gen_pfdict(dictionary.get_dict_file())
    dictionary.initialized = True
    for word in user_words:
        known = dictionary.FREQ.get(word, 0)
        if not (known and dictionary.suggest_freq(word) > _FREQUENCY):
            dictionary.total -= known  # which add_word forgets
            dictionary.add_word(word, freq=_FREQUENCY)
    return lambda text: list(dictionary.cut(text))
