"""Which files a run reads."""

import os
from collections.abc import Iterable, Iterator
from pathlib import Path

from pipeline.errors import ConfigError


def input_files(inputs: Iterable[str], *, without: Path | None = None) -> list[Path]:
    """The files of `inputs`, folders searched through, each once, sorted by path.

    Hidden files and folders, and what lies in `without` (the run's own output), are left out. ConfigError when an
    input does not exist or there is no file at all.
    """
    found: set[Path] = set()
    given = list(inputs)
    for name in given:
        path = Path(name)
        if path.is_dir():
            found.update(_below(path))
        elif path.exists():
            found.add(path)
        else:
            raise ConfigError(f"{name}: no such file or folder")
    if without is not None:
        output = without.resolve()
        found = {p for p in found if not p.resolve().is_relative_to(output)}
    if not found:
        raise ConfigError(f"{', '.join(given)}: no file in it besides the results; give a folder with papers")
    return sorted(found, key=lambda p: p.as_posix())


def _below(folder: Path) -> Iterator[Path]:
    """The files below a folder, linked folders followed once; a folder that cannot be opened stands for itself."""
    refused: list[Path] = []
    seen = {folder.resolve()}
    walk = os.walk(folder, followlinks=True, onerror=lambda error: refused.append(Path(error.filename)))
    for place, folders, names in walk:
        here = Path(place)
        folders[:] = sorted(f for f in folders if not _is_hidden(f) and (here / f).resolve() not in seen)
        seen.update((here / f).resolve() for f in folders)
        for name in names:
            path = here / name
            # Broken links are kept, to be listed as failures; pipes and devices would make the run wait for ever.
            if not _is_hidden(name) and (path.is_file() or not path.exists()):
                yield path
    yield from refused


def _is_hidden(name: str) -> bool:
    return name.startswith((".", "~$"))
