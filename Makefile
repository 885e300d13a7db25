# The targets of the project. `make help` lists them; each starts what it needs by itself.
SHELL := /bin/bash
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
BENCH := .venv-bench
EXAMPLE := examples/tensorflow-mnist-classifier
PAGES := docs/source README.md
BLOCKS := PYTHONPATH=docs $(BIN)/pytest -c docs/pytest.ini --rootdir . -n 3

.DEFAULT_GOAL := help
.PHONY: help setup demo reference attack-table test test-long test-wheel test-containers lint lock lock-check docs docs-browser \
	docs-mutate docs-test docs-test-container docs-test-host images image-gpu up down bench \
	bench-profile clean

help: ## list these targets
	@awk -F ':.*## ' '/^[a-z -]+:.*## / { printf "%-20s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

setup: $(READY) ## make the environment .venv from the lock (needs Python 3.11+ with pip)

$(READY): requirements/dev.txt requirements/uv.txt pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/uv.txt
	$(BIN)/uv pip sync --quiet --python $(BIN)/python --require-hashes --compile-bytecode requirements/dev.txt
	$(BIN)/uv pip install --quiet --python $(BIN)/python --no-deps --no-build-isolation --editable .
	$(BIN)/python -m dioptra.entrypoint.database
	$(BIN)/python -m dioptra_builtins._store
	@touch $@

demo: $(READY) ## train, attack, evaluate and report on MNIST (digits without network)
	$(BIN)/dioptra run $(EXAMPLE) demo

reference: $(READY) ## make the reference results of the guide (hours; goes on where it was stopped)
	$(BIN)/dioptra run $(EXAMPLE) reference -P results_dir=docs/source/explanation

attack-table: $(READY) ## try every attack of ART on a small model, for the guide (minutes)
	PYTHONPATH=docs $(BIN)/python -m generation.try_attacks

test: $(READY) ## run the tests, with their coverage
	$(BIN)/pytest -n 3 --dist loadfile --no-loadscope-reorder --cov --cov-report=term --cov-fail-under=95 \
		--durations 25 --durations-min 5

test-long: $(READY) ## run the tests that take minutes each
	$(BIN)/pytest -m long

test-wheel: $(READY) ## install the wheel without a checkout; make, run, sweep and report a project
	PYTHON=$(PYTHON) tests/from_wheel

lint: $(READY) ## check style, types, imports between layers, and generated files
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	for source in examples/*/src; do MYPYPATH=src:task-plugins:$$source $(BIN)/mypy $$source || exit 1; done
	$(BIN)/lint-imports
	for project in examples/*/; do $(BIN)/dioptra mlproject --check $$project || exit 1; done

lock: $(READY) ## renew the locks in requirements/
	$(BIN)/python requirements/lock.py

lock-check: $(READY) ## fail where a lock no longer fits pyproject.toml
	$(BIN)/python requirements/lock.py --check

docs: $(READY) ## build the user guide into docs/_build/html, without a warning
	$(BIN)/sphinx-lint docs/source README.md
	$(BIN)/codespell docs/source docs/generation README.md CONTRIBUTING.md CHANGELOG.md src task-plugins examples
	$(BIN)/sphinx-build -E -n -W --keep-going -b html docs/source docs/_build/html

docs-browser: docs ## check the built guide in a browser (CHROMIUM=FILE names another one)
	$(BIN)/pytest docs/browser

docs-test: docs-test-host docs-test-container ## run every block of the guide and of README.md, on the host and in a container
	PYTHONPATH=docs $(BIN)/python -m execution.gates
	PYTHONPATH=docs $(BIN)/python -m execution.badge

docs-test-host: $(READY) ## run them on the host (PAGES="FILES AND FOLDERS": only these)
	$(BLOCKS) --target host --junitxml docs/_build/host.xml $(PAGES)

docs-test-container: $(READY) ## run them in containers of the worker's image
	$(BLOCKS) --target container --junitxml docs/_build/container.xml $(PAGES)

docs-mutate: $(READY) ## change the blocks (SAMPLE=N of the changes), and count how many the run notices
	PYTHONPATH=docs $(BIN)/python -m execution.mutate $(if $(SAMPLE),--sample $(SAMPLE)) $(PAGES)

images: ## build the images of the stack (SITE_CA=FILE behind a proxy that opens TLS)
	docker/build-images

image-gpu: ## build the image of the worker for GPUs
	docker/build-images worker-gpu

up: ## start the stack in containers and run the example on it
	docker/up

down: ## stop the stack; its data stays (docker compose down -v removes it)
	docker/compose --profile gpu down --remove-orphans

test-containers: $(READY) ## test the images and the stack (TESTS="FILES": only these)
	$(BIN)/pytest -p no:randomly --timeout 1200 --durations 20 --durations-min 5 $(or $(TESTS),tests/containers)

bench: $(BENCH)/.ready ## time the suite beside its peers (QUICK=1: in three minutes; ONLY=PARTS)
	$(BENCH)/bin/python -m benchmarks $(if $(QUICK),--quick) $(ONLY:%=--only %)

bench-profile: $(BENCH)/.ready ## draw anew where the time of fgm goes, for the guide
	$(BENCH)/bin/python -m benchmarks.flame_graph

$(BENCH)/.ready: $(READY) requirements/bench.txt
	$(PYTHON) -m venv $(BENCH)
	$(BIN)/uv pip sync --quiet --python $(BENCH)/bin/python --require-hashes --compile-bytecode requirements/bench.txt
	$(BIN)/uv pip install --quiet --python $(BENCH)/bin/python --no-deps --no-build-isolation --editable .
	$(BENCH)/bin/python -m dioptra.entrypoint.database
	$(BENCH)/bin/python -m dioptra_builtins._store
	@touch $@

clean: ## remove what the targets have made, but for data and results
	rm -rf $(VENV) $(BENCH) .dioptra .mypy_cache .pytest_cache .ruff_cache .import_linter_cache .hypothesis .coverage dist
