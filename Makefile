# make run, make test, make test-long, make bench: each does its own set-up. Needs Python 3.11 or newer and make.
PYTHON ?= python3
PORT ?= 8501
BIN := .venv/bin
# one more than cores: a browser and a server wait for each other
WORKERS ?= $(shell echo $$(( $$(nproc 2>/dev/null || echo 2) + 1 )))

# Python keeps what it has compiled, whatever the environment says: the tests start it by the hundred,
# and each start would compile Streamlit and pandas anew.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: run test test-long bench lint audit lock clean

# A first build that fails is told here and on the page, which is served all the same.
run: .venv/installed
	-$(BIN)/python -m etl.first_build
	$(BIN)/streamlit run app.py --server.port $(PORT)

test: .venv/installed-for-tests
	$(BIN)/python -m pytest -n $(WORKERS) --no-loadscope-reorder

test-long:
	MAILLAGE_TEST_SIZE=long $(MAKE) test

bench: .venv/installed-for-tests
	$(BIN)/python -m pytest tests/benchmarks -p no:cacheprovider -s

lint: .venv/installed-for-tests
	$(BIN)/ruff check . && $(BIN)/ruff format --check . && $(BIN)/mypy

# Known weaknesses of what is pinned; without a network it says that nobody looked.
audit: .venv/installed-for-tests
	$(BIN)/python .ci/audit.py

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
	$(BIN)/pip install --quiet --disable-pip-version-check --no-deps --no-compile -r requirements.txt
	touch $@

.venv/installed-for-tests: tests/requirements.txt | .venv/bin/python
	$(BIN)/pip install --quiet --disable-pip-version-check --no-deps --no-compile -r tests/requirements.txt
	touch $@
