"""Secrets are masked, names and everything else stay: byte for byte, in every format, encoding and state of damage.

All secrets are made up, and put together from parts: what looks like one in a source file is reported by scanners.
"""

from __future__ import annotations

import codecs
import hashlib
import json
import re
import time
import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.evidence.evidence_corpus import FIXTURES, content, rows
from tests.evidence.test_secrets_of_today import FORMS

from readiness.evidence import masking, read, secret_patterns
from readiness.evidence.encoding import unpacked
from readiness.evidence.limits import LIMITS
from readiness.evidence.masking import PATTERN_SET, mask, masked_finding
from readiness.model import EvidenceFile

VENDORED = Path(secret_patterns.__file__).parent
LETTERS = "aB3dE6gH9jK2mN5pQ8rS1tU4vW7xY0z"
TOKEN = "gh" + "p_" + (LETTERS * 2)[:36]
MARK = "[masked: github pat]"


def some(length: int, alphabet: str = LETTERS) -> str:
    """As many characters of the alphabet, one after the other."""
    return (alphabet * (length // len(alphabet) + 1))[:length]


HEX, UPPER, DIGITS = "0a1b2c3d4e5f6789", "A1B2C3D4E5F6G7H8", "1234567890"
KEY = "-----BEGIN {0}PRIVATE " + "KEY{1}-----\n{2}\n-----END {0}PRIVATE " + "KEY{1}-----"

OURS: list[tuple[str, str, str, str]] = [
    ("anthropic-api-key", "", "sk-" + "ant-api03-" + some(90), ""),
    ("atlassian-api-token", "", "ATA" + "TT3" + some(180) + "=" + some(8, UPPER), ""),
    ("aws-access-key-id", "", "AK" + "IA" + some(16, UPPER), ""),
    ("aws-access-key-id", "", "AS" + "IA" + some(16, UPPER), ""),
    ("aws-secret-access-key", "AWS_SECRET_ACCESS_KEY=", some(38) + "+/", ""),
    ("aws-secret-access-key", "aws_secret_access_key = ", some(40), "\n"),
    ("aws-secret-access-key", '{"SecretAccessKey": "', some(40), '"}'),
    ("aws-secret-access-key", r"{\"secretAccessKey\":\"", some(40), r"\"}"),
    ("azure-ad-client-secret", "abc8", "Q" + "~" + some(34), ""),
    ("azure-access-key", "AccountName=a;AccountKey=", some(86) + "==", ";"),
    ("azure-access-key", "SharedAccessKey=", some(43) + "=", ""),
    ("discord-webhook", "https://discord.com/api/webhooks/" + some(18, DIGITS) + "/", some(68), ""),
    ("discord-bot-token", "Bot ", "MTIz" * 5 + "NDU2" + "." + some(6) + "." + some(38), ""),
    ("docker-access-token", "", "dckr" + "_pat_" + some(27), ""),
    ("google-oauth-client-secret", "", "GOC" + "SPX-" + some(28), ""),
    ("google-oauth-token", "Bearer ", "ya" + "29." + some(120), ""),
    ("jwt", "Bearer ", "ey" + "J" + some(30) + ".ey" + "J" + some(60) + "." + some(43), ""),
    ("jwt", "unsigned ", "ey" + "J" + some(30) + ".ey" + "J" + some(60) + ".", ""),
    ("new-relic-api-key", "", "NR" + "AK-" + some(27, UPPER), ""),
    ("openai-api-key", "", "sk-" + "proj-" + some(150), ""),
    ("openai-api-key", "", "sk" + "-" + some(48), ""),
    ("private-key", "", KEY.format("", "", "MIIE" + some(60)), ""),
    ("private-key", "", KEY.format("RSA ", "", "Proc-Type: 4,ENCRYPTED\n\n" + some(64)), " end"),
    ("private-key", "", KEY.format("OPENSSH ", "", some(70)).replace("\n", "\\n"), '" end'),
    ("private-key", "", KEY.format("EC ", "", some(64)).replace("\n", "&#10;"), " end"),
    ("private-key", "", KEY.format("PGP ", " BLOCK", "Version: 1\n\n" + some(64)), ""),
    ("private-key", "cut off ", KEY.format("", "", some(64)).partition("\n-----END")[0], ""),
    ("pypi-token", "", "pypi-" + "AgEIcHlwaS5vcmc" + some(150), ""),
    ("slack-token", "", "xox" + "b-" + some(12, DIGITS) + "-" + some(24), ""),
    ("slack-token", "", "xox" + "e.xoxp-1-" + some(160, UPPER), ""),
    ("slack-webhook", "https://hooks.slack.com/services/", "T" + some(8, UPPER) + "/B" + some(8, UPPER) + "/x", ""),
    ("slack-webhook", r"https:\/\/hooks.slack.com\/services\/", "T" + some(8, UPPER) + r"\/B" + some(24), '"'),
    ("sourcegraph-access-token", "", "sg" + "p_" + some(40, HEX), ""),
    ("square-access-token", "", "sq0" + "atp-" + some(22), ""),
    ("stripe-access-key", "", "sk_" + "live_" + some(24), ""),
    ("teams-webhook", "https://a.webhook.office.com/", "webhook" + "b2/" + some(36) + "@" + some(36), ""),
    ("telegram-bot-token", "bot123456789:", "A" + "A" + some(33), ""),
    ("terraform-cloud-token", some(14) + ".atlasv1.", some(64), ""),
    ("twilio-api-key", "", "S" + "K" + some(32, HEX), ""),
    ("url-password", "postgres://admin:", "s3cr3t", "@db.example/app"),
    ("url-password", "https://:", "pa:ss%20word", "@example.com"),
    ("url-password", r"redis:\/\/user:", "hunter2", r"@cache:6379\/0"),
    ("vault-token", "", "hv" + "s." + some(95), ""),
]
"""Kind, what stands before, the secret, what stands behind."""


@pytest.mark.parametrize(("kind", "before", "secret", "after"), OURS)
@pytest.mark.parametrize("around", ["{}", "E   {}", 'x="{}"', "a\\n{}", "\x1b[31m{}\x1b[0m"])
def test_our_patterns(kind: str, before: str, secret: str, after: str, around: str) -> None:
    head, tail = around.split("{}")
    if (kind, before) == ("private-key", "cut off "):
        tail = ""  # what follows cannot be told from the key
    found = mask(f"{head}{before}{secret}{after}{tail}".encode())
    assert dict(found.kinds) == {kind: 1}
    assert found.count == 1
    assert found.content.decode() == f"{head}{before}[masked: {kind.replace('-', ' ')}]{after}{tail}"


def test_the_table_holds_each_of_our_patterns() -> None:
    ours = {name for name, *_ in (*secret_patterns.OURS, *secret_patterns.OURS_BY_SHAPE)}
    elsewhere = {kind for _, *parts in FORMS for kind in mask("".join(parts).encode()).kinds}
    assert ours - elsewhere == {kind for kind, *_ in OURS} - elsewhere


@cache
def gitleaks() -> dict[str, str]:
    """Gitleaks' own patterns of its rules that are in use; the case of the letters is the one that is written."""
    entries = tomllib.loads((VENDORED / "gitleaks.toml").read_text("utf-8"))["rules"]
    used = {rule.name for rules in secret_patterns.rules().by_literal.values() for rule in rules}
    return {
        entry["id"]: entry["regex"].replace("(?i)", "").replace(r"\z", r"\Z")
        for entry in entries
        if entry["id"] in used and entry["id"] not in {kind for kind, *_ in OURS}
    }


def test_gitleaks_is_the_one_that_is_named() -> None:
    digest, name = (VENDORED / "gitleaks.sha256").read_text().split()
    assert hashlib.sha256((VENDORED / name).read_bytes()).hexdigest() == digest
    assert "MIT License" in (VENDORED / "gitleaks.LICENSE.txt").read_text()
    assert re.fullmatch(r"gitleaks \d+\.\d+\.\d+ \+ readiness \d+", PATTERN_SET)
    assert len(gitleaks()) == 83
    assert {"github-pat", "gitlab-pat", "gcp-api-key", "npm-access-token", "sendgrid-api-token"} <= gitleaks().keys()


@pytest.mark.parametrize("name", sorted(gitleaks()))
def test_gitleaks_patterns(name: str) -> None:
    pattern = re.compile(gitleaks()[name], re.ASCII)

    @settings(max_examples=5, database=None, deadline=None, derandomize=True)
    @given(st.from_regex(pattern, fullmatch=True))
    def masked(secret: str) -> None:
        found = mask(f"token: {secret} end".encode())
        assert found.count >= 1
        assert not pattern.search(found.content.decode())

    masked()


STAYS = [
    hashlib.sha256(b"a").hexdigest(),
    "sha256:" + hashlib.sha256(b"a").hexdigest(),
    hashlib.sha1(b"a").hexdigest(),
    "123e4567-e89b-12d3-a456-426614174000",
    "data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAA" + some(2000),
    "git@github.com:org/repo.git",
    "ssh://git@github.com/org/repo.git",
    "https://user@example.com/",
    "https://example.com:8080/path@2x?x=1",
    "http://localhost:8080/a:b@c",
    "https://user:****@example.com https://user:xxxx@example.com https://user:$PASSWORD@example.com",
    "postgres://user:...@host postgres://user:&lt;password&gt;@host",
    "npm:@scope/pkg@1.2.3 pkg://npm/a@1:2",
    "-----BEGIN PRIVATE " + "KEY----- is missing",
    "-----BEGIN CERTIFICATE-----\n" + some(64) + "\n-----END CERTIFICATE-----",
    "AWS_SECRET_ACCESS_KEY is not set; aws_secret_access_key=None",
    "sk-learn sk-proj-x task-force-" + some(60),
    "eyJ is how JSON in base64 begins",
    "_Z17highs_setCallbackPvPFviPKc" + some(60),
    "a" + TOKEN,
    "password=hunter secret: abc",
]


@pytest.mark.parametrize("text", STAYS)
def test_what_is_no_secret_stays(text: str) -> None:
    given = f"E   assert {text} == 1".encode()
    found = mask(given)
    assert found.content is given
    assert (found.count, dict(found.kinds)) == (0, {})


def test_what_looks_like_an_address_hides_no_secret() -> None:
    for text in (
        '{"url":"http://a:80","token":"TOKEN","mail":"x@y"}',
        "http://localhost:8080?token=TOKEN;mail=x@y",
        "https://TOKEN:@github.com",
        "https://TOKEN:x-oauth-basic@github.com",
        "://u:&lt;TOKEN@x",
    ):
        found = mask(text.replace("TOKEN", TOKEN).encode()).content.decode()
        assert TOKEN not in found, text
        assert MARK in found


def test_several_keys_and_text_between_them() -> None:
    key = KEY.format("", "", some(64))
    cut = key.partition("\n-----END")[0]
    text = f"{key} kept {key} -----BEGIN PRIVATE KEY----- only named, kept {cut}\n{key} end"
    mark = "[masked: private key]"
    found = mask(text.encode())
    assert found.content.decode() == f"{mark} kept {mark} -----BEGIN PRIVATE KEY----- only named, kept {mark}{mark} end"
    assert found.count == 4


FORMATS: dict[str, str] = {
    "junit": """<testsuites name="@N@"><testsuite name="@N@" hostname="@N@" package="@N@" file="@N@">
<properties><property name="@N@" value="@S@"/><property name="x">é @S@</property></properties>
<testcase classname="@N@" name='@N@ "q"' file="@N@" time="1"><failure message="é&#10;@S@" type="@S@">@S@
<![CDATA[ <testcase name="@S@"> ]]> &lt;@S@&gt;</failure><system-out>"@S@"</system-out><system-err>@S@</system-err>
<!-- @S@ --><rerunFailure message="@S@"/></testcase><system-out>@S@</system-out></testsuite></testsuites>""",
    "ctrf": json.dumps(
        {
            "results": {
                "tool": {"name": "@N@"},
                "summary": {"tests": 1, "failed": 1, "extra": {"name": "@S@"}},
                "tests": [
                    {
                        "name": "@N@",
                        "suite": ["@N@", '@N@ \\ " é'],
                        "filePath": "@N@",
                        "status": "failed",
                        "parameters": {"@N@": "@N@"},
                        "message": "@S@\n@S@",
                        "trace": 'x\t"@S@"',
                        "stdout": ["@S@", "@S@"],
                        "extra": {"file": "@S@", "@N@": "@S@"},
                        "retryAttempts": [{"attempt": 1, "status": "failed", "message": "@S@"}],
                    }
                ],
                "environment": {"name": "@S@"},
            }
        },
        indent=1,
    ),
    "collected": "tests/@N@.py::@N@\ntests/test_b.py::b[@N@\n@N@]\n\nwarning: @S@\n"
    "==== ERRORS ====\n____ ERROR collecting tests/@N@.py ____\nE   boom @S@\n"
    "==== short test summary info ====\nERROR tests/@N@.py - boom @S@\n2 tests collected, 1 error in 0.01s\n",
    "coverage": '<coverage line-rate="1"><packages><package name="@N@"><classes><class name="@N@" filename="@N@">'
    '<lines><line number="1" hits="1"/></lines></class></classes></package></packages><x y="@S@"/></coverage>',
    "coverage.py": '{"meta": {"format": 3}, "files": {"@N@": {"summary": {}}}, "totals": {"note": "@S@"}}',
    "lcov": "TN:@N@\nSF:@N@\nDA:1,1\n  FN:1,@N@\nBRDA:1,0,@N@,1\n# @S@\nend_of_record\n",
    "metrics": '{"metrics": [{"name": "@N@", "value": 1, "unit": "@S@"}], "note": "@S@"}',
    "benchmark": '{"benchmarks": [{"name": "@N@", "fullname": "@N@", "stats": {"mean": 1, "median": 1},'
    ' "extra_info": {"name": "@S@"}}], "machine_info": {"node": "@S@"}}',
    "reportlog": '{"$report_type": "SessionStart", "pytest_version": "9"}\n'
    '{"$report_type": "TestReport", "nodeid": "@N@", "location": ["@N@", 1, "@N@"], "longrepr": "@S@", '
    '"sections": [["@S@", "@S@"]], "user_properties": [["a", "@S@"]]}\n{"cut off": "@S@\n'
    '{"$report_type": "WarningMessage", "filename": "@N@", "message": "@S@", "category": "W"}\n',
    "log": "any text @S@\n@S@",
}
"""A file of each format: `@N@` stands in names, `@S@` in all that is none."""


@pytest.mark.parametrize("form", FORMATS)
def test_names_stay_and_texts_are_masked(form: str) -> None:
    given = FORMATS[form].replace("@S@", "@N@").replace("@N@", TOKEN)
    found = mask(given.encode())
    assert found.content.decode() == FORMATS[form].replace("@N@", TOKEN).replace("@S@", MARK)
    assert dict(found.kinds) == {"github-pat": FORMATS[form].count("@S@")}
    again = mask(found.content)
    assert again.content is found.content
    assert again.count == 0
    assert names(read(found.content, form)) == names(read(given.encode(), form))


@pytest.mark.parametrize("form", FORMATS)
@pytest.mark.parametrize("cut", [0.3, 0.6, 0.9])
def test_files_that_are_cut_off(form: str, cut: float) -> None:
    whole = FORMATS[form].replace("@S@", "@N@").replace("@N@", TOKEN)
    part = whole[: int(len(whole) * cut)].encode()
    assert names(read(mask(part).content, form)) == names(read(part, form))


ENCODINGS = (
    *(("", mark, name) for mark, name in ((b"", "utf-8"), (codecs.BOM_UTF8, "utf-8"))),
    ("", codecs.BOM_UTF16_LE, "utf-16-le"),
    ("", codecs.BOM_UTF16_BE, "utf-16-be"),
    ("", codecs.BOM_UTF32_LE, "utf-32-le"),
    ("", codecs.BOM_UTF32_BE, "utf-32-be"),
    *(("", b"", name) for name in ("utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be")),
    *((name, b"", name) for name in ("utf-8", "iso-8859-1", "windows-1252", "cp437", "us-ascii", "koi8-r")),
    *((name, b"", name) for name in ("shift_jis", "euc-jp", "gb18030", "gbk", "big5", "iso-2022-jp")),
    ("utf-16", b"", "utf-8"),  # it lies
    ("no-such-encoding", b"", "utf-8"),
    ("cp037", b"", "utf-8"),
)
FOREIGN = {"koi8-r": "жф", "us-ascii": "", "shift_jis": "表ソ日", "cp437": "é"}
FOREIGN |= dict.fromkeys(("euc-jp", "iso-2022-jp"), "表日") | dict.fromkeys(("gb18030", "gbk", "big5"), "表中")


@pytest.mark.parametrize(("declared", "start", "encoding"), ENCODINGS)
def test_encodings(declared: str, start: bytes, encoding: str) -> None:
    form = FORMATS["junit"].replace("é", FOREIGN.get(encoding, "é"))
    if declared:
        form = f'<?xml version="1.0" encoding="{declared}"?>\n{form}'
    given = start + form.replace("@S@", "@N@").replace("@N@", TOKEN).encode(encoding)
    found = mask(given)
    assert found.content == start + form.replace("@N@", TOKEN).replace("@S@", MARK).encode(encoding)
    assert names(read(found.content, "junit.xml")) == names(read(given, "junit.xml"))


@pytest.mark.parametrize("form", ["ctrf", "collected", "metrics", "log"])
@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-32"])
def test_encodings_of_texts(form: str, encoding: str) -> None:
    given = FORMATS[form].replace("@S@", "@N@").replace("@N@", TOKEN).encode(encoding)
    assert mask(given).content == FORMATS[form].replace("@N@", TOKEN).replace("@S@", MARK).encode(encoding)


def names(file: EvidenceFile) -> dict[str, object]:
    """All that reading finds but texts."""
    return {
        "state": file.state,
        "kind": file.kind,
        "counts": (file.suites, file.cases, dict(file.declared), file.wall_s, file.started),
        "results": [
            (one.key, one.outcome, one.time_s, one.run_level, [detail.kind for detail in one.details])
            for one in file.results
        ],
        "metrics": [(metric.name, metric.value) for metric in file.metrics],
        "collected": file.collected,
        "coverage": file.coverage,
        "findings": [(finding.code, finding.loss) for finding in file.findings],
        "environment": sorted(file.environment),
    }


PATHS = sorted(row["path"] for row in rows() if "path" in row) or sorted(
    str(path.relative_to(FIXTURES)) for path in FIXTURES.rglob("*.xml")
)
TEXT_BEGINS = re.compile(
    rb"<(?:failure|error|skipped|system-out|system-err|rerunFailure|flakyFailure|stackTrace)(?:\s[^<>]*[^<>/])?>"
    rb"(?:\s*<!\[CDATA\[)?|\b(?:message|type)=\"|\"(?:message|trace)\": ?\""
)
NAME_BEGINS = re.compile(
    rb"\b(?:name|classname|file|filename)=\"|\"(?:name|suite|filePath|nodeid)\": ?\"|(?m:^)tests?/"
)


def inject(pattern: re.Pattern[bytes], given: bytes) -> tuple[bytes, int]:
    return pattern.subn(lambda found: found[0] + TOKEN.encode() + b" ", given)


@pytest.mark.parametrize("path", PATHS)
def test_masking_changes_no_count_and_no_key(path: str) -> None:
    original = unpacked(content(path))
    with_secrets, injected = inject(TEXT_BEGINS, original)
    found = mask(with_secrets)
    assert found.count == injected + found.kinds.get("user-name", 0)
    assert TOKEN not in repr(read(found.content, path))
    assert names(read(found.content, path)) == names(read(with_secrets, path))
    assert mask(found.content).count == 0


@pytest.mark.parametrize("path", PATHS)
def test_masking_changes_no_name(path: str) -> None:
    with_secrets, _ = inject(NAME_BEGINS, unpacked(content(path)))
    assert names(read(mask(with_secrets).content, path)) == names(read(with_secrets, path))


def real_files(shared: Path, repo_root: Path) -> Iterator[Path]:
    for folder in (shared / "corpus", shared / "real-runs", repo_root / "history", FIXTURES):
        yield from (path for path in sorted(folder.rglob("*")) if path.is_file())


def test_real_files_hold_no_secret(shared: Path, repo_root: Path) -> None:
    looked_at = 0
    for path in real_files(shared, repo_root):
        given = unpacked(path.read_bytes())
        found = mask(given)
        assert set(found.kinds) <= {"user-name"}, f"{path}: {dict(found.kinds)}"
        assert (found.content is given) == (not found.count)
        looked_at += 1
    assert looked_at > 300


PIECES = st.one_of(
    st.sampled_from(sorted(secret_patterns.rules().by_literal)),
    st.sampled_from([before + secret + after for _, before, secret, after in OURS] + [TOKEN]),
    st.sampled_from([*"<>\"'&;=:/@\\{}[],\n \x00", "://a:", "]]>", "<![CDATA[", '<a name="', '{"name":', "</a>"]),
    st.text(max_size=5),
)


@settings(max_examples=300, deadline=None)
@given(
    st.sampled_from(["", "<a>", '{"a":"', "[", "a.py::b\n", "SF:a\n"]),
    st.lists(PIECES, max_size=12).map("".join),
    st.sampled_from(["utf-8", "utf-16", "utf-32", "utf-16-be"]),
)
def test_masking_twice_finds_nothing_more(start: str, text: str, encoding: str) -> None:
    given = (start + text).encode(encoding, "surrogatepass")
    found = mask(given)
    assert (found.content is given) == (found.count == 0)
    assert found.count == sum(found.kinds.values())
    again = mask(found.content)
    assert again.content is found.content


@settings(max_examples=300, deadline=None)
@given(st.binary(max_size=300), st.binary(max_size=300))
def test_any_bytes(before: bytes, after: bytes) -> None:
    found = mask(before + after)
    assert found.content == before + after or found.count
    assert mask(found.content).content is found.content


@given(st.binary(max_size=300))
def test_a_log_that_begins_with_any_bytes(before: bytes) -> None:
    given = b"log\n" + before.translate(None, b"<{[:/") + f"\n{TOKEN}\n".encode()
    assert TOKEN.encode() not in mask(given).content


@pytest.mark.parametrize("bits", range(8))
def test_flipped_bits(bits: int) -> None:
    given = FORMATS["junit"].replace("@S@", "@N@").replace("@N@", TOKEN).encode("utf-16")
    for at in range(0, len(given), 97):
        flipped = bytearray(given)
        flipped[at] ^= 1 << bits
        mask(bytes(flipped))


def test_a_large_file_is_searched_in_pieces(monkeypatch: pytest.MonkeyPatch) -> None:
    form = "<a>" + "".join(f"{'é' * (number * 7 % 50)} @S@ <b name='@N@'/>" for number in range(300)) + "</a>"
    given = form.replace("@S@", "@N@").replace("@N@", TOKEN).encode()
    small = mask(given)
    for name, value in (("LARGE", 1), ("PIECE", 100), ("BATCH", 3)):
        monkeypatch.setattr(masking, name, value)
    assert mask(given) == small
    assert small.content.decode() == form.replace("@N@", TOKEN).replace("@S@", MARK)


SIZE = 64 * 1024
REPEATED = ["eyJ", "://", "://a:", "://a:b", ":\\/", "xox", "-----BEGIN", "-----BEGIN PRIVATE KEY-----\n", "Q~", ":AA"]
REPEATED += ["xoxb-" + "a" * 250, "https://u:p@h ", "/api/webhooks/", "SECRET_ACCESS_KEY ", "sk-" + "a" * 20, TOKEN]
REPEATED += ["<", "<a ", '<a b="', "</", "<!", "<!--", "<![CDATA[", "{", "[", '{"a":', '"', '["', '["\\', "}", "\\"]
REPEATED += ["a.py::", "ERROR a.py::", ".py", "a.", "=== ", "___ ", " ::", "\n", "\0"]


@pytest.mark.slow
@pytest.mark.parametrize("repeated", REPEATED)
@pytest.mark.parametrize(
    ("start", "end"),
    [
        ("", ""),
        ("<a>", "</a>"),
        ('<a name="', '"/>'),
        ('{"name": "', '"}'),
        ("[", ""),
        ('{"a": 1}\n', ""),
        ("a.py::b\n==== short test summary info ====\nERROR ", "\n1 test collected in 0.01s"),
    ],
)
def test_nothing_takes_long(repeated: str, start: str, end: str) -> None:
    """What takes time with the square of the size takes many times as long."""
    given = (start + repeated * (SIZE // len(repeated)) + f" {TOKEN} " + end).encode()
    began = time.process_time()
    mask(given)
    assert time.process_time() - began < 0.75


def test_the_finding() -> None:
    assert masked_finding(1).message == "1 secret masked"
    finding = masked_finding(2)
    assert (finding.code, finding.message, finding.loss) == ("secrets-masked", "2 secrets masked", False)
    assert LIMITS.file_bytes > masking.LARGE


def test_what_stands_behind_the_id_of_an_error_is_no_name() -> None:
    text = "==== short test summary info ====\nERROR tests/test_größe.py - boom {}\n1 error in 0.01s\n"
    text = f"tests/test_b.py::b\n{text}1 test collected in 0.01s\n"
    assert mask(text.format(TOKEN).encode()).content == text.format(MARK).encode()
