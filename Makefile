# The two commands a newcomer needs: `make run` and `make test`. `make help` lists the rest.
SHELL := /bin/sh
PYTHON ?= $(shell for p in python3 python3.14 python3.13 python3.12 python3.11; do \
	$$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$p && break; done)
PY := .venv/bin/python
BROWSER := $(shell command -v chromium-headless-shell || command -v chromium || \
	command -v chromium-browser || command -v google-chrome)
TESTS ?= tests
export PYTHONPATH := .:platform
# Each of our processes reads a thousand modules: without their bytecode it parses them all again.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: help run test check format messages lock bench soak kameng doctor clean python run-deps test-deps

help:
	@sed -n 's/^\([a-z]*\):.*## \(.*\)/  make \1\t\2/p' Makefile

run: run-deps ## start everything: PORT=8000 KAMENG_HOME=var
	@exec $(PY) -m kameng.faces.worker.cli run

test: test-deps ## install what the tests need and run them all
	@$(PY) -m pytest $(TESTS) --ignore=tests/journeys -n 2 --dist loadfile --no-loadscope-reorder
	@for program in caddy pgbouncer; do \
		PATH="$$PATH:/usr/sbin" command -v $$program >/dev/null 2>&1 || \
		echo "No $$program here: what needs it in tests/beyond is left out (apt install $$program)."; \
	done
	@if [ -z "$(BROWSER)" ] && [ "$$REQUIRE_BROWSER" != 1 ]; then \
		echo "No chromium here: the browser journeys are left out (apt install chromium fonts-noto-cjk)."; \
	else \
		$(PY) -m pytest tests/journeys -n 2 --dist load --maxschedchunk 1; \
	fi

check: test-deps ## formatting, lint, types, who may import whom, the plan of the house
	@$(PY) -m ruff format --check .
	@$(PY) -m ruff check .
	@$(PY) -m mypy
	@$(PY) -c 'from importlinter.cli import lint_imports_command as check; check()'
	@$(PY) -m pytest tests/house

format: test-deps ## let ruff format and mend what it can
	@$(PY) -m ruff format .
	@$(PY) -m ruff check --fix .

messages: test-deps ## merge every face's texts into the catalogues and compile them
	@$(PY) -m kameng.faces.frame.messages

bench: test-deps ## print the figures: NAME=<group>, or all groups
	@exec $(PY) -m bench $(NAME)

soak: test-deps ## the same with the full counts; resumable
	@exec $(PY) -m bench --soak $(NAME)

kameng: run-deps ## any command of ours: make kameng DO="migrate --status"
	@exec $(PY) -m kameng.faces.worker.cli $(DO)

doctor: run-deps ## look at this machine and this deployment, and say what is wrong
	@exec $(PY) -m kameng.faces.worker.cli doctor

lock: python ## compile requirements/*.in into hashed lock files
	@sh requirements/lock.sh $(PYTHON)

clean: ## forget the virtualenv and the caches, keep the data in var/
	@rm -rf .venv .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +

python:
	@if [ -z "$(PYTHON)" ]; then echo "Kameng needs Python 3.11 or newer." >&2; exit 1; fi
	@$(PY) -c '' 2>/dev/null || rm -rf .venv

run-deps: python
	@cmp -s requirements/run.txt .venv/run.txt || { \
		echo "Installing the locked packages into .venv"; \
		$(PYTHON) requirements/install.py requirements/run.txt && cp requirements/run.txt .venv/; }

test-deps: run-deps
	@cmp -s requirements/test.txt .venv/test.txt || { \
		echo "Installing what the tests need into .venv"; \
		$(PYTHON) requirements/install.py requirements/test.txt && cp requirements/test.txt .venv/; }
