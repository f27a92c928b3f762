# Skein. `make` lists the targets.
.DEFAULT_GOAL := help
SHELL := /bin/sh
export CGO_ENABLED := 0
GO ?= go
VERSION := $(shell git describe --tags --always --dirty 2>/dev/null || echo dev)
LDFLAGS := -s -w -X skein/internal/cli.Version=$(VERSION)

.PHONY: help
help: ## list the targets
	@awk -F':.*## ' '/^[a-z-]+:.*## / {printf "  make %-10s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

.PHONY: run
run: build ## a little fediverse to try, with people in it: three sites, one command
	bin/skein demo

.PHONY: build
build: tools-go $(if $(NOWEB),,web) ## bin/skein, with the web app in it (NOWEB=1: without)
	$(GO) build -trimpath -ldflags '$(LDFLAGS)' -o bin/skein .

.PHONY: web
web: tools-node web/node_modules/.done ## the web app: web/dist
	@if [ ! -f web/dist/.vite/manifest.json ] || [ -n "$$(find web/src web/public web/index.html web/vite.config.* web/package.json -newer web/dist/.vite/manifest.json 2>/dev/null | head -n 1)" ]; then \
		cd web && npm run --silent build; fi

web/node_modules/.done: web/package-lock.json
	cd web && npm ci --silent --no-fund --no-audit
	@touch $@

test/node_modules/.done: test/package-lock.json
	cd test && npm ci --silent --no-fund --no-audit
	@touch $@

.PHONY: test
test: build tools-test web-test web-speed go-test whole ## every test: units on both databases, web app, whole flows with peers, clients and a browser

.PHONY: go-test
go-test: tools-go ## Go tests on SQLite and PostgreSQL
	@scripts/need postgresql ffmpeg
	scripts/postgres $(GO) test -timeout 15m ./...

.PHONY: web-test
web-test: web ## unit tests and budgets of the web app
	cd web && npm run --silent test && npm run --silent size

.PHONY: web-size
web-size: web ## what pages and screens weigh, against the budgets
	cd web && npm run --silent size

.PHONY: web-speed
web-speed: web ## what the app costs the main thread, against the budgets
	@scripts/need chromium
	cd web && npm run --silent speed

.PHONY: web-flows
web-flows: web tools-chromium ## flows of the web app against a mock of the API, and axe on every screen in every look (takes minutes)
	cd web && npm run --silent e2e

.PHONY: whole
whole: build tools-test test/node_modules/.done ## whole flows against bin/skein: peer, clients, browser, crash
	cd test && ../scripts/postgres node_modules/.bin/node --test --test-concurrency=1 --test-timeout=240000 $$(ls *.test.mjs | grep -v ^barrier-)

.PHONY: barriers
barriers: build tools-test test/node_modules/.done ## axe on every route, on desktop and in Arabic too (the phone's walk is part of make test)
	cd test && ../scripts/postgres node_modules/.bin/node --test --test-concurrency=1 --test-timeout=240000 barrier-*.test.mjs

.PHONY: check
check: tools-go web ## formatting, vet, staticcheck, types and lint of the web app, generated files
	@fault=$$(gofmt -l $$(git ls-files '*.go')); [ -z "$$fault" ] || { echo "Run gofmt -w on:"; echo "$$fault"; exit 1; }
	$(GO) vet ./...
	$(GO) tool -modfile=tools/go.mod staticcheck ./...
	cd web && npm run --silent check
	scripts/unchanged docs gen

.PHONY: gen
gen: tools-node web/node_modules/.done ## files that are generated from others
	cd web && npm run --silent gen

.PHONY: docs
docs: tools-go ## docs/cli.md (commands and settings) and docs/api.md
	$(GO) run ./internal/cli/docs

.PHONY: bench
bench: build ## measure, and write docs/benchmarks.md
	$(GO) run ./internal/bench

.PHONY: fuzz
fuzz: tools-go ## every fuzz test for 30 seconds
	scripts/fuzz

.PHONY: hostile
hostile: tools-go ## everything wrong that can be with what other programs send, all of it
	SKEIN_HOSTILE=all $(GO) test -timeout 60m -run TestT72_HostileVariants ./internal/transport/federation

.PHONY: tools-go tools-node tools-chromium tools-test
tools-go:
	@scripts/need go
tools-node:
	@scripts/need node
tools-chromium:
	@scripts/need chromium
tools-test:
	@scripts/need go node openssl chromium postgresql toot python3-mastodon ffmpeg
