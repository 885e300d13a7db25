import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from dioptra import pyplugs
from dioptra.pyplugs.lookup import broken, call, exists, funcs, get, info, names
from dioptra.sdk.exceptions import (
    MissingRequirementError,
    PluginArgumentError,
    PluginImportError,
    UnknownPackageError,
    UnknownPluginError,
    UnknownPluginFunctionError,
)
from dioptra.sdk.utilities.contexts import plugin_dirs

WritePackage = Callable[..., Path]

PACKAGE = "mine_of_test"
OPS = '''
    """Operations.

    On two numbers.
    """

    from dioptra import pyplugs

    @pyplugs.register
    def subtract(left: int, right: int = 1) -> int:
        """Subtract one number
        from another.

        Args:
            left: The one.
        """
        return left - right

    @pyplugs.register()
    def add(left, *more, **named): return left + sum(more) + sum(named.values())

    def helper(): pass
'''
SORTED = """
    from dioptra import pyplugs

    @pyplugs.register(sort_value=2)
    def second(): return 2

    @pyplugs.register
    def zeroth(): return 0

    @pyplugs.register(sort_value=2)
    def also_second(): return 2

    @pyplugs.register(sort_value=-0.5)
    def before_all(): return -1
"""
NAMED = """
    from dioptra import pyplugs

    @pyplugs.register
    def apply(value, func="none"): return value, func

    @pyplugs.register
    def move(package, plugin="by hand"): return package, plugin

    @pyplugs.register
    def only(package, /, func): return package, func

    @pyplugs.register
    def plain(value): return value
"""
LOOSE = """
    from dioptra import pyplugs

    @pyplugs.register
    def loose(**named): return named

    @pyplugs.register
    def other(value=1): return value
"""
NEEDY = """
    from dioptra import pyplugs

    @pyplugs.register(requires=("no_such_library",))
    def needy(): import no_such_library
"""
CHECK_PATH = "is its folder on the import path (see dioptra.sdk.utilities.contexts.plugin_dirs)?"
CHECK_PLUGIN = "does it register a function with @pyplugs.register?"
CHECK_FUNC = "is it decorated with @pyplugs.register?"


@pytest.fixture
def mine(write_package: WritePackage, on_path: None) -> Path:  # noqa: ARG001 - fixtures
    return write_package(
        PACKAGE,
        ops=OPS,
        ranks=SORTED,
        needy=NEEDY,
        plain="x = 1",
        _private="1 / 0",
    )


def failure(function: Callable[..., Any], *args: Any) -> str:
    with pytest.raises(LookupError) as caught:
        function(*args)
    return str(caught.value)


@pytest.mark.usefixtures("mine")
def test_plugins_are_the_modules_that_register_a_function() -> None:
    assert names(PACKAGE) == ["needy", "ops", "ranks"]


@pytest.mark.usefixtures("mine")
def test_packages_within_a_package_are_no_plugins(write_package: WritePackage) -> None:
    write_package(f"{PACKAGE}.deep", inner=SORTED)
    assert "deep" not in names(PACKAGE)
    assert names(f"{PACKAGE}.deep") == ["inner"]


@pytest.mark.usefixtures("mine")
def test_a_plain_module_has_no_plugins() -> None:
    assert names(f"{PACKAGE}.plain") == []


@pytest.mark.usefixtures("mine")
def test_functions_of_one_rank_keep_the_order_of_the_file() -> None:
    assert funcs(PACKAGE, "ops") == ["subtract", "add"]


@pytest.mark.usefixtures("mine")
def test_functions_are_sorted_by_their_rank() -> None:
    assert funcs(PACKAGE, "ranks") == ["before_all", "zeroth", "second", "also_second"]


@pytest.mark.usefixtures("mine")
def test_looking_up_one_plugin_imports_no_other() -> None:
    info(PACKAGE, "ops")
    assert f"{PACKAGE}.ops" in sys.modules
    assert f"{PACKAGE}.ranks" not in sys.modules


