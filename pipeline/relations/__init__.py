"""Relations between mentions of one sentence: rules over trigger words, and trained classifiers that weigh them."""

from pipeline.relations.relate import VERSION, Relater

__all__ = ["VERSION", "Relater"]
