"""CODEOWNERS as GitHub and GitLab read it: expected owners are those of the examples in their manuals."""

from __future__ import annotations

from pathlib import Path

import pytest

from readiness.errors import UsageError
from readiness.policy import owner_of, parse_policy, policy_text
from readiness.policy.codeowners import read_codeowners

GITHUB = r"""
# the examples of GitHub's manual
*       @global-owner1 @global-owner2
*.js    @js-owner #This is an inline comment.
/build/logs/ @doctocat
docs/*  docs@example.com
apps/ @octocat
/docs/ @doctocat
**/logs @octocat
/apps/ @octocat
/apps/github
path\ with\ spaces/ @space-owner
"""
GITLAB = """
[Documentation] @docs-team
docs/
README.md @writer

^[Database][2] @database-team
model/db/
!model/db/generated/
"""


@pytest.mark.parametrize(
    ("rules", "path", "owner"),
    [
        (GITHUB, "src/a.py", "@global-owner1, @global-owner2"),
        (GITHUB, "src/deep/a.js", "@js-owner"),
        (GITHUB, "build/logs/1/a.txt", "@octocat"),
        (GITHUB, "docs/deep/a.md", "@doctocat"),
        ("docs/*  docs@example.com", "docs/getting-started.md", "docs@example.com"),
        ("docs/*  docs@example.com", "docs/build-app/troubleshooting.md", ""),
        (GITHUB, "deeply/nested/logs/a.txt", "@octocat"),
        (GITHUB, "lib/apps/a.py", "@octocat"),
        (GITHUB, "apps/github/a.py", ""),
        (GITHUB, "path with spaces/a.py", "@space-owner"),
        (GITLAB, "docs/a.md", "@docs-team"),
        (GITLAB, "README.md", "@writer"),
        (GITLAB, "model/db/a.rb", "@database-team"),
        (GITLAB, "model/db/generated/a.rb", ""),
        (GITLAB, "src/a.rb", ""),
        ("(((\n\x00 @x\n[[ @y", "a", ""),
    ],
)
def test_the_last_rule_that_matches_wins(rules: str, path: str, owner: str) -> None:
    assert owner_of(path, read_codeowners(rules)) == owner


def test_what_is_recorded_holds_the_rules(tmp_path: Path) -> None:
    (tmp_path / "CODEOWNERS").write_text(GITLAB, encoding="utf-8")
    policy = tmp_path / "readiness.yml"
    policy.write_text("product: Shop\nowners: CODEOWNERS\n", encoding="utf-8")
    recorded = parse_policy(policy_text(policy), policy)
    assert recorded.codeowners == read_codeowners(GITLAB)
    assert policy_text(policy, owners=False) == policy.read_bytes()


def test_a_file_that_is_not_there_is_named_with_its_line(tmp_path: Path) -> None:
    policy = tmp_path / "readiness.yml"
    policy.write_text("product: Shop\nowners: .github/CODEOWNERS\n", encoding="utf-8")
    with pytest.raises(UsageError) as told:
        policy_text(policy)
    for part in (".github/CODEOWNERS", "line 2", "readiness.yml", "cannot be read", "Check the path"):
        assert part in told.value.line
