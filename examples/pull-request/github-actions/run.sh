#!/usr/bin/env bash
# Checks the workflows, and runs their scripts on a local repository against a forge that lives as long as this script.
source "$(dirname "${BASH_SOURCE[0]}")/../common.sh"
needs_python

say "The workflows: readable, pinned, with few rights, nothing from outside in a script"
python3 - "$here" <<'PYTHON'
import os, pathlib, re, sys, yaml

root = pathlib.Path(sys.argv[1])
flows = {path.name: yaml.safe_load(path.read_text()) for path in sorted((root / ".github/workflows").glob("*.yml"))}
check, comment, apply = flows["tenure-check.yml"], flows["tenure-comment.yml"], flows["tenure-apply.yml"]
for name, flow in flows.items():
    on = flow[True]  # what YAML 1.1 makes of `on`
    assert "pull_request_target" not in on, name
    assert set(flow["permissions"]) <= {"contents", "pull-requests", "actions"}, name
    for job in flow["jobs"].values():
        assert "permissions" not in job and job["timeout-minutes"], name
        for step in job["steps"]:
            if "uses" in step:
                assert re.fullmatch(r"actions/[a-z-]+@[0-9a-f]{40}", step["uses"]), step
                if "checkout" in step["uses"]:
                    assert step["with"]["persist-credentials"] is False, name
            else:
                assert "${{" not in step["run"], f"{name}: an expression in a script is text that runs"
                script = root / step["run"].split()[0]
                assert os.access(script, os.X_OK), script
writes = {name: [k for k, v in flow["permissions"].items() if v != "read"] for name, flow in flows.items()}
assert writes == {"tenure-check.yml": [], "tenure-apply.yml": [], "tenure-comment.yml": ["pull-requests"]}, writes
assert comment[True]["workflow_run"]["workflows"] == [check["name"]]
(job,) = check["jobs"].values()
assert "secrets" not in str(job) and "github.event.pull_request.base.sha" in job["steps"][0]["with"]["ref"]
(job,) = comment["jobs"].values()
assert job["steps"][0]["with"]["ref"] == "main" and "secrets" not in str(job)
assert apply[True]["push"]["branches"] == ["main"] and "cancel-in-progress" in apply["concurrency"]
print(f"{len(flows)} workflows are as they should be.")
PYTHON

say "A repository with the pipeline in it, and its clone on the runner"
origin="$scratch/origin"
mkdir "$origin"
cp -R "$here/.github" "$here/manifests" "$origin/"
cd "$origin"
git init -q -b main
git add -A
as bill commit -q -m "Initech begins"
runner="$scratch/runner"
git clone -q "$origin" "$runner"
scripts="$runner/.github/tenure"

start_forge "github-actions[bot]" <<'JSON'
{"changes": []}
JSON
export GITHUB_API_URL="http://127.0.0.1:$port" GITHUB_REPOSITORY=initech/access GITHUB_TOKEN=a-token

