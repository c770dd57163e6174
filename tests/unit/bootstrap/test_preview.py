"""What a preview is checked with."""

import pytest


@pytest.mark.parametrize("stack", ["physics", "lab"])
def test_a_preview_is_checked_at_the_levels_of_its_stack(checkout, stack):
    (checkout.folder / "policy").mkdir()
    (checkout.folder / "policy/physics.json").touch()
    assert checkout.run("bootstrap/preview.sh", stack, "--diff")[0] == 0
    levels = " --policy-pack-config policy/physics.json" if stack == "physics" else ""
    [call] = checkout.calls("pulumi")
    assert call == f"pulumi preview --stack {stack} --policy-pack policy --diff{levels}"
