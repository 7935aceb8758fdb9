# What the four examples share: a repository that lives as long as the script, and a few words. Sourced, not run.
set -euo pipefail

here="$(cd "$(dirname "${BASH_SOURCE[1]}")" && pwd)"
tenure="$(realpath "${TENURE:-$here/../../../.build/release/tenure}")"
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
  git -c user.name=Desk -c user.email=desk@vendor.example -c commit.gpgsign=false commit -q -m "$1"
}

# run, and the last line must be this.
ends_with() {
  local expected="$1" output
  shift
  output="$(run "$@")"
  printf '%s\n' "$output"
  [[ "${output##*$'\n'}" == "$expected" ]] || { echo "expected the last line: $expected" >&2; exit 1; }
}

# run, and a rule must refuse it: exit code 3 and the rule's name.
refused() {
  local rule="$1" output status=0
  shift
  output="$(run "$@")" || status=$?
  printf '%s\n' "$output"
  [[ $status == 3 && "$output" == *"$rule"* ]] || { echo "expected $rule to refuse this, exit code 3" >&2; exit 1; }
}

cd "$scratch"
git init -q -b main
cp -R "$here/manifests" .
run validate
commit "What the company wants"
run apply --yes
