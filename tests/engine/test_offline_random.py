"""The offline random plug-in: drawn once, secret where it must be, replaced by keepers."""

import base64
import string
from collections.abc import Iterator
from pathlib import Path

import bcrypt
import grpc
import pytest

from tests.engine.offline_plugin import SIGNATURE, Plugin, Values, running

BYTES = "random:index/randomBytes:RandomBytes"
ID = "random:index/randomId:RandomId"
PASSWORD = "random:index/randomPassword:RandomPassword"
STRING = "random:index/randomString:RandomString"


@pytest.fixture(scope="module")
def plugin(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Plugin]:
    with running("random", tmp_path_factory.mktemp("program")) as plugin:
        plugin.configure()
        yield plugin


def test_bytes_are_secret_everywhere_and_change_with_their_keepers(plugin: Plugin) -> None:
    inputs: Values = {"length": 32, "keepers": {"rotation": "1"}}
    made = plugin.create(BYTES, "key", inputs)
    assert len(bytes.fromhex(made.shown["hex"])) == 32
    assert base64.b64decode(made.shown["base64"]).hex() == made.shown["hex"]
    assert all(SIGNATURE in made.outputs[name] for name in ("hex", "base64"))
    assert made.shown["base64"] not in made.id
    assert plugin.read(made) == made
    assert plugin.kinds(made, inputs) == {}
    rotated = inputs | {"keepers": {"rotation": "2"}}
    assert plugin.kinds(made, rotated) == {"keepers.rotation": "UPDATE_REPLACE"}
    assert plugin.create(BYTES, "key", rotated).shown["hex"] != made.shown["hex"]
    plugin.delete(made)


def test_an_id_has_all_its_forms(plugin: Plugin) -> None:
    made = plugin.create(ID, "id", {"byteLength": 4, "prefix": "lab-"})
    drawn = bytes.fromhex(made.shown["hex"].removeprefix("lab-"))
    assert made.shown["dec"] == f"lab-{int.from_bytes(drawn)}"
    assert base64.b64decode(made.shown["b64Std"].removeprefix("lab-")) == drawn
    assert made.shown["b64Url"] == f"lab-{made.id}"


def test_a_string_holds_what_was_asked_for(plugin: Plugin) -> None:
    inputs = {"length": 12, "special": False, "minNumeric": 3, "minUpper": 9}
    result = plugin.create(STRING, "s", inputs).shown["result"]
    assert len(result) == 12
    assert sum(c in string.digits for c in result) == 3
    assert sum(c in string.ascii_uppercase for c in result) == 9


def test_a_password_is_secret_and_hashed(plugin: Plugin) -> None:
    made = plugin.create(PASSWORD, "p", {"length": 20})
    assert made.id == "none"
    assert all(SIGNATURE in made.outputs[name] for name in ("result", "bcryptHash"))
    assert bcrypt.checkpw(made.shown["result"].encode(), made.shown["bcryptHash"].encode())


@pytest.mark.parametrize(
    ("kind", "inputs", "told"),
    [
        (BYTES, {"length": 0}, "length is 0; it must be at least 1"),
        (STRING, {"length": 2, "minUpper": 3}, "length is 2, which cannot hold"),
    ],
)
def test_impossible_wishes_are_told(plugin: Plugin, kind: str, inputs: Values, told: str) -> None:
    with pytest.raises(grpc.RpcError, match=told):
        plugin.create(kind, "thing", inputs)


def test_the_plugin_starts_from_any_folder(tmp_path: Path) -> None:
    with running("random", tmp_path) as plugin:
        assert plugin.create(BYTES, "key", {"length": 1}).id == "none"
