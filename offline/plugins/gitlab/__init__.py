"""Resources of the `gitlab` package, through GitLab's REST API."""

import os

from pulumi.provider.experimental import provider as sdk

from ..plugin import Plugin
from ..values import UNKNOWN, decode
from .application import TYPE, Application
from .client import API_PATH, PUBLIC_API, GitLab

SETTINGS = {"baseUrl", "cacertFile", "earlyAuthCheck", "insecure", "token"}


class GitLabPlugin(Plugin):
    """The plug-in with its settings: where GitLab is, and the token."""

    def __init__(self) -> None:
        self.gitlab = GitLab()
        super().__init__("gitlab", {TYPE: Application(self.gitlab)}, SETTINGS)

    async def check_config(self, request: sdk.CheckRequest) -> sdk.CheckResponse:
        """Refuse settings that would be ignored, and a base URL that is not that of the API."""
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
