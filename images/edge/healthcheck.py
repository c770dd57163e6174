"""Healthy when Caddy has a certificate to show, whoever vouches for it."""

import socket
import ssl

anyones = ssl.create_default_context()
anyones.check_hostname = False
anyones.verify_mode = ssl.CERT_NONE
with socket.create_connection(("127.0.0.1", 8443), timeout=2) as plain, anyones.wrap_socket(plain):
    pass
