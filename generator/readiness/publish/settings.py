"""What can be read of mkdocs.yml without loading MkDocs and its plugins."""

from pathlib import Path
from typing import Any

import yaml


def history_of(config_file: Path) -> str | None:
    """The plugin's option `history`, `history` unless it is written; None where MkDocs itself must tell."""
    from mkdocs.exceptions import MkDocsException
    from mkdocs.utils.yaml import yaml_load

    try:
        with config_file.open("rb") as file:
            listed: Any = yaml_load(file)["plugins"]
        options = [one.get("readiness") for one in listed if isinstance(one, dict) and "readiness" in one]
        if isinstance(listed, dict):
            options = [listed["readiness"]]
        elif "readiness" in listed:
            options = [{}]
        (option,) = options
        found = (option or {}).get("history", "history")
        return found if isinstance(found, str) else None
    except (OSError, ValueError, KeyError, TypeError, AttributeError, yaml.YAMLError, MkDocsException):
        return None
