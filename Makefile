# The commands of this repository. Each does the same on a desk and in the build machine. "make" lists them.

SHELL := bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
MAKEFLAGS += --no-builtin-rules

BIN := bin

# Program and tests are built in one way, so that what they share is built once. Only the race detector needs a C compiler.
export CGO_ENABLED := 0
export GOFLAGS += -trimpath
# By itself the detector lets every process sleep for a second before it ends.
RACE = CGO_ENABLED=1 GORACE=atexit_sleep_ms=20

# Linters are installed by exact version and outside the module, whose dependencies they would otherwise decide.
GOLANGCI_LINT_VERSION := v2.15.0
GOLANGCI_LINT := $(BIN)/golangci-lint-$(GOLANGCI_LINT_VERSION)

# Gives the tests a PostgreSQL server where the machine has one, and warns where it has none.
WITH_POSTGRES := $(BIN)/withpostgres

# SQLite is C that was translated to Go: it keeps its memory and its locks itself, so the race detector finds nothing in
# it, and takes a third of all time to look. Use of unsafe pointers is looked at in our own code alone.
NO_RACE = -gcflags='all=$(PLAIN) -d=checkptr=0' -gcflags='tarn/...=$(PLAIN)' -gcflags='modernc.org/...=$(PLAIN) -race=false -d=checkptr=0'

# Runs tests that may leave nothing out for want of PostgreSQL, and try the program that "make build" builds.
TESTED = TARN_REQUIRE_POSTGRES=1 TARN_TEST_PROGRAM=$(abspath $(BIN)/tarn) $(WITH_POSTGRES)

# What may be set on the command line.
ARGS ?=#        flags for "make run", "make bump", "make bench-http", "make bench-billing", "make monthend" and "make random", as in ARGS="--listen :8080"
PKG ?= ./server ./cmd/tarn ./...#   packages for "make test", "make race" and "make bench"; those that take longest begin first
BENCH ?= .#     pattern for "make bench"
COUNT ?= 1#     repetitions for "make bench"; benchstat wants 10
FUZZTIME ?= 30s#  how long "make fuzz" tries each target
COVERED ?= ./billing/... ./clock ./encode ./fault ./form ./locale ./nullable ./render#  packages for "make cover"
IMAGE ?= $(BIN)/image#  where "make image" lays an image out
CERTIFICATES ?= /etc/ssl/certs/ca-certificates.crt#  those that an image trusts
VERSION ?=#     the version that "make build" writes into the binary

.PHONY: help
help: ## List the commands.
	@awk 'BEGIN {FS = ":.*## "} /^[a-z-]+:.*## / {printf "  make %-18s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

.PHONY: run
run: build ## Build and serve on the embedded database.
	./$(BIN)/tarn serve $(ARGS)

.PHONY: build
build: ## Build bin/tarn.
	go build -ldflags '$(if $(VERSION),-X main.released=$(VERSION))' -o $(BIN)/tarn ./cmd/tarn

.PHONY: image
image: ## Lay out in IMAGE what a container image holds, of what "make build" has made.
	install -d $(IMAGE)/etc/ssl/certs
	install -d -m 1777 $(IMAGE)/data
	install -m 755 $(BIN)/tarn $(IMAGE)/tarn
	install -m 644 $(CERTIFICATES) $(IMAGE)/etc/ssl/certs/ca-certificates.crt

.PHONY: test
test: $(WITH_POSTGRES) ## Run every test, on both databases where PostgreSQL is installed.
	$(WITH_POSTGRES) go test -shuffle on -timeout 20m $(PKG)

.PHONY: race
race: $(WITH_POSTGRES) build ## Run every test with the race detector, in random order; PostgreSQL must be there.
	$(RACE) $(TESTED) go test -race $(NO_RACE) -shuffle on -timeout 40m $(PKG)

# Two runs of one half each: every test meets both databases, and the race detector on one of them, which its name
# chooses, or on none where its requests come one after the other: it makes a test three and a half times as long. The
# rooms of COVERED have no state, and "make cover" runs their tests. In the tests of UNRACED nothing happens at the same time.
# The linters have vetted everything by then.
UNRACED := tarn tarn/openapi tarn/openapi/% tarn/bench/% tarn/cmd/tarncover tarn/invoicing tarn/metering tarn/store/internal/named \
	tarn/store/internal/usagesql tarn/store/storetest/cmd/% tarn/web tarn/web/% tarn/wire
STATEFUL = ./server ./cmd/tarn $(filter-out $(shell go list $(COVERED)),$(shell go list ./...))
.PHONY: halves
halves: $(WITH_POSTGRES) build ## Run every test on both databases, on one of them with the race detector; PostgreSQL must be there.
	$(RACE) TARN_TEST_HALF=1 $(TESTED) go test -vet off -race $(NO_RACE) -parallel 4 -shuffle on -timeout 40m $(filter-out $(UNRACED),$(STATEFUL))
	TARN_TEST_HALF=2 $(TESTED) go test -vet off -parallel 4 -shuffle on -timeout 20m $(STATEFUL)

