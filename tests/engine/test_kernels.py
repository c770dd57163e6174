"""What the stack file gives people's servers, and their kernels, as a browser reaches them."""

import json
from collections.abc import Iterator
from operator import methodcaller

import pytest
import requests

from tests.deployment import Deployment, until
from tests.engine.kernels import MIB, Client, Output, at
from tests.people import People, deploy, run

GIVEN = {
    "memory_mib": 1024,
    "environment": {"HF_HOME": "/data/models"},
    "timezone": "Europe/Berlin",
    "ulimits": {"nofile": 5000},
    "extra_hosts": {"license.example.org": "10.0.0.7"},
    "dns": ["10.0.0.53"],
}
HUB = {"named_servers": 2, "idle_hours": 24, "computing_is_active": True}
PROFILES = [
    {"name": "Usual"},
    {"name": "Large, 100% more", "memory_mib": 2048},
    {"name": "Theirs", "memory_mib": 3072, "groups": ["theirs"]},
]
HOG = "taken = [b'x' * 2**20 for _ in range(2048)]"
OTHER_ENDS = (
    "import os; os.kill(os.getpid(), 9)",
    f"import os, subprocess; subprocess.run(['python3', '-c', {HOG!r}]); os._exit(1)",
)
"""Ends of a kernel that are not for lack of memory, though that of a child can be."""
LACK_OF_MEMORY = (
    "The kernel was ended because your server's memory of 1024 MiB was used up. What helps: to "
    "shut down other kernels, smaller data, or a server with more: Large, 100% more."
)
FILL = "mkdir ~/full; for i in $(seq 99); do head -c 1M /dev/zero >~/full/$i || break; done"
FULL = "Your home is full: nothing can be saved."


@pytest.fixture(scope="module")
def people(plain: Deployment) -> People:
    return deploy(plain, notebook=GIVEN, profiles=PROFILES, hub=HUB)


def test_a_message_of_many_mib_gets_to_a_kernel(people):
    people.start("heavy")
    length = 32 * MIB
    code = f"print(len({'x' * length!r}))"
    assert at(people, "heavy", methodcaller("run", code)) == (str(length), "idle")


def test_a_computation_that_prints_nothing_is_activity(people):
    people.start("thinker")

    async def begin(kernel: Client) -> None:
        await kernel.send("import time; time.sleep(90)")
        while "execute_input" not in str(await kernel.socket.read_message()):
            pass

    def last_activity() -> str:  # to ask is no activity
        url = f"{people.deployment.url}/user/thinker/api/status"
        told = requests.get(url, headers={"Authorization": f"token {people.token}"}).json()
        activity: str = told["last_activity"]
        return activity

    at(people, "thinker", begin)
    before = last_activity()
    until(lambda: last_activity() > before)


def test_a_kernel_goes_on_while_no_page_is_open(people):
    people.start("away")

    async def left(kernel: Client) -> Output:
        await kernel.send("import time; time.sleep(1); left = 42")
        while "execute_input" not in str(await kernel.socket.read_message()):
            pass
        kernel.socket.close()
        async with Client(people, "away", kernel.kernel) as page:
            return await page.run("print(left)")

    assert at(people, "away", left) == ("42", "idle")


def test_a_server_has_what_the_stack_file_gives(people):
    server = people.start("given")
    script = (
        "echo $HF_HOME; date +%:z; ulimit -n; getent hosts license.example.org | tr -s ' ';"
        "stat --file-system --format='%b %S' /dev/shm"
    )
    variable, zone, files, host, shared = run(server, script).splitlines()
    assert (variable, files, host) == ("/data/models", "5000", "10.0.0.7 license.example.org")
    assert zone in {"+01:00", "+02:00"}
    blocks, size = map(int, shared.split())
    assert blocks * size == 512 * MIB
    assert server.attrs["HostConfig"]["Dns"] == ["10.0.0.53"]


def test_whose_kernel_takes_all_memory_is_told_on_every_page_and_the_server_stays(people):
    server = people.start("greedy")

    async def both(kernel: Client) -> list[Output]:
        async with Client(people, "greedy", kernel.kernel) as other:
            await other.run("")
            cell = await kernel.send(f"print('before', flush=True); {HOG}")
            return [await kernel.output(cell), await other.output(cell)]

    told = at(people, "greedy", both)
    assert told == [(f"before\n{LACK_OF_MEMORY}", "restarting")] * 2
    server.reload()
    assert server.status == "running"
    for code in OTHER_ENDS:
        assert at(people, "greedy", methodcaller("run", code)) == ("", "restarting")


