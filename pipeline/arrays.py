"""Arrays by name in one file that holds nothing else: loading it runs no code."""

from __future__ import annotations

import zipfile
import zlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

UNREADABLE = (
    OSError, ValueError, KeyError, EOFError, TypeError, NotImplementedError, zlib.error, zipfile.BadZipFile,
)  # fmt: skip
"""What `numpy.load` raises for files that are not such ones, or that lack an array."""


def save_arrays(path: Path, arrays: Mapping[str, npt.NDArray[Any]]) -> None:
    """Writes arrays for `numpy.load`, as `numpy.savez_compressed` does, but for the date: the same give the same bytes.

    The folder must be there.
    """
    with zipfile.ZipFile(path, "w") as archive:
        for name, array in arrays.items():
            about = zipfile.ZipInfo(f"{name}.npy", (1980, 1, 1, 0, 0, 0))
            about.compress_type = zipfile.ZIP_DEFLATED
            with archive.open(about, "w") as entry:
                np.lib.format.write_array(entry, np.ascontiguousarray(array), allow_pickle=False)
