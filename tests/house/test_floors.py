"""What a linter of imports can't see: relations between tables point down, and leave no way back up."""

import pytest
from django.apps import apps

from tests.house import tree

# From the ground up, as .importlinter says.
FLOORS = [part for layer in reversed(tree.contract("floors")) for part in layer]
PARTS = {
    floor: [p for layer in reversed(tree.contract(floor)) for p in layer]
    for floor in ("core", "commons", "assess")
}


def room(model) -> tuple[str, str]:
    """The floor and the part in which a model stands."""
    _, floor, part, *_ = model.__module__.split(".")
    return floor, part


def height(floor: str, part: str) -> tuple[int, int]:
    return FLOORS.index(floor), PARTS[floor].index(part)


def why_not(start: tuple[str, str], end: tuple[str, str], related_name: str | None) -> str:
    """What is wrong with a relation from one part to another; empty where it may stand."""
    if start == end:
        return ""
    if height(*start) < height(*end):
        return "points up"
    if not (related_name or "").endswith("+"):
        return "leaves a way back: related_name must be '+'"
    return ""


def relations():
    for model in apps.get_models(include_auto_created=True):
        if model.__module__.startswith("alongside."):
            for field in model._meta.get_fields():
                if field.is_relation and not field.auto_created and field.model is model:
                    yield model, field


def test_every_relation_points_down_and_hides_its_way_back():
    found = list(relations())
    assert len(found) > 30
    wrong = {
        f"{model.__module__}.{model.__name__}.{field.name}": reason
        for model, field in found
        if (reason := why_not(room(model), room(field.related_model), field.remote_field.related_name))
    }
    assert wrong == {}


def test_every_table_stands_in_a_part_of_a_floor():
    for model in apps.get_models():
        if model.__module__.startswith("alongside."):
            floor, part = room(model)
            assert part in PARTS[floor], model


def test_no_table_is_inherited_across_parts():
    """A parent link would be a way back up that no related_name can hide."""
    across = [m for m in apps.get_models() for p in m._meta.parents if room(m) != room(p)]
    assert across == []


@pytest.mark.parametrize(
    ("start", "end", "related_name", "reason"),
    [
        (("commons", "people"), ("core", "access"), "+", ""),
        (("commons", "forms"), ("commons", "people"), "+", ""),
        (("commons", "people"), ("commons", "people"), "units", ""),
        (("commons", "people"), ("commons", "forms"), "+", "points up"),
        (("core", "access"), ("commons", "people"), "+", "points up"),
        (("commons", "people"), ("assess", "surveys"), "+", "points up"),
        (
            ("assess", "surveys"),
            ("commons", "people"),
            "surveys",
            "leaves a way back: related_name must be '+'",
        ),
        (("assess", "surveys"), ("commons", "people"), None, "leaves a way back: related_name must be '+'"),
    ],
)
def test_what_a_relation_may_be(start, end, related_name, reason):
    assert why_not(start, end, related_name) == reason