@pytest.mark.usefixtures("mine")
def test_info_tells_what_is_known_of_a_function() -> None:
    found = info(PACKAGE, "ops", "subtract")
    assert (found.package_name, found.plugin_name, found.func_name) == (PACKAGE, "ops", "subtract")
    assert found.description == "Subtract one number from another."
    assert found.doc == "Args:\n    left: The one."
    assert found.module_doc == "Operations.\n\nOn two numbers."
    assert (found.sort_value, found.requires, found.nout) == (0, (), None)
    assert found.func(3) == 2


@pytest.mark.usefixtures("mine")
def test_info_of_a_function_without_a_docstring_is_empty() -> None:
    found = info(PACKAGE, "ranks", "second")
    assert (found.description, found.doc, found.module_doc) == ("", "", "")


@pytest.mark.usefixtures("mine")
def test_without_a_name_the_first_function_is_meant() -> None:
    assert info(PACKAGE, "ops").func_name == "subtract"
    assert info(PACKAGE, "ranks").func_name == "before_all"
    assert get(PACKAGE, "ranks") is get(PACKAGE, "ranks", "before_all")
    assert call(PACKAGE, "ranks") == -1


@pytest.mark.usefixtures("mine")
@pytest.mark.parametrize(
    ("path", "there"),
    [
        ((PACKAGE, "ops"), True),
        ((PACKAGE, "ops", "add"), True),
        ((PACKAGE, "needy"), True),
        ((PACKAGE, "ops", "helper"), False),
        ((PACKAGE, "plain"), False),
        ((PACKAGE, "_private"), False),
        ((PACKAGE, "nothing"), False),
        (("nowhere_of_test", "ops"), False),
        ((f"{PACKAGE}.nowhere", "ops", "add"), False),
        ((f"{PACKAGE}.ops.deeper", "ops"), False),
    ],
)
def test_a_function_exists_or_not(path: tuple[str, ...], there: bool) -> None:
    assert exists(*path) is there


@pytest.mark.usefixtures("mine")
def test_get_gives_the_function_of_the_module() -> None:
    assert get(PACKAGE, "ops", "add") is sys.modules[f"{PACKAGE}.ops"].add


@pytest.mark.usefixtures("mine")
def test_call_passes_its_arguments_on() -> None:
    assert call(PACKAGE, "ops", "add", 1, 2, 3) == 6
    assert call(PACKAGE, "ops", "subtract", right=2, left=5) == 3


@pytest.mark.usefixtures("mine")
def test_arguments_may_have_the_names_of_the_look_up() -> None:
    assert call(PACKAGE, "ops", "add", 1, package=2, plugin=3, func=4) == 10


@pytest.mark.usefixtures("mine")
@pytest.mark.parametrize(
    ("names", "keywords"),
    [
        ((), {"package": PACKAGE, "plugin": "ops", "func": "add"}),
        ((PACKAGE,), {"plugin": "ops", "func": "add"}),
        ((PACKAGE, "ops"), {"func": "add"}),
    ],
)
def test_names_may_be_given_by_keyword(names: tuple[str, ...], keywords: dict[str, str]) -> None:
    assert call(*names, **keywords, left=1, right=2) == 3
    for lookup in (get, exists, info):
        assert lookup(*names, **keywords)


@pytest.mark.usefixtures("mine")
@pytest.mark.parametrize("keywords", [{}, {"func": None}])
def test_without_the_name_of_a_function_keywords_go_to_the_first(keywords: dict[str, Any]) -> None:
    assert call(package=PACKAGE, plugin="ops", left=5, **keywords) == 4
    assert call(PACKAGE, plugin="ops", left=5, right=3, **keywords) == 2
    assert call(PACKAGE, "ops", left=5, right=3, **keywords) == 2


@pytest.fixture
def named(write_package: WritePackage, on_path: None) -> None:  # noqa: ARG001 - a fixture
    write_package(PACKAGE, named=NAMED, loose=LOOSE)


