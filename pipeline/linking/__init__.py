"""Concepts for mentions."""

from pipeline.linking.link import VERSION, Linker

__all__ = ["VERSION", "Linker"]
