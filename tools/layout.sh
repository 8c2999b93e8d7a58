#!/usr/bin/env bash
# Checks what linters cannot: file length, package names, and that the domain
# packages reach no I/O, and contexts not each other, even through what they import.
set -euo pipefail
cd "$(dirname "$0")/.."
fail=0
complain() { echo "$1"; fail=1; }

while read -r file; do
  lines=$(wc -l <"$file")
  [ "$lines" -le 400 ] || complain "$file: $lines lines; split it at 400"
done < <(git ls-files '*.go' '*.js' '*.ts' '*.tsx' '*.css' | grep -v '^proto/gen/')

for name in util utils common helper helpers base types model misc; do
  found=$(git ls-files '*.go' | grep -E "(^|/)$name/[^/]+\.go$" || true)
  [ -z "$found" ] || complain "a package may not be called $name: $found"
done

domain="services/attendance/internal/correction services/attendance/internal/phrase services/attendance/internal/timeclock
services/attendance/internal/timesheet services/attendance/internal/roster services/attendance/internal/report services/integration/internal/connection
services/integration/internal/link services/integration/internal/token
services/integration/internal/credential services/integration/internal/check services/integration/internal/guide services/webhook-gateway/internal/event
services/webhook-gateway/internal/reply"
io='^(net|net/http|os/exec|database/sql|github.com/jackc/pgx.*|google.golang.org/grpc.*|go.uber.org/zap.*|github.com/dakoku/dakoku/platform/(postgres|rpc|run|debughttp).*)$'
for package in $domain; do
  reached=$(go list -deps "./$package" | grep -E "$io" || true)
  [ -z "$reached" ] || complain "$package reaches I/O: $reached"
done

# Contexts meet in the contract only; the stand-in for LINE WORKS shares no code with us.
apart() { # apart FOLDER FORBIDDEN: nothing in the folder may import what matches
  reached=$(go list -test -deps "./$1/..." | sed 's/ .*//' | grep -E "^github.com/dakoku/dakoku/($2)(/|$)" | sort -u || true)
  [ -z "$reached" ] || complain "$1 reaches $(echo "$reached" | head -3 | tr '\n' ' ')"
}
apart simulator 'platform|proto|services|system'
apart platform 'proto|services|simulator|system'
apart services/attendance 'services/integration|services/webhook-gateway|system'
apart services/integration 'services/attendance|services/webhook-gateway|system'
apart services/webhook-gateway 'services/attendance|services/integration|system'
exit $fail
