#!/usr/bin/env bash
# Writes a note on every open merge request that says what it would change, and keeps it up to date. Runs on the default
# branch, with a token; of the merge requests nothing is run or checked out.
set -euo pipefail

here="$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)"
: "${TENURE_FORGE_TOKEN:?}"
scratch="$(mktemp -d)"
trap 'rm -rf "$scratch"' EXIT
BASE_SHA="$(git rev-parse HEAD)"
export BASE_SHA

failed=0
"$here/forge.py" open >"$scratch/open"
while IFS=$'\t' read -r number head; do
  echo "Merge request !$number"
  report="$scratch/$number"
  mkdir "$report"
  # Whatever it ends with, the report says it; the check of the merge request itself is red for it.
  NUMBER="$number" HEAD_SHA="$head" HEAD_REF="refs/merge-requests/$number/head" "$here/check.sh" "$report" </dev/null \
    >"$report/log" 2>&1 || true
  "$here/forge.py" note "$number" "$head" "$report" || failed=1
done <"$scratch/open"
exit "$failed"
