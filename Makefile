# `make help` lists what there is. Needs python3 with pip or venv, git and make; nothing else.
PYTHON ?= python3
BIN := .venv/bin
HOST ?= 127.0.0.1
PORT ?= 8000
ARGS ?=
JOBS ?= logical
SETUP := $(PYTHON) tools/bootstrap.py

.DEFAULT_GOAL := help
.PHONY: help setup setup-test demo test check format bench lock clean

help: ## this list
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/\1|\2/p' Makefile | awk -F'|' '{printf "  make %-12s %s\n", $$1, $$2}'

setup: ## .venv with qa-app, front end and translations built
	@$(SETUP) run

setup-test: ## the same with everything that the tests need
	@$(SETUP) test

demo: ## a filled demo department, served at http://127.0.0.1:8000
	@$(SETUP) run voices
	@$(BIN)/qa-app demo
	@$(BIN)/qa-app serve --host $(HOST) --port $(PORT)

test: ## all tests: browser and PostgreSQL included (ARGS="-k words" to choose)
	@$(SETUP) test
	@$(BIN)/python -m pytest -n $(JOBS) --maxprocesses 8 --dist worksteal $(ARGS)

check: ## format, lint, types, imports, templates, translations, tests
	@$(SETUP) test
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .
	@$(BIN)/mypy
	@$(BIN)/python tools/frontend.py --types
	@$(BIN)/lint-imports --no-logo
	@$(BIN)/djlint --lint --quiet templates
	@$(BIN)/python -m qa_app.translations --check
	@$(MAKE) --no-print-directory test

format: ## write Python as the checks want it
	@$(SETUP) test
	@$(BIN)/ruff check --fix-only --quiet .
	@$(BIN)/ruff format .

bench: ## benchmarks beside their floors, on both databases
	@$(SETUP) test
	@$(BIN)/python -m tests.benchmarks $(ARGS)

lock: ## rewrite uv.lock and requirements/ (ARGS="--upgrade" for newer versions)
	@test -x $(BIN)/python || $(SETUP) run
	@$(BIN)/python -m pip install -q "uv>=0.13,<0.14"
	@$(BIN)/python tools/lock.py $(ARGS)

clean: ## remove what setup and tests made (data stays)
	rm -rf .venv node_modules tests/infrastructure/node_modules qa_app/static/build test-artifacts
	rm -rf .mypy_cache .pytest_cache .ruff_cache .import_linter_cache .hypothesis
	find qa_app/translations -name '*.mo' -delete
	find . -name __pycache__ -prune -exec rm -rf {} +
