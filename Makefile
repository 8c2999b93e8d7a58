# Dakoku. `make help` lists the targets; `make run` and `make test` are all a
# newcomer needs.
SHELL := /bin/bash
.DEFAULT_GOAL := help

MODULES  := platform proto/gen services/attendance services/integration services/webhook-gateway simulator system
# In the order in which they are tested, as many packages at a time as there are cores: the longest early, and
# services/integration well before system. Both run several programs, and together they are too much for two cores:
# what lives by limits of a second in the database does not get ready.
# Most tests of whole programs wait, so several run side by side. A program with the race detector would sleep for a
# second before it ends, and so would each package and each program that a test starts.
TESTED   := platform proto/gen services/integration services/attendance system services/webhook-gateway simulator
SERVICES := services/attendance/cmd/attendance services/integration/cmd/integration \
            services/webhook-gateway/cmd/webhook-gateway services/webhook-gateway/cmd/admin-gateway \
            simulator/cmd/simulator system/cmd/dakoku
BUF      := tools/node_modules/.bin/buf
NPM      := tools/node_modules/.installed
CONSOLE  := services/webhook-gateway/console/dist/index.html
NPMS     := console/node_modules/.package-lock.json
FUZZTIME ?= 10s
VERSION  := $(shell git describe --always --dirty 2>/dev/null || echo unknown)
GOBUILD  := go build -trimpath -ldflags "-X main.version=$(VERSION)"

.PHONY: help
help: ## Show this list
	@awk 'BEGIN {FS = ":.*## "} /^[a-z-]+:.*## / {printf "  %-16s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

.PHONY: build
build: $(CONSOLE) ## Build every binary into bin/; bin/dakoku is the all-in-one
	@echo "building (the first time takes a few minutes) ..."
	@mkdir -p bin
	@for s in $(SERVICES); do echo "  bin/$${s##*/}"; $(GOBUILD) -o bin/ ./$$s || exit 1; done

.PHONY: run
run: $(CONSOLE) ## Start everything with a demo company and show a first punch
	@echo "building bin/dakoku (the first time takes a few minutes) ..."
	@mkdir -p bin && $(GOBUILD) -o bin/ ./system/cmd/dakoku
	@exec bin/dakoku up --demo

.PHONY: test
# -count=1: Go remembers what a test said as long as no file of its own module changes, and many of these read files,
# or run programs, of another one.
test: $(NPM) $(CONSOLE) ## Run every test with the race detector, on a real PostgreSQL of its own
	npm --prefix console run --silent test
	@echo "the longest package, system/e2e, takes about five minutes; those that end meanwhile are told after it"
	@GORACE="atexit_sleep_ms=0 $$GORACE" go test -race -count=1 -timeout 40m -parallel 3 $(TESTED:%=./%/...)

.PHONY: test-upgrade
test-upgrade: $(CONSOLE) ## Run the version before (system/previous.txt) beside this one, on this one's schema, under punches
	go test -tags upgrade -run 'TestUpgrade$$' -count=1 -timeout 20m -v ./system/e2e

.PHONY: console
console: $(CONSOLE) ## Build the web console into the admin door's package

.PHONY: test-console
test-console: $(CONSOLE) ## Drive the console with a browser on the real system, and take the pictures of docs/screens
	@mkdir -p bin && go build -o bin/ ./system/cmd/dakoku ./simulator/cmd/simulator
	npm --prefix console run --silent e2e

.PHONY: fuzz
fuzz: ## Run each fuzz target for FUZZTIME (default 10s)
	@tools/fuzz.sh $(FUZZTIME)

MEASURED := services/attendance/cmd/attendance services/integration/cmd/integration \
            services/webhook-gateway/cmd/webhook-gateway services/webhook-gateway/cmd/admin-gateway

.PHONY: bench
bench: bench-built ## Measure the product beside pgbench and a plain peer, in about three minutes
	bin/bench

.PHONY: bench-full
bench-full: bench-built ## The same with the long parts: steady load, a rush, overload, many companies, and how long answers take; half an hour
	bin/bench -parts answers,contest,open,rush,overload,scale

.PHONY: bench-built
bench-built:
	@mkdir -p bin && $(GOBUILD) -o bin/ $(MEASURED:%=./%) ./system/bench
	@$(GOBUILD) -o bin/bench-peer ./system/bench/peer

.PHONY: bench-go
bench-go: ## Run the Go benchmarks
	@for m in $(MODULES); do (cd $$m && go test -run '^$$' -bench . -benchmem ./...) || exit 1; done

# What the fault lab runs, breaks and judges is in docs/faultlab.md.
FAULTLAB := go run ./system/cmd/faultlab

.PHONY: faultlab
faultlab: $(CONSOLE) ## Break the running product, built with the race detector, and prove that no punch is lost (ten minutes; TIER=ci in one)
	$(FAULTLAB) -tier $(or $(TIER),local) -without-controls

.PHONY: faultlab-nightly
faultlab-nightly: $(CONSOLE) ## The same for a night: 150 kills, 25 crashes, 5 failovers, 200,000 events
	$(FAULTLAB) -tier nightly

.PHONY: faultlab-controls
faultlab-controls: $(CONSOLE) ## Try the 25 negative controls of goal G32 and the further ones, and nothing else (half an hour)
	$(FAULTLAB) -control all

.PHONY: faultlab-release
faultlab-release: $(CONSOLE) ## The same before a release, for about a day
	$(FAULTLAB) -tier release

