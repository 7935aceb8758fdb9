#!/usr/bin/env bash
# Applies the commit SHA of the default branch, as those who opened and approved its merge request: exactly the plan that
# was reviewed, or nothing. What the store needs besides (drift, expiry, an earlier merge that failed) has another digest,
# and is left to the scheduled `tenure run` or to an operator.
set -euo pipefail

here="$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)"
[[ "${SHA:?}" =~ ^[0-9a-f]{40}$ ]] || { echo "apply: '$SHA' is no commit id" >&2; exit 64; }
scratch="$(mktemp -d)"
trap 'rm -rf "$scratch"' EXIT

# --actor, --approved-by and, where the merge request has a report of what was merged, --expect: a word a line.
"$here/forge.py" merged "$SHA" "${PUSHER:?}" >"$scratch/arguments"
mapfile -t arguments <"$scratch/arguments"

if [[ " ${arguments[*]} " != *" --expect "* ]]; then
  applied="$(tenure status --format json | python3 -c 'import json, sys; print(json.load(sys.stdin)["lastCommit"] or "")')"
  if [[ -z "$applied" ]]; then
    echo "apply: nothing was applied before: there is no digest to expect" >&2
  else
    # Nobody saw a report: expect what the push by itself changes.
    [[ "${BEFORE:-}" =~ ^[0-9a-f]{40}$ ]] || { echo "apply: BEFORE names no commit" >&2; exit 64; }
    tenure diff "$BEFORE..$SHA" "${arguments[@]}" --state "$scratch/none.db" --format json >"$scratch/plan.json" \
      || [[ $? == 3 ]]
    arguments+=(--expect "$(python3 -c 'import json, sys; print(json.load(sys.stdin)["digest"])' <"$scratch/plan.json")")
  fi
fi
tenure apply --yes --ref "$SHA" "${arguments[@]}"
