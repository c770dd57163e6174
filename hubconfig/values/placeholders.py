"""Texts that are secrets of GitLab's, or take the place of a value."""

import re

PLACEHOLDER = re.compile(
    r"|.*[<>…\s].*|.*\.\.\.|x+|change-?me|example|password|placeholder|secret|todo|token",
    re.IGNORECASE | re.DOTALL,
)
"""Matches a text that takes the place of a secret."""
NO_ID = re.compile(
    rf"gl[a-z]+-.*|(your|my)\b.*|(application|client)[ _-]?id|{PLACEHOLDER.pattern}",
    re.IGNORECASE | re.DOTALL,
)
"""Matches a secret of GitLab's, all of which begin with `gl`, some letters and a hyphen, and a text
that takes the place of an application's id."""
