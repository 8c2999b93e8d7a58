#!/usr/bin/env bash
# Runs every fuzz target of the repository for the time given, one at a time.
set -euo pipefail
cd "$(dirname "$0")/.."
for_time=${1:-10s}
git grep -lE '^func Fuzz' -- '*_test.go' | while read -r file; do
  package=$(dirname "$file")
  for target in $(grep -oE '^func Fuzz[A-Za-z0-9_]+' "$file" | cut -d' ' -f2); do
    echo "== $package $target"
    (cd "$package" && go test -run '^$' -fuzz "^${target}\$" -fuzztime "$for_time" .)
  done
done
