# make run   sets up .venv and runs the main job on the sample
# make test  sets up .venv, checks style and types, runs the tests
# make prove what takes long: fuzzing, larger property runs, benchmarks
# make mutants which share of small wrong changes of the rules the tests notice
# make docs  builds the documentation into site/
# make audit known vulnerabilities of dependencies, and of our own code what ruff's security rules find
# make sbom  what is in a release, as CycloneDX, in dist/sbom.json
# make dist  sdist and wheel, the same bytes on every machine
.PHONY: run test lint prove mutants docs audit sbom dist lock

VENV := .venv
BIN := $(VENV)/bin
UV := $(shell command -v uv 2>/dev/null)
PYTHON ?= python3
# Apart from the environment of the program, so that they are not audited with it.
AUDIT_TOOLS = test -x .venv-audit/bin/cyclonedx-py || { $(PYTHON) -m venv .venv-audit && .venv-audit/bin/python -m pip install --quiet pip-audit cyclonedx-bom; }
# What a first run needs; databases, charts and clusters are extras that a user adds.
RUN_EXTRAS := --extra pdf --extra docx --extra stats

run: $(VENV)/run.done
	$(BIN)/mtool run
	$(BIN)/mtool summarize --region Mopti --region Segou --trend
	mkdir -p out
	$(BIN)/mtool export csv incidents -o out/incidents.csv
	$(BIN)/mtool export xlsx -o out/mali.xlsx

test: $(VENV)/test.done lint
	$(BIN)/python -m pytest -q -n auto --dist loadfile

lint: $(VENV)/test.done
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

prove: $(VENV)/test.done
	$(BIN)/python -m pytest -q -m prove tests
	$(BIN)/python benchmarks/startup.py
	$(BIN)/python benchmarks/audit_length.py
	$(BIN)/python benchmarks/engines/run.py --rows 10k,100k --rounds 3 --only validate_csv,nine_rows --json .mtool/engines.json

# mutmut makes the mutants, in an environment of its own; the tests run in that of the program.
mutants: $(VENV)/test.done
	test -x .venv-mutants/bin/python || $(PYTHON) -m venv .venv-mutants
	.venv-mutants/bin/python -m pip install --quiet "mutmut>=3.8,<3.9" "coverage>=7.10"
	$(BIN)/python tools/mutation

# In an environment of its own: the site needs nothing of mtool, only its pages.
docs:
	test -x .venv-docs/bin/python || $(PYTHON) -m venv .venv-docs
	.venv-docs/bin/python -m pip install --quiet "mkdocs>=1.6,<2" "mkdocs-material>=9.6"
	.venv-docs/bin/python -m mkdocs build --quiet

audit: $(VENV)/test.done
	$(BIN)/ruff check --select S --ignore S101 src
	-$(AUDIT_TOOLS)
	$(BIN)/python tools/audit_dependencies.py .venv-audit/bin/pip-audit

sbom:
	$(AUDIT_TOOLS)
	mkdir -p dist
	.venv-audit/bin/cyclonedx-py requirements requirements/run.txt --pyproject pyproject.toml --mc-type application --output-reproducible -o dist/sbom.json

# The date inside is that of the last commit, unless the environment names another.
dist: $(VENV)/test.done
	SOURCE_DATE_EPOCH=$${SOURCE_DATE_EPOCH:-$$(git log -1 --format=%ct)} $(BIN)/python -m build --no-isolation

# With uv the lock decides; without it, requirements exported from the lock, with hashes.
$(VENV)/run.done: pyproject.toml uv.lock requirements/run.txt
ifneq ($(UV),)
	uv sync --quiet --frozen $(RUN_EXTRAS) --no-default-groups
else
	$(PYTHON) -c 'import sys; sys.exit("mtool needs Python 3.11 or newer, this is " + sys.version) if sys.version_info < (3, 11) else None'
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --require-hashes -r requirements/run.txt
	$(BIN)/python -m pip install --quiet --no-deps --no-build-isolation -e .
endif
	touch $@

$(VENV)/test.done: pyproject.toml uv.lock requirements/test.txt
ifneq ($(UV),)
	uv sync --quiet --frozen --all-extras --no-extra pdf-extra --group dev
else
	$(PYTHON) -c 'import sys; sys.exit("mtool needs Python 3.11 or newer, this is " + sys.version) if sys.version_info < (3, 11) else None'
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --require-hashes -r requirements/test.txt
	$(BIN)/python -m pip install --quiet --no-deps --no-build-isolation -e .
endif
	touch $@ $(VENV)/run.done

# For maintainers: renew the lock and what is exported from it.
lock:
	uv lock --upgrade
	uv export --quiet --frozen $(RUN_EXTRAS) --no-default-groups --group install --no-emit-project -o requirements/run.txt
	uv export --quiet --frozen --all-extras --no-extra pdf-extra --group dev --group install --no-emit-project -o requirements/test.txt
