"""The build arguments of the Dockerfiles under images/, made from the configuration."""

from hubconfig.sections.images import ImagesArgs
from hubconfig.servers import Servers
from hubconfig.values.site_ca import certificates


def of_images(args: ImagesArgs) -> dict[str, str]:
    """Return the build arguments, by name, on where packages and other parts come from.

    Each Dockerfile gets those that it declares with ARG.
    """
    conda, oh_my_zsh = args.conda, args.oh_my_zsh
    arguments = {
        "SITE_CA": certificates(args.site_ca),
        "APT_MIRROR": args.mirrors.apt,
        "PIP_INDEX_URL": args.mirrors.pypi,
        "UV_DEFAULT_INDEX": args.mirrors.pypi,
        "UV_PYTHON_INSTALL_MIRROR": args.mirrors.python,
        "NPM_CONFIG_REGISTRY": args.mirrors.npm,
        "GOPROXY": args.mirrors.go,
        "CONDA_MIRROR": args.mirrors.conda,
        "GIT_MIRROR": args.mirrors.git,
        "KEEP_MIRRORS": "1" if args.mirrors.keep else None,
        "CONDA_INSTALLER_URL": conda.url if conda else None,
        "CONDA_INSTALLER_SHA256": conda.sha256 if conda else None,
        "OH_MY_ZSH_URL": oh_my_zsh.url if oh_my_zsh else None,
        "OH_MY_ZSH_COMMIT": oh_my_zsh.commit if oh_my_zsh else None,
    }
    return {name: value for name, value in arguments.items() if value is not None}


def of_servers(servers: Servers) -> dict[str, str]:
    """Return the build arguments, by name, on people's account, shell, language and GPUs."""
    notebook, language = servers.notebook, servers.notebook.language
    arguments = {
        "NB_USER": notebook.user,
        "NB_UID": str(notebook.uid),
        "NB_GID": str(notebook.gid),
        "NB_SHELL": notebook.shell,
        "NB_LOCALE": language and f"{language}.UTF-8",
        "NB_MORE_LOCALES": language and "en_US.UTF-8",
        "NB_LANGUAGE": language,
        "GPU": "1" if servers.can_have_gpus else None,
    }
    return {name: value for name, value in arguments.items() if value is not None}
