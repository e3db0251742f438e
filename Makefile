# The commands of the portal; `make help` lists them.
PYTHON ?= python3
PORT ?= 8000
export PORT

# The tools' own messages stay out of the way of what a command has to say.
MAKEFLAGS += --no-print-directory
MANAGE = .venv/bin/python manage.py
PYTEST = .venv/bin/python -m pytest

.DEFAULT_GOAL := help
.PHONY: help run test test-scale soak check bench requirements messages ready ready-dev

help: ## list the commands
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:[^#]*## /\t/' | expand -t 14

run: ready ## the whole site on http://127.0.0.1:8000 (PORT=, DEMO=0)
	@exec $(MANAGE) run_portal

test: ready-dev ## the whole suite, browser journeys included
	@exec $(PYTEST) -n 2 -m "not soak and not scale"

soak: ready-dev ## the long proofs at full counts
	@exec $(PYTEST) -m soak -s

test-scale: ready-dev ## search on a real OpenSearch server (OPENSEARCH_URL=, else Java and Maven)
	@$(PYTHON) portal/bootstrap.py requirements.txt requirements-dev.txt requirements-scale.txt
	@exec $(PYTEST) -m scale tests/kb/search

check: ready-dev ## format, lint, types, layers, migrations, translations, docs
	.venv/bin/ruff format --check .
	.venv/bin/ruff check .
	.venv/bin/djlint --quiet --lint portal support kb tracking personalization
	.venv/bin/mypy
	.venv/bin/lint-imports --no-logo
	DJANGO_SETTINGS_MODULE=portal.settings.test $(MANAGE) makemigrations --check --dry-run
	DJANGO_SETTINGS_MODULE=portal.settings.test $(MANAGE) check_translations
	$(PYTEST) -q tests/architecture

bench: ready-dev ## the benchmarks, each beside its peers (CORPUS=DIR, SIZES="10000 100000")
	@export DATA_DIR=$$(mktemp -d) && trap 'rm -rf "$$DATA_DIR"' EXIT && \
	  $(MANAGE) migrate -v 0 && $(MANAGE) createcachetable && $(MANAGE) load_demo && $(BENCH_PAGES) && $(MANAGE) rebuild_search && \
	  $(MANAGE) bench_search --publish --sizes $(SIZES) $(BENCH_OPTIONS) && \
	  $(MANAGE) collectstatic --noinput -v 0 && RATE_LIMITS=off $(MANAGE) bench_tracking --orders $(ORDERS) && \
	  $(MANAGE) bench_home --customers $(CUSTOMERS) --segments $(SEGMENTS)

SIZES ?= 10000
ORDERS ?= 100000
CUSTOMERS ?= 100000
SEGMENTS ?= 1000
ifdef CORPUS
BENCH_PAGES = for file in $(filter-out %.queries.jsonl,$(wildcard $(CORPUS)/*.jsonl)); do $(MANAGE) import_articles $$file || exit 1; done
BENCH_OPTIONS = --corpus $(CORPUS)
else
BENCH_PAGES = true
BENCH_OPTIONS = --queries portal/demo/queries.jsonl
endif

requirements: ready-dev ## compile requirements*.in with hashes
	for part in "" -dev -scale -semantic -peer-oscar; do \
	  .venv/bin/uv pip compile --quiet --upgrade --python-version 3.11.7 --universal --generate-hashes --no-emit-index-url --no-emit-find-links \
	    --custom-compile-command "make requirements" requirements$$part.in -o requirements$$part.txt || exit 1; \
	done

messages: ready-dev ## collect and compile the texts to translate
	$(MANAGE) check_translations --write

ready:
	@$(PYTHON) portal/bootstrap.py requirements.txt

ready-dev:
	@$(PYTHON) portal/bootstrap.py requirements.txt requirements-dev.txt
