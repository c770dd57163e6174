"""What the engine and its plug-ins say, shortened to what a person needs."""

import pytest

from hubpreview.messages import build_step, readable

HUB = (
    "urn:pulumi:dev::jupyterhub::jupyterhub:index:Hub$docker:index/container:Container"
    "::hub-container"
)


@pytest.mark.parametrize(
    ("message", "step"),
    [
        ("#7 [stage-1 3/5] RUN make   all\n", "3/5 RUN make all"),
        ("#8 [2/6] COPY --from=build /opt /opt\n", "2/6 COPY /opt /opt"),
        ("#8 [build 2/6] RUN --mount=type=cache,target=/c     uv sync\n", "2/6 RUN uv sync"),
        ("digest: sha256:1\n[a 1/2] RUN a\ndigest: sha256:2\n[a 2/2] RUN b\n", "2/2 RUN b"),
        ("#4 [1/3] FROM org/lab:1.0.0@sha256:1\n", "1/3 FROM org/lab:1.0.0@sha256:1"),
        ("#4 sha256:1 1.05MB / 80.1MB 0.2s\n", "pulling 1.05MB / 80.1MB"),
        ("#4 sha256:1 80.1MB / 80.1MB 0.9s done\n", "pulling 80.1MB / 80.1MB"),
        ("#9 exporting to image\n", "exporting to image"),
        ("#1 [internal] load build definition from Dockerfile\n", ""),
        ("#7 CACHED\n", ""),
        ("#7 0.439 Get:1 [3/4] RUN\n", ""),
    ],
)
def test_steps_are_told_apart_from_other_output(message, step):
    assert build_step(message) == step


@pytest.mark.parametrize(
    ("error", "text"),
    [
        ("1 error occurred:\n\t* no such host\n\n", "no such host"),
        (
            "1 error occurred:\n\t* creating urn:pulumi:dev::hub::x$docker:index/container:"
            "Container::a: 1 error occurred:\n\t* container exited: 1\n\n",
            "container exited: 1",
        ),
        (
            "sdk-v2/provider2.go:572: sdk.helper_schema: container exited: 1: "
            "provider=docker@5.1.0",
            "container exited: 1",
        ),
        (
            "POST https://git.org/api/v4/applications: 403 {message: 403 Forbidden}",
            "POST https://git.org/api/v4/applications: 403 {message: 403 Forbidden}\n"
            "The token needs the scope api and an administrator's account. Without one, register "
            "the application by hand and remove the token: docs/sign-in.md says how.",
        ),
        (
            "resource urn:x violates plan: properties changed: "
            "=~envs[{[A=1, ~b[2]}], -+memory[{1}], +-init",
            "the plan does not foresee this change: envs, memory, init\n"
            "Make a new plan and look at it.",
        ),
        (
            "resource urn:x violates plan: create is not allowed",
            "the plan does not foresee this change: create is not allowed\n"
            "Make a new plan and look at it.",
        ),
        (
            "delete is not allowed by the plan: this resource is constrained to same\n",
            "the plan does not foresee this change: delete (this resource is constrained to same)\n"
            "Make a new plan and look at it.",
        ),
        (
            f"expected resource operations for {HUB} but none were seen",
            "the plan foresees a change that does not come: hub container\n"
            "Make a new plan and look at it.",
        ),
    ],
)
def test_errors_keep_what_says_something(error, text):
    assert readable(error) == text
