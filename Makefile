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

.PHONY: help up down test check format lock bench clean

help: ## List the targets
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## /  make \1\t/' | expand -t 16

up: $(READY) ## Start the development stack's service on this machine, and ask it a question
	@$(BIN)/plumb up $(STACK) --target process
	@echo
	@$(BIN)/orchestrator ask "$(QUESTION)" --url "$$($(BIN)/plumb status $(STACK) --json | $(BIN)/python -c 'import json, sys; print(json.load(sys.stdin)["address"])')"
	@echo
	@$(BIN)/plumb status $(STACK)
	@echo "End it with: make down"

down: $(READY) ## End what `make up` started; its checkpoints stay
	@$(BIN)/plumb down $(STACK)

test: $(READY) ## Run all tests, with a real Postgres, Redis and Kubernetes
	@$(BIN)/pytest -n auto --ignore tests/cluster
	@$(BIN)/plumb local build || [ $$? = 2 ] # 2: this machine cannot, and the tests say why
	@$(BIN)/pytest tests/cluster

check: $(READY) ## The quick gate: format, lint, types, spelling, unit tests
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .
	@$(BIN)/mypy
	@$(BIN)/codespell
	@$(BIN)/plumb check production staging development
	@$(BIN)/pytest -q -n auto -m "not slow"

format: $(READY) ## Format the code
	@$(BIN)/ruff format .
	@$(BIN)/ruff check --fix .

lock: $(READY) ## Write requirements/*.txt anew from pyproject.toml
	@scripts/lock

bench: $(READY) ## Run the benchmarks and print medians and ratios
	@$(BIN)/python -m bench

clean: ## Remove the virtual environment, caches and what `make up` left
	@if [ -x $(BIN)/plumb ]; then $(BIN)/plumb down $(STACK); fi
	rm -rf .venv .plumbline .mypy_cache .pytest_cache .ruff_cache .hypothesis .coverage
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

$(READY): requirements/dev.txt pyproject.toml scripts/setup
	@scripts/setup
