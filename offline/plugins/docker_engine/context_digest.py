"""The digest of a build context, by which a change of its files shows in a preview.

It is made as in the official plug-in, so that the same folder gives the same digest. It is the
SHA-256 of these parts of the Dockerfile and then of every file that `.dockerignore` does not
exclude: its path, its mode as Go prints it, the SHA-256 of its content, or of a link's target, and
a zero byte.
"""

import hashlib
import os
import re
import stat
from collections.abc import Iterator
from pathlib import Path

from ..errors import PluginError

GO_TYPES = {
    stat.S_IFLNK: "L",
    stat.S_IFIFO: "p",
    stat.S_IFSOCK: "S",
    stat.S_IFBLK: "D",
    stat.S_IFCHR: "Dc",
}
GO_FLAGS = ((stat.S_ISUID, "u"), (stat.S_ISGID, "g"), (stat.S_ISVTX, "t"))


def context_digest(context: Path, dockerfile: Path) -> str:
    """Return the digest in hexadecimal; raise `PluginError` if a file cannot be read."""
    if not dockerfile.is_file():
        inside = context / dockerfile
        hint = f"; did you mean {inside}?" if inside.is_file() else f" in {Path.cwd()}"
        msg = f"build.dockerfile is {dockerfile}, and there is no such file{hint}"
        raise PluginError(msg)
    digest = hashlib.sha256()

    def add(name: str, mode: str, content: bytes) -> None:
        digest.update(name.encode() + mode.encode() + content + b"\0")

    try:
        # The Dockerfile has one name, wherever it is. If it is in the context, it counts twice.
        add("Dockerfile", "-" * 10, hashlib.sha256(dockerfile.read_bytes()).digest())
        for name in kept_files(context, ignore_rules(context, dockerfile)):
            file = context / name
            mode = file.lstat().st_mode
            add(name, go_mode(mode), content_digest(file, mode))
    except OSError as error:
        msg = f"cannot read build.context {context}: {error}"
        raise PluginError(msg) from error
    return digest.hexdigest()


def content_digest(file: Path, mode: int) -> bytes:
    """Return the SHA-256 of a file's content or of a link's target; of nothing for other kinds."""
    if stat.S_ISLNK(mode):
        return hashlib.sha256(link_target(file).encode()).digest()
    if stat.S_ISREG(mode):
        with file.open("rb") as content:
            return hashlib.file_digest(content, "sha256").digest()
    return hashlib.sha256().digest()


def kept_files(context: Path, rules: list[tuple[re.Pattern[str], bool]]) -> Iterator[str]:
    """Yield the paths of all files that are not ignored, sorted by name within each folder."""

    def walk(folder: Path, prefix: str, parents: list[str]) -> Iterator[str]:
        for entry in sorted(os.scandir(folder), key=lambda entry: os.fsencode(entry.name)):
            path = prefix + entry.name
            if entry.is_dir(follow_symlinks=False):
                yield from walk(Path(entry.path), f"{path}/", [*parents, path])
            elif not ignored(rules, [*parents, path]):
                yield path

    return walk(context, "", [])


def ignored(rules: list[tuple[re.Pattern[str], bool]], path: list[str]) -> bool:
    """Tell whether the last rule that matches a path, or a folder above it, ignores it."""
    matching = (drops for rule, drops in reversed(rules) if any(map(rule.fullmatch, path)))
    return next(matching, False)


def ignore_rules(context: Path, dockerfile: Path) -> list[tuple[re.Pattern[str], bool]]:
    """Return the rules of `<Dockerfile>.dockerignore` or of the context's `.dockerignore`.

    Each has a pattern for paths, and whether they are ignored or kept.
    """
    files = (Path(f"{dockerfile}.dockerignore"), context / ".dockerignore")
    file = next((file for file in files if file.exists()), None)
    lines = file.read_text("utf-8-sig").splitlines() if file else []
    rules = []
    for line in lines:
        rule = line.strip()
        if rule and not line.startswith("#"):
            drops = not rule.startswith("!")
            pattern = os.path.normpath(rule.removeprefix("!").strip())
            pattern = "/" + pattern.lstrip("/") if pattern.startswith("/") else pattern
            rules.append((ignore_pattern(pattern.removeprefix("/") or "/"), drops))
    return rules


def ignore_pattern(rule: str) -> re.Pattern[str]:
    """Return a rule's regular expression: `**` matches across folders, `*` and `?` within one."""
    forms = {"**/": "(.*/)?", "**": ".*", "*": "[^/]*", "?": "[^/]"}
    parts = re.findall(r"\*\*/|\*\*|\*|\?|\[[^]]*\]|\\.|.", rule)
    return re.compile(
        "".join(
            forms.get(part) or (part if part[0] in "[\\" and len(part) > 1 else re.escape(part))
            for part in parts
        ),
        re.DOTALL,
    )


def go_mode(mode: int) -> str:
    """Return a file's mode as Go's `FileMode` prints it, such as `-rwxr-xr-x`."""
    kind = GO_TYPES.get(stat.S_IFMT(mode), "")
    flags = "".join(letter for bit, letter in GO_FLAGS if mode & bit)
    bits = "".join(letter if mode & (1 << (8 - i)) else "-" for i, letter in enumerate("rwx" * 3))
    return (kind + flags or "-") + bits


def link_target(link: Path) -> str:
    """Return the path to which a link leads, following all links on the way.

    It is relative if the link's own path and all those links are.
    """
    done: list[str] = []
    todo = str(link).split("/")
    for _ in range(255 * 16):
        if not todo:
            return os.path.normpath("/".join(done)) if done else "."
        part = todo.pop(0)
        if part == ".." and done and done[-1] not in ("", ".."):
            done.pop()
        elif part not in (".", "") or not done:
            here = "/".join([*done, part])
            if part not in ("", "..", ".") and Path(here).is_symlink():
                target = os.readlink(here)  # noqa: PTH115  # Path would lose a trailing slash
                done = [] if target.startswith("/") else done
                todo = [*target.split("/"), *todo]
            elif part != ".":
                done.append(part)
    msg = f"{link} is a link that leads back to itself; remove it"
    raise PluginError(msg)
