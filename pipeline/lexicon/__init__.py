"""The vocabulary: names with their concepts, and finding them in text."""

from pipeline.lexicon.lexicon import Lexicon, Match
from pipeline.lexicon.load import load_lexicon
from pipeline.lexicon.term import Term

__all__ = ["Lexicon", "Match", "Term", "load_lexicon"]
