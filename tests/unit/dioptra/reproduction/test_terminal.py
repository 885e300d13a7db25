from dioptra.reproduction import compare, format_comparison

NAMES = ("recorded", "now")


def test_equal_results_pass() -> None:
    assert format_comparison(compare({"a": 1, "b": 2}, {"a": 1, "b": 2}), NAMES) == (
        "PASS  2 fields compared\n"
    )


def test_what_differs_is_listed_by_its_weight_and_hashes_are_shortened() -> None:
    first = {"a": 1.0, "b": 2, "x_sha256": "a" * 64, "versions": {"numpy": "1"}}
    second = {"a": 1.001, "b": 3, "x_sha256": "b" * 64, "versions": {"numpy": "2"}}
    assert format_comparison(compare(first, second, tolerance=0.01), NAMES) == (
        "FAIL  1 of 4 fields differ\n"
        "differs:\n"
        "  b: recorded 2, now 3\n"
        "differs within the tolerance:\n"
        "  a: recorded 1.0, now 1.001\n"
        "  x_sha256: recorded aaaaaaaaaaaa..., now bbbbbbbbbbbb...\n"
        "circumstances that differ; by themselves they do not matter:\n"
        "  versions.numpy: recorded 1, now 2\n"
    )
