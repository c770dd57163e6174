"""JupyterHub's single-user server without what its start can do without.

Some modules are imported for names that a notebook server never uses, or not until much later;
`tests/images/test_server.py` lists those that a start must not import. What saves how much of the
start in processor time, as `benchmarks.notebook` measures it, stands with each.
"""

import functools
import gc
import sys
from importlib import import_module, metadata
from importlib.util import find_spec
from pathlib import Path
from threading import Lock
from types import ModuleType

EMPTY = (
    # jupyterhub.log and .scopes import the hub's handlers and tables: a third of the start.
    "jupyterhub.handlers",
    "jupyterhub.handlers.pages",
    "jupyterhub.orm",
    "jupyterhub.roles",
    "sqlalchemy",
    "sqlalchemy.exc",
    # aiohttp's resolver for thousands of names a second; it takes the system's. 3 %
    "aiodns",
)
"""Modules that are empty while the server is imported; who wants them later gets the real ones."""


class Empty(ModuleType):
    """A module in which every name is a class that nothing is an instance of."""

    def __getattr__(self, name):
        if name.startswith("__"):
            raise AttributeError(name)
        return type(name, (Exception,), {})


class Later(ModuleType):
    """A module, of no package, that is imported when something in it is first wanted."""

    removal = Lock()
    """Not held while it imports: modules have locks of their own, and other threads hold those."""

    def __getattr__(self, name):
        with self.removal:
            if sys.modules.get(self.__name__) is self:
                del sys.modules[self.__name__]
        # As the statement does: in a circle of threads import_module raises _DeadlockError.
        return getattr(__import__(self.__name__), name)


def import_without_package(package, module):
    """Import one module of a package, but nothing that the package itself imports."""
    found = find_spec(package)
    if not found:
        return
    sys.modules[package] = Empty(package)
    sys.modules[package].__path__ = found.submodule_search_locations
    alone = import_module(f"{package}.{module}")
    for name in [name for name in sys.modules if name.split(".")[0] == package]:
        del sys.modules[name]
    sys.modules[alone.__name__] = alone


def entry_points(**wanted):
    """As `importlib.metadata.entry_points`, which reads every package's file at each call."""
    folders = [(path, path.stat().st_mtime_ns) for path in map(Path, sys.path) if path.is_dir()]
    return _entry_points(*folders).select(**wanted)


@functools.lru_cache(maxsize=1)
def _entry_points(*_changed, read=metadata.entry_points):
    return read()


gc.disable()  # what is imported stays: looking for garbage in it finds none. 9 %
metadata.entry_points = entry_points  # jupyter_lsp asks five times. 4 %
import_without_package("IPython", "paths")  # jupyter_client and notebook_shim: where it is. 4 %
sys.modules["requests"] = Later("requests")  # nbdime and jupyterlab_server, for a URL. 5 %
sys.modules.update({name: Empty(name) for name in EMPTY})
from jupyterhub.singleuser import main  # noqa: E402

for name in EMPTY:
    del sys.modules[name]
gc.freeze()
gc.enable()

if __name__ == "__main__":
    main()
