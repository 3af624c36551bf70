"""The demonstration's folder: only its own, and only what it made."""

import json

import pytest

from alongside.demo import folder


def test_an_absent_folder_is_made_for_its_owner_alone(tmp_path):
    home = tmp_path / "new" / "demo"
    folder.claim(home)
    assert home.stat().st_mode & 0o077 == 0
    assert not folder.is_filled(home)
    assert folder.subjects(home) == {}


def test_an_empty_folder_is_fine_and_can_be_claimed_again(tmp_path):
    folder.claim(tmp_path)
    folder.mark_filled(tmp_path, {"researcher": "x"})
    folder.claim(tmp_path)
    assert folder.is_filled(tmp_path)
    assert folder.subjects(tmp_path) == {"researcher": "x"}


@pytest.mark.parametrize(
    "foreign",
    [{"alongside.sqlite3": "a real one"}, {"thesis.odt": ""}, {folder.MARKER: "{}"}, {folder.MARKER: "[1"}],
    ids=["a database", "anything", "a marker of another", "a marker that can't be read"],
)
def test_a_foreign_folder_is_refused_and_left_alone(tmp_path, foreign):
    for name, text in foreign.items():
        (tmp_path / name).write_text(text)
    with pytest.raises(folder.Foreign, match=str(tmp_path)):
        folder.claim(tmp_path)
    assert {p.name: p.read_text() for p in tmp_path.iterdir()} == foreign


def test_a_file_is_no_folder(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(folder.Foreign, match="is a file"):
        folder.claim(tmp_path / "file")


def test_emptying_takes_away_what_the_demonstration_makes_and_nothing_else(tmp_path):
    folder.claim(tmp_path)
    for name in (*folder.LEFTOVERS, "notes.txt"):
        (tmp_path / name).write_text("x")
    for name in folder.LEFTOVER_FOLDERS:
        (tmp_path / name).mkdir()
        (tmp_path / name / "a-message.eml").write_text("x")
    folder.empty(tmp_path)
    assert {p.name for p in tmp_path.iterdir()} == {folder.MARKER, "notes.txt"}


def test_the_marker_is_plain_to_read(tmp_path):
    folder.claim(tmp_path)
    assert json.loads((tmp_path / folder.MARKER).read_text()) == {
        "made by": "alongside demo",
        "filled": False,
    }
