# make run, make test: each does its own set-up. Needs Python 3.11 or newer and make.
PYTHON ?= python3
PORT ?= 8501
BIN := .venv/bin

.PHONY: run test lint lock clean

# The first visit builds the data.
run: .venv/installed
	$(BIN)/streamlit run app.py --server.port $(PORT)

test: .venv/installed-for-tests
	$(BIN)/python -m pytest -n auto

lint: .venv/installed-for-tests
	$(BIN)/ruff check . && $(BIN)/ruff format --check . && $(BIN)/mypy

# Both lock files again from pyproject.toml; hashes for every platform, no index named.
lock: .venv/installed-for-tests
	$(BIN)/uv pip compile -q --universal --generate-hashes --no-emit-index-url --no-header \
		--python-version 3.11 pyproject.toml -o requirements.txt
	$(BIN)/uv pip compile -q --universal --generate-hashes --no-emit-index-url --no-header \
		--python-version 3.11 --group dev -c requirements.txt pyproject.toml -o tests/requirements.txt

clean:
	rm -rf .venv data/sample data/warehouse

.venv/bin/python:
	$(PYTHON) -m venv .venv

.venv/installed: requirements.txt | .venv/bin/python
	$(BIN)/pip install --quiet --disable-pip-version-check -r requirements.txt
	touch $@

.venv/installed-for-tests: tests/requirements.txt | .venv/bin/python
	$(BIN)/pip install --quiet --disable-pip-version-check -r tests/requirements.txt
	touch $@
