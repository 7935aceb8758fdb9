# Tenure: `make demo` shows it at work, `make test` tests all of it.

SCRATCH ?= .build
TENURE = $(abspath $(SCRATCH))/release/tenure
FORMATTED = Package.swift $(wildcard Sources) $(wildcard Tests)
SWIFT_BUILD = swift build --scratch-path $(SCRATCH)

.DEFAULT_GOAL := help
.PHONY: help install-deps release install demo test fuzz lint bench replay clean

# Where `make install` puts things; DESTDIR comes before it, for packagers.
PREFIX ?= /usr/local
SHARE = $(DESTDIR)$(PREFIX)/share

help: ## shows this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-13s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

install-deps: ## installs the libraries that are missing (Debian, Ubuntu)
	@.ci/install-deps

release: install-deps ## builds the release binary
	$(SWIFT_BUILD) -c release --product tenure --static-swift-stdlib

install: ## installs the binary and its completions below PREFIX (after make release)
	@test -x "$(TENURE)" || { echo "There is no $(TENURE) yet: make release" >&2; exit 1; }
	install -D -m 755 "$(TENURE)" "$(DESTDIR)$(PREFIX)/bin/tenure"
	install -d "$(SHARE)/bash-completion/completions" "$(SHARE)/zsh/site-functions" "$(SHARE)/fish/vendor_completions.d"
	"$(TENURE)" completions bash > "$(SHARE)/bash-completion/completions/tenure"
	"$(TENURE)" completions zsh > "$(SHARE)/zsh/site-functions/_tenure"
	"$(TENURE)" completions fish > "$(SHARE)/fish/vendor_completions.d/tenure.fish"

demo: release ## plans and applies manifests/, and plans again: «No changes.»
	@TENURE="$(TENURE)" .ci/demo

test: ## builds and runs all tests
	@.ci/install-deps sqlite3 tzdata python3-yaml python3-jsonschema cmark-gfm
	$(SWIFT_BUILD) --build-tests
	swift test --scratch-path $(SCRATCH) --skip-build

MINUTES ?= 5
SEED ?= $(shell date +%s)
FUZZ_DOORS = $(shell ls Tests/Fuzz/Corpus | wc -l)

fuzz: ## feeds hostile files and repositories for MINUTES=5; SEED=N repeats a run
	@.ci/install-deps
	$(SWIFT_BUILD) --build-tests
	TENURE_FUZZ_SEED=$(SEED) TENURE_FUZZ_SECONDS=$$(($(MINUTES) * 60 / $(FUZZ_DOORS))) \
	  swift test --scratch-path $(SCRATCH) --skip-build --filter FuzzTests

lint: ## checks the format of all Swift sources
	swift format lint --strict --recursive --parallel $(FORMATTED)

bench: release ## times Tenure beside a C program and scripts, up to 1,000,000 memberships; BENCH='--sizes 10000' for less
	@.ci/install-deps gcc python3-yaml python3-matplotlib
	@TENURE="$(TENURE)" python3 Benchmarks/run.py --work "$(SCRATCH)/bench" --peers 100000 $(BENCH)

replay: release ## replays every commit of the git bundles in HISTORIES=DIR
	@.ci/install-deps python3-yaml
	@TENURE="$(TENURE)" python3 Tests/Replay/replay.py $(if $(HISTORIES),--histories "$(HISTORIES)") $(REPLAY)

clean: ## removes what was built
	rm -rf "$(SCRATCH)"