# What the forge knows of a pull request's commits, and that LOGIN pushed them: `pushes NUMBER LOGIN`.
pushes() {
  git update-ref "refs/pull/$1/head" HEAD
  git diff --name-only main...HEAD >"$scratch/files"
  git log --format='%H %ae' main..HEAD >"$scratch/commits"
  forge_do '
number, login, head, files, commits = int(a[0]), a[1], a[2], open(a[3]).read().split("\n")[:-1], open(a[4]).read().split("\n")[:-1]
logins = {"bill@initech.example": "bill-lumbergh", "peter@initech.example": "peter-gibbons", "samir@initech.example": "samir-n"}
pull = data[f"/repos/initech/access/pulls/{number}"]
pull["head"]["sha"] = head
pull.update(changed_files=len(files), commits=len(commits))
data[f"/repos/initech/access/pulls/{number}/files"] = [{"filename": f} for f in files]
data[f"/repos/initech/access/pulls/{number}/commits"] = [
  {"sha": c.split()[0], "author": {"login": logins[c.split()[1]]} if c.split()[1] in logins else None} for c in commits]
data.setdefault("/repos/%s/activity" % pull["head"]["repo"]["full_name"], []).insert(
  0, {"ref": "refs/heads/" + pull["head"]["ref"], "after": head, "actor": {"login": login}})
others = [p for p in data.get("/repos/initech/access/pulls", []) if p["number"] != number]
data["/repos/initech/access/pulls"] = others + [pull]
' "$1" "$2" "$(git rev-parse HEAD)" "$scratch/files" "$scratch/commits"
}
# A pull request from the branch at hand: `opens NUMBER LOGIN [WHO PUSHED IT]`.
opens() {
  forge_do '
number, login, branch = int(a[0]), a[1], a[2]
pull = {"number": number, "user": {"login": login}, "merged_at": None, "merge_commit_sha": None,
        "head": {"ref": branch, "repo": {"full_name": f"{login}/access"}}}
data[f"/repos/initech/access/pulls/{number}"] = pull
data.setdefault(f"/repos/initech/access/pulls/{number}/reviews", [])
data.setdefault(f"/repos/initech/access/issues/{number}/comments", [])
' "$1" "$2" "$(git branch --show-current)"
  pushes "$1" "${3:-$2}"
}
approves() {
  forge_do 'data[f"/repos/initech/access/pulls/{a[0]}/reviews"].append(
    {"user": {"login": a[1]}, "state": a[2], "commit_id": a[3]})' "$1" "$2" "${3:-APPROVED}" \
    "${4:-$(git -C "$origin" rev-parse "refs/pull/$1/head")}"
}
# The check of a pull request on the runner: `check EXITCODE NUMBER`.
check() {
  rm -rf "$scratch/report"
  cd "$runner"
  git checkout -q --detach origin/main
  git fetch -q origin main && git checkout -q --detach FETCH_HEAD
  ends "$1" env BASE_SHA="$(git rev-parse HEAD)" HEAD_SHA="$(git -C "$origin" rev-parse "refs/pull/$2/head")" \
    HEAD_REF="refs/pull/$2/head" NUMBER="$2" GITHUB_ACTIONS=true .github/tenure/check.sh "$scratch/report"
  cd "$origin"
}
# The comment of its report, as the event of the check has it: `comments NUMBER LOGIN BRANCH`.
comments() {
  (cd "$runner" && HEAD_SHA="$(git -C "$origin" rev-parse "refs/pull/$1/head")" HEAD_BRANCH="$3" \
    HEAD_REPOSITORY="$2/access" "$scripts/forge.py" comment "$scratch/report")
  forge_get '"\n".join(c["body"] for c in data[f"/repos/initech/access/issues/{a[0]}/comments"])' "$1" >"$scratch/comments"
}
# Merges a pull request: `merges NUMBER`, or `merges NUMBER rebase`; sets $before and $sha.
merges() {
  before="$(git rev-parse main)"
  git checkout -q main
  if [[ "${2:-}" == rebase ]]; then
    as bill cherry-pick "main..refs/pull/$1/head" >/dev/null
  else
    as bill merge -q --no-ff -m "Merge #$1" "refs/pull/$1/head"
  fi
  sha="$(git rev-parse HEAD)"
  forge_do '
pull = data[f"/repos/initech/access/pulls/{a[0]}"]
pull.update(merged_at="2026-11-22T12:00:00Z", merge_commit_sha=a[1])
for commit in a[2].split():
  data[f"/repos/initech/access/commits/{commit}/pulls"] = [pull]
data["/repos/initech/access/pulls"] = [p for p in data["/repos/initech/access/pulls"] if p["number"] != pull["number"]]
' "$1" "$sha" "$(git rev-list --first-parent "$before..$sha")"
}
# A push of the branch at hand without a pull request; sets $before and $sha.
pushes_main() {
  before="$(git rev-parse main~1)"
  sha="$(git rev-parse main)"
  forge_do 'data[f"/repos/initech/access/commits/{a[0]}/pulls"] = []' "$sha"
}
on_main() {
  cd "$runner"
  git fetch -q origin main
  git checkout -q --detach FETCH_HEAD
}
# The job of a push, for $before and $sha: `applies EXITCODE [PUSHER]`. Started again, it has the same ones.
applies() {
  cd "$runner"
  git fetch -q origin main
  git checkout -q --detach "$sha"
  ends "$1" env SHA="$sha" BEFORE="$before" PUSHER="${2:-bill-lumbergh}" TENURE_STATE="$scratch/state.db" "$scripts/apply.sh"
  cd "$origin"
}
# What `tenure run` does in a cycle: nobody is named.
runs() {
  on_main
  ends "$1" tenure apply --yes --state "$scratch/state.db"
  cd "$origin"
}
# A pull request that changes a line, by sed: `changes NUMBER LOGIN EXPRESSION`. Its commit has the login's author.
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

