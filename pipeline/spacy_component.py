"""The spaCy component `yimai_mentions`: tags a `Doc` of any tokenizer with Yimai's miner.

nlp = spacy.blank("zh")
nlp.add_pipe("yimai_mentions", config={"layers": ["gene", "process"]})
doc = nlp("Mfn2 敲除抑制线粒体融合。")
doc.spans["gene"], doc._.yimai.mentions

An installed Yimai is found by spaCy itself; elsewhere import this module first.
"""

# Importing this module must stay fast: spaCy does it whenever any pipeline is made.

from collections.abc import Sequence
from functools import partial
from typing import Any

from spacy.language import Language
from spacy.tokens import Doc, SpanGroup

from pipeline.document import LAYERS, Document, Sentence, Token, from_dict

NAME = "yimai_mentions"
_KEY = "yimai"


class YimaiMentions:
    """Tags Docs: a group of spans for each layer, the whole document as `doc._.yimai`. Never changed.

    layers, guideline, relations: as of `Miner`. A span has the layer as `label_`, the best concept as `kb_id_` ("" for
    none) and the mention's id as `id_`; one whose bounds cut a token is widened to it.
    """

    def __init__(
        self, *, layers: Sequence[str] = LAYERS, guideline: str | None = None, relations: bool = False
    ) -> None:
        from pipeline.lexicon import load_lexicon  # noqa: PLC0415
        from pipeline.miner import Miner, checked_layers  # noqa: PLC0415
        from pipeline.taggers.learned.installed import load_models  # noqa: PLC0415

        self._settings: dict[str, Any] = {
            "layers": checked_layers(layers),
            "guideline": guideline,
            "relations": relations,
        }
        self._miner = Miner(load_lexicon(), load_models(), **self._settings)

    def __call__(self, doc: Doc) -> Doc:
        """The Doc with mentions; its sentences, entities and other groups of spans stay as they are."""
        document = self._miner(doc.text)
        doc._.yimai = document
        for layer in self._miner.layers:
            spans = (
                doc.char_span(m.start, m.end, layer, _best(m.concepts), alignment_mode="expand", span_id=m.id)
                for m in document.mentions
                if m.type == layer
            )
            doc.spans[layer] = SpanGroup(doc, name=layer, spans=[s for s in spans if s is not None])
        return doc

    def __reduce__(self) -> Any:
        """How another process makes its own: from the settings."""
        return partial(YimaiMentions, **self._settings), ()


@Language.factory(
    NAME,
    assigns=["doc.spans", "doc._.yimai"],
    default_config={"layers": list(LAYERS), "guideline": None, "relations": False},
)
def create(nlp: Language, name: str, layers: list[str], guideline: str | None, relations: bool) -> YimaiMentions:  # noqa: ARG001
    """The component for `nlp.add_pipe`. ConfigError names an unknown layer or guideline."""
    return YimaiMentions(layers=layers, guideline=guideline, relations=relations)


def _best(concepts: Sequence[str]) -> str:
    return concepts[0] if concepts else ""


def _keep(doc: Doc, document: Document) -> None:
    """Keeps a document as plain values: a Doc is written to bytes with its user data, also between processes."""
    tokens = [[at for t in s.tokens for at in (t.start, t.end)] for s in document.sentences]
    doc.user_data[_KEY] = {"document": document.to_dict(), "tokens": tokens}


def _kept(doc: Doc) -> Document | None:
    """The document of a Doc that was tagged, else None."""
    if (kept := doc.user_data.get(_KEY)) is None:
        return None
    document = from_dict(kept["document"])
    sentences = (
        Sentence(s.start, s.end, s.lang, tuple(Token(a, b) for a, b in zip(flat[::2], flat[1::2], strict=True)))
        for s, flat in zip(document.sentences, kept["tokens"], strict=True)
    )
    return document.with_(sentences=tuple(sentences))


Doc.set_extension("yimai", getter=_kept, setter=_keep, force=True)
