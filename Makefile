# What a person does with this repository. Every target builds what it needs first.

PYTHON ?= python3
DEV := .venv/dev/bin/python

.DEFAULT_GOAL := help
.PHONY: help run test check validate audit bench chaos fuzz model package image deploy destroy format dev

help: ## list the targets
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sort | sed -E 's/^([a-z]+):.*## /  make \1\t/' | expand -t 16
	@echo
	@echo "  make run takes PORT=8080, STATE=.local, DNS_CHECK=on, LIMITS=on, MODEL_DIR=folder;"
	@echo "  make model takes CORPUS=file or folder, make chaos WRITE=on (the table into docs/reliability.md);"
	@echo "  make package and make image take ARCHITECTURE=x86_64, make image BASE=aws;"
	@echo "  make deploy and make destroy take ACCOUNT=\"--region eu-central-1\" (or --profile, --stack, --local),"
	@echo "  and OPTIONS=\"--yes --sender reviews@example.org\"; python3 -m ship deploy --help lists them;"
	@echo "  all take PYTHON=python3.12"

run: ## the whole site at http://localhost:8080, until Ctrl-C
	@exec $(PYTHON) -m local run

# PyTorch's second thread would only wait for the other process's. The tests start hundreds of
# Pythons: they may keep bytecode even where the environment forbids it, or each compiles anew.
test: dev ## every test, in two processes
	@($(PYTHON) -m local environment app && $(PYTHON) -m local environment cloud) >/dev/null & \
	building=$$!; \
	env -u PYTHONDONTWRITEBYTECODE OMP_NUM_THREADS=1 \
	  $(DEV) -m pytest --numprocesses 2 --dist loadfile --no-loadscope-reorder; \
	status=$$?; \
	wait $$building || echo "The site's environments were not built; the reason stands above." >&2; \
	exit $$status

check: dev ## format, lint, types and the template
	@$(DEV) -m ruff format --check .
	@$(DEV) -m ruff check .
	@$(DEV) -m mypy
	@.venv/dev/bin/cfn-lint infra/template.yaml

validate: ## the template once more: as SAM sees it, the serverless rules, and a scanner of permissions
	@$(PYTHON) -m local environment ship
	@$(PYTHON) -m local environment scan
	@SAM_CLI_TELEMETRY=0 AWS_DEFAULT_REGION=us-east-1 .venv/ship/bin/sam validate --lint --template infra/template.yaml
	@.venv/ship/bin/cfn-lint --config-file infra/cfn-lint.yaml --template infra/template.yaml
	@.venv/scan/bin/checkov --config-file infra/checkov.yaml

chaos: dev ## every fault at every step, and the table of what came of it (minutes)
	@CHAOS=whole $(if $(WRITE),WRITE=$(WRITE)) $(DEV) -m pytest tests/chaos

bench: ## measure the engine beside others, into bench/results.md (40 minutes)
	@$(PYTHON) -m local environment bench
	@.venv/bench/bin/python -m bench

audit: ## look up every pinned package among the known weaknesses (asks the package index)
	@$(PYTHON) -m local environment audit
	@for list in functions/requirements.txt functions/*/requirements.txt local/requirements.txt scraper/requirements.txt; do \
	  echo "$$list"; \
	  .venv/audit/bin/python -m pip_audit --progress-spinner off --requirement "$$list" || exit 1; \
	done

fuzz: dev ## ten thousand hostile requests at the site's functions (minutes)
	@FUZZ_EXAMPLES=250 FUZZ_EVERY=1 $(DEV) -m pytest -s tests/fuzz

model: dev ## text to measured bundle on a small slice, into .training/rehearsal (minutes)
	@$(DEV) -m training rehearse --out .training/rehearsal $(if $(CORPUS),--corpus "$(CORPUS)")

package: ## the functions' zips, built by AWS SAM, each tried alone (minutes)
	@$(PYTHON) -m ship.package $(if $(ARCHITECTURE),--architecture $(ARCHITECTURE))

image: ## the writing function's image, built, and a review written inside it (minutes)
	@$(PYTHON) -m ship.image $(if $(BASE),--base $(BASE)) $(if $(ARCHITECTURE),--architecture $(ARCHITECTURE))

deploy: ## put the site into your AWS account, or bring it up to date; asks what it needs
	@exec $(PYTHON) -m ship $(ACCOUNT) deploy $(OPTIONS)

destroy: ## take the site down; its tables are kept
	@exec $(PYTHON) -m ship $(ACCOUNT) destroy $(OPTIONS)

format: dev ## put the code into its format
	@$(DEV) -m ruff format .
	@$(DEV) -m ruff check --fix .

dev:
	@$(PYTHON) -m local environment dev