say "The first apply: nothing to compare with, by whoever pushed"
before=0000000000000000000000000000000000000000
sha="$(git rev-parse main)"
forge_do 'data[f"/repos/initech/access/commits/{a[0]}/pulls"] = []' "$sha"
applies 0
grep -qE 'Applied ([0-9]+) of \1 ' "$scratch/out" || fail "all of it is applied"

say "A pull request from a fork: checked, commented, updated, merged, applied as reviewed"
git checkout -q -b samir-edits main
sed -i 's/samir@initech.example: viewer/samir@initech.example: developer/' manifests/initech.yaml
as peter commit -q -a -m "Samir edits reports"
opens 1 samir-n
check 3 1    # whoever opened it would raise themselves: nobody approved yet
comments 1 samir-n samir-edits
has "$scratch/comments" "no-self-change"
approves 1 bill-lumbergh
check 0 1
comments 1 samir-n samir-edits
lacks "$scratch/comments" "no-self-change"
has "$scratch/comments" "<!-- tenure head=$(git rev-parse refs/pull/1/head) digest=sha256:"
[[ "$(forge_get '[c.split()[0] for c in data["changes"]]')" == "['POST', 'PATCH']" ]] || fail "one comment is written and updated"
merges 1
applies 0
has "$scratch/out" "Applied 1 of 1"

say "An approval of another commit, a withdrawn one and one's own do not count"
git checkout -q -b samir-again main
sed -i 's/samir@initech.example: developer/samir@initech.example: admin/' manifests/initech.yaml
as samir commit -q -a -m "Samir runs reports"
opens 2 samir-n
approves 2 bill-lumbergh APPROVED "$(git rev-parse main)"
approves 2 samir-n
approves 2 peter-gibbons
approves 2 peter-gibbons CHANGES_REQUESTED
check 3 2
has "$scratch/report/report.md" "no-self-change"

say "Merged against the rules, it is not applied: its report expects nothing of it"
comments 2 samir-n samir-again
merges 2
applies 3
lacks "$scratch/out" "Applied 1"

say "Nor does the next merge carry it in, whoever approved that one, nor a schedule"
changes 3 peter-gibbons 's/^workspaces:/  milton@initech.example: member\n&/'
check 3 3
has "$scratch/report/report.md" "actor-allowed"
approves 3 bill-lumbergh
check 0 3
has "$scratch/report/report.md" 'Made by `peter@initech.example`; approved by `bill@initech.example`.'
comments 3 peter-gibbons branch-3
merges 3
applies 3
has "$scratch/out" "Applied 1 of 2"
runs 3
has "$scratch/out" "samir@initech.example would raise their own access"

