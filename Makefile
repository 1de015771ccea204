# `make serve` shows the site, `make test` checks everything. Both need Python 3.11 or newer, and make.

PYTHON ?= python3
HOST   ?= 127.0.0.1
PORT   ?= 8000
# dev,everything: the tests of PySpark, which needs Java, of object stores, other plugins and signatures are not skipped.
EXTRAS ?= dev

VENV := .venv
BIN  := $(VENV)/bin
PIP  := $(BIN)/python -m pip --quiet --quiet --disable-pip-version-check
# Installs in a third of the time, and can choose the lowest versions.
UV   := VIRTUAL_ENV=$(abspath $(VENV)) $(BIN)/uv pip install --quiet

export NO_MKDOCS_2_WARNING := 1
# Each worker and each command of the tests would compile everything anew.
unexport PYTHONDONTWRITEBYTECODE

.DEFAULT_GOAL := help

.PHONY: help
help:
	@echo "make serve    build the site of history/ and serve it on http://$(HOST):$(PORT) (HOST=, PORT=)"
	@echo "make build    build the site into site/, strictly"
	@echo "make check    lint, types and the tests of a small core, in two minutes"
	@echo "make test     lint, types and all tests; then what the gate says of their results, which stay in $(OWN)"
	@echo "make lint     ruff check, ruff format --check, and how packages may import each other"
	@echo "make types    mypy --strict"
	@echo "make history  archive the releases of attrs again, from RUNS=$(RUNS)"
	@echo "make example  build the example's site, examples/lukhas/site, strictly; make serve-example serves it"
	@echo "make examples write the example's evidence and archive again"
	@echo "make pictures take the pictures of README and guide again, from the pages of both sites"
	@echo "make builders build the site with Zensical and MkDocs 2, and check every link"
	@echo "make guests   add a section to sites of other people, and compare their pages before and after; ONLY=mike: one"
	@echo "make core     the tests of the core alone; make lowest: with the lowest versions that pyproject.toml allows"
	@echo "make bench    run the benchmarks, 40 minutes, and write their table into docs/guide/performance.md; ONLY=gate: one"
	@echo "make clean    remove everything that these commands made"

# The environment

