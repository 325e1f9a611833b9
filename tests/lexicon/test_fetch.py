import hashlib
import json
import socket
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from click.testing import CliRunner

from pipeline.cli import cli
from pipeline.errors import ConfigError
from pipeline.lexicon import fetch as module
from pipeline.lexicon.fetch import RECORD, SOURCES, fetch


class Home:
    """A server on this machine that gives out files and remembers what was asked for."""

    def __init__(self):
        self.files = {}
        self.cut = set()
        self.asked = []
        home = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self):
                name = self.path.removeprefix("/pub/")
                home.asked.append(name)
                content = home.files.get(name)
                if content is None:
                    self.send_error(404)
                    return
                self.send_response(200)
                self.send_header("Content-Length", str(len(content)))
                self.end_headers()
                self.wfile.write(content[: len(content) // 2] if name in home.cut else content)

            def log_message(self, *_):
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.thread = threading.Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.02})
        self.thread.start()

    def url(self, name):
        return f"http://127.0.0.1:{self.server.server_port}/pub/{name}"

    def close(self):
        self.server.shutdown()
        self.thread.join()
        self.server.server_close()


@pytest.fixture
def home(monkeypatch):
    connect = socket.socket.connect

    def only_here(self, address):
        assert address[0] == "127.0.0.1", f"the network was asked: {address}"
        return connect(self, address)

    monkeypatch.setattr(socket.socket, "connect", only_here)
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    home = Home()
    home.files = {"go.obo": b"format-version: 1.2\n", "hgnc.txt": b"hgnc_id\tsymbol\n" * 1000}
    yield home
    home.close()


@pytest.fixture
def sources(home):
    return {"go": home.url("go.obo"), "hgnc": home.url("hgnc.txt")}


def test_files_and_their_checksums_are_recorded(home, sources, tmp_path):
    out = tmp_path / "new" / "releases"
    record = fetch(out, sources=sources)
    assert record == json.loads((out / RECORD).read_text("utf-8"))
    assert {f.name: f.read_bytes() for f in out.iterdir() if f.name != RECORD} == home.files
    for name, file in (("go", "go.obo"), ("hgnc", "hgnc.txt")):
        content = home.files[file]
        assert record[name].pop("fetched").endswith("Z")
        assert record[name] == {
            "file": file, "url": home.url(file), "sha256": hashlib.sha256(content).hexdigest(), "bytes": len(content),
        }  # fmt: skip


def test_only_what_is_named_is_downloaded_and_the_record_grows(home, sources, tmp_path):
    assert list(fetch(tmp_path, ["hgnc"], sources)) == ["hgnc"]
    assert home.asked == ["hgnc.txt"]
    assert list(fetch(tmp_path, ["go"], sources)) == ["hgnc", "go"]


def test_second_call_downloads_nothing(home, sources, tmp_path):
    first = fetch(tmp_path, sources=sources)
    home.asked.clear()
    home.files["go.obo"] = b"format-version: 1.2\ndata-version: later\n"
    assert fetch(tmp_path, sources=sources) == first
    assert home.asked == []


@pytest.mark.parametrize("damage", [lambda path: path.write_bytes(path.read_bytes()[:-1]), lambda path: path.unlink()])
def test_file_that_was_changed_or_removed_is_fetched_anew(home, sources, tmp_path, damage):
    before = fetch(tmp_path, sources=sources)
    home.asked.clear()
    damage(tmp_path / "go.obo")
    assert fetch(tmp_path, sources=sources)["go"]["sha256"] == before["go"]["sha256"]
    assert home.asked == ["go.obo"]
    assert (tmp_path / "go.obo").read_bytes() == home.files["go.obo"]


def test_later_release_takes_the_place_of_a_file_that_was_removed(home, sources, tmp_path):
    fetch(tmp_path, sources=sources)
    home.files["go.obo"] = b"format-version: 1.2\ndata-version: later\n"
    (tmp_path / "go.obo").unlink()
    record = fetch(tmp_path, sources=sources)
    assert (tmp_path / "go.obo").read_bytes() == home.files["go.obo"]
    assert record["go"]["sha256"] == hashlib.sha256(home.files["go.obo"]).hexdigest()


