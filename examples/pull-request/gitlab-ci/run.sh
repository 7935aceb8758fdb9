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
for script in check.sh apply.sh pushed.py; do
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

# What GitLab knows of a merge request's commits, and that LOGIN pushed them: `pushes NUMBER LOGIN`.
pushes() {
  git update-ref "refs/merge-requests/$1/head" HEAD
  git log --format='%H %ae' main..HEAD >"$scratch/commits"
  forge_do '
number, login, head, commits = int(a[0]), a[1], a[2], open(a[3]).read().split("\n")[:-1]
request = data[f"/projects/7/merge_requests/{number}"]
request["sha"] = head
data["/projects/7/merge_requests"] = [r for r in data["/projects/7/merge_requests"] if r["iid"] != number] + [request]
data[f"/projects/7/merge_requests/{number}/commits"] = [
  {"id": c.split()[0], "author_email": c.split()[1]} for c in commits]
data.setdefault(f"/projects/7/merge_requests/{number}/versions", []).insert(0, {"head_commit_sha": head})
data.setdefault("/projects/7/events", []).insert(0, {
  "author": {"username": login}, "push_data": {"action": "pushed", "ref_type": "branch", "commit_to": head}})
' "$1" "$2" "$(git rev-parse HEAD)" "$scratch/commits"
}
# A merge request from the branch at hand: `opens NUMBER LOGIN`.
opens() {
  forge_do '
number, login = int(a[0]), a[1]
data[f"/projects/7/merge_requests/{number}"] = {
  "iid": number, "author": {"username": login}, "state": "opened", "target_branch": "main", "source_project_id": 7}
data[f"/projects/7/merge_requests/{number}/approvals"] = {"approved_by": []}
data[f"/projects/7/merge_requests/{number}/notes"] = []
' "$1" "$2"
  pushes "$1" "$2"
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
# Merges a merge request: `merges NUMBER`, or `merges NUMBER ff`; sets $before and $sha.
merges() {
  before="$(git rev-parse main)"
  git checkout -q main
  if [[ "${2:-}" == ff ]]; then
    git merge -q --ff-only "refs/merge-requests/$1/head"
  else
    as bill merge -q --no-ff -m "Merge !$1" "refs/merge-requests/$1/head"
  fi
  sha="$(git rev-parse HEAD)"
  forge_do '
request = data[f"/projects/7/merge_requests/{a[0]}"]
request.update(state="merged", merge_commit_sha=None if a[3:] else a[1])
for commit in a[2].split():
  data[f"/projects/7/repository/commits/{commit}/merge_requests"] = [request]
data["/projects/7/merge_requests"] = [r for r in data["/projects/7/merge_requests"] if r["iid"] != request["iid"]]
' "$1" "$sha" "$(git rev-list --first-parent "$before..$sha")" ${2:+"$2"}
}
# The job of a push, for $before and $sha. Started again, it has the same ones.
applies() {
  on_main
  git checkout -q --detach "$sha"
  ends "$1" env SHA="$sha" BEFORE="$before" PUSHER=bill-lumbergh TENURE_STATE="$scratch/state.db" \
    TENURE_FORGE_TOKEN=a-token "$scripts/apply.sh"
  cd "$origin"
}
# What `tenure run` does in a cycle: nobody is named.
runs() {
  on_main
  ends "$1" tenure apply --yes --state "$scratch/state.db"
  cd "$origin"
}
# A merge request that changes a line, by sed: `changes NUMBER LOGIN EXPRESSION`. Its commit has the login's author.
changes() {
  git checkout -q -b "branch-$1" main
  sed -i "$3" manifests/initech.yaml
  as "${2%%-*}" commit -q -a -m "Change $1"
  opens "$1" "$2"
}
# What the audit log says of who made and who approved the last thing that happened to somebody.
answered() {
  tenure audit --subject "$1" --state "$scratch/state.db" --format json | python3 -c '
import json, sys
last = json.load(sys.stdin)["entries"][-1]
print("made by", *last["actors"], "approved by", *last["approvedBy"])'
}

say "The first apply"
before=0000000000000000000000000000000000000000
sha="$(git rev-parse main)"
forge_do 'data[f"/projects/7/repository/commits/{a[0]}/merge_requests"] = []' "$sha"
applies 0
grep -qE 'Applied ([0-9]+) of \1 ' "$scratch/out" || fail "all of it is applied"

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

say "Nor does the next merge carry it in, whoever approved that one, nor a schedule"
changes 6 peter-gibbons 's/^workspaces:/  tom@initech.example: member\n&/'
approves 6 bill-lumbergh
notes 6
has "$scratch/note" 'Made by `peter@initech.example`; approved by `bill@initech.example`.'
merges 6
applies 3
has "$scratch/out" "Applied 1 of 2"
[[ "$(answered tom@initech.example)" == "made by peter@initech.example approved by bill@initech.example" ]] || fail "tom"
runs 3
has "$scratch/out" "samir@initech.example would raise their own access"
sed -i 's/samir@initech.example: admin/samir@initech.example: developer/' manifests/initech.yaml
as bill commit -q -a -m "Samir edits reports, no more"
runs 0

say "A job that was lost lends its changes to nobody: they wait, whoever is applied next"
changes 7 peter-gibbons 's/^workspaces:/  joanna@initech.example: member\n&/'
approves 7 bill-lumbergh
notes 7
merges 7
lost=("$before" "$sha")
changes 8 bill-lumbergh 's/^workspaces:/  drew@initech.example: member\n&/'
notes 8
merges 8
applies 0
has "$scratch/out" "Applied 1 of 1"
has "$scratch/out" "joanna@initech.example  until the pipeline says who made this change"
before="${lost[0]}" sha="${lost[1]}"
applies 0
has "$scratch/out" "Attested 2 commits."
has "$scratch/out" "Applied 1 of 1"
[[ "$(answered joanna@initech.example)" == "made by peter@initech.example approved by bill@initech.example" ]] || fail "joanna"

say "One that cannot be started again is attested by hand"
changes 9 bill-lumbergh 's/^workspaces:/  nina@initech.example: member\n&/'
merges 9
runs 0
has "$scratch/out" "No changes."
on_main
ends 0 tenure attest "$before..$sha:bill@initech.example" --state "$scratch/state.db"
cd "$origin"
runs 0
has "$scratch/out" "Applied 1 of 1"

say "Fast-forwarded, each of its commits is the merge request's"
changes 10 peter-gibbons 's/^workspaces:/  bob@initech.example: member\n&/'
sed -i 's/^workspaces:/  dom@initech.example: member\n&/' manifests/initech.yaml
as peter commit -q -a -m "And Dom"
pushes 10 peter-gibbons
approves 10 bill-lumbergh
notes 10
merges 10 ff
applies 0
has "$scratch/out" "Applied 2 of 2"
[[ "$(answered bob@initech.example)" == "made by peter@initech.example approved by bill@initech.example" ]] || fail "bob"

say "Whoever pushes into somebody else's merge request answers too, whatever author the commit has"
changes 11 bill-lumbergh 's/displayName: Initech/displayName: Initech Inc/'
sed -i 's/samir@initech.example: developer/samir@initech.example: admin/' manifests/initech.yaml
as bill commit -q -a -m "Tidy up"
pushes 11 samir-n
notes 11
has "$scratch/note" 'Made by `bill@initech.example`, `samir@initech.example`; approved by nobody yet.'
has "$scratch/note" "no-self-change"

say "A version that nobody is known to have pushed, or a commit by a stranger: somebody unknown had a part in it"
changes 12 bill-lumbergh 's/displayName: Initech/displayName: Initech Inc/'
forge_do 'data["/projects/7/events"].pop(0)'
changes 13 a-stranger 's/displayName: Initech/displayName: Strangers/'
notes 12
has "$scratch/note" 'Made by `bill@initech.example`, `unknown`; approved by nobody yet.'
has "$scratch/note" "actor-allowed"
notes 13
has "$scratch/note" 'Made by `unknown`; approved by nobody yet.'
approves 13 bill-lumbergh
notes 13
lacks "$scratch/note" "actor-allowed"

say "A policy that changes is in the note"
git checkout -q -b lax main
sed -i 's/^identity: attested/identity: commit/' manifests/policy.yaml
as samir commit -q -a -m "Trust commits"
opens 14 samir-n
notes 14
has "$scratch/note" "attested → commit"

say "All of it works."
