"""Finding names in a segmented document. Each tagger works alone; `merge` makes their layers flat."""

from pipeline.taggers.dictionary import VERSION, DictionaryTagger
from pipeline.taggers.merge import merge

__all__ = ["VERSION", "DictionaryTagger", "merge"]
