"""Values stay inside their cell and their code, as a Markdown parser of its own right sees them."""

import re
from base64 import b64encode
from html import unescape

import pytest
from markdown_it import MarkdownIt

from labctl.markdown import LONGEST_VALUE, bullets, code, lines, table
from labctl.secrecy import SECRET, redacted
from labctl.values import UNKNOWN, revealed

NASTY = [
    *("", " ", "a|b", "|", "||", r"\|", r"a\|b\\|c", "`", "``", "a`b", "`a|b`", "\\", "a\\", "\\`"),
    *("<b>x</b>", "</details>", "<!-- -->", "-->", "<script>alert(1)</script>", "&amp;", "&#124;"),
    *("@ada", "@all", "#1", "!2", "$3", "$`x`$", ":smile:", "~bug", "%v1", "lab/notebooks#1"),
    *("/close", "\n/close\n", "a\n\n/merge", "\r\n/assign @ada", "---", "|---|", "# title", "> q"),
    *("**b**", "_a_ __b__", "[a](javascript:x)", "![a](b)", "<http://x.org>", "www.x.org", "a@b.c"),
    *("\x00", "\x1b[31mred", "\u202eevil", "\u2028", "\t", "\v\f", "é 中文 🦊", "'\"", "{}", "{0}"),
    *("x" * 5000, "|" * 5000, "`" * 5000, "\n" * 500, "a" * 64, "| a | b |\n|---|---|\n| c | d |"),
]
MARKDOWN = MarkdownIt("commonmark", {"html": True}).enable("table")


def cells(markdown: str) -> list[list[str]]:
    """Return the rendered cells of the rows of the only table."""
    html = MARKDOWN.render(markdown)
    assert html.count("<table>") == 1
    body = html.partition("<tbody>")[2].partition("</tbody>")[0]
    assert not html.partition("</table>")[2].strip()
    rows = re.findall(r"<tr>(.*?)</tr>", body, re.DOTALL)
    return [re.findall(r"<td>(.*?)</td>", row, re.DOTALL) for row in rows]


@pytest.mark.parametrize("value", NASTY)
def test_a_value_stays_in_its_cell_and_its_code(value):
    markdown = "\n".join(table(("a", "b", "c"), [("x", code(value), "y"), ("1", "2", "3")], 9000))
    (first, middle, last), second = cells(markdown)
    assert (first, last, second) == ("x", "y", ["1", "2", "3"])
    assert re.fullmatch(r"<code>[^<>]*</code>", middle), middle
    assert unescape(middle).isprintable()


@pytest.mark.parametrize("value", NASTY)
def test_a_value_stays_in_its_line(value):
    for text in (f"- about {code(value)}, and on", *bullets([f"about {lines(value)}."], 9000)):
        assert len(text.splitlines()) == 1
        html = MARKDOWN.render(text)
        bare = re.sub(r"<code>[^<>]*</code>|<br>", "", html)
        assert re.fullmatch(r"<ul>\n<li>about [, andon.]*</li>\n</ul>\n", bare), html


@pytest.mark.parametrize("value", ["a", "http://localhost:8888/", '["ada", "ben"]', "{username}"])
def test_what_is_plain_is_readable_in_the_text_too(value):
    assert code(value) == f"`{value}`"


def test_a_long_value_is_cut_before_it_becomes_markdown():
    assert code("|" * 5000).count("&#124;") == LONGEST_VALUE
    assert code("x" * 5000).endswith("… (4800 more characters)`")


def test_what_does_not_fit_is_counted():
    rows = [(code(f"value {number}"), code("|")) for number in range(1000)]
    shown = table(("a", "b"), rows, 2000)
    assert len("\n".join(shown)) < 2200
    assert shown[-1] == f"\n… and {1000 - (len(shown) - 3)} more rows."
    assert len(cells("\n".join(shown[:-1]))) == len(shown) - 3
    assert bullets(["a" * 50] * 10, 120)[-1] == "- … and 8 more."


SIGNATURE = "4dabf18193072939515e22adb298388d"
ENCRYPTED = {SIGNATURE: "1b47061264138c4ac30d75fd1eb44270", "ciphertext": "v1:canary"}
PEM = "-----BEGIN RSA PRIVATE KEY-----\ncanary\n-----END RSA PRIVATE KEY-----"


