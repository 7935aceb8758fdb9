#!/usr/bin/env bash
# Checks the units, and runs their command lines once against a repository that lives as long as this script.
set -euo pipefail

here="$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)"
tenure="$(realpath "${TENURE:-$here/../../../.build/release/tenure}")"
for variable in $(compgen -v TENURE || true); do unset "$variable"; done
scratch="$(mktemp -d)"
daemon=""
trap '[[ -z "$daemon" ]] || kill "$daemon" 2>/dev/null || true; rm -rf "$scratch"' EXIT

# The units as they are, but for the place of the binary.
mkdir "$scratch/units"
for unit in "$here"/*.service "$here"/*.timer; do
  sed "s|^ExecStart=/usr/bin/tenure|ExecStart=$tenure|" "$unit" >"$scratch/units/${unit##*/}"
done
if command -v systemd-analyze >/dev/null; then
  systemd-analyze verify "$scratch"/units/*.service "$scratch"/units/*.timer
  echo "systemd-analyze verify: fine"
else
  echo "systemd-analyze verify: SKIPPED, there is no systemd-analyze here"
fi

repo="$scratch/company"
mkdir "$repo"
cp -R "$here/../../quick-start/manifests" "$repo/"
git -C "$repo" init -q -b main
git -C "$repo" add -A
git -C "$repo" -c user.name=Bill -c user.email=bill@initech.example -c commit.gpgsign=false commit -q -m "Initech begins"

# What the units set, with the repository and the store of this script.
export TENURE_REPO="file://$repo" TENURE_REF=main TENURE_STATE="$scratch/state.db"
export HOME="$scratch" XDG_CACHE_HOME="$scratch/cache"
mkdir "$XDG_CACHE_HOME"
for unit in "$here"/*.service; do
  for variable in $(sed -n 's/^Environment=\(TENURE_[A-Z_]*\)=.*/\1/p' "$unit"); do
    [[ -n "${!variable:-}" ]] || { echo "${unit##*/} sets $variable, which this script does not know" >&2; exit 1; }
  done
done
arguments() { sed -n 's|^ExecStart=/usr/bin/tenure ||p' "$here/$1"; }
cd "$scratch"

read -ra once <<<"$(arguments tenure.service)"
echo "$ tenure ${once[*]}"
"$tenure" "${once[@]}"

read -ra forever <<<"$(arguments tenure-run.service)"
echo "$ tenure ${forever[*]}"
"$tenure" "${forever[@]}" >"$scratch/log" &
daemon=$!
for _ in $(seq 100); do [[ -s "$scratch/log" ]] && break; sleep 0.1; done
[[ -s "$scratch/log" ]] || { echo "no log line after 10 seconds" >&2; exit 1; }
kill -TERM "$daemon"
wait "$daemon"    # ends with 0
daemon=""
cat "$scratch/log"
