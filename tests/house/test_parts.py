"""What tests.run leaves out of a part of the suite has nothing to say there."""

import pytest

from tests import run
from tests.house import tree

TESTS = tree.ROOT / "tests"
DATABASE = {"db", "transactional_db", "live", "house", "committed", "django_db_setup"}


@pytest.mark.parametrize("folder", run.WITHOUT_DATABASE)
def test_no_test_there_touches_a_database(folder):
    for file in (TESTS / folder).rglob("*.py"):
        parsed = tree.parsed(file)
        taken = {arg.arg for function in tree.functions(parsed) for arg in function.args.args}
        assert taken & DATABASE == set(), file
        assert "django_db" not in file.read_text(encoding="utf-8"), file


def test_only_there_is_a_browser_needed():
    marked = {
        file.relative_to(TESTS).parts[0]
        for file in TESTS.rglob("test_*.py")
        if "mark.browser" in file.read_text(encoding="utf-8") and file.name != "test_parts.py"
    }
    assert marked == {run.IN_A_BROWSER}


def test_nothing_else_is_tried_there():
    files = list((TESTS / run.IN_A_BROWSER).glob("test_*.py"))
    assert files
    unmarked = [
        f.name for f in files if "\npytestmark = pytest.mark.browser\n" not in f.read_text(encoding="utf-8")
    ]
    assert unmarked == []
