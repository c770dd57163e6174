"""The page of a merge request: who sees it, and what becomes of its notes' Markdown."""

import re
from html import unescape

import pytest

from tests.standin.test_notes import notes_of

REPORT = """\
<!-- jupyterhub-preview -->
## Preview of `lab`

| | resource | changes |
|---|:--|--:|
| **~** | `hub` | 2 |

<details><summary>All of it</summary>

```
+ env: <none>
```

</details>
"""


def page_of(browser, merge_request, username="cleo"):
    browser.sign_in(username)
    answer = browser.open(merge_request.web_url)
    assert answer.status_code == 200
    return answer.text


def shown(browser, gitlab_of, merge_request, body):
    notes_of(gitlab_of("bot"), merge_request).create({"body": body})
    [found] = re.findall(
        r'<div class="markdown">(.*?)</div>\n', page_of(browser, merge_request), re.DOTALL
    )
    return found.strip()


def test_it_shows_the_notes_oldest_first(browser, gitlab_of, merge_request):
    merge_request.description = "For *everyone*."
    merge_request.save()
    for body in ("first", "second"):
        notes_of(gitlab_of("bot"), merge_request).create({"body": body})
    text = page_of(browser, merge_request)
    parts = ["More memory", "Opened", "Ben Franklin", "<em>everyone</em>", "first", "second"]
    places = [text.index(part) for part in parts]
    assert places == sorted(places)
    merge_request.merge()
    assert "Merged" in page_of(browser, merge_request)


def test_a_report_is_rendered_as_gitlab_renders_it(browser, gitlab_of, merge_request):
    html = shown(browser, gitlab_of, merge_request, REPORT)
    assert "jupyterhub-preview" not in html
    assert "<h2>Preview of <code>lab</code></h2>" in html
    assert '<td align="left"><code>hub</code></td>' in html
    assert '<td align="right">2</td>' in html
    assert re.search(r"<details>\s*<summary>All of it</summary>\s*<pre><code>", html)
    assert "+ env: <none>" in unescape(html)
    assert "<none>" not in html


@pytest.mark.parametrize(
    ("body", "html"),
    [
        ("<script>alert(1)</script>x", "x"),
        ("a <b onclick='x()'>c</b>", "<p>a <b>c</b></p>"),
        ("[a](javascript:alert(1))", "<p>[a](javascript:alert(1))</p>"),
        ('<a href="javascript:alert(1)">a</a>', '<p><a rel="noopener noreferrer">a</a></p>'),
        ("a <img src=x onerror=alert(1)> b", "<p>a  b</p>"),
        ("<style>* {}</style>", ""),
        ('<p style="x" class="notice" id="n">a</p>', "<p>a</p>"),
        ("~~a~~ H<sub>2</sub>O<br>", "<p><s>a</s> H<sub>2</sub>O<br></p>"),
        ("a <!-- b --> c", "<p>a  c</p>"),
        ("a\nb", "<p>a\nb</p>"),
        ("{{ 7 * 7 }}", "<p>{{ 7 * 7 }}</p>"),
    ],
)
def test_what_could_harm_is_gone(browser, gitlab_of, merge_request, body, html):
    assert shown(browser, gitlab_of, merge_request, body) == html


def test_titles_and_names_are_no_html(browser, merge_request):
    merge_request.title = "<i>x</i>"
    merge_request.save()
    assert "<i>" not in page_of(browser, merge_request)


def test_who_is_not_signed_in_comes_back_after_signing_in(server, browser, merge_request):
    assert browser.open(merge_request.web_url).url == f"{server.url}/users/sign_in"
    answer = browser.sign_in("cleo")
    assert answer.url.rstrip("?") == merge_request.web_url


@pytest.mark.usefixtures("outsiders")
def test_others_are_told_that_there_is_nothing(server, browser, merge_request):
    browser.sign_in("ada")
    nowhere = [
        f"{server.url}/lab/{at}"
        for at in ("nowhere/-/merge_requests/1", "notebooks/-/merge_requests/999")
    ]
    assert [browser.open(address).status_code for address in nowhere] == [404, 404]
    for username in ("cleo", "mallory"):
        browser.sign_in(username)
        answer = browser.open(merge_request.web_url)
        assert answer.status_code == 404
        assert answer.headers["Content-Type"].startswith("text/html")
