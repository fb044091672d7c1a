"""The list of differences that are there on purpose, each with its reason."""
import threading
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from pathlib import Path

import yaml


@dataclass
class Rule:
    """Differences of requests that match `at` in places that match `place`; `*` stands for anything, as in a shell."""

    at: str
    place: str
    real: str
    demo: str
    sometimes: bool
    used: bool = False

    def covers(self, request: str, place: str, real: str, demo: str) -> bool:
        pairs = ((request, self.at), (place, self.place), (real, self.real), (demo, self.demo))
        return all(fnmatchcase(text, pattern.replace("[", "[[]").replace("?", "[?]")) for text, pattern in pairs)


@dataclass
class OnPurpose:
    rules: list[Rule]
    lock: threading.Lock = field(default_factory=threading.Lock)

    @staticmethod
    def read(path: Path) -> "OnPurpose":
        """Each entry: `why`, and under `where` lines `REQUEST | PLACE | REAL | DEMO`, of which the last two may be left out. `sometimes`:
        the difference comes and goes with the moment, so that nobody minds where there is none."""
        rules = []
        for entry in yaml.safe_load(path.read_text()):
            if not entry.get("why"):
                raise SystemExit(f"compare: {path.name}: no reason for {entry}")
            for line in entry["where"]:
                parts = [part.strip() for part in line.split(" | ")]
                if not 2 <= len(parts) <= 4:
                    raise SystemExit(f"compare: {path.name}: not REQUEST | PLACE | REAL | DEMO: {line}")
                rules.append(Rule(*parts, *["*"] * (4 - len(parts)), sometimes=entry.get("sometimes", False)))
        return OnPurpose(rules)

    def covers(self, *difference: str) -> bool:
        with self.lock:
            found = [rule for rule in self.rules if rule.covers(*difference)]
            for rule in found:
                rule.used = True
            return bool(found)

    def stale(self, chains: tuple[str, ...]) -> list[str]:
        """Rules of these chains that covered nothing."""
        idle = [rule for rule in self.rules if not rule.used and not rule.sometimes and rule.at.split(":")[0] in chains]
        return [" | ".join((rule.at, rule.place, rule.real, rule.demo)) for rule in idle]
