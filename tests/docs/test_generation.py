"""What the guide makes from the code when it is built."""

from pygments.token import Generic

from dioptra.cli.app import app
from generation.command_line import CommandReference
from generation.console import ConsoleLexer
from generation.docstrings import keep_colons


def split(text: str) -> tuple[str, str]:
    """Gives the commands and the output that the lexer finds."""
    tokens = list(ConsoleLexer().get_tokens(text))
    typed = "".join(t for kind, t in tokens if kind not in (Generic.Prompt, Generic.Output))
    return typed, "".join(t for kind, t in tokens if kind is Generic.Output)


def test_what_follows_a_prompt_is_a_command_and_the_rest_is_output() -> None:
    assert split("$ ls\na\n$ ls b\n> c\n") == ("ls\nls b\nc\n", "a\n")


def test_a_command_goes_on_with_or_without_a_backslash() -> None:
    assert split("$ cat > f <<'EOF'\n> a\n>\n> EOF\n") == ("cat > f <<'EOF'\na\n\nEOF\n", "")


def test_output_may_look_like_the_continuation_of_a_command() -> None:
    assert split("$ diff a b\n1c1\n> two\n") == ("diff a b\n", "1c1\n> two\n")


def test_no_character_is_lost() -> None:
    text = "$ for i in 1 2; do\n>   echo $i\n> done\n1\n2\n"
    assert "".join(token for _, token in ConsoleLexer().get_tokens(text)) == text


def test_a_sentence_with_a_colon_stays_whole() -> None:
    lines = ["Give it.", "", "Returns:", "    The coefficient: 1 or 0."]
    keep_colons(None, "function", "", None, None, lines)
    assert lines[-1] == "    : The coefficient: 1 or 0."


def test_every_subcommand_has_a_section() -> None:
    text = "\n".join(CommandReference.lines(None))  # type: ignore[arg-type]
    commands = [name for name in app if not name.startswith("-")]
    assert len(commands) > 5
    assert not [name for name in commands if f"\ndioptra {name}" not in text]


def test_an_option_names_what_it_takes() -> None:
    text = "\n".join(CommandReference.lines(None))  # type: ignore[arg-type]
    assert ".. option:: -P NAME=VALUE, --parameter NAME=VALUE" in text
    assert "``dioptra run [PROJECT] [ENTRY_POINT] [-P NAME=VALUE ...]" in text
    assert ".. option:: --watch\n" in text
