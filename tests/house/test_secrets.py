"""No secret lies in the project: neither one of a known shape nor one that merely looks random."""

import math
import re
from collections import Counter

import pytest

from tests.house import tree

SHAPES = {
    "a private key": re.compile(r"-----BEGIN [A-Z ]*PRIVATE KEY"),
    "a cloud key": re.compile(r"\b(AKIA|ASIA)[0-9A-Z]{16}\b"),
    "a code host's token": re.compile(r"\b(ghp|gho|ghs|github_pat|glpat)[_-][0-9A-Za-z_-]{20,}"),
    "a password in an address": re.compile(r"\b[a-z+]+://[^\s/:@{}<>$]+:[^\s/:@{}<>$]+@"),
}
GIVEN = re.compile(
    r"""(?i)\b\w*(?:secret|token|api_?key|passw(?:or)?d)\w*["']?\s*[:=]\s*["']([^"'\s]{16,})["']"""
)
# Addresses that show the shape alone.
EXAMPLES = {"docs": re.compile(r"://(user|name|alongside):(password|secret|…|\.\.\.)@")}


def randomness(word: str) -> float:
    """Shannon's entropy in bits a character."""
    counted = Counter(word)
    return -sum(n / len(word) * math.log2(n / len(word)) for n in counted.values())


def secrets_in(text: str) -> list[str]:
    """What looks like a secret, by kind."""
    text = EXAMPLES["docs"].sub("://", text)
    found = [kind for kind, shape in SHAPES.items() if shape.search(text)]
    random = [word for word in GIVEN.findall(text) if randomness(word) > 3.7 and re.search(r"\d", word)]
    return found + ["a random value"] * bool(random)


def test_no_secret_lies_in_the_project():
    files = [f for f in tree.written() if f.name != "test_secrets.py"]
    found = {
        tree.name(f): s for f in files if (s := secrets_in(f.read_text(encoding="utf-8", errors="ignore")))
    }
    assert found == {}


def test_made_folders_are_kept_out_of_the_repository():
    ignored = (tree.ROOT / ".gitignore").read_text().split()
    assert {".venv/", "data/", "demo-data/"} <= set(ignored)


@pytest.mark.parametrize(
    ("text", "kinds"),
    [
        ("-----BEGIN RSA PRIVATE KEY-----", ["a private key"]),
        ("key = AKIAABCDEFGHIJKLMNOP", ["a cloud key"]),
        ("ghp_" + "a1B2" * 9, ["a code host's token"]),
        ("postgres://ada:s3cret@db/x", ["a password in an address"]),
        ('SECRET_KEY = "k7Jx0pQz93LmVt5RwYb2"', ["a random value"]),
        ('password = "correct horse"', []),
        ("postgres://user:password@host/name", []),
        ('SECRET_KEY = environment.secret_key("from the data folder")', []),
    ],
)
def test_a_secret_is_known_when_seen(text, kinds):
    assert secrets_in(text) == kinds
