"""Sentences, their language, and tokens."""

from pipeline.segment.segmenter import VERSION, Segmenter

__all__ = ["VERSION", "Segmenter"]
