# Each target first installs what it lacks, and says so: scripts/need.sh.
export PATH := $(CURDIR)/target/node/node_modules/node/bin:$(HOME)/.cargo/bin:$(PATH)
need := scripts/need.sh
SECONDS_PER_FUZZ_TARGET ?= 60
BENCH_EVENTS ?= 1000000
# A directory of labelled commands and texts for `make eval`; without one, it says so.
CORPORA ?= ../shared/corpora

made := $(abspath $(or $(CARGO_TARGET_DIR),target))
guests := $(made)/guest
say_skipped = if [ -f $(guests)/skipped ]; then echo "SKIPPED: tier A in a guest: $$(cat $(guests)/skipped)"; fi

ui_sources := $(shell find ui \( -name node_modules -o -name dist \) -prune -o -type f -print)

.DEFAULT_GOAL := help
.PHONY: help run test test-lsm check check-macos bench eval fuzz bpf dist clean

help: ## show what can be made
	@sed -n 's/^\([a-z-]*\):.*## /  make \1\t/p' Makefile | expand -t 16

run: dist ## build Ringfence and start it
	@target/dist/ringfence up --detach
	@echo
	@echo "Ringfence is running."
	@target/dist/ringfence open --print || true # an agent gets no link
	@echo
	@echo "What to do next:"
	@echo "  target/dist/ringfence install --all   guard the coding agents on this machine"
	@echo "  target/dist/ringfence status          see what is guarded and what is not"
	@echo "  target/dist/ringfence events --follow watch what they do"
	@echo "  target/dist/ringfence down            stop"

test: ui/dist/index.html ## run every test, with the real agents and a real browser
	@$(need) rust nextest agents ui web python clients guest
	npm --prefix ui --silent test
	cargo build --workspace
	cargo nextest run --workspace
	@$(say_skipped)

test-lsm: ## boot Debian's kernels 6.1 and 6.12 in an emulator, and try to get round the fence there
	@$(need) rust nextest guest
	cargo build -p ringfence-tests --bins
	cargo nextest run -p ringfence-tests --no-capture tier_a
	@$(say_skipped)

check: ui/dist/index.html ## format, types, lints, layers, sizes, licences, advisories
	@$(need) rust nextest deny ui
	cargo fmt --all --check
	cargo clippy --workspace --all-targets -- -D warnings
	cargo nextest run -p ringfence-tests layers
	cargo deny --locked check licenses bans sources
	@scripts/advisories.sh
	npm --prefix ui --silent run check

check-macos: ui/dist/index.html ## type-check everything for macOS, on Debian
	@$(need) rust python
	@scripts/check-macos.sh

bench: ui/dist/index.html ## measure hooks, pages, rules, scans, the proxy and the store, and print tables
	@$(need) rust shell_hook web proxies
	cargo build --profile dist -p ringfence-app -p ringfence-tests --bins
	target/dist/bench
	cargo bench --profile dist -p ringfence-app --bench rules
	cargo bench --profile dist -p ringfence-scan
	MITMDUMP=$(made)/mitmproxy/bin/mitmdump HUDSUCKER=$(made)/hudsucker/release/ringfence-bench-hudsucker \
		cargo bench --profile dist -p ringfence-proxy --bench proxy
	cargo bench --profile dist -p ringfence-store --bench record -- --events $(BENCH_EVENTS)

eval: dist ## judge the labelled commands and texts in CORPORA, and say which bars hold
	@$(need) python
	cargo build --release -p ringfence-scan --example injection
	@python3 scripts/eval.py target/dist/ringfence $(CORPORA) target/release/examples/injection

fuzz: ## let each parser read garbage, a minute each
	@$(need) rust fuzz
	@for target in $$(cargo +nightly fuzz list); do \
		cargo +nightly fuzz run "$$target" -- -max_total_time=$(SECONDS_PER_FUZZ_TARGET) || exit 1; \
	done

bpf: ## compile what runs in the kernel; only where its C changes
	@$(need) rust clang
	scripts/bpf.sh

dist: ui/dist/index.html ## build the program as users get it, with the dashboard in it
	@$(need) rust
	cargo build --profile dist -p ringfence-app
	@ls -lh target/dist/ringfence

ui/dist/index.html: $(ui_sources)
	@$(need) ui
	npm --prefix ui --silent run build

clean: ## delete everything that was made
	rm -rf target fuzz/target ui/dist ui/node_modules tests/agents/node_modules tests/web/node_modules
