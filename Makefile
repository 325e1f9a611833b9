# make run      papers in corpora/samples -> tables/   (make run INPUT=dir OUT=dir for anything else)
# make test     lint, types, tests
# make bench    speed and memory -> benchmarks/results/speed.json; PDF text, matching of names -> …/pdf.json, lexicon.json
# make scores   accuracy on corpora beside the project -> benchmarks/results/{accuracy,taggers,folds,relations,syntax}.json
# make models   trains the shipped models anew from public corpora  (CORPORA=dir, MODELS="en-gene …" for some)
# make gazetteer  the hashes of names that models learn with, anew  (LEXICON=folder of yimai lexicon build)
# make lexicon  checks the vocabulary  (HGNC=file GO="file file" MESH=file: against these releases)
# make corpora  builds the sample PDFs from their sources (needs typst and Noto CJK fonts, see corpora/README.md)
# make lock     pins the requirements anew (needs uv)

PYTHON ?= python3
INPUT ?= corpora/samples
OUT ?= tables
SHARED ?= ../shared
CORPORA ?= $(SHARED)/corpora
BIN := .venv/bin
STAMP := .venv/.installed
PIP := $(PYTHON) -m pip --python $(BIN)/python --disable-pip-version-check install --quiet

.PHONY: run env test lint bench scores models gazetteer lexicon corpora lock clean

run: env
	@$(BIN)/yimai run "$(INPUT)" --out "$(OUT)"

env: $(STAMP)

# --without-pip and `pip --python`: Debian's python3 comes without ensurepip, and a bare machine need not have it.
# The lock files hold versions and hashes for every platform; the first builds the one library that has no wheel.
$(STAMP): requirements.lock requirements-build.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer expected; make PYTHON=python3.12 …")'
	@echo "making .venv (once, about a minute)"
	@$(PYTHON) -m venv --clear --without-pip .venv
	@$(PIP) --require-hashes -r requirements-build.lock
	@$(PIP) --require-hashes --no-build-isolation -r requirements.lock
	@$(PIP) --no-deps --no-build-isolation --editable .
	@touch $@

test: lint
	$(BIN)/python -m pytest -q

lint: env
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

bench: env
	$(BIN)/python -W ignore benchmarks/speed.py "$(CORPORA)"
	$(BIN)/python -W ignore benchmarks/lexicon.py "$(SHARED)"
	$(BIN)/python -W ignore benchmarks/pdf.py "$(SHARED)"

models: env
	$(BIN)/python -W ignore -m pipeline.training.shipped "$(CORPORA)" models $(MODELS)

gazetteer: env
	$(BIN)/python -m pipeline.training.gazetteer "$(LEXICON)"

scores: env
	$(BIN)/python -W ignore benchmarks/accuracy.py "$(CORPORA)"
	$(BIN)/python -W ignore benchmarks/taggers.py "$(CORPORA)"
	$(BIN)/python -W ignore benchmarks/folds.py "$(CORPORA)"
	$(BIN)/python -W ignore benchmarks/relations.py "$(CORPORA)"
	$(BIN)/python -W ignore benchmarks/syntax.py "$(CORPORA)"

lexicon: env
	$(BIN)/yimai lexicon check $(if $(HGNC),--hgnc "$(HGNC)") $(foreach file,$(GO),--go "$(file)") $(if $(MESH),--mesh "$(MESH)")

corpora: env
	$(PYTHON) corpora/sources/build.py

lock:
	uv pip compile -q --universal --generate-hashes --no-header --no-annotate --python-version 3.11 \
		pyproject.toml --group dev -o requirements.lock
	uv pip compile -q --universal --generate-hashes --no-header --no-annotate --python-version 3.11 \
		--group build -o requirements-build.lock

clean:
	rm -rf .venv tables build *.egg-info .mypy_cache .ruff_cache .pytest_cache .hypothesis
