#!/usr/bin/env bash
# Writes what a pull request would change to FOLDER/report.md, and its digest to FOLDER/digest. Run from a checkout of
# the base: of the pull request nothing is run or checked out, Tenure reads its commits out of git.
#
# Ends as `tenure diff` does: 3 where a rule refuses something, 4 where manifests are invalid.
set -euo pipefail

here="$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)"
report="${1:?usage: check.sh FOLDER}"
for id in "${BASE_SHA:?}" "${HEAD_SHA:?}"; do
  [[ "$id" =~ ^[0-9a-f]{40}$ ]] || { echo "check: '$id' is no commit id" >&2; exit 64; }
done
[[ "${HEAD_REF:?}" =~ ^refs/[a-z-]+/[0-9]+/head$ ]] || { echo "check: '$HEAD_REF' is no pull request" >&2; exit 64; }
mkdir -p "$report"
scratch="$(mktemp -d)"
trap 'rm -rf "$scratch"' EXIT

"$here/forge.py" fetch "$HEAD_REF"
git cat-file -e "$HEAD_SHA^{commit}" || { echo "check: $HEAD_SHA was replaced meanwhile" >&2; exit 1; }

# Who answers for it, as the forge knows them: --actor and --approved-by, a word a line.
"$here/forge.py" people "${NUMBER:?}" "$HEAD_SHA" >"$scratch/people"
mapfile -t people <"$scratch/people"
made="" approved=""
for ((i = 0; i < ${#people[@]}; i += 2)); do
  case "${people[i]}" in
    --actor) made+="${made:+, }\`${people[i + 1]}\`" ;;
    --approved-by) approved+="${approved:+, }\`${people[i + 1]}\`" ;;
  esac
done
attested="Made by $made; ${approved:+approved by }${approved:-approved by nobody yet}."
if [[ "$made" == *'`unknown`'* ]]; then
  attested+=" \`unknown\` is whoever had a part in it and is not in people.tsv: they may do nothing."
fi

# A copy of its manifests for `validate`, which puts errors at their lines. Links are written as what they are: text.
export GIT_INDEX_FILE="$scratch/index"
if git read-tree --prefix=manifests/ "$HEAD_SHA:manifests" 2>/dev/null; then
  git -c core.symlinks=false checkout-index --all --prefix="$scratch/tree/"
fi
unset GIT_INDEX_FILE
mkdir -p "$scratch/tree/manifests"
format=text
if [[ "${GITHUB_ACTIONS:-}" == true ]]; then format=github; fi
(cd "$scratch/tree" && tenure validate . --format "$format") || true

status=0
tenure diff "$BASE_SHA...$HEAD_SHA" "${people[@]}" --format markdown >"$scratch/report.md" 2>"$scratch/errors" || status=$?
cat "$scratch/errors" >&2
if [[ -s "$scratch/report.md" ]]; then
  # Below what the plan comes to: who answers for it, as an apply will be told.
  awk -v said="$attested" '{ print } /^\*\*/ && !done { print ""; print said; done = 1 }' "$scratch/report.md" \
    >"$report/report.md"
  tenure diff "$BASE_SHA...$HEAD_SHA" "${people[@]}" --format json 2>/dev/null >"$scratch/plan.json" || true
  python3 -c 'import json, sys; print(json.load(sys.stdin)["digest"])' <"$scratch/plan.json" >"$report/digest"
  # Nothing that could be applied has none.
  grep -q . "$report/digest" || rm -f "$report/digest"
else
  # Indented: no line of a manifest can end a block of code.
  { printf '<!-- tenure-plan -->\n\n### Tenure\n\n**This cannot be planned.**\n\n'; sed 's/^/    /' "$scratch/errors"; } \
    >"$report/report.md"
fi
exit "$status"
