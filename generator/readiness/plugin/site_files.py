"""Files of a site, as MkDocs takes them from the folder of the cache."""

from pathlib import Path

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File


def generated(config: MkDocsConfig, folder: Path, path: str, content: str) -> File:
    """A file of the site that lies in the cache's folder; in memory where that cannot be written."""
    target = folder / path
    try:
        _write_changed(target, content)
    except OSError:
        return File.generated(config, path, content=content)
    return File.generated(config, path, abs_src_path=str(target))


def beside(config: MkDocsConfig, folder: Path, path: str, content: str) -> File:
    """A file that is no page, not even where it is Markdown: MkDocs goes by the name of the source."""
    made = generated(config, folder, f"{path}.txt" if path.endswith(".md") else path, content)
    made.dest_uri = path
    return made


def _write_changed(path: Path, content: str) -> None:
    """Write only what differs, so that nothing that watches the folder wakes for nothing."""
    encoded = content.encode()
    if path.is_file() and path.read_bytes() == encoded:
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(encoded)
