#!/usr/bin/env python3
"""What the pipeline asks GitHub, and the comment that it writes there. Only Python's own library.

  forge.py fetch REF                fetches a pull request's commits, without checking anything out
  forge.py people NUMBER HEAD_SHA   who opened it, pushed to it and approved that commit, as arguments for tenure
  forge.py merged SHA BEFORE PUSHER the same for each range that a push to the default branch added, with the reviewed
                                    digest where it was one pull request
  forge.py comment FOLDER           puts FOLDER/report.md into the one comment of the pull request of HEAD_SHA
"""

import base64
import json
import os
import pathlib
import re
import stat
import subprocess
import sys
import urllib.error
import urllib.parse
import urllib.request

import pushed

MARKER = "<!-- tenure-plan -->"
# Which commit the report is about, and its digest. Written by this script, never taken from a report.
STAMP = re.compile(r"<!-- tenure head=([0-9a-f]{40}) digest=(sha256:[0-9a-f]{64}) -->")
BOT = "github-actions[bot]"
LONGEST = 65536  # characters of a comment
UNKNOWN = "unknown"  # whom Tenure lets do nothing
MANIFESTS = "manifests/"


def call(path, method="GET", body=None, **query):
    return respond(path, method, body, **query)[0]


def respond(path, method="GET", body=None, **query):
    """What the forge says, and where it goes on."""
    url = os.environ.get("GITHUB_API_URL", "https://api.github.com") + path
    if query:
        url += "?" + urllib.parse.urlencode(query)
    request = urllib.request.Request(url, method=method, data=None if body is None else json.dumps(body).encode())
    request.add_header("Accept", "application/vnd.github+json")
    request.add_header("Content-Type", "application/json")
    request.add_header("Authorization", "Bearer " + os.environ["GITHUB_TOKEN"])
    with urllib.request.urlopen(request, timeout=30) as response:
        return json.load(response), response.headers.get("Link") or ""


def pages(path, **query):
    page = 1
    while True:
        items = call(path, per_page=100, page=page, **query)
        yield from items
        if len(items) < 100:
            return
        page += 1


def repository():
    return "/repos/" + os.environ["GITHUB_REPOSITORY"]


def emails():
    """Login → email, as people.tsv beside this script has it."""
    found = {}
    for line in pathlib.Path(__file__).with_name("people.tsv").read_text().splitlines():
        if line and not line.startswith("#"):
            login, email = line.split("\t")
            found[login.lower()] = email
    return found


def email(login):
    """Nobody's login, or one that is not in people.tsv, is `unknown`."""
    known = emails().get((login or "").lower())
    if known is None:
        print(f"forge: {login or 'somebody'} is not in people.tsv, and may do nothing", file=sys.stderr)
    return known or UNKNOWN


def activity(pull):
    """Who pushed what to its branch. Of a fork that this token may not read: nothing."""
    source, cursor = pull["head"]["repo"], {}
    while source:
        try:
            events, link = respond(
                f"/repos/{source['full_name']}/activity", ref=f"refs/heads/{pull['head']['ref']}", per_page=100, **cursor)
        except urllib.error.HTTPError as error:
            if error.code not in (403, 404):
                raise
            return
        yield from events
        following = re.search(r"<[^>]*[?&]after=([^&>]+)[^>]*>; *rel=\"next\"", link)
        if not following:
            return
        cursor = {"after": urllib.parse.unquote(following[1])}


def makers(pull, head):
    """Whoever opened it, whom the forge takes for the authors of its commits, and everybody who pushed what it has now.

    None stands for somebody whom the forge does not name: anybody may write any author into a commit, so one that nobody
    is known to have pushed is nobody's.
    """
    commits = list(pages(f"{repository()}/pulls/{pull['number']}/commits"))
    ids = {commit["sha"] for commit in commits}
    found = {login_of(pull["user"])} | {login_of(commit["author"]) for commit in commits}
    pushes = [event for event in activity(pull) if event["after"] in ids]
    found |= {login_of(event["actor"]) for event in pushes}
    if head not in {event["after"] for event in pushes} or len(commits) != pull["commits"]:
        found.add(None)
    return found


def login_of(user):
    return (user or {}).get("login")


def people(pull, head):
    """Who answers for a pull request. Only an approval of this very commit counts, and only the last word of each."""
    last = {}
    for review in pages(f"{repository()}/pulls/{pull['number']}/reviews"):
        if review["state"] in ("APPROVED", "CHANGES_REQUESTED", "DISMISSED") and review["user"]:
            last[review["user"]["login"]] = review
    made = makers(pull, head)
    arguments = []
    for address in sorted({email(login) for login in made}):
        arguments += ["--actor", address]
    known = emails()
    for login, review in sorted(last.items()):
        approves = review["state"] == "APPROVED" and review["commit_id"] == head and login not in made
        if approves and login.lower() in known:
            arguments += ["--approved-by", known[login.lower()]]
        elif approves:
            print(f"forge: {login} approved, but is not in people.tsv", file=sys.stderr)
    return arguments


