#!/usr/bin/env python3
"""A forge's API as far as the examples need it, for their run.sh: serves the JSON file DATABASE on a free port of the
loopback interface, and prints that port.

The database maps paths to what GET answers; lists are paged, by number or, as GitHub's activity is, by a cursor. POST adds
to the list at its path, as the bot; PATCH and PUT change the item with the id that ends the path. Every change is written
back, so that a script can look at the file.
"""

import http.server
import json
import pathlib
import sys
import urllib.parse

database, bot = pathlib.Path(sys.argv[1]), sys.argv[2]


class Handler(http.server.BaseHTTPRequestHandler):
    def answer(self, value, status=200, following=None):
        content = json.dumps(value).encode()
        self.send_response(status)
        if following:
            self.send_header("Link", f'<http://forge{following}>; rel="next"')
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def handle_any(self):
        if not (self.headers.get("Authorization") or self.headers.get("PRIVATE-TOKEN")):
            return self.answer({"message": "no token"}, 401)
        url = urllib.parse.urlsplit(self.path)
        query = dict(urllib.parse.parse_qsl(url.query))
        data = json.loads(database.read_text())
        if self.command == "GET":
            value = data.get(url.path)
            if isinstance(value, list) and "page" in query:
                size = int(query["per_page"])
                start = (int(query["page"]) - 1) * size
                value = value[start : start + size]
            elif isinstance(value, list) and url.path.endswith("/activity"):
                start, size = int(query.get("after", "0")), 2  # small, so that there is a next page
                value = [item for item in value if item["ref"] == query["ref"]]
                following = f"{url.path}?after={start + size}&per_page={size}" if len(value) > start + size else None
                return self.answer(value[start : start + size], following=following)
            return self.answer(value, 200 if value is not None else 404)
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        if self.command == "POST":
            data["lastId"] = data.get("lastId", 1000) + 1
            item = {"id": data["lastId"], **bot_of(bot), **body}
            data[url.path].append(item)
        else:
            number = int(url.path.rpartition("/")[2])
            (item,) = [i for p, v in data.items() if isinstance(v, list) and p.endswith(("/comments", "/notes"))
                       for i in v if i.get("id") == number]
            item.update(body)
        data.setdefault("changes", []).append(f"{self.command} {url.path}")
        database.write_text(json.dumps(data, indent=1))
        self.answer(item)

    do_GET = do_POST = do_PATCH = do_PUT = handle_any

    def log_message(self, *_):
        pass


def bot_of(login):
    return {"user": {"login": login}, "author": {"username": login}, "system": False}


server = http.server.HTTPServer(("127.0.0.1", 0), Handler)
print(server.server_port, flush=True)
server.serve_forever()
