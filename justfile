# Tasks of the project; `just` lists them. Each task calls the scripts that CI runs. The scripts work without `just` too.

[private]
default:
    @just --list

# Runs all checks that must pass before a change is merged
check:
    .ci/run

# Checks the format and the lints
lint:
    .ci/lint

# Runs all tests, with PostgreSQL; arguments go to `cargo test`
test *arguments:
    .ci/test {{ arguments }}

# Runs the long trials: survival for half an hour, then Schemathesis for an hour
test-slow:
    .ci/survive
    .ci/schemathesis long

# Proves the files of deploy/ with a release build
deploy:
    deploy/check

# Scaffolds a demo vendor, builds it and tests it
scaffold:
    .ci/scaffold

# Checks the OpenAPI document: it is generated from the code, valid, and compatible with the last release
docs:
    .ci/docs

# Checks the rules and alerts for Prometheus
observability:
    .ci/observability
