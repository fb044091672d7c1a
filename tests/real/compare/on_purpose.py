"""The list of differences that are there on purpose, each with its reason."""
import threading
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from pathlib import Path

import yaml


@dataclass
class Rule:
    """Differences of requests that match `at` in places that match one of `places`; `*` stands for anything, as in a shell."""

    why: str
    at: str
    place: str
    real: str
    demo: str
    used: bool = False

    def covers(self, request: str, place: str, real: str, demo: str) -> bool:
        pairs = ((request, self.at), (place, self.place), (real, self.real), (demo, self.demo))
        return all(pattern == text or fnmatchcase(text, pattern.replace("[", "[[]")) for text, pattern in pairs)


@dataclass
class OnPurpose:
    rules: list[Rule]
    lock: threading.Lock = field(default_factory=threading.Lock)

    @staticmethod
    def read(path: Path) -> "OnPurpose":
        """Each entry: `why`, and under `where` lines `REQUEST | PLACE | REAL | DEMO`; the last two may be left out."""
        rules = []
        for entry in yaml.safe_load(path.read_text()) or []:
            for line in entry["where"]:
                parts = [part.strip() for part in line.split(" | ")]
                if not 2 <= len(parts) <= 4:
                    raise SystemExit(f"compare: {path.name}: not REQUEST | PLACE | REAL | DEMO: {line}")
                rules.append(Rule(entry["why"], *parts, *["*"] * (4 - len(parts))))
        return OnPurpose(rules)

    def covers(self, *difference: str) -> bool:
        with self.lock:
            found = [rule for rule in self.rules if rule.covers(*difference)]
            for rule in found:
                rule.used = True
            return bool(found)

    def stale(self, chains: tuple[str, ...]) -> list[str]:
        """Rules that covered nothing, of the chains that were run."""
        ran = [rule for rule in self.rules if not rule.used and rule.at.split(":")[0] in (*chains, "*")]
        return [" | ".join((rule.at, rule.place, rule.real, rule.demo)) for rule in ran]
