"""As much of a hub as a single-user server asks for when it starts; runs inside a container."""

from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

ADDRESS = ("127.0.0.1", 8081)
SERVER_PORT = 8888
ENVIRONMENT = {
    "JUPYTERHUB_API_TOKEN": "token",
    "JUPYTERHUB_API_URL": f"http://localhost:{ADDRESS[1]}/hub/api",  # to be resolved, as a hub's
    "JUPYTERHUB_BASE_URL": "/",
    "JUPYTERHUB_CLIENT_ID": "jupyterhub-user-ada",
    "JUPYTERHUB_OAUTH_CALLBACK_URL": "/user/ada/oauth_callback",
    "JUPYTERHUB_SERVICE_PREFIX": "/user/ada/",
    "JUPYTERHUB_SERVICE_URL": f"http://0.0.0.0:{SERVER_PORT}/user/ada/",
    "JUPYTERHUB_USER": "ada",
}
"""What a spawner tells the server."""


class Hub(BaseHTTPRequestHandler):
    """Answers every request as the API's root would."""

    def do_GET(self) -> None:
        answer = b'{"version": "0"}'
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)

    do_POST = do_GET  # noqa: N815

    def log_message(self, *_: object) -> None:
        """Keep quiet."""


if __name__ == "__main__":
    ThreadingHTTPServer(ADDRESS, Hub).serve_forever()
