"""Asks rules, as Pulumi's engine does."""

from typing import Any

from pulumi_policy import (
    EnforcementLevel,
    PolicyCustomTimeouts,
    PolicyResourceOptions,
    ResourceValidationArgs,
    ResourceValidationPolicy,
)
from pulumi_policy.deserialize import deserialize_properties
from pulumi_policy.proxy import unknown_checking_proxy

from policy.rule import CONTAINER, every_rule
from tests.unit.policy.resources import SERVICE

RULES = {policy.name: policy for policy in every_rule()}
OF_WHOLE_STACKS = {"fixed-addresses-stay-free", "notebooks-are-isolated"}
"""The rules that see all resources together."""
COMPONENTS = {
    "docker-gate": "DockerGate",
    "hub": "Hub",
    "proxy": "Proxy",
    "edge": "Edge",
    "firewall": "Firewall",
    "gitlab": "GitLabStandin",
    "login": "GitLabLogin",
}
"""By what their resources are called."""


def options(**given: Any) -> PolicyResourceOptions:
    defaults: dict[str, Any] = {
        "protect": False,
        "ignore_changes": [],
        "delete_before_replace": None,
        "aliases": [],
        "custom_timeouts": PolicyCustomTimeouts(0, 0, 0),
        "additional_secret_outputs": ["secret"],
    }
    return PolicyResourceOptions(**(defaults | given))


def told(rule: str, kind: str, props: dict[str, Any], name: str = "other", **given: Any) -> str:
    """Return what a rule reports, asked in the order and the form in which the engine asks."""
    policy = RULES[rule]
    assert isinstance(policy, ResourceValidationPolicy)
    whole = name.rpartition("-")[0]
    component = next((COMPONENTS[part] for part in COMPONENTS if whole.endswith(part)), None)
    types = f"jupyterhub:index:{component}${kind}" if component else kind
    urn = f"urn:pulumi:dev::jupyterhub::{types}::{name}"

    def shown(props: Any) -> ResourceValidationArgs:
        return ResourceValidationArgs(kind, props, urn, name, options(**given), None)

    messages: list[str] = []
    if policy.has_remediation() and policy.enforcement_level is EnforcementLevel.REMEDIATE:
        assert policy.remediate(shown(deserialize_properties(props, proxy_secrets=True))) is None
    policy.validate(
        shown(unknown_checking_proxy(deserialize_properties(props))),
        lambda message, _: messages.append(message),
    )
    return "\n".join(messages)


Row = tuple[str, str, dict[str, Any], str]
"""A rule, the type of a resource or a hub's part, what is wrong with it, and what is told."""


def fault(rule: str, kind: str, props: dict[str, Any]) -> str:
    """Return what is told of a resource that breaks a rule, which holds no canary."""
    whole = (SERVICE if kind == CONTAINER else {}) | props
    message = told(rule, kind, whole)
    assert "canary" not in message
    return message


def fault_of(rule: str, part: str, props: dict[str, Any]) -> str:
    """Return what is told of the container of a hub's part."""
    return told(rule, CONTAINER, SERVICE | props, f"{part}-container")
