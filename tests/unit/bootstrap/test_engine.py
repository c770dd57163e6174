"""The engine of this machine."""

from tests.unit.checkout import HOST, NO_ENGINE


def test_no_engine_is_installed_in_place_of_another_machines(checkout):
    checkout.configure(host=HOST)
    checkout.stub("docker", NO_ENGINE)
    status, told = checkout.run("bootstrap/prepare.sh", "lab", PULUMI_CONFIG_PASSPHRASE="test")
    assert status == 1
    assert "\ncannot connect\n" in told
    assert f"\nNo Docker Engine answers at {HOST}: start it, or change" in told
    assert checkout.calls("apt-get") == checkout.calls("dockerd") == []