def test_a_named_server_is_not_that_of_whose_name_reads_like_both(people):
    people.start("anna-maria")
    people.add("anna")
    path = "users/anna/servers/maria"
    assert people.ask("POST", path)[0] in {201, 202}
    people.until("anna", lambda servers: servers and servers["maria"]["ready"])
    clients = [
        people.deployment.environment_of(f"notebook-anna{name}")["JUPYTERHUB_CLIENT_ID"]
        for name in ("-2dmaria", ".maria")
    ]
    assert clients == ["jupyterhub-user-anna-maria", "jupyterhub-user-anna!maria"]
    assert people.ask("DELETE", path, {"remove": True})[0] in {202, 204}
    people.until("anna", lambda servers: not servers)
    assert people.ask("GET", "users/anna-maria")[1]["servers"][""]["ready"]
    assert at(people, "anna-maria", methodcaller("run", "print(42)")) == ("42", "idle")


def test_a_file_that_is_too_large_for_the_server_is_not_opened_there(people):
    server = people.start("curious")
    run(server, "truncate --size=300M large.csv; truncate --size=9M small.csv")

    async def opened(kernel: Client) -> list[tuple[int, str]]:
        files = ("large.csv", "small.csv", "large.csv?content=0")
        answers = [await kernel.ask("GET", f"contents/{file}") for file in files]
        return [(each.code, each.body.decode()) for each in answers]

    large, small, listed = at(people, "curious", opened)
    assert large[0] == 413
    assert "This file has 300 MiB. To open it here would take all memory" in large[1]
    assert (small[0], listed[0]) == (200, 200)


@pytest.fixture(params=["size=8m", "nr_inodes=99"])
def small(people: People, request: pytest.FixtureRequest) -> Iterator[str]:
    """Somebody whose home has little room."""
    volume = people.deployment.docker.volumes.create(
        f"{people.deployment.prefix}-home-small",
        driver_opts={"type": "tmpfs", "device": "tmpfs", "o": f"{request.param},uid=1000,gid=100"},
    )
    try:
        yield "small"
    finally:
        people.stop()
        volume.remove()


def test_who_works_in_a_full_home_is_told_once_until_there_is_room_again(people, small):
    server = people.start(small, rescue=True)

    async def outputs(kernel: Client) -> list[str]:
        found = []
        for script in ["true", FILL, "true", "rm -r ~/full", FILL]:
            run(server, script)
            found.append((await kernel.run("print(42)")).text)
        return found

    roomy, full, again, freed, refilled = at(people, small, outputs)
    assert roomy == again == freed == "42"
    assert full == refilled
    assert full.startswith(FULL)
    assert full.endswith("\n42")


def test_a_notebook_opens_in_a_full_home_and_saving_says_why_it_fails(people, small):
    server = people.start(small)
    new, notebook = {"type": "file", "format": "text", "content": "x" * MIB}, {"type": "notebook"}

    async def answers(client: Client) -> list[tuple[int, str]]:
        made = json.loads((await client.ask("POST", "contents", notebook)).body)["path"]
        run(server, FILL)
        kept = json.loads((await client.ask("GET", f"contents/{made}")).body)
        asked = [
            await client.ask("PUT", "contents/new.txt", new),
            await client.ask("POST", "contents", notebook),
            await client.ask("PUT", f"contents/{made}", kept),
        ]
        return [(each.code, json.loads(each.body)["message"]) for each in asked]

    told = at(people, small, answers)
    assert [code for code, _ in told] == [507] * 3
    assert all(message.startswith(FULL) for _, message in told)


def test_what_is_deleted_on_the_page_of_a_full_home_makes_room(people, small):
    server = people.start(small)

    async def answers(client: Client) -> list[int]:
        run(server, FILL)
        deleted = await client.ask("DELETE", "contents/full")
        made = await client.ask("POST", "contents", {"type": "notebook"})
        return [deleted.code, made.code]

    assert at(people, small, answers) == [204, 201]
