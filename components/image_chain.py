"""All images of a stack, each built on its parent."""

from functools import cached_property

from pulumi import ComponentResource, ResourceOptions, RunError

from hubconfig.sections.images import ImagesArgs
from hubconfig.servers import Servers

from . import build_arguments, contexts
from .image import Image


class ImageChain(ComponentResource):
    """The image of notebooks, `lab`, and the images of the services.

    Raises `RunError` if hub and notebooks would have different versions of JupyterHub, or if builds
    cannot be given the authorities that `args` name.
    """

    def __init__(
        self,
        name: str,
        args: ImagesArgs,
        *,
        servers: Servers,
        opts: ResourceOptions | None = None,
    ) -> None:
        super().__init__("jupyterhub:index:ImageChain", name, None, opts)
        contexts.check_versions()
        if faults := [fault.sentence for fault in args.faults_here()]:
            raise RunError("\n".join(f"{name}: {fault}" for fault in faults))
        # A chain called `images` leaves its name out of its images' names, for existing stacks.
        self._prefix = "" if name == "images" else f"{name}-"
        self._platform = args.platform
        self._proxied = servers.proxied
        self._arguments = build_arguments.of_images(args) | build_arguments.of_servers(servers)
        self._foundation = foundation = self._build("foundation", ROOT_IMAGE=args.root)
        if args.notebook_root not in {None, args.root}:
            foundation = self._build("foundation", "notebook-", ROOT_IMAGE=args.notebook_root or "")
        base_notebook = self._build("base-notebook", FOUNDATION=foundation)
        singleuser = self._build("singleuser", BASE_NOTEBOOK=base_notebook)
        self.lab = self._build("lab", SINGLEUSER=singleuser)
        self.hub = self._on_foundation("hub")
        self.proxy = self._on_foundation("proxy")
        self.register_outputs({"lab": self.lab.reference, "hub": self.hub.reference})

    @cached_property
    def edge(self) -> Image:
        """The image in which TLS ends, which is built only if this property is read."""
        return self._on_foundation("edge")

    @cached_property
    def docker_gate(self) -> Image:
        """The image of the docker gate, which is built only if this property is read."""
        return self._on_foundation("docker-gate")

    @cached_property
    def firewall(self) -> Image:
        """The image of the firewall, which is built only if this property is read."""
        return self._on_foundation("firewall")

    @cached_property
    def gitlab_standin(self) -> Image:
        """The image of the demonstration GitLab, which is built only if this property is read."""
        return self._on_foundation("gitlab-standin")

    def _on_foundation(self, folder: str) -> Image:
        return self._build(folder, FOUNDATION=self._foundation)

    def _build(self, folder: str, prefix: str = "", **own: Image | str) -> Image:
        """Declare the image of `images/<folder>`.

        Its build arguments are its `own`, and those of the chain that its Dockerfile declares.
        """
        declared = contexts.declared_arguments(contexts.FOLDER / folder)
        arguments = {key: self._arguments[key] for key in declared if key in self._arguments}
        for key, value in own.items():
            arguments[key] = value.reference if isinstance(value, Image) else value
        return Image(
            f"{self._prefix}{prefix}{folder}",
            folder,
            build_args=arguments,
            platform=self._platform,
            proxied=self._proxied,
            parents=[value for value in own.values() if isinstance(value, Image)],
            opts=ResourceOptions(parent=self),
        )
