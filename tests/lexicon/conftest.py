"""What the tests of the lexicon share: an empty one, to be filled row by row."""

import pytest

LAYERS = ("gene", "organelle", "process")


@pytest.fixture
def folder(tmp_path):
    """A folder like the shipped lexicon, without rows."""
    path = tmp_path / "curated"
    path.mkdir()
    for layer in LAYERS:
        (path / f"{layer}.tsv").write_text("concept\tlang\tstatus\tname\n", "utf-8")
    (path / "blocked.tsv").write_text("name\tlang\treason\n", "utf-8")
    return path


@pytest.fixture
def add(folder):
    """Adds a row to a table of that folder."""

    def row(table, *cells):
        with (folder / f"{table}.tsv").open("a", encoding="utf-8") as out:
            out.write("\t".join(cells) + "\n")

    return row
