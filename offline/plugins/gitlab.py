"""Resources of the `gitlab` package, through GitLab's REST API."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cached_property
from typing import Any

from pulumi.provider.experimental import provider as sdk

from .contract import completed
from .errors import PluginError
from .handler import Call, Handler
from .plugin import Plugin
from .values import UNKNOWN, Values, decode

APPLICATION = "gitlab:index/application:Application"
SETTINGS = {"baseUrl", "cacertFile", "earlyAuthCheck", "insecure", "token"}
PUBLIC_API = "https://gitlab.com/api/v4/"
API_PATH = "/api/v4"
REQUEST_SECONDS = 30


class GitLab:
    """A client of the GitLab at `url`, made on the first use."""

    def __init__(self) -> None:
        self.url = PUBLIC_API
        self.token = ""
        self.verify: bool | str = True

    @cached_property
    def api(self) -> Any:
        """python-gitlab's client."""
        import gitlab  # noqa: PLC0415  # 0.2 s that previews do without

        if not self.token:
            msg = "gitlab:token is not set; set it or GITLAB_TOKEN"
            raise PluginError(msg)
        url = self.url.rstrip("/").removesuffix(API_PATH)
        return gitlab.Gitlab(
            url, private_token=self.token, ssl_verify=self.verify, timeout=REQUEST_SECONDS
        )

    @contextmanager
    def explained(self, what: str) -> Iterator[None]:
        """Raise GitLab's refusals as `PluginError`, starting with `what` was tried."""
        from gitlab.exceptions import GitlabError  # noqa: PLC0415
        from requests.exceptions import RequestException  # noqa: PLC0415

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
        except RequestException as error:
            msg = f"{what}: GitLab at {self.url} does not answer ({type(error).__name__}); "
            msg += "check gitlab:baseUrl, the network and gitlab:cacertFile"
            raise PluginError(msg) from error


class Application(Handler):
    """An OAuth application of the whole GitLab; its id is GitLab's number."""

    def __init__(self, gitlab: GitLab) -> None:
        self.gitlab = gitlab

    def create(self, call: Call, inputs: Values) -> tuple[str, Values]:  # noqa: ARG002, D102
        with self.gitlab.explained(f"cannot register application {inputs['name']}"):
            made = self.gitlab.api.applications.create(
                {
                    "name": inputs["name"],
                    "redirect_uri": inputs["redirectUrl"],
                    "scopes": " ".join(inputs["scopes"]),
                    "confidential": inputs.get("confidential", True),
                }
            )
        return str(made.id), completed(APPLICATION, inputs) | {
            "applicationId": made.application_id,
            "id": str(made.id),
            "secret": made.secret,
        }

    def read(
        self,
        call: Call,  # noqa: ARG002
        resource_id: str,
        inputs: Values,
        outputs: Values,
    ) -> tuple[Values, Values] | None:
        """Return it as GitLab has it, but secret and scopes as recorded: GitLab tells them once."""
        with self.gitlab.explained(f"cannot look at application {resource_id}"):
            every = self.gitlab.api.applications.list(iterator=True)
            found = next((one for one in every if str(one.id) == resource_id), None)
        if found is None:
            return None
        actual = {
            "confidential": found.confidential,
            "name": found.application_name,
            "redirectUrl": found.callback_url,
        }
        changed = {name: actual[name] for name in actual.keys() & inputs.keys()}
        return inputs | changed, outputs | actual | {"applicationId": found.application_id}

    def delete(self, call: Call, resource_id: str, outputs: Values) -> None:  # noqa: ARG002, D102
        from gitlab.exceptions import GitlabDeleteError  # noqa: PLC0415

        with self.gitlab.explained(f"cannot remove application {resource_id}"):
            try:
                self.gitlab.api.applications.delete(resource_id)
            except GitlabDeleteError as error:
                if error.response_code != 404:
                    raise


class GitLabPlugin(Plugin):
    """The plug-in with its settings: where GitLab is, and the token."""

    def __init__(self) -> None:
        self.gitlab = GitLab()
        super().__init__("gitlab", {APPLICATION: Application(self.gitlab)}, SETTINGS)

    async def check_config(self, request: sdk.CheckRequest) -> sdk.CheckResponse:
        """Refuse settings that would be ignored, and a base URL that is not of the API."""
        response = await super().check_config(request)
        url = decode(request.new_inputs).get("baseUrl", UNKNOWN)
        if url != UNKNOWN and not url.rstrip("/").endswith(API_PATH):
            reason = f"gitlab:baseUrl is {url!r}; it must end with {API_PATH}/"
            response.failures = [*(response.failures or ()), sdk.CheckFailure("baseUrl", reason)]
        return response

    async def configure(self, request: sdk.ConfigureRequest) -> sdk.ConfigureResponse:
        """Take the settings, or `GITLAB_BASE_URL` and `GITLAB_TOKEN`."""
        given = decode(request.args)
        self.gitlab.url = given.get("baseUrl") or os.environ.get("GITLAB_BASE_URL") or PUBLIC_API
        self.gitlab.token = given.get("token") or os.environ.get("GITLAB_TOKEN", "")
        insecure = given.get("insecure") in {True, "true"}
        self.gitlab.verify = False if insecure else given.get("cacertFile", True)
        if given.get("earlyAuthCheck") in {True, "true"} and UNKNOWN not in given.values():
            with self.gitlab.explained("cannot sign in"):
                self.gitlab.api.auth()
        return await super().configure(request)


def create() -> Plugin:
    """Return the plug-in."""
    return GitLabPlugin()
