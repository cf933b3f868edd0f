# What a person does with this project. Every target sets up what it needs and says so.
# `make` alone lists the targets.

SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
MAKEFLAGS += --no-print-directory
# Compiled modules make every later start faster, wherever the environment forbids them.
export PYTHONDONTWRITEBYTECODE :=

QUESTION ?= Do SGLT2 inhibitors reduce hospitalisation for heart failure in type 2 diabetes?
STACK ?= development
BIN := .venv/bin
READY := .venv/.ready

.PHONY: help up down test check format docs lock bench clean

help: ## List the targets
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## /  make \1\t/' | expand -t 16

up: $(READY) ## Ask the development stack a question: as a process, then on a Kubernetes of this machine
	@$(BIN)/plumb up $(STACK) --target process
	@echo
	@$(BIN)/plumb ask $(STACK) "$(QUESTION)" --target process
	@echo
	@if $(BIN)/plumb up $(STACK) --target cluster; then \
		echo && $(BIN)/plumb ask $(STACK) "$(QUESTION)" && echo && $(BIN)/plumb status $(STACK); \
	elif [ $$? != 2 ]; then exit 3; fi # 2: this machine can have no cluster, and it was said why
	@echo "End it with: make down"

down: $(READY) ## End what `make up` started; the process' checkpoints and the cluster itself stay
	@$(BIN)/plumb down $(STACK) --target process
	@$(BIN)/plumb down $(STACK) --target cluster || [ $$? = 2 ]
	@echo "The cluster itself: $(BIN)/plumb local down"

test: $(READY) ## Run all tests, with a real Postgres, Redis and Kubernetes
	@$(BIN)/pytest -n auto --ignore tests/cluster
	@$(BIN)/plumb local build || [ $$? = 2 ] # 2: this machine cannot, and the tests say why
	@$(BIN)/pytest tests/cluster

check: $(READY) ## The quick gate: format, lint, types, spelling, unit tests
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .
	@$(BIN)/codespell
	@$(BIN)/plumb check production staging development
	@$(BIN)/mypy
	@$(BIN)/pytest -q -n auto --dist loadfile -m "not slow" # what a file's tests share is made once

format: $(READY) ## Format the code
	@$(BIN)/ruff format .
	@$(BIN)/ruff check --fix .

docs: $(READY) ## Write anew what is made from the code: schema, docs/fields.md, docs/rules.md
	@$(BIN)/plumb schema --write
	@$(BIN)/python -m tests.profiles.reports
	@$(BIN)/python -m tests.reference.page --write

lock: $(READY) ## Write requirements/*.txt anew from pyproject.toml
	@scripts/lock

bench: $(READY) ## Run the benchmarks and print medians and ratios
	@$(BIN)/python -m bench

clean: ## Remove the virtual environment, caches and the process of `make up`
	@if [ -x $(BIN)/plumb ]; then $(BIN)/plumb down $(STACK) --target process; fi
	rm -rf .venv .plumbline .mypy_cache .pytest_cache .ruff_cache .hypothesis .coverage
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

$(READY): requirements/dev.txt pyproject.toml scripts/setup
	@scripts/setup
