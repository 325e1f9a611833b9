import os
import sys

import duckdb
import pandas as pd
import pytest

from pipeline.errors import ConfigError
from pipeline.run.files import input_files
from pipeline.run.local import run
from pipeline.run.write import write
from pipeline.tables import TABLES

GOOD = "MGP 抑制血管钙化。自噬抑制血管钙化。\n"


@pytest.fixture(scope="module")
def papers(tmp_path_factory):
    folder = tmp_path_factory.mktemp("papers 论文 😀")
    (folder / "good.txt").write_text(GOOD, "utf-8")
    (folder / "copy of 'good'.txt").write_text(GOOD, "utf-8")
    (folder / "english.txt").write_text("Mitophagy requires PINK1 and Parkin.\n", "utf-8")
    (folder / "empty.pdf").write_bytes(b"")
    (folder / "empty.xml").write_bytes(b"")
    (folder / "picture.pdf").write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(100))
    (folder / "broken.pdf").write_bytes(b"%PDF-1.4\n1 0 obj\n<<")
    (folder / "note.docx").write_bytes(b"PK\x03\x04" + bytes(50))
    (folder / "two.nbib").write_text(
        "PMID- 1\nTI  - OPG blocks RANKL.\nAB  - OPG blocks RANKL in bone.\n\nPMID- 2\nTI  - Ferroptosis needs ACSL4.\n",
        "utf-8",
    )
    (folder / ".hidden.txt").write_text(GOOD, "utf-8")
    return folder


@pytest.fixture(scope="module")
def first(papers, tmp_path_factory):
    out = tmp_path_factory.mktemp("out")
    return out, run([str(papers)], out, workers=2)


def test_good_papers_complete_and_bad_ones_are_rows(first):
    out, summary = first
    assert summary.papers == 4
    assert summary.copies == 1
    failures = pd.read_csv(out / "failures.csv", encoding="utf-8-sig").set_index("path")
    named = {path.rpartition("/")[2]: row for path, row in failures.iterrows()}
    assert set(named) == {"empty.pdf", "empty.xml", "picture.pdf", "broken.pdf", "note.docx"}
    for name, row in named.items():
        assert row["stage"] == "read"
        assert name in row["message"]
    papers = pd.read_csv(out / "papers.csv", encoding="utf-8-sig")
    copied = papers[papers.status != "ok"].iloc[0]
    assert "same file as" in copied["status"]
    assert sorted(papers.paper_id.str.contains("-")) == [False, False, True, True]


def test_second_run_resumes_and_changes_no_byte(first, papers):
    out, _ = first
    before = {p.name: p.read_bytes() for p in out.glob("*.*")}
    summary = run([str(papers)], out, workers=1)
    assert summary.resumed == 8
    assert {p.name: p.read_bytes() for p in out.glob("*.*")} == before


def test_number_of_workers_changes_no_byte(first, papers, tmp_path):
    out, _ = first
    run([str(papers)], tmp_path, workers=1)
    for path in out.glob("*.*"):
        assert (tmp_path / path.name).read_bytes() == path.read_bytes(), path.name


def test_retry_failed_works_again_on_those_alone(first, papers):
    out, _ = first
    summary = run([str(papers)], out, workers=1, retry_failed=True)
    assert summary.resumed == 3


def test_duckdb_holds_the_tables_and_views(first):
    out, summary = first
    with duckdb.connect(str(out / "yimai.duckdb"), read_only=True) as database:
        names = {name for (name,) in database.sql("SHOW TABLES").fetchall()}
        assert set(TABLES) < names
        (rows,) = database.sql("SELECT count(*) FROM relations_in_context").fetchall()[0]
    assert rows == summary.relations > 0


def test_file_that_takes_too_long_is_a_failure_of_its_own(tmp_path):
    (tmp_path / "long.txt").write_text("".join(f"{i} 的自噬抑制了 {i} 的血管钙化。\n" for i in range(30_000)), "utf-8")
    summary = run([str(tmp_path / "long.txt")], tmp_path / "out", workers=1, timeout=0.5)
    assert summary.papers == 0
    assert [(r["stage"], r["error"]) for r in summary.failures] == [("run", "TimeoutError")]
    assert "not finished after" in summary.failures[0]["message"]


