"""What a program other than this one gives components, without most of what they are for."""

from typing import Any

from hubconfig.sections.gpus import GpuArgs
from hubconfig.servers import Servers
from hubconfig.stack import Stack

NOT_REACHED: Any = None
PHYSICS = Stack.named("two-hubs", "dev", "physics")
WITH_GPUS = Servers(gpus=GpuArgs(notebooks="all"))