@pytest.mark.usefixtures("named")
def test_an_argument_of_the_function_has_the_keyword_of_its_name() -> None:
    assert call(PACKAGE, "named", func="mine", value=1) == (1, "mine")
    assert call(PACKAGE, "named", func=None, value=1) == (1, None)
    assert call(PACKAGE, "named", func=[1], value=1) == (1, [1])
    assert call(PACKAGE, "named", "apply", func="plain", value=1) == (1, "plain")
    assert call(PACKAGE, "named", None, 1, func="plain") == (1, "plain")
    assert call(PACKAGE, "named", "move", package=1, plugin=2) == (1, 2)
    assert call(PACKAGE, "named", "only", 1, func="plain") == (1, "plain")


@pytest.mark.usefixtures("named")
def test_a_function_of_any_keywords_gets_those_that_are_no_names() -> None:
    assert call(PACKAGE, "loose", func="mine") == {"func": "mine"}
    assert call(PACKAGE, "loose", "loose", func="other", plugin=2) == {"func": "other", "plugin": 2}
    assert call(package=PACKAGE, plugin="loose", func="other", value=3) == 3
    assert call(package=PACKAGE, plugin="loose", func="loose", x=1) == {"x": 1}


@pytest.mark.usefixtures("named")
@pytest.mark.parametrize(
    ("names", "keywords", "message"),
    [
        (
            (PACKAGE, "named"),
            {"func": "plain", "value": 1},
            (
                f"func='plain' names a task of '{PACKAGE}.named', and may be an argument of its "
                "first one, 'apply', too; give the name of the task by position"
            ),
        ),
        (
            (PACKAGE, "loose"),
            {"func": "other"},
            (
                f"func='other' names a task of '{PACKAGE}.loose', and may be an argument of its "
                "first one, 'loose', too; give the name of the task by position"
            ),
        ),
        (
            (),
            {"package": PACKAGE, "plugin": "named", "func": "apply"},
            (
                f"func='apply' names a task of '{PACKAGE}.named', and may be an argument of its "
                "first one, 'apply', too; give the name of the task by position"
            ),
        ),
        (
            (PACKAGE,),
            {"plugin": "of_keywords", "func": "move"},
            (
                f"{PACKAGE}.of_keywords.move has an argument 'plugin' itself, so "
                "plugin='of_keywords' may be either; give the names of the task by position: "
                f"'{PACKAGE}', 'of_keywords', 'move'"
            ),
        ),
    ],
)
def test_a_keyword_that_may_be_a_name_or_an_argument_is_refused(
    write_package: WritePackage, names: tuple[str, ...], keywords: dict[str, Any], message: str
) -> None:
    moving = NAMED.replace("def apply(value, func=", "def apply(value, other=")
    write_package(PACKAGE, of_keywords=moving)
    with pytest.raises(PluginArgumentError) as caught:
        call(*names, **keywords)
    assert str(caught.value) == message


@pytest.mark.usefixtures("mine")
@pytest.mark.parametrize(
    ("names", "keywords", "got"),
    [
        ((), {}, "no package; "),
        ((PACKAGE,), {"left": 1}, "no plugin; "),
        ((), {"plugin": "ops", "func": "add"}, "no package; "),
        ((PACKAGE, "ops", 5), {}, "func is 5, which is no name; "),
        ((5, "ops"), {}, "package is 5, which is no name; "),
        ((), {"package": PACKAGE, "plugin": 5}, "plugin is 5, which is no name; "),
    ],
)
def test_a_name_that_is_missing_or_is_no_text_is_refused(
    names: tuple[Any, ...], keywords: dict[str, Any], got: str
) -> None:
    with pytest.raises(TypeError) as caught:
        call(*names, **keywords)
    assert str(caught.value) == (
        f"{got}a task is named by package, plugin and func, which stand before its arguments or "
        "are given by keyword"
    )


@pytest.mark.usefixtures("mine")
def test_an_unknown_function_that_is_named_by_keyword_names_the_nearest() -> None:
    with pytest.raises(UnknownPluginFunctionError, match=r"no task named 'ad'.*did you mean 'add'"):
        call(PACKAGE, "ops", func="ad", left=1)


@pytest.mark.usefixtures("mine")
def test_a_built_in_plugin_is_found_by_its_names() -> None:
    assert exists("dioptra_builtins.random", "rng", "init_rng")
    seed, _ = call("dioptra_builtins.random", "rng", None, 3)
    assert seed == 3


