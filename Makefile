# Doorstep · 家门口. Needs Python 3.11 or newer and make; everything it installs goes into .venv.
SHELL := /bin/bash
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
READY_DEV := $(VENV)/.ready-dev
COMPILE := $(BIN)/python -m compileall -qq -j 0

.PHONY: run demo test lint bench eval setup dev browser clean lock
.DEFAULT_GOAL := run

# the web chat on http://127.0.0.1:8080, with a sample town at the first start
run: setup
	exec $(BIN)/doorstep run

# a week passes in two minutes: 7 days / 120 s
demo: setup
	DOORSTEP_CLOCK_SPEED=5040 DOORSTEP_DATABASE_URL=sqlite:///var/demo.db exec $(BIN)/doorstep run --sample

test: dev browser
	$(BIN)/python -m pytest

lint: dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

bench: dev
	$(BIN)/python -m benchmarks

# how well it understands what people type: both halves, beside LIKE and FTS5
eval: dev
	$(BIN)/python -m tests.understanding

# compiled ahead, so that the first start is as quick and as small as later ones
setup: $(READY)
	@$(COMPILE) bot handlers models services

dev: $(READY_DEV)
	@$(COMPILE) bot handlers models services benchmarks tests

$(VENV)/pyvenv.cfg:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || { \
	  echo "Doorstep needs Python 3.11 or newer; '$(PYTHON)' is not. Name another one: make PYTHON=python3.12" >&2; exit 2; }
	@$(PYTHON) -c 'import venv, ensurepip' 2>/dev/null || { \
	  echo "$(PYTHON) has no venv; install it first (Debian and Ubuntu: apt install python3-venv)" >&2; exit 2; }
	$(PYTHON) -m venv $(VENV)

$(READY): requirements.lock pyproject.toml | $(VENV)/pyvenv.cfg
	@test -e $(READY_DEV) -a $(READY_DEV) -nt requirements.lock || \
	  $(BIN)/python -m pip install --quiet --disable-pip-version-check --use-pep517 --require-hashes -r requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

$(READY_DEV): requirements-dev.lock pyproject.toml | $(VENV)/pyvenv.cfg
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --use-pep517 --require-hashes -r requirements-dev.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@ $(READY)

# tests of the web page use the system's Chromium, and are skipped with a word where there is none
browser:
	@if command -v chromium chromium-browser google-chrome >/dev/null; then :; \
	elif [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
	  apt-get -qq update && DEBIAN_FRONTEND=noninteractive apt-get -qq install --no-install-recommends \
	    -y chromium fonts-noto-cjk >/dev/null || echo "Chromium could not be installed; tests of the web page will be skipped"; \
	else echo "no Chromium here; tests of the web page will be skipped (install chromium and fonts-noto-cjk)"; fi

# what may be installed, with hashes and without any registry's address
lock:
	@command -v uv >/dev/null || test -x $(BIN)/uv || { echo "uv is needed to write the lock files" >&2; exit 2; }
	@UV=$$(command -v uv || echo $(BIN)/uv); set -e; \
	$$UV pip compile --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header \
	  --all-extras --quiet pyproject.toml -o requirements-dev.lock; \
	$$UV pip compile --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header \
	  --extra build -c requirements-dev.lock --quiet pyproject.toml -o requirements.lock

clean:
	rm -rf $(VENV) build dist *.egg-info .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
