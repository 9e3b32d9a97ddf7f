# Two commands matter: `make demo` and `make test`. Each does all its own set-up.
PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin

.PHONY: demo test check unit bench docs picture clean
.DEFAULT_GOAL := help

help: ## list the targets
	@grep -E '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | sort

$(VENV)/.demo: pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable .
	@touch $@

$(VENV)/.test: pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[dev]'
	@touch $@ $(VENV)/.demo

demo: $(VENV)/.demo ## verify the four systems on a Postgres that does not exist yet
	@echo "Four products' migrations, on a PostgreSQL that did not exist a second ago: applied, run again, compared."
	@echo
	@$(BIN)/schemactl verify
	@echo
	@echo "  the same plans as first written:  $(BIN)/schemactl verify tests/cases/plans"
	@echo "  ship them to a real database:     $(BIN)/schemactl apply --database postgresql://..."

test: check ## install what the tests need and run them all
	$(BIN)/python -m pytest -n auto --dist worksteal

check: $(VENV)/.test ## style, types and room contracts
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	PYTHONPATH=src $(BIN)/lint-imports

unit: $(VENV)/.test ## the tests that need no server
	$(BIN)/python -m pytest -q tests/unit tests/meta

bench: $(VENV)/.test ## measure against other tools, and write benchmarks/results.md
	$(BIN)/python -m benchmarks.run --save

docs: $(VENV)/.test ## write the generated pages anew
	$(BIN)/python -m schemactl.cli.docs

picture: $(VENV)/.test ## draw docs/verify.svg from what the program prints
	$(BIN)/python docs/picture.py

clean: ## remove what the other targets made
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .import_linter_cache
