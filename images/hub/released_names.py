"""Guards the files and rights of people whose GitLab user name was given up and taken by others."""

from typing import Any

from tornado.web import HTTPError


async def refuse_released_name(login: Any, handler: Any, auth_model: dict[str, Any]) -> Any:
    """Refuse an account of GitLab whose name the hub knows as another one's: a post_auth_hook.

    Returns `auth_model` as it is, or raises `HTTPError` 403. A user of the hub who has not signed
    in yet, or of whom the hub keeps no state, can be any account with the name.
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
