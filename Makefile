UV_VERSION := 0.13.8
UV := .tools/bin/uv
PY := .venv/bin/python
export UV_PYTHON_DOWNLOADS := never
export UV_SYSTEM_CERTS ?= 1
unexport UV_INDEX UV_DEFAULT_INDEX UV_EXTRA_INDEX_URL UV_INDEX_URL VIRTUAL_ENV

.PHONY: install lock test lint types demo demo-reset

install: .venv/.synced

$(UV):
	python3 -m venv .tools
	.tools/bin/pip install -q --disable-pip-version-check uv==$(UV_VERSION)

.venv/.synced: requirements-dev.txt | $(UV)
	$(UV) venv -q --clear .venv
	$(UV) pip sync -q --require-hashes requirements-dev.txt
	touch $@

# Writes the two locks anew. They hold hashes and no registry's address.
lock: | $(UV)
	$(UV) pip compile -q --generate-hashes --no-emit-index-url --no-annotate --no-header pyproject.toml -o requirements.txt
	$(UV) pip compile -q --generate-hashes --no-emit-index-url --no-annotate --no-header pyproject.toml --group dev -o requirements-dev.txt

# Lint, types, migrations, tests; says NOT RUN for what needs a service that does not answer.
test: install
	$(PY) -m tests.everything
