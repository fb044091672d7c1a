"""One HTTP request and its answer, without any client's opinions."""
import http.client
import json
import ssl
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

SECONDS = 30


@dataclass
class Answer:
    """What came back; status 0 when the server hung up without a word. `body` is the parsed JSON (a list for a stream of documents), or text, or None when empty."""

    status: int
    headers: list[tuple[str, str]] = field(default_factory=list)
    body: Any = None

    def header(self, name: str) -> str | None:
        found = [value for key, value in self.headers if key.lower() == name.lower()]
        return ", ".join(found) if found else None


def send(method: str, url: str, headers: dict[str, str], body: bytes | None, tls: ssl.SSLContext | None) -> Answer:
    """Sends a request on a connection of its own and reads the whole answer."""
    place = urlsplit(url)
    if place.scheme == "https":
        connection: http.client.HTTPConnection = http.client.HTTPSConnection(place.netloc, timeout=SECONDS, context=tls)
    else:
        connection = http.client.HTTPConnection(place.netloc, timeout=SECONDS)
    try:
        connection.request(method, f"{place.path or '/'}{'?' + place.query if place.query else ''}", body, headers)
        answer = connection.getresponse()
        text = answer.read().decode(errors="replace")
        return Answer(answer.status, answer.getheaders(), parsed(text, answer.getheader("Content-Type") or "", "watch=" in place.query))
    except http.client.RemoteDisconnected:
        return Answer(0)  # the server broke down over it
    finally:
        connection.close()


def parsed(text: str, kind: str, watch: bool) -> Any:
    """JSON where the answer says so; a watch is a list of its events."""
    if watch and "json" in kind:
        return [json.loads(line) for line in text.splitlines()]
    if not text:
        return None
    return json.loads(text) if "json" in kind else text
