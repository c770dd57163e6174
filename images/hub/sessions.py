"""How people sign in."""

from front import Limited
from jupyterhub.handlers.login import LoginHandler
from oauthenticator.oauth2 import OAuthCallbackHandler, OAuthLoginHandler


class WelcomeHandler(Limited, LoginHandler):
    """Sends people to the next."""


class AskHandler(Limited, OAuthLoginHandler):
    """Sends people to GitLab."""


class SignInHandler(Limited, OAuthCallbackHandler):
    """Takes people back from GitLab."""


HANDLERS = [(r"/login", WelcomeHandler)]
