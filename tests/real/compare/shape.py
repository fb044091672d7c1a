"""What of two answers is compared: status, headers of interest, the shape of the body, and the words of a refusal."""
import re
from typing import Any, Callable, Iterator

from exchange import Answer

# Headers whose text must be the same, once each side's own names, ids and addresses are written alike.
WORDS = ("Content-Type", "Location", "Vary", "Allow", "WWW-Authenticate", "Retry-After", "Cache-Control", "Warning",
         "OpenStack-API-Version", "OpenStack-API-Minimum-Version", "OpenStack-API-Maximum-Version")
# Headers that must be there or not; their text is of the moment.
PRESENT = ("X-Subject-Token", "X-OpenStack-Request-Id", "Audit-Id", "X-Kubernetes-Pf-Flowschema-Uid", "X-Kubernetes-Pf-Prioritylevel-Uid")
# Maps whose keys are data: their values are compared as those of one kind.
FREE = {"labels", "annotations", "matchLabels", "selector", "nodeSelector", "data", "labels_overridden", "labels_added", "labels_skipped",
        "health_status_reason", "faults", "bay_faults", "parameters", "properties", "attributes", "capacity", "allocatable", "limits",
        "requests", "hard", "used", "fieldsV1", "definitions", "paths", "files", "environment"}
# Texts that are part of the contract in every answer, not only in refusals.
ALWAYS = re.compile(r"(^|\.)(kind|apiVersion|rel)$")

MASKS = [
    (re.compile(r"req-[0-9a-f-]{36}"), "REQUEST"),
    (re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"), "UUID"),
    (re.compile(r"\b[0-9a-f]{32,64}\b"), "ID"),
    (re.compile(r"\s*Failed validating .*", re.DOTALL), ""),  # the schema itself, as Python's jsonschema prints it
    (re.compile(r"current: \d+"), "current: REVISION"),
    (re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(\.\d+)?(Z|\+00:00)?"), "TIME"),
]
Difference = tuple[str, str, str]  # place, real, demo
ABSENT = "-"


def masked(text: str, own: dict[str, str]) -> str:
    """The text with a side's own values replaced by their names, the longest first."""
    for name, value in sorted(own.items(), key=lambda pair: -len(pair[1])):
        if name == "network":
            continue  # the bed's is called "public", which other sentences say as well
        if len(value) > 4:
            text = re.sub(rf"(?<!\w){re.escape(value)}(?!\w)", f"${name}", text)
    # Python gives the words of a set in another order at every start.
    text = re.sub(r"(?<=should be one of: )[\w, -]+", lambda words: ", ".join(sorted(words.group().split(", "))), text)
    for pattern, word in MASKS:
        text = pattern.sub(word, text)
    return text


def differences(real: Answer, demo: Answer, real_own: dict[str, str], demo_own: dict[str, str]) -> Iterator[Difference]:
    """Every place in which the demo does not answer as the real service does."""
    if real.status != demo.status:
        yield "status", told(real), told(demo)  # all the rest follows from it
        return
    for name in WORDS:
        values = tuple(header_words(name, answer.header(name), own) for answer, own in ((real, real_own), (demo, demo_own)))
        if values[0] != values[1]:
            yield f"header {name}", *values
    for name in PRESENT:
        there = tuple(ABSENT if answer.header(name) is None else "present" for answer in (real, demo))
        if there[0] != there[1]:
            yield f"header {name}", *there
    yield from bodies(real.body, demo.body, real.status >= 400, lambda t: masked(t, real_own), lambda t: masked(t, demo_own))


def told(answer: Answer) -> str:
    """A status with the reason an error gives, so that a line can be understood by itself."""
    text = re.search(r"'(?:message|detail|error_message)': (['\"])(.*?)\1[,}]", str(answer.body))
    return f"{answer.status}" + (f" ({text.group(2)[:100]})" if text and answer.status >= 400 else "")


def header_words(name: str, value: str | None, own: dict[str, str]) -> str:
    if value is None:
        return ABSENT
    words = re.split(r",\s*", masked(value, own))
    if name in ("Allow", "Vary"):
        words.sort()
    return ", ".join(words).lower() if name in ("Content-Type", "Vary") else ", ".join(words)


def bodies(real: Any, demo: Any, words: bool, real_mask: Callable[[str], str], demo_mask: Callable[[str], str]) -> Iterator[Difference]:
    shapes: list[dict[str, set[str]]] = [{}, {}]
    texts: list[dict[str, set[str]]] = [{}, {}]
    for value, shape, text, mask in zip((real, demo), shapes, texts, (real_mask, demo_mask)):
        walk(value, "", shape, text, mask)
    for path in sorted(shapes[0].keys() | shapes[1].keys()):
        above = parent(path)
        if above is not None and any(above not in shape or empty(above, path, shape) for shape in shapes):
            continue  # said once, for what is above; a list without elements has nothing to be compared
        kinds = [" or ".join(sorted(shape.get(path, {ABSENT}))) for shape in shapes]
        if kinds[0] != kinds[1]:
            yield f"body {path or '.'}", *kinds
        elif (words or ALWAYS.search(path)) and texts[0].get(path) != texts[1].get(path):
            yield f"body {path or '.'}", *(" + ".join(sorted(text.get(path, {ABSENT}))) for text in texts)


def walk(value: Any, path: str, shape: dict[str, set[str]], texts: dict[str, set[str]], mask: Callable[[str], str]) -> None:
    """Notes the type at every path; elements of a list share one, and so do the values of a free map."""
    kind = {dict: "object", list: "list", str: "string", bool: "bool", int: "number", float: "number", type(None): "null"}[type(value)]
    shape.setdefault(path, set()).add(kind)
    if isinstance(value, dict):
        free = re.split(r"[.\[]", path)[-1] in FREE
        for key, inner in value.items():
            if key != "fieldsV1":
                walk(inner, f"{path}.{'*' if free else key}".lstrip("."), shape, texts, mask)
    elif isinstance(value, list):
        for inner in value:
            walk(inner, f"{path}[]", shape, texts, mask)
    elif isinstance(value, str):
        texts.setdefault(path, set()).add("(a page)" if "<html" in value[:200] else mask(value))


def parent(path: str) -> str | None:
    if not path:
        return None
    return path[:-2] if path.endswith("[]") else path.rpartition(".")[0]


def empty(above: str, path: str, shape: dict[str, set[str]]) -> bool:
    """True for the elements of a list (or free map) that has none on this side."""
    return path.endswith(("[]", ".*")) and path not in shape and shape[above] <= {"list", "object"}
