"""What every server has; what people's own configuration says comes after it."""

import os
import shutil

c = get_config()  # noqa: F821  # Jupyter provides it

# As of a widget's upload: 200 MiB, and not 10. A longer message ends the connection.
c.ServerApp.tornado_settings = {"websocket_max_message_size": 200 * 1024 * 1024}
if sites := os.environ.get("JUPYTERHUB_EMBED_IN"):
    c.ServerApp.tornado_settings["headers"] = {
        "Content-Security-Policy": f"frame-ancestors {sites}"
    }

# Formats that take programs which are not here; the menu has what works. Those of a home are found.
if not shutil.which("pandoc"):
    c.ASCIIDocExporter.enabled = c.LatexExporter.enabled = c.RSTExporter.enabled = False
if not shutil.which("xelatex"):
    c.PDFExporter.enabled = False
c.QtPDFExporter.enabled = c.QtPNGExporter.enabled = c.WebPDFExporter.enabled = False
