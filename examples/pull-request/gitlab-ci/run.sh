#!/usr/bin/env bash
# Checks the pipeline, and runs its scripts on a local repository against a forge that lives as long as this script.
source "$(dirname "${BASH_SOURCE[0]}")/../common.sh"
needs_python

say "The pipeline: readable, secrets on the default branch only, nothing from outside in a script"
python3 - "$here" <<'PYTHON'
import os, pathlib, sys, yaml

root = pathlib.Path(sys.argv[1])
pipeline = yaml.safe_load((root / ".gitlab-ci.yml").read_text())
jobs = {name: job for name, job in pipeline.items() if isinstance(job, dict) and "script" in job}
assert set(jobs) == {"tenure:check", "tenure:notes", "tenure:apply"}
for name, job in jobs.items():
    assert job["stage"] in pipeline["stages"], name
    (rule,) = job["rules"]
    on_default = "$CI_COMMIT_BRANCH == $CI_DEFAULT_BRANCH" in rule["if"]
    assert on_default == (name != "tenure:check"), name
    for line in job["script"]:
        words = line.split()
        assert words[0] == "git" or os.access(root / words[0], os.X_OK), line
        assert all(word.startswith('"$') for word in words if "$" in word), f"{name}: unquoted: {line}"
script = jobs["tenure:check"]["script"]
assert script.index("git checkout --quiet --detach FETCH_HEAD") < script.index(".gitlab/tenure/merge-request.sh report")
assert jobs["tenure:apply"]["resource_group"] and jobs["tenure:apply"]["interruptible"] is False
print(f"{len(jobs)} jobs are as they should be.")
PYTHON
for script in check.sh apply.sh; do
  cmp "$here/.gitlab/tenure/$script" "$here/../github-actions/.github/tenure/$script" \
    || fail "$script is the same for every forge"
done

say "A project with the pipeline in it, and its clone on the runner"
origin="$scratch/origin"
mkdir "$origin"
cp -R "$here/.gitlab" "$here/.gitlab-ci.yml" "$here/manifests" "$origin/"
cd "$origin"
git init -q -b main
git add -A
as bill commit -q -m "Initech begins"
runner="$scratch/runner"
git clone -q "$origin" "$runner"
scripts="$runner/.gitlab/tenure"

start_forge tenure-bot <<'JSON'
{"changes": [], "/user": {"username": "tenure-bot"}, "/projects/7/merge_requests": []}
JSON
export CI_API_V4_URL="http://127.0.0.1:$port" CI_PROJECT_ID=7 CI_DEFAULT_BRANCH=main

opens() {
  git update-ref "refs/merge-requests/$1/head" HEAD
  forge_do '
number, login, head = int(a[0]), a[1], a[2]
request = {"iid": number, "author": {"username": login}, "sha": head, "state": "opened", "target_branch": "main"}
data["/projects/7/merge_requests"].append(request)
data[f"/projects/7/merge_requests/{number}"] = request
data[f"/projects/7/merge_requests/{number}/approvals"] = {"approved_by": []}
data[f"/projects/7/merge_requests/{number}/notes"] = []
' "$1" "$2" "$(git rev-parse HEAD)"
}
approves() {
  forge_do 'data[f"/projects/7/merge_requests/{a[0]}/approvals"]["approved_by"].append({"user": {"username": a[1]}})' "$@"
}
# The runner's checkout of the default branch.
on_main() {
  cd "$runner"
  git fetch -q origin main
  git checkout -q --detach FETCH_HEAD
}
# The merge request's own pipeline: `check EXITCODE NUMBER LOGIN`.
check() {
  on_main
  rm -rf "$scratch/report"
  ends "$1" env CI_MERGE_REQUEST_IID="$2" CI_COMMIT_SHA="$(git -C "$origin" rev-parse "refs/merge-requests/$2/head")" \
    GITLAB_USER_LOGIN="$3" .gitlab/tenure/merge-request.sh "$scratch/report"
  cd "$origin"
}
# The schedule: writes $scratch/note with what stands on merge request NUMBER.
notes() {
  on_main
  TENURE_FORGE_TOKEN=a-token "$scripts/notes.sh" >"$scratch/log"
  cd "$origin"
  forge_get '"\n".join(n["body"] for n in data[f"/projects/7/merge_requests/{a[0]}/notes"])' "$1" >"$scratch/note"
}
merges() {
  before="$(git rev-parse main)"
  git checkout -q main
  as bill merge -q --no-ff -m "Merge !$1" "refs/merge-requests/$1/head"
  sha="$(git rev-parse HEAD)"
  forge_do '
request = data[f"/projects/7/merge_requests/{a[0]}"]
request.update(state="merged", merge_commit_sha=a[1])
data[f"/projects/7/repository/commits/{a[1]}/merge_requests"] = [request]
data["/projects/7/merge_requests"] = [r for r in data["/projects/7/merge_requests"] if r["iid"] != request["iid"]]
' "$1" "$sha"
}
applies() {
  on_main
  ends "$1" env SHA="$sha" BEFORE="$before" PUSHER=bill-lumbergh TENURE_STATE="$scratch/state.db" \
    TENURE_FORGE_TOKEN=a-token "$scripts/apply.sh"
  cd "$origin"
}

