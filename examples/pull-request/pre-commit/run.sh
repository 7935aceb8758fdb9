#!/usr/bin/env bash
# Checks the hook definitions, and commits and pushes with the hooks in a repository that lives as long as this script.
source "$(dirname "${BASH_SOURCE[0]}")/../common.sh"
needs_python

say "The definitions: readable, and of hooks that are there"
python3 - "$here" <<'PYTHON'
import os, pathlib, re, sys, yaml

root = pathlib.Path(sys.argv[1])
(local,) = yaml.safe_load((root / ".pre-commit-config.yaml").read_text())["repos"]
shared = yaml.safe_load((root / ".pre-commit-hooks.yaml").read_text())
strip = lambda hook: {key: value for key, value in hook.items() if key != "language"}
assert [strip(hook) for hook in local["hooks"]] == [strip(hook) for hook in shared]
for hook in shared:
    assert os.access(root / hook["entry"], os.X_OK), hook
    assert re.search(hook["files"], "manifests/a/b.yml") and not re.search(hook["files"], "README.md")
print(f"{len(shared)} hooks are as they should be.")
PYTHON

say "A clone with the hooks as git's own"
git init -q --bare -b main "$scratch/origin"
git clone -q "$scratch/origin" "$scratch/clone" 2>/dev/null
cd "$scratch/clone"
git checkout -q -b main
cp -R "$here/hooks" "$here/manifests" .
git config core.hooksPath hooks
git add -A
ends 0 as bill commit -q -m "Initech begins"
ends 0 as bill push -q origin main
has "$scratch/out" "nothing was checked"

say "What is valid is committed, and shown when it is pushed"
git checkout -q -b samir-edits
sed -i 's/samir@initech.example: viewer/samir@initech.example: developer/' manifests/initech.yaml
git add -A
ends 0 as peter commit -q -m "Samir edits reports"
ends 0 as peter push -q origin samir-edits
has "$scratch/out" "viewer → developer"

say "What a rule refuses is shown, and goes on to be approved"
sed -i 's/peter@initech.example: admin/&\n      samir@initech.example: admin/; /samir@initech.example: developer/d' manifests/initech.yaml
git add -A
ends 0 as samir commit -q -m "Samir runs reports"
ends 0 as samir push -q origin samir-edits
has "$scratch/out" "no-self-change"

say "What is invalid is not committed: the index counts, not the working tree"
cp manifests/initech.yaml "$scratch/good"
sed -i 's/role/roel/; s/member$/membre/' manifests/initech.yaml
git add -A
cp "$scratch/good" manifests/initech.yaml
ends 1 as peter commit -q -m "Typo"
has "$scratch/out" "Did you mean"
has "$scratch/out" "manifests/initech.yaml:"
git add -A
echo "a: [" >manifests/not-added.yaml
echo "Hello" >README.md
git add README.md
ends 0 as peter commit -q -m "Only a page"
rm manifests/not-added.yaml

say "A link in the index is looked at as text, not followed"
ln -s /etc/passwd manifests/people.yaml
git add manifests/people.yaml
ends 1 as peter commit -q -m "A link"
lacks "$scratch/out" root:
git rm -q -f --cached manifests/people.yaml
rm manifests/people.yaml

say "What slipped in is not pushed; a deletion, and a remote without a branch to compare with, pass"
echo "a: [" >manifests/broken.yaml
git add -A
ends 0 as peter commit -q --no-verify -m "Never mind"
ends 1 as peter push -q origin samir-edits
has "$scratch/out" "manifests/broken.yaml"
ends 0 as peter push -q origin --delete samir-edits
git init -q --bare "$scratch/other"
ends 0 as peter push -q "$scratch/other" HEAD:refs/heads/x

say "The same by pre-commit's variables"
ends 1 env PRE_COMMIT_TO_REF=HEAD PRE_COMMIT_REMOTE_NAME=origin hooks/pre-push origin
git reset -q --hard HEAD~1
ends 0 env PRE_COMMIT_TO_REF=HEAD PRE_COMMIT_REMOTE_NAME=origin hooks/pre-push
say "All of it works."
