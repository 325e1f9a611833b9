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

    A file that is there and has the recorded checksum is kept. ConfigError names an unknown release, or the address
    that gave nothing; what was downloaded before stays.
    """
    import pooch  # noqa: PLC0415  (it brings the network library, which nothing else needs)

    if unknown := [name for name in names if name not in sources]:
        raise ConfigError(f"unknown release {unknown[0]!r}; known: {', '.join(sources)}")
    record_path = out / RECORD
    record: dict[str, dict[str, Any]] = json.loads(record_path.read_text("utf-8")) if record_path.exists() else {}
    for name in names or sources:
        url = sources[name]
        file = url.rpartition("/")[2]
        known = record.get(name, {}).get("sha256") if record.get(name, {}).get("url") == url else None
        if (out / file).exists() and known is None:
            (out / file).unlink()  # of unknown origin, or half a file
        try:
            pooch.retrieve(url, known_hash=known, fname=file, path=out, progressbar=False)
        except (OSError, ValueError) as error:
            raise ConfigError(f"{url}: the release cannot be downloaded: {error}; try again, or download it by hand "
                              f"into {out}") from error  # fmt: skip
        raw = (out / file).read_bytes()
        record[name] = {
            "file": file, "url": url, "sha256": hashlib.sha256(raw).hexdigest(), "bytes": len(raw),
            "fetched": record[name]["fetched"] if known else f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ}",
        }  # fmt: skip
        write_json(record_path, record)
    return record
