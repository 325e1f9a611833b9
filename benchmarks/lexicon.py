"""How fast a vocabulary of 250,000 names is built, loaded and found in text, beside other matchers in the same run.

    python benchmarks/lexicon.py [SHARED] [--rounds 5]

SHARED holds reference (HGNC, GO, MeSH as tables) and corpora (English articles, the Chinese raw pool). The names are
those of the releases, and the shipped Chinese ones. Ours is all that `Lexicon.match` does: the normal form and the way
back, word boundaries, letter case, terms. The others search the text in small letters for the names in small letters,
without any of that. Times are the best of the rounds, one core. Prints a table and writes
benchmarks/results/lexicon.json.
"""

from __future__ import annotations

import argparse
import gc
import gzip
import itertools
import json
import platform
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from importlib.metadata import version
from pathlib import Path

import ahocorasick_rs
import spacy
from flashtext import KeywordProcessor
from spacy.matcher import PhraseMatcher

from pipeline.lexicon import Lexicon, Term, load_lexicon
from pipeline.lexicon.load import save_lexicon
from pipeline.lexicon.names import Names

ROOT = Path(__file__).parent.parent
RESULT = ROOT / "benchmarks" / "results" / "lexicon.json"
NAMES = 250_000
SLOW = 400_000  # characters that the slow matchers are given