say "Taken back before it was applied, it leaves nothing to do"
sed -i 's/samir@initech.example: admin/samir@initech.example: developer/' manifests/initech.yaml
as bill commit -q -a -m "Samir edits reports, no more"
pushes_main
applies 0
has "$scratch/out" "No changes."

say "A push without a pull request is its pusher's, and applied as what it changes by itself"
sed -i 's/peter@initech.example: admin/&\n      milton@initech.example: viewer/' manifests/initech.yaml
as bill commit -q -a -m "Milton reads reports"
pushes_main
applies 0
has "$scratch/out" "Applied 1 of 1"
[[ "$(answered milton@initech.example)" == "made by bill@initech.example approved by" ]] || fail "the pusher answers"

say "Drift between review and merge is not applied under the review's digest; repaired, the job started again does it"
changes 4 peter-gibbons 's/^workspaces:/  tom@initech.example: member\n&/'
approves 4 bill-lumbergh
check 0 4
comments 4 peter-gibbons branch-4
(cd "$runner" && tenure member set-role initech/reports samir@initech.example viewer --state "$scratch/state.db" >/dev/null)
merges 4
applies 1
has "$scratch/out" "nothing was applied"
runs 0
has "$scratch/out" "until the pipeline says who made this change"
has "$scratch/out" "Applied 1 of 1"
applies 0
has "$scratch/out" "Applied 1 of 1"
[[ "$(answered tom@initech.example)" == "made by peter@initech.example approved by bill@initech.example" ]] || fail "tom"

say "A run that was lost lends its changes to nobody: they wait, whoever is applied next"
changes 20 peter-gibbons 's/^workspaces:/  joanna@initech.example: member\n&/'
approves 20 bill-lumbergh
check 0 20
comments 20 peter-gibbons branch-20
merges 20
lost=("$before" "$sha")
changes 21 bill-lumbergh 's/^workspaces:/  drew@initech.example: member\n&/'
check 0 21
comments 21 bill-lumbergh branch-21
merges 21
runs 0
has "$scratch/out" "No changes."
applies 0
has "$scratch/out" "Applied 1 of 1"
has "$scratch/out" "joanna@initech.example  until the pipeline says who made this change"
# Started again, the lost run says who made it and applies just that; once more, it has nothing to do.
before="${lost[0]}" sha="${lost[1]}"
applies 0
has "$scratch/out" "Attested 2 commits."
has "$scratch/out" "Applied 1 of 1"
applies 0
has "$scratch/out" "No changes."
[[ "$(answered joanna@initech.example)" == "made by peter@initech.example approved by bill@initech.example" ]] || fail "joanna"

say "One that cannot be started again is attested by hand"
changes 22 bill-lumbergh 's/^workspaces:/  nina@initech.example: member\n&/'
merges 22
runs 0
has "$scratch/out" "No changes."
on_main
ends 0 tenure attest "$before..$sha:bill@initech.example" --state "$scratch/state.db"
cd "$origin"
runs 0
has "$scratch/out" "Applied 1 of 1"

say "Rebased onto main, each of its commits is the pull request's"
changes 23 peter-gibbons 's/^workspaces:/  bob@initech.example: member\n&/'
sed -i 's/^workspaces:/  dom@initech.example: member\n&/' manifests/initech.yaml
as peter commit -q -a -m "And Dom"
pushes 23 peter-gibbons
approves 23 bill-lumbergh
check 0 23
comments 23 peter-gibbons branch-23
merges 23 rebase
applies 0
has "$scratch/out" "Applied 2 of 2"
[[ "$(answered bob@initech.example)" == "made by peter@initech.example approved by bill@initech.example" ]] || fail "bob"