# The tests of docs/testing.md, "Sizes for once", that replace keys: faults F48 and F50. -v prints their figures.
.PHONY: rotations-full
rotations-full: $(CONSOLE) ## Replace tokens, bot secrets and master keys in full size, with kills (hours; on a machine of its own)
	@status=0; export DAKOKU_TEST_FULL=1; \
	go test -C services/integration -v -count=1 -timeout 3h -run '^TestKilledRotations$$' ./internal/store || status=1; \
	for t in TestManyRotationsAtSeveralDoors TestTheMasterKeyIsReplacedWhilePunchesArrive TestEachProgramReplacesItsKey; do \
	  go test -C system -v -count=1 -timeout 3h -run "^$$t$$" ./e2e || status=1; done; exit $$status

.PHONY: failpoints-full
failpoints-full: ## End, fail and stop every program at each of its places, ten times (two hours, mostly waiting)
	@status=0; export DAKOKU_TEST_FULL=1; \
	for m in webhook-gateway integration attendance; do \
	  go test -C services/$$m -count=1 -timeout 3h -parallel 3 -run 'HurtAtEveryPlace$$|^TestKilledAfterEachMessage$$' . || status=1; done; exit $$status

.PHONY: fuzz-full
fuzz-full: ## Run each fuzz target for ten minutes
	@$(MAKE) --no-print-directory fuzz FUZZTIME=10m

.PHONY: rolling-full
rolling-full: $(CONSOLE) ## Restart everything ten times, one process after the other, under 32 callers
	DAKOKU_TEST_FULL=1 go test -C system -v -count=1 -timeout 1h -run '^TestRollingRestart$$' ./e2e

# What is too long for each change. A part that fails keeps none after it from running; those that failed are told last.
NIGHTLY := test-upgrade rolling-full test-console bench-full rotations-full failpoints-full fuzz-full faultlab faultlab-nightly
.PHONY: nightly
nightly: ## Run what is too long for each change: upgrade, restarts, rotations and failpoints in full, fuzzing, browser, bench and fault lab
	@failed=; for part in $(NIGHTLY); do \
	  echo; echo "### $$part ($$(date +%H:%M:%S))"; \
	  $(MAKE) --no-print-directory $$part || failed="$$failed $$part"; done; \
	echo; test -z "$$failed" || { echo "nightly: failed:$$failed"; exit 1; }

.PHONY: lint
lint: bin/golangci-lint $(BUF) $(NPMS) third_party/proto ## Lint Go (with the architecture's import rules), protos and the console
	$(BUF) lint
	$(BUF) format --diff --exit-code proto
	@for m in $(MODULES); do echo "== $$m"; (cd $$m && $(CURDIR)/bin/golangci-lint run --config $(CURDIR)/.golangci.yml ./...) || exit 1; done
	npm --prefix console run --silent check
	tools/layout.sh

.PHONY: generate
generate: $(BUF) third_party/proto bin/protoc-gen-go ## Regenerate Go, gateway, OpenAPI and the generated pages of docs/
	rm -rf proto/gen/dakoku
	$(BUF) generate
	$(BUF) build -o third_party/image.binpb
	go run ./system/cmd/docs third_party/image.binpb docs third_party/openapi.json
	tools/node_modules/.bin/openapi-typescript third_party/openapi.json --output proto/gen/openapi/dakoku.d.ts

.PHONY: verify
verify: $(BUF) generate ## Prove that what is committed is current: generated code, contract, go.mod, lone modules
	@test -z "$$(git status --porcelain -- proto/gen docs)" || { git status --short -- proto/gen docs; git diff --stat -- proto/gen docs; echo "generated files differ from the committed ones: commit the result of 'make generate'"; exit 1; }
	$(BUF) breaking proto --against proto/baseline.binpb
	@for m in $(MODULES); do echo "== $$m alone"; (cd $$m && GOWORK=off go mod tidy -diff && GOWORK=off go build ./... && GOWORK=off go vet ./...) || exit 1; done

.PHONY: tidy
tidy: ## Bring every go.mod in step
	@for m in $(MODULES); do (cd $$m && GOWORK=off go mod tidy) || exit 1; done

.PHONY: clean
clean: ## Remove what was built (the data directory .dakoku stays)
	rm -rf bin third_party tools/node_modules console/node_modules
	find services/webhook-gateway/console/dist -mindepth 1 ! -name .gitkeep -delete

# The console's lock lists every platform, so what is installed is what it says.
$(NPMS): console/package-lock.json
	npm ci --prefix console --no-audit --no-fund --loglevel=error
	@touch $@

$(CONSOLE): $(NPMS) proto/gen/openapi/dakoku.swagger.json $(shell git ls-files console/src console/public console/scripts console/index.html console/vite.config.ts)
	npm --prefix console run --silent build

# Tools, at the versions that tools/go.mod, tools/lint/go.mod and
# tools/package-lock.json pin.
bin/protoc-gen-go: tools/go.mod
	GOWORK=off GOBIN=$(CURDIR)/bin go -C tools install tool
	@touch $@

bin/golangci-lint: tools/lint/go.mod
	@echo "building golangci-lint (takes about two minutes) ..."
	GOWORK=off GOBIN=$(CURDIR)/bin go -C tools/lint install tool
	@touch $@

# buf; jose, an independent implementation of JWT, which checks ours; the
# compiler and the generator of a client of the admin door, and what it runs on.
$(BUF): $(NPM)

$(NPM): tools/package-lock.json
	@# not "npm ci": the lock cannot list the variants for platforms that a registry mirror lacks
	npm install --prefix tools --no-save --no-audit --no-fund --loglevel=error
	@touch $@

third_party/proto: tools/go.mod
	GOWORK=off go -C tools run ./thirdparty ../third_party/proto
	@touch $@
