from __future__ import annotations

import pytest

from umbrella.storm.nimbus.settings import DigestSettings, NimbusSettings, split_place


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("nimbus", ("nimbus", 1)),
        ("nimbus:6627", ("nimbus", 6627)),
        ("10.0.0.1:6627", ("10.0.0.1", 6627)),
        ("::1", ("::1", 1)),
        ("[::1]", ("::1", 1)),
        ("[::1]:6627", ("::1", 6627)),
    ],
)
def test_a_place_is_a_host_with_or_without_a_port(text, place):
    assert split_place(text, 1) == place


@pytest.mark.parametrize("text", ["nimbus:x", "nimbus:0", "nimbus:65536", "nimbus:-1", "[::1]:x"])
def test_what_is_no_port_is_refused(text):
    with pytest.raises(ValueError, match="is no port"):
        split_place(text, 1)


def test_seeds_have_the_common_port_or_their_own():
    settings = NimbusSettings(seeds=("a", "b:2"), port=1)
    assert settings.places() == (("a", 1), ("b", 2))


def test_a_password_is_not_printed():
    assert "secret" not in repr(NimbusSettings(sasl=DigestSettings("me", "secret")))
