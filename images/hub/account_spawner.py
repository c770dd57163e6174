"""Servers that run as accounts of the host, in their homes."""

from typing import Any

from containers import Body
from host_files import Account, HostFiles
from notebook_spawner import NotebookSpawner
from refusals import refusal

FIRST_ID = 1000
"""The lowest id of a person's account or group; lower ones are the system's: UID_MIN and GID_MIN in
/etc/login.defs. The docker gate refuses groups below it but USERS_GROUP."""
USERS_GROUP = 100
NOBODY = 65534


class AccountSpawner(NotebookSpawner):
    """Runs a server as the host's account with the person's name, in that account's home."""

    account: Account | None = None

    def get_env(self) -> dict[str, Any]:
        """Add the variables by which start.sh, and programs, know the account."""
        env: dict[str, Any] = super().get_env()
        if self.account:
            env |= {"NB_USER": self.user.name, "USER": self.user.name, "HOME": self.account.home}
            env |= {"NB_UID": self.account.uid, "NB_GID": self.account.gid}
        return env

    def own_values(self) -> Body:
        """Return what makes the container the account's."""
        if not self.account:
            return {}
        account = self.account
        own = [group for group in account.groups if not is_the_systems(group)]
        if dropped := set(account.groups) - set(own):
            said = "%s has no rights of the account's groups of the system's own: %s"
            self.log.warning(said, self.container_name, sorted(dropped))
        groups = {"GroupAdd": [str(group) for group in own]} if own else {}
        user = f"{account.uid}:{account.gid}"
        return {"User": user, "WorkingDir": account.home, "HostConfig": groups}

    async def find_home(self) -> list[Body]:
        """Take on the account; return the mounts of its home, and of what tells its name."""
        name = self.user.name
        account = await self.look(HostFiles.account, name)
        if account is None:
            msg = (
                f"The Docker host has no account {name} in /etc/passwd. "
                f"Ask an administrator to run on the host: useradd --create-home '{name}'"
            )
            raise refusal(msg)
        if account.uid < FIRST_ID or account.uid == NOBODY:
            msg = (
                f"The account {name} of the Docker host has the uid {account.uid}, one of the "
                f"system's own: only accounts from {FIRST_ID} on have notebooks."
            )
            raise refusal(msg)
        if is_the_systems(account.gid):
            msg = (
                f"The account {name} of the Docker host has the main group {account.gid}, one of "
                f"the system's own. Ask an administrator to give it {USERS_GROUP} (users) or one "
                f"from {FIRST_ID} on: usermod --gid users '{name}'"
            )
            raise refusal(msg)
        owner = await self.look(HostFiles.owner, account.home)
        self.accept(account.home, owner, f"{account.uid}:{account.gid}")
        self.account = account
        self.notebook_dir = account.home
        files = ("/etc/passwd", "/etc/group")
        return [
            {"Type": "bind", "Source": account.home, "Target": account.home},
            *({"Type": "bind", "Source": f, "Target": f, "ReadOnly": True} for f in files),
        ]


def is_the_systems(group: int) -> bool:
    """Tell whether a group is none of people's."""
    return group < FIRST_ID and group != USERS_GROUP
