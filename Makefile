# Two commands are enough to begin: `make run` and `make test`. `make help` lists the rest.
PYTHON ?= python3
BIN := .venv/bin
export FLASK_APP := wsgi
export PYTHON

.PHONY: help run test check bench reindex translations lock vendor clean

help: ## this list
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):[^#]*## /  make \1\t/' | expand -t 24

run: .venv/.ok ## environment, migrations, demonstration data (into an empty database only), server on HOST:PORT
	$(BIN)/flask serve

test: .venv/.ok-dev ## every test; each skip is printed with its reason
	$(BIN)/pytest

check: .venv/.ok-dev ## lint, types, import contracts, docs and every test: what CI runs
	scripts/check

bench: .venv/.ok-dev ## benchmarks at 20,000 products, one JSON line per figure on standard output
	@$(BIN)/python -m bench

reindex: .venv/.ok ## builds the search index anew from the database
	$(BIN)/flask catalog reindex

translations: .venv/.ok-dev ## collects messages from the sources, updates the catalogues and compiles them
	$(BIN)/python scripts/translations.py

lock: ## compiles requirements*.in to requirements*.txt with hashes
	scripts/lock

vendor: .venv/.ok-dev ## fetches the third-party front-end files again (developers only; needs npm)
	$(BIN)/python scripts/vendor.py

clean: ## removes the environment and every cache; data under instance/ stays
	rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .coverage htmlcov
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

.venv/.ok: requirements.txt scripts/install_packages
	scripts/install_packages requirements.txt
	@touch $@

.venv/.ok-dev: .venv/.ok requirements-dev.txt
	scripts/install_packages requirements.txt requirements-dev.txt
	@touch $@