def test_an_unknown_package_names_the_nearest() -> None:
    message = failure(names, "dioptra_builtins.randon")
    assert message.startswith("no plugin package named 'dioptra_builtins.randon'; did you mean ")
    assert "'dioptra_builtins.random'" in message
    assert message.endswith(f"? {CHECK_PATH}")


def test_an_unknown_package_lists_all_that_stand_beside_it(
    write_package: WritePackage, mine: Path
) -> None:
    assert mine.is_dir()
    write_package(f"{PACKAGE}.one")
    write_package(f"{PACKAGE}.two")
    assert failure(funcs, f"{PACKAGE}.zzzzzzzzzzzzzzzzzzzzzzzzzzz", "ops") == (
        f"no plugin package named '{PACKAGE}.zzzzzzzzzzzzzzzzzzzzzzzzzzz'; "
        f"known: {PACKAGE}.one, {PACKAGE}.two; {CHECK_PATH}"
    )


@pytest.mark.usefixtures("mine")
def test_an_unknown_package_of_the_top_names_the_nearest() -> None:
    assert failure(info, "mine_of_tets", "ops") == (
        f"no plugin package named 'mine_of_tets'; did you mean 'mine_of_test'? {CHECK_PATH}"
    )


@pytest.mark.usefixtures("mine")
@pytest.mark.parametrize(
    "package", ["qqqq_of_test", "nowhere_of_test.deep", f"{PACKAGE}.plain.deep"]
)
def test_an_unknown_package_without_neighbours_says_what_to_check(package: str) -> None:
    with pytest.raises(UnknownPackageError) as caught:
        get(package, "ops")
    assert str(caught.value) == f"no plugin package named '{package}'; {CHECK_PATH}"
    assert caught.value.__suppress_context__


@pytest.mark.usefixtures("mine")
def test_an_unknown_plugin_names_the_nearest() -> None:
    assert failure(funcs, PACKAGE, "opps") == (
        f"no plugin named 'opps' in '{PACKAGE}'; did you mean 'ops'? {CHECK_PLUGIN}"
    )


@pytest.mark.usefixtures("mine")
def test_an_unknown_plugin_lists_all_known_where_none_is_near() -> None:
    assert failure(info, PACKAGE, "zzz") == (
        f"no plugin named 'zzz' in '{PACKAGE}'; known: needy, ops, ranks; {CHECK_PLUGIN}"
    )


@pytest.mark.usefixtures("mine")
@pytest.mark.parametrize("plugin", ["plain", "_private"])
def test_a_module_without_a_task_is_no_plugin(plugin: str) -> None:
    with pytest.raises(UnknownPluginError, match=f"no plugin named '{plugin}' in '{PACKAGE}'"):
        funcs(PACKAGE, plugin)


@pytest.mark.usefixtures("mine")
def test_an_unknown_function_names_the_nearest() -> None:
    with pytest.raises(UnknownPluginFunctionError) as caught:
        info(PACKAGE, "ops", "substract")
    assert str(caught.value) == (
        f"no task named 'substract' in '{PACKAGE}.ops'; did you mean 'subtract'? {CHECK_FUNC}"
    )
    assert caught.value.__suppress_context__


@pytest.mark.usefixtures("mine")
def test_an_unknown_function_lists_all_known_where_none_is_near() -> None:
    assert failure(get, PACKAGE, "ops", "helper") == (
        f"no task named 'helper' in '{PACKAGE}.ops'; known: add, subtract; {CHECK_FUNC}"
    )


@pytest.mark.usefixtures("mine")
def test_a_missing_requirement_says_what_to_install() -> None:
    with pytest.raises(MissingRequirementError) as caught:
        get(PACKAGE, "needy")
    assert str(caught.value) == (
        f"{PACKAGE}.needy.needy needs no_such_library, which is not installed; "
        "install it with: pip install 'no_such_library'"
    )


@pytest.mark.usefixtures("mine")
def test_a_function_with_a_missing_requirement_is_not_called() -> None:
    with pytest.raises(MissingRequirementError):
        call(PACKAGE, "needy", "needy")


