"""Accuracy on annotated corpora that lie beside the project.

    python benchmarks/accuracy.py ../shared/corpora [--reference ../shared/reference] [--lexicon FOLDER]

Coverage: the share of gold mentions whose normalised surface the lexicon holds. Linking: identifiers given to gold
mentions; CRAFT with aliases learned from its training part, as in text of its guideline, and without. BioRED gives NCBI
Gene's identifiers: its human genes are those that HGNC's release knows. Tagging: mentions, identifiers and relations of
the Chinese development passages (zh/gold_train.jsonl), relations also from gold mentions. These passages were looked at
while names and rules were written: figures of development data, not of a test; of CRAFT the part "dev" was not.
Prints tables and writes benchmarks/results/accuracy.json.
"""

from __future__ import annotations

import argparse
import csv
import gzip
import json
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from pipeline.document import Document, Mention
from pipeline.lexicon import Lexicon, load_lexicon
from pipeline.lexicon.normalize import key
from pipeline.linking import Linker
from pipeline.linking.aliases import learn
from pipeline.miner import Miner
from pipeline.store import read_jsonl
from pipeline.training.corpora.craft import craft_ids, read_craft
from pipeline.training.corpora.pubtator import read_pubtator
from pipeline.training.score import lines, score

ROOT = Path(__file__).parent.parent
RESULT = ROOT / "benchmarks" / "results" / "accuracy.json"
COVERAGE_TARGETS = {
    ("BioRED human", "gene"): 0.80, ("CRAFT train", "organelle"): 0.85, ("CRAFT train", "process"): 0.70,
    ("Chinese", "gene"): 0.85, ("Chinese", "organelle"): 0.90, ("Chinese", "process"): 0.75,
}  # fmt: skip
LINKING_TARGETS = {
    ("CRAFT dev", "organelle"): 0.85, ("CRAFT dev", "process"): 0.80, ("BioRED human", "gene"): 0.70,
    ("Chinese", "gene"): 0.90, ("Chinese", "organelle"): 0.90, ("Chinese", "process"): 0.85,
}  # fmt: skip
Corpus = tuple[str, Sequence[str], list[Document]]


