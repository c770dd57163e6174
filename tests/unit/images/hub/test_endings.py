"""How servers have ended, as the hub keeps and tells it."""

import json
import os
import time
from dataclasses import replace
from importlib import import_module
from typing import Any

import pytest

from tests.hub_modules import containers, on_path

with on_path():
    endings: Any = import_module("endings")

LONG = "x" * 235


def ending(
    server: str = "ada",
    log: bytes = b"",
    *,
    code: int = 1,
    oom: bool = False,
    stopped: bool = False,
    because: str = "",
) -> Any:
    container = {
        "State": {"ExitCode": code, "OOMKilled": oom},
        "HostConfig": {"Memory": 512 * 2**20},
    }
    return endings.Ending.of(server, container, log, stopped=stopped, because=because)


@pytest.mark.parametrize(
    ("told", "why"),
    [
        ({"code": 1}, "It ended with exit code 1."),
        ({"code": 0}, "It has ended by itself."),
        ({"code": 137}, "It was killed from outside."),
        ({"code": 137, "oom": True}, "It needed more memory than the 512 MiB that it may use."),
        ({"code": 1, "oom": True}, "It ended with exit code 1."),  # one of its kernels did
        ({"code": 143, "stopped": True}, "It was stopped."),
        ({"code": 143, "stopped": True, "because": "It was late."}, "It was late."),
        ({"code": 1, "because": "It was late."}, "It ended with exit code 1."),  # just before
    ],
    ids=str,
)
def test_why_a_server_has_ended(told, why):
    assert ending(**told).why == why


@pytest.mark.parametrize(
    ("log", "kept"),
    [
        (b"\x1b[31mred\x1b[0m\n\ttab", "red\n\ttab"),
        (b"\x1b]0;title\x07\r\x00\x9b2J", "]0;title\ufffd2J"),
        ("\u202eturned\u2066\u2028".encode(), "turned"),
        ("\u00e9\u4e2d\U0001f600".encode(), "\u00e9\u4e2d\U0001f600"),
        (b"\xff", "\ufffd"),
        (b"<script>", "<script>"),  # which pages escape
    ],
    ids=repr,
)
def test_a_log_has_nothing_that_moves_a_cursor(log, kept):
    assert ending(log=log).log == kept


def test_of_a_long_log_the_end_is_kept():
    assert ending(log=b"a" * endings.LONGEST + b"end").log.endswith("aend")
    assert len(ending(log=b"a" * (2 * endings.LONGEST)).log) == endings.LONGEST


def test_the_last_ending_of_each_server_is_kept_for_a_time(tmp_path):
    kept = endings.Endings(tmp_path / "endings")
    assert (kept.of("ada"), [*kept.newest()]) == (None, [])
    kept.keep(ending("ada", b"first"))
    kept.keep(ending("../ben"))
    kept.keep(ending("ada", b"second"))
    assert kept.of("ada").log == "second"
    assert [each.server for each in kept.newest()] == ["ada", "../ben"]
    kept.forget("../ben")
    kept.forget("nobody")
    assert kept.of("../ben") is None
    long_ago = time.time() - (endings.DAYS * 24 * 3600 + 1)
    kept.keep(replace(ending("eva"), at=long_ago))
    assert kept.of("eva") is None
    assert [each.server for each in kept.newest()] == ["ada"]
    assert oct((tmp_path / "endings").stat().st_mode)[-3:] == "700"


def test_what_an_earlier_version_has_kept_is_read(tmp_path):
    kept = endings.Endings(tmp_path)
    kept.keep(ending("ada"))
    [file] = tmp_path.iterdir()
    told = json.loads(file.read_text())
    del told["because"]
    file.write_text(json.dumps(told))
    assert kept.of("ada").why == "It ended with exit code 1."


def test_what_cannot_be_read_is_none(tmp_path):
    kept = endings.Endings(tmp_path)
    kept.keep(ending("ada"))
    [file] = tmp_path.iterdir()
    for content in ("", "[]", '{"server": "ada"}'):
        file.write_text(content)
        assert (kept.of("ada"), [*kept.newest()]) == (None, [])


@pytest.mark.parametrize(
    ("pattern", "name", "found"),
    [
        ("/srv/{username}", "ada", "/srv/ada"),
        ("/srv/{username}", LONG, f"/srv/{LONG}"),
        ("/srv/data-{username}/home", LONG, f"/srv/data-{LONG}/home"),
    ],
)
def test_a_name_that_fits_is_whole(pattern, name, found):
    assert containers.named(pattern, name) == found


def test_long_names_are_cut_off_and_stay_apart():
    names = [f"{LONG}{end}" for end in ("abcdef", "abcdeg", "-c3-a9abcd", "-c3-a8abcd", "-2d-2d")]
    names += ["-2e" * 255, "-2e" * 254 + "a", "-e4-b8-ad" * 255]
    found = [containers.named("jupyterhub-lab-notebook-{username}", name) for name in names]
    assert len({*found}) == len(names)
    assert all(len(each) <= 240 and "--" in each for each in found)


def test_what_is_too_old_is_forgotten_with_the_next(tmp_path):
    kept = endings.Endings(tmp_path / "endings")
    kept.keep(ending("ada:renamed"))
    [old] = kept.folder.iterdir()
    long_ago = time.time() - (endings.DAYS + 1) * 24 * 3600
    os.utime(old, (long_ago, long_ago))
    kept.keep(ending("ben"))
    assert [one.server for one in kept.newest()] == ["ben"]
    assert not old.exists()
