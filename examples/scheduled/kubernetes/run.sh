#!/usr/bin/env bash
# Reads the manifests, and runs every command line in them against a repository that lives as long as this script.
set -euo pipefail

here="$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)"
tenure="$(realpath "${TENURE:-$here/../../../.build/release/tenure}")"
for variable in $(compgen -v TENURE || true); do unset "$variable"; done
if ! python3 -c 'import yaml' 2>/dev/null; then
  echo "SKIPPED: reading the manifests needs python3-yaml"
  exit 0
fi
scratch="$(mktemp -d)"
daemon=""
trap '[[ -z "$daemon" ]] || kill "$daemon" 2>/dev/null || true; rm -rf "$scratch"' EXIT

# Checks that the manifests fit together; prints ROLE<TAB>COMMAND LINE of every container and probe, and the variables.
python3 - "$here" >"$scratch/commands" <<'PYTHON'
import pathlib, sys, yaml

documents = [d for path in sorted(pathlib.Path(sys.argv[1]).glob("*.yaml")) for d in yaml.safe_load_all(path.read_text())]
of_kind = lambda kind: [d for d in documents if d["kind"] == kind]
(config,), (claim,), (job,), (deployment,) = map(
    of_kind, ("ConfigMap", "PersistentVolumeClaim", "CronJob", "Deployment"))
for name in config["data"]:
    print("variable", name, sep="\t")
pods = {"once": job["spec"]["jobTemplate"]["spec"]["template"], "forever": deployment["spec"]["template"]}
for role, pod in pods.items():
    spec = pod["spec"]
    assert spec["securityContext"]["runAsNonRoot"], role
    volumes = {volume["name"]: volume for volume in spec["volumes"]}
    assert volumes["state"]["persistentVolumeClaim"]["claimName"] == claim["metadata"]["name"], role
    (container,) = spec["containers"]
    assert container["securityContext"]["readOnlyRootFilesystem"], role
    assert container["envFrom"] == [{"configMapRef": {"name": config["metadata"]["name"]}}], role
    mounts = {mount["name"]: mount["mountPath"] for mount in container["volumeMounts"]}
    assert set(mounts) == set(volumes), role
    assert config["data"]["TENURE_STATE"].startswith(mounts["state"] + "/"), role
    assert config["data"]["XDG_CACHE_HOME"] == mounts["cache"], role
    print(role, *container["command"], sep="\t")
    for probe in ("startupProbe", "livenessProbe", "readinessProbe"):
        if probe in container:
            print("probe", *container[probe]["exec"]["command"], sep="\t")
selector = deployment["spec"]["selector"]["matchLabels"]
assert selector.items() <= deployment["spec"]["template"]["metadata"]["labels"].items()
assert deployment["spec"]["replicas"] == 1 and deployment["spec"]["strategy"]["type"] == "Recreate"
PYTHON
echo "The manifests fit together."

repo="$scratch/company"
mkdir "$repo"
cp -R "$here/../../quick-start/manifests" "$repo/"
git -C "$repo" init -q -b main
git -C "$repo" add -A
git -C "$repo" -c user.name=Bill -c user.email=bill@initech.example -c commit.gpgsign=false commit -q -m "Initech begins"

# What the ConfigMap sets, with the repository and the store of this script.
export TENURE_REPO="file://$repo" TENURE_REF=main TENURE_STATE="$scratch/state.db"
export HOME="$scratch" XDG_CACHE_HOME="$scratch/cache"
mkdir "$XDG_CACHE_HOME"
while IFS=$'\t' read -r _ name; do
  [[ -n "${!name:-}" ]] || { echo "config.yaml sets $name, which this script does not know" >&2; exit 1; }
done < <(grep '^variable' "$scratch/commands")
cd "$scratch"

# Runs the command lines of one role; the first word is the binary.
each() {
  local -a line
  while IFS=$'\t' read -ra line; do
    [[ "${line[0]}" == "$1" ]] || continue
    echo "$ ${line[*]:1}"
    "$2" "${line[@]:2}" </dev/null
  done <"$scratch/commands"
}
forever() { "$tenure" "$@" >"$scratch/log" & daemon=$!; }

each once "$tenure"
each forever forever
for _ in $(seq 100); do [[ -s "$scratch/log" ]] && break; sleep 0.1; done
[[ -s "$scratch/log" ]] || { echo "no log line after 10 seconds" >&2; exit 1; }
each probe "$tenure"
kill -TERM "$daemon"
wait "$daemon"    # ends with 0
daemon=""
cat "$scratch/log"
