"""How PDF files are read, where a user has a say in it."""

from __future__ import annotations

from dataclasses import dataclass

ENGINES = ("pdfium", "pdfminer")


@dataclass(frozen=True, slots=True)
class PdfOptions:
    """engine: one of ENGINES, "" for PDFium, and pdfminer.six where PDFium is not installed.

    passwords: tried in turn on encrypted files. ocr: read pages without text by OCR. edges: find where each word
    begins, which boxes of mentions are made of; the text is the same without.
    """

    engine: str = ""
    passwords: tuple[str, ...] = ()
    ocr: bool = False
    edges: bool = True
