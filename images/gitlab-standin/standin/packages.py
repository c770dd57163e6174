"""The generic package registry in GitLab's REST API: lib/api/generic_packages.rb."""

import re
import shutil
from hashlib import file_digest
from pathlib import Path
from tempfile import TemporaryDirectory

from flask import Blueprint, request, send_file
from flask.typing import ResponseReturnValue

from .context import standin
from .database import now
from .guard import authenticate, not_found
from .parameters import refuse_faults
from .sources import find_project

NAMES = {
    "package_name": re.compile(r"[A-Za-z0-9._+-]+"),
    "package_version": re.compile(r"(?!.*\.\.)[\w+.-]+"),
    "file_name": re.compile(r"(?!~)[A-Za-z0-9._+~-]+(?<!~)"),
}
"""The names that are allowed, from GitLab's lib/gitlab/regex/packages.rb."""

MAX_FILE_BYTES = 1024**3
"""The largest file that this server takes; GitLab's own limit is 5 GiB."""

ADDRESS = "/<package_name>/<package_version>/<file_name>"

blueprint = Blueprint(
    "packages", __name__, url_prefix="/api/v4/projects/<path:key>/packages/generic"
)


@blueprint.put(ADDRESS)
def publish(key: str, **name: str) -> ResponseReturnValue:
    """Store a file. An older one of the same name stays stored, but is served no longer."""
    project = find_project(authenticate(job_token=True), key, "Developer")
    refuse_wrong(name)
    request.max_content_length = MAX_FILE_BYTES
    folder = files()
    folder.mkdir(exist_ok=True)
    with TemporaryDirectory(dir=folder) as unfinished:
        new = Path(unfinished, "file")
        with new.open("w+b") as file:
            shutil.copyfileobj(request.stream, file)
            file.seek(0)
            sha256 = file_digest(file, "sha256").hexdigest()
        new.rename(folder / sha256)
    standin().store.rows(
        "INSERT INTO package_file VALUES"
        " (NULL, :project_id, :package_name, :package_version, :file_name, :sha256, :created_at)",
        project_id=project.id,
        sha256=sha256,
        created_at=now(),
        **name,
    )
    return {"message": "201 Created"}, 201


@blueprint.get(ADDRESS)
def download(key: str, **name: str) -> ResponseReturnValue:
    """Send the file that was last published under a name."""
    project = find_project(authenticate(job_token=True), key, "Reporter")
    refuse_wrong(name)
    rows = standin().store.rows(
        "SELECT sha256 FROM package_file WHERE project_id = :project_id"
        " AND package_name = :package_name AND package_version = :package_version"
        " AND file_name = :file_name ORDER BY id DESC LIMIT 1",
        project_id=project.id,
        **name,
    )
    if not rows:
        not_found("Not found")
    sha256 = rows[0]["sha256"]
    answer = send_file(
        files() / sha256,
        mimetype="application/octet-stream",
        as_attachment=True,
        download_name=name["file_name"],
        etag=sha256,
    )
    answer.headers["X-Checksum-SHA256"] = sha256
    return answer


def files() -> Path:
    """Return the folder of the files, each named by its SHA-256 sum."""
    return standin().store.path.with_name("packages")


def refuse_wrong(name: dict[str, str]) -> None:
    """Refuse names with characters that GitLab does not take."""
    refuse_faults(
        [f"{part} is invalid" for part, form in NAMES.items() if not form.fullmatch(name[part])]
    )
