#!/usr/bin/env bash
# From a configuration of peribolos to manifests that are in charge, and from a store back to manifests.
set -euo pipefail

here="$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)"
tenure="$(realpath "${TENURE:-$here/../../.build/release/tenure}")"
for variable in $(compgen -v TENURE || true); do unset "$variable"; done
scratch="$(mktemp -d)"
trap 'rm -rf "$scratch"' EXIT

say() { printf '\n# %s\n' "$*"; }
run() {
  printf '$ tenure %s\n' "$*"
  "$tenure" "$@" 2>&1
}
commit() {
  git add -A
  git -c user.name=Oswell -c user.email=oswell@umbrella.example -c commit.gpgsign=false commit -q -m "$1"
}
# The last line of a command's output must be this.
ends_with() {
  local expected="$1" output
  shift
  output="$(run "$@")"
  printf '%s\n' "$output"
  [[ "${output##*$'\n'}" == "$expected" ]] || { echo "from-peribolos: expected the last line: $expected" >&2; exit 1; }
}

mkdir "$scratch/company"
cd "$scratch/company"
git init -q -b main
cp -R "$here/config" "$here/emails.csv" .

say "Logins are people here only by their email: those that have none are named"
run import peribolos config --emails emails.csv --out manifests && exit 1
[[ ! -e manifests ]]

say "The list, and a domain for everybody else; additive at first"
run import peribolos config --emails emails.csv --email-domain umbrella.example \
  --owner oswell@umbrella.example --management additive --out manifests
run validate
commit "From peribolos"

say "Nothing is removed"
ends_with "Plan: 18 to add, 0 to change, 0 to remove; 0 blocked, 0 waiting, 0 held." plan
run apply --yes >/dev/null
ends_with "No changes." plan
run who umbrella/research

say "Somebody was added by hand, as it happens: additive manifests leave her alone"
run member add umbrella ada@elsewhere.example
run member add umbrella/support ada@elsewhere.example
ends_with "No changes." plan

say "The manifests take charge: whoever they do not name goes, and the plan says who"
sed -i '/^management: additive$/d' manifests/umbrella.yaml
commit "Authoritative"
ends_with "Plan: 0 to add, 0 to change, 2 to remove; 0 blocked, 0 waiting, 0 held." plan
run apply --yes >/dev/null
ends_with "No changes." plan

say "From nothing but a running store: export, and plan what was exported"
state="$PWD/.git/tenure/state.db"
mkdir "$scratch/exported"
cd "$scratch/exported"
git init -q -b main
run export --state "$state" --out manifests
commit "As it is"
ends_with "No changes." plan --state "$state" --detailed-exitcode
