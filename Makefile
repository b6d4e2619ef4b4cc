# Easel's few commands. `make` alone lists them.
# The first target that needs it makes .venv and installs Easel into it; it is made anew when pyproject.toml changes.

.DEFAULT_GOAL := help
SHELL := /bin/sh
.DELETE_ON_ERROR:
.PHONY: help run run-api test test-long check bench mutate pictures clean browser

VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed
# `make PYTHON=/path/to/python3.13` uses that one.
PYTHON ?= $(shell for p in python3 python3.13 python3.12 python3.11 python3.14; do \
	$$p -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1 && { echo $$p; break; }; done)

help: ## list these commands
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sort | awk -F ':.*## ' '{ printf "make %-10s %s\n", $$1, $$2 }'

run: $(STAMP) ## start Easel and print the link to its playground (everything is kept in ./data)
	@EASEL_DATA_DIR="$${EASEL_DATA_DIR:-data}" exec $(BIN)/easel run

run-api: $(STAMP) ## the same beside a fake image API: what a key would bring, for nothing (kept in ./data-api)
	@PYTHONPATH=.:tests $(BIN)/python -m emulators.image_api --port 8900 --key sk-fake-for-trying & fake=$$!; \
	trap 'kill $$fake' EXIT; trap 'exit 130' INT TERM; \
	EASEL_OPENAI__BASE_URL=http://127.0.0.1:8900/v1 EASEL_OPENAI__API_KEY=sk-fake-for-trying EASEL_OPENAI__SERVER=openai \
	EASEL_DATA_DIR="$${EASEL_DATA_DIR:-data-api}" $(BIN)/easel run

test: check browser ## lint, types, walls and all tests but the long ones
	@$(BIN)/python -m pytest -q -m "not long" -n 3 --dist loadfile

test-long: $(STAMP) browser ## the tests that take minutes
	@$(BIN)/python -m pytest -q -m long

check: $(STAMP) ## lint, format, types and walls, without the tests
	@$(BIN)/ruff check
	@$(BIN)/ruff format --check
	@$(BIN)/mypy
	@$(BIN)/lint-imports

bench: $(STAMP) ## measure, beside a baseline in the same run
	@PYTHONPATH=.:tests $(BIN)/python tests/bench/run.py

mutate: $(STAMP) ## break the code that keeps the books in small ways, and see that tests notice (an hour; MODULES=core/quota.py for some)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check "mutmut>=3.8,<4"
	@$(BIN)/python tests/mutation/mutate.py $(MODULES)

pictures: $(STAMP) browser ## take the README's screenshots anew
	@PYTHONPATH=.:tests $(BIN)/python tests/stories/prompt_pictures.py
	@PYTHONPATH=.:tests $(BIN)/python tests/stories/illustrator_pictures.py
	@PYTHONPATH=tests $(BIN)/python tests/stories/pictures.py
	@PYTHONPATH=.:tests $(BIN)/python tests/stories/page_pictures.py
	@PYTHONPATH=.:tests $(BIN)/python tests/stories/discord_pictures.py
	@PYTHONPATH=.:tests $(BIN)/python tests/stories/slack_pictures.py

clean: ## remove what make and the tools made; ./data stays
	@rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .grimp_cache .hypothesis tests/artifacts
	@find core bots tests -name __pycache__ -type d -prune -exec rm -rf {} +

# The stories need a real browser. Debian's is installed where that is allowed; otherwise those tests say what they miss.
browser: $(STAMP)
	@if ! command -v chromium chromium-browser google-chrome-stable google-chrome >/dev/null 2>&1 \
		&& [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then \
		echo "Installing chromium for the browser tests (apt-get) ..."; \
		{ DEBIAN_FRONTEND=noninteractive apt-get install -qq -y --no-install-recommends chromium >/dev/null 2>&1 \
		|| { apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -qq -y --no-install-recommends chromium; } >/dev/null 2>&1; } \
		|| echo "chromium could not be installed; the browser tests will say that they did not run."; \
	fi

$(STAMP): pyproject.toml
	@if [ -z "$(PYTHON)" ]; then \
		echo "Easel needs Python 3.11 or newer with its venv module, and none was found."; \
		echo "On Debian or Ubuntu: apt-get install python3 python3-venv. Elsewhere: https://www.python.org/downloads/"; \
		exit 1; \
	fi
	@echo "Setting up Easel in $(VENV) (once; a minute or two) ..."
	@$(PYTHON) -m venv --clear $(VENV)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --upgrade pip
	@$(BIN)/python -m pip install --quiet -e ".[photo,postgres]" --group dev
	@touch $@
