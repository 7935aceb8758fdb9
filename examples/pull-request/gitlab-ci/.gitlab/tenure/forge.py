#!/usr/bin/env python3
"""What the pipeline asks GitLab, and the note that it writes there. Only Python's own library.

  forge.py open                      open merge requests into the default branch: number, tab, commit
  forge.py fetch REF                 fetches a merge request's commits, without checking anything out
  forge.py people NUMBER HEAD_SHA    who opened it, pushed to it and approved it, as arguments for tenure
  forge.py merged SHA BEFORE PUSHER  the same for each range that a push to the default branch added, with the reviewed
                                     digest where it was one merge request
  forge.py note NUMBER SHA FOLDER    puts FOLDER/report.md into the one note on the merge request
"""

import json
import os
import pathlib
import re
import subprocess
import sys
import urllib.error
import urllib.parse
import urllib.request

import pushed

MARKER = "<!-- tenure-plan -->"
# Which commit the report is about, and its digest. Written by this script, never taken from a report.
STAMP = re.compile(r"<!-- tenure head=([0-9a-f]{40}) digest=(sha256:[0-9a-f]{64}) -->")
LONGEST = 1_000_000  # characters of a note
UNKNOWN = "unknown"  # whom Tenure lets do nothing


def call(path, method="GET", body=None, **query):
    url = os.environ["CI_API_V4_URL"] + path
    if query:
        url += "?" + urllib.parse.urlencode(query)
    request = urllib.request.Request(url, method=method, data=None if body is None else json.dumps(body).encode())
    request.add_header("Content-Type", "application/json")
    request.add_header("PRIVATE-TOKEN", os.environ["TENURE_FORGE_TOKEN"])
    with urllib.request.urlopen(request, timeout=30) as response:
        return json.load(response)


def pages(path, **query):
    page = 1
    while True:
        items = call(path, per_page=100, page=page, **query)
        yield from items
        if len(items) < 100:
            return
        page += 1


def project():
    return "/projects/" + urllib.parse.quote(os.environ["CI_PROJECT_ID"], safe="")


def emails():
    """Login → email, as people.tsv beside this script has it."""
    found = {}
    for line in pathlib.Path(__file__).with_name("people.tsv").read_text().splitlines():
        if line and not line.startswith("#"):
            login, email = line.split("\t")
            found[login.lower()] = email
    return found


def email(login):
    """Nobody's name, or one that is not in people.tsv, is `unknown`."""
    known = emails().get((login or "").lower())
    if known is None:
        print(f"forge: {login or 'somebody'} is not in people.tsv, and may do nothing", file=sys.stderr)
    return known or UNKNOWN


def pushes(request):
    """Who pushed which commit to the project that the request comes from. Of one that this token may not read: nothing."""
    events = pages(f"/projects/{request['source_project_id']}/events", action="pushed")
    try:
        for event in events:
            yield event["push_data"]["commit_to"], event["author"]["username"]
    except urllib.error.HTTPError as error:
        if error.code not in (403, 404):
            raise


def makers(request, commits):
    """Emails of whoever opened it, of the authors of its commits, and of everybody who pushed what it has now.

    Anybody may write any author into a commit, so of a version that nobody is known to have pushed somebody `unknown` is
    the maker too.
    """
    ids = {commit["id"] for commit in commits}
    known = {address.lower(): address for address in emails().values()}
    found = {email(request["author"]["username"])}
    found |= {known.get(commit["author_email"].lower(), UNKNOWN) for commit in commits}
    pushed_by = [(commit, login) for commit, login in pushes(request) if commit in ids]
    found |= {email(login) for _, login in pushed_by}
    versions = pages(f"{project()}/merge_requests/{request['iid']}/versions")
    tips = {version["head_commit_sha"] for version in versions} & ids | {request["sha"]}
    if not tips <= {commit for commit, _ in pushed_by}:
        found.add(UNKNOWN)
    return sorted(found)


def commits_of(request):
    return list(pages(f"{project()}/merge_requests/{request['iid']}/commits"))


