# What CI runs and what people run are the same commands: a recipe calls a step of .ci/run where there is one.

# Show the recipes.
default:
    @just --list --unsorted

# Everything that has to hold before a change is merged.
ci:
    bash .ci/run

# Prove the protocol at the bounds of CI; arguments go to `keyholder check`.
check *arguments:
    cargo run --release -- check {{ arguments }}

# Prove it at the nightly bounds: hours, and several GiB.
nightly *arguments:
    cargo run --release -- check --bounds nightly {{ arguments }}

# The README's test command.
test:
    bash .ci/run test

# Every order in which a server's threads may come, within a bound of preemptions (LOOM_MAX_PREEMPTIONS, else 3).
loom:
    bash .ci/run loom

# Format everything.
fmt:
    cargo fmt --all

# Formatting and clippy, as CI sees them.
lint:
    bash .ci/run fmt clippy

# The documentation, private items too, without a warning.
docs:
    bash .ci/run docs

# Link the core for WebAssembly and look for imports.
wasm:
    bash .ci/run wasm

# Compile the core for a target without std.
thumb:
    bash .ci/run thumb

# Licences, bans and sources of the dependencies (needs cargo-deny).
deny:
    bash .ci/run deny

# Known vulnerabilities in the dependencies (needs cargo-deny and the network).
advisories:
    cargo deny --locked check advisories

# Break the rules one by one: a mutant that survives is a rule that nothing checks (needs cargo-mutants; an hour).
mutants *arguments:
    cargo mutants -p keyholder-core --test-package keyholder-tests --baseline skip --timeout 60 {{ arguments }} -- --test rules --test scenarios --test laws_core --test laws_merge

# Each fuzz target for a while (needs cargo-fuzz and a nightly toolchain).
fuzz seconds="600":
    KEYHOLDER_FUZZ_SECONDS={{ seconds }} bash .ci/run fuzz

# Write the scenarios' expectations anew. Commit them only if you understand what changed them.
rewrite:
    KEYHOLDER_REWRITE=1 cargo test -p keyholder-tests --test scenarios
    git diff --stat -- tests/scenarios

# Run the conformance vectors; with `generate`, write them anew.
vectors *arguments="verify":
    cargo run --release -- vectors {{ arguments }}

# Run the benches; arguments go to criterion.
bench *arguments:
    cargo bench -p keyholder-benches {{ arguments }}

# Measure codec, deltas and cache beside other libraries, and write benches/REPORT.md; arguments go to the report.
report *arguments:
    cargo run --release -p keyholder-benches --features peers --bin report -- {{ arguments }}

# Kill servers and their store for a while, and account for what they acknowledged; arguments go to the program.
torture *arguments:
    cargo run --release -p keyholder-torture -- {{ arguments }}

# Walk through a model by hand; arguments go to `keyholder explore`.
explore *arguments:
    cargo run --release -- explore {{ arguments }}