say "Several that a merge queue pushes at once: each answers for its own"
changes 24 samir-n 's/samir@initech.example: developer/samir@initech.example: admin/'
changes 25 bill-lumbergh 's/^workspaces:/  steve@initech.example: member\n&/'
merges 24
queued="$before"
merges 25
before="$queued"
applies 3
has "$scratch/out" "samir@initech.example would raise their own access"
has "$scratch/out" "Applied 1 of 2"
[[ "$(answered steve@initech.example)" == "made by bill@initech.example approved by" ]] || fail "steve"
sed -i 's/samir@initech.example: admin/samir@initech.example: developer/' manifests/initech.yaml
as bill commit -q -a -m "Samir edits reports"
pushes_main
applies 0

say "Whoever pushes into somebody else's pull request answers too, whatever author the commit has"
changes 26 bill-lumbergh 's/displayName: Initech/displayName: Initech Inc/'
check 0 26
sed -i 's/samir@initech.example: developer/samir@initech.example: admin/' manifests/initech.yaml
as bill commit -q -a -m "Tidy up"
pushes 26 samir-n
check 3 26
has "$scratch/report/report.md" 'Made by `bill@initech.example`, `samir@initech.example`; approved by nobody yet.'
has "$scratch/report/report.md" "no-self-change"

say "A commit that nobody is known to have pushed is nobody's, as one by an author without a login"
changes 27 bill-lumbergh 's/displayName: Initech/displayName: Initech Inc/'
forge_do 'data["/repos/bill-lumbergh/access/activity"].pop(0)'
check 3 27
has "$scratch/report/report.md" 'Made by `bill@initech.example`, `unknown`; approved by nobody yet.'
has "$scratch/report/report.md" "actor-allowed"
approves 27 bill-lumbergh    # who opened it
check 3 27

say "Manifests that cannot be read are merged: the job says so"
git checkout -q main
printf '[\n' >manifests/broken.yaml
git add -A
as bill commit -q -m "Oh"
pushes_main
applies 4
has "$scratch/out" "manifests/broken.yaml:"
git rm -q manifests/broken.yaml
as bill commit -q -m "Better"
pushes_main
applies 0

say "A policy that changes is in the report"
git checkout -q -b lax main
sed -i 's/^identity: attested/identity: commit/' manifests/policy.yaml
as samir commit -q -a -m "Trust commits"
opens 28 samir-n
check '[03]' 28
comments 28 samir-n lax
has "$scratch/comments" "attested → commit"

say "A pull request that changes the pipeline: the base's scripts run, and its report is not repeated"
git checkout -q -b evil main
printf '#!/bin/sh\ntouch "%s/pwned"\n' "$scratch" >.github/tenure/check.sh
cp .github/tenure/check.sh .github/tenure/forge.py
sed -i 's/samir@initech.example: developer/samir@initech.example: admin/' manifests/initech.yaml
as samir commit -q -a -m "Tidy up"
opens 5 samir-n
check 3 5
[[ ! -e "$scratch/pwned" ]] || fail "the pull request's script ran"
printf '<!-- tenure-plan -->\nAll is well.\n' >"$scratch/report/report.md"    # what its own workflow may upload
comments 5 samir-n evil
lacks "$scratch/comments" "All is well"
has "$scratch/comments" "changes more than"

say "Hostile names and messages stay text"
git checkout -q -b hostile main
sed -i -e 's|displayName:.*|displayName: "::error::x ![i](http://evil.example) <img src=x> @everyone `b` -->"|' \
  -e 's|^workspaces:|&\n  "::error::w <b> [x](y) `c` ${{ secrets.X }} $(touch pwned)": {}|' manifests/initech.yaml
as samir commit -q -a -m '::error::gotcha $(touch pwned) `touch pwned` <!-- tenure-plan -->'
opens 6 peter-gibbons
approves 6 bill-lumbergh
check 0 6
! grep -E '^ *::(error|warning|notice|set-output)' "$scratch/out" | grep -q gotcha || fail "a message became a command"
[[ ! -e "$runner/pwned" && ! -e pwned ]] || fail "a name ran"
comments 6 peter-gibbons hostile
has "$scratch/comments" "secrets.X"
for text in '<img' '<b>' '![i](' '[x](y)'; do lacks "$scratch/comments" "$text"; done

