"""The tables: their columns, and the rows that documents give. The files and the docs follow what stands here."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from pipeline.document import RELATION_TYPES, Document, Mention
from pipeline.edges import edges_and_conflicts
from pipeline.errors import AnnotationError
from pipeline.lexicon import Lexicon
from pipeline.lexicon.normalize import is_han
from pipeline.segment.segmenter import VERSION as SEGMENT_VERSION

VERSION = "2"

Row = dict[str, Any]


class Column(NamedTuple):
    """A column: its name, its Arrow type and what it means, with the unit."""

    name: str
    type: str
    meaning: str


TABLES: dict[str, tuple[Column, ...]] = {
    "papers": (
        Column("paper_id", "string", "first 12 digits of sha256; -1, -2 … for the records of an export"),
        Column("path", "string", "the file, as given"),
        Column("sha256", "string", "hash of the file"),
        Column("title", "string", "title as printed"),
        Column("title_other", "string", "title in the paper's other language"),
        Column("doi", "string", "DOI, where the file gives it"),
        Column("languages", "string", "languages of its sentences, the most frequent first"),
        Column("pages", "int64", "pages with body text; empty for files without pages"),
        Column("characters", "int64", "characters of body text"),
        Column("blocks", "int64", "blocks of body text"),
        Column("status", "string", "ok, or what is missing from the paper; which files are copies of it"),
        Column("seconds", "float64", "seconds of work; empty unless the run was asked for times"),
        Column("by", "string", "version of Yimai and of the lexicon"),
    ),
    "sentences": (
        Column("sentence_id", "string", "paper_id.s1, s2 …"),
        Column("paper_id", "string", "the paper"),
        Column("section", "string", "heading it stands under"),
        Column("kind", "string", "title, abstract, heading, paragraph, caption, keywords"),
        Column("lang", "string", "zh or en"),
        Column("page", "int64", "page it begins on, from 1"),
        Column("start", "int64", "first character in the paper's text"),
        Column("end", "int64", "character after the last"),
        Column("text", "string", "the sentence"),
        Column("by", "string", "segmenter and version"),
    ),
    "mentions": (
        Column("mention_id", "string", "paper_id.m1, m2 …"),
        Column("paper_id", "string", "the paper"),
        Column("sentence_id", "string", "the sentence"),
        Column("layer", "string", "gene, organelle, process"),
        Column("text", "string", "the name as printed"),
        Column("start", "int64", "first character in the paper's text"),
        Column("end", "int64", "character after the last"),
        Column("page", "int64", "page, from 1"),
        Column("x0", "float64", "left edge on the page, PDF points"),
        Column("y0", "float64", "lower edge, from the bottom of the page"),
        Column("x1", "float64", "right edge"),
        Column("y1", "float64", "upper edge"),
        Column("concepts", "string", "identifiers, | between several; name:… where there is none"),
        Column("name_en", "string", "English name of the first concept"),
        Column("name_zh", "string", "Chinese name of the first concept"),
        Column("score", "float64", "0..1; empty where the maker gives none"),
        Column("by", "string", "maker and version"),
    ),
    "relations": (
        Column("relation_id", "string", "paper_id.r1, r2 …"),
        Column("paper_id", "string", "the paper"),
        Column("sentence_id", "string", "the sentence that states it"),
        Column("type", "string", ", ".join(RELATION_TYPES)),
        Column("ro_id", "string", "the type in the Relation Ontology"),
        Column("head_mention", "string", "mention_id of the head"),
        Column("tail_mention", "string", "mention_id of the tail"),
        Column("head_concept", "string", "as mentions.concepts"),
        Column("tail_concept", "string", "as mentions.concepts"),
        Column("head_text", "string", "the head as printed"),
        Column("tail_text", "string", "the tail as printed"),
        Column("trigger", "string", "the words that state it"),
        Column("negated", "bool", "the sentence denies it"),
        Column("speculative", "bool", "it is offered as possible"),
        Column("score", "float64", "0..1; empty where the maker gives none"),
        Column("by", "string", "maker and version"),
    ),
    "entities": (
        Column("concept", "string", "identifier, or name:… of what has none"),
        Column("layer", "string", "gene, organelle, process"),
        Column("name_en", "string", "English name"),
        Column("name_zh", "string", "Chinese name"),
        Column("mentions", "int64", "mentions in all papers"),
        Column("papers", "int64", "papers that name it"),
        Column("mentions_zh", "int64", "mentions in Chinese sentences"),
        Column("mentions_en", "int64", "mentions in English sentences"),
        Column("surfaces", "string", "the ten most frequent forms, | between them"),
        Column("by", "string", "version of Yimai and of the lexicon"),
    ),
    "edges": (
        Column("head", "string", "concept"),
        Column("head_name", "string", "its English name, else the Chinese one"),
        Column("type", "string", "as relations.type"),
        Column("tail", "string", "concept"),
        Column("tail_name", "string", "its English name, else the Chinese one"),
        Column("sentences", "int64", "sentences that state or deny it"),
        Column("papers", "int64", "papers that do"),
        Column("sentences_zh", "int64", "of the sentences, Chinese ones"),
        Column("sentences_en", "int64", "of the sentences, English ones"),
        Column("papers_zh", "int64", "papers that do so in Chinese"),
        Column("papers_en", "int64", "papers that do so in English"),
        Column("negated", "int64", "of the sentences, those that deny it"),
        Column("negated_zh", "int64", "of these, Chinese ones"),
        Column("negated_en", "int64", "of these, English ones"),
        Column("speculative", "int64", "of the sentences, those that offer it as possible"),
        Column("speculative_zh", "int64", "of these, Chinese ones"),
        Column("speculative_en", "int64", "of these, English ones"),
        Column("against", "int64", "sentences that deny it (of a signed type, or regulates) or state the opposite"),
        Column("score", "float64", "belief, 0..1, from all evidence for and against it, see `pipeline.belief`"),
        Column("score_zh", "float64", "the same from Chinese sentences alone; empty without any"),
        Column("score_en", "float64", "the same from English sentences alone; empty without any"),
        Column("conflicts", "string", "sign, negation, language, | between several: see the table conflicts"),
        Column("by", "string", "version of Yimai and of the lexicon"),
    ),
    "conflicts": (
        Column("head", "string", "concept"),
        Column("head_name", "string", "its English name, else the Chinese one"),
        Column("tail", "string", "concept"),
        Column("tail_name", "string", "its English name, else the Chinese one"),
        Column("kind", "string", "sign: both signs are stated; negation: it is stated and denied"),
        Column("type", "string", "what one side states, as relations.type"),
        Column("type_against", "string", "what the other side states (sign) or denies (negation), | between several"),
        Column("sentences_for", "int64", "sentences of the one side"),
        Column("sentences_for_zh", "int64", "of these, Chinese ones"),
        Column("sentences_for_en", "int64", "of these, English ones"),
        Column("sentences_against", "int64", "sentences of the other side"),
        Column("sentences_against_zh", "int64", "of these, Chinese ones"),
        Column("sentences_against_en", "int64", "of these, English ones"),
        Column("papers_for", "int64", "papers of the one side"),
        Column("papers_against", "int64", "papers of the other side"),
        Column("score_for", "float64", "belief in the one side alone, 0..1, as if there were no other"),
        Column("score_against", "float64", "belief in the other side alone"),
        Column("languages_disagree", "bool", "more Chinese sentences are on one side, more English ones on the other"),
        Column("evidence_for", "string", "sentence_id of each sentence of the one side, | between them"),
        Column("evidence_against", "string", "the same of the other side"),
        Column("by", "string", "version of Yimai and of the lexicon"),
    ),
    "failures": (
        Column("path", "string", "the file"),
        Column("stage", "string", "read, segment, tag, relate; run for a file that took too long"),
        Column("error", "string", "class of the error"),
        Column("message", "string", "what was expected, what was found, what to do"),
    ),
}


@dataclass
class Tables:
    """Rows of all tables, filled paper by paper with `add` and `fail`; `done` gives the aggregated ones too."""

    lexicon: Lexicon
    by: str
    rows: dict[str, list[Row]] = field(default_factory=lambda: {name: [] for name in TABLES})
    copies: set[str] = field(default_factory=set)
    """Paths of files that hold what another file holds."""
    _papers: dict[str, tuple[Row, int]] = field(default_factory=dict, repr=False)

    def add(self, doc: Document, seconds: float | None = None) -> None:
        """Adds a paper. seconds: what the work on it took; left empty so that results stay the same bytes.

        A copy of a paper that is there already counts once; papers.status names it. AnnotationError when another text
        has the same id.
        """
        if doc.id in self._papers:
            paper, text = self._papers[doc.id]
            if text != hash(doc.text):
                raise AnnotationError(f"two documents are called {doc.id!r}; give each its own id")
            paper["status"] += f"; same file as {doc.path}"
            self.copies.add(doc.path)
            return
        rows = self.of(doc, seconds)
        self._papers[doc.id] = rows["papers"][0], hash(doc.text)
        for name, new in rows.items():
            self.rows[name] += new

    def fail(self, path: str, stage: str, error: str, message: str) -> None:
        """Adds a file, or a record of one, that gave no paper."""
        self.rows["failures"].append({"path": path, "stage": stage, "error": error, "message": message})

    def done(self) -> dict[str, list[Row]]:
        """All tables; papers by path and id, failures by path, the aggregated ones by how often they occur."""
        self.rows["failures"].sort(key=lambda r: (r["path"], r["stage"], r["message"]))
        self.rows["entities"] = self._entities()
        langs = {r["sentence_id"]: r["lang"] for r in self.rows["sentences"]}
        edges, conflicts = edges_and_conflicts(self.rows["relations"], langs)
        self.rows["edges"] = [self._named(row) for row in edges]
        self.rows["conflicts"] = [self._named(row) for row in conflicts]
        return self.rows

    def of(self, doc: Document, seconds: float | None = None) -> dict[str, list[Row]]:
        """The rows of one document, by table."""
        languages = Counter(s.lang for s in doc.sentences)
        body = {doc.block_of(s.start) for s in doc.sentences} - {None}
        pages = {b.page for b in body if b and b.page is not None}
        paper: Row = {
            "paper_id": doc.id, "path": doc.path, "sha256": doc.sha256, "title": doc.title,
            "title_other": doc.title_other, "doi": doc.doi,
            "languages": "|".join(k for k, _ in languages.most_common()),
            "pages": len(pages) or None, "characters": sum(s.end - s.start for s in doc.sentences), "blocks": len(body),
            "status": "; ".join(doc.warnings) or "ok", "seconds": seconds, "by": self.by,
        }  # fmt: skip
        mentions = {m.id: m for m in doc.mentions}
        return {
            "papers": [paper],
            "sentences": [self._sentence(doc, i) for i in range(len(doc.sentences))],
            "mentions": [self._mention(doc, m) for m in doc.mentions],
            "relations": [self._relation(doc, mentions, i) for i in range(len(doc.relations))],
        }

    def _sentence(self, doc: Document, index: int) -> Row:
        s = doc.sentences[index]
        block = doc.block_of(s.start)
        return {
            "sentence_id": f"{doc.id}.s{index + 1}", "paper_id": doc.id, "section": block.section if block else "",
            "kind": block.kind if block else "paragraph", "lang": s.lang, "page": block.page if block else None,
            "start": s.start, "end": s.end, "text": doc.surface(s), "by": f"segment {SEGMENT_VERSION}",
        }  # fmt: skip

    def _mention(self, doc: Document, m: Mention) -> Row:
        concepts = self.concepts(m)
        names = self.names(concepts[0])
        box = dict(zip(("x0", "y0", "x1", "y1"), (round(v, 2) for v in m.box) if m.box else (None,) * 4, strict=True))
        return {
            "mention_id": f"{doc.id}.{m.id}", "paper_id": doc.id, "sentence_id": self._sentence_id(doc, m),
            "layer": m.type, "text": doc.surface(m), "start": m.start, "end": m.end, "page": m.page, **box,
            "concepts": "|".join(concepts), "name_en": names.get("en", ""), "name_zh": names.get("zh", ""),
            "score": m.score, "by": m.by,
        }  # fmt: skip

    def _relation(self, doc: Document, mentions: Mapping[str, Mention], index: int) -> Row:
        r = doc.relations[index]
        head, tail = mentions[r.head], mentions[r.tail]
        return {
            "relation_id": f"{doc.id}.{r.id}", "paper_id": doc.id, "sentence_id": self._sentence_id(doc, head),
            "type": r.type, "ro_id": RELATION_TYPES[r.type], "head_mention": f"{doc.id}.{r.head}",
            "tail_mention": f"{doc.id}.{r.tail}", "head_concept": "|".join(self.concepts(head)),
            "tail_concept": "|".join(self.concepts(tail)), "head_text": doc.surface(head),
            "tail_text": doc.surface(tail), "trigger": r.trigger, "negated": r.negated, "speculative": r.speculative,
            "score": r.score, "by": r.by,
        }  # fmt: skip

    def concepts(self, m: Mention) -> tuple[str, ...]:
        """What a mention is counted under: its identifiers, else its name."""
        return m.concepts or (f"name:{m.name}",)

    def names(self, concept: str) -> Mapping[str, str]:
        """Names of a concept by language; what the lexicon does not hold is named as it stands in the text."""
        name = concept.removeprefix("name:")
        return self.lexicon.names(concept) or {"zh" if any(map(is_han, name)) else "en": name}

    def _sentence_id(self, doc: Document, m: Mention) -> str:
        index = doc.sentence_of(m.start)
        return f"{doc.id}.s{index + 1}" if index is not None else ""

    def _entities(self) -> list[Row]:
        langs = {r["sentence_id"]: r["lang"] for r in self.rows["sentences"]}
        found: dict[tuple[str, str], _Entity] = defaultdict(_Entity)
        for row in self.rows["mentions"]:
            for concept in row["concepts"].split("|"):
                found[concept, row["layer"]].count(row, langs.get(row["sentence_id"], ""))
        result: list[Row] = []
        for (concept, layer), e in found.items():
            names = self.names(concept)
            surfaces = sorted(e.surfaces.items(), key=lambda item: (-item[1], item[0]))[:10]
            result.append({
                "concept": concept, "layer": layer, "name_en": names.get("en", ""), "name_zh": names.get("zh", ""),
                "mentions": e.mentions, "papers": len(e.papers), "mentions_zh": e.langs["zh"],
                "mentions_en": e.langs["en"], "surfaces": "|".join(s for s, _ in surfaces), "by": self.by,
            })  # fmt: skip
        return sorted(result, key=lambda r: (-r["mentions"], r["concept"], r["layer"]))

    def _named(self, row: Row) -> Row:
        """A row of edges or conflicts with the names of its concepts."""
        return {**row, "head_name": self._name(row["head"]), "tail_name": self._name(row["tail"]), "by": self.by}

    def _name(self, concept: str) -> str:
        names = self.names(concept)
        return names.get("en") or names.get("zh", "")


@dataclass
class _Entity:
    mentions: int = 0
    papers: set[str] = field(default_factory=set)
    langs: Counter[str] = field(default_factory=Counter)
    surfaces: Counter[str] = field(default_factory=Counter)

    def count(self, row: Row, lang: str) -> None:
        self.mentions += 1
        self.papers.add(row["paper_id"])
        self.langs[lang] += 1
        self.surfaces[row["text"]] += 1
