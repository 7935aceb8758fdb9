#!/usr/bin/env bash
# The preset small-team at work.
source "$(dirname "${BASH_SOURCE[0]}")/../common.sh"

say "Whoever accepts joins as member; a declared owner is promoted by the next plan"
run account sign-up emil@bakery.example
run invitation accept bakery/shop --as emil@bakery.example
run apply --yes

say "At most five, pending ones counted; a cancelled invitation makes room"
run member invite bakery/shop a@bakery.example b@bakery.example --as emil@bakery.example
refused member-cap member invite bakery/shop c@bakery.example --as emil@bakery.example
run invitation cancel bakery/shop b@bakery.example --as emil@bakery.example
run member invite bakery/shop c@bakery.example --as emil@bakery.example

say "One invitation a person: it can be sent again, which makes the old link useless"
refused one-pending-invitation member invite bakery/shop c@bakery.example --as emil@bakery.example
run invitation resend bakery/shop c@bakery.example --as emil@bakery.example

say "Nobody changes or removes themselves, and nobody leaves"
refused no-self-change member set-role bakery/shop emil@bakery.example member --as emil@bakery.example
refused no-self-change member remove bakery/shop emil@bakery.example --as emil@bakery.example
refused actor-allowed workspace leave bakery/shop --as emil@bakery.example

say "Owners demote other owners, never remove the creator"
refused creator-kept member remove bakery/shop rosa@bakery.example --as emil@bakery.example
run member set-role bakery/shop emil@bakery.example member --as rosa@bakery.example

say "A member sees the balance and not the other members"
run workspace show bakery/shop --as emil@bakery.example
