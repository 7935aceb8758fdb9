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

# A pull request from the branch at hand: `opens NUMBER LOGIN`.
opens() {
  git update-ref "refs/pull/$1/head" HEAD
  git diff --name-only main...HEAD >"$scratch/files"
  forge_do '
number, login, head, branch, files = int(a[0]), a[1], a[2], a[3], open(a[4]).read().split("\n")[:-1]
pull = {"number": number, "user": {"login": login}, "merged_at": None, "merge_commit_sha": None,
        "changed_files": len(files),
        "head": {"sha": head, "ref": branch, "repo": {"full_name": f"{login}/access"}}}
data.setdefault("/repos/initech/access/pulls", []).append(pull)
data[f"/repos/initech/access/pulls/{number}"] = pull
data[f"/repos/initech/access/pulls/{number}/files"] = [{"filename": f} for f in files]
data.setdefault(f"/repos/initech/access/pulls/{number}/reviews", [])
data.setdefault(f"/repos/initech/access/issues/{number}/comments", [])
' "$1" "$2" "$(git rev-parse HEAD)" "$(git branch --show-current)" "$scratch/files"
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
# Merges a pull request: `merges NUMBER`; sets $before and $sha.
merges() {
  before="$(git rev-parse main)"
  git checkout -q main
  as bill merge -q --no-ff -m "Merge #$1" "refs/pull/$1/head"
  sha="$(git rev-parse HEAD)"
  forge_do '
pull = data[f"/repos/initech/access/pulls/{a[0]}"]
pull.update(merged_at="2026-11-22T12:00:00Z", merge_commit_sha=a[1])
data[f"/repos/initech/access/commits/{a[1]}/pulls"] = [pull]
data["/repos/initech/access/pulls"] = [p for p in data["/repos/initech/access/pulls"] if p["number"] != pull["number"]]
' "$1" "$sha"
}
applies() {
  cd "$runner"
  git fetch -q origin main
  git checkout -q --detach FETCH_HEAD
  ends "$1" env SHA="$sha" BEFORE="$before" PUSHER="${2:-bill-lumbergh}" TENURE_STATE="$scratch/state.db" "$scripts/apply.sh"
  cd "$origin"
}

say "The first apply: nothing to compare with, by whoever pushed"
before=0000000000000000000000000000000000000000
sha="$(git rev-parse main)"
forge_do 'data[f"/repos/initech/access/commits/{a[0]}/pulls"] = []' "$sha"
applies 0
has "$scratch/out" "Applied 6 of 6"

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

say "Nor does the next merge carry it in, whoever approved that one"
git checkout -q -b milton main
sed -i 's/^workspaces:/  milton@initech.example: member\n&/' manifests/initech.yaml
as peter commit -q -a -m "Milton is back"
opens 3 peter-gibbons
approves 3 bill-lumbergh
check 0 3
comments 3 peter-gibbons milton
merges 3
applies 1
has "$scratch/out" "nothing was applied"
# It is taken back, and what is left is applied by hand: an operator says for whom.
sed -i 's/samir@initech.example: admin/samir@initech.example: developer/' manifests/initech.yaml
as bill commit -q -a -m "Samir edits reports, no more"
cd "$runner"
git fetch -q origin main
git checkout -q --detach FETCH_HEAD
ends 0 tenure apply --yes --state "$scratch/state.db" --actor peter@initech.example
has "$scratch/out" "Applied 1 of 1"
cd "$origin"

say "A push without a pull request is its pusher's, and applied as what it changes by itself"
before="$(git rev-parse main)"
sed -i 's/peter@initech.example: admin/&\n      milton@initech.example: viewer/' manifests/initech.yaml
as bill commit -q -a -m "Milton reads reports"
sha="$(git rev-parse main)"
forge_do 'data[f"/repos/initech/access/commits/{a[0]}/pulls"] = []' "$sha"
applies 0
has "$scratch/out" "Applied 1 of 1"

say "Drift between review and merge is not applied under the review's digest"
git checkout -q -b tom main
sed -i 's/^workspaces:/  tom@initech.example: member\n&/' manifests/initech.yaml
as peter commit -q -a -m "Tom comes"
opens 4 peter-gibbons
check 0 4
comments 4 peter-gibbons tom
(cd "$runner" && tenure member set-role initech/reports samir@initech.example viewer --state "$scratch/state.db" >/dev/null)
merges 4
applies 1
has "$scratch/out" "nothing was applied"

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
as peter commit -q -a -m "A name"
opens 8 peter-gibbons
check 0 8
rm "$scratch/report/report.md"
ln -s /etc/passwd "$scratch/report/report.md"
comments 8 peter-gibbons links
lacks "$scratch/comments" root:
has "$scratch/comments" "left no report"
rm "$scratch/report/report.md"
mkfifo "$scratch/report/report.md"
comments 8 peter-gibbons links
printf '<!-- tenure-plan -->\n<!-- tenure head=%040d digest=sha256:%064d -->\n' 0 0 >"$scratch/text"
rm "$scratch/report/report.md"
cp "$scratch/text" "$scratch/report/report.md"
printf 'sha256:%064d -->\n<!-- ' 0 >"$scratch/report/digest"
printf '1' >"$scratch/report/number"
comments 8 peter-gibbons links
[[ "$(sed -n 2p "$scratch/comments")" == "" ]] || fail "a report brought its own stamp along"
[[ "$(forge_get 'len(data["/repos/initech/access/issues/8/comments"])')" == 1 ]] || fail "one comment"
# A commit that is no pull request's head any more, and somebody else's fork with a branch of the name.
(cd "$runner" && HEAD_SHA="$(git rev-parse HEAD)" HEAD_BRANCH=links HEAD_REPOSITORY=peter-gibbons/access \
  "$scripts/forge.py" comment "$scratch/report") 2>"$scratch/out"
has "$scratch/out" "no open pull request"

say "Somebody else's comment with the marker stays as it is"
forge_do 'data["/repos/initech/access/issues/8/comments"].insert(0, {"id": 999, "user": {"login": "samir-n"},
  "body": "<!-- tenure-plan -->\nmine"})'
check 0 8
comments 8 peter-gibbons links
[[ "$(forge_get 'data["/repos/initech/access/issues/8/comments"][0]["body"].split("\n")[1]')" == mine ]] || fail "not ours"

say "Who is not in people.tsv opens nothing that can be judged"
git checkout -q -b stranger main
sed -i 's/displayName: Initech/displayName: Strangers/' manifests/initech.yaml
as stranger commit -q -a -m "Hello"
opens 9 a-stranger
check 1 9
has "$scratch/out" "not in people.tsv"

say "install.sh takes the release that is named, and no other"
tar -czf "$scratch/tenure.tar.gz" -C "$(dirname "$tenure")" tenure
sum="$(sha256sum "$scratch/tenure.tar.gz" | cut -d ' ' -f 1)"
ends 0 env TENURE_URL="file://$scratch/tenure.tar.gz" TENURE_SHA256="$sum" "$scripts/install.sh" "$scratch/installed"
ends 1 env TENURE_URL="file://$scratch/tenure.tar.gz" "$scripts/install.sh" "$scratch/other"
[[ -x "$scratch/installed/tenure" && ! -e "$scratch/other/tenure" ]] || fail "install.sh"
say "All of it works."
