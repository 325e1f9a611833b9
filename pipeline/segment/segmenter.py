"""Sentences and tokens of a document: jieba for Chinese, spaCy's English tokenizer for English and Latin stretches."""

import logging
import re
from collections.abc import Iterable, Iterator

from pipeline.document import TAGGED_KINDS, Document, Sentence, Token
from pipeline.segment.language import language
from pipeline.segment.sentences import sentence_bounds

VERSION = "1"

# A stretch that jieba would break: Latin, Greek, digits and what joins them ("SM α-actin", "BMP-2/4", "Ca²⁺").
_LETTER = "A-Za-z0-9\u00b2\u00b3\u00b9\u00c0-\u024f\u0370-\u03ff\u2070-\u209f"
_LATIN = re.compile(rf"[{_LETTER}](?:[{_LETTER}'’./+*%-]|[ \u00a0](?=[{_LETTER}]))*")
_SURROGATE = re.compile("[\ud800-\udfff]")


class Segmenter:
    """Cuts documents. Holds one jieba tokenizer of its own (jieba's module functions share one) and one of spaCy."""

    def __init__(self, user_words: Iterable[str] = ()) -> None:
        import jieba  # noqa: PLC0415  (importing the package must stay fast)
        import spacy  # noqa: PLC0415

        jieba.setLogLevel(logging.WARNING)
        self._jieba = jieba.Tokenizer()
        # As Tokenizer.initialize, without its cache file: one in the common temporary folder can be another user's.
        self._jieba.FREQ, self._jieba.total = self._jieba.gen_pfdict(self._jieba.get_dict_file())
        self._jieba.initialized = True
        for word in user_words:
            self._jieba.add_word(word, freq=1000)
        self._english = spacy.blank("en").tokenizer

    def segment(self, doc: Document) -> Document:
        """The document with sentences, each with its language and tokens.

        Without blocks the whole text is body; with blocks, sentences are those of body blocks, and a paragraph that
        goes on over a page end (two blocks with no line end between) is cut as one.
        """
        sentences = []
        for start, end in _stretches(doc):
            for a, b in sentence_bounds(doc.text[start:end]):
                lang = language(doc.text[start + a : start + b])
                tokens = tuple(self.tokens(doc.text[start + a : start + b], lang, start + a))
                sentences.append(Sentence(start + a, start + b, lang, tokens))
        languages = [s.lang for s in sentences]
        lang = doc.lang or (max(sorted(set(languages)), key=languages.count) if languages else "")
        return doc.with_(sentences=tuple(sentences), lang=lang)

    def tokens(self, text: str, lang: str, offset: int = 0) -> Iterator[Token]:
        """Tokens of a sentence, their offsets counted from `offset`; blanks are in none."""
        if lang == "en":
            yield from self._latin_tokens(text, offset)
            return
        at = 0
        for match in _LATIN.finditer(text):
            yield from self._chinese_tokens(text[at : match.start()], offset + at)
            yield from self._latin_tokens(match[0], offset + match.start())
            at = match.end()
        yield from self._chinese_tokens(text[at:], offset + at)

    def _chinese_tokens(self, text: str, offset: int) -> Iterator[Token]:
        at = 0
        for word in self._jieba.cut(text) if text else ():
            if not word.isspace():
                yield Token(offset + at, offset + at + len(word))
            at += len(word)

    def _latin_tokens(self, text: str, offset: int) -> Iterator[Token]:
        # Half a surrogate pair, as broken JSON brings it, is no character that spaCy can take.
        for token in self._english(_SURROGATE.sub("\ufffd", text)):
            if not token.is_space:
                yield Token(offset + token.idx, offset + token.idx + len(token.text))


def _stretches(doc: Document) -> Iterator[tuple[int, int]]:
    """Bounds of the body's paragraphs; neighbouring body blocks without a line end between them are one."""
    if not doc.blocks:
        yield 0, len(doc.text)
        return
    start = end = -1
    for block in doc.blocks:
        if block.kind not in TAGGED_KINDS:
            continue
        if start >= 0 and "\n" not in doc.text[end : block.start]:
            end = block.end
            continue
        if start >= 0:
            yield start, end
        start, end = block.start, block.end
    if start >= 0:
        yield start, end