# Lists the fuzz targets of packages: package, folder and name. "go test -list" would build all of them for that.
fuzz_targets = go list -f '{{.ImportPath}} {{.Dir}}' $(1) | while read -r package folder; do \
		find "$$folder" -maxdepth 1 -name '*_test.go' -exec sed -n 's/^func \(Fuzz[A-Za-z0-9_]*\)(.*/\1/p' {} + | \
			while read -r target; do echo "$$package $$folder $$target"; done; \
	done

# Go 1.26 calls a target failed, now and then, only because its time is over (golang/go#75804, mended in 1.27), and then this
# line is all it says. What a target finds stands in other words.
TIME_IS_OVER := '    context deadline exceeded'
.PHONY: fuzz
fuzz: ## Try every fuzz target for FUZZTIME: make fuzz PKG=./billing/... FUZZTIME=5m
	@said=$$(mktemp); trap 'rm -f "$$said"' EXIT; \
	$(call fuzz_targets,$(PKG)) | while read -r package _ target; do \
		echo "$$package $$target"; \
		go test -run '^$$' -fuzz "^$$target\$$" -fuzztime $(FUZZTIME) "$$package" < /dev/null 2>&1 | tee "$$said" || \
			grep -qx $(TIME_IS_OVER) "$$said"; \
	done

.PHONY: random
random: $(WITH_POSTGRES) ## Send random requests to both databases: make random ARGS="-random.requests 50000 -random.seed 7".
	$(WITH_POSTGRES) go test ./server -run '^TestRandom_' -count 1 -timeout 12h -v -random.requests 5000 $(ARGS)

.PHONY: test-clients
test-clients: build ## Drive bin/tarn through the official JavaScript client; needs Node.js 20 and npm.
	npm ci --prefix clients/javascript --no-audit --no-fund
	npm test --prefix clients/javascript

.PHONY: cover
cover: ## Hold what the rooms that need no database reach by their own tests against the floors.
	mkdir -p coverage
	go test -coverprofile coverage/profile.out $(COVERED)
	go run ./cmd/tarncover coverage/profile.out coverage.floors

.PHONY: cover-all
cover-all: $(WITH_POSTGRES) ## Show which lines all tests reach, in coverage/index.html; takes many minutes.
	mkdir -p coverage
	$(WITH_POSTGRES) go test -timeout 60m -coverprofile coverage/all.out \
		-coverpkg "$$(go list ./... | grep -Ev '^tarn(/gen|/bench|$$)' | paste -sd, -)" ./...
	go tool cover -html coverage/all.out -o coverage/index.html

.PHONY: floors
floors: ## Raise the floors of coverage to what the last "make cover" reached.
	go run ./cmd/tarncover -raise coverage/profile.out coverage.floors

.PHONY: bench
bench: $(WITH_POSTGRES) ## Run the benchmarks, in the form benchstat reads: make bench COUNT=10 > new.txt
	$(WITH_POSTGRES) -durable go test -run '^$$' -bench '$(BENCH)' -benchmem -count $(COUNT) $(PKG)

.PHONY: bench-http
bench-http: ## Measure events and lists of customers over HTTP, beside bare servers: make bench-http ARGS="-case reads".
	go run ./bench/http $(ARGS)

.PHONY: bench-billing
bench-billing: ## Measure how fast customers are billed: make bench-billing ARGS="-customers 1000".
	go run ./bench/billing $(ARGS)

.PHONY: monthend
monthend: build ## Kill processes while months pass, and check what everybody owes: make monthend ARGS="-customers 300".
	go run ./bench/monthend $(ARGS)

.PHONY: generate
generate: ## Bundle the contracts and generate the code that follows from them.
	go run ./cmd/tarnspec bundle
	go generate ./gen/...

# The pictures show what the tests see: the portal of a customer in a browser, and an invoice of it.
.PHONY: pictures
pictures: ## Make the pictures of the README anew; needs Chromium and pdftoppm.
	@folder=$$(mktemp -d); trap 'rm -rf "$$folder"' EXIT; \
	TARN_SNAPSHOTS="$$folder" TARN_REQUIRE_BROWSER=1 go test ./server -count=1 -run '^TestCustomerPortal_(InABrowser|ServesFiles)$$'; \
	pdftoppm -png -r 80 -singlefile "$$folder/invoice.pdf" "$$folder/invoice"; \
	mkdir -p docs/images; cp "$$folder/portal.png" "$$folder/portal-phone.png" "$$folder/invoice.png" docs/images

