"""When a survey and its definitions make sense."""

from datetime import date

import pytest

from alongside.assess.surveys import rules

KNOWN = ("day-centre", "social", "physical")


def make(**changed):
    given = {
        "title": "Who coordinates",
        "activities": ["day-centre", "social"],
        "known": KNOWN,
        "units": 3,
        "opened_on": None,
        "closed_on": None,
    }
    return [(r.code, r.field) for r in rules.why_not_make(**{**given, **changed})]


@pytest.mark.parametrize(
    ("changed", "reasons"),
    [
        ({}, []),
        ({"opened_on": date(2027, 4, 1), "closed_on": date(2027, 4, 1)}, []),
        ({"title": "  "}, [("no-title", "title")]),
        ({"activities": []}, [("no-activities", "activities")]),
        ({"activities": ["social", "social"]}, [("twice", "activities")]),
        ({"activities": ["chess"]}, [("unknown-activity", "activities")]),
        ({"activities": ["-1+1"], "known": ["-1+1"]}, [("bad-key", "activities")]),
        ({"activities": ["=cmd"], "known": ["=cmd"]}, [("bad-key", "activities")]),
        ({"activities": ["unit"], "known": ["unit"]}, [("bad-key", "activities")]),
        ({"units": 0}, [("no-units", "units")]),
        (
            {"opened_on": date(2027, 4, 2), "closed_on": date(2027, 4, 1)},
            [("closes-first", "closed_on")],
        ),
        ({"title": "", "units": 0}, [("no-title", "title"), ("no-units", "units")]),
    ],
)
def test_when_a_survey_makes_sense(changed, reasons):
    assert make(**changed) == reasons


@pytest.mark.parametrize(
    ("changed", "reasons"),
    [
        ({}, []),
        ({"sensitivity": []}, []),
        ({"sensitivity": ["day-centre"]}, ["not-to-leave-out"]),
        ({"sensitivity": ["chess"]}, ["not-to-leave-out"]),
        ({"sensitivity": ["social", "physical"]}, ["leaves-nothing"]),
        ({"statutory": [], "sensitivity": ["social"]}, []),
        ({"replicates": 999}, ["replicates"]),
        ({"replicates": 1_000_001}, ["replicates"]),
        ({"seed": -1}, ["seed"]),
        ({"seed": 2**31}, ["seed"]),
        ({"seed": 2**31 - 1}, []),
    ],
)
def test_when_a_table_can_be_computed_so(changed, reasons):
    given = {
        "activities": KNOWN,
        "statutory": ["day-centre"],
        "sensitivity": ["social"],
        "replicates": 100_000,
        "seed": 7,
    }
    assert [r.code for r in rules.why_not_compute_so(**{**given, **changed})] == reasons


@pytest.mark.parametrize(
    ("to", "reasons"),
    [("nobody", []), ("signed in", []), ("anyone", []), ("everyone", ["to-whom"]), ("", ["to-whom"])],
)
def test_to_whom_a_table_can_be_opened(to, reasons):
    assert [r.code for r in rules.why_not_publish(to)] == reasons
