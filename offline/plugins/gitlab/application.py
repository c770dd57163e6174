"""OAuth applications."""

from ..contract import completed
from ..handler import Call, Handler
from ..values import Values
from .client import GitLab

TYPE = "gitlab:index/application:Application"


class Application(Handler):
    """An OAuth application of the whole GitLab instance; its id is its number in GitLab."""

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
        return str(made.id), completed(TYPE, inputs) | {
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
        """Return the application as GitLab has it, with secret and scopes as recorded.

        GitLab tells those only once, when it creates the application.
        """
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
