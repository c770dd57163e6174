"""What one person's servers may use together."""

from importlib import import_module
from types import SimpleNamespace as Some

import pytest

from tests.hub_modules import on_path, settings

with on_path():
    refusals, together = import_module("refusals"), import_module("together")

MIB = 2**20
PROFILES = {"Small": (512, []), "Large": (768, []), "GPU": (512, ["0"]), "Other GPU": (512, ["1"])}
TO_LEASE = ["{gpu}", "{gpu}"]


def body(memory_mib, gpus):
    requests = [{"Driver": "nvidia", "DeviceIDs": gpus}] if gpus else []
    limits = {"Memory": memory_mib * MIB, "CpuQuota": 200, "CpuPeriod": 100, "ShmSize": MIB}
    return {"Image": "jupyterhub-lab:1", "HostConfig": limits | {"DeviceRequests": requests}}


def server(user, profile, *, active=True, **told):
    """Return one of a person's servers, which the hub has just chosen a profile for."""
    bodies = {name: body(*given) for name, given in PROFILES.items()}
    offered = [settings.Profile(name=name, description="", groups=None) for name in bodies]
    result = Some(
        user=user,
        active=active,
        settings=Some(profiles=offered, **{"person_memory_mib": None, **told}),
        containers=Some(servers=bodies),
        uses=together.uses_of(bodies[profile]),
    )
    user.spawners[str(len(user.spawners))] = result
    return result


@pytest.fixture
def user():
    return Some(groups=[], spawners={})


def test_one_server_may_have_all_that_a_person_may(user):
    together.check(server(user, "Large"))


def test_what_several_have_is_counted_together(user):
    server(user, "Small", person_memory_mib=1280)
    together.check(server(user, "Large", person_memory_mib=1280))
    with pytest.raises(refusals.Refusal, match=r"1280 MiB of memory together\. Those .* have 1280"):
        together.check(server(user, "Small", person_memory_mib=1280))


def test_without_a_number_it_is_that_of_the_largest_profile(user):
    server(user, "Small")
    with pytest.raises(refusals.Refusal, match="768 MiB of memory together"):
        together.check(server(user, "Small"))


def test_servers_that_have_ended_do_not_count(user):
    server(user, "Large", active=False)
    together.check(server(user, "Large"))


def test_a_server_of_an_earlier_version_does_not_count(user):
    server(user, "Large").uses = {}
    together.check(server(user, "Large"))


def test_leases_are_counted_each_also_of_the_same_gpu(user):
    for _ in range(2):
        server(user, "GPU", person_memory_mib=4096).uses |= {"leases": True}
    with pytest.raises(refusals.Refusal, match="as many GPUs as you may use"):
        together.check(server(user, "Small", person_memory_mib=4096))


def test_gpus_are_counted_once_each(user):
    server(user, "GPU", person_memory_mib=4096)
    together.check(server(user, "GPU", person_memory_mib=4096))
    with pytest.raises(refusals.Refusal, match="as many GPUs as you may use"):
        together.check(server(user, "Other GPU", person_memory_mib=4096))


@pytest.mark.parametrize("request_of", [{"Count": -1}, {"DeviceIDs": ["nvidia.com/gpu=all"]}])
def test_all_gpus_are_more_than_any_number(user, request_of):
    every = body(512, [])
    every["HostConfig"]["DeviceRequests"] = [request_of]
    server(user, "GPU", person_memory_mib=4096).uses = together.uses_of(every)
    with pytest.raises(refusals.Refusal, match="as many GPUs"):
        together.check(server(user, "Small", person_memory_mib=4096))


@pytest.mark.parametrize(
    ("gpus", "number"),
    [
        (["0", "0"], 1),
        (["0", *TO_LEASE[:1]], 2),
        (["0", *TO_LEASE], 3),
        ([*TO_LEASE, *TO_LEASE], 4),
        (["nvidia.com/gpu=0", "nvidia.com/gpu={gpu}"], 2),
        ([], 0),
    ],
)
def test_each_gpu_that_is_yet_to_lease_counts(gpus, number):
    assert together._number([{"gpus": [gpu]} for gpu in gpus]) == number


def test_who_leases_may_have_as_many_as_the_profile_with_the_most(user, monkeypatch):
    monkeypatch.setitem(PROFILES, "GPU", (512, TO_LEASE))
    monkeypatch.setitem(PROFILES, "Other GPU", (512, TO_LEASE[:1]))
    server(user, "Other GPU", person_memory_mib=4096).uses["gpus"] = ["0"]
    together.check(server(user, "Other GPU", person_memory_mib=4096))
    with pytest.raises(refusals.Refusal, match="as many GPUs as you may use"):
        together.check(server(user, "Other GPU", person_memory_mib=4096))
