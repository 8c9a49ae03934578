# `make` lists the commands. Each sets up what it needs: .venv, uv inside it, the locked dependencies.
PYTHON ?= python3
BIN := .venv/bin
.DEFAULT_GOAL := help
.PHONY: help demo test prove check fix serve bench docs pictures clean

help: ## list the commands
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | while IFS="$$(printf '\t')" read -r name text; do printf '  make %-8s %s\n' "$$name" "$$text"; done

# What assets/make.py builds from: a change builds anew what follows from it.
BUILT_FROM := hatch_build.py $(wildcard assets/*.py assets/*.json assets/styles/*.scss palermo/web/templates/*/*.html palermo/locale/*/LC_MESSAGES/*.po)

.venv/ready: uv.lock pyproject.toml $(BUILT_FROM)
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo 'Palermo needs Python 3.11 or newer: make PYTHON=python3.12 …' >&2; exit 2; }
	@test -x $(BIN)/python || { echo 'Setting up 1/3: a virtual environment in .venv'; $(PYTHON) -m venv .venv; }
	@test -x $(BIN)/uv || { echo 'Setting up 2/3: uv, inside it (a few seconds)'; $(BIN)/python -m pip install --quiet --disable-pip-version-check uv; }
	@echo 'Setting up 3/3: the locked dependencies, styles, letters and translations (two minutes the first time)'
	@$(BIN)/uv sync --frozen --quiet --python $(BIN)/python || { echo 'The dependencies could not be installed. Is there a network? Run it again: what was fetched is kept.' >&2; exit 2; }
	@$(BIN)/python assets/make.py || { echo 'The styles could not be built; what is missing is said above.' >&2; exit 2; }
	@touch $@

demo: .venv/ready ## an invented mission: its case files become the Global Report tables, here and in the browser
	@$(BIN)/palermo demo $(ARGS)

test: .venv/ready ## all tests, on SQLite and PostgreSQL, under 10 minutes
	@echo 'Running the tests (2 at a time; the browser journeys need Chromium)'
	@$(BIN)/python -m pytest -n 2 -q $(ARGS)

prove: .venv/ready ## long proofs
	@echo "Proving: laws with 20 times the examples, files at their limits (about 20 minutes)"
	@PALERMO_PROOF=20 $(BIN)/python -m pytest -n 2 -q -m "prove or not prove" tests/backups tests/cases tests/codes tests/collect tests/protect tests/report tests/store $(ARGS)

check: .venv/ready ## format, lint, types, import contract, migrations, translations, generated docs
	@$(BIN)/ruff format --check --quiet . && echo 'format: fine'
	@$(BIN)/ruff check --quiet . && echo 'lint: fine'
	@$(BIN)/mypy --no-error-summary && echo 'types: fine'
	@$(BIN)/lint-imports --no-cache > .venv/imports.log || { cat .venv/imports.log; exit 1; }; echo 'import contract: fine'
	@$(BIN)/palermo manage makemigrations --check --dry-run > .venv/migrations.log || { cat .venv/migrations.log; exit 1; }; echo 'migrations: fine'
	@$(BIN)/python docs/translations.py --check
	@$(BIN)/python docs/generate.py --check

fix: .venv/ready ## format, and mend what the linter can
	@$(BIN)/ruff check --fix --quiet . ; $(BIN)/ruff format --quiet . && $(BIN)/ruff check .

serve: .venv/ready ## serve the pages on this computer
	@$(BIN)/palermo serve $(ARGS)

bench: .venv/ready ## benchmarks, as ratios against a named yardstick in one run
	@for file in bench/*.py; do echo "== $$file"; $(BIN)/python $$file || exit 1; done

docs: .venv/ready ## write the generated pages of docs/reference
	@$(BIN)/python docs/generate.py
	@$(BIN)/python docs/translations.py

pictures: .venv/ready ## take the pictures of docs/pictures anew, in Chromium
	@$(BIN)/python docs/pictures.py

clean: ## remove what was set up and what the demo wrote
	@rm -rf .venv var dist assets/node_modules assets/.made palermo/web/static/built palermo/plots/built .mypy_cache .ruff_cache .pytest_cache .hypothesis