def main() -> None:
    """Measures, prints, writes."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("shared", nargs="?", type=Path, default=ROOT.parent / "shared")
    parser.add_argument("--rounds", type=int, default=5)
    options = parser.parse_args()
    if not (options.shared / "reference").is_dir():
        print(f"lexicon figures left out: {options.shared / 'reference'} does not exist")
        return
    terms = list(vocabulary(options.shared / "reference"))
    names = sorted({term.name.lower() for term in terms})
    began = time.perf_counter()
    built = Names.of(terms)
    build = time.perf_counter() - began
    with tempfile.TemporaryDirectory() as folder:
        save_lexicon(built, Path(folder), {})
        load, memory = loaded(folder, options.rounds)
    texts = {"English": english(options.shared / "corpora"), "Chinese": chinese(options.shared / "corpora")}
    print(f"{len(terms)} names: built in {build:.2f} s (target 5), loaded in {load:.2f} s (target 0.3), "
          f"{memory} MB (target 300)")  # fmt: skip
    result: dict[str, object] = {
        "machine": {"python": platform.python_version(), "system": platform.platform(terse=True)},
        "versions": {name: version(name) for name in ("numpy", "ahocorasick-rs", "flashtext", "spacy")},
        "names": len(terms), "build_s": round(build, 2), "load_s": round(load, 3), "memory_mb": memory,
    }  # fmt: skip
    lexicon, rounds = Lexicon([built]), itertools.count()
    gc.freeze()  # as in a run's workers: what is loaded stays
    for lang, text in texts.items():
        works: dict[str, tuple[Callable[[str], object], int]] = {
            # The texts matched last are remembered: each round has one of its own.
            "yimai": (lambda some: lexicon.match(some + " " * next(rounds)), len(text)),
            "ahocorasick_rs, overlapping": (raw(names), len(text)),
            "flashtext": (flashtext(names), SLOW),
            "spaCy PhraseMatcher": (phrases(names), SLOW),
        }
        speeds = {name: speed(work, text[:size], options.rounds) for name, (work, size) in works.items()}
        print(f"\n{lang}, {len(text.encode()) / 1e6:.1f} MB{'':<14}{'MB/s':>8}{'yimai / it':>12}")
        for name, found in speeds.items():
            print(f"{name:<32}{found:>8.2f}{speeds['yimai'] / found:>12.2f}")
        print(f"target: yimai at least {0.6 if lang == 'English' else 0.4} of ahocorasick_rs")
        result[lang] = {name: round(found, 2) for name, found in speeds.items()}
    RESULT.parent.mkdir(exist_ok=True)
    RESULT.write_text(json.dumps(result, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    print(f"written: {RESULT.relative_to(ROOT)}")


def vocabulary(reference: Path) -> Iterator[Term]:
    """The shipped Chinese names, and names of HGNC, GO and MeSH up to the wanted number."""
    shipped = [t for t in load_lexicon().terms if t.lang == "zh"]
    yield from shipped
    seen: set[str] = set()
    for term in releases(reference):
        if term.name and term.name not in seen:
            seen.add(term.name)
            yield term
        if len(seen) + len(shipped) == NAMES:
            return


def releases(reference: Path) -> Iterator[Term]:
    """All names of the releases, as they stand."""
    for line in rows(reference / "hgnc_2017-05.tsv.gz"):
        yield Term(line[1], line[0], "gene", "en", "symbol")
        yield Term(line[2], line[0], "gene", "en", "name")
        for alias in line[4].strip('"').split(", "):
            yield Term(alias, line[0], "gene", "en", "abbreviation")
    for branch, layer in (("biological_process", "process"), ("cellular_component", "organelle")):
        for line in rows(reference / f"go_{branch}_synonyms.tsv.gz"):
            yield Term(line[0], line[1], layer, "en", "synonym")
    for line in rows(reference / "mesh_names_2019-12.tsv.gz"):
        for name in (line[1], *(line[2].split("|") if len(line) > 2 else ())):
            yield Term(name, f"MESH:{line[0]}", "process", "en", "synonym")


def rows(path: Path) -> Iterator[list[str]]:
    """The cells of a gzipped table."""
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        for line in lines:
            yield line.rstrip("\n").split("\t")


def english(corpora: Path) -> str:
    """Four million characters of full text and abstracts."""
    paths = sorted((corpora / "en" / "raw").rglob("*.txt"))
    return " ".join(p.read_text("utf-8") for p in paths if p.parent.name not in ("ids",))[:4_000_000]


def chinese(corpora: Path) -> str:
    """1.3 million characters, four megabytes, of Chinese articles."""
    with gzip.open(corpora / "zh" / "raw_pool.jsonl.gz", "rt", encoding="utf-8") as lines:
        return "\n".join(json.loads(line)["text"] for line, _ in zip(lines, range(400), strict=False))[:1_300_000]


def loaded(folder: str, rounds: int) -> tuple[float, int]:
    """Seconds to load a built lexicon, and how many megabytes it takes, in a process of its own (on Linux)."""
    code = (
        "import sys, time\n"
        "from pathlib import Path\n"
        "from pipeline.lexicon import load_lexicon\n"
        "def used(): return int(Path('/proc/self/status').read_text().split('VmRSS:')[1].split()[0])\n"
        "before, began = used(), time.perf_counter()\n"
        "lexicon = load_lexicon(sys.argv[1])\n"
        "seconds = time.perf_counter() - began\n"
        "lexicon.match('RUNX2 and 自噬')\n"
        "print(seconds, used() - before)"
    )
    found = []
    for _ in range(rounds):
        out = subprocess.run([sys.executable, "-c", code, folder], check=True, capture_output=True, cwd=ROOT)
        seconds, kilobytes = out.stdout.split()
        found.append((float(seconds), round(int(kilobytes) / 1e3)))
    return min(found)


def raw(names: list[str]) -> Callable[[str], object]:
    """Every overlapping occurrence."""
    automaton = ahocorasick_rs.AhoCorasick(names, store_patterns=False)
    return lambda text: automaton.find_matches_as_indexes(text.lower(), overlapping=True)


def flashtext(names: list[str]) -> Callable[[str], object]:
    """Longest occurrences at word boundaries."""
    processor = KeywordProcessor()
    for name in names:
        processor.add_keyword(name)
    return lambda text: processor.extract_keywords(text, span_info=True)


def phrases(names: list[str]) -> Callable[[str], object]:
    """Occurrences of token sequences."""
    nlp = spacy.blank("en")
    nlp.max_length = 10_000_000
    matcher = PhraseMatcher(nlp.vocab, attr="LOWER")
    matcher.add("name", list(nlp.tokenizer.pipe(names)))
    return lambda text: matcher(nlp.tokenizer(text))


def speed(work: Callable[[str], object], text: str, rounds: int) -> float:
    """Megabytes a second of the fastest of some rounds."""
    times = []
    for _ in range(rounds):
        began = time.perf_counter()
        work(text)
        times.append(time.perf_counter() - began)
    return len(text.encode()) / 1e6 / min(times)


if __name__ == "__main__":
    main()