.PHONY: golden
golden: $(WITH_POSTGRES) ## Write the golden schemas anew, after a migration was added; PostgreSQL must be there.
	TARN_REQUIRE_POSTGRES=1 $(WITH_POSTGRES) go test ./store -count=1 -run '^TestSchema_IsTheGoldenOne$$' -update

.PHONY: bump
bump: ## Move to another version of the published contract: make bump SPEC=FILE ARGS="--markdown"
	@test -n "$(SPEC)" || { echo "usage: make bump SPEC=FILE" >&2; exit 2; }
	go build -o $(BIN)/tarnspec ./cmd/tarnspec
	$(BIN)/tarnspec bump "$(SPEC)" $(ARGS)

.PHONY: bump-undo
bump-undo: ## Take the last bump back.
	go build -o $(BIN)/tarnspec ./cmd/tarnspec
	$(BIN)/tarnspec bump --undo

.PHONY: fmt
fmt: $(GOLANGCI_LINT) ## Format the code.
	$(GOLANGCI_LINT) fmt

.PHONY: lint
lint: $(GOLANGCI_LINT) ## Vet and lint the code, its format included; govet is one of the linters.
	$(GOLANGCI_LINT) run

# Less is cleaned up meanwhile, which builds, linters and tests spend a tenth of their time with; and what only a debugger
# reads is not written, which takes a tenth of each build.
.PHONY: check
check: export GOGC := 400
check: export GOMEMLIMIT := 3GiB
check: PLAIN := -dwarf=false
check: export GOFLAGS += -gcflags=all=$(PLAIN)
check: check-modules check-generated lint vulnerabilities halves cover check-fuzz check-monthend test-clients check-operations ## Run everything the build machine runs.

.PHONY: check-modules
check-modules: ## Fail when go.mod or go.sum is not what the code needs.
	go mod tidy -diff

.PHONY: check-generated
check-generated: ## Fail when a contract or the generated code is stale.
	@before=$$(mktemp -d); trap 'rm -rf "$$before"' EXIT; cp -R openapi gen "$$before"; \
	$(MAKE) --no-print-directory generate; \
	stale=0; for room in openapi gen; do diff -r --brief "$$before/$$room" "$$room" || stale=1; done; \
	test $$stale = 0 || { echo "stale: run make generate and commit what it writes" >&2; exit 1; }

# Built for fuzzing, the libraries of these tests alone take a minute and a half, which a second is not worth: here the
# targets are tried on what comes by chance, without a look at what it reaches. The tries are counted, since a target whose
# time is over may fail for that alone (see "make fuzz").
.PHONY: check-fuzz
check-fuzz: ## Try the fuzz targets of the arithmetic, 30,000 times each.
	@built=$$(mktemp -d); trap 'rm -rf "$$built"' EXIT; \
	$(call fuzz_targets,./billing/...) | while read -r package folder target; do \
		echo "$$package $$target"; \
		test -e "$$built/$${package##*/}" || go test -vet off -c -o "$$built/$${package##*/}" "$$package"; \
		(cd "$$folder" && "$$built/$${package##*/}" -test.run '^$$' -test.fuzz "^$$target\$$" -test.fuzztime 30000x -test.fuzzcachedir "$$built/found" < /dev/null); \
	done

.PHONY: check-monthend
check-monthend: build ## Kill processes while the months of some customers pass, and check; PostgreSQL must be there.
	go run ./bench/monthend -customers 10 -pace 5 -kill-every 2s -kills 8 -slowest 100ms

.PHONY: check-operations
check-operations: ## List which operations of the contract are implemented.
	go run ./cmd/tarnspec coverage

# govulncheck answers 3 for a vulnerability and 1 when it could not look, which is so where its database is out of reach.
.PHONY: vulnerabilities
vulnerabilities: ## Look for known vulnerabilities, where govulncheck and its database can be reached.
	@if ! command -v govulncheck >/dev/null; then \
		echo "SKIPPED, nobody looked for known vulnerabilities: govulncheck is not installed" >&2; exit 0; \
	fi; \
	status=0; govulncheck ./... || status=$$?; \
	case $$status in \
		0) ;; \
		1) echo "SKIPPED, nobody looked for known vulnerabilities: govulncheck could not" >&2 ;; \
		*) exit $$status ;; \
	esac

.PHONY: clean
clean: ## Remove what was built and measured.
	rm -rf $(BIN) coverage

$(GOLANGCI_LINT):
	GOBIN=$(CURDIR)/$(BIN) go install github.com/golangci/golangci-lint/v2/cmd/golangci-lint@$(GOLANGCI_LINT_VERSION)
	mv $(BIN)/golangci-lint $@

.PHONY: $(WITH_POSTGRES)
$(WITH_POSTGRES):
	@go build -o $@ ./store/storetest/cmd/withpostgres
