#!/usr/bin/env bash
# All checks, as CI runs them. Run from anywhere; needs Rust with rustfmt and clippy, python3 and node;
# Chromium is installed where that is allowed.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

step() { printf '\n== %s\n' "$*"; }

# The browser's tests are among them; here what they need must be there.
step "tests"
IMR_SEARCH_BROWSER=required cargo test --workspace

step "the API against its description"
tests/contract/run.sh

step "format"
cargo fmt --all --check

step "lints"
cargo clippy --workspace --all-targets -- -D warnings

step "documentation"
RUSTDOCFLAGS="-D warnings" cargo doc --workspace --no-deps --document-private-items

step "licences"
if ! cargo deny --version >/dev/null 2>&1; then
  cargo install cargo-deny --version 0.20.2 --locked
fi
cargo deny check licenses bans sources

step "fuzzing, 30 s a target"
ci/fuzz.sh

step "scores on real letters"
ci/scores.sh
