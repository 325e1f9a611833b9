"""The vocabulary: names with their concepts, and finding them in text."""

from pipeline.lexicon.load import Lexicon, load_lexicon
from pipeline.lexicon.term import Term

__all__ = ["Lexicon", "Term", "load_lexicon"]