def test_spreadsheet_formulas_are_made_safe(tmp_path):
    rows = {name: [] for name in TABLES}
    rows["failures"] = [
        {"path": p, "stage": "read", "error": "", "message": ""} for p in ("=1+1", "+a", "-b", "@c", "d")
    ]
    write(rows, tmp_path, ["csv", "parquet"])
    raw = (tmp_path / "failures.csv").read_bytes()
    assert raw.startswith(b"\xef\xbb\xbf")
    assert pd.read_csv(tmp_path / "failures.csv").path.tolist() == ["'=1+1", "'+a", "'-b", "'@c", "d"]
    assert pd.read_parquet(tmp_path / "failures.parquet").path.tolist() == ["=1+1", "+a", "-b", "@c", "d"]


def test_empty_tables_keep_their_types(tmp_path):
    write({name: [] for name in TABLES}, tmp_path, ["parquet"])
    assert str(pd.read_parquet(tmp_path / "mentions.parquet").x0.dtype) == "float64"


def test_missing_input_and_unknown_names_stop_before_work(tmp_path):
    with pytest.raises(ConfigError, match="nowhere: no such file or folder"):
        run(["nowhere"], tmp_path)
    (tmp_path / "file").write_text("x", "utf-8")
    with pytest.raises(ConfigError, match="the folder cannot be written"):
        run([str(tmp_path / "file")], tmp_path / "file" / "out")
    (tmp_path / "file").unlink()
    with pytest.raises(ConfigError, match="no file in it"):
        run([str(tmp_path)], tmp_path / "out")
    (tmp_path / "a.txt").write_text(GOOD, "utf-8")
    with pytest.raises(ConfigError, match="unknown layer 'drug'"):
        run([str(tmp_path)], tmp_path / "out", layers=["drug"])
    with pytest.raises(ConfigError, match="unknown format 'xls'"):
        run([str(tmp_path)], tmp_path / "out", formats=["xls"], workers=1)


def test_own_output_and_hidden_files_are_no_input(papers):
    out = papers / "tables"
    out.mkdir(exist_ok=True)
    (out / "papers.csv").write_text("x", "utf-8")
    names = {p.name for p in input_files([str(papers)], without=out)}
    assert "papers.csv" not in names
    assert ".hidden.txt" not in names
    (out / "papers.csv").unlink()
    out.rmdir()


@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="root may read everything")
def test_file_without_permission_is_a_failure(tmp_path):
    path = tmp_path / "secret.txt"
    path.write_text(GOOD, "utf-8")
    path.chmod(0)
    summary = run([str(path)], tmp_path / "out", workers=1)
    assert "permission" in summary.failures[0]["message"].lower()


def test_damaged_state_of_an_earlier_run_is_made_anew(papers, tmp_path):
    first = run([str(papers / "good.txt")], tmp_path, workers=1)
    (done,) = (tmp_path / "done").iterdir()
    (annotated,) = (tmp_path / "annotated").iterdir()
    whole = annotated.read_bytes()
    for path, content in ((done, b"{"), (done, b"{}"), (annotated, b""), (annotated, whole[:50])):
        path.write_bytes(content)
        summary = run([str(papers / "good.txt")], tmp_path, workers=1)
        assert (summary.resumed, summary.papers) == (0, first.papers)


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="other systems refuse such names")
def test_names_that_are_no_utf8_and_folders_that_loop(tmp_path):
    folder = tmp_path / "in"
    folder.mkdir()
    (folder / "again").symlink_to(folder)
    (folder / "gone.txt").symlink_to(folder / "nowhere.txt")
    with open(os.fsencode(folder) + b"/\xd6\xd0.txt", "wb") as file:  # noqa: PTH123  (a name that is no text)
        file.write(GOOD.encode())
    summary = run([str(folder)], tmp_path / "out", workers=1)
    assert summary.papers == 1
    assert [r["stage"] for r in summary.failures] == ["read"]
    assert "gone.txt" in summary.failures[0]["message"]


def test_formats_not_asked_for_leave_no_old_files(papers, tmp_path):
    run([str(papers / "good.txt")], tmp_path, workers=1)
    run([str(papers / "good.txt")], tmp_path, workers=1, formats=["csv"])
    assert {p.suffix for p in tmp_path.glob("*.*")} == {".csv", ".json"}


def test_samples_give_the_same_bytes_twice(root, tmp_path):
    for name in ("a", "b"):
        run([str(root / "corpora" / "samples")], tmp_path / name, workers=2)
    for path in (tmp_path / "a").glob("*.*"):
        assert (tmp_path / "b" / path.name).read_bytes() == path.read_bytes(), path.name


def test_order_of_layers_is_no_reason_to_work_again(papers, tmp_path):
    run([str(papers / "good.txt")], tmp_path, workers=1, layers=["gene", "process"])
    assert run([str(papers / "good.txt")], tmp_path, workers=1, layers=["process", "gene"]).resumed == 1
