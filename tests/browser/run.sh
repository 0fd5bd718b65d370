#!/usr/bin/env bash
# Tests the pages in a real browser: run.sh PROGRAM [TEST...]. Installs what is missing where it can; leaves with status 3
# and one line that says what is missing where it cannot. With IMR_SEARCH_BROWSER=draw, as in CI, it draws every page into
# target/browser, too.
set -euo pipefail
program=$(realpath "$1")
shift
cd "$(dirname "${BASH_SOURCE[0]}")"

missing() { echo "$1" >&2; exit 3; }

# Takes a package from the system's own source.
install() {
  [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null || return 1
  echo "installing $*" >&2
  { apt-get update -q && apt-get install -qy --no-install-recommends "$@"; } >/dev/null 2>&1
}

has_node() { command -v npm >/dev/null && node -e 'process.exitCode = parseInt(process.versions.node) < 20 ? 1 : 0'; }

browser() { command -v "${IMR_SEARCH_CHROMIUM:-chromium}"; }

command -v node >/dev/null || install nodejs npm || true
has_node 2>/dev/null || missing "Node 20 or later with npm is missing"
browser >/dev/null || install chromium || true
browser >/dev/null || missing "Chromium is missing: install the package chromium, or set IMR_SEARCH_CHROMIUM to its path"
if ! cmp -s package-lock.json node_modules/.installed; then
  npm ci --ignore-scripts --no-audit --no-fund --loglevel=error >&2 || missing "npm cannot fetch playwright-core and axe-core"
  cp package-lock.json node_modules/.installed
fi

home=$(mktemp -d)
server=
trap 'kill $server 2>/dev/null || true; wait; rm -rf "$home"' EXIT
trap 'exit 1' INT TERM
HOME=$home XDG_DATA_HOME=$home/data "$program" serve --letters ../../corpus-samples --rate 0 --listen 127.0.0.1:0 --log off \
  2>"$home/told" &
server=$!

# Waits for the line in which the server tells its address.
address() {
  for _ in {1..300}; do
    sed -n 's/^serving \(http:[^ ]*\).*/\1/p' "$home/told" | grep . && return
    kill -0 $server 2>/dev/null || break
    sleep 0.1
  done
  cat "$home/told" >&2
  return 1
}

IMR_SEARCH_ADDRESS=$(address)
IMR_SEARCH_CHROMIUM=$(browser)
export IMR_SEARCH_ADDRESS IMR_SEARCH_CHROMIUM
if [ $# -eq 0 ]; then
  set -- ./*.test.js
  [ "${IMR_SEARCH_BROWSER:-}" != draw ] || set -- "$@" draw.js
fi
node --test --test-concurrency=2 --test-reporter=spec "$@"
