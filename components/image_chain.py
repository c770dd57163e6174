"""All images of a stack, each built on its parent."""

from functools import cached_property
from pathlib import Path

from pulumi import ComponentResource, ResourceOptions, RunError

from hubconfig.dockerfile import arguments_of, text_of
from hubconfig.environment_folders import DOCKERFILE
from hubconfig.sections.environments import LAB, READY
from hubconfig.sections.images import ImagesArgs
from hubconfig.servers import Servers

from . import build_arguments, contexts
from .image import Image, Recipe


class ImageChain(ComponentResource):
    """The image of notebooks, `lab`, and the images of the services.

    What is read as a property, or is asked of `environment`, is not built before.

    Raises `RunError` if hub and notebooks would have different versions of JupyterHub, or if builds
    cannot be given the files that `args` name.
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
        jupyterhub = contexts.version_of_jupyterhub()
        sections = (args, *args.environments.values())
        if faults := [fault.sentence for one in sections for fault in one.faults_here()]:
            raise RunError("\n".join(f"{name}: {fault}" for fault in faults))
        # A chain called `images` leaves its name out of its images' names, for existing stacks.
        self._prefix = "" if name == "images" else f"{name}-"
        self._platform = args.platform
        self._proxied = servers.proxied
        self._arguments = build_arguments.of_images(args) | build_arguments.of_servers(servers)
        self._arguments["JUPYTERHUB"] = jupyterhub
        self._described = args.environments
        self._foundation = foundation = self._build("foundation", ROOT_IMAGE=args.root)
        if args.notebook_root not in {None, args.root}:
            foundation = self._build("foundation", "notebook-", ROOT_IMAGE=args.notebook_root or "")
        base_notebook = self._build("base-notebook", FOUNDATION=foundation)
        singleuser = self._build("singleuser", BASE_NOTEBOOK=base_notebook)
        self.lab = self._build(LAB, SINGLEUSER=singleuser)
        self.hub = self._on_foundation("hub")
        self.proxy = self._on_foundation("proxy")
        self._environments = {LAB: self.lab}
        self.register_outputs({"lab": self.lab.reference, "hub": self.hub.reference})

    @cached_property
    def edge(self) -> Image:
        """The image in which TLS ends."""
        return self._on_foundation("edge")

    @cached_property
    def docker_gate(self) -> Image:
        """The image of the docker gate."""
        return self._on_foundation("docker-gate")

    @cached_property
    def firewall(self) -> Image:
        """The image of the firewall."""
        return self._on_foundation("firewall")

    @cached_property
    def gitlab_standin(self) -> Image:
        """The image of the demonstration GitLab."""
        return self._on_foundation("gitlab-standin")

    def of(self, servers: Servers) -> dict[str, Image]:
        """Return the lab, and the environments that servers can have, by their names."""
        return {name: self.environment(name) for name in (LAB, *servers.images)}

    def environment(self, name: str) -> Image:
        """Return the image of an environment; raise `RunError` if there is none of that name."""
        if name not in self._environments:
            self._environments[name] = self._environment(name)
        return self._environments[name]

    def _environment(self, name: str) -> Image:
        if parent := READY.get(name):
            return self._build(name, LAB=self.environment(parent))
        described = self._described.get(name)
        if described is None:
            msg = f"there is no environment {name} in the images: describe it there"
            raise RunError(msg)
        title, base = f"environment-{name}", self.environment(described.base)
        if described.image:
            recipe = Recipe.of(title, contexts.FOLDER / "elsewhere")
            return self._built(recipe, title, IMAGE=described.image, LAB=base)
        recipe = Recipe.of(title, contexts.FOLDER / "environment")
        if described.folder:
            folder = Path(described.folder)
            if (folder / DOCKERFILE).is_file():
                recipe = Recipe.of(title, folder)
            else:
                contexts.check_lock(folder, described.base)
                recipe = Recipe(title, folder, recipe.dockerfile)
        return self._built(recipe, title, LAB=base, APT_PACKAGES=" ".join(described.apt))

    def _on_foundation(self, folder: str) -> Image:
        return self._build(folder, FOUNDATION=self._foundation)

    def _build(self, folder: str, prefix: str = "", **own: Image | str) -> Image:
        """Declare the image of `images/<folder>`."""
        return self._built(Recipe.of(folder, contexts.FOLDER / folder), f"{prefix}{folder}", **own)

    def _built(self, recipe: Recipe, name: str, **own: Image | str) -> Image:
        """Declare an image.

        Its build arguments are its `own`, and those of the chain; those that its Dockerfile
        declares.
        """
        given = self._arguments | {
            key: value.reference if isinstance(value, Image) else value
            for key, value in own.items()
        }
        declared = arguments_of(text_of(recipe.dockerfile))
        return Image(
            f"{self._prefix}{name}",
            recipe,
            build_args={key: given[key] for key in declared if key in given},
            platform=self._platform,
            proxied=self._proxied,
            parents=[value for value in own.values() if isinstance(value, Image)],
            opts=ResourceOptions(parent=self),
        )
