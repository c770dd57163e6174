"""JupyterHub's single-user server without the hub's database, which it never opens.

`jupyterhub.log` and `jupyterhub.scopes` import the hub's handlers and tables for names that only
the hub uses: 0.5 s of SQLAlchemy and alembic at every start of a server. While the server is
imported, those modules are empty; an extension that wants SQLAlchemy itself gets the real one.
"""

import sys
from types import ModuleType

HUB_ONLY = (
    "jupyterhub.handlers",
    "jupyterhub.handlers.pages",
    "jupyterhub.orm",
    "jupyterhub.roles",
    "sqlalchemy",
    "sqlalchemy.exc",
)


class Empty(ModuleType):
    """A module in which every name is a class that nothing is an instance of."""

    def __getattr__(self, name):
        if name.startswith("__"):
            raise AttributeError(name)
        return type(name, (Exception,), {})


sys.modules.update({name: Empty(name) for name in HUB_ONLY})
from jupyterhub.singleuser import main  # noqa: E402

for name in HUB_ONLY:
    del sys.modules[name]

if __name__ == "__main__":
    main()
