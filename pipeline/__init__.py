"""Yimai: Chinese and English papers to tables of genes, organelles, processes and their relations.

import pipeline
miner = pipeline.load()
tables = miner.tables(["papers/"])
doc = miner("Mfn2 敲除抑制线粒体融合。")
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline.document import Block, Document, Mention, Relation, Sentence
from pipeline.errors import AnnotationError, ConfigError, LexiconError, ModelError, PipelineError, ReadError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from pipeline.miner import Miner

__all__ = [
    "AnnotationError", "Block", "ConfigError", "Document", "LexiconError", "Mention", "ModelError", "PipelineError",
    "ReadError", "Relation", "Sentence", "load",
]  # fmt: skip


def load(*lexicons: str | Path, models: Sequence[str | Path] = (), guideline: str | None = None) -> Miner:
    """A miner for both languages with the shipped lexicon and models.

    lexicons: see `load_lexicon`; models: folders of your own, see `load_models`; guideline: see `Miner`. Takes a second
    or two; reads only the package's own files and those given.
    """
    import gc  # noqa: PLC0415

    from pipeline.lexicon import load_lexicon  # noqa: PLC0415
    from pipeline.miner import Miner  # noqa: PLC0415  (importing the package must stay fast)
    from pipeline.taggers.learned.installed import load_models  # noqa: PLC0415

    # Half a million small objects are made that all stay: collecting in between costs a sixth of the time.
    collecting = gc.isenabled()
    gc.disable()
    try:
        return Miner(load_lexicon(*lexicons), load_models(*models), guideline=guideline)
    finally:
        if collecting:
            gc.enable()