@pytest.mark.usefixtures("mine")
def test_info_does_not_ask_for_requirements() -> None:
    assert info(PACKAGE, "needy").requires == ("no_such_library",)


def test_a_missing_library_of_the_suite_comes_with_the_extra(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    # With None there, Python treats a module as one that is not installed.
    monkeypatch.setitem(sys.modules, "art", None)
    with pytest.raises(MissingRequirementError) as caught:
        get("dioptra_builtins.registry", "art")
    assert str(caught.value).endswith(
        " needs art, which is not installed; install it with: pip install 'dioptra[tensorflow]'"
    )


@pytest.mark.usefixtures("on_path")
@pytest.mark.parametrize("lookup", [funcs, info, exists, get, call])
def test_a_plugin_that_fails_shows_its_own_reason_with_a_note(
    write_package: WritePackage, lookup: Callable[[str, str], Any]
) -> None:
    write_package(PACKAGE, broken="1 / 0")
    with pytest.raises(ZeroDivisionError, match="division by zero") as caught:
        lookup(PACKAGE, "broken")
    assert caught.value.__notes__ == [f"while importing the plugin 'broken' of '{PACKAGE}'"]


@pytest.mark.usefixtures("on_path")
def test_plugins_that_fail_are_listed_with_their_reasons(write_package: WritePackage) -> None:
    write_package(
        PACKAGE,
        ops=OPS,
        lacking="import no_such_library",
        silent="raise ValueError",
        script="import sys; sys.exit(3)",
        _private="1 / 0",
    )
    assert names(PACKAGE) == ["lacking", "ops", "script", "silent"]
    reasons = broken(PACKAGE)
    assert list(reasons) == ["lacking", "script", "silent"]
    assert reasons["lacking"] == "ModuleNotFoundError: No module named 'no_such_library'"
    assert reasons["silent"] == "ValueError"
    assert reasons["script"].startswith("PluginImportError: the plugin 'script' of 'mine_of_test'")


@pytest.mark.usefixtures("mine")
def test_where_all_can_be_imported_none_is_broken() -> None:
    assert broken(PACKAGE) == {}


@pytest.mark.usefixtures("on_path")
def test_a_plugin_that_ends_the_process_does_not(write_package: WritePackage) -> None:
    write_package(PACKAGE, script="import sys; sys.exit(0)")
    with pytest.raises(PluginImportError, match="ends the process when it is imported"):
        call(PACKAGE, "script")


@pytest.mark.usefixtures("on_path")
def test_a_plugin_that_fails_after_its_first_task_is_broken(write_package: WritePackage) -> None:
    half = "from dioptra import pyplugs\n@pyplugs.register\ndef one(): return 1\n1 / 0"
    write_package(PACKAGE, half=half, ops=OPS)
    assert names(PACKAGE) == ["half", "ops"]
    assert broken(PACKAGE) == {"half": "ZeroDivisionError: division by zero"}
    with pytest.raises(ZeroDivisionError):
        call(PACKAGE, "half", "one")


@pytest.mark.usefixtures("on_path")
def test_an_unknown_plugin_is_told_so_beside_one_that_fails(write_package: WritePackage) -> None:
    write_package(PACKAGE, broken="1 / 0", ops=OPS)
    assert not exists(PACKAGE, "opps")
    assert "did you mean 'ops'?" in failure(funcs, PACKAGE, "opps")


@pytest.mark.usefixtures("on_path")
def test_a_plugin_that_lacks_a_library_shows_which(write_package: WritePackage) -> None:
    write_package(PACKAGE, broken="import no_such_library")
    with pytest.raises(ModuleNotFoundError, match="'no_such_library'") as caught:
        exists(PACKAGE, "broken")
    assert caught.value.__notes__ == [f"while importing the plugin 'broken' of '{PACKAGE}'"]


@pytest.mark.usefixtures("on_path")
def test_a_plugin_that_fails_does_not_hide_another(write_package: WritePackage) -> None:
    write_package(PACKAGE, broken="1 / 0", ops=OPS)
    assert exists(PACKAGE, "ops")
    assert funcs(PACKAGE, "ops") == ["subtract", "add"]
    assert call(PACKAGE, "ops", "subtract", 2) == 1


@pytest.mark.usefixtures("on_path")
def test_a_plugin_can_be_looked_up_once_it_is_mended(write_package: WritePackage) -> None:
    folder = write_package(PACKAGE, broken="1 / 0")
    with pytest.raises(ZeroDivisionError):
        funcs(PACKAGE, "broken")
    # Of another size, so that Python does not take the compiled file for it.
    (folder / PACKAGE / "broken.py").write_text(
        "from dioptra import pyplugs\n@pyplugs.register\ndef mended(): return 1\n"
    )
    assert funcs(PACKAGE, "broken") == ["mended"]


@pytest.mark.usefixtures("on_path")
@pytest.mark.parametrize(
    ("reason", "missing"),
    [
        ("import no_such_library", "no_such_library"),
        (f"import {PACKAGE}.missing", f"{PACKAGE}.missing"),
        (f"import {PACKAGE}s", f"{PACKAGE}s"),
    ],
)
def test_a_package_that_fails_by_an_import_of_its_own_shows_its_own_reason(
    write_package: WritePackage, reason: str, missing: str
) -> None:
    write_package(PACKAGE, __init__=reason)
    with pytest.raises(ModuleNotFoundError) as caught:
        names(PACKAGE)
    assert type(caught.value) is ModuleNotFoundError
    assert caught.value.name == missing
    with pytest.raises(ModuleNotFoundError, match=missing):
        exists(PACKAGE, "ops")


@pytest.mark.usefixtures("on_path")
def test_a_package_that_raises_an_error_without_a_name_shows_it(
    write_package: WritePackage,
) -> None:
    write_package(PACKAGE, __init__="raise ModuleNotFoundError('see the manual')")
    with pytest.raises(ModuleNotFoundError, match=r"^see the manual$"):
        names(PACKAGE)


@pytest.mark.usefixtures("on_path")
def test_a_broken_parent_shows_its_own_reason(write_package: WritePackage) -> None:
    write_package(PACKAGE, __init__="import no_such_library")
    write_package(f"{PACKAGE}.deep")
    with pytest.raises(ModuleNotFoundError, match="'no_such_library'"):
        names(f"{PACKAGE}.deep")


@pytest.mark.usefixtures("mine")
def test_a_function_registered_at_run_time_is_found_though_it_has_no_file() -> None:
    program = "from dioptra import pyplugs\n@pyplugs.register\ndef made(): return 1"
    exec(program, {"__name__": f"{PACKAGE}.made"})  # noqa: S102 - the text is the test's own
    assert call(PACKAGE, "made") == 1
    assert "made" in names(PACKAGE)


def test_a_plugin_of_a_peer_works_with_its_source_unchanged(write_package: WritePackage) -> None:
    folder = write_package("peer_of_test", ops=OPS)
    source = folder / "peer_of_test" / "ops.py"
    text, before = source.read_text(), list(sys.path)
    assert not exists("peer_of_test", "ops")
    with plugin_dirs([folder]):
        assert names("peer_of_test") == ["ops"]
        assert call("peer_of_test", "ops", "subtract", 5, 3) == 2
    assert sys.path == before
    assert source.read_text() == text


def test_a_plugin_looked_up_in_the_block_works_after_it(write_package: WritePackage) -> None:
    with plugin_dirs([write_package("peer_of_test", ops=OPS)]):
        subtract = pyplugs.get("peer_of_test", "ops")
    assert subtract(2) == 1
    assert pyplugs.call("peer_of_test", "ops", None, 2) == 1


def test_the_workspace_has_plugins_of_its_own(workspace: Path) -> None:
    folder = workspace / "task-plugins" / "peer_of_test"
    folder.mkdir(parents=True)
    (folder / "__init__.py").touch()
    (folder / "ops.py").write_text(
        "from dioptra import pyplugs\n@pyplugs.register\ndef one(): return 1\n"
    )
    with plugin_dirs():
        assert pyplugs.call("peer_of_test", "ops") == 1
