"""What a stack has on its engine."""

import re

import pytest

from hubconfig.sections.notebook import NotebookArgs
from hubconfig.stack import Stack

STACK = Stack.named("jupyterhub", "test", "hub")


@pytest.mark.parametrize("volume", ["hub-hub-data", "hub-gitlab-data", "hub-home-ada"])
def test_nobody_is_shown_a_volume_of_the_stacks_own(volume):
    args = NotebookArgs.model_validate({"shared": [{"source": volume, "target": "/data"}]})
    [fault] = STACK.faults_of(args)
    assert re.search(f"the volume {volume} holds .*: give one of another name", fault.sentence)
    assert not list(Stack.named("jupyterhub", "test", "another").faults_of(args))
