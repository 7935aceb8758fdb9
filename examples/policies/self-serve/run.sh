#!/usr/bin/env bash
# The preset self-serve at work.
source "$(dirname "${BASH_SOURCE[0]}")/../common.sh"

say "An invited person may sign up first, and finds the invitation"
run account sign-up vera@press.example
run invitation accept press/journal --as vera@press.example

say "Members invite, several people in one go"
run member invite press/journal kit@press.example lou@press.example --as vera@press.example
run outbox list

say "The last owner leaves: the ownership passes to the longest-standing member"
run workspace leave press/journal --as otto@press.example
run who press/journal | tee "$scratch/who"
grep -q "vera@press.example.*owner" "$scratch/who"

say "The manifests follow. Otto is still named in them, and is held: who left is not chased"
sed -i 's/    owner: otto@press.example/    owner: vera@press.example/
  s/      otto@press.example: owner/      otto@press.example: member/
  s/      vera@press.example: member/      vera@press.example: owner/' manifests/press.yaml
commit "Vera runs the journal"
run plan | tee "$scratch/plan"
grep -q "otto@press.example.*left" "$scratch/plan"

say "until the manifest asks for him once more"
sed -i 's/      otto@press.example: member/      otto@press.example: {role: member, reinvite: 2100-01-01}/' manifests/press.yaml
commit "Otto changed his mind"
run apply --yes | tee "$scratch/plan"
grep -q "invite.*otto@press.example" "$scratch/plan"

say "The only member cannot leave, but deletes the workspace: that ends it with a final invoice"
refused leave-needs-another-member workspace leave '~vera@press.example/Personal' --as vera@press.example
run usage add '~vera@press.example/Personal' 42 --as vera@press.example
run workspace delete '~vera@press.example/Personal' --yes --as vera@press.example
run billing show '~vera@press.example' --as vera@press.example
