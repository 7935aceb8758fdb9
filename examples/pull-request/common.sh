# What the examples share: a forge that lives as long as the script, and a repository with branches. Sourced, not run.
set -euo pipefail

here="$(cd "$(dirname "${BASH_SOURCE[1]}")" && pwd)"
tenure="$(realpath "${TENURE:-$here/../../../.build/release/tenure}")"
for variable in $(compgen -v | grep -E '^(TENURE|GITHUB_|CI_|GITLAB_)' || true); do unset "$variable"; done
export GIT_CONFIG_GLOBAL=/dev/null GIT_CONFIG_NOSYSTEM=1
scratch="$(mktemp -d)"
forge=""
trap '[[ -z "$forge" ]] || kill "$forge" 2>/dev/null || true; rm -rf "$scratch"' EXIT
mkdir "$scratch/bin"
ln -s "$tenure" "$scratch/bin/tenure"
export PATH="$scratch/bin:$PATH"

say() { printf '\n# %s\n' "$*"; }
fail() { echo "$(basename "$here"): $*" >&2; exit 1; }
# Whether a file has a text in it, and whether it has not.
has() { grep -qF -- "$2" "$1" || { cat "$1" >&2; fail "$1 should have: $2"; }; }
lacks() { ! grep -qF -- "$2" "$1" || { cat "$1" >&2; fail "$1 should not have: $2"; }; }
# Runs a command that must end with this code, or one of a pattern; its output goes to $scratch/out.
ends() {
  local expected="$1" status=0
  shift
  "$@" >"$scratch/out" 2>&1 || status=$?
  # shellcheck disable=SC2053
  [[ $status == $expected ]] || { cat "$scratch/out" >&2; fail "expected exit code $expected, got $status: $*"; }
}

needs_python() {
  python3 -c 'import yaml' 2>/dev/null || { echo "SKIPPED: this example's checks need python3-yaml"; exit 0; }
}

# Starts the forge with the database on stdin; sets $port and $database.
start_forge() {
  database="$scratch/forge.json"
  cat >"$database"
  python3 "$here/../fake_forge.py" "$database" "$1" >"$scratch/port" &
  forge=$!
  for _ in $(seq 100); do [[ -s "$scratch/port" ]] && break; sleep 0.1; done
  port="$(cat "$scratch/port")"
  [[ -n "$port" ]] || fail "the forge did not start"
}
# Changes the forge's data: `forge_do 'data["path"] = …'`, with the arguments as a[0], a[1] …
forge_do() {
  python3 - "$database" "$@" <<'PYTHON'
import json, sys
path, code, *a = sys.argv[1:]
data = json.load(open(path))
exec(code)
json.dump(data, open(path, "w"), indent=1)
PYTHON
}
# Prints an expression about the forge's data.
forge_get() {
  python3 - "$database" "$@" <<'PYTHON'
import json, sys
data, a = json.load(open(sys.argv[1])), sys.argv[3:]
print(eval(sys.argv[2]))
PYTHON
}

# git in the repository at hand, as somebody.
as() {
  local login="$1"
  shift
  git -c user.name="$login" -c user.email="$login@initech.example" -c commit.gpgsign=false "$@"
}
