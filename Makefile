# `make` lists the targets. Every recipe works from a fresh clone: what it needs, it installs or says how to get.

CARGO ?= cargo
VENV := target/venv

# The tests find the wasm compiler and the reference Python through these. The compiler's path is asked for when a
# recipe runs, because `setup` may be what provides it.
TEST_ENV = REMOTEMEDIA_WASI_RUSTC="$$(scripts/wasi-target)" REMOTEMEDIA_PYTHON="$(CURDIR)/$(VENV)/bin/python"

.DEFAULT_GOAL := help
.PHONY: help setup build demo test test-docs test-code generate bench criterion instructions lint lint-format lint-code lint-docs clean

help: ## list the targets
	@sed -n 's/^\([a-z]*\):.*## \(.*\)/  make \1\t\2/p' $(MAKEFILE_LIST) | expand -t 16

setup: $(VENV)/ready ## provide what builds and tests need: the wasm target, a Python with NumPy and SciPy
	@$(CARGO) --version >/dev/null || { echo "cargo is missing: install Rust 1.95 or later" >&2; exit 1; }
	@scripts/wasi-target >/dev/null

$(VENV)/ready: tests/reference/requirements.txt
	python3 -m venv $(VENV)
	$(VENV)/bin/python -m pip install --quiet --disable-pip-version-check --requirement $<
	@touch $@

build: ## build the remotemedia command, in target/release
	$(CARGO) build --release --package remotemedia-cli

demo: setup build ## run the demonstration
	scripts/demo

test: test-docs test-code ## run all tests
test-docs: setup
	$(TEST_ENV) $(CARGO) test --workspace --doc
test-code: setup
	@if $(CARGO) nextest --version >/dev/null 2>&1; then run="nextest run --no-fail-fast"; else run="test --lib --bins --tests"; fi; \
		set -x; $(TEST_ENV) $(CARGO) $$run --workspace

generate: ## write again what is generated from the catalog: schema, manual, list of diagnostics, picture
	$(CARGO) run --quiet --package remotemedia-tests --bin generate

bench: setup build ## measure against other tools (QUICK=1: in a few minutes, to the terminal); writes docs/performance.md
	benches/peers/setup
	target/bench-venv/bin/python benches/peers/peers.py $(if $(QUICK),--quick)
	target/bench-venv/bin/python benches/python/measure.py "$${CARGO_TARGET_DIR:-target}/release/remotemedia" $(if $(QUICK),--rounds 3 --seconds 10)

criterion: setup ## measure the passes, and generated programs by themselves
	$(TEST_ENV) $(CARGO) bench --package remotemedia-benches

instructions: ## count the instructions of generated programs (BLESS=1 writes the baseline)
	$(CARGO) build --quiet --workspace --bin remotemedia # as the tests build it
	scripts/instructions

# Every feature but `rustpython`, which takes minutes to build; the tests compile it.
FEATURES := --features remotemedia-runtime-min/cpython,remotemedia-runtime-min/registry,remotemedia-runtime-min/threads

lint: lint-format lint-code lint-docs ## check format, lints and documentation
lint-format:
	$(CARGO) fmt --all --check
lint-code:
	$(CARGO) clippy --workspace --all-targets $(FEATURES) -- --deny warnings
lint-docs:
	RUSTDOCFLAGS="--deny warnings" $(CARGO) doc --workspace $(FEATURES) --no-deps

clean: ## remove what was built
	$(CARGO) clean
