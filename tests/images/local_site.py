"""What a closed network serves to builds: mirrors, CUDA's archive, conda's installer, oh-my-zsh.

Always at one address and with the same content, so that a second test run finds the layers that
are built with it in the cache.
"""

import hashlib
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

PORT = 28077  # below those that the kernel gives to connections
ADDRESS = f"http://127.0.0.1:{PORT}"
MIRROR = f"{ADDRESS}/mirror-of-the-site"
CUDA = f"{ADDRESS}/cuda/repos/ubuntu2404/x86_64"

INSTALLER = b"""#!/bin/bash
# Stands in for conda's installer: -b -p DIRECTORY
mkdir -p "$3/condabin" "$3/etc/profile.d"
printf '#!/bin/bash\\necho conda stand-in' > "$3/condabin/conda"
chmod +x "$3/condabin/conda"
touch "$3/etc/profile.d/conda.sh"
"""
INSTALLER_SHA256 = hashlib.sha256(INSTALLER).hexdigest()
ARCHIVE = f"SHA256:\n {hashlib.sha256(b'').hexdigest()} 0 Packages\n"
"""The file Release of an archive of no packages."""
OH_MY_ZSH = """\
commit refs/heads/master
committer Test <test@example.org> 0 +0000
data <<END
pinned
END
M 644 inline oh-my-zsh.sh
data <<END
source $ZSH/themes/$ZSH_THEME.zsh-theme
END
M 644 inline themes/bira.zsh-theme
data <<END
PROMPT="bira of the pinned commit"
END
commit refs/heads/master
committer Test <test@example.org> 0 +0000
data <<END
later
END
M 644 inline themes/bira.zsh-theme
data <<END
PROMPT="bira of a later commit"
END
"""
"""Two commits of a look-alike, as `git fast-import` reads them."""
OH_MY_ZSH_COMMIT = "c9dcb8e3fb165e1093c54fd9d91174e5c9d4dcf6"
"""The first of them."""


class Site(ThreadingHTTPServer):
    """Two test runs may serve at the same time; either answers."""

    allow_reuse_port = True


class Handler(SimpleHTTPRequestHandler):
    """Files; and a mirror, which sends whoever asks on to what it mirrors."""

    def __init__(self, *args, mirrored, **options):
        self.mirrored = mirrored
        super().__init__(*args, **options)

    def do_GET(self):
        path = self.path.removeprefix(MIRROR.removeprefix(ADDRESS) + "/")
        name, _, rest = path.partition("/")
        if path == self.path or name not in self.mirrored:
            super().do_GET()
            return
        self.send_response(302)
        self.send_header("Location", f"{self.mirrored[name]}/{rest}")
        self.end_headers()

    def log_message(self, *_):
        """Keep quiet."""


@contextmanager
def serve(
    folder: Path, mirrored: dict[str, str], *, installer: str, oh_my_zsh: str
) -> Iterator[None]:
    """Serve from `folder`, which is empty, and a mirror of addresses by their last part.

    The stand-ins for conda's installer and oh-my-zsh's repository are at these paths.
    """
    file, repository = folder / installer.lstrip("/"), folder / oh_my_zsh.lstrip("/")
    file.parent.mkdir(parents=True)
    file.write_bytes(INSTALLER)
    archive = folder / CUDA.removeprefix(f"{ADDRESS}/")
    archive.mkdir(parents=True)
    (archive / "Release").write_text(ARCHIVE)
    (archive / "Packages").touch()
    repository.parent.mkdir()
    for command in ("init --quiet --bare", "fast-import --quiet", "update-server-info"):
        git = ["git", f"--git-dir={repository}", *command.split()]
        subprocess.run(git, input=OH_MY_ZSH, text=True, check=True)
    handler = partial(Handler, directory=str(folder), mirrored=mirrored)
    with Site(("127.0.0.1", PORT), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield
        server.shutdown()
