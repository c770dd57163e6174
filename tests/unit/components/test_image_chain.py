"""All images of a stack, and of two."""

from components.image_chain import ImageChain
from hubconfig.sections.images import ImagesArgs
from hubconfig.servers import Servers
from tests.unit.components.another_program import WITH_GPUS


def chain(name: str, servers: Servers) -> ImageChain:
    return ImageChain(name, ImagesArgs(), servers=servers)


def test_two_chains_have_names_of_their_own_and_share_what_is_equal(declare):
    def program() -> None:
        chain("images", Servers())
        chain("gpu-images", WITH_GPUS)

    declared = declare(program)
    for folder in ("hub", "proxy", "singleuser"):
        one, other = declared[f"{folder}-build"], declared[f"gpu-images-{folder}-build"]
        assert one["imageName"] == other["imageName"]
    assert declared["lab-build"]["imageName"] != declared["gpu-images-lab-build"]["imageName"]
