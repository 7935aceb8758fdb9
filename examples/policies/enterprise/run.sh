#!/usr/bin/env bash
# The preset enterprise at work.
source "$(dirname "${BASH_SOURCE[0]}")/../common.sh"

say "Mona is invited to the organization; her workspace role waits for that, and follows by itself"
run account sign-up mona@globex.example
run invitation accept globex --as mona@globex.example
run apply --yes
run who globex/reactor

say "Her personal workspace is hers alone: exactly one, and never deleted"
refused one-personal-workspace workspace create '~mona@globex.example/Second' --as mona@globex.example
refused personal-workspace-undeletable workspace delete '~mona@globex.example/Personal' --yes

say "Whoever is no member of the organization cannot be a member of a workspace"
refused organization-member-first member add globex/reactor frank@elsewhere.example --role viewer

say "Super-admins create workspaces, admins of a workspace do not; deleting is the operator's"
refused actor-allowed workspace create globex/lab --as mona@globex.example
run workspace create globex/lab --as hank@globex.example
refused deletion-needs-operator workspace delete globex/lab --yes --as hank@globex.example
run workspace delete globex/lab --yes

say "Developers and admins make API keys; a key opens its own workspace only"
run api-key create globex/reactor ci --as mona@globex.example | tee "$scratch/key"
grep -o 'tenure_[0-9a-f]*' "$scratch/key" > "$scratch/secret"
run api-key check globex/reactor < "$scratch/secret"
! run api-key check globex/default < "$scratch/secret"

say "The default workspace and the last super-admin stay"
refused default-workspace-kept workspace delete globex/default --yes
refused last-owner-kept member remove globex hank@globex.example
ends_with "No changes." plan --only globex/default
