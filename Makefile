# Needs Python 3.11 and make, nothing else: everything is installed into .venv.
PYTHON ?= python3.11
RAW ?= raw
CURATED ?= curated
WORKERS ?= $(shell nproc 2>/dev/null || echo 2)
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready

.DEFAULT_GOAL := help
.PHONY: help setup run test lint types bench clean

help:
	@echo "make run    sets up, lands every document of $(RAW)/ in $(CURATED)/, prints the summary"
	@echo "make test   sets up, then ruff, import-linter and the tests"
	@echo "make types  mypy"
	@echo "make bench  the measurements under tests/benchmarks"
	@echo "make clean  removes .venv and caches, never $(RAW)/ or $(CURATED)/"

setup: $(READY)

# The stamp is written last, so that an interrupted installation starts again.
$(READY): pyproject.toml constraints.txt
	@$(PYTHON) -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] < (3, 13))' \
	  || { echo "Python 3.11 or 3.12 is needed; name it with make PYTHON=..." >&2; exit 1; }
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check \
	  -c constraints.txt -e '.[dev,ocr,peers,postgres]'
	@touch $@

run: $(READY)
	$(BIN)/rankbook backfill --raw $(RAW) --curated $(CURATED) --workers $(WORKERS)

lint: $(READY)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/lint-imports

test: lint
	$(BIN)/python -m pytest $(PYTEST)

types: $(READY)
	$(BIN)/mypy

bench: $(READY)
	$(BIN)/python -m pytest -m bench -s tests/benchmarks

clean:
	rm -rf $(VENV) *.egg-info build .mypy_cache .pytest_cache .ruff_cache .import_linter_cache
