"""Which merge request each commit of a push to the default branch came with. The same for every forge."""

import subprocess


def added(before, sha):
    """The commits of the branch itself that a push added, newest first, each with its parents."""
    old = [] if set(before) == {"0"} else ["^" + before]
    command = ["git", "rev-list", "--first-parent", "--parents", sha, *old]
    output = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    return [line.split() for line in output.splitlines()]


def parts(before, sha, request_of, size_of):
    """The push in pieces: pairs of a merge request, or None for what came without one, and its range `A..B`.

    A merge is one commit. A squashed request is one too, and one merged by fast-forward or rebase at most `size_of` it;
    in both cases it ends where another begins. So a merge queue that pushes several lends nobody's commits to another.
    """
    if set(before) == {"0"}:
        return [(request_of(sha), f"..{sha}")]
    commits = added(before, sha)
    requests = [request_of(commit[0]) for commit in commits]
    found, start = [], 0
    while start < len(commits):
        request, end = requests[start], start + 1
        is_merge = len(commits[start]) > 2
        most = len(commits) if request is None else 1 if is_merge else size_of(request)
        while end < len(commits) and end - start < most and requests[end] is None and len(commits[end]) == 2:
            end += 1
        last = commits[end - 1]
        found.append((request, f"{last[1] if len(last) > 1 else ''}..{commits[start][0]}"))
        start = end
    return found


def arguments(before, sha, request_of, size_of, people, pusher):
    """Who made and who approved what a push added, as arguments for tenure; and the request where there is just one."""
    found, pieces = [], parts(before, sha, request_of, size_of)
    for request, span in pieces:
        words = people(request) if request else ["--actor", pusher]
        found += [word if word.startswith("--") else f"{span}:{word}" for word in words]
    return found, pieces[0][0] if len(pieces) == 1 else None