def people(request, head):
    """Who answers for a merge request. Approvals are of its present commit: GitLab is set to remove them with a push."""
    author = request["author"]["username"]
    arguments = []
    for address in makers(request, commits_of(request)):
        arguments += ["--actor", address]
    if request["sha"] != head:
        print("forge: the merge request has moved on; no approval counts for this commit", file=sys.stderr)
        return arguments
    known = emails()
    approvals = call(f"{project()}/merge_requests/{request['iid']}/approvals")
    for login in sorted(entry["user"]["username"] for entry in approvals["approved_by"]):
        address = known.get(login.lower())
        if address and address not in arguments:
            arguments += ["--approved-by", address]
        elif login != author and not address:
            print(f"forge: {login} approved, but is not in people.tsv", file=sys.stderr)
    return arguments


def notes(number):
    """Those that this pipeline wrote: anybody can write the marker, nobody else is the token's user."""
    me = call("/user")["username"]
    for note in pages(f"{project()}/merge_requests/{number}/notes"):
        if note["author"]["username"] == me and note["body"].startswith(MARKER):
            yield note


def request_merged_as(sha):
    """The merge request of which this is the last commit on the default branch."""
    requests = [
        request
        for request in call(f"{project()}/repository/commits/{sha}/merge_requests")
        if request["state"] == "merged"
        and request["target_branch"] == os.environ["CI_DEFAULT_BRANCH"]
        # By a merge commit, squashed, or fast-forward.
        and sha in (request.get("merge_commit_sha"), request.get("squash_commit_sha"), request["sha"])
    ]
    return requests[0] if len(requests) == 1 else None


def merged(sha, before, pusher):
    arguments, request = pushed.arguments(
        before, sha, request_merged_as, lambda request: len(commits_of(request)),
        lambda request: people(request, request["sha"]), email(pusher))
    for note in notes(request["iid"]) if request else []:
        stamp = STAMP.fullmatch((note["body"].split("\n") + [""])[1])
        if stamp and stamp[1] == request["sha"]:
            return arguments + ["--expect", stamp[2]]
    return arguments


def without_time(text):
    """A report that says the same is not written again because it was made later."""
    return re.sub(r"(?m)^(<sub>)?Planned for .*$", "", text)


def note(number, head, folder):
    # A check that came to no end has no report; its log may show paths of the runner, and stays there.
    report = folder / "report.md"
    text = report.read_text(errors="replace") if report.exists() else "### Tenure\n\n**This cannot be planned.**\n"
    text = text.removeprefix(MARKER).lstrip("\n")
    digest = (folder / "digest").read_text().strip() if (folder / "digest").exists() else ""
    stamp = f"<!-- tenure head={head} digest={digest} -->"
    body = f"{MARKER}\n{stamp if STAMP.fullmatch(stamp) else ''}\n\n{text}"
    if len(body) > LONGEST:
        body = f"{MARKER}\n\n### Tenure\n\n**The report is too long for a note:** run `tenure diff` yourself.\n"
    for old in notes(number):
        if without_time(old["body"]) != without_time(body):
            call(f"{project()}/merge_requests/{number}/notes/{old['id']}", "PUT", {"body": body})
        return
    call(f"{project()}/merge_requests/{number}/notes", "POST", {"body": body})


def main(arguments):
    has_token = bool(os.environ.get("TENURE_FORGE_TOKEN"))
    match arguments:
        case ["open"]:
            target = os.environ["CI_DEFAULT_BRANCH"]
            for request in pages(f"{project()}/merge_requests", state="opened", target_branch=target):
                print(request["iid"], request["sha"], sep="\t")
        case ["fetch", ref]:
            command = ["git", "fetch", "--quiet", "--no-tags", "--no-recurse-submodules"]
            subprocess.run([*command, "origin", f"+{ref}:refs/tenure/head"], check=True)
        case ["people", number, head] if number.isdecimal() and has_token:
            print("\n".join(people(call(f"{project()}/merge_requests/{number}"), head)))
        case ["people", _, _]:
            print("\n".join(["--actor", email(os.environ["GITLAB_USER_LOGIN"])]))
        case ["merged", sha, before, pusher]:
            print("\n".join(merged(sha, before, pusher)))
        case ["note", number, head, folder] if number.isdecimal():
            note(number, head, pathlib.Path(folder))
        case _:
            sys.exit(__doc__)


if __name__ == "__main__":
    main(sys.argv[1:])