def test_file_of_another_address_or_without_a_record_is_not_taken_for_the_release(home, sources, tmp_path):
    (tmp_path / "go.obo").write_bytes(b"half a fi")
    (tmp_path / "go.obo.part").write_bytes(b"of a call that was stopped")
    fetch(tmp_path, ["go"], sources)
    assert (tmp_path / "go.obo").read_bytes() == home.files["go.obo"]
    home.files["2027/go.obo"] = b"format-version: 1.4\n"
    fetch(tmp_path, ["go"], {"go": home.url("2027/go.obo")})
    assert (tmp_path / "go.obo").read_bytes() == b"format-version: 1.4\n"


@pytest.mark.parametrize("record", ["", "{oops", "[]", '{"go": 1}', '{"go": {}}'])
def test_broken_record_is_written_anew(home, sources, tmp_path, record):
    fetch(tmp_path, ["go"], sources)
    (tmp_path / RECORD).write_text(record, "utf-8")
    assert fetch(tmp_path, ["go"], sources)["go"]["bytes"] == len(home.files["go.obo"])
    assert home.asked == ["go.obo", "go.obo"]


def test_address_that_gives_nothing_is_named_and_the_rest_stays(home, sources, tmp_path):
    with pytest.raises(ConfigError, match=r"/pub/gone\.txt: the release cannot be downloaded: 404.*by hand into"):
        fetch(tmp_path, sources=sources | {"mesh": home.url("gone.txt")})
    assert sorted(f.name for f in tmp_path.iterdir()) == ["go.obo", "hgnc.txt", RECORD]
    assert list(json.loads((tmp_path / RECORD).read_text("utf-8"))) == ["go", "hgnc"]


def test_server_that_is_not_there_is_named(home, tmp_path):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{free.getsockname()[1]}/go.obo"
    with pytest.raises(ConfigError, match=rf"{url}: the release cannot be downloaded"):
        fetch(tmp_path, sources={"go": url})


def test_download_that_breaks_off_leaves_the_earlier_file(home, sources, tmp_path):
    fetch(tmp_path, sources=sources)
    (tmp_path / "hgnc.txt").write_bytes(b"changed by hand")
    home.cut.add("hgnc.txt")
    with pytest.raises(ConfigError, match=r"hgnc\.txt: the release cannot be downloaded"):
        fetch(tmp_path, sources=sources)
    assert (tmp_path / "hgnc.txt").read_bytes() == b"changed by hand"
    assert sorted(f.name for f in tmp_path.iterdir()) == ["go.obo", "hgnc.txt", RECORD]


def test_unknown_release_is_named_before_anything_is_downloaded(home, sources, tmp_path):
    with pytest.raises(ConfigError, match="unknown release 'rgd'; known: go, hgnc"):
        fetch(tmp_path, ["go", "rgd"], sources)
    assert home.asked == []


def test_command_fetches_and_prints_what_the_record_says(home, tmp_path, monkeypatch):
    assert set(SOURCES) == {"hgnc", "go", "mesh", "mgi", "ncbi"}
    monkeypatch.setitem(module.SOURCES, "go", home.url("go.obo"))
    result = CliRunner().invoke(cli, ["lexicon", "fetch", "--out", str(tmp_path), "go"])
    assert result.exit_code == 0, result.output
    checksum = hashlib.sha256(home.files["go.obo"]).hexdigest()
    assert f"go    {tmp_path / 'go.obo'}  20 bytes, sha256 {checksum}, 20" in result.output
    result = CliRunner().invoke(cli, ["lexicon", "fetch", "--out", str(tmp_path), "rgd"])
    assert result.exit_code == 2
    assert "yimai: unknown release 'rgd'; known: hgnc, go, mesh, mgi, ncbi" in result.output
