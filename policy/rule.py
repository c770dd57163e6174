"""Makes policies of the pack from rules, which are checks that yield faults."""

import json
from collections.abc import Callable, Iterator
from importlib import import_module
from pkgutil import iter_modules
from typing import Any

from pulumi_policy import (
    EnforcementLevel,
    Policy,
    PolicyResource,
    ReportViolation,
    ResourceValidationArgs,
    ResourceValidationPolicy,
    StackValidationArgs,
    StackValidationPolicy,
)

from hubpreview.names import role

from .program import ProgramNotFoundError

CONTAINER = "docker:index/container:Container"
IMAGE = "docker:index/image:Image"
NETWORK = "docker:index/network:Network"
REMOTE_IMAGE = "docker:index/remoteImage:RemoteImage"
VOLUME = "docker:index/volume:Volume"
STACK = "pulumi:pulumi:Stack"


def every_rule(package: str = "policy.rules") -> list[Policy]:
    """Return the policies that a package's modules define, in order of module and definition.

    Raises `LookupError` for a module that defines none: a rule in it would never run.
    """
    found: list[Policy] = []
    for module in iter_modules(import_module(package).__path__, f"{package}."):
        own = [value for value in vars(import_module(module.name)).values() if _is_rule(value)]
        if not own:
            msg = f"{module.name} defines no rule: make its function one with @rule or @stack_rule"
            raise LookupError(msg)
        found += own
    return found


def _is_rule(value: object) -> bool:
    return isinstance(value, Policy)


def rule(
    *types: str,
    level: EnforcementLevel = EnforcementLevel.MANDATORY,
    remediate: Callable[[ResourceValidationArgs], None] | None = None,
) -> Callable[[Callable[[ResourceValidationArgs], Iterator[str]]], ResourceValidationPolicy]:
    """Make a policy of a check that sees each resource of `types` before anything is done to it.

    The policy has the function's name, and the docstring as its description: what is wanted, and
    why. A fault that the function yields says what was found and what to do; Pulumi shows it with
    the resource's type and name.
    """

    def policy(
        check: Callable[[ResourceValidationArgs], Iterator[str]],
    ) -> ResourceValidationPolicy:
        def validate(args: ResourceValidationArgs, report: ReportViolation) -> None:
            if args.resource_type in types:
                try:
                    for fault in check(args):
                        report(fault, None)
                except ProgramNotFoundError as error:
                    report(str(error), None)

        return ResourceValidationPolicy(*_identity(check), validate, level, remediate=remediate)

    return policy


StackCheck = Callable[[list[PolicyResource]], Iterator[tuple[PolicyResource, str]]]


def stack_rule(
    level: EnforcementLevel = EnforcementLevel.MANDATORY,
) -> Callable[[StackCheck], StackValidationPolicy]:
    """Make a policy of a check that sees all resources together, with their outputs."""

    def policy(check: StackCheck) -> StackValidationPolicy:
        def validate(args: StackValidationArgs, report: ReportViolation) -> None:
            for resource, fault in check(args.resources):
                report(fault, resource.urn)

        return StackValidationPolicy(*_identity(check), validate, level)

    return policy


def _identity(check: Callable[..., Any]) -> tuple[str, str]:
    return check.__name__.replace("_", "-"), " ".join((check.__doc__ or "").split())


def project_and_stack(urn: str) -> tuple[str, str]:
    """Return the project and the stack in a resource's URN, `urn:pulumi:<stack>::<project>::…`."""
    stack, project, *_ = urn.removeprefix("urn:pulumi:").split("::")
    return project, stack


def hub_settings(container: ResourceValidationArgs) -> Iterator[dict[str, Any]]:
    """Yield the content of settings.json, if a container is a hub's: components/hub.py."""
    return _uploaded(container, "settings.json")


def hub_containers(container: ResourceValidationArgs) -> Iterator[dict[str, Any]]:
    """Yield the content of containers.json, if a container is a hub's: components/containers.py."""
    return _uploaded(container, "containers.json")


def _uploaded(container: ResourceValidationArgs, file: str) -> Iterator[dict[str, Any]]:
    if role(container.urn) == "hub-container":
        for upload in container.props.get("uploads") or ():
            if upload["file"].endswith(f"/{file}") and upload.get("content"):
                yield json.loads(upload["content"])
