"""Which files a run reads."""

from collections.abc import Iterable
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
            found.update(p for p in path.rglob("*") if not _is_hidden(p.relative_to(path)) and not p.is_dir())
        elif path.exists():
            found.add(path)
        else:
            raise ConfigError(f"{name}: no such file or folder")
    if without is not None:
        output = without.resolve()
        found = {p for p in found if not p.absolute().is_relative_to(output)}
    if not found:
        raise ConfigError(f"{', '.join(given)}: no file in it; give a folder with papers")
    return sorted(found, key=lambda p: p.as_posix())


def _is_hidden(path: Path) -> bool:
    return any(part.startswith((".", "~$")) for part in path.parts)
