"""`readiness publish`: plain folders, one per version, that grow by what is new and keep what was published."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Mapping
from pathlib import Path
from xml.etree import ElementTree

import pytest
from mkdocs.commands.build import build
from mkdocs.config import load_config
from tests.plugin.pages import article, broken_links, files, load, table_rows
from tests.plugin.projects import GOOD, READINESS_YML, Failed, Project, Skipped, new_project

from readiness.publish.aliases import is_redirect, preview_of, redirect
from readiness.publish.site import publish
from readiness.report import Report, read

BASE = "/readiness/"
BANNER = re.compile(rb"<!--!? readiness:banner -->.*?<!--!? /readiness:banner -->", re.DOTALL)

OTHER_REPORT = """{% extends "readiness/report.md" %}
{% block cite_this_report %}
## Cite this report

Another report altogether.
{% endblock %}
"""


def public(project: Project) -> Path:
    return project.folder / "public"


def changed(before: Mapping[str, bytes], after: Mapping[str, bytes]) -> set[str]:
    return {name for name in {*before, *after} if before.get(name) != after.get(name)}


def top(names: set[str]) -> set[str]:
    """The folders and files at the root in which the names lie."""
    return {name.partition("/")[0] for name in names}


def body(page: bytes) -> bytes:
    """A report without its banner and the links below it, which tell of what came later."""
    return BANNER.sub(b"", page)


def report(project: Project, version: str) -> Path:
    return public(project) / version / "reports" / project.runs[version] / "index.html"


# What the first publication makes


def test_each_version_has_its_folder_with_its_own_reports(published: Project) -> None:
    root = public(published)
    reports = {
        version: {path.parent.name for path in root.glob(f"{version}/reports/*/index.html")}
        for version in ("1.0.0", "1.1.0", "2.0.0")
    }
    manifests = [json.loads(path.read_bytes()) for path in published.history.glob("runs/*/*/run.json")]
    expected = {
        version: {manifest["id"] for manifest in manifests if manifest["version"] == version} for version in reports
    }
    assert reports == expected
    assert {version: len(runs) for version, runs in reports.items()} == {"1.0.0": 1, "1.1.0": 2, "2.0.0": 1}
    assert {path.name for path in root.iterdir()} == {
        *("1.0.0", "1.1.0", "2.0.0", "assets", "latest", "versions.json", "index.html", ".nojekyll"),
        *("readiness.json", "feed.xml", "badge.svg", "badge.json", "llms.txt", "published.json"),
    }


def test_programs_find_every_version_at_the_root(published: Project) -> None:
    """Each address leads to a file of a frozen site, or to a redirect of `latest`."""
    root = public(published)
    told = json.loads((root / "readiness.json").read_bytes())
    address = f"https://example.org{BASE}"
    assert [one["version"] for one in told["releases"]] == ["2.0.0", "1.1.0", "1.0.0"]
    assert told["now"] == told["releases"][0]
    feed = ElementTree.parse(root / "feed.xml")
    links = [one.get("href", "") for one in feed.iter("{http://www.w3.org/2005/Atom}link")]
    links += re.findall(r"\]\(([^)]+)\)", (root / "llms.txt").read_text(encoding="utf-8"))
    links += [one[name] for one in told["releases"] for name in ("page", "report", "report_json", "badge")]
    for link in links:
        place = root / link.removeprefix(address)
        assert link.startswith(address)
        assert (place / "index.html" if place.is_dir() else place).is_file(), link
    assert sum(link.endswith("/report.md") for link in links) == len(told["releases"])


def test_a_report_has_its_markdown_beside_it(published: Project) -> None:
    page = report(published, "2.0.0")
    (link,) = (one for one in load(page).all("link") if one.attributes.get("type") == "text/markdown")
    assert (link.attributes["rel"], link.attributes["href"]) == ("alternate describedby", "report.md")
    text = (page.parent / "report.md").read_text(encoding="utf-8")
    assert text.startswith("**❌ NOT READY: BLOCKED – Product 2.0.0**")
    assert not (page.parent / "report").exists(), "it is no page of its own"


def test_the_version_selector_reads_the_list_of_versions(published: Project) -> None:
    assert json.loads((public(published) / "versions.json").read_text(encoding="utf-8")) == [
        {"version": "2.0.0", "title": "2.0.0", "aliases": ["latest"]},
        {"version": "1.1.0", "title": "1.1.0", "aliases": []},
        {"version": "1.0.0", "title": "1.0.0", "aliases": []},
    ]


def test_latest_redirects_each_page_of_the_highest_version(published: Project) -> None:
    root = public(published)
    pages = {path.relative_to(root / "2.0.0") for path in (root / "2.0.0").rglob("*.html")}

    assert {path.relative_to(root / "latest") for path in (root / "latest").rglob("*.html")} == pages
    for page in pages:
        redirect = root / "latest" / page
        (link,) = load(redirect).all("a")
        target = (redirect.parent / link.attributes["href"]).resolve()
        wanted = (root / "2.0.0" / page).resolve()
        assert (target / "index.html" if target.is_dir() else target) == wanted
        assert preview(redirect) == preview(wanted), "what chats show of the link"
        assert link.words == load(wanted).one("title").words


def preview(page: Path) -> dict[str, str]:
    document = load(page)
    shown = [one.attributes for one in document.all("meta")]
    named = {one.get("property") or one.get("name", ""): one.get("content", "") for one in shown}
    return {"title": document.one("title").words} | {
        name: text for name, text in named.items() if re.match("og:|description", name)
    }


@pytest.mark.parametrize(
    ("head", "begins", "link"),
    [
        (
            '<html lang="de" class="no-js"><title>Übersicht &amp; Stand</title>',
            '<html lang="de" ',
            "Übersicht &amp; Stand",
        ),
        ("<html class=no-js lang=pt-BR><title>Início</title>", '<html lang="pt-BR" ', "Início"),
        # Nothing that a page does not say, and nothing that could act.
        ("<html><title>Start</title>", "<html data-readiness", "Start"),
        ("<html lang='\"><script>'><meta name=description content=x>", "<html data-readiness", "a&quot;/"),
    ],
)
def test_a_redirect_speaks_the_language_of_the_page(head: str, begins: str, link: str, tmp_path: Path) -> None:
    page = tmp_path / "index.html"
    page.write_text(f"<!doctype html>\n{head}</head><body></body></html>", encoding="utf-8")
    assert not is_redirect(page)

    made = redirect('a"/', preview_of(page))

    page.write_text(made, encoding="utf-8")
    assert is_redirect(page)
    assert made.splitlines()[1].startswith(begins)
    assert made.endswith(f'<p><a href="a&quot;/">{link}</a></p>\n</html>\n')
    assert (made.count("<title>"), made.count("<script>")) == (1, 1)


def test_redirects_that_were_published_before_are_known(tmp_path: Path) -> None:
    page = tmp_path / "index.html"
    for html in ('<html lang="en" data-readiness="redirect">', '<html lang="en">'):
        page.write_text(f'<!doctype html>\n{html}\n<meta charset="utf-8">\n<title>Redirecting</title>\n')
        assert is_redirect(page)


def test_the_root_leads_to_latest(published: Project) -> None:
    document = load(public(published) / "index.html")

    assert document.one("a").attributes["href"] == "latest/"
    assert 'location.replace("latest/"' in document.text


def test_all_links_within_and_between_versions_lead_somewhere(published: Project) -> None:
    assert broken_links(public(published), BASE) == []


def test_a_report_links_the_report_before_it_in_another_versions_folder(published: Project) -> None:
    older = f"../../../1.1.0/reports/{published.runs['1.1.0']}/"
    assert older in {link.attributes.get("href") for link in article(report(published, "2.0.0")).all("a")}


def test_a_frozen_site_tells_of_its_past_alone(published: Project) -> None:
    first = public(published) / "1.0.0"
    for page in first.rglob("*.html"):
        assert published.runs["2.0.0"] not in page.read_text(encoding="utf-8"), page
    trends = article(first / "trends" / "index.html")
    assert [row[0] for row in table_rows(next(trends.all("table")))] == ["1.0.0"]
    home = article(public(published) / "1.1.0" / "index.html")
    assert home.one("p", "rd-word").words == "Ready"
    chart = article(public(published) / "2.0.0" / "trends" / "index.html")
    assert [row[0] for row in table_rows(next(chart.all("table")))] == ["1.0.0", "1.1.0", "1.1.0", "2.0.0"]


def test_canonical_addresses_hold_the_version(published: Project) -> None:
    for version in ("1.0.0", "1.1.0", "2.0.0"):
        page = load(report(published, version))
        (canonical,) = (one for one in page.all("link") if one.attributes.get("rel") == "canonical")
        expected = f"https://example.org/readiness/{version}/reports/{published.runs[version]}/"
        assert canonical.attributes["href"] == expected
        (shown,) = (one for one in page.all("meta") if one.attributes.get("property") == "og:url")
        assert shown.attributes["content"] == expected
        sitemap = (public(published) / version / "sitemap.xml").read_text(encoding="utf-8")
        assert expected in sitemap
        assert set(re.findall(r"<loc>(.*?)</loc>", sitemap)) == {
            address for address in re.findall(r"<loc>(.*?)</loc>", sitemap) if f"/readiness/{version}/" in address
        }


def test_without_an_address_of_the_site_links_resolve_as_well(versions: Project, tmp_path: Path) -> None:
    project = versions.copy(tmp_path / "project")
    project.configure("site_url: https://example.org/readiness/\n", "")

    project.publish()

    # MkDocs writes 404.html for the root of a server unless it is told the site's address.
    assert [link for link in broken_links(public(project)) if "404.html:" not in link] == []


# Publishing again


def test_publishing_again_leaves_every_byte(project: Project) -> None:
    before = files(public(project))

    printed = project.publish()

    assert re.findall(r"(?m)^(\S+): unchanged$", printed) == ["2.0.0", "1.1.0", "1.0.0"]
    assert changed(before, files(public(project))) == set()


def test_the_same_archive_published_elsewhere_gives_the_same_bytes(project: Project) -> None:
    surroundings = {"PYTHONHASHSEED": "7", "TZ": "Asia/Tokyo"}

    code, printed = project.run_apart("readiness", "publish", "--to", "other", env=surroundings)

    assert code == 0, printed
    assert changed(files(public(project)), files(project.folder / "other")) == set()


def test_a_new_run_of_an_old_version_and_a_new_version_change_those_alone(project: Project) -> None:
    before = files(public(project))
    reports = {name for name in before if re.fullmatch(r"[\d.]+/reports/[^/]+/index\.html", name)}
    last = report(project, "1.1.0")
    newer = project.archive("1.1.0", "2025-04-01T08:00:00Z", {**GOOD, "edge.b::four": Skipped("another reason")})
    new = project.archive("2.1.0", "2025-04-02T08:00:00Z")

    printed = project.publish()

    after = files(public(project))
    assert re.findall(r"(?m)^([\d.]+): (\w+)$", printed) == [
        *(("2.1.0", "new"), ("2.0.0", "unchanged"), ("1.1.0", "grown"), ("1.0.0", "unchanged"))
    ]
    assert top(changed(before, after)) == {
        *("1.1.0", "2.1.0", "latest", "versions.json", "index.html"),
        *("readiness.json", "feed.xml", "badge.svg", "badge.json", "llms.txt", "published.json"),
    }
    assert {name: body(after[name]) for name in reports} == {name: body(before[name]) for name in reports}
    assert {name for name in reports if after[name] != before[name]} == {last.relative_to(public(project)).as_posix()}
    (related,) = article(last).all("nav", "rd-related")
    assert f"../{newer}/" in {link.attributes["href"] for link in related.all("a")}
    assert {name for name in before if name not in after and not name.startswith("latest/")} == set()
    assert f"2.1.0/reports/{new}/index.html" in after
    assert f"latest/reports/{new}/index.html" in after
    rows = table_rows(article(public(project) / "1.1.0" / "reports" / "index.html").one("table"))
    assert len(rows) == 3
    assert broken_links(public(project), BASE) == []


def judge_again(project: Project, version: str) -> str:
    """Judge the last run of a version again, by a changed policy, a day later; returns the run."""
    project.write("later.yml", READINESS_YML + "vanished_allowed: 4%\n")
    run = project.runs[version]
    code, printed = project.run("readiness", "judge", run, "--policy", "later.yml", "--at", "2025-02-13T08:00:00Z")
    assert (code, printed) == (0, f"{run} judgement 2: READY\n")
    return run


def test_a_second_judgement_changes_the_banner_of_the_first_report_alone(project: Project) -> None:
    page = report(project, "1.1.0")
    before = page.read_bytes()
    run = judge_again(project, "1.1.0")

    printed = project.publish()

    after = page.read_bytes()
    assert "1.1.0: grown" in printed
    assert after != before
    assert body(after) == body(before)
    (banner,) = article(page).all("div", "rd-banner")
    assert "Judged again on 13 February 2025" in banner.words
    assert banner.one("a").attributes["href"] == "2/"
    assert (public(project) / "1.1.0" / "reports" / run / "2" / "index.html").is_file()
    assert broken_links(public(project), BASE) == []


def test_a_published_report_as_json_never_changes(project: Project) -> None:
    run = judge_again(project, "1.1.0")
    project.publish()
    folder = public(project) / "1.1.0" / "reports" / run
    first, second = folder / "report.json", folder / "2" / "report.json"
    assert [read(path.read_text(), Report).judgement.number for path in (first, second)] == [1, 2]
    assert str(project.folder) not in first.read_text() + second.read_text()
    (link,) = (one for one in article(folder / "index.html").all("a") if one.attributes["href"] == "report.json")
    assert link.words == "this report as JSON"
    first.write_text("as an older version of the tool wrote it")
    before = second.read_bytes()

    project.archive("1.1.0", "2025-04-01T08:00:00Z", {**GOOD, "edge.b::four": Skipped("another reason")})
    assert "1.1.0: grown" in project.publish()

    assert (first.read_text(), second.read_bytes()) == ("as an older version of the tool wrote it", before)


def test_a_changed_template_alone_changes_nothing(project: Project) -> None:
    before = files(public(project))
    project.write("mine/report.md", OTHER_REPORT)

    printed = project.publish()

    assert printed.count("unchanged") == 3
    assert changed(before, files(public(project))) == set()


def test_a_changed_template_shows_in_new_reports_alone(project: Project) -> None:
    project.write("mine/report.md", OTHER_REPORT)
    old = report(project, "1.1.0")
    before = old.read_bytes()
    project.archive("1.1.0", "2025-04-01T08:00:00Z", {**GOOD, "edge.b::four": Skipped("another reason")})

    project.publish()

    assert body(old.read_bytes()) == body(before)
    assert "Another report altogether." in article(report(project, "1.1.0")).words
    assert broken_links(public(project), BASE) == []


def test_a_folder_published_by_an_older_tool_keeps_the_assets_that_its_reports_name(project: Project) -> None:
    """It lies in the folder of the version, where each had all of its own; what is new names what all share."""
    old = report(project, "1.1.0")
    theirs = public(project) / "1.1.0" / "assets" / "readiness" / "readiness.00000000.css"
    theirs.parent.mkdir(parents=True)
    theirs.write_text("body { color: blue }\n")
    named = re.compile(rb"../../../assets/\w{16}/readiness\.\w{8}\.css")
    (shared,) = set(named.findall(old.read_bytes()))
    old.write_bytes(old.read_bytes().replace(shared, b"../../assets/readiness/readiness.00000000.css"))
    before = files(public(project) / "assets")
    new = project.archive("1.1.0", "2025-04-01T08:00:00Z", {**GOOD, "edge.b::four": Skipped("another reason")})

    project.publish()

    assert b"readiness.00000000.css" in old.read_bytes()
    assert theirs.read_text() == "body { color: blue }\n"
    assert set(named.findall((old.parent.parent / new / "index.html").read_bytes())) == {shared}
    assert files(public(project) / "assets") == before
    assert broken_links(public(project), BASE) == []


def test_rebuild_is_the_one_exception(project: Project) -> None:
    project.write("mine/report.md", OTHER_REPORT)

    printed = project.publish("--rebuild")

    assert printed.count("rebuilt") == 3
    for version in ("1.0.0", "1.1.0", "2.0.0"):
        assert "Another report altogether." in article(report(project, version)).words
    assert broken_links(public(project), BASE) == []


def test_files_of_others_beside_the_versions_stay(project: Project) -> None:
    (public(project) / "CNAME").write_text("example.org\n", encoding="utf-8")
    (public(project) / "coverage").mkdir()
    (public(project) / "coverage" / "index.html").write_text("mine", encoding="utf-8")
    project.archive("2.1.0", "2025-04-02T08:00:00Z")

    project.publish()

    assert (public(project) / "CNAME").read_text(encoding="utf-8") == "example.org\n"
    assert (public(project) / "coverage" / "index.html").read_text(encoding="utf-8") == "mine"


def test_a_build_after_a_publication_in_one_process_shows_the_whole_archive(project: Project) -> None:
    """MkDocs keeps plugins for as long as a process lives; what `publish` tells ours must not outlive the call."""
    config_file = project.folder / "mkdocs.yml"
    publish(config_file, public(project), rebuild=True)

    config = load_config(str(config_file), site_dir=str(project.site))
    config.plugins.on_startup(command="build", dirty=False)
    build(config)

    reports = {path.parent.name for path in project.site.glob("reports/*/index.html")}
    assert reports == {path.parent.name for path in project.history.glob("runs/*/*/run.json")}


# What goes wrong


def test_a_publication_that_is_killed_leaves_every_version_whole(project: Project) -> None:
    killed = (
        "import os\n\n\ndef on_post_page(output, page, **_):\n    if 'blockers' in page.url:\n        os._exit(9)\n"
    )
    project.write("stop.py", killed)
    project.archive("1.1.0", "2025-04-01T08:00:00Z", {**GOOD, "core.a::one": Failed()})
    project.archive("2.1.0", "2025-04-02T08:00:00Z")
    before = files(public(project))
    config = (project.folder / "mkdocs.yml").read_text(encoding="utf-8")
    project.write("mkdocs.yml", config + "hooks: [stop.py]\n")

    code, _ = project.run_apart("readiness", "publish", "--to", "public")

    assert code == 9
    after = {name: content for name, content in files(public(project)).items() if not name.startswith(".")}
    assert after == {name: content for name, content in before.items() if not name.startswith(".")}

    project.write("mkdocs.yml", config)
    project.publish()
    assert [path.name for path in public(project).iterdir() if path.name.startswith(".")] == [".nojekyll"]
    assert broken_links(public(project), BASE) == []
    assert report(project, "1.1.0").is_file()
    assert report(project, "2.1.0").is_file()


def test_a_damaged_archive_is_not_published(project: Project) -> None:
    before = files(public(project))
    path = project.run_folder("1.1.0") / "run.json"
    path.write_bytes(path.read_bytes()[:100])

    code, printed = project.run("readiness", "publish", "--to", "public")

    assert code == 2
    assert "Traceback" not in printed
    assert "run.json" in printed
    assert changed(before, files(public(project))) == set()


def test_an_empty_archive_is_not_published(tmp_path: Path) -> None:
    project = new_project(tmp_path / "project")

    code, printed = project.run("readiness", "publish", "--to", "public")

    assert code == 2
    (line,) = printed.splitlines()
    assert "readiness archive" in line
    assert not (project.folder / "public").exists()


def test_a_damaged_record_is_named_with_the_remedy(project: Project) -> None:
    (public(project) / "1.1.0" / "published.json").write_text("{", encoding="utf-8")
    project.archive("1.1.0", "2025-04-01T08:00:00Z", {**GOOD, "core.a::one": Failed()})

    code, printed = project.run("readiness", "publish", "--to", "public")

    assert code == 2
    assert "published.json" in printed
    assert "--rebuild" in printed
    assert "Traceback" not in printed


def test_a_folder_that_is_somebody_elses_is_not_replaced(versions: Project, tmp_path: Path) -> None:
    """A folder of a version's name that we did not write holds somebody's files."""
    project = versions.copy(tmp_path / "project")
    theirs = project.write("public/1.0.0/index.html", "theirs")

    project.run("readiness", "publish", "--to", "public")

    assert theirs.read_text(encoding="utf-8") == "theirs"


def test_versions_whose_folders_would_be_one_are_refused(versions: Project, tmp_path: Path) -> None:
    project = versions.copy(tmp_path / "project")
    project.archive("2.0.0RC", "2025-05-01T08:00:00Z", {**GOOD, "core.a::x": Skipped()})
    # `archive` refuses the second; where two clones are merged, nobody could.
    clone = ("--history", "clone")
    project.archive("2.0.0rc", "2025-05-02T08:00:00Z", {**GOOD, "core.a::y": Skipped()}, *clone)
    shutil.copytree(project.folder / "clone", project.history, dirs_exist_ok=True)

    code, printed = project.run("readiness", "publish", "--to", "public")

    assert code == 2
    assert "2.0.0RC" in printed
    assert "2.0.0rc" in printed
    assert "Traceback" not in printed


NAMES = ("1.0 beta", "1.0+build.5", "release/2024-10", "Été 3", "..", "1.0%20x", "#1?a=b")


def test_version_names_that_need_escaping_get_folders_of_their_own(tmp_path: Path) -> None:
    project = new_project(tmp_path / "project")
    for number, name in enumerate(NAMES):
        project.archive(name, f"2025-01-{number + 1:02}T00:00:00Z", {**GOOD, f"core.a::t{number}": Failed()})

    project.publish()

    root = public(project)
    listed = json.loads((root / "versions.json").read_text(encoding="utf-8"))
    folders = {entry["title"]: entry["version"] for entry in listed}
    assert folders.keys() == set(NAMES)
    assert {path.name for path in root.iterdir() if path.is_dir()} == {*folders.values(), "assets", "latest"}
    for name, folder in folders.items():
        assert re.fullmatch(r"[A-Za-z0-9_+-][A-Za-z0-9._+-]*", folder), name
        assert (root / folder / "reports" / project.runs[name] / "index.html").is_file(), name
    assert broken_links(root, BASE) == []
    before = files(root)
    assert project.publish().count(": unchanged") == len(NAMES)
    assert changed(before, files(root)) == set()


def test_addresses_without_folders_can_be_published(versions: Project, tmp_path: Path) -> None:
    project = versions.copy(tmp_path / "project")
    project.configure("theme:", "use_directory_urls: false\ntheme:")

    project.publish()

    assert broken_links(public(project), BASE) == []
    shutil.rmtree(public(project) / "latest")
    assert project.publish().count(": unchanged") == 3
    assert broken_links(public(project), BASE) == []


@pytest.mark.parametrize(
    ("where", "what"),
    [
        *(
            ("history", "archive"),
            ("history/runs", "archive"),
            ("docs", "hand-written"),
            ("docs/public", "hand-written"),
        ),
        *((".", "project"), ("..", "project"), ("site", "mkdocs build"), ("mine", "templates")),
    ],
)
def test_a_folder_of_the_project_is_refused(project: Project, where: str, what: str) -> None:
    before = files(project.folder)

    code, printed = project.run("readiness", "publish", "--to", where)

    assert code == 2
    (line,) = printed.splitlines()
    assert what in line
    assert "--to" in line
    assert changed(before, files(project.folder)) == set()


@pytest.mark.parametrize("name", ["index.html", "latest/index.html", "versions.json", "feed.xml"])
def test_pages_of_somebody_else_are_not_overwritten(name: str, versions: Project, tmp_path: Path) -> None:
    project = versions.copy(tmp_path / "project")
    project.write(f"public/{name}", "theirs")

    code, printed = project.run("readiness", "publish", "--to", "public")

    assert code == 2
    (line,) = printed.splitlines()
    assert name in line
    assert "--to" in line
    assert files(project.folder / "public") == {name: b"theirs"}


def test_relative_paths_are_those_of_the_caller(versions: Project, tmp_path: Path) -> None:
    project = versions.copy(tmp_path / "project")
    (project.folder / "below").mkdir()
    caller = Project(project.folder / "below")

    code, printed = caller.run("readiness", "publish", "--to", "public", "-f", "../mkdocs.yml")

    assert code == 0, printed
    assert (caller.folder / "public" / "2.0.0" / "index.html").is_file()
    assert not public(project).exists()


def test_what_mkdocs_warns_of_is_shown_once_and_strict_ends_in_it(versions: Project, tmp_path: Path) -> None:
    project = versions.copy(tmp_path / "project")
    project.write("docs/page.md", "[gone](nowhere.md)\n")

    code, printed = project.run_apart("readiness", "publish", "--to", "public")

    assert code == 0
    assert printed.count("WARNING") == printed.count("nowhere.md") == 1
    project.configure("theme:", "strict: true\ntheme:")
    code, printed = project.run_apart("readiness", "publish", "--to", "strict")
    assert code == 2
    warning, error = printed.splitlines()
    assert "nowhere.md" in warning
    assert "strict mode" in error
    assert "mkdocs build --strict" in error


def test_no_version_can_take_the_name_of_the_alias(versions: Project, tmp_path: Path) -> None:
    project = versions.copy(tmp_path / "project")
    before = files(project.history)

    code, printed = project.run("readiness", "archive", "evidence/junit.xml", "--version", "Latest")

    assert code == 2
    (line,) = printed.splitlines()
    assert "the site keeps this name" in line
    assert files(project.history) == before
