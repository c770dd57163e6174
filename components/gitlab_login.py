"""Sign-in through GitLab, with an application that is registered there."""

import pulumi_gitlab as gitlab
from pulumi import ComponentResource, Input, Output, ResourceOptions, RunError

from hubconfig import sign_in
from hubconfig.sections.gitlab import GitLabArgs
from hubconfig.sections.site import SiteArgs
from hubconfig.stack import Stack


class GitLabLogin(ComponentResource):
    """The OAuth application in GitLab with which the hub signs people in.

    With an administrator's `token`, this component registers it: GitLab makes the secret and tells
    it once, in its answer, and Pulumi's state keeps it as a secret. Without a token,
    `args.client_id` and `client_secret` are those of an application that was registered by hand.
    Raises `RunError` if neither or both are given.
    """

    client_id: Output[str]
    client_secret: Output[str]

    def __init__(
        self,
        name: str,
        args: GitLabArgs,
        *,
        token: Input[str] | None,
        client_secret: Input[str] | None,
        site: SiteArgs,
        stack: Stack,
        groups_used: bool,
        opts: ResourceOptions | None = None,
    ) -> None:
        super().__init__("jupyterhub:index:GitLabLogin", name, None, opts)
        fault = sign_in.fault(
            args,
            site,
            token=token is not None,
            client_secret=client_secret is not None,
            groups_used=groups_used,
        )
        if fault:
            raise RunError(fault)
        if token is not None:
            # Another GitLab does not know the application, and may have another one of the same
            # number. So provider and application are replaced with GitLab's address, and the old
            # application is deleted in the old GitLab. The stand-in is the same at every port.
            place = "standin" if args.standin else args.url
            api = gitlab.Provider(
                f"{name}-api",
                base_url=f"{args.url}/api/v4/",
                token=Output.secret(token),
                cacert_file=args.ca_file,
                early_auth_check=False,  # a preview must run where GitLab cannot be reached
                opts=ResourceOptions(parent=self, replacement_trigger=place),
            )
            application = gitlab.Application(
                f"{name}-application",
                name=stack.prefix,
                redirect_url=sign_in.callback_url(site),
                scopes=args.scopes(groups_used=groups_used),
                confidential=True,
                opts=ResourceOptions(parent=self, provider=api, replacement_trigger=place),
            )
            self.client_id = application.application_id
            self.client_secret = Output.secret(application.secret)
        else:
            assert args.client_id is not None
            assert client_secret is not None
            self.client_id = Output.from_input(args.client_id)
            self.client_secret = Output.secret(client_secret)
        self.register_outputs({"client_id": self.client_id})
