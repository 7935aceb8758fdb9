#!/usr/bin/env bash
# The first ten minutes with Tenure, in a repository that lives as long as this script.
set -euo pipefail

here="$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)"
tenure="$(realpath "${TENURE:-$here/../../.build/release/tenure}")"
for variable in $(compgen -v TENURE || true); do unset "$variable"; done
scratch="$(mktemp -d)"
trap 'rm -rf "$scratch"' EXIT

say() { printf '\n# %s\n' "$*"; }
run() { printf '$ tenure %s\n' "$*"; "$tenure" "$@"; }
commit() {
  git add -A
  git -c user.name=Bill -c user.email=bill@initech.example -c commit.gpgsign=false commit -q -m "$1"
}
# The last line of a command's output must be this.
ends_with() {
  local expected="$1" output
  shift
  output="$(run "$@")"
  printf '%s\n' "$output"
  [[ "${output##*$'\n'}" == $expected ]] || { echo "quick-start: expected the last line: $expected" >&2; exit 1; }
}

cd "$scratch"
say "A commented starter repository, to be filled in"
run init company
cd company
git init -q -b main 2>/dev/null || true

say "Here it is filled in already"
rm -rf manifests
cp -R "$here/manifests" .
run validate
commit "Initech begins"

say "What would happen"
ends_with "Plan: 6 to add, 0 to change, 0 to remove; 0 blocked, 0 waiting, 0 held." plan

say "Let it happen"
run apply --yes
ends_with "No changes." plan

say "Samir edits reports now: one line"
sed -i 's/samir@initech.example: viewer/samir@initech.example: developer/' manifests/initech.yaml
git --no-pager diff -U0 --no-color manifests | tail -n 2
commit "Samir edits reports"
ends_with "Plan: 0 to add, 1 to change, 0 to remove; 0 blocked, 0 waiting, 0 held." plan
run apply --yes

say "Who is there"
run who initech/reports | tee "$scratch/who"
grep -q "samir@initech.example.*developer" "$scratch/who"
ends_with "No changes." plan
