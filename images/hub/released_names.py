"""GitLab's user names, which people can give up and others take: files and rights stay behind."""

from typing import Any

from tornado.web import HTTPError


async def refuse_released_name(login: Any, handler: Any, auth_model: dict[str, Any]) -> Any:
    """Refuse who has a name that the hub knows another account of GitLab by: a post_auth_hook.

    A user of the hub who has not signed in yet, or of whom it keeps no state, is anybody's.
    """
    name = auth_model["name"]
    account = auth_model["auth_state"][login.user_auth_state_key]
    user = handler.find_user(name)
    state = await user.get_auth_state() if user else None
    known = (state or {}).get(login.user_auth_state_key, account)
    if known["id"] != account["id"]:
        msg = (
            f"The hub knows another GitLab account by the name {name}, and its files are still "
            "there. Ask an administrator to move those files away, and then to delete the user "
            f"{name} in the hub."
        )
        raise HTTPError(403, msg)
    return auth_model
