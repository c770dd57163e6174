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
SEQUENCE = re.compile(r"\x1b\[[0-9;?]*[@-~]")
"""What sets a terminal's colours, or moves its cursor."""


@dataclass(frozen=True)
class Ending:
    """How a server has ended; `stopped` tells that the hub has stopped it.

    `at` is in seconds since 1970, `memory_mib` what the server could use, and `because` a sentence
    on why the hub has stopped it by itself.
    """

    server: str
    at: float
    exit_code: int
    out_of_memory: bool
    memory_mib: int
    stopped: bool
    log: str
    because: str = ""

    @classmethod
    def of(
        cls, server: str, container: Any, log: bytes, *, stopped: bool, because: str = ""
    ) -> "Ending":
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
            log=readable(log),
            because=because if stopped else "",
        )

    @property
    def when(self) -> str:
        """When it has ended, for people to read."""
        return time.strftime("%Y-%m-%d %H:%M UTC", time.gmtime(self.at))

    @property
    def why(self) -> str:
        """In a sentence, why it has ended."""
        if self.stopped:
            return self.because or "It was stopped."
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
        """Keep an ending in place of the server's last; forget all that are too old."""
        self.folder.mkdir(mode=0o700, exist_ok=True)
        for file in self.folder.iterdir():
            if _is_old(file.stat().st_mtime):
                file.unlink(missing_ok=True)
        self._file(ending.server).write_text(json.dumps(asdict(ending)))

    def of(self, server: str) -> Ending | None:
        """Return a server's last ending, if there is one."""
        return _read(self._file(server))

    def newest(self) -> Iterator[Ending]:
        """Yield the last endings, one of each server, the newest first; forget what is too old."""
        files = [*self.folder.iterdir()] if self.folder.exists() else []
        for file in sorted(files, key=lambda file: file.stat().st_mtime, reverse=True):
            if ending := _read(file):
                yield ending

    def forget(self, server: str) -> None:
        """Forget a server's last ending."""
        self._file(server).unlink(missing_ok=True)

    def _file(self, server: str) -> Path:
        return self.folder / f"{sha256(server.encode()).hexdigest()}.json"


def readable(log: bytes) -> str:
    """Return the end of a log without what no page should have, such as what turns lines around."""
    text = SEQUENCE.sub("", log.decode(errors="replace"))
    return "".join(each for each in text if each.isprintable() or each in "\n\t")[-LONGEST:]


def _is_old(at: float) -> bool:
    return at < time.time() - DAYS * 24 * 3600


def _read(file: Path) -> Ending | None:
    """Return what is in a file; forget it if it is too old, or of another version of this hub."""
    try:
        ending = Ending(**json.loads(file.read_text()))
    except (FileNotFoundError, ValueError, TypeError):
        return None
    if _is_old(ending.at):
        file.unlink(missing_ok=True)
        return None
    return ending


KEPT = Endings(Path("endings"))
"""Those of the hub's own servers: in its working directory, which is the volume of its data."""
