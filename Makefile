# make run    papers in corpora/samples -> tables/      (make run INPUT=dir OUT=dir for anything else)
# make test   lint, type check and tests

PYTHON ?= python3
INPUT ?= corpora/samples
OUT ?= tables
BIN := .venv/bin
STAMP := .venv/.installed

.PHONY: run env test lint lock bench scores clean

run: env
	@$(BIN)/yimai run "$(INPUT)" --out "$(OUT)"

env: $(STAMP)

# --without-pip and `pip --python`: Debian's python3 comes without ensurepip, and a bare machine need not have it.
# The two lock files hold versions and hashes of every platform; the first builds the one library without a wheel.
$(STAMP): requirements.lock requirements-build.lock pyproject.toml
	$(PYTHON) -m venv --clear --without-pip .venv
	$(PYTHON) -m pip --python $(BIN)/python install --quiet --require-hashes -r requirements-build.lock
	$(PYTHON) -m pip --python $(BIN)/python install --quiet --require-hashes --no-build-isolation -r requirements.lock
	$(PYTHON) -m pip --python $(BIN)/python install --quiet --no-deps --no-build-isolation --editable .
	@touch $@
