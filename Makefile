# Everything below works on a fresh Debian 12 or Ubuntu machine: `setup` brings what is missing.
MAKEFLAGS += --no-print-directory
PYTHON_OF_VENV := .venv/bin/python
.DEFAULT_GOAL := help
.PHONY: help setup run tour stop status test browser screenshots chaos side-by-side lint bench bench-full k8s-check security image-check lock asyncapi dashboards

help:  ## What can be made here
	@sed -n 's/^\([a-z0-9-]*\):.*## \(.*\)/  make \1	\2/p' Makefile | expand -t 22

setup:  ## A virtual environment, RabbitMQ and MongoDB, where they are missing
	@sh deploy/local/setup.sh

run: setup  ## The whole platform with a demo chain, until Ctrl-C
	@$(PYTHON_OF_VENV) -m deploy.local.platform run

tour:  ## Plays the main job on what `make run` has started: homework, a meeting, a report card, a guide
	@$(PYTHON_OF_VENV) -m demo.tour

stop:  ## Ends what `make run` started
	@test ! -x $(PYTHON_OF_VENV) || $(PYTHON_OF_VENV) -m deploy.local.platform stop

status:  ## What of `make run` is running
	@test ! -x $(PYTHON_OF_VENV) || $(PYTHON_OF_VENV) -m deploy.local.platform status

# As many processes as share the tests, each with its own broker and database; one where those are given. Three keep two
# processors at work: much of a test is waiting for what another process does.
TEST_PROCESSES ?= $(if $(AMQP_URI)$(MONGODB_URI),0,3)

# Sweeps look at every page in all its looks, which takes as long as all others.
MARKS ?= not sweep

test:  ## All tests, on a real broker and database, and in a browser; ONLY=tests/roster for a part
	@sh deploy/local/setup.sh --if-offered chromium prometheus faketime
	@$(PYTHON_OF_VENV) -m pytest -n $(TEST_PROCESSES) -m "$(MARKS)" $(ONLY)

browser:  ## The tests in a browser, with every page of the portal in both languages and schemes
	@$(MAKE) test ONLY=tests/browser MARKS=

# One process: what draws them shares one platform.
screenshots:  ## Draws docs/screenshots anew, which the README shows
	@sh deploy/local/setup.sh chromium
	@rm -rf .run/screenshots/readme
	@$(PYTHON_OF_VENV) -m pytest -q -m readme tests/browser
	@$(PYTHON_OF_VENV) -m tests.browser.readme

lint: setup  ## Style, types and who may import whom
	@.venv/bin/ruff check .
	@.venv/bin/ruff format --check .
	@.venv/bin/mypy
	@.venv/bin/lint-imports

chaos: setup  ## 100,000 events while a nemesis does harm, each service off for two minutes, processes killed; SEED=… replays
	@sh deploy/local/setup.sh faketime
	@EVENTS=100000 SEED=$(SEED) RECIPIENTS=20000 STORM_FAMILIES=600 COMMANDS=2000 OFF_SECONDS=120 \
		$(PYTHON_OF_VENV) -m pytest -q -s tests/chaos tests/e2e/test_through_kills.py tests/e2e/test_outages.py

side-by-side: setup  ## The services of the last release beside these; OLD=HEAD~20 for those of another commit
	@$(PYTHON_OF_VENV) -W ignore -m tests.e2e.side_by_side $(OLD)

bench:  ## The figures; ONLY=relay for one group
	@sh deploy/local/setup.sh wrk chromium libjemalloc.so.2
	@$(PYTHON_OF_VENV) -m bench $(ONLY)

bench-full:  ## The figures that need the full-size data too
	@sh deploy/local/setup.sh wrk chromium libjemalloc.so.2
	@$(PYTHON_OF_VENV) -m bench --full $(ONLY)

k8s-check: setup  ## Builds and validates all Kubernetes overlays, offline, and has a scanner look at them
	@$(PYTHON_OF_VENV) -m deploy.k8s.check
	@$(PYTHON_OF_VENV) -m deploy.k8s.scan

image-check: setup  ## Makes each image's contents without Docker, and starts it; ONLY=roster for one
	@$(PYTHON_OF_VENV) -m deploy.images $(ONLY)

# OFFLINE=1 leaves out what asks others; EXAMPLES and HYPOTHESIS_PROFILE say how long tests may think of what to send.
security: setup  ## Looks for what an attacker would: code, secrets, packages, manifests, parsers; ONLY=secrets for a part
	@$(PYTHON_OF_VENV) -m deploy.security

asyncapi: setup  ## Writes docs/asyncapi.json from the events' contracts
	@$(PYTHON_OF_VENV) -m schoolbus asyncapi > docs/asyncapi.json

dashboards: setup  ## Writes Grafana's dashboards, and the table of metrics in docs/watching.md, from the code
	@$(PYTHON_OF_VENV) -m deploy.dashboards

lock: setup  ## Locks requirements/ anew from pyproject.toml
	@sh deploy/local/lock.sh