def comments(number):
    """Those that this pipeline wrote: anybody can write the marker, nobody else is the bot."""
    for comment in pages(f"{repository()}/issues/{number}/comments"):
        if comment["user"]["login"] == BOT and comment["body"].startswith(MARKER):
            yield comment


def pull_merged_as(sha):
    """The pull request of which this is the commit that the forge made, or the last one that it moved."""
    pulls = [
        pull
        for pull in call(f"{repository()}/commits/{sha}/pulls")
        if pull["merged_at"] and pull["merge_commit_sha"] == sha
    ]
    return call(f"{repository()}/pulls/{pulls[0]['number']}") if len(pulls) == 1 else None


def merged(sha, before, pusher):
    arguments, pull = pushed.arguments(
        before, sha, pull_merged_as, lambda pull: pull["commits"], lambda pull: people(pull, pull["head"]["sha"]),
        email(pusher))
    for comment in comments(pull["number"]) if pull else []:
        stamp = STAMP.fullmatch((comment["body"].split("\n") + [""])[1])
        if stamp and stamp[1] == pull["head"]["sha"]:
            return arguments + ["--expect", stamp[2]]
    return arguments


def pull_of_event():
    """The open pull request that a check ran for, by what the event says: an artifact may claim any number."""
    head, branch, source = (os.environ[name] for name in ("HEAD_SHA", "HEAD_BRANCH", "HEAD_REPOSITORY"))
    owner = source.split("/")[0]
    for pull in pages(f"{repository()}/pulls", state="open", head=f"{owner}:{branch}"):
        here = pull["head"]["repo"] and pull["head"]["repo"]["full_name"] == source
        if here and pull["head"]["sha"] == head and pull["head"]["ref"] == branch:
            return pull
    return None


def changes_only_manifests(number):
    count = call(f"{repository()}/pulls/{number}")["changed_files"]
    files = list(pages(f"{repository()}/pulls/{number}/files"))
    names = [name for file in files for name in (file["filename"], file.get("previous_filename")) if name]
    return len(files) == count and all(name.startswith(MANIFESTS) for name in names)


def text_of(path):
    """A regular file's text, cut: whoever made the artifact may have put anything there."""
    try:
        file = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    except OSError:
        return ""
    with os.fdopen(file, "rb") as stream:
        if not stat.S_ISREG(os.fstat(file).st_mode):
            return ""
        return stream.read(4 * LONGEST).decode("utf-8", "replace")


def body(folder, number):
    if not changes_only_manifests(number):
        # Its checks ran by workflows that it may have changed: what they say is its own word.
        return (
            f"{MARKER}\n\n### Tenure\n\n**This pull request changes more than `{MANIFESTS}`,** so what its own checks "
            "report is not repeated here. Run `tenure diff` yourself, or put the other files into a pull request of "
            "their own.\n"
        )
    report = text_of(folder / "report.md")
    if not report:
        return f"{MARKER}\n\n### Tenure\n\n**The check left no report:** its log says why.\n"
    report = report.removeprefix(MARKER).lstrip("\n")
    digest = text_of(folder / "digest").strip()
    stamp = f"<!-- tenure head={os.environ['HEAD_SHA']} digest={digest} -->"
    text = f"{MARKER}\n{stamp}\n\n{report}" if STAMP.fullmatch(stamp) else f"{MARKER}\n\n{report}"
    if len(text) > LONGEST:
        text = f"{MARKER}\n\n### Tenure\n\n**The report is too long for a comment:** it is an artifact of the check.\n"
    return text


def comment(folder):
    pull = pull_of_event()
    if pull is None:
        print("forge: no open pull request has this commit at its head any more", file=sys.stderr)
        return
    text = body(pathlib.Path(folder), pull["number"])
    for old in comments(pull["number"]):
        call(f"{repository()}/issues/comments/{old['id']}", "PATCH", {"body": text})
        return
    call(f"{repository()}/issues/{pull['number']}/comments", "POST", {"body": text})


def fetch(ref):
    command = ["git"]
    environment = dict(os.environ)
    server = os.environ.get("GITHUB_SERVER_URL", "")
    if server.startswith("https://"):
        # By the environment, not by arguments, which every process on the machine could read.
        login = base64.b64encode(f"x-access-token:{os.environ['GITHUB_TOKEN']}".encode()).decode()
        environment.update(
            GIT_CONFIG_COUNT="1",
            GIT_CONFIG_KEY_0=f"http.{server}/.extraheader",
            GIT_CONFIG_VALUE_0=f"AUTHORIZATION: basic {login}",
        )
    command += ["fetch", "--quiet", "--no-tags", "--no-recurse-submodules", "origin", f"+{ref}:refs/tenure/head"]
    subprocess.run(command, check=True, env=environment)


def main(arguments):
    match arguments:
        case ["fetch", ref]:
            fetch(ref)
        case ["people", number, head] if number.isdecimal():
            print("\n".join(people(call(f"{repository()}/pulls/{number}"), head)))
        case ["merged", sha, before, pusher]:
            print("\n".join(merged(sha, before, pusher)))
        case ["comment", folder]:
            comment(folder)
        case _:
            sys.exit(__doc__)


if __name__ == "__main__":
    main(sys.argv[1:])