def main() -> None:
    """Scores, prints, writes."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("corpora", type=Path)
    parser.add_argument("--reference", type=Path, help="folder of hgnc_2017-05.tsv.gz [default: beside corpora]")
    parser.add_argument("--lexicon", type=Path, help="another lexicon, built by yimai lexicon build")
    options = parser.parse_args()
    reference = options.reference or options.corpora.parent / "reference"
    gold_file = options.corpora / "zh" / "gold_train.jsonl"
    if not gold_file.exists():
        sys.exit(f"{gold_file}: not there; give the folder that holds zh/gold_train.jsonl")
    lexicon = load_lexicon(*filter(None, [options.lexicon]))
    gold = list(read_jsonl(gold_file))
    craft = options.corpora / "en" / "raw" / "craft"
    train, dev = (list(read_craft(craft, full=True, ids=craft_ids(craft, part))) for part in ("train", "dev"))
    biored = human_genes(options.corpora / "en" / "raw" / "biored", reference / "hgnc_2017-05.tsv.gz")
    corpora: list[Corpus] = [
        ("CRAFT train", ("organelle", "process"), train), ("CRAFT dev", ("organelle", "process"), dev),
        ("BioRED human", ("gene",), biored), ("Chinese", ("gene", "organelle", "process"), gold),
    ]  # fmt: skip
    result: dict[str, Any] = {"lexicon": lexicon.version}
    result["coverage"] = table(
        "coverage", corpora, COVERAGE_TARGETS, lambda docs, layer: coverage(lexicon, docs, layer)
    )
    linker, taught = Linker(lexicon), Linker(lexicon, learn(train), aliases_first=True)
    result["linking"] = table("linking", corpora, LINKING_TARGETS, lambda docs, layer: linking(linker, docs, layer))
    result["linking, aliases of CRAFT train"] = table(
        "linking, aliases of CRAFT train",
        corpora[1:2],
        LINKING_TARGETS,
        lambda docs, layer: linking(taught, docs, layer),
    )
    result["zh/gold_train.jsonl (development data)"] = figures = tagging(Miner(lexicon), gold)
    for line in lines(figures):
        print(line)
    if options.lexicon:
        print("not written: the result file is that of the shipped lexicon")
        return
    RESULT.parent.mkdir(exist_ok=True)
    RESULT.write_text(json.dumps(result, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    print(f"written: {RESULT.relative_to(ROOT)}")


def human_genes(folder: Path, hgnc: Path) -> list[Document]:
    """BioRED's documents with the human genes alone, their identifiers as HGNC's."""
    with gzip.open(hgnc, "rt", encoding="utf-8") as release:
        genes = csv.DictReader(release, delimiter="\t", quoting=csv.QUOTE_NONE)
        known = {f"NCBIGene:{row['Entrez Gene ID(supplied by NCBI)']}": row["HGNC ID"] for row in genes}
    result = []
    for path in (folder / "Train.PubTator", folder / "Dev.PubTator"):
        for doc in read_pubtator(path):
            human = [m for m in doc.mentions if m.concepts and all(c in known for c in m.concepts)]
            mentions = (replace(m, concepts=tuple(known[c] for c in m.concepts)) for m in human)
            result.append(doc.with_(mentions=tuple(mentions), relations=()))
    return result


def coverage(lexicon: Lexicon, docs: Iterable[Document], layer: str) -> dict[str, float]:
    """The share of gold mentions whose normalised surface the lexicon holds."""
    mentions = [doc.said(m) for doc in docs for m in doc.mentions if m.type == layer]
    held = sum(any(t.layer == layer for part in lexicon.parts for t in part.terms(key(name))) for name in mentions)
    return {"share": round(held / len(mentions), 4), "mentions": len(mentions)}


def linking(linker: Linker, docs: Iterable[Document], layer: str) -> dict[str, float]:
    """Gold mentions with identifiers: the share that gets the same, one of the same, another, none."""
    same = hit = none = count = 0
    for doc in docs:
        gold = [m for m in doc.mentions if m.type == layer and m.concepts]
        given: list[Mention] = linker.link(doc, [replace(m, concepts=()) for m in gold])
        for right, m in zip(gold, given, strict=True):
            count += 1
            same += set(right.concepts) == set(m.concepts)
            hit += bool(set(right.concepts) & set(m.concepts))
            none += not m.concepts
    shares = {"share": same, "hit": hit, "none": none, "wrong": count - hit - none}
    return {name: round(n / count, 4) for name, n in shares.items()} | {"mentions": count}


def table(
    title: str,
    corpora: Sequence[Corpus],
    targets: Mapping[tuple[str, str], float],
    measure: Callable[[list[Document], str], dict[str, float]],
) -> dict[str, dict[str, float]]:
    """The measures by corpus and layer, printed beside their targets."""
    result = {}
    print(f"\n{title}")
    for corpus, layers, docs in corpora:
        for layer in layers:
            row = result[f"{corpus}, {layer}"] = measure(docs, layer)
            target = f"target {targets[corpus, layer]:.2f}" if (corpus, layer) in targets else ""
            print(f"{corpus:<14}{layer:<11}{'  '.join(f'{n} {v}' for n, v in row.items())}  {target}")
    print()
    return result


def tagging(miner: Miner, gold: list[Document]) -> dict[str, Any]:
    """Strict, overlap, concept and relation figures of the whole pipeline."""
    predicted = [miner(d.with_(mentions=(), relations=())) for d in gold]
    figures = score(gold, predicted)
    from_gold = [miner.relate_given(d.with_(relations=())) for d in gold]
    figures["relations from gold mentions"] = score(gold, from_gold)["relations"]
    return figures


if __name__ == "__main__":
    main()
