# Everything this project can be asked to do. `make` alone lists it.
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
MAKEFLAGS += --no-print-directory
# Cargo and npm share the machine by themselves; the order below is meant.
.NOTPARALLEL:

MENPAI := target/debug/menpai
NPM := npm --prefix web
INSTALLED := web/node_modules/.package-lock.json
E2E := npm --prefix tests/e2e
E2E_INSTALLED := tests/e2e/node_modules/.package-lock.json
PAGES := web/dist/index.html
DOORS := $(notdir $(wildcard tests/corpus/*))
TRIAL := target/trial/venv/bin/python tests/trial/trial.py $(MENPAI)
TRIAL_INSTALLED := target/trial/venv/.installed
PAGE_SOURCES := $(shell find web -path web/node_modules -prune -o -path web/dist -prune -o -type f -print 2>/dev/null)

.PHONY: help run test e2e screenshots check bench first-paint fmt spec fixture release soak trial brief-trial fuzz clients clean tools python browser pages rust-check rust-test spec-check web-check web-test

help: ## List what can be done (this text)
	@echo 'Menpai 门牌 - make <target>'
	@awk -F ':.*## ' '/^[a-z0-9-]+:.*## / { printf "  %-11s %s\n", $$1, $$2 }' $(firstword $(MAKEFILE_LIST))

run: tools pages ## Build everything, then serve the demo: simulator, filled tenant, first sync
	cargo build --locked
	$(MENPAI) demo

test: check rust-test web-test e2e brief-trial ## Check everything that must hold: `check`, then every test

e2e: pages browser $(E2E_INSTALLED) ## Use the pages in a real browser, against the real binary and the simulator
	cargo build --locked
	$(E2E) run --silent test

screenshots: pages browser $(E2E_INSTALLED) ## Write every page, in both languages, light and dark, to target/screenshots
	cargo build --locked
	rm -rf target/screenshots
	$(E2E) run --silent screenshots

check: tools web-check pages rust-check spec-check ## Formatting, lints, docs, licences, generated files, web types and build

bench: tools ## Measure against the simulator, in the release profile
	cargo bench --locked --bench bench

first-paint: pages browser $(E2E_INSTALLED) ## Measure how soon the console stands in a browser with a cold cache
	cargo build --locked
	$(E2E) run --silent measure

fmt: ## Format the Rust sources
	cargo fmt

spec: tools $(INSTALLED) ## Write docs/openapi.json and the web client's types anew from the code
	cargo run --locked --quiet -- openapi > docs/openapi.json.new
	mv docs/openapi.json.new docs/openapi.json
	$(NPM) run --silent types

fixture: ## Write the frozen database of the present schema anew (until that schema is released)
	cargo test --locked --lib -- --ignored write_the_fixture

release: tools pages ## Build dist/ and target/menpai-….tar.gz: stripped binary, installer, unit, SBOM, checksums
	packaging/release.sh

soak: pages ## Break it for long: every crash test ROUNDS times (20), each kind of work with MENPAI_CRASH_MOMENTS (80) random ends, property tests with PROPTEST_CASES (20,000), then `trial`
	PROPTEST_CASES=$${PROPTEST_CASES:-20000} cargo test --locked --lib
	for round in $$(seq $${ROUNDS:-20}); do MENPAI_CRASH_MOMENTS=$${MENPAI_CRASH_MOMENTS:-80} cargo test --locked --test it -- crash:: --nocapture; done
	$(MAKE) trial

trial: pages python $(TRIAL_INSTALLED) ## Try every operation of the API as every role, EXAMPLES requests (20) an operation in each phase
	cargo build --locked
	$(TRIAL) --examples $${EXAMPLES:-20}

fuzz: ## Feed foreign bytes to every door, MINUTES (5) each; needs a nightly compiler and cargo-fuzz
	@cargo +nightly fuzz --version >/dev/null 2>&1 \
	  || { echo 'missing / 缺少: cargo-fuzz - install / 请安装: rustup toolchain install nightly && cargo install cargo-fuzz' >&2; exit 1; }
	for door in $(DOORS); do \
	  mkdir -p fuzz/corpus/$$door; \
	  cargo +nightly fuzz run --sanitizer none $$door fuzz/corpus/$$door tests/corpus/$$door -- \
	    -max_total_time=$$(($${MINUTES:-5} * 60)) -timeout=10 -rss_limit_mb=2048 -max_len=8192 -print_final_stats=1; \
	done

clients: tools pages python ## Generate TypeScript, Python and Rust clients, and do the main job with each against the demo
	cargo build --locked
	python3 tests/clients/run.py $(MENPAI) target/clients

clean: ## Remove what was built (not the data directory)
	cargo clean
	rm -rf dist web/dist web/node_modules tests/e2e/node_modules

# --- the parts -------------------------------------------------------------------------------------------

# Names every missing prerequisite at once, with what to install.
tools:
	@missing=0; \
	need() { command -v "$$1" >/dev/null 2>&1 || { echo "missing / 缺少: $$1 - install / 请安装: $$2" >&2; missing=1; }; }; \
	need cargo 'Rust 1.95 or newer by rustup / 用 rustup 安装 Rust 1.95 以上'; \
	need cc 'a C compiler: Debian, Ubuntu: gcc; Fedora: gcc; macOS: xcode-select --install / C 编译器'; \
	need node 'Node.js 20.19 or newer: package nodejs / Node.js 20.19 以上'; \
	need npm 'npm 10 or newer: comes with Node.js, or package npm / 随 Node.js 提供'; \
	if command -v node >/dev/null 2>&1; then \
	  node -e 'const [a, b] = process.versions.node.split(".").map(Number); process.exit(a > 20 || (a === 20 && b >= 19) ? 0 : 1)' \
	    || { echo "too old / 版本过低: node $$(node --version) - install Node.js 20.19 or newer / 请安装 20.19 以上" >&2; missing=1; }; \
	fi; \
	exit $$missing

$(INSTALLED): web/package.json web/package-lock.json web/.npmrc
	$(NPM) ci --no-progress
	@touch $@

$(E2E_INSTALLED): tests/e2e/package.json tests/e2e/package-lock.json tests/e2e/.npmrc
	$(E2E) ci --no-progress
	@touch $@

python:
	@python3 -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1 \
	  || { echo 'missing / 缺少: python3 - install / 请安装: Python 3.11 or newer with venv; Debian, Ubuntu: python3-venv' >&2; exit 1; }

browser:
	@[ -n "$${CHROMIUM:-}" ] || command -v chromium chromium-browser google-chrome >/dev/null \
	  || { echo 'missing / 缺少: chromium - install / 请安装: Debian, Ubuntu: chromium; or set CHROMIUM / 或设置 CHROMIUM' >&2; exit 1; }

$(PAGES): $(INSTALLED) $(PAGE_SOURCES)
	$(NPM) run --silent build
	@touch $@

$(TRIAL_INSTALLED): tests/trial/requirements.txt
	python3 -m venv --clear target/trial/venv
	target/trial/venv/bin/pip install --quiet --disable-pip-version-check --retries 1 -r $<
	@touch $@

# The trial's short form: what the specification says itself, as a platform administrator. It needs Python packages from
# the network, which nothing else here does; where they cannot be had it says so, and holds nothing up.
brief-trial: pages
	cargo build --locked
	@if $(MAKE) python $(TRIAL_INSTALLED); then \
	  $(TRIAL) --role platform --phases coverage; \
	else \
	  echo 'trial: left out, for its Python packages cannot be had / 跳过：无法取得所需的 Python 包'; \
	fi

pages: $(PAGES)

rust-check:
	cargo fmt --check
	cargo clippy --locked --all-targets -- -D warnings
	RUSTDOCFLAGS='-D warnings' cargo doc --locked --no-deps --document-private-items --quiet

rust-test: pages
	cargo test --locked

# What is generated must be what the code says today.
spec-check: $(INSTALLED)
	cargo run --locked --quiet -- openapi | diff -u docs/openapi.json - \
	  || { echo 'docs/openapi.json is not what the code says: run `make spec`' >&2; exit 1; }
	$(NPM) run --silent types:check

web-check: $(INSTALLED) $(E2E_INSTALLED)
	node web/scripts/licences.mjs
	$(NPM) run --silent lint
	$(NPM) run --silent typecheck
	$(E2E) run --silent typecheck

web-test: $(INSTALLED)
	$(NPM) run --silent test
