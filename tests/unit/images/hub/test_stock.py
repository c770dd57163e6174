"""What the page to choose a profile says of the GPUs that there are now."""

import re
import time
from collections.abc import Callable
from typing import Any

import pytest
from jupyterhub import orm

from hubconfig.servers import Servers
from tests.unit.images.docker_gate.spawning import profiles, wait
from tests.unit.images.hub.engines import FakeEngine, Hubs

PROFILES = [
    {"name": "GPU", "gpus": 1, "description": "To train"},
    {"name": "Small"},
    {"name": "Two", "gpus": 2, "shm_mib": 512},
]
HAS = "image, 2 GiB of memory, 2 processors"
LEASING = {"gpus": {"pool": [0, 1, 2, 3]}, "profiles": PROFILES}


@pytest.fixture
def engine() -> FakeEngine:
    return FakeEngine()


def form(
    engine: FakeEngine,
    sections: dict[str, Any] = LEASING,
    prepare: Callable[[Any], object] = lambda _: None,
    groups: tuple[str, ...] = (),
) -> str:
    """Return the page's form for ada."""
    with Hubs(Servers.model_validate(sections), engine) as hubs:
        spawner = hubs.spawner("ada", groups=groups)
        prepare(spawner)
        spawner.options_form = profiles.options_form
        return str(wait(spawner.get_options_form()))


def said(html: str) -> list[str]:
    """Return what is said of each profile."""
    texts = re.findall(r'<div class="form-text"[^>]*>(.*?)</div>', html, re.DOTALL)
    return [" ".join(text.split()) for text in texts]


def inputs(html: str, word: str) -> list[str]:
    """Return the profiles whose input has a word such as `checked`."""
    found = re.findall(r"<input(.*?)>", html, re.DOTALL)
    return [re.findall('value="(.*?)"', each)[0] for each in found if word in each.split()]


def known(spawner: Any, container: str, name: str, *groups: str) -> None:
    """Have the hub know whose a container is."""
    user = orm.User(name=name)
    user.groups = [
        spawner.db.query(orm.Group).filter_by(name=group).first() or orm.Group(name=group)
        for group in groups
    ]
    spawner.db.add(user)
    spawner.db.add(orm.Spawner(user=user, name="", state={"object_id": container}))
    spawner.db.commit()


def test_it_says_how_many_there_are_and_how_many_are_free(engine):
    engine.add("other-notebook-ben", "0,3")
    html = form(engine)
    assert said(html) == [
        f"To train<br> {HAS}, 1 GPU of 4, 2 free",
        HAS,
        f"{HAS}, 512 MiB of shared memory, 2 GPUs of 4, 2 free",
    ]
    assert (inputs(html, "disabled"), inputs(html, "checked")) == ([], ["GPU"])


def test_what_cannot_be_had_cannot_be_chosen(engine):
    engine.add("other-notebook-ben", "0,1,2")
    html = form(engine)
    assert inputs(html, "disabled") == ["Two"]
    [*_, two] = said(html)
    assert re.search(r"<br>Only 1 of 4 GPUs is free; taken since \d\d:\d\d UTC\.$", two)
    engine.add("other-notebook-eve", "3")
    html = form(engine)
    assert (inputs(html, "disabled"), inputs(html, "checked")) == (["GPU", "Two"], ["Small"])
    since = r"since (....-..-.. )?\d\d:\d\d UTC"
    assert re.search(rf"<br>All 4 GPUs are taken: {since}, {since}\.$", said(html)[0])


def test_where_nothing_can_be_had_nothing_is_chosen(engine):
    engine.add("other-notebook-ben", "0")
    html = form(engine, {"gpus": {"pool": [0]}, "profiles": PROFILES[:1]})
    assert (inputs(html, "disabled"), inputs(html, "checked")) == (["GPU"], [])
    assert "The only GPU is taken: since" in html


@pytest.mark.parametrize(("held", "chosen"), [("0", "Two"), ("0,1,2", "GPU"), ("0,1,2,3", "Small")])
def test_the_last_choice_is_preselected_where_it_can_be_had(engine, held, chosen):
    engine.add("other-notebook-ben", held)

    def chose(spawner: Any) -> None:
        spawner.orm_spawner.user_options = {"profile": "Two"}

    assert inputs(form(engine, prepare=chose), "checked") == [chosen]


