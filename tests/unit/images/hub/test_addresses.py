"""Which address each server gets."""

from importlib import import_module
from typing import Any

import pytest

from tests.hub_modules import on_path

with on_path():
    addresses: Any = import_module("addresses")

SUBNET = "172.18.0.128/29"


def test_an_address_is_not_given_again_until_all_others_were():
    ours = addresses.Addresses()
    given = []
    for number in range(7):
        given.append(ours.take(f"server-{number}", SUBNET, set()))
        ours.give_back(f"server-{number}")
    assert sorted(given) == [f"172.18.0.{number}" for number in range(128, 135)]


def test_what_is_held_or_taken_is_not_given():
    ours = addresses.Addresses()
    held = {ours.take(f"server-{number}", SUBNET, {"172.18.0.130"}) for number in range(6)}
    assert held == {f"172.18.0.{number}" for number in (128, 129, 131, 132, 133, 134)}
    with pytest.raises(addresses.NoAddressError):
        ours.take("one too many", SUBNET, {"172.18.0.130"})
    ours.give_back("server-3")
    assert ours.take("another", SUBNET, {"172.18.0.130"}) in held


def test_a_server_that_starts_anew_has_one_address():
    ours = addresses.Addresses()
    for _ in range(20):
        ours.take("again", SUBNET, set())
    assert ours.take("another", SUBNET, set())
