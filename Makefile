# Every verb of this checkout; `make help` lists them. STACK names the stack, dev by default.
STACK ?= dev
SHELL := bash
python := .venv/bin/python

.PHONY: help up preview down logs lint lock sbom test bench
help: ## Say what each verb does
	@sed -n 's/^\([a-z]*\):.*## /\1\t/p' Makefile | expand -t 10

up: ## Bring this machine to a running JupyterHub
	@bootstrap/up.sh $(STACK)

preview: ## Show what `make up` would change, and the policies it breaks
	@bootstrap/prepare.sh $(STACK)
	@bootstrap/preview.sh $(STACK) --diff

down: ## Stop and remove it; WITH_DATA=1 also removes its data and people's files
	@bootstrap/down.sh $(STACK)

logs: ## Follow the logs of hub, proxy and notebooks
	@bootstrap/logs.sh $(STACK)

lint: ## Check style, types, scripts and Dockerfiles
	@bootstrap/python.sh
	@.venv/bin/ruff check . && .venv/bin/ruff format --check .
	@.venv/bin/mypy .
	@for image in hub docker-gate gitlab-standin; do (cd images/$$image && \
		../../.venv/bin/mypy --config-file ../../pyproject.toml --cache-dir ../../.mypy_cache/$$image .) || exit; done
	@.venv/bin/shellcheck $$(git grep -lE '^#!.*\b(ba)?sh$$|^# shellcheck shell=' -- . ':!*.md' ':!*.py')
	@.venv/bin/check-jsonschema --builtin-schema vendor.gitlab-ci .gitlab-ci.yml
	@.venv/bin/hadolint $$(git ls-files '*Dockerfile')

lock: ## Compile every requirements.lock anew; FOLDER=environments/physics only an environment's
	@bootstrap/python.sh
	@bootstrap/lock.sh "$(FOLDER)" "$(BASE)"

sbom: ## Write what each image holds, as CycloneDX, to .state/sbom or to FOLDER
	@bootstrap/prepare.sh $(STACK)
	@bootstrap/sbom.sh $(STACK) "$(or $(FOLDER),.state/sbom)"

test: ## Run all tests; TESTS=tests/unit runs a part
	@bootstrap/test.sh $(TESTS)

bench: ## Measure make up, previews and server starts
	@bootstrap/prepare.sh $(STACK)
	@source .state/env && $(python) -m benchmarks
