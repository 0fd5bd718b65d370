#!/usr/bin/env bash
# Fuzzes the targets of tests/fuzz on mutations of their seeds, as many at once as there are processors.
#   ci/fuzz.sh             all targets, 30 s each
#   ci/fuzz.sh 600 query   one target, longer
# With the same packages and features as `cargo test --workspace`, so that nothing but the targets is built for it.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

export IMR_FUZZ_SECONDS=${1:-30}
cargo test --workspace --test fuzz --no-run
# What never ends on some input would otherwise hold up everything behind it.
timeout $((4 * IMR_FUZZ_SECONDS + 60)) \
  cargo test --workspace --test fuzz -- --show-output --test-threads "$(nproc)" "${@:2}"
