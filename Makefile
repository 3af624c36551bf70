# What a newcomer needs: `make demo` and `make test`. Everything else is listed by `make help`.
.DEFAULT_GOAL := help
SHELL := /bin/sh
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check
PYTEST := $(BIN)/python -m pytest -q
JOBS ?= 2

.PHONY: help env demo test crash evidence guards lint bench lock messages permissions clean

help: ## say what can be made
	@grep -E '^[a-z-]+:.*## ' Makefile | sed -E 's/:.*## /\t/' | expand -t 16

$(BIN)/python:
	@command -v $(PYTHON) >/dev/null 2>&1 || { echo "Python is missing: install Python 3.11 or later, or say where it is: make $(MAKECMDGOALS) PYTHON=/path/to/python3"; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "This is $$($(PYTHON) --version): Alongside needs Python 3.11 or later. Say where it is: make $(MAKECMDGOALS) PYTHON=/path/to/python3"; exit 1; }
	@$(PYTHON) -c 'import venv, ensurepip' 2>/dev/null || { echo "Python's venv module is missing: on Debian and Ubuntu install python3-venv"; exit 1; }
	$(PYTHON) -m venv $(VENV)

INSTALL = $(PIP) install --quiet --quiet --require-hashes -r $(1) || { echo "Could not install what $(1) lists. A package index has to be reachable once; afterwards everything works offline."; exit 1; }

$(VENV)/.env: requirements.txt pyproject.toml | $(BIN)/python
	@echo "Installing what Alongside needs into $(VENV) ..."
	@$(call INSTALL,requirements.txt)
	@$(PIP) install --quiet --quiet --no-deps --no-build-isolation --editable . && touch $@

$(VENV)/.test: requirements-test.txt $(VENV)/.env
	@echo "Installing what the tests need ..."
	@$(call INSTALL,requirements-test.txt)
	@touch $@

$(VENV)/.lint: requirements-lint.txt $(VENV)/.test
	@echo "Installing what the checks need ..."
	@$(call INSTALL,requirements-lint.txt)
	@touch $@

env: $(VENV)/.env ## make the local environment

demo: env ## fill the demonstration, serve it, print the address
	@$(BIN)/alongside demo $(DEMO)

test: $(VENV)/.test ## the whole suite on SQLite and PostgreSQL, browser tests where a browser is found
	@$(BIN)/python -m tests.run --jobs $(JOBS)

crash: $(VENV)/.test ## kill the server 25 times during 1,000 acknowledged writes, on each database
	$(PYTEST) -m slow tests/crash --crash-rounds 25 --crash-writes 1000

evidence: $(VENV)/.test ## the statistics' long runs: error rates by simulation, 100,000,000 rows in bounded memory
	$(PYTEST) -m slow tests/alongside_evidence

guards: $(VENV)/.test ## take away each guard in turn and see the authorisation matrix fail
	$(BIN)/python -m tests.house.remove_guards --jobs $(JOBS) $(GUARDS)

lint: $(VENV)/.lint ## style, types, contracts, translations, migrations
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python -m alongside.web.shell.messages --check
	$(BIN)/python -m django makemigrations --check --dry-run --settings alongside.config.settings

bench: $(VENV)/.test ## measure against peers, print ratios
	$(BIN)/python -m bench.evidence
	$(BIN)/python -m bench.evidence_large
	$(BIN)/python -m bench.pages

messages: $(VENV)/.env ## collect the interface's texts for every language, and say which have no translation
	$(BIN)/python -m alongside.web.shell.messages $(MESSAGES)

permissions: $(VENV)/.env ## make docs/permissions.md anew from the table of roles
	$(BIN)/python -m alongside.core.access.permissions_page > docs/permissions.md

lock: ## resolve the requirements anew (needs uv)
	uv pip compile -q --generate-hashes --no-header --universal --python-version 3.11 --no-annotate --extra build pyproject.toml -o requirements.txt
	uv pip compile -q --generate-hashes --no-header --universal --python-version 3.11 --no-annotate --extra build --extra postgres --extra analytics --extra test -c requirements.txt pyproject.toml -o requirements-test.txt
	uv pip compile -q --generate-hashes --no-header --universal --python-version 3.11 --no-annotate --extra build --extra postgres --extra analytics --extra test --extra lint -c requirements-test.txt pyproject.toml -o requirements-lint.txt

clean: ## remove the local environment and what was made in it
	rm -rf $(VENV) build src/*.egg-info
