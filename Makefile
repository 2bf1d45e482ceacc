# The two commands a newcomer needs:  make demo   make test
# ARGS goes to the demo:              make demo ARGS=--once

SHELL := /bin/bash
VENV := .venv
RUN := $(VENV)/bin

.PHONY: help setup setup-test setup-train demo test test-fast check format docs figures clean

help:  ## What there is to do
	@grep -E '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 16

setup: $(VENV)/.ready  ## .venv with whoseprint in it

$(VENV)/.ready: pyproject.toml uv.lock scripts/setup scripts/system-packages
	scripts/system-packages run
	scripts/setup $(VENV)
	touch $@

setup-test: setup  ## What the tests need: PostgreSQL, Redis, Chromium from the system's packages
	scripts/system-packages test

setup-train: setup .venv-train/.ready  ## .venv-train with PyTorch, for training/ alone

.venv-train/.ready: training/requirements.txt
	scripts/setup-train .venv-train
	touch $@

demo: setup  ## The whole path on this machine: sample catalogue, bot, chat page on 127.0.0.1:8080
	$(RUN)/whoseprint demo $(ARGS)

test: setup-test setup-train  ## Everything that must hold
	$(RUN)/pytest -n 2 -m "not crash" $(ARGS)
	$(RUN)/pytest -m crash $(ARGS)

test-fast: setup-test  ## What must hold and is quick to tell: under 90 s on two quiet cores
	$(RUN)/pytest -n 2 --dist loadfile -m "not slow and not crash" $(ARGS)

check: setup  ## Style, types, floors
	$(RUN)/ruff check .
	$(RUN)/ruff format --check .
	$(RUN)/mypy
	$(RUN)/lint-imports

format: setup  ## Put the style right
	$(RUN)/ruff check --fix .
	$(RUN)/ruff format .

docs: setup  ## Write the generated pages anew
	$(RUN)/whoseprint settings > docs/settings.md

figures: setup  ## Draw docs/figures.md and its plots from benchmarks/results
	$(RUN)/python benchmarks/figures.py

clean:  ## Forget what setup made (never var/)
	rm -rf $(VENV) .venv-train build *.egg-info