say "Invalid manifests, with backquotes and fences in them"
git checkout -q -b broken main
printf '```\n</details><script>: [\n' >manifests/broken.yaml
git add -A
as samir commit -q -m broken
opens 7 samir-n
check 4 7
has "$scratch/out" "::error file=manifests/broken.yaml"
comments 7 samir-n broken
has "$scratch/comments" "nothing can be planned"
! grep -E '^ {0,3}(```|<)' "$scratch/comments" | grep -vF '<!--' || fail "the manifest got out of its block"

say "An artifact says what it likes: links, pipes, other numbers and digests are not taken"
git checkout -q -b links main
sed -i 's/displayName: Initech/displayName: Initech Ltd/' manifests/initech.yaml
as bill commit -q -a -m "A name"
opens 8 bill-lumbergh
check 0 8
rm "$scratch/report/report.md"
ln -s /etc/passwd "$scratch/report/report.md"
comments 8 bill-lumbergh links
lacks "$scratch/comments" root:
has "$scratch/comments" "left no report"
rm "$scratch/report/report.md"
mkfifo "$scratch/report/report.md"
comments 8 bill-lumbergh links
printf '<!-- tenure-plan -->\n<!-- tenure head=%040d digest=sha256:%064d -->\n' 0 0 >"$scratch/text"
rm "$scratch/report/report.md"
cp "$scratch/text" "$scratch/report/report.md"
printf 'sha256:%064d -->\n<!-- ' 0 >"$scratch/report/digest"
printf '1' >"$scratch/report/number"
comments 8 bill-lumbergh links
[[ "$(sed -n 2p "$scratch/comments")" == "" ]] || fail "a report brought its own stamp along"
[[ "$(forge_get 'len(data["/repos/initech/access/issues/8/comments"])')" == 1 ]] || fail "one comment"
# A commit that is no pull request's head any more, and somebody else's fork with a branch of the name.
(cd "$runner" && HEAD_SHA="$(git rev-parse HEAD)" HEAD_BRANCH=links HEAD_REPOSITORY=bill-lumbergh/access \
  "$scripts/forge.py" comment "$scratch/report") 2>"$scratch/out"
has "$scratch/out" "no open pull request"

say "Somebody else's comment with the marker stays as it is"
forge_do 'data["/repos/initech/access/issues/8/comments"].insert(0, {"id": 999, "user": {"login": "samir-n"},
  "body": "<!-- tenure-plan -->\nmine"})'
check 0 8
comments 8 bill-lumbergh links
[[ "$(forge_get 'data["/repos/initech/access/issues/8/comments"][0]["body"].split("\n")[1]')" == mine ]] || fail "not ours"

say "Who is not in people.tsv is unknown, and needs somebody who may do it"
git checkout -q -b stranger main
sed -i 's/displayName: Initech/displayName: Strangers/' manifests/initech.yaml
as stranger commit -q -a -m "Hello"
opens 9 a-stranger
check 3 9
has "$scratch/out" "a-stranger is not in people.tsv"
has "$scratch/report/report.md" "actor-allowed"
approves 9 bill-lumbergh
check 0 9

say "install.sh takes the release that is named, and no other"
tar -czf "$scratch/tenure.tar.gz" -C "$(dirname "$tenure")" tenure
sum="$(sha256sum "$scratch/tenure.tar.gz" | cut -d ' ' -f 1)"
ends 0 env TENURE_URL="file://$scratch/tenure.tar.gz" TENURE_SHA256="$sum" "$scripts/install.sh" "$scratch/installed"
ends 1 env TENURE_URL="file://$scratch/tenure.tar.gz" "$scripts/install.sh" "$scratch/other"
[[ -x "$scratch/installed/tenure" && ! -e "$scratch/other/tenure" ]] || fail "install.sh"
say "All of it works."
