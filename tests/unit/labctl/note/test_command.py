"""`labctl note` of a preview that printed nothing."""

from typer.testing import CliRunner

from labctl.__main__ import app

UNFINISHED = "Pulumi did not finish this preview: the job's log has what it said."


def test_a_preview_without_output_is_told_of_the_stack_that_is_named(tmp_path, monkeypatch):
    (tmp_path / "Pulumi.yaml").write_text("name: physics # of the faculty\nruntime: python\n")
    monkeypatch.chdir(tmp_path)
    done = CliRunner().invoke(app, ["note", "--print", "--stack", "lab"])
    assert done.stdout.startswith(
        "<!-- labctl note: physics/lab -->\n### Preview of `physics/lab`: "
    )
    assert UNFINISHED in done.stdout
    assert done.exit_code == 0


def test_a_preview_without_output_or_stack_is_refused():
    done = CliRunner().invoke(app, ["note", "--print"])
    assert (done.exit_code, done.stdout) == (1, "")
    assert "name it with --stack" in done.stderr
