"""What the PDF reader makes of papers whose true text is known, and how fast, by engine.

    python benchmarks/pdf.py [SHARED] [--rounds 3]

SHARED holds samples/pdf (papers with NAME.truth.txt), samples/pdf_bad (broken files with manifest.json) and tools
(score_pdf.py, check_pdf_bad.py). Prints a table and writes benchmarks/results/pdf.json. Times are the best of the
rounds, of reading files to the text of their body, one process, one core; beside them the bare libraries in the same
run.
"""

from __future__ import annotations

import argparse
import importlib.util
import json
import logging
import platform
import statistics
import subprocess
import sys
import time
from collections import defaultdict
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path
from types import ModuleType

import pypdfium2
from pdfminer.high_level import extract_text

from pipeline.readers import read
from pipeline.readers.assemble import body_text
from pipeline.readers.options import ENGINES, PdfOptions

ROOT = Path(__file__).parent.parent
RESULT = ROOT / "benchmarks" / "results" / "pdf.json"
FULL_TEXT = "de_geotopo"  # a book whose truth is its full text, tables and references included: for speed only
GROUPS = {"English": "en_", "typeset Chinese": "zh_syn_", "real Chinese": "zh_"}
TARGETS = {
    "pdfium": {
        ("English", "a_sim"): ">= .93", ("English", "b_rec"): ">= .975", ("English", "c_junk"): "<= .015",
        ("real Chinese", "a_sim"): ">= .98", ("real Chinese", "b_rec"): ">= .985",
        ("real Chinese", "c_junk"): "<= .005",
        ("typeset Chinese", "a_rec"): ">= .97",
    },
    "pdfminer": {
        ("English", "a_sim"): ">= .90", ("English", "b_rec"): ">= .93", ("English", "c_junk"): "<= .02",
        ("real Chinese", "a_sim"): ">= .93", ("real Chinese", "b_rec"): ">= .88", ("real Chinese", "c_junk"): "<= .02",
        ("typeset Chinese", "a_rec"): ">= .95",
    },
}  # fmt: skip
MEASURES = ("a_sim", "a_rec", "b_rec", "b_ord", "c_extra", "c_junk")


def main() -> None:
    """Measures, prints, writes."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("shared", nargs="?", type=Path, default=ROOT.parent / "shared")
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    logging.getLogger("pdfminer").setLevel(logging.ERROR)
    papers = options.shared / "samples" / "pdf"
    if not papers.is_dir():
        print(f"PDF figures left out: {papers} does not exist")
        return
    result: dict[str, object] = {
        "machine": {"python": platform.python_version(), "system": platform.platform(terse=True)},
        "versions": {name: version(name) for name in ("pypdfium2", "pdfminer.six")},
        "engines": {},
    }
    for engine in ENGINES:
        found = text_scores(papers, engine, scorer(options.shared))
        bad = bad_files(options.shared, engine)
        print(f"\n{engine}: text of the body\n{'':<18}" + "".join(f"{m:>9}" for m in MEASURES))
        for group, scores in found["groups"].items():
            print(f"{group:<18}" + "".join(f"{scores[m]:9.4f}" for m in MEASURES))
            wanted = [f"{m} {target}" for (g, m), target in TARGETS[engine].items() if g == group]
            print(f"{'':<18}  targets: {', '.join(wanted)}")
        print(f"broken files handled as the manifest wants: {bad['handled']} of {bad['files']}")
        result["engines"][engine] = {**found, "broken_files": bad}  # type: ignore[index]
    result["speed"] = speed(sorted(papers.glob("*.pdf")), options.rounds)
    RESULT.parent.mkdir(exist_ok=True)
    RESULT.write_text(json.dumps(result, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    print(f"written: {RESULT.relative_to(ROOT)}")


def body(path: Path, engine: str) -> str:
    """The text of a paper's body."""
    return "\n\n".join(body_text(doc) for doc in read(path, pdf=PdfOptions(engine, edges=False)))