$(VENV)/made:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || \
	  { echo "Python 3.11 or newer is needed; '$(PYTHON)' is not. Name one: make PYTHON=python3.12 $(MAKECMDGOALS)" >&2; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || \
	  { echo "Python's venv module is missing. On Debian or Ubuntu: apt-get install python3-venv" >&2; exit 1; }
	@echo "Making $(VENV)"
	@$(PYTHON) -m venv --clear $(VENV)
	@touch $@

$(VENV)/installed: $(VENV)/made pyproject.toml
	@echo "Installing mkdocs-readiness and what it needs into $(VENV); this may take a minute"
	@$(PIP) install --editable .
	@touch $@

$(VENV)/installed-dev: $(VENV)/made pyproject.toml
	@echo "Installing mkdocs-readiness and the tools for its development into $(VENV); this may take a minute"
	@{ $(PIP) install uv && $(UV) --editable '.[$(EXTRAS)]'; } 2>$(VENV)/uv.log || $(PIP) install --editable '.[$(EXTRAS)]'
	@touch $(VENV)/installed $@

# The site

.PHONY: serve
serve: $(VENV)/installed
	@echo "The site will be at http://$(HOST):$(PORT)/ (Ctrl+C ends it)"
	@$(BIN)/mkdocs serve --dev-addr $(HOST):$(PORT)

.PHONY: build
build: $(VENV)/installed
	@$(BIN)/mkdocs build --strict

# history/ again, the same bytes: the releases of attrs in order of their release dates, archived by the command itself.

RUNS    ?= ../shared/real-runs/attrs
HISTORY ?= history

.PHONY: history
history: $(VENV)/installed
	@ls $(RUNS)/*/run.json >/dev/null
	@rm -rf $(HISTORY)/runs $(HISTORY)/policies
	@field() { sed -n "s/^  \"$$1\": \"\(.*\)\",*$$/\1/p" "$$run/run.json"; }; \
	set -e; grep '"release_date":' $(RUNS)/*/run.json | sort -t '"' -k 4 | sed 's|/run.json:.*||' | while read -r run; do \
	  $(BIN)/readiness archive "$$run/junit.xml" "$$run/inventory.txt" "$$run/coverage.xml" "$$run/metrics.json" \
	    --version "$$(field version)" --started "$$(field release_date)" --commit none --branch none --ci-url none \
	    --env "python=$$(field python_version)" --env "pytest=$$(field pytest_version)" --env "platform=$$(field platform)" \
	    --history $(HISTORY); \
	done

# The example: a published report, reconstructed. Its evidence and its archive again, the same bytes; its site.

EXAMPLE          := examples/lukhas
EXAMPLE_EVIDENCE ?= $(EXAMPLE)/evidence
EXAMPLE_HISTORY  ?= $(EXAMPLE)/history

.PHONY: examples
examples: $(VENV)/installed
	@$(BIN)/python $(EXAMPLE)/reconstruct.py $(EXAMPLE_EVIDENCE)
	@rm -rf $(EXAMPLE_HISTORY)/runs $(EXAMPLE_HISTORY)/policies
	@cd $(EXAMPLE_EVIDENCE) && $(abspath $(BIN))/readiness archive junit.xml collected.txt reportlog.jsonl metrics.json \
	  --version 2025.8.10 --started 2025-08-10 --commit none --branch none --ci-url none \
	  --env "evidence=reconstructed from a published report" \
	  --policy $(abspath $(EXAMPLE))/readiness.yml --history $(abspath $(EXAMPLE_HISTORY))

.PHONY: example
example: $(VENV)/installed
	@$(BIN)/mkdocs build --strict --config-file $(EXAMPLE)/mkdocs.yml

.PHONY: serve-example
serve-example: $(VENV)/installed
	@echo "The example will be at http://$(HOST):$(PORT)/ (Ctrl+C ends it)"
	@$(BIN)/mkdocs serve --config-file $(EXAMPLE)/mkdocs.yml --dev-addr $(HOST):$(PORT)

# The pictures of README and guide again; the same pages and the same browser give the same bytes.

.PHONY: pictures
pictures: browser
	@$(BIN)/python -m tools.pictures

# Zensical and MkDocs 2, each in an environment of its own, build what `readiness render` writes; every link is checked.

.PHONY: builders
builders: $(VENV)/installed-dev
	@$(BIN)/python -m tools.builders

# Sites that were there before gain a readiness section; none of their own pages may change, compared letter by letter and
# pixel by pixel. ONLY="plain mike": these.

.PHONY: guests
guests: $(VENV)/installed-dev
	@$(BIN)/python -m tools.guests $(ONLY)

# The checks

PYTEST := -m pytest --numprocesses auto --maxprocesses 4 --dist loadfile --no-loadscope-reorder

# Tests make and remove files by the hundred thousand: in memory, where at least 6 GB of it are free.
MEMORY    := /dev/shm
IN_MEMORY := $(shell [ "$$(df -Pk $(MEMORY) 2>/dev/null | awk 'END { print $$4 }')" -ge 6000000 ] 2>/dev/null && \
  [ "$$(awk '/^MemAvailable/ { print $$2 }' /proc/meminfo 2>/dev/null)" -ge 6000000 ] 2>/dev/null && [ -w $(MEMORY) ] && echo yes)
SCRATCH   := $(if $(IN_MEMORY),TMPDIR=$$(mktemp -d $(MEMORY)/readiness-XXXXXX) && chmod 755 "$$TMPDIR" && export TMPDIR && trap 'rm -rf "$$TMPDIR"' EXIT && trap 'exit 130' INT TERM;)

.PHONY: check
check: lint types core

# The results are archived, judged and published as a site whatever they are; the gate must be passed, too.
OWN := build/own

.PHONY: test
test: lint types browser
	@rm -rf $(OWN) && mkdir -p $(OWN)
	@$(SCRATCH) READINESS_COLLECTED=$(abspath $(OWN))/collected.txt $(BIN)/python $(PYTEST) --junitxml=$(OWN)/junit.xml; code=$$?; \
	$(MAKE) --no-print-directory own && exit $$code

.PHONY: own
own:
	@version=$$($(BIN)/readiness --version) && $(BIN)/readiness archive --version "$${version##* }" $(OWN)/junit.xml $(OWN)/collected.txt --policy tools/own/readiness.yml --history $(OWN)/history
	@$(BIN)/mkdocs build --strict --quiet --config-file tools/own/mkdocs.yml
	@$(BIN)/readiness gate --history $(OWN)/history

.PHONY: core
core: $(VENV)/installed-dev
	@$(SCRATCH) $(BIN)/python $(PYTEST) @tests/core.txt

# A virtual environment of its own.
.PHONY: lowest
lowest:
	@$(MAKE) --no-print-directory VENV=$(VENV)-lowest $(VENV)-lowest/lowest
	@$(SCRATCH) $(VENV)-lowest/bin/python $(PYTEST) @tests/core.txt

$(VENV)/lowest: $(VENV)/made pyproject.toml
	@$(PIP) install uv
	@$(UV) --resolution lowest-direct --editable '.[dev]'
	@touch $@

.PHONY: lint
lint: $(VENV)/installed-dev
	@$(BIN)/ruff check
	@$(BIN)/ruff format --check
	@$(BIN)/lint-imports --no-logo --no-cache

.PHONY: types
types: $(VENV)/installed-dev
	@$(BIN)/mypy

.PHONY: bench
bench: $(VENV)/installed-dev
	@$(BIN)/python tests/benchmarks/run.py $(ONLY)

# Some tests drive a real browser: use the one that is there; root on Debian or Ubuntu installs one.
.PHONY: browser
browser: $(VENV)/installed-dev
	@for name in chromium-headless-shell chromium chromium-browser google-chrome google-chrome-stable; do \
	  if command -v $$name >/dev/null; then exit 0; fi; \
	done; \
	if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
	  echo "Installing Chromium for the browser tests"; \
	  apt-get update >$(VENV)/chromium.log 2>&1; \
	  for name in chromium-headless-shell chromium; do \
	    if DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends $$name >>$(VENV)/chromium.log 2>&1; \
	      then exit 0; fi; \
	  done; \
	  echo "Chromium could not be installed, see $(VENV)/chromium.log" >&2; \
	elif [ -x "$$($(BIN)/python -c 'from playwright.sync_api import sync_playwright as s; p = s().start(); print(p.chromium.executable_path); p.stop()')" ]; then \
	  exit 0; \
	fi; \
	echo "No browser found; the browser tests need one: install Chromium, or run $(BIN)/playwright install chromium" >&2

.PHONY: clean
clean:
	@rm -rf $(VENV) $(VENV)-* .cache site public build dist .mypy_cache .pytest_cache .ruff_cache .hypothesis
	@find generator tests tools -name __pycache__ -type d -prune -exec rm -rf {} +
