"""What is kept of a pruned run in place of its evidence: its results, which say all that reports are made of."""

import json
from typing import Any

from pydantic import TypeAdapter

from readiness.archive import ArchivedRun
from readiness.errors import ArchiveError
from readiness.results.derive import RunResults
from readiness.results.rows import SCHEMA, Table, table_of

_REST = TypeAdapter(RunResults)
KEPT_SCHEMA = 1


def kept_bytes(run: ArchivedRun, results: RunResults) -> bytes:
    """The results of a run as its checkpoint holds them: JSON, a list for each column of the table.

    Raises ValueError where they would not be read back as they are.
    """
    rest = json.loads(_REST.dump_json(results, exclude={"table"}))
    table = {"rows": len(results.table), "columns": {name: _packed(results.table, name) for name in SCHEMA}}
    plain = {"schema": KEPT_SCHEMA, "run": run.id, "manifest": run.manifest_sha256, "results": rest, "table": table}
    content = (json.dumps(plain, sort_keys=True, separators=(",", ":")) + "\n").encode()
    back = _results(json.loads(content))
    again = json.loads(_REST.dump_json(back, exclude={"table"}))
    if again != rest or repr(back.table.rows()) != repr(results.table.rows()):
        raise ValueError(run.id)
    return content


def kept_results(run: ArchivedRun, content: bytes) -> RunResults:
    """The results of a pruned run, from its checkpoint; raises ArchiveError where a newer version wrote that."""
    plain = json.loads(content)
    if plain["schema"] > KEPT_SCHEMA:
        problem = f"its checkpoint was written by a newer version: schema {plain['schema']}"
        raise ArchiveError(problem, path=run.folder, remedy="Upgrade mkdocs-readiness")
    return _results(plain)


def _packed(table: Table, name: str) -> Any:
    values = table[name].to_list()
    return values[0] if values and all(one == values[0] for one in values) and values[0] == values[0] else values


def _results(plain: dict[str, Any]) -> RunResults:
    count, columns = plain["table"]["rows"], plain["table"]["columns"]
    by_name = {name: found if isinstance(found, list) else [found] * count for name, found in columns.items()}
    rows = [dict(zip(by_name, row, strict=True)) for row in zip(*by_name.values(), strict=True)]
    found: RunResults = _REST.validate_python({**plain["results"], "table": table_of(rows)})
    return found