def scorer(shared: Path) -> ModuleType:
    """The module score_pdf.py."""
    spec = importlib.util.spec_from_file_location("score_pdf", shared / "tools" / "score_pdf.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def text_scores(papers: Path, engine: str, score_pdf: ModuleType) -> dict[str, dict[str, dict[str, float]]]:
    """The measures of each paper, and their means by group."""
    files: dict[str, dict[str, float]] = {}
    for path in sorted(papers.glob("*.pdf")):
        if path.stem != FULL_TEXT:
            beside = [papers / f"{path.stem}.{part}.txt" for part in ("truth", "floats", "neutral")]
            truth, floats, neutral = (p.read_text("utf-8") if p.exists() else "" for p in beside)
            files[path.stem] = score_pdf.score(truth, body(path, engine), floats, neutral)
    grouped: dict[str, list[dict[str, float]]] = defaultdict(list)
    for name, scores in files.items():
        grouped[next(group for group, prefix in GROUPS.items() if name.startswith(prefix))].append(scores)
    means = {
        group: {m: round(statistics.mean(scores[m] for scores in grouped[group]), 4) for m in MEASURES}
        for group in GROUPS
        if group in grouped
    }
    return {"groups": means, "files": files}


def bad_files(shared: Path, engine: str) -> dict[str, int]:
    """How many of the broken files `yimai read --all` handles as their manifest wants."""
    tool = shared / "tools" / "check_pdf_bad.py"
    command = [sys.executable, "-m", "pipeline", "read", "--all", "--pdf-engine", engine, "{}"]
    found = subprocess.run(
        [sys.executable, tool, shared / "samples" / "pdf_bad", "--json", "--", *command],
        check=False, capture_output=True, text=True,
    )  # fmt: skip
    rows = json.loads(found.stdout)
    return {"handled": sum(row["ok"] for row in rows), "files": len(rows)}


def bare_pdfium(path: Path) -> None:
    """The text of a file by pypdfium2 alone."""
    document = pypdfium2.PdfDocument(path.read_bytes())
    for page in document:
        textpage = page.get_textpage()
        textpage.get_text_range()
        textpage.close()
        page.close()
    document.close()


def speed(paths: list[Path], rounds: int) -> dict[str, dict[str, float]]:
    """Milliseconds a page, pages a second and peak memory of each engine and of the bare libraries."""
    pages = 0
    for path in paths:
        with pypdfium2.PdfDocument(path) as document:
            pages += len(document)
    works: dict[str, Callable[[Path], object]] = {
        "bare pypdfium2": bare_pdfium,
        "pdfminer.six extract_text": extract_text,
        **{engine: lambda path, engine=engine: body(path, engine) for engine in ENGINES},
    }
    seconds = {name: sum(best(rounds, work, path) for path in paths) for name, work in works.items()}
    print(
        f"\n{len(paths)} papers, {pages} pages{'':<14}{'ms/page':>9}{'pages/s':>9}{'x pypdfium2':>13}{'x pdfminer':>12}"
    )
    result: dict[str, dict[str, float]] = {}
    for name, spent in seconds.items():
        row = {
            "ms_per_page": round(spent / pages * 1e3, 2),
            "pages_per_second": round(pages / spent, 1),
            "time_over_bare_pypdfium2": round(spent / seconds["bare pypdfium2"], 2),
            "speed_over_extract_text": round(seconds["pdfminer.six extract_text"] / spent, 2),
        }
        if name in ENGINES:
            row["peak_memory_mb"] = round(peak_memory(paths, name))
        result[name] = row
        memory = f"  peak {row['peak_memory_mb']} MB" if name in ENGINES else ""
        print(
            f"{name:<32}{row['ms_per_page']:>9}{row['pages_per_second']:>9}{row['time_over_bare_pypdfium2']:>13}"
            f"{row['speed_over_extract_text']:>12}{memory}"
        )
    print("targets: pdfium at most 3 x the time of bare pypdfium2 and at least 15 x the speed of extract_text;")
    print("         pdfminer at least 0.8 x the speed of extract_text")
    return result


def best(rounds: int, work: Callable[[Path], object], path: Path) -> float:
    """Seconds of the fastest of some rounds."""
    times = []
    for _ in range(rounds):
        began = time.perf_counter()
        work(path)
        times.append(time.perf_counter() - began)
    return min(times)


def peak_memory(paths: list[Path], engine: str) -> float:
    """Megabytes of resident memory of the largest process that reads all papers."""
    code = (
        "import resource, sys; from benchmarks.pdf import body; from pathlib import Path\n"
        "for name in sys.argv[2:]: body(Path(name), sys.argv[1])\n"
        "print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)"
    )
    out = subprocess.run([sys.executable, "-c", code, engine, *paths], check=True, capture_output=True, cwd=ROOT)
    return int(out.stdout) / (1e6 if sys.platform == "darwin" else 1e3)


if __name__ == "__main__":
    main()
