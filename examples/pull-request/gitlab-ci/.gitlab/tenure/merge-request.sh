#!/usr/bin/env bash
# The check of a merge request's own pipeline, which has no token: whoever started it counts as its author, and
# approvals are left to the note. Run from a checkout of the target branch.
set -euo pipefail

here="$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)"
unset TENURE_FORGE_TOKEN
BASE_SHA="$(git rev-parse HEAD)"
export BASE_SHA
# In a pipeline of merged results CI_COMMIT_SHA is a commit that GitLab made.
export HEAD_SHA="${CI_MERGE_REQUEST_SOURCE_BRANCH_SHA:-${CI_COMMIT_SHA:?}}"
export NUMBER="${CI_MERGE_REQUEST_IID:?}"
export HEAD_REF="refs/merge-requests/$NUMBER/head"
status=0
"$here/check.sh" "${1:?usage: merge-request.sh FOLDER}" || status=$?
cat "$1/report.md"
exit "$status"
