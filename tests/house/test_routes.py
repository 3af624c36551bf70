"""Every address of every installation is in the authorisation matrix."""

from collections import Counter

import pytest

from tests.house.matrix import EVERY_ADDRESS, ROUTES, addresses


@pytest.mark.parametrize("urlconf", ["alongside.config.urls", EVERY_ADDRESS])
def test_every_address_is_in_the_matrix(urlconf):
    unlisted = [(each.pattern, each.view) for each in addresses(urlconf) if each.name not in ROUTES]
    assert unlisted == []


def test_the_matrix_names_only_addresses_that_are_there():
    assert set(ROUTES) - {each.name for each in addresses()} == set()


def test_no_two_addresses_share_a_name():
    counted = Counter(each.name for each in addresses())
    assert [name for name, n in counted.items() if n > 1] == []


def test_the_demonstration_s_addresses_exist_nowhere_else():
    mine = {each.name for each in addresses("alongside.config.urls")}
    only_there = {each.name for each in addresses()} - mine
    assert only_there
    assert all(name.startswith(("demo", "gallery")) for name in only_there)
