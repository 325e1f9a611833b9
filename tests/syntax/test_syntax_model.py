import json

import pytest
import srsly

from pipeline.errors import ModelError
from pipeline.syntax.model import META, SYNTAX, load_syntax, save_syntax
from pipeline.syntax.parser import Parser

BOUNDS = [(0, 4), (5, 14), (15, 18), (18, 19)]
TEXT = "Mfn2 activates p53."


@pytest.fixture
def folder(syntax, tmp_path):
    save_syntax(syntax, tmp_path / SYNTAX)
    return tmp_path / SYNTAX


def test_saved_model_reads_as_before(syntax, folder):
    before, after = (next(Parser(m).trees([(TEXT, BOUNDS)])) for m in (syntax, load_syntax(folder)))
    assert after == before
    assert after.labels == ("nsubj", "ROOT", "dobj", "punct")


def test_folder_names_no_function_to_be_called(folder):
    assert {f.name for f in folder.iterdir()} == {
        "lemmas.tsv", "meta.json", "parser.msgpack", "tagger.msgpack", "vectors.msgpack",
    }  # fmt: skip
    for file in folder.iterdir():
        assert not {b"@architectures", b"pickle", b"__reduce__"} & set(file.read_bytes().split())
    assert json.loads((folder / META).read_text("utf-8"))["layer"] == "syntax"


@pytest.mark.parametrize(
    ("file", "content"),
    [
        ("parser.msgpack", b""),
        ("parser.msgpack", b"cos\nsystem\n(S'true'\ntR."),
        ("vectors.msgpack", b"\x81\xa5model\xc4\x00"),
        ("tagger.msgpack", None),
        ("lemmas.tsv", b"\xff"),
        ("lemmas.tsv", None),
        ("meta.json", b"[]"),
        ("meta.json", None),
    ],
)
def test_broken_file_is_named(folder, file, content):
    if content is None:
        (folder / file).unlink()
    else:
        (folder / file).write_bytes(content)
    with pytest.raises(ModelError, match=file.replace(".", r"\.") + ".* expected"):
        load_syntax(folder)


def test_array_of_objects_is_refused(folder):
    # Where arrays are read by way of pickle, such a one can hold code.
    array = {b"nd": True, b"kind": b"", b"type": "|O", b"shape": [1], b"data": bytes(8)}
    content = srsly.msgpack_dumps({"model": srsly.msgpack_dumps(array)})
    (folder / "vectors.msgpack").write_bytes(content)
    with pytest.raises(ModelError, match=r"vectors\.msgpack.*OBJECT array"):
        load_syntax(folder)


def test_model_of_another_version_is_refused(folder):
    meta = json.loads((folder / META).read_text("utf-8"))
    (folder / META).write_text(json.dumps({**meta, "features": "syntax 0"}), "utf-8")
    with pytest.raises(ModelError, match="made for 'syntax 0', this Yimai has 'syntax 1'"):
        load_syntax(folder)
