#!/usr/bin/env bash
# Tests the API against its own description: every operation, with its examples, with values at the limits of what is
# described, and with random ones, right and wrong. Takes about a minute.
#
#   tests/contract/run.sh [seconds of random requests: 30]
#
# Needs Python 3.10 or later with venv, and a package index for the first run; what is installed stays in target/contract.
# Exit status: 0 all hold, 1 something does not, 3 it cannot be tested here.
set -euo pipefail
cd "$(dirname "$0")/../.."

readonly seconds=${1:-30} seed=20130101 here=tests/contract place=target/contract

missing() {
    echo "contract tests: $1" >&2
    exit 3
}

# Installs what is pinned, unless it is there.
install() {
    command -v python3 >/dev/null || missing "python3 is not here"
    python3 -c 'import sys; sys.exit(sys.version_info < (3, 10))' || missing "python3 is older than 3.10"
    if ! cmp --silent "$here/requirements.txt" "$place/installed.txt"; then
        rm -rf "$place"
        mkdir -p "$place"
        python3 -m venv "$place/venv" || missing "python3 has no venv (on Debian: python3-venv)"
        "$place/venv/bin/pip" install --quiet --disable-pip-version-check --requirement "$here/requirements.txt" ||
            missing "schemathesis cannot be installed; is a package index reachable?"
        cp "$here/requirements.txt" "$place/installed.txt"
    fi
}

# Starts a server on a free port; sets `url`.
serve() {
    cargo build --quiet --package imr-search
    target/debug/imr-search serve --letters corpus-samples --index "$place/index" --listen 127.0.0.1:0 --rate 0 \
        --log off 2>"$place/server.txt" &
    server=$!
    trap 'kill "$server" 2>/dev/null || true' EXIT
    for _ in $(seq 300); do
        url=$(sed -n 's|^serving \(http://[^ ]*\).*|\1|p' "$place/server.txt")
        if [[ -n $url ]]; then return; fi
        kill -0 "$server" 2>/dev/null || break
        sleep 0.1
    done
    cat "$place/server.txt" >&2
    echo "contract tests: the server does not start" >&2
    exit 1
}

install
serve
cd "$place"
# What is described well may still be no query (`q=(`), and is refused then: `positive_data_acceptance` cannot know.
venv/bin/schemathesis run "$url/api/v1/openapi.json" \
    --phases examples,coverage,fuzzing --checks all --exclude-checks positive_data_acceptance \
    --mode all --max-examples 1000 --max-time "$seconds" --seed "$seed" --no-color --warnings off \
    --suppress-health-check all --request-timeout 30
