"""Servers that run as accounts of the host, in their homes."""

from typing import Any

from dockerspawner import SystemUserSpawner
from host_files import HostFiles
from notebook_spawner import NotebookSpawner, refusal

FIRST_UID = 1000
"""The lowest uid of a person's account; lower ones are the system's: UID_MIN in /etc/login.defs."""
NOBODY = 65534


class AccountSpawner(NotebookSpawner, SystemUserSpawner):
    """Runs a server as the host's account with the person's name, in that account's home."""

    def _user_id_default(self) -> int:
        return -1  # not from the hub's own accounts: find_home asks the host

    _group_id_default = _user_id_default

    async def find_home(self) -> list[dict[str, Any]]:
        """Take on the account; return the mounts by which the container knows its name.

        SystemUserSpawner mounts the home itself.
        """
        name = self.user.name
        account = await self.look(HostFiles.account, name)
        if account is None:
            msg = (
                f"The Docker host has no account {name} in /etc/passwd. "
                f"Ask an administrator to run on the host: useradd --create-home '{name}'"
            )
            raise refusal(msg)
        if account.uid < FIRST_UID or account.uid == NOBODY:
            msg = (
                f"The account {name} of the Docker host has the uid {account.uid}, one of the "
                f"system's own: only accounts from {FIRST_UID} on have notebooks."
            )
            raise refusal(msg)
        wanted = f"{account.uid}:{account.gid}"
        # Checked at each start: SystemUserSpawner's mount makes a missing home, owned by root.
        self.accept(account.home, await self.look(HostFiles.owner, account.home), wanted)
        self.user_id, self.group_id = account.uid, account.gid
        self.extra_host_config |= {"group_add": account.groups}
        self.notebook_dir = account.home
        self.host_homedir_format_string = self.image_homedir_format_string = account.home
        files = ("/etc/passwd", "/etc/group")
        return [{"type": "bind", "source": f, "target": f, "read_only": True} for f in files]
