#!/usr/bin/env bash
# The preset single-owner at work.
source "$(dirname "${BASH_SOURCE[0]}")/../common.sh"

say "Signing up makes a workspace named Personal, and finds the invitation"
run account sign-up noah@studio.example
run invitation accept studio/film --as noah@studio.example

say "Noah makes and owns further workspaces"
run workspace create '~noah@studio.example/cutting' --as noah@studio.example
run member invite '~noah@studio.example/cutting' mia@studio.example --as noah@studio.example

say "In Mia's workspace he is a member: the owner alone invites, removes, pays and deletes"
refused actor-allowed member invite studio/film zoe@studio.example --as noah@studio.example
refused actor-allowed workspace delete studio/film --yes --as noah@studio.example

say "There are never two owners"
refused single-owner member set-role studio/film noah@studio.example owner

say "The subscription has five seats, pending ones counted"
run member invite studio/film a@studio.example b@studio.example c@studio.example --as mia@studio.example
refused member-cap member invite studio/film d@studio.example --as mia@studio.example

say "The ownership passes in one step, by a commit"
sed -i 's/    owner: mia@studio.example/    owner: noah@studio.example/
  s/      mia@studio.example: owner/      mia@studio.example: member/
  s/      noah@studio.example: member/      noah@studio.example: owner/' manifests/studio.yaml
commit "Noah takes the film over"
run plan --only studio/film
run apply --yes --only studio/film
run who studio/film | tee "$scratch/who"
grep -q "noah@studio.example.*owner *active *direct" "$scratch/who"
