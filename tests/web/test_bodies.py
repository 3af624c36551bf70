"""How much may be sent: answered before anything of it is read."""

import io

import pytest
from django.urls import get_resolver, reverse
from django.urls.resolvers import URLResolver

from alongside.assess.surveys import importing, sheet
from alongside.web.shell import bodies, words
from tests.factories import surveys as made
from tests.house.matrix import ROUTES

FILES = "multipart/form-data; boundary=next"
FORM = "application/x-www-form-urlencoded"


class Unread(io.RawIOBase):
    """A body that is announced and must not be asked for."""

    def read(self, *_):
        raise AssertionError("the body was read")


def announce(client, path, length, **more):
    return client.generic(
        "POST",
        path,
        **{"CONTENT_TYPE": FORM, "CONTENT_LENGTH": str(length), "wsgi.input": Unread(), **more},
    )


@pytest.mark.parametrize("path", ["/sign-in", "/a", "/people", "/link/x", "/sign-out"])
def test_a_stranger_s_long_body_is_refused_unread(house, client, path):
    answer = announce(client, path, bodies.STRANGERS + 1)
    assert answer.status_code == 413
    page = answer.content.decode()
    assert "This is too much at once" in page
    assert "At most 256\u00a0kB" in page or "At most 256 kB" in page


def test_up_to_there_it_is_read(house, client):
    with pytest.raises(AssertionError, match="the body was read"):
        announce(client, "/sign-in", bodies.STRANGERS)


def test_a_stranger_may_send_no_file_either(house, client):
    survey = made.survey(house)
    answer = announce(client, reverse("survey-import", args=[survey.pk]), bodies.STRANGERS + 1)
    assert answer.status_code == 413


@pytest.mark.parametrize(("length", "status"), [(bodies.SIGNED_IN, None), (bodies.SIGNED_IN + 1, 413)])
def test_whoever_has_signed_in_may_send_more(house, client, length, status):
    house.sign_in(client, "coordinator")
    path = reverse("unit-add", args=[house.municipality.pk])
    if status is None:
        with pytest.raises(AssertionError, match="the body was read"):
            announce(client, path, length)
    else:
        assert announce(client, path, length).status_code == status


@pytest.mark.parametrize(
    ("name", "most"),
    [("survey-import", importing.MOST_BYTES), ("survey-respondents-import", sheet.MOST_BYTES)],
)
def test_a_page_for_files_takes_as_much_as_a_file_may_hold(house, client, name, most):
    path = reverse(name, args=[made.survey(house).pk])
    house.sign_in(client, "researcher")
    with pytest.raises(AssertionError, match="the body was read"):
        announce(client, path, most + bodies.AROUND, CONTENT_TYPE=FILES)
    answer = announce(client, path, most + bodies.AROUND + 1, HTTP_REFERER=f"http://testserver{path}")
    assert answer.status_code == 413
    assert f'href="{path}"' in answer.content.decode()


def test_every_page_that_takes_a_file_says_how_large_it_may_be():
    files = {
        name
        for name, route in ROUTES.items()
        if any(isinstance(value, bytes) for post in route.posts for value in (post.body or {}).values())
    }
    assert len(files) >= 2
    assert {name for name, view in views(get_resolver().url_patterns) if hasattr(view, "most_bytes")} == files


def views(patterns):
    for each in patterns:
        if isinstance(each, URLResolver):
            yield from views(each.url_patterns)
        else:
            yield each.name, each.callback


@pytest.mark.parametrize("length", ["much", "-1"])
def test_a_body_whose_length_is_no_number_is_damaged(house, client, length):
    assert announce(client, "/sign-in", length).status_code == 400


@pytest.mark.parametrize(
    ("count", "said"), [(1024, "1 kB"), (256 * 1024, "256 kB"), (5 * 1024**2 + 9, "5 MB")]
)
def test_sizes_in_words(count, said):
    assert words.size(count) == said