ADMINISTRATOR = ("administrator",)
LIMITS = {"lab": 9, "lab/vision": 9, "lab/speech": 9}
NAMING = LEASING | {"gpus": {"pool": [0, 1, 2, 3], "limits": LIMITS}}


@pytest.mark.parametrize(
    ("own", "theirs", "roles", "named"),
    [
        ((), (), (), False),
        (("lab/vision",), ("lab/speech",), (), False),
        (("lab", "lab/vision"), ("lab/vision",), (), True),
        (("of-anybody",), ("of-anybody",), (), False),
        ((), (), ADMINISTRATOR, True),
        ((), ("lab/speech",), ("user",), False),
    ],
)
def test_who_has_a_gpu_is_told_to_who_works_with_them(engine, own, theirs, roles, named):
    at = time.gmtime(time.time() - 3 * 24 * 3600)
    container = engine.add("hub-notebook-ben", "0,1,2,3", age=3 * 24 * 3600)

    def prepare(spawner: Any) -> None:
        known(spawner, container, "ben", *theirs)
        for role in roles:
            spawner.user.orm_user.roles.append(orm.Role(name=role))

    html = form(engine, NAMING, prepare, own)
    since = f"since {time.strftime('%Y-%m-%d %H:%M', at)} UTC."
    assert said(html)[0].endswith(f"All 4 GPUs are taken: {'by ben ' if named else ''}{since}")
    assert ("ben" in html) is named


def test_names_are_no_html(engine):
    container = engine.add("hub-notebook-x", "0,1,2,3")

    def prepare(spawner: Any) -> None:
        known(spawner, container, "<script>alert(1)</script>", "lab")

    html = form(engine, NAMING, prepare, ("lab",))
    assert "by &lt;script&gt;alert(1)&lt;/script&gt; since" in html
    assert "<script>" not in html


def test_a_persons_own_container_that_is_to_go_does_not_count(engine):
    engine.add("hub-notebook-ada", "0,1,2,3")  # the hub has lost its database, say
    assert inputs(form(engine), "disabled") == []


def test_gpus_of_no_pool_here_are_nobodys_business(engine):
    engine.add("other-notebook-ben", "7")
    assert "1 GPU of 4, 4 free" in form(engine)


def test_an_engine_that_does_not_answer_keeps_nobody_from_choosing(engine):
    async def before(method: str) -> None:
        raise ConnectionRefusedError(method)

    engine.before = before
    html = form(engine)
    assert said(html)[0] == f"To train<br> {HAS}, 1 GPU of 4"
    assert (inputs(html, "disabled"), inputs(html, "checked")) == ([], ["GPU"])


def test_where_nothing_is_leased_the_engine_is_not_asked(engine):
    async def before(method: str) -> None:
        raise AssertionError(method)

    engine.before = before
    sections = {"gpus": {"notebooks": [0]}, "profiles": [{"name": "A"}]}
    assert said(form(engine, sections)) == [f"{HAS}, 1 GPU"]


@pytest.mark.parametrize(("hours", "said_of_it"), [(24, "24 hours"), (1, "1 hour")])
def test_how_long_a_server_may_have_them_is_said(engine, hours, said_of_it):
    sections = LEASING | {"gpus": {"pool": [0, 1, 2, 3], "hours": hours}}
    assert said(form(engine, sections))[:2] == [
        f"To train<br> {HAS}, 1 GPU of 4 for at most {said_of_it}, 4 free",
        HAS,
    ]


@pytest.mark.parametrize(
    ("most", "disabled", "why"),
    [
        (0, ["GPU", "Two"], "Members of lab/a may have no GPU."),
        (1, ["GPU", "Two"], "Members of lab/a may have 1 GPU at a time, and have 1 now."),
        (2, ["Two"], ""),
        (3, [], ""),
    ],
)
def test_what_a_group_has_no_room_for_cannot_be_chosen(engine, most, disabled, why):
    container = engine.add("hub-notebook-ben", "3")
    limited = LEASING | {"gpus": {"pool": [0, 1, 2, 3], "limits": {"lab/a": most}}}

    def prepare(spawner: Any) -> None:
        known(spawner, container, "ben", "lab/a")

    html = form(engine, limited, prepare, ("lab/a",))
    assert inputs(html, "disabled") == disabled
    assert said(html)[0] == f"To train<br> {HAS}, 1 GPU of 4, 3 free" + (why and f" <br>{why}")
    assert inputs(form(engine, limited, prepare, ("lab/b",)), "disabled") == []
