"""From pytest's node ids to the keys that its JUnit report uses."""

Names = tuple[str, str]
"""Group and name of a test."""

NAMELESS = "unnamed test"
"""Name of every case and every item that has none: they are namesakes, and counted."""


def module_of(path: str) -> str:
    """Dotted name of a test file: `tests.test_a` for `tests/test_a.py`."""
    return path.removesuffix(".py").replace("/", ".")


def key_names(node_id: str) -> Names:
    """Group and name of a node, as pytest's xunit2 writes `classname` and `name`.

    `tests/test_a.py::TestX::test_y[p::q]` is `tests.test_a.TestX`, `test_y[p::q]`; what stands in brackets behind the
    file is never taken apart. A file alone (one that could not be collected) has no group: `""`, `tests.test_a`.
    """
    path, separator, tail = node_id.partition("::")
    if not separator:
        return "", module_of(path)
    plain, bracket, parameters = tail.partition("[")
    *classes, last = plain.split("::")
    return ".".join([module_of(path), *classes]), last + bracket + parameters or NAMELESS
