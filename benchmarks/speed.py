"""Speed and memory by stage on our samples, beside the bare libraries in the same run.

    python benchmarks/speed.py [CORPORA] [--papers DIR] [--rounds 3]

CORPORA holds zh/raw_pool.jsonl.gz, real Chinese text: the first papers of it are timed from text to mentions with
identifiers. Prints a table and writes benchmarks/results/speed.json. Each figure is the best of the rounds, one
process, one core.
"""

from __future__ import annotations

import argparse
import gc
import gzip
import json
import logging
import platform
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import jieba
import rjieba
import spacy
from pdfminer.high_level import extract_text

from pipeline import readers
from pipeline.document import Document
from pipeline.lexicon import load_lexicon
from pipeline.miner import Miner
from pipeline.segment import Segmenter
from pipeline.tables import Tables
from pipeline.taggers.learned.installed import load_models

ROOT = Path(__file__).parent.parent
RESULT = ROOT / "benchmarks" / "results" / "speed.json"


def best(rounds: int, work: Callable[[], object]) -> float:
    """Seconds of the fastest of some rounds."""
    times = []
    for _ in range(rounds):
        began = time.perf_counter()
        work()
        times.append(time.perf_counter() - began)
    return min(times)


def main() -> None:
    """Measures, prints, writes."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("corpora", nargs="?", type=Path, default=ROOT.parent / "shared" / "corpora")
    parser.add_argument("--papers", type=Path, default=ROOT / "corpora" / "samples")
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    logging.getLogger("pdfminer").setLevel(logging.ERROR)

    paths = sorted(p for p in options.papers.rglob("*") if p.suffix in (".pdf", ".txt", ".nxml", ".xml", ".nbib"))
    pdfs = [p for p in paths if p.suffix == ".pdf"]
    others = [p for p in paths if p.suffix != ".pdf"]

    began = time.perf_counter()
    lexicon = load_lexicon()
    segmenter = Segmenter(lexicon.chinese_names())
    miner = Miner(lexicon, load_models())
    gc.freeze()  # as in a run
    seconds_load = time.perf_counter() - began

    docs = [d for p in paths for d in readers.read(p)]
    segmented = [segmenter.segment(d) for d in docs]
    tagged = [miner.tag(d) for d in segmented]
    related = [miner.relate(d) for d in tagged]
    pool = _chinese(options.corpora / "zh" / "raw_pool.jsonl.gz")
    pool_mb = sum(len(d.text.encode()) for d in pool) / 1e6

    def rows() -> None:
        tables = Tables(lexicon, "bench")
        for doc in related:
            tables.add(doc)
        tables.done()

    megabytes = sum(len(d.text.encode()) for d in docs) / 1e6
    pdf_megabytes = sum(len(d.text.encode()) for p in pdfs for d in readers.read(p)) / 1e6
    pages = sum(len({b.page for b in d.blocks}) for p in pdfs for d in readers.read(p))
    text = "\n".join(d.text for d in docs)
    chinese = "".join(c for c in text if c > "\u2e80")
    english = "\n".join(d.surface(s) for d in segmented for s in d.sentences if s.lang == "en")
    bare_jieba, bare_rjieba, bare_spacy = jieba.Tokenizer(), rjieba.Jieba(), spacy.blank("en").tokenizer
    bare_jieba.initialize()

    stages: dict[str, tuple[float, int, Callable[[], object]]] = {
        "read pdf": (pdf_megabytes, len(pdfs), lambda: [list(readers.read(p)) for p in pdfs]),
        "read other": (
            megabytes - pdf_megabytes,
            len(docs) - len(pdfs),
            lambda: [list(readers.read(p)) for p in others],
        ),
        "segment": (megabytes, len(docs), lambda: [segmenter.segment(d) for d in docs]),
        "tag, link": (megabytes, len(docs), lambda: [miner.tag(d) for d in segmented]),
        "relate": (megabytes, len(docs), lambda: [miner.relate(d) for d in tagged]),
        "rows": (megabytes, len(docs), rows),
        "Chinese papers, segment": (pool_mb, len(pool), lambda: [segmenter.segment(d) for d in pool]),
        "Chinese papers, segment, tag, link": (
            pool_mb,
            len(pool),
            lambda: [miner.tag(segmenter.segment(d)) for d in pool],
        ),
        "bare pdfminer.six": (pdf_megabytes, len(pdfs), lambda: [extract_text(p) for p in pdfs]),
        "bare jieba (Chinese only)": (len(chinese.encode()) / 1e6, 0, lambda: list(bare_jieba.cut(chinese))),
        "bare rjieba (Chinese only)": (len(chinese.encode()) / 1e6, 0, lambda: bare_rjieba.cut(chinese)),
        "bare spaCy tokenizer (English only)": (len(english.encode()) / 1e6, 0, lambda: bare_spacy(english)),
    }
    result: dict[str, object] = {
        "machine": {"python": platform.python_version(), "system": platform.platform(terse=True)},
        "input": {"papers": len(docs), "files": len(paths), "pdf_pages": pages, "text_mb": round(megabytes, 3)},
        "seconds_to_load": round(seconds_load, 2),
        "stages": {},
    }
    print(f"{len(docs)} papers of {len(paths)} files, {megabytes:.2f} MB of text, {pages} PDF pages")
    print(f"loading the lexicon and the steps: {seconds_load:.1f} s")
    print(f"{'stage':<38}{'seconds':>9}{'papers/s':>10}{'MB/s':>9}")
    seconds: dict[str, float] = {}
    for name, (size, papers, work) in stages.items():
        if not size:
            continue
        seconds[name] = best(options.rounds, work)
        per_second = papers / seconds[name] if papers else None
        shown = f"{per_second:10.1f}" if per_second else " " * 10
        print(f"{name:<38}{seconds[name]:9.3f}{shown}{size / seconds[name]:9.2f}")
        result["stages"][name] = {  # type: ignore[index]
            "seconds": round(seconds[name], 4),
            "papers_per_second": per_second and round(per_second, 1),
            "mb_per_second": round(size / seconds[name], 3),
        }
    own = sum(seconds[n] for n in ("segment", "tag, link", "relate", "rows"))
    # The text of ten PDF pages as these papers have it.
    ten_pages = own / megabytes * (pdf_megabytes / pages) * 10 if pages else 0.0
    memory = peak_memory(options.papers)
    result["all_but_pdf_seconds_for_ten_pages"] = round(ten_pages, 3)
    result["peak_memory_mb"] = round(memory)
    print(f"all but PDF extraction, a 10-page paper: {ten_pages:.3f} s (target: under 1)")
    print(f"peak memory of the largest process of a run: {memory:.0f} MB (target: under 500)")
    RESULT.parent.mkdir(exist_ok=True)
    RESULT.write_text(json.dumps(result, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    print(f"written: {RESULT.relative_to(ROOT)}")


def _chinese(path: Path) -> list[Document]:
    """The first papers of a pool of Chinese text, half a million characters; none where it is not there."""
    found: list[Document] = []
    if path.exists():
        with gzip.open(path, "rt", encoding="utf-8") as lines:
            for line in lines:
                found.append(Document(str(len(found)), json.loads(line)["text"]))
                if sum(len(d.text) for d in found) > 500_000:
                    break
    return found


def peak_memory(papers: Path) -> float:
    """Megabytes of resident memory of the largest process of `yimai run` over the papers."""
    # A process counts its parent's memory until it begins its own work: the parent must be a small one.
    code = (
        "import resource, subprocess, sys\n"
        "subprocess.run(sys.argv[1:], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)\n"
        "print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)"
    )
    with tempfile.TemporaryDirectory() as out:
        run = [sys.executable, "-m", "pipeline", "run", str(papers), "--out", out, "--workers", "1"]
        found = subprocess.run([sys.executable, "-c", code, *run], check=True, capture_output=True, text=True)
    return int(found.stdout) / (1e6 if sys.platform == "darwin" else 1e3)


if __name__ == "__main__":
    main()
