"""The GitLab instance on which the resources are."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cached_property
from typing import Any

from ..errors import PluginError

PUBLIC_API = "https://gitlab.com/api/v4/"
API_PATH = "/api/v4"
REQUEST_SECONDS = 30


class GitLab:
    """A client of the GitLab instance at `url`, which is made on its first use."""

    def __init__(self) -> None:
        self.url = PUBLIC_API
        self.token = ""
        self.verify: bool | str = True

    @cached_property
    def api(self) -> Any:
        """python-gitlab's client."""
        import gitlab  # noqa: PLC0415  # 0.2 s, which previews save

        if not self.token:
            msg = "gitlab:token is not set; set it or GITLAB_TOKEN"
            raise PluginError(msg)
        url = self.url.rstrip("/").removesuffix(API_PATH)
        return gitlab.Gitlab(
            url, private_token=self.token, ssl_verify=self.verify, timeout=REQUEST_SECONDS
        )

    @contextmanager
    def explained(self, what: str) -> Iterator[None]:
        """Turn refusals of GitLab into `PluginError`, whose message begins with `what`."""
        from gitlab.exceptions import GitlabError  # noqa: PLC0415
        from requests.exceptions import SSLError  # noqa: PLC0415

        try:
            yield
        except GitlabError as error:
            msg = f"{what}: GitLab at {self.url} answers {error.response_code}"
            if error.response_code in {401, 403}:
                msg += (
                    "; the token needs the scope api and an administrator's account. "
                    "Without one, register the application by hand and remove the token: "
                    "docs/sign-in.md says how"
                )
            else:
                msg += f", {error.error_message}"
            raise PluginError(msg.replace(self.token, "[token]")) from error
        except SSLError as error:
            msg = (
                f"{what}: GitLab at {self.url} has a certificate that is not trusted; give its "
                "authority's file as gitlab:cacertFile"
            )
            raise PluginError(msg) from error
        except OSError as error:  # such as those of requests, or a missing cacertFile
            msg = f"{what}: GitLab at {self.url} does not answer ({type(error).__name__}); "
            msg += "check gitlab:baseUrl, the network and gitlab:cacertFile"
            raise PluginError(msg) from error
