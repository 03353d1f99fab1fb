# Tasks of the project; `just` lists them. Each one calls the scripts that CI runs, and works without `just`, too.

[private]
default:
    @just --list

# Everything that must hold before a change is merged
check:
    .ci/run

# Format and lints
lint:
    .ci/lint

# All tests, with PostgreSQL; arguments go to `cargo test`
test *arguments:
    .ci/test {{ arguments }}

# The long trials: survival for half an hour, then Schemathesis for an hour
test-slow:
    .ci/survive
    .ci/schemathesis long

# A demo vendor is scaffolded, built and tested
scaffold:
    .ci/scaffold

# The OpenAPI document: made from the code, valid, and compatible with the last release
docs:
    .ci/docs
