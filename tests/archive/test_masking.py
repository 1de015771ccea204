"""Secrets in evidence: what is stored, what the manifest tells, and that no file anywhere holds one."""

from __future__ import annotations

import gzip
import hashlib
import html
import json
from pathlib import Path

import polars
import pytest
from tests.plugin.projects import new_project
from tests.scenario import append, archive_files, contents, readiness, write

from readiness.archive import Archive, new_input, verify
from readiness.evidence.encoding import TooLarge
from readiness.evidence.masking import PATTERN_SET
from readiness.results import load_results

TOKEN = "gh" + "p_" + "aB3dE6gH9jK2mN5pQ8rS1tU4vW7xY0zAbCdE"
PASSWORD = "hunter2" + "hunter2"
MARK = "[masked: github pat]"
PASSWORD_MARK = "[masked: url password]"
COUNT = 4


def report(token: str = TOKEN, password: str = PASSWORD, name: str = "b") -> bytes:
    return (
        f'<testsuite name="s"><properties><property name="registry" value="https://ci:{password}@r.example"/></properties>'
        f'<testcase classname="tests.test_app" name="a{name}"/><testcase classname="tests.test_app" name="{name}">'
        f'<failure message="assert login({token}) == 200">E   login({token})\n</failure>'
        f"<system-out>using {token}</system-out></testcase></testsuite>"
    ).encode()


MASKED = report(MARK, PASSWORD_MARK)
PLAIN = b'<testsuite><testcase classname="tests.test_app" name="c"/></testsuite>'


def sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


@pytest.fixture
def history(tmp_path: Path) -> Path:
    return tmp_path / "history"


@pytest.fixture
def files(tmp_path: Path) -> list[str]:
    return write(tmp_path / "in", {"junit.xml": report(), "plain.xml": PLAIN})


def manifest(history: Path, run: str) -> dict[str, object]:
    (path,) = history.glob(f"runs/*/{run}/run.json")
    found: dict[str, object] = json.loads(path.read_text())
    return found


def inputs(history: Path, run: str) -> dict[str, dict[str, object]]:
    return {one["name"]: one for one in manifest(history, run)["inputs"]}  # type: ignore[attr-defined]


def told_of_masking(printed: str) -> list[str]:
    return [f"{line.partition(' masked')[0]} masked" for line in printed.splitlines() if " masked: " in line]


def is_sound(history: Path) -> bool:
    return not [error for _, errors in verify(Archive(history)) for error in errors]


def holders(folder: Path, *secrets: str) -> list[str]:
    """The files below a folder that hold one of the secrets, whether packed, in Parquet, or escaped."""
    found = []
    for name, content in contents(folder).items():
        seen = content
        if name.endswith(".gz"):
            seen += gzip.decompress(content)
        if name.endswith(".parquet"):
            seen += repr(polars.read_parquet(content).rows()).encode()
        if name.endswith((".html", ".md", ".json", ".xml")):
            seen += html.unescape(content.decode()).encode()
        found += [name for secret in secrets if secret.encode() in seen]
    return found


def test_the_manifest_tells_what_was_masked(history: Path, files: list[str]) -> None:
    done = archive_files(history, *files)
    assert (done.exit_code, told_of_masking(done.stderr)) == (0, [f"junit.xml: {COUNT} secrets masked"])
    run = done.stdout.strip()
    told = inputs(history, run)
    (stored,) = history.rglob("junit.xml.gz")
    assert gzip.decompress(stored.read_bytes()) == MASKED
    assert manifest(history, run)["masking"] == PATTERN_SET
    masked, plain = told["junit.xml"], told["plain.xml"]
    assert (masked["masked"], masked["sha256"], masked["stored_sha256"], masked["bytes"]) == (
        COUNT,
        sha256(report()),
        sha256(MASKED),
        len(report()),
    )
    assert (plain["masked"], plain["sha256"], plain["stored_sha256"]) == (0, sha256(PLAIN), sha256(PLAIN))
    (finding,) = masked["findings"]  # type: ignore[misc]
    assert finding["code"] == "secrets-masked"
    assert finding["message"].startswith(f"{COUNT} secrets masked: ")
    assert "url password (line" in finding["message"]
    assert plain["findings"] == []
    assert manifest(history, run)["environment"] == {"registry": f"https://ci:{PASSWORD_MARK}@r.example"}
    assert is_sound(history)


def test_without_masking_only_the_content_differs(history: Path, files: list[str], tmp_path: Path) -> None:
    masked = archive_files(history, *files).stdout
    other = tmp_path / "other"
    done = archive_files(other, *files, "--no-mask")
    assert (done.exit_code, done.stdout, "masked" in done.stderr) == (0, masked, False)
    run = done.stdout.strip()
    told = inputs(other, run)["junit.xml"]
    assert (manifest(other, run)["masking"], told["masked"], told["findings"]) == ("", 0, [])
    assert told["sha256"] == told["stored_sha256"] == sha256(report())
    assert manifest(other, run)["digest"] == manifest(history, run)["digest"]
    assert holders(other, TOKEN)
    assert is_sound(other)


