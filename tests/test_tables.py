import pandas as pd
import pytest

from pipeline.document import Document, Mention, Relation, Sentence
from pipeline.errors import AnnotationError, ConfigError
from pipeline.run.write import frames
from pipeline.tables import TABLES, Tables


def paper(paper_id, text, lang, head, tail, **flags):
    mentions = (
        Mention("m1", text.index(head[0]), text.index(head[0]) + len(head[0]), *head[1:]),
        Mention("m2", text.index(tail[0]), text.index(tail[0]) + len(tail[0]), *tail[1:]),
    )
    relation = Relation("r1", "negatively_regulates", "m1", "m2", trigger="抑制", **flags)
    return Document(paper_id, text, sentences=(Sentence(0, len(text), lang),), mentions=mentions, relations=(relation,))


@pytest.fixture
def tables(lexicon):
    result = Tables(lexicon, "test 1")
    gene, process = ("gene", ("HGNC:7060",)), ("process", ("MESH:D061205",))
    result.add(paper("p1", "MGP抑制血管钙化。", "zh", ("MGP", *gene), ("血管钙化", *process)))
    result.add(
        paper("p2", "MGP inhibits vascular calcification.", "en", ("MGP", *gene), ("vascular calcification", *process))
    )
    result.add(paper("p3", "MGP may inhibit vascular calcification.", "en", ("MGP", *gene),
                     ("vascular calcification", *process), speculative=True))  # fmt: skip
    result.add(paper("p4", "MGP不影响血管钙化。", "zh", ("MGP", *gene), ("血管钙化", *process), negated=True))
    return frames(result.done())


def test_columns_are_those_of_the_schema(tables):
    for name, columns in TABLES.items():
        assert list(tables[name].columns) == [c.name for c in columns]


def test_both_languages_meet_in_entities_and_edges(tables):
    mgp = tables["entities"].set_index("concept").loc["HGNC:7060"]
    assert (mgp["mentions"], mgp["papers"], mgp["mentions_zh"], mgp["mentions_en"]) == (4, 4, 2, 2)
    calcification = tables["entities"].set_index("concept").loc["MESH:D061205"]
    assert calcification["surfaces"] == "vascular calcification|血管钙化"
    assert calcification["name_zh"] == "血管钙化"
    (edge,) = tables["edges"].to_dict("records")
    assert (edge["head"], edge["type"], edge["tail"]) == ("HGNC:7060", "negatively_regulates", "MESH:D061205")
    assert (edge["sentences"], edge["papers"], edge["sentences_zh"], edge["sentences_en"]) == (4, 4, 2, 2)
    assert (edge["negated"], edge["speculative"]) == (1, 1)
    assert edge["conflicts"] == "negation"
    (conflict,) = tables["conflicts"].to_dict("records")
    assert (conflict["head_name"], conflict["tail_name"]) == ("MGP", "vascular calcification")
    assert (conflict["evidence_for"], conflict["evidence_against"]) == ("p1.s1|p2.s1|p3.s1", "p4.s1")


def test_rows_lead_back_to_sentence_and_mention(tables):
    relation = tables["relations"].iloc[0]
    assert relation["ro_id"] == "RO:0002212"
    sentence = tables["sentences"].set_index("sentence_id").loc[relation["sentence_id"]]
    mention = tables["mentions"].set_index("mention_id").loc[relation["head_mention"]]
    assert sentence["text"][mention["start"] : mention["end"]] == mention["text"] == relation["head_text"]


def test_mention_without_identifier_is_counted_by_name(miner):
    tables = miner.tables(["核因子-κB 入核。", "NF-κB enters the nucleus."])
    row = (
        tables["entities"].set_index("concept").loc["name:NF-κB"]
        if "name:NF-κB" in set(tables["entities"].concept)
        else None
    )
    family = tables["entities"][tables["entities"].surfaces.str.contains("核因子-κB")].iloc[0]
    assert row is None or row.equals(row)
    assert family["concept"].startswith("name:")
    assert (family["mentions_zh"], family["mentions_en"]) == (1, 1)


def test_tables_take_paths_strings_and_frames(miner, tmp_path):
    (tmp_path / "a.txt").write_text("Mfn2 抑制线粒体自噬。", "utf-8")
    (tmp_path / "b.pdf").write_bytes(b"")
    frame = pd.DataFrame({"id": ["x1"], "text": ["OPG blocks RANKL."]})
    tables = miner.tables([tmp_path, "PINK1 recruits Parkin.", frame])
    assert sorted(tables["papers"].paper_id)[1:] == ["text2", "x1"]
    assert tables["failures"].stage.tolist() == ["read"]
    assert len(miner.tables(frame)["papers"]) == 1


def test_copy_counts_once_and_an_id_names_one_text(miner, tmp_path):
    for name in ("a.txt", "b.text"):
        (tmp_path / name).write_text("Mfn2 抑制线粒体自噬。", "utf-8")
    tables = miner.tables([tmp_path])
    (paper,) = tables["papers"].to_dict("records")
    assert paper["status"] == f"ok; same file as {tmp_path / 'b.text'}"
    assert len(tables["mentions"]) == 3
    frame = pd.DataFrame({"id": ["x", "x"], "text": ["OPG blocks RANKL.", "Another text."]})
    with pytest.raises(AnnotationError, match="two documents are called 'x'; give each its own id"):
        miner.tables(frame)


def test_tables_refuse_a_missing_path_and_a_frame_without_text(miner):
    with pytest.raises(ConfigError, match=r"papers/x\.pdf: no such file or folder"):
        miner.tables(["papers/x.pdf"])
    with pytest.raises(ConfigError, match="a column 'text' expected, found body"):
        miner.tables(pd.DataFrame({"body": ["x"]}))
