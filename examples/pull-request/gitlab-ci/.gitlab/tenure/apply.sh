#!/usr/bin/env bash
# Applies the commit SHA of the default branch, on which the push that brought it found BEFORE, as those who made and
# approved what it added: exactly the plan that was reviewed, or nothing. What the store needs besides (drift, expiry, an
# earlier merge that was lost) has another digest, or waits, and is left to the scheduled `tenure run` or to an operator.
#
# Where a later commit was applied meanwhile, because this run was lost and is started again, it attests who made and who
# approved what that push added, and applies just that on top. What it cannot apply then, the next `tenure run` does.
set -euo pipefail

here="$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)"
for id in "${SHA:?}" "${BEFORE:?}"; do
  [[ "$id" =~ ^[0-9a-f]{40}$ ]] || { echo "apply: '$id' is no commit id" >&2; exit 64; }
done
scratch="$(mktemp -d)"
trap 'rm -rf "$scratch"' EXIT

# --actor and --approved-by with the range that they speak for and, where the merge request has a report of what was
# merged, --expect: a word a line.
"$here/forge.py" merged "$SHA" "$BEFORE" "${PUSHER:?}" >"$scratch/arguments"
mapfile -t arguments <"$scratch/arguments"
who=() made=() approved=() expected=()
for ((i = 0; i < ${#arguments[@]}; i += 2)); do
  case "${arguments[i]}" in
    --actor) made+=("${arguments[i + 1]}") ;;
    --approved-by) approved+=(--approved-by "${arguments[i + 1]}") ;;
    --expect) expected=(--expect "${arguments[i + 1]}") ;;
  esac
  [[ "${arguments[i]}" == --expect ]] || who+=("${arguments[i]}" "${arguments[i + 1]}")
done

applied="$(tenure status --format json | python3 -c 'import json, sys; print(json.load(sys.stdin)["lastCommit"] or "")')"
target="$SHA"
if [[ -n "$applied" && "$applied" != "$SHA" ]]; then
  git cat-file -e "$applied^{commit}" 2>/dev/null || "$here/forge.py" fetch "$applied"
  if git merge-base --is-ancestor "$SHA" "$applied"; then
    echo "apply: $applied was applied meanwhile" >&2
    tenure attest "${made[@]}" "${approved[@]}" --ref "$SHA"
    target="$applied"
  fi
fi

# Sets $digest to what stands for all that a plan would apply; ends as the plan does where there is none.
digest_of() {
  local status=0
  "$@" --format json >"$scratch/plan.json" || status=$?
  [[ $status == [034] && -s "$scratch/plan.json" ]] || exit "$status"
  digest="$(python3 -c 'import json, sys; print(json.load(sys.stdin).get("digest") or "")' <"$scratch/plan.json")"
  [[ -n "$digest" ]] || exit "$status"
}

if [[ -z "$applied" ]]; then
  echo "apply: nothing was applied before: there is no digest to expect" >&2
else
  nothing="sha256:$(sha256sum </dev/null | cut -d ' ' -f 1)"
  digest_of tenure plan --ref "$target" "${who[@]}"
  if [[ "$digest" == "$nothing" ]]; then
    # Taken back before it was applied, or done already: nothing is what is left.
    expected=(--expect "$nothing")
  elif [[ ${#expected[@]} == 0 ]]; then
    # Nobody saw a report: expect what the push by itself changes.
    digest_of tenure diff "$BEFORE..$SHA" "${who[@]}" --state "$scratch/none.db"
    expected=(--expect "$digest")
  fi
fi
tenure apply --yes --ref "$target" "${who[@]}" "${expected[@]}"
