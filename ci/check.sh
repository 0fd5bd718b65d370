#!/usr/bin/env bash
# All checks, as CI runs them. Run from anywhere; needs Rust with rustfmt and clippy, python3 and node;
# Chromium is installed where that is allowed.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

step() { printf '\n== %s\n' "$*"; }

# Runs what says by status 3 that it cannot install what it needs here: that is told, and not a fault of the change.
where_possible() {
  local status=0
  "$@" || status=$?
  if [ "$status" = 3 ]; then
    printf '\nNOT TESTED HERE: %s\n' "$1"
  elif [ "$status" != 0 ]; then
    exit "$status"
  fi
}

# The browser's tests come next, alone: a busy machine makes a browser late.
step "tests"
IMR_SEARCH_BROWSER=skip cargo test --workspace

step "pages in a real browser"
IMR_SEARCH_BROWSER=draw where_possible tests/browser/run.sh "$PWD/target/debug/imr-search"

step "the API against its description"
where_possible tests/contract/run.sh

step "the first command of the README, without its optimization"
cargo run --quiet -- query --letters corpus-samples "upheld benzodiazepine decisions citing page 24" | grep "Xanax"

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