@pytest.mark.parametrize(("first", "second"), [((), ("--no-mask",)), (("--no-mask",), ())])
def test_archiving_again_with_the_other_setting_writes_nothing(
    history: Path, files: list[str], first: tuple[str, ...], second: tuple[str, ...]
) -> None:
    archive_files(history, *files, *first)
    before = contents(history)
    done = archive_files(history, *files, *second)
    assert (done.exit_code, done.stderr) == (0, "This evidence is archived already; nothing was written.\n")
    assert contents(history) == before


def test_a_changed_stored_file_is_found(history: Path, files: list[str]) -> None:
    archive_files(history, *files)
    (stored,) = history.rglob("junit.xml.gz")
    stored.write_bytes(gzip.compress(report(), mtime=0))
    assert not is_sound(history)


def test_no_file_holds_a_secret(tmp_path: Path) -> None:
    project = new_project(tmp_path / "project")
    files = {"junit.xml": report(), "junit.txt.gz": gzip.compress(report(name="packed"))}
    write(tmp_path / "in", files)
    code, printed = project.run(
        "readiness", "archive", str(tmp_path / "in/*"), "--version", "1.0", "--started", "2025-01-01"
    )
    assert code == 0
    assert TOKEN not in printed
    project.build()
    code, printed = project.run("readiness", "export", "--to", "out")
    assert code == 0, printed
    assert [*project.folder.rglob(".cache/readiness/results/**/*.parquet")]
    assert [*project.folder.rglob("out/**/*.parquet")]
    assert holders(project.folder, TOKEN, PASSWORD) == []
    (report_page,) = project.site.glob("reports/2025*/index.html")
    page = html.unescape(report_page.read_text())
    assert f"{COUNT} secrets masked" in page
    assert f"assert login({MARK}) == 200" in page


def test_results_from_the_cache_are_those_of_the_masked_evidence(history: Path, tmp_path: Path) -> None:
    append(history, "a pass")
    archived = archive_files(history, *write(tmp_path / "in", {"junit.xml": report()}), version="2.0")
    run = Archive(history).get(archived.stdout.strip())
    fresh, cached = (load_results(run, tmp_path / "cache") for _ in range(2))
    assert list(fresh.table.iter_rows()) == list(cached.table.iter_rows())
    assert MARK in repr(list(cached.table.iter_rows()))
    assert TOKEN not in repr(list(cached.table.iter_rows()))


def damaged_gzip() -> bytes:
    """The report and much after it, cut off: the token can still be unpacked."""
    rest = b"".join(b"<!-- %s -->" % hashlib.sha256(bytes([number])).hexdigest().encode() for number in range(200))
    return gzip.compress(report() + rest)[:-2000]


def test_damaged_gzip_data(history: Path, tmp_path: Path) -> None:
    content = damaged_gzip()
    files = write(tmp_path / "in", {"junit.xml.gz": content, "plain.xml": PLAIN})
    done = archive_files(history, *files)
    assert done.exit_code == 1
    run = done.stdout.strip()
    told = inputs(history, run)["junit.xml.gz"]
    assert (told["sha256"], told["bytes"], told["masked"], told["read"]) == (
        sha256(content),
        len(content),
        COUNT,
        "partly",
    )
    codes = [finding["code"] for finding in told["findings"]]  # type: ignore[attr-defined]
    assert (codes.count("gzip-cut-off"), codes.count("secrets-masked")) == (1, 1)
    assert holders(history, TOKEN, PASSWORD) == []
    assert is_sound(history)
    late = write(tmp_path / "late", {"late.xml": PLAIN.replace(b'"c"', b'"d"')})
    new = readiness("archive", *late, "--supersedes", run, "--history", history).stdout.strip()
    again = inputs(history, new)["junit.xml.gz"]
    same = ("sha256", "stored_sha256", "bytes", "masked", "read", "reason")
    assert {name: again[name] for name in same} == {name: told[name] for name in same}
    assert sorted(finding["code"] for finding in again["findings"]) == sorted(codes)  # type: ignore[attr-defined]
    assert is_sound(history)


def test_a_secret_in_or_behind_gzip_data(history: Path, tmp_path: Path) -> None:
    """Both parts are masked, and both are kept as they stood."""
    hidden = report(name="hidden")
    contents = {"a.xml.gz": gzip.compress(report()) + PLAIN, "b.xml.gz": gzip.compress(PLAIN) + hidden}
    run = archive_files(history, *write(tmp_path / "in", contents)).stdout.strip()
    for name, content in contents.items():
        told = inputs(history, run)[name]
        assert (told["sha256"], told["masked"], told["read"]) == (sha256(content), COUNT, "partly")
        assert [finding["code"] for finding in told["findings"]].count("gzip-tail") == 1  # type: ignore[attr-defined]
    stored = gzip.decompress(next(history.glob(f"runs/*/{run}/b.xml.gz")).read_bytes())
    assert stored.endswith(report(MARK, PASSWORD_MARK, "hidden"))
    assert holders(history, TOKEN, PASSWORD) == []
    assert is_sound(history)


