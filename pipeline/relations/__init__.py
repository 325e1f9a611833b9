"""Relations between mentions of one sentence, by rules over trigger words."""

from pipeline.relations.relate import VERSION, Relater

__all__ = ["VERSION", "Relater"]
