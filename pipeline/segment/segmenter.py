"""Sentences and tokens of a document: jieba's words for Chinese, spaCy's English tokenizer for the rest."""

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache

from pipeline.document import TAGGED_KINDS, Document, Sentence, Token
from pipeline.segment.language import language
from pipeline.segment.sentences import sentence_bounds
from pipeline.segment.zh import STRETCH, cutter

VERSION = "3"

# A stretch that jieba would break: Latin, Greek, digits and what joins them ("SM α-actin", "BMP-2/4", "Ca²⁺").
_LETTER = "A-Za-z0-9\u00b2\u00b3\u00b9\u00c0-\u024f\u0370-\u03ff\u2070-\u209f"
_LATIN = rf"[{_LETTER}](?:[{_LETTER}'’./+*%-]|[ \u00a0](?=[{_LETTER}]))*"
_PIECE = re.compile(rf"(?P<latin>{_LATIN})|(?P<chinese>{STRETCH})|(?P<mark>\S)")
_SURROGATE = re.compile("[\ud800-\udfff]")


class Segmenter:
    """Cuts documents. Never changed after construction; what it has of jieba and spaCy is its own.

    user_words: Chinese names to be kept whole.
    """

    def __init__(self, user_words: Iterable[str] = ()) -> None:
        import spacy  # noqa: PLC0415  (importing the package must stay fast)

        self._cut = cutter(user_words)
        self._english = spacy.blank("en").tokenizer
        # A Chinese paper says the same numbers and symbols again and again.
        self._latin = lru_cache(1 << 14)(self._latin_bounds)

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
            for start, end in self._latin_bounds(text):
                yield Token(offset + start, offset + end)
            return
        pieces = list(_PIECE.finditer(text))
        words = iter(self._cut("\n".join([piece[0] for piece in pieces if piece.lastgroup == "chinese"])))
        for piece in pieces:
            at = offset + piece.start()
            if piece.lastgroup == "chinese":
                for word in words:
                    if word == "\n":
                        break
                    yield Token(at, at := at + len(word))
            elif piece.lastgroup == "latin":
                for start, end in self._latin(piece[0]):
                    yield Token(at + start, at + end)
            else:
                yield Token(at, at + 1)

    def _latin_bounds(self, text: str) -> tuple[tuple[int, int], ...]:
        # Half a surrogate pair, as broken JSON brings it, is no character that spaCy can take.
        tokens = self._english(_SURROGATE.sub("\ufffd", text))
        return tuple((token.idx, token.idx + len(token.text)) for token in tokens if not token.is_space)


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
