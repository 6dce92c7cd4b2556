# `make plan` and `make test` work on a fresh clone with Python 3.11+ and make; `make help` lists the rest.

VENV := .venv
BIN := $(VENV)/bin
INSTALL := $(BIN)/python -m pip install -qq --disable-pip-version-check --constraint constraints.txt

HOUSEHOLD ?= examples/household
AS_OF ?= 2026-12-08
WORKERS ?= 2
MINUTES ?= 10
SEEDS ?= 10000
LARGE ?= 2000
TIMES ?= 100
SEED ?= 1
RETURNS ?= 2000
KILLS ?= 300
DRAWS ?= 1000000

export PYTHON

.DEFAULT_GOAL := help
.PHONY: help plan test check golden bench decisions performance fuzz prove engines fuzz-hostile release clean hunt hunt-large newest lowest schemas kills mutants holidays properties

help:  ## this list
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  make \1\t\2/p' $(MAKEFILE_LIST) | expand -t 20
	@echo
	@echo '  PYTHON=...     the interpreter to build $(VENV) with (default: the first that is 3.11 or newer)'
	@echo '  HOUSEHOLD=...  the household that `make plan` plans (default: $(HOUSEHOLD))'

plan: $(VENV)/.program  ## what the example household should sell, and why
	@$(BIN)/harvest plan $(HOUSEHOLD) --as-of $(AS_OF)

test: $(VENV)/.tools  ## every test
	@$(BIN)/python -m pytest -n $(WORKERS)

check: $(VENV)/.tools  ## format, lint, types, import contracts, and the wheel installed in a clean place
	@$(BIN)/ruff format --check --quiet . && echo "format      ok"
	@$(BIN)/ruff check --quiet . && echo "lint        ok"
	@$(BIN)/mypy --no-error-summary && echo "types       ok"
	@$(BIN)/lint-imports --no-logo
	@.ci/try-wheel $(HOUSEHOLD) $(AS_OF)

golden: $(VENV)/.tools  ## rewrite the expected outputs; read the diff before you commit it
	@$(BIN)/python tests/golden/regenerate.py
	@echo 'now read: git diff tests/golden examples'

schemas: $(VENV)/.tools  ## rewrite docs/schemas/, the JSON Schemas of every document, from its declaration
	@PYTHONPATH=. $(BIN)/python tests/golden/schemas.py

holidays: $(VENV)/.tools  ## write out the days on which markets close, of the installed version of `holidays`
	@PYTHONPATH=. $(BIN)/python tests/golden/market_holidays.py

decisions: $(VENV)/.tools  ## what plans are worth beside rules of thumb, on 300 random households
	@$(BIN)/python benchmarks/decisions.py

performance: $(VENV)/.tools  ## measure everything anew and write docs/performance.md; see benchmarks/README.md
	@$(BIN)/python benchmarks/performance.py

bench: $(VENV)/.tools  ## time and memory beside a straightforward model; see benchmarks/README.md
	@$(BIN)/python benchmarks/run.py

fuzz: $(VENV)/.tools  ## ten minutes of coverage-guided fuzzing of the readers; MINUTES=... for another time
	@$(INSTALL) --no-build-isolation --editable '.[fuzz]'
	@$(BIN)/python tests/fuzz/fuzz_readers.py $$(($(MINUTES) * 60))

engines:  ## random state returns against two public engines, in .venv-engines; RETURNS=... for another number
	@test -x .venv-engines/bin/python || $(BIN)/python -m venv .venv-engines
	@.venv-engines/bin/python -m pip install -qq --disable-pip-version-check policyengine-us==2.68.0
	@.venv-engines/bin/python -m pip install -qq --disable-pip-version-check --no-deps policyengine-taxsim==3.2.5
	@chmod +x .venv-engines/share/policyengine_taxsim/taxsimtest/*
	@PYTHONPATH=. .venv-engines/bin/python tests/engines/compare_states.py --returns $(RETURNS)

fuzz-hostile: $(VENV)/.tools  ## ten minutes of hostile files and arguments against the commands; MINUTES=, SEED=
	@nice -n 19 $(BIN)/python tests/fuzz/fuzz_hostile.py $$(($(MINUTES) * 60)) $(SEED)

kills: $(VENV)/.tools  ## the commands killed at random moments: each file whole or absent; KILLS=, SEED=
	@nice -n 19 $(BIN)/python tests/fuzz/kill_commands.py $(KILLS) $(SEED)

mutants: $(VENV)/.tools  ## changes of the verifier and the law that no test notices; PART=netting, tax, ledger, pieces, states, limits, figures, bound
	@PYTHONPATH=. nice -n 19 $(BIN)/python .ci/try_mutants.py $(PART)

release: $(VENV)/.tools  ## wheel and source archive, built twice to the same bytes, with a bill of materials, in dist/
	@.ci/release $(BIN)/python

hunt: $(VENV)/.tools  ## thousands of random households planned and attacked; SEEDS=... for how many
	@PYTHONPATH=.:tests/hunt $(BIN)/python tests/hunt/hunt_plans.py 0 $(SEEDS)

hunt-large: $(VENV)/.tools  ## households of 600 to 3,000 lots at a limit of 5 s; LARGE=... for how many
	@PYTHONPATH=.:tests/hunt $(BIN)/python tests/hunt/hunt_plans.py 0 $(LARGE) large

newest: $(VENV)/.tools  ## the examples planned with the newest versions allowed, in an environment of their own
	@$(BIN)/python .ci/try_versions.py newest

lowest: $(VENV)/.tools  ## the same with the lowest versions allowed
	@$(BIN)/python .ci/try_versions.py lowest

prove: $(VENV)/.tools  ## hold the bound without a solver against very many enumerated households; TIMES=... as many as in the suite
	@HARVEST_MANY=$(TIMES) $(BIN)/python -m pytest -n $(WORKERS) tests/oracle/test_certificate.py tests/properties/test_pieces.py

properties: $(VENV)/.tools  ## a million draws of the ledger's and the verifier's properties; DRAWS=, SEED=
	@$(BIN)/python tests/hunt/draw_properties.py $(DRAWS) $(SEED)

clean:  ## remove caches and build output; remove .venv yourself to start over
	@rm -rf build dist .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache
	@find . -path ./$(VENV) -prune -o -name __pycache__ -type d -exec rm -rf {} +

# What is installed is renewed when what it was made from changes; otherwise these cost nothing.
$(VENV)/.program: pyproject.toml constraints.txt .ci/environment
	@echo 'preparing $(VENV) ...'
	@.ci/environment $(VENV)
	@$(INSTALL) hatchling
	@$(INSTALL) --no-build-isolation --editable '.[calendar,report,watch,xlsx]'
	@touch $@

$(VENV)/.tools: $(VENV)/.program
	@echo 'adding the test tools ...'
	@$(INSTALL) --no-build-isolation --editable '.[dev]'
	@touch $@
