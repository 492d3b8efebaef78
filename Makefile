# Needs Python 3.11 or newer, pip and make; everything else is fetched into .venv, pinned by hash.

PYTHON ?= python3
HOST   ?= 127.0.0.1
PORT   ?= 8000
ARGS   ?=

VENV   := .venv
BIN    := $(VENV)/bin
PIP    := $(BIN)/python -m pip --disable-pip-version-check
COMPILE := $(BIN)/pip-compile --quiet --generate-hashes --no-emit-index-url --no-emit-find-links \
	--no-emit-trusted-host --strip-extras --allow-unsafe --no-header --no-annotate

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help serve build test lint lock clean

help:  ## Show this list
	@echo "make serve   set up, build a release if the data or the code changed, and answer SPARQL on http://$(HOST):$(PORT)/sparql"
	@echo "make build   set up and build a release of the data as they are now"
	@echo "make test    set up and run every test (ARGS=... is passed to pytest)"
	@echo "make lint    set up and run ruff, mypy and the import contracts"
	@echo "make lock    pin the newest allowed dependencies in requirements/*.txt, by hash"
	@echo "make clean   remove .venv and every cache; releases are kept"
	@echo
	@echo "Variables: HOST=$(HOST) PORT=$(PORT) PYTHON=$(PYTHON) ARGS=$(ARGS)"

serve: $(VENV)/run.stamp
	@{ $(INPUTS); $(CURRENT); } | cmp -s - $(VENV)/release.stamp || $(MAKE) --no-print-directory build
	@exec $(BIN)/egov-kg serve --host $(HOST) --port $(PORT)

build: $(VENV)/run.stamp
	@$(INPUTS) > $(VENV)/release.part
	@$(BIN)/egov-kg build
	@$(CURRENT) >> $(VENV)/release.part
	@mv $(VENV)/release.part $(VENV)/release.stamp

test: $(VENV)/dev.stamp
	$(BIN)/python -m pytest $(ARGS)

lint: $(VENV)/dev.stamp
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(BIN)/lint-imports

lock: $(VENV)/dev.stamp
	$(COMPILE) --upgrade requirements/run.in requirements/build.in -o requirements/run.txt
	$(COMPILE) --upgrade requirements/dev.in -o requirements/dev.txt

clean:
	rm -rf $(VENV) .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis
	find src tests benchmarks -name __pycache__ -type d -prune -exec rm -rf {} +

# release.stamp says what the last build was made of and by, and which release it gave. `make serve` builds unless
# all of that is as it was: the files, none more and none fewer, and the current release of $EGOV_KG_HOME.
INPUTS  = find data ontology shapes src requirements/run.txt -type f ! -name '*.pyc' -exec cksum {} + | LC_ALL=C sort
CURRENT = $(BIN)/egov-kg releases | grep '\*$$' | cut -f 1

# A stamp is written when its rule has ended well, so that a setup that was cut off is done again.
$(VENV)/venv.stamp:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and \
		"egov-kg needs Python 3.11 or newer, $(PYTHON) is " + sys.version.split()[0] + ": make PYTHON=python3.11 ...")'
	$(PYTHON) -m venv $(VENV)
	@touch $@

$(VENV)/run.stamp: requirements/run.txt pyproject.toml $(VENV)/venv.stamp
	$(PIP) install --quiet --require-hashes -r requirements/run.txt
	$(PIP) install --quiet --no-deps --no-build-isolation -e .
	@touch $@

$(VENV)/dev.stamp: requirements/dev.txt pyproject.toml $(VENV)/venv.stamp
	$(PIP) install --quiet --require-hashes -r requirements/dev.txt
	$(PIP) install --quiet --no-deps --no-build-isolation -e .
	@touch $@ $(VENV)/run.stamp
