"""A program that breaks every rule of the policy pack, with inputs that the providers know."""

import json
import tempfile
from base64 import b64encode
from pathlib import Path

import pulumi
import pulumi_docker as docker
import pulumi_gitlab as gitlab
import pulumi_random as random
from pulumi import ResourceOptions

EVERYWHERE = "0.0.0.0"  # noqa: S104


class Component(pulumi.ComponentResource):
    """Gives its resources the place that those of components/ have."""

    def __init__(self, kind: str, name: str) -> None:
        super().__init__(f"jupyterhub:index:{kind}", name)
        self.children = ResourceOptions(parent=self)


settings = {
    "gitlab": {"scopes": ["read_user", "read_api"], "allow_everyone": False, "allowed_groups": []},
    "notebook": {"home": "volume", "shared": [{"source": "/etc"}]},  # notebooks-see-no-system-files
}
host = {"Memory": 2**31, "CpuQuota": 100000, "CapDrop": ["ALL"], "Privileged": True}
containers = {
    # notebooks-are-limited, notebooks-have-few-rights, root-leaves-no-files-on-the-host
    "servers": [{"profile": "", "container": {"User": "root", "HostConfig": host}}],
    "looks": {"take": {"HostConfig": host | {"CgroupParent": "/"}}},
}
gated = host | {"Mounts": {"each_of": [], "any_of": []}, "NetworkMode": "tiny"}
docker.Container(
    "hub-container",
    image="hub:1.0",
    uploads=[
        {"file": "/etc/jupyterhub/settings.json", "content": json.dumps(settings)},
        {"file": "/etc/jupyterhub/containers.json", "content": json.dumps(containers)},
    ],
    volumes=[{"host_path": "/run/d.sock", "container_path": "/var/run/docker.sock"}],
    opts=Component("Hub", "hub").children,
)
docker.Container(  # the-gate-lets-through-what-is-named
    "hub-docker-gate-container",
    name="tiny-docker-gate",
    image="gate:1.0",
    envs=[f"POLICY={json.dumps({'kinds': {'notebook': {'bodies': [{'HostConfig': gated}]}}})}"],
    opts=Component("DockerGate", "hub-docker-gate").children,
)
docker.Container(
    "proxy-container",
    image="nginx:latest",  # nothing-floats
    privileged=True,  # containers-keep-off-the-host
    capabilities={"adds": ["SYS_ADMIN"]},  # containers-have-few-rights
    security_opts=["no-new-privileges:false"],
    envs=["API_TOKEN=canary"],  # secrets-are-marked
    ports=[{"internal": 8001, "external": 8001, "ip": EVERYWHERE}],  # only-the-door-is-published
    volumes=[{"host_path": "/var/run/docker.sock", "container_path": "/var/run/docker.sock"}],
    networks_advanced=[
        {"name": "net", "ipv4_address": "10.201.0.2", "ipv6_address": "fd01::2"},
    ],
    opts=Component("Proxy", "proxy").children,
)
docker.Container(
    "host-container",
    image="nginx:1.29.3",
    cgroup_parent="/",
    cgroupns_mode="host",
    devices=[{"host_path": "/dev/kvm"}],
    ipc_mode="host",
    network_mode="host",
    pid_mode="host",
    userns_mode="host",
    publish_all_ports=True,
    runtime="another",
    security_opts=['seccomp={"defaultAction": "SCMP_ACT_ALLOW"}'],
    sysctls={"kernel.shm_rmid_forced": "1"},
    command=["--password", "canary"],
    entrypoints=["login", "--token=canary"],
    labels=[{"label": "api-token", "value": "canary"}],
    uploads=[
        {"file": "/site.key", "content": "-----BEGIN PRIVATE KEY-----\ncanary"},
        {"file": "/b.json", "content_base64": b64encode(b'{"password": "canary"}').decode()},
    ],
    volumes=[
        {"volume_name": "/proc", "container_path": "/proc1"},
        {"host_path": "/mnt", "container_path": "/mnt1"},
        {"from_container": "hub"},
    ],
    mounts=[
        {
            "type": "bind",
            "source": "/root",
            "target": "/root1",
            "bind_options": {"propagation": "rshared"},  # mounts-stay-in-the-container
        },
        {
            "type": "volume",
            "target": "/run1",
            "volume_options": {"driver_options": {"type": "none", "o": "bind", "device": "/run"}},
        },
    ],
)
docker.Network(
    "bridge",
    name="net",
    ipam_configs=[{"subnet": "fd00::/64"}, {"subnet": "10.200.0.0/24"}],
)
docker.Volume("data", driver_opts={"type": "none", "o": "bind", "device": "/etc"})
docker.RemoteImage("remote", name="debian:latest")
context = tempfile.mkdtemp()
Path(context, "Dockerfile").write_text("FROM debian:13.1\n")
docker.Image(
    "image",
    image_name="image",
    skip_push=True,
    build={"context": context, "args": {"NPM_TOKEN": "canary"}},  # no-secret-stays-in-an-image
)
random.RandomBytes("key", length=32)  # keys-are-no-ids
api = gitlab.Provider(
    "api", base_url="http://git.example.org/api/v4/", token="canary", insecure=True
)
gitlab.Application(
    "application",
    redirect_url="http://hub.example.org/",  # gitlab-is-reached-safely
    scopes=["api"],  # gitlab-grants-little
    confidential=False,
    opts=ResourceOptions(provider=api),
)
