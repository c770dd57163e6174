"""Values that are anything but plain."""

NASTY = [
    *("", " ", "a|b", "|", "||", r"\|", r"a\|b\\|c", "`", "``", "a`b", "`a|b`", "\\", "a\\", "\\`"),
    *("<b>x</b>", "</details>", "<!-- -->", "-->", "<script>alert(1)</script>", "&amp;", "&#124;"),
    *("@ada", "@all", "#1", "!2", "$3", "$`x`$", ":smile:", "~bug", "%v1", "lab/notebooks#1"),
    *("/close", "\n/close\n", "a\n\n/merge", "\r\n/assign @ada", "---", "|---|", "# title", "> q"),
    *("**b**", "_a_ __b__", "[a](javascript:x)", "![a](b)", "<http://x.org>", "www.x.org", "a@b.c"),
    *("\x00", "\x1b[31mred", "\u202eevil", "\u2028", "\t", "\v\f", "é 中文 🦊", "'\"", "{}", "{0}"),
    *("x" * 5000, "|" * 5000, "`" * 5000, "\n" * 500, "a" * 64, "| a | b |\n|---|---|\n| c | d |"),
]
