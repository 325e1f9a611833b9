"""Writing the tables: Parquet, CSV that Excel opens, and one DuckDB file with views."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pipeline.errors import ConfigError
from pipeline.store import replacing
from pipeline.tables import TABLES, Row

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa

FORMATS = ("parquet", "csv", "duckdb")
DUCKDB = "yimai.duckdb"

_PANDAS = {"string": "str", "int64": "Int64", "float64": "float64", "bool": "bool"}
# A spreadsheet takes a cell that begins so for a formula.
_FORMULA = ("=", "+", "-", "@", "\t", "\r")

VIEWS = {
    "mentions_in_context": """
        SELECT m.concepts, m.name_en, m.name_zh, m.layer, m.text, s.text AS sentence, s.section, s.lang, m.page,
               p.title, p.path, m.mention_id
        FROM mentions m JOIN sentences s USING (sentence_id) JOIN papers p ON p.paper_id = m.paper_id
        ORDER BY p.path, p.paper_id, m.start, m."end" """,
    "relations_in_context": """
        SELECT r.head_text, r.type, r.tail_text, r.negated, r.speculative, r.trigger, s.text AS sentence, s.lang,
               s.page, r.head_concept, r.tail_concept, p.title, p.path, r.relation_id
        FROM relations r JOIN sentences s USING (sentence_id) JOIN papers p ON p.paper_id = r.paper_id
        ORDER BY p.path, p.paper_id, s.start, r.relation_id""",
    "entities_in_both_languages": """
        SELECT * FROM entities WHERE mentions_zh > 0 AND mentions_en > 0 ORDER BY mentions DESC, concept""",
    "conflicts_in_context": """
        WITH evidence AS (
            SELECT *, 'for' AS side, unnest(string_split(evidence_for, '|')) AS sentence_id FROM conflicts
            UNION ALL
            SELECT *, 'against' AS side, unnest(string_split(evidence_against, '|')) AS sentence_id FROM conflicts)
        SELECT e.head_name, e.kind, e.type, e.type_against, e.tail_name, e.side, s.text AS sentence, s.lang, s.page,
               e.head, e.tail, p.title, p.path, e.sentence_id
        FROM evidence e JOIN sentences s USING (sentence_id) JOIN papers p USING (paper_id)
        ORDER BY e.head, e.tail, e.kind, e.type, e.side DESC, p.path, p.paper_id, s.start""",
}
"""Views of the DuckDB file, beside the tables."""


def frames(rows: dict[str, list[Row]]) -> dict[str, pd.DataFrame]:
    """The tables as DataFrames, columns in order and typed, empty tables too."""
    import pandas as pd  # noqa: PLC0415

    return {
        name: pd.DataFrame(rows[name], columns=[c.name for c in columns]).astype(
            {c.name: _PANDAS[c.type] for c in columns}
        )
        for name, columns in TABLES.items()
    }


def write(rows: dict[str, list[Row]], out: Path, formats: Sequence[str] = FORMATS) -> list[Path]:
    """Writes all tables into the folder in each of `formats`; gives back the files. Same rows, same bytes."""
    if unknown := [f for f in formats if f not in FORMATS]:
        raise ConfigError(f"unknown format {unknown[0]!r}; known: {', '.join(FORMATS)}")
    arrow = {name: _arrow(rows[name], name) for name in TABLES}
    files: list[Path] = []
    for old in (
        *(out / f"{name}.{f}" for name in TABLES for f in ("parquet", "csv") if f not in formats),
        out / DUCKDB,
    ):
        old.unlink(missing_ok=True)  # of an earlier run with other formats
    if "parquet" in formats:
        import pyarrow.parquet as pq  # noqa: PLC0415

        for name, table in arrow.items():
            with replacing(out / f"{name}.parquet") as temporary:
                pq.write_table(table, temporary, compression="zstd")
            files.append(out / f"{name}.parquet")
    if "csv" in formats:
        for name, frame in frames(rows).items():
            with replacing(out / f"{name}.csv") as temporary:
                safe = frame.map(_safe)
                safe.to_csv(temporary, index=False, encoding="utf-8-sig", lineterminator="\n")
            files.append(out / f"{name}.csv")
    if "duckdb" in formats:
        _write_duckdb(arrow, out / DUCKDB)
        files.append(out / DUCKDB)
    return files


def _arrow(rows: list[Row], name: str) -> pa.Table:
    import pyarrow as pa  # noqa: PLC0415

    types = {"string": pa.string(), "int64": pa.int64(), "float64": pa.float64(), "bool": pa.bool_()}
    schema = pa.schema([pa.field(c.name, types[c.type], metadata={"meaning": c.meaning}) for c in TABLES[name]])
    return pa.Table.from_pylist(rows, schema=schema)


def _write_duckdb(tables: dict[str, pa.Table], path: Path) -> None:
    import duckdb  # noqa: PLC0415

    with replacing(path) as temporary, duckdb.connect() as database:
        quoted = str(temporary).replace("'", "''")
        # Later storage versions hold a random identifier; this one gives the same bytes, and older DuckDBs read it.
        database.execute(f"ATTACH '{quoted}' AS yimai (STORAGE_VERSION 'v1.2.0')")
        # DuckDB's own choice of compression differs from run to run.
        database.execute("SET force_compression = 'uncompressed'")
        database.execute("USE yimai")
        for name, table in tables.items():
            database.register("source", table)
            database.execute(f'CREATE TABLE "{name}" AS SELECT * FROM source')  # noqa: S608  (our own names)
            database.unregister("source")
        for name, query in VIEWS.items():
            database.execute(f'CREATE VIEW "{name}" AS {query}')
        database.execute("USE memory")
        database.execute("DETACH yimai")


def _safe(cell: Any) -> Any:
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(_FORMULA) else cell
