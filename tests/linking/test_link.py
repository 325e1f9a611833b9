from pipeline.document import Document, Mention
from pipeline.lexicon import Lexicon, Term
from pipeline.linking import Linker

LEXICON = Lexicon.of([
    Term("A1", "HGNC:1", "gene", "en", "symbol"),
    Term("A2", "HGNC:2", "gene", "en", "symbol"),
    Term("Ax", "HGNC:1", "gene", "en", "abbreviation"),
    Term("Ax", "HGNC:2", "gene", "en", "abbreviation"),
    Term("NF-κB", "name:NF-κB", "gene", "en", "name"),
    Term("核因子κB", "name:NF-κB", "gene", "zh", "name"),
])  # fmt: skip


def linked(text, concepts=()):
    (mention,) = Linker(LEXICON).link(Document("d", text), [Mention("m1", 0, len(text), "gene", concepts)])
    return mention.concepts, mention.name


def test_mention_without_proposal_is_looked_up():
    assert linked("A1") == (("HGNC:1",), "")


def test_shared_name_gets_no_identifier():
    assert linked("Ax") == ((), "ax")


def test_coordinated_name_keeps_all():
    assert linked("A1/2", ("HGNC:1", "HGNC:2")) == (("HGNC:1", "HGNC:2"), "")


def test_family_is_counted_by_one_name_in_both_languages():
    assert linked("NF-kappaB") == ((), "NF-κB")
    assert linked("核因子-κB") == ((), "NF-κB")


def test_unknown_name_keeps_its_normalised_surface():
    assert linked("Zzz-9") == ((), "zzz-9")
