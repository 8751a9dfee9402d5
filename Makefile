# Everything a developer needs; `make` alone lists it. Nothing is written outside of the clone (the embedded database
# says where its data lies), so an account whose home cannot be written to will do.

BIN := .venv/bin
MADE := .venv/.made
# The first of these that runs, is 3.11 or newer and can make environments.
PYTHON ?= $(shell for one in python3.13 python3.12 python3.11 python3; do \
	"$$one" -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1 \
	&& { command -v "$$one"; break; }; done)

export PIP_NO_CACHE_DIR := 1
export PIP_DISABLE_PIP_VERSION_CHECK := 1

.DEFAULT_GOAL := help
.PHONY: help install run test test-long check format bench bench-scale demo lock clean

help: ## this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-11s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

install: $(MADE) ## the environment in .venv

$(MADE): pyproject.toml requirements.lock
	@test -n "$(PYTHON)" || { echo "Python 3.11 or newer with venv is needed; none was found."; exit 1; }
	@$(BIN)/python -m pip --version >/dev/null 2>&1 || "$(PYTHON)" -m venv --clear .venv
	$(BIN)/python -m pip install --quiet --constraint requirements.lock --editable '.[embedded,dev]'
	@touch $@

run: $(MADE) ## the service with demo data on an embedded PostgreSQL
	$(BIN)/shixun serve --demo

test: $(MADE) ## the tests, without the long ones
	$(BIN)/pytest -n 2 -m "not long"

test-long: $(MADE) ## the long tests: faults, storms, whole files
	$(BIN)/pytest -m long

check: $(MADE) ## style, types, layers and the rules of the house
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/pytest tests/architecture
	@if $(BIN)/shixun generated --help >/dev/null 2>&1; then \
		echo "$(BIN)/shixun generated --check"; $(BIN)/shixun generated --check; fi

format: $(MADE) ## put the source in shape
	$(BIN)/ruff check --fix
	$(BIN)/ruff format

bench: $(MADE) ## the benchmarks
	$(BIN)/python -m tests.benchmarks --write

bench-scale: $(MADE) ## the scorecard at 8,000, 100,000 and 1.2 million teachers
	$(BIN)/python -m tests.benchmarks.scorecard --write

demo: $(MADE) ## a fresh demo county in the embedded PostgreSQL
	$(BIN)/shixun demo

lock: $(MADE) ## write requirements.lock from what is installed
	{ echo '# Constraints of every package that `pip install ".[embedded,dev]"` brings; written by `make lock`.'; \
		$(BIN)/python -m pip freeze --exclude-editable; } > requirements.lock.new
	mv requirements.lock.new requirements.lock

clean: ## remove the environment and every cache
	rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache build dist *.egg-info
	find app tests alembic -type d -name __pycache__ -prune -exec rm -rf {} +
