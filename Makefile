# make run: everything from nothing to a page on http://127.0.0.1:8501. make test: everything that
# decides whether main is well. Both can be repeated and go on where they were interrupted: every
# step leaves a stamp only once it is done, and is done again when what it depends on changes.

PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
STAMPS := $(VENV)/.done
# Unset, the settings decide: LANGE_ADEM_HOST and LANGE_ADEM_PORT, or 127.0.0.1:8501.
HOST   ?=
PORT   ?=

.DEFAULT_GOAL := help
.PHONY: help run test lint unit install dev prepare bench versions tagger references lock clean

help: ## say what can be made
	@grep -E '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

run: prepare ## install, build the corpus index, bring the store up to date, serve
	@$(BIN)/lange-adem serve $(if $(HOST),--host $(HOST)) $(if $(PORT),--port $(PORT))

prepare: install
	@$(BIN)/lange-adem prepare

install: $(STAMPS)/run

dev: $(STAMPS)/dev

$(STAMPS)/venv:
	@echo "== Making a Python environment in $(VENV)"
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Python 3.11 or newer is needed: make PYTHON=/path/to/python3.11 run"; exit 1; }
	@$(PYTHON) -m venv $(VENV)
	@mkdir -p $(STAMPS) && touch $@

$(STAMPS)/run: requirements.lock pyproject.toml $(STAMPS)/venv
	@echo "== Installing what Lange Adem needs, at the locked versions (a minute or two the first time)"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes --requirement requirements.lock
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $@

$(STAMPS)/dev: requirements-dev.lock $(STAMPS)/run
	@echo "== Installing what the tests need, at the locked versions"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes --requirement requirements-dev.lock
	@touch $@

$(STAMPS)/browser: $(STAMPS)/dev tests/browser.py
	@echo "== Looking for a browser for the tests"
	@$(BIN)/python -m tests.browser
	@touch $@

test: dev $(STAMPS)/browser lint unit ## lint, types, import contracts, and every test

lint: dev
	@echo "== Lint"
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@echo "== Types"
	@$(BIN)/mypy
	@echo "== Import contracts"
	@$(BIN)/lint-imports

unit: dev $(STAMPS)/browser
	@echo "== Tests"
	@$(BIN)/python -m pytest -n 2 --dist loadfile

bench: dev ## latency and load, against the gates (takes minutes)
	@$(BIN)/python -m evals.bench startup
	@$(BIN)/python -m evals.bench turn
	@$(BIN)/python -m evals.bench page --people 50 --turns 10 --think 1 3

versions: ## lock the versioned texts as they are now
	@cd prompts && sha256sum *.yaml $$(ls *.md | grep -vx README.md) guides/*.yaml | sed "s/ \*/ /" > versions.lock

tagger: install ## train the embedded tagger anew, after editing its statements or lists (a minute)
	@$(BIN)/python -m assistant.adapters.tagger

references: dev ## render the references of the literature in APA again, after editing works.json
	@$(BIN)/python -m assistant.adapters.apa_references

lock: ## choose the newest versions that fit pyproject.toml and lock them with hashes
	@$(BIN)/python -m pip install --quiet uv
	@$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-annotate --no-header pyproject.toml --group build -o requirements.lock
	@$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-annotate --no-header pyproject.toml --group build --group dev -c requirements.lock -o requirements-dev.lock

clean: ## remove the environment; data stays
	@rm -rf $(VENV)
