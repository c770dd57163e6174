"""How servers have ended: for the people whose they were, and for who looks after the hub."""

import json
import re
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

LINES = 100
"""How many lines of a server's log are kept, the last ones."""
LONGEST = 32 * 1024
"""How many characters of these are kept."""
DAYS = 14
"""How long an ending is kept, unless its server has another."""
KILLED = 137
"""The exit code of a program that was killed: 128 and SIGKILL."""
UNREADABLE = re.compile(r"\x1b\[[0-9;?]*[@-~]|[^\n\t\x20-\x7e\xa0-\ud7ff\ue000-\U0010ffff]")
"""What a log may have and no page should: colours, and what moves a terminal's cursor."""


@dataclass(frozen=True)
class Ending:
    """How a server has ended; `stopped` tells that the hub has stopped it.

    `at` is in seconds since 1970, `memory_mib` what the server could use.
    """

    server: str
    at: float
    exit_code: int
    out_of_memory: bool
    memory_mib: int
    stopped: bool
    log: str

    @classmethod
    def of(cls, server: str, container: Any, log: bytes, *, stopped: bool) -> "Ending":
        """Return the ending of a container, as the engine tells of it, and of its log's end."""
        state = container["State"]
        return cls(
            server=server,
            at=time.time(),
            exit_code=state["ExitCode"],
            # The engine also says so if one of the server's processes was ended, and not itself.
            out_of_memory=bool(state["OOMKilled"]) and state["ExitCode"] == KILLED,
            memory_mib=container["HostConfig"]["Memory"] // 2**20,
            stopped=stopped,
            log=UNREADABLE.sub("", log.decode(errors="replace"))[-LONGEST:],
        )

    @property
    def when(self) -> str:
        """When it has ended, for people to read."""
        return time.strftime("%Y-%m-%d %H:%M UTC", time.gmtime(self.at))

    @property
    def why(self) -> str:
        """In a sentence, why it has ended."""
        if self.stopped:
            return "It was stopped."
        if self.out_of_memory:
            return f"It needed more memory than the {self.memory_mib} MiB that it may use."
        if self.exit_code == KILLED:
            return "It was killed from outside."
        if self.exit_code:
            return f"It ended with exit code {self.exit_code}."
        return "It has ended by itself."


@dataclass(frozen=True)
class Endings:
    """The last ending of each server, in files of a folder."""

    folder: Path

    def keep(self, ending: Ending) -> None:
        """Keep an ending in place of the server's last; forget those that are too old."""
        self.folder.mkdir(mode=0o700, exist_ok=True)
        oldest = time.time() - DAYS * 24 * 3600
        for file in self.folder.iterdir():
            if file.stat().st_mtime < oldest:
                file.unlink()
        self._file(ending.server).write_text(json.dumps(asdict(ending)))

    def of(self, server: str) -> Ending | None:
        """Return a server's last ending, if there is one."""
        try:
            return Ending(**json.loads(self._file(server).read_text()))
        except (FileNotFoundError, ValueError, TypeError):  # or of another version of this hub
            return None

    def all(self) -> Iterator[Ending]:
        """Yield the last ending of each server, the newest first."""
        found = self.folder.iterdir() if self.folder.exists() else ()
        for file in sorted(found, key=lambda file: file.stat().st_mtime, reverse=True):
            try:
                yield Ending(**json.loads(file.read_text()))
            except (ValueError, TypeError):
                continue

    def _file(self, server: str) -> Path:
        return self.folder / f"{sha256(server.encode()).hexdigest()}.json"


KEPT = Endings(Path("endings"))
"""Those of the hub's own servers: in its working directory, which is the volume of its data."""