say "The first apply"
before=0000000000000000000000000000000000000000
sha="$(git rev-parse main)"
forge_do 'data[f"/projects/7/repository/commits/{a[0]}/merge_requests"] = []' "$sha"
applies 0
has "$scratch/out" "Applied 6 of 6"

say "A merge request: checked, noted, approved, noted anew, merged, applied as reviewed"
git checkout -q -b samir-edits main
sed -i 's/samir@initech.example: viewer/samir@initech.example: developer/' manifests/initech.yaml
as peter commit -q -a -m "Samir edits reports"
opens 1 samir-n
check 3 1 samir-n
has "$scratch/out" "no-self-change"
notes 1
has "$scratch/note" "no-self-change"
approves 1 bill-lumbergh
notes 1
lacks "$scratch/note" "no-self-change"
has "$scratch/note" "<!-- tenure head=$(git rev-parse refs/merge-requests/1/head) digest=sha256:"
notes 1
[[ "$(forge_get '[c.split()[0] for c in data["changes"]]')" == "['POST', 'PUT']" ]] || fail "one note, written when it changes"
merges 1
applies 0
has "$scratch/out" "Applied 1 of 1"

say "A merge request that changes the pipeline: the default branch's scripts run"
git checkout -q -b evil main
for script in .gitlab/tenure/*.sh .gitlab/tenure/forge.py; do
  printf '#!/bin/sh\ntouch "%s/pwned"\n' "$scratch" >"$script"
done
sed -i 's/samir@initech.example: developer/samir@initech.example: admin/' manifests/initech.yaml
as samir commit -q -a -m 'Tidy up ::error:: $(touch pwned)'
opens 2 samir-n
approves 2 samir-n    # one's own counts for nothing
check 3 2 samir-n
notes 2
has "$scratch/note" "no-self-change"
[[ ! -e "$scratch/pwned" && ! -e "$runner/pwned" ]] || fail "the merge request's script ran"

say "Hostile names stay text, and broken manifests stay in their block"
git checkout -q -b hostile main
sed -i 's|displayName:.*|displayName: "![i](http://evil.example) <img src=x> @all `b` --> /close"|' manifests/initech.yaml
as peter commit -q -a -m "<script>"
opens 3 peter-gibbons
git checkout -q -b broken main
printf '```\n/close\n</details>: [\n' >manifests/broken.yaml
git add -A
as peter commit -q -m broken
opens 4 peter-gibbons
notes 3
for text in '<img' '![i]('; do lacks "$scratch/note" "$text"; done
notes 4
has "$scratch/note" "nothing can be planned"
! grep -E '^ {0,3}(```|/|</)' "$scratch/note" || fail "the manifest got out of its block"

say "Merged against the rules, it is not applied"
git checkout -q -b samir-again main
sed -i 's/samir@initech.example: developer/samir@initech.example: admin/' manifests/initech.yaml
as peter commit -q -a -m "Samir runs reports"
opens 5 samir-n
notes 5
merges 5
applies 3
lacks "$scratch/out" "Applied 1"

say "Nor does the next merge carry it in, whoever approved that one"
git checkout -q -b tom main
sed -i 's/^workspaces:/  tom@initech.example: member\n&/' manifests/initech.yaml
as peter commit -q -a -m "Tom comes"
opens 6 peter-gibbons
approves 6 bill-lumbergh
notes 6
merges 6
applies 1
has "$scratch/out" "nothing was applied"

say "All of it works."