def test_what_cannot_be_looked_into_stays_as_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    twice = gzip.compress(gzip.compress(report()))
    assert new_input(twice, "junit.xml", source="tests").masked == 0
    assert new_input(twice, "junit.xml", source="tests").file.state == "rejected"

    def too_large(*_: object) -> bytes:
        raise TooLarge

    monkeypatch.setattr("readiness.archive.append.split", too_large)
    assert new_input(report(), "junit.xml", source="tests").masked == COUNT


def test_a_rejected_file_is_masked_too(history: Path, tmp_path: Path) -> None:
    files = write(tmp_path / "in", {"job.log": f"token {TOKEN}\n".encode(), "plain.xml": PLAIN})
    run = archive_files(history, *files).stdout.strip()
    told = inputs(history, run)["job.log"]
    assert (told["read"], told["masked"]) == ("rejected", 1)
    assert holders(history, TOKEN) == []


def test_carried_over(history: Path, files: list[str], tmp_path: Path) -> None:
    first = archive_files(history, *files).stdout.strip()
    late = write(tmp_path / "late", {"late.xml": report(name="late"), "plain.xml": PLAIN.replace(b'"c"', b'"d"')})
    done = readiness("archive", *late, "--supersedes", first, "--history", history)
    run = done.stdout.strip()
    assert sorted(told_of_masking(done.stderr)) == [f"{name}.xml: {COUNT} secrets masked" for name in ("junit", "late")]
    before, now = inputs(history, first), inputs(history, run)
    assert now["junit.xml"] == before["junit.xml"]
    assert now["late.xml"]["masked"] == COUNT
    assert manifest(history, run)["masking"] == PATTERN_SET
    assert holders(history, TOKEN, PASSWORD) == []
    assert is_sound(history)


def test_what_was_left_unmasked_is_masked_when_carried_over(history: Path, files: list[str], tmp_path: Path) -> None:
    first = archive_files(history, *files, "--no-mask").stdout.strip()
    late = write(tmp_path / "late", {"late.xml": PLAIN.replace(b'"c"', b'"d"')})
    run = readiness("archive", *late, "--supersedes", first, "--history", history).stdout.strip()
    told = inputs(history, run)["junit.xml"]
    assert (told["masked"], told["sha256"], told["stored_sha256"]) == (COUNT, sha256(report()), sha256(MASKED))
    assert manifest(history, run)["environment"] == {"registry": f"https://ci:{PASSWORD_MARK}@r.example"}
    assert {name.split("/")[2] for name in holders(history, TOKEN, PASSWORD)} == {first}
    assert is_sound(history)


def test_carried_over_without_masking_it_stays_masked(history: Path, files: list[str], tmp_path: Path) -> None:
    first = archive_files(history, *files).stdout.strip()
    late = write(tmp_path / "late", {"late.xml": report(name="late")})
    run = readiness("archive", *late, "--supersedes", first, "--no-mask", "--history", history).stdout.strip()
    told = inputs(history, run)
    assert told["junit.xml"] == inputs(history, first)["junit.xml"]
    assert (told["late.xml"]["masked"], told["late.xml"]["findings"]) == (0, [])
    assert manifest(history, run)["masking"] == PATTERN_SET
    assert is_sound(history)


@pytest.mark.parametrize("options", [(), ("--no-mask",)])
def test_import(history: Path, tmp_path: Path, options: tuple[str, ...]) -> None:
    for version in ("1.0", "1.1"):
        write(tmp_path / "old" / version, {"junit.xml": report(name=f"t{version}")})
    (tmp_path / "dates.txt").write_text("1.0 2025-01-01\n1.1 2025-02-01\n")
    pattern = f"{tmp_path}/old/{{version}}/*.xml"
    done = readiness("import", pattern, "--dates", tmp_path / "dates.txt", "--yes", *options, "--history", history)
    assert done.exit_code == 0
    assert ("8 secrets and user names masked" in done.stderr) == (not options)
    for run in Archive(history).runs:
        told = inputs(history, run)["junit.xml"]
        assert (told["masked"], manifest(history, run)["masking"]) == ((0, "") if options else (COUNT, PATTERN_SET))
    assert bool(holders(history, TOKEN)) == bool(options)
    assert is_sound(history)


def test_inspect_tells_what_would_be_masked(files: list[str]) -> None:
    done = readiness("inspect", files[0])
    assert f"{COUNT} secrets masked" in done.stdout
    assert TOKEN not in done.stdout
