"""Builds each .typ file beside this one into a PDF in ../samples; same sources, same bytes.

Wants the typst package (PyPI, 0.15.0) and the fonts Noto Serif CJK SC and Noto Sans CJK SC
(Debian: fonts-noto-cjk). `python build.py` builds all, `python build.py NAME...` the named papers.
"""

import sys
from pathlib import Path

import typst

SOURCES = Path(__file__).resolve().parent
SAMPLES = SOURCES.parent / "samples"
SHARED = {"journal"}  # imported by the papers, no paper itself
FONTS = {"Noto Serif CJK SC", "Noto Sans CJK SC"}


def build(names: list[str]) -> None:
    """Writes one PDF for each name. Typst falls back silently where a font is missing, so that is an error here."""
    missing = FONTS - set(typst.Fonts().families())
    if missing:
        raise SystemExit(f"fonts missing: {', '.join(sorted(missing))} (Debian: apt-get install fonts-noto-cjk)")
    for name in names:
        source = SOURCES / f"{name}.typ"
        if not source.is_file():
            raise SystemExit(f"{source}: no such file")
        target = SAMPLES / f"{name}.pdf"
        typst.compile(str(source), output=str(target), root=str(SOURCES), timestamp=0)
        print(f"{target.relative_to(SOURCES.parent)}  {target.stat().st_size} bytes")


if __name__ == "__main__":
    build(sys.argv[1:] or sorted(path.stem for path in SOURCES.glob("*.typ") if path.stem not in SHARED))