@pytest.mark.parametrize(
    "value",
    [
        ENCRYPTED,
        ["a", {"b": [ENCRYPTED]}],
        {"client_secret": "canary", "accessToken": "canary"},
        "https://ada:canary@example.org/path",
        ["PATH=/bin", "GITLAB_CLIENT_SECRET=canary", "JUPYTERHUB_CRYPT_KEY=canary"],
        f"before {PEM} after",
        "glpat-canary0123456789abcd",
        "v1:canary0=/+:canary12345=",
        {"tokens": ["canary"]},
        {"credentials": {"user": {"name": "canary"}}},
        {"password": 0xCA7A21},
        {"uploads": {"site.key": "canary"}},
        {"envs": ["API_AUTH_TOKEN=a canary", "TLS_KEY=a'canary"]},
        "https://u:p@canary@host",
        "TLS_KEY=canary SIGNING_KEY=canary --db-password=canary,canary",
        "PASSWORD='a canary' token = canary",
        '{"password": "a canary", "pin_key": "a\\"canary"}',
        r"{\"password\": \"canary\"}",
        '{"tokens": ["a", "canary"]}',
        "{'apiKey': 'canary'}",
        "password: canary",
        "Authorization: token canary",
        "curl -H 'Authorization: Basic canary' https://example.org",
        '{"Authorization": "token canary"}',
        "the header was: Bearer canary",
        "mysql --password canary --user ada",
        "https://ada:ca/canary@example.org/path",
        '{"secrets": {"a": {"b": 1}, "c": "canary"}}',
        '{"tokens": [["a"], "canary',
        "PRIVATE_KEY_PEM=canary SMTP_PASS=canary PGPASSWORD=canary",
        f"site.key: {PEM}",
        {"envs": ["DATABASE_URL=postgres://hub:canary@db/hub"]},
        {"command": ["--verbose", "--password", "canary", "--api-token=canary"]},
        {"labels": [{"label": "api_token", "value": "canary"}]},
    ],
)
def test_what_looks_like_a_secret_is_none_in_what_is_shown(value):
    assert "canary" not in code(revealed(value))
    assert str(0xCA7A21) not in code(revealed(value))
    assert SECRET in str(revealed(value))


def test_nobody_can_read_base64_so_it_is_shown_as_a_digest():
    encoded = b64encode(PEM.encode()).decode()
    shown = revealed({"uploads": [{"file": "/k", "contentBase64": encoded}]})["uploads"][0]
    assert re.fullmatch("sha256:[0-9a-f]{64}", shown["contentBase64"])
    assert shown != revealed({"file": "/k", "contentBase64": f"{encoded}a"})
    assert revealed({"contentBase64": ENCRYPTED}) == {"contentBase64": SECRET}


@pytest.mark.parametrize(
    "value",
    [
        ["--password-file", "/run/p", "--verbose", "yes"],
        ["--no-password", "--user", "ada"],
        ["password", "ada"],
    ],
)
def test_arguments_after_other_options_are_shown(value):
    assert revealed({"command": value}) == {"command": value}


@pytest.mark.parametrize(
    "value",
    [
        "http://localhost:8888/",
        "jupyterhub-lab:49f1b57dd2c1",
        "v1:2",
        "Missing required configuration key: hub",
        "pulumi config set --secret jupyterhub:gitlabClientSecret",
        "GITLAB_TOKEN_FILE=/run/secrets/token",
        "TOKENIZERS_PARALLELISM=false MONKEY=banana COMPASS=north",
        "OAUTH2_TOKEN_URL=https://gitlab.example.org/oauth/token",
        "SSH_PUBLIC_KEY=ssh-ed25519",
        "https://registry.example.org:8443/@scope/package",
        "labctl up --show-secrets --stack lab",
        "urn:pulumi:lab::hub::random:index/randomPassword:RandomPassword::hub-crypt-key",
    ],
)
def test_what_does_not_is_shown(value):
    assert redacted(value) == value
    assert revealed({"image": value, "gone": "04da6b54-80e4-46f7-96ec-b56ff0331ba9"}) == {
        "image": value,
        "gone": UNKNOWN,
    }
