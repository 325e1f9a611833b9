"""Downloading the current releases from their homes. Nothing else in Yimai touches the network."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from pipeline.errors import ConfigError
from pipeline.store import write_json

SOURCES = {
    "hgnc": "https://storage.googleapis.com/public-download-files/hgnc/tsv/tsv/hgnc_complete_set.txt",
    "go": "https://purl.obolibrary.org/obo/go/go-basic.obo",
    "mesh": "https://nlmpubs.nlm.nih.gov/projects/mesh/MESH_FILES/xmlmesh/desc2026.gz",
    "mgi": "https://www.informatics.jax.org/downloads/reports/MRK_List2.rpt",
    "ncbi": "https://ftp.ncbi.nlm.nih.gov/gene/DATA/GENE_INFO/Mammalia/All_Mammalia.gene_info.gz",
}
RECORD = "releases.json"


def fetch(out: Path, names: Sequence[str] = (), sources: Mapping[str, str] = SOURCES) -> dict[str, dict[str, Any]]:
    """Downloads releases into a folder; gives back, by name, file, url, sha256, bytes and time, as releases.json says.

    A file that is there and has the recorded checksum is kept; else what its home now gives is downloaded. ConfigError
    names an unknown release, or the address that gave nothing; what was downloaded before stays.
    """
    import pooch  # noqa: PLC0415  (it brings the network library, which nothing else needs)

    if unknown := [name for name in names if name not in sources]:
        raise ConfigError(f"unknown release {unknown[0]!r}; known: {', '.join(sources)}")
    record_path = out / RECORD
    record = _recorded(record_path)
    for name in names or sources:
        url = sources[name]
        path = out / url.rpartition("/")[2]
        part = out / f"{path.name}.part"
        row = record.get(name, {})
        if row.get("url") == url and path.exists() and row.get("sha256") == _sha256(path):
            continue
        try:
            part.unlink(missing_ok=True)
            pooch.retrieve(url, known_hash=None, fname=part.name, path=out, progressbar=False)
            part.replace(path)
        except (OSError, ValueError) as error:
            raise ConfigError(f"{url}: the release cannot be downloaded: {error}; try again, or download it by hand "
                              f"into {out}") from error  # fmt: skip
        record[name] = {
            "file": path.name, "url": url, "sha256": _sha256(path), "bytes": path.stat().st_size,
            "fetched": f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ}",
        }  # fmt: skip
        write_json(record_path, record)
    return record


def _recorded(path: Path) -> dict[str, dict[str, Any]]:
    """What an earlier call recorded; nothing where the record is missing or broken, and the files are fetched anew."""
    try:
        record = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError):
        return {}
    return {name: row for name, row in record.items() if isinstance(row, dict)} if isinstance(record, dict) else {}


def _sha256(path: Path) -> str:
    with path.open("rb") as raw:
        return hashlib.file_digest(raw, "sha256").hexdigest()
