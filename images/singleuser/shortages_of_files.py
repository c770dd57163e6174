"""What a server says of files for which a home has no room, or the server no memory."""

import os
from pathlib import Path

from jupyter_core.utils import ensure_async
from tornado.web import HTTPError

LEAST_BYTES = 2**20
"""Where less is left, a home is full."""
FULL = (
    "Your home is full: nothing can be saved. Delete something; "
    "a terminal lists what takes most room: du -ahd 1 ~ | sort -h"
)
COPIES = 8
"""How many times a file's size a server has to have: it holds the file as bytes, as text, as JSON
and encoded, at least, and kernels have memory, too."""
TOO_LARGE = (
    "This file has {} MiB. To open it here would take all memory of your server. Read it in a "
    "notebook, part by part, or download it"
)


def is_full(folder):
    """Return whether there is no room for files; not every file system counts all of it."""
    try:
        room = os.statvfs(folder)
    except OSError:  # such as of a file server that is away
        return False
    bytes_full = room.f_blocks and room.f_bavail * room.f_frsize < LEAST_BYTES
    return bool(bytes_full or (room.f_files and not room.f_favail))


def saving(save):
    """Return a contents manager's `save` that tells when it fails since the home is full.

    Jupyter would say of a new file that its backup is missing, and of a notebook that a database is
    locked.
    """

    async def saved(*arguments, **named):
        try:
            return await ensure_async(save(*arguments, **named))
        except HTTPError as error:
            if error.status_code == 500 and is_full(Path.home()):
                raise HTTPError(507, FULL) from error
            raise

    return saved


def opening(get):
    """Return a contents manager's `get` that opens no file which is too large for the server.

    Jupyter would read all of it, and Linux end the server, with all that runs in it.
    """
    limit = int(os.environ.get("MEM_LIMIT") or 0)

    async def opened(path, content=True, **named):
        if content and limit:
            found = await ensure_async(get(path, content=False, **named))
            size = found.get("size") or 0
            if size * COPIES > limit:
                raise HTTPError(413, reason=TOO_LARGE.format(size // 2**20))
        return await ensure_async(get(path, content, **named))

    return opened


def is_signed(store, digest, algorithm):
    """Return whether a notebook is signed, which is asked when it is opened.

    Jupyter would also write down when that was, and open nothing in a full home.
    """
    question = "SELECT 1 FROM nbsignatures WHERE algorithm = ? AND signature = ?"
    return store.db.execute(question, (algorithm, digest)).fetchone() is not None
