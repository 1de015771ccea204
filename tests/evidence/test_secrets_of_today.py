"""Secrets of today are masked wherever text of evidence stands, and what looks like them stays.

All are made up, and put together from parts: what looks like a secret in a source file is reported by scanners.
"""

from __future__ import annotations

import json

import pytest

from readiness.evidence import mask, masked_finding, without_secrets

LETTERS = "aB3dE6gH9jK2mN5pQ8rS1tU4vW7xY0z"
HEX, UP, D, LD = "0a1b2c3d4e5f6789", "A1B2C3D4E5F6G7H8", "1234567890", "a1b2c3d4e5f6g7h8"


def some(length: int, alphabet: str = LETTERS) -> str:
    """As many characters of the alphabet, one after the other."""
    return (alphabet * (length // len(alphabet) + 1))[:length]


FORMS: list[tuple[str, str, str, str]] = [
    ("github classic", "", "gh" + "p_" + some(36), ""),
    ("github oauth", "", "gh" + "o_" + some(36), ""),
    ("github user", "", "gh" + "u_" + some(36), ""),
    ("github server", "", "gh" + "s_" + some(36), ""),
    (
        "github server new jwt",
        "",
        "gh" + "s_123456_ey" + "J" + some(120) + ".ey" + "J" + some(200) + "." + some(80),
        "",
    ),
    ("github refresh", "", "gh" + "r_" + some(36), ""),
    ("github fine", "", "gi" + "thub_pat_" + some(22) + "_" + some(59), ""),
    ("gitlab pat", "", "gl" + "pat-" + some(20), ""),
    ("gitlab routable", "", "gl" + "pat-" + some(27) + ".01." + some(9, LD), ""),
    ("gitlab deploy", "", "gl" + "dt-" + some(20), ""),
    ("gitlab ci job", "", "gl" + "cbt-64_" + some(20), ""),
    ("gitlab runner", "", "gl" + "rt-" + some(20), ""),
    ("gitlab trigger", "", "gl" + "ptt-" + some(40, HEX), ""),
    ("slack bot", "", "xo" + "xb-" + some(12, D) + "-" + some(13, D) + "-" + some(24), ""),
    ("slack user", "", "xo" + "xp-" + some(12, D) + "-" + some(12, D) + "-" + some(12, D) + "-" + some(32, HEX), ""),
    ("slack app", "", "xa" + "pp-1-A" + some(10, UP) + "-" + some(13, D) + "-" + some(64, HEX), ""),
    ("slack hook", "https://hooks.slack.com/services/", "T" + some(8, UP) + "/B" + some(8, UP) + "/" + some(24), ""),
    ("stripe live", "", "sk" + "_live_" + some(24), ""),
    ("stripe restricted", "", "rk" + "_live_" + some(99), ""),
    ("stripe webhook", "", "wh" + "sec_" + some(32), ""),
    ("aws id", "", "AK" + "IA" + some(16, UP.replace("1", "7")), ""),
    ("aws secret", "aws_secret_access_key = ", some(40), ""),
    ("aws session", "AWS_SESSION_TOKEN=", "IQoJb3JpZ2luX2VjE" + some(300) + "==", ""),
    ("aws secret env", "AWS_SECRET_ACCESS_KEY: '", some(40), "'"),
    ("gcp api", "", "AI" + "za" + some(35), ""),
    ("gcp oauth", "", "ya" + "29." + some(120), ""),
    ("gcp refresh", "", "1//0" + some(60), ""),
    (
        "gcp service",
        '"private_key": "',
        "-----BEGIN PRIVATE " + "KEY-----\\n" + some(64) + "\\n-----END PRIVATE " + "KEY-----\\n",
        '"',
    ),
    ("azure ad", "client_secret=abc8", "Q~" + some(34), ""),
    ("azure storage", "AccountKey=", some(86) + "==", ""),
    ("azure sas", "https://a.blob.core.windows.net/c?sv=2022-11-02&sp=r&sig=", some(43) + "%3D", ""),
    ("npm", "", "np" + "m_" + some(36), ""),
    ("npm auth", "//registry.npmjs.org/:_authToken=", some(36, HEX), ""),
    ("pypi", "", "pypi-AgEIcHlwaS5vcmc" + some(150), ""),
    ("hf", "", "hf" + "_" + some(34, "aBcDeFgHiJkLmNoPqRsTuVwXyZ"), ""),
    ("openai legacy", "", "sk-" + some(20) + "T3BlbkFJ" + some(20), ""),
    ("openai proj", "", "sk" + "-proj-" + some(74) + "T3BlbkFJ" + some(74), ""),
    ("openai svc", "", "sk" + "-svcacct-" + some(74) + "T3BlbkFJ" + some(74), ""),
    ("anthropic", "", "sk" + "-ant-api03-" + some(93) + "AA", ""),
    ("anthropic oauth", "", "sk" + "-ant-oat01-" + some(93) + "AA", ""),
    ("jwt", "", "eyJ" + some(30) + ".eyJ" + some(60) + "." + some(43), ""),
    ("jwe", "", "eyJ" + some(40) + "." + some(60) + "." + some(16) + "." + some(40) + "." + some(22), ""),
    ("pem rsa", "", "-----BEGIN RSA PRIVATE " + "KEY-----\n" + some(64) + "\n-----END RSA PRIVATE " + "KEY-----", ""),
    (
        "pem ssh",
        "",
        "-----BEGIN OPENSSH PRIVATE " + "KEY-----\n" + some(64) + "\n-----END OPENSSH PRIVATE " + "KEY-----",
        "",
    ),
    ("db pg", "postgresql+psycopg://app:", "s3cr3t", "@db/app"),
    ("db mongo", "mongodb+srv://u:", "p%40ss", "@c.mongodb.net"),
    ("amqp", "amqps://guest:", "gu3st!", "@mq:5671/"),
    ("http", "https://alice:", "hunter2", "@example.com/x"),
    ("auth bearer", "Authorization: Bearer ", some(40), ""),
    ("auth basic", "Authorization: Basic ", "dXNlcjpwYXNzd29yZA==", ""),
    ("auth basic dict", "'Authorization': 'Basic ", "dXNlcjpwYXNzd29yZA==", "'"),
    ("auth token", "authorization: token ", some(40, HEX), ""),
    ("cookie", "Set-Cookie: sessionid=", some(32, HEX), "; Path=/"),
    ("cookie req", "Cookie: csrftoken=", some(32), ""),
    ("x-api-key", "X-Api-Key: ", some(32, HEX), ""),
    ("password=", "password=", "hunter2!x", ""),
    ("password kw", "connect(user='a', password='", "S3cr3tPw", "')"),
    ("token json", '{"access_token": "', some(40), '"}'),
    ("api_key", "api_key: ", some(32, HEX), ""),
    ("client_secret", "client_secret=", some(32), "&x=1"),
    ("pgpass", "PGPASSWORD=", "tops3cret", ""),
    ("jdbc", "jdbc:mysql://h/db?user=a&password=", "tops3cret", ""),
    ("odbc", "Server=db;User Id=sa;Password=", "P4ss!w0rd", ";"),
    ("sendgrid", "", "SG" + "." + some(22) + "." + some(43), ""),
    ("vault", "", "hv" + "s." + some(95), ""),
    ("digitalocean", "", "do" + "p_v1_" + some(64, HEX), ""),
    ("databricks", "", "da" + "pi" + some(32, HEX), ""),
    ("gh b64 basic", "https://x-access-token:", "gh" + "s_" + some(36), "@github.com/a/b.git"),
    ("netlify", "", "nf" + "p_" + some(40), ""),
    ("supabase", "", "sb" + "p_" + some(40, HEX), ""),
    ("xai", "", "xai-" + some(80), ""),
    ("groq", "", "gs" + "k_" + some(52), ""),
    ("aws temporary id", "", "AS" + "IA" + some(16, UP), ""),
    ("openrouter", "", "sk" + "-or-v1-" + some(64, HEX), ""),
    ("gemini", "", "AQ" + ".Ab8" + some(46), ""),
    ("slack browser", "", "xo" + "xd-" + some(120), ""),
    ("sentry", "", "sn" + "trys_ey" + "J" + some(80) + "_" + some(43), ""),
    ("doppler service", "", "dp" + ".st.dev." + some(43), ""),
    ("figma", "", "fi" + "gd_" + some(40), ""),
    ("replicate", "", "r8" + "_" + some(37), ""),
    ("nvidia", "", "nv" + "api-" + some(64), ""),
    ("neon", "", "na" + "pi_" + some(64, LD), ""),
    ("tailscale", "", "ts" + "key-auth-" + some(12) + "-" + some(32), ""),
    ("supabase secret", "", "sb" + "_secret_" + some(31), ""),
    ("together", "", "tg" + "p_v1_" + some(43), ""),
    ("cerebras", "", "cs" + "k-" + some(48, LD), ""),
    ("langsmith", "", "ls" + "v2_pt_" + some(32, HEX) + "_" + some(10, HEX), ""),
    ("pinecone", "", "pc" + "sk_" + some(5) + "_" + some(64), ""),
    ("tavily", "", "tv" + "ly-dev-" + some(32), ""),
    ("resend", "", "re" + "_" + some(8) + "_" + some(24), ""),
    ("posthog", "", "ph" + "x_" + some(43), ""),
    ("circleci", "", "CC" + "IPAT_" + some(22) + "_" + some(40, HEX), ""),
    ("buildkite", "", "bk" + "ua_" + some(40, HEX), ""),
    ("cloudflare", "", "cf" + "ut_" + some(48), ""),
    ("vercel", "", "vc" + "p_" + some(56), ""),
    ("hubspot", "", "pa" + "t-na1-" + "a1b2c3d4-1a2b-3c4d-5e6f-a1b2c3d4e5f6", ""),
    ("nuget", "", "oy" + "2" + some(43, LD), ""),
    ("deepseek", "", "sk" + "-" + some(32, HEX), ""),
    ("sonar", "", "sq" + "u_" + some(40, HEX), ""),
    ("razorpay", "", "rz" + "p_live_" + some(14), ""),
    ("plaid", "", "ac" + "cess-sandbox-" + "a1b2c3d4-1a2b-3c4d-5e6f-a1b2c3d4e5f6", ""),
    ("mapbox", "", "sk" + ".eyJ" + some(80) + "." + some(22), ""),
]
"""What it is, what stands before, the secret, what stands behind."""

CONTEXTS = {
    "a message": ("E   AssertionError: ", " in 3.1 s", str),
    "a trace in XML": ("<testsuite><testcase name='a'><failure>x = ", "\n</failure></testcase></testsuite>", str),
    "a line of a report log": (
        '{"$report_type": "TestReport", "nodeid": "a", "longrepr": "',
        '"}\n',
        lambda text: json.dumps(text)[1:-1],
    ),
}


def test_there_are_sixty() -> None:
    assert len(FORMS) >= 60
    assert len(STAYS) >= 40


@pytest.mark.parametrize("where", CONTEXTS)
def test_secrets_are_masked(where: str) -> None:
    begin, end, written = CONTEXTS[where]
    missed = []
    for name, before, secret, after in FORMS:
        masked = mask(f"{begin}{written(before + secret + after)}{end}".encode())
        text = masked.content.decode()
        # Line ends of keys are written in other ways: what is secret is their letters.
        kept = max(secret.replace("\\n", "\n").split("\n"), key=len)
        if kept in text or kept[-12:] in text or not masked.count or not text.startswith(begin):
            missed.append((name, text))
    assert missed == []


STAYS = """
password=None
password: str
token: str
token: Optional[str] = None
password: required
{'password': ['This field is required.']}
{"password": "string"}
password=password
password=settings.DB_PASSWORD
password=self.get_password()
password=os.environ["PASSWORD1"]
password=****
password=********
password="********"
password=%s
password=%(password)s
password={password}
password=$PASSWORD1
password=${DB_PASSWORD_1}
password=<secret>
password=&lt;password1&gt;
test_password_is_required
test_token_1234567890abcdef12
tests/test_password.py:12: in test_password
tests/test_token.py::test_token[1234567890123456]
Invalid password: too short
assert password == 'x'
password_length=12345678
max_tokens=1000000000
Unexpected token: IDENTIFIER
token=TokenKind.IDENTIFIER
token: <object at 0x7f3a1c2e71d0>
secret: abc
secret_name=projects/a/secrets/b
Authorization: Bearer <token>
Authorization: Bearer $TOKEN
Authorization header is missing
Cookie: theme=dark
cookies: {}
cookie=None
api_key=None
api_key: YOUR_API_KEY
sig=inspect.signature(f)
sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855
commit 3f9a1c2e71d0b3f9a1c2e71d0b3f9a1c2e71d0b3
123e4567-e89b-12d3-a456-426614174000
aGVsbG8gd29ybGQgdGhpcyBpcyBhIHRlc3Q=
etag: "33a64df551425fcc55e4d42a148795d9f25f89d4"
next_page=eyJpZCI6MTIzNDU2fQ
https://example.com/a?key=value&page=2
mailto:user@example.com
git@github.com:org/repo.git
http://localhost:5432/db
xai-tools gsk_x nfp_ sbp_dir whsec_missing
re_compile_2 r8_x csk-learn napi_module vcp_ tskey-x oy2 squ_are figd_x AQ.Ab phx_
sk-123e4567-e89b-12d3-a456-426614174000
data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg==
integrity sha512-v2kDEe57lecTulaDIuNTPy3Ry4gLGJ6Z1O3vE1krgXZNrsQ+LFTGHVxVjcXPs17LhbZVGedAJv8XZ1tvj5FvSg==
attrs==25.3.0+local.1 numpy-2.1.0rc1.dev0+g3f9a1c2e7
1//0.5
password=SecretStr('**********')
passwords: 12345678
secrets=12345678901234567890
csrf_token was not found
token expired at 2026-11-29T08:13:45

PublicKeyToken=b03f5f7f11d50a3a
""".strip().splitlines()


@pytest.mark.parametrize("where", CONTEXTS)
def test_what_looks_like_a_secret_stays(where: str) -> None:
    begin, end, written = CONTEXTS[where]
    for text in STAYS:
        given = f"{begin}{written(text)}{end}".encode()
        assert mask(given).content is given, text


def test_the_finding_names_kinds_and_lines() -> None:
    text = "\n".join(["password=hunter2!", "x", *["token gh" + "p_" + some(36)] * 5])
    masked = mask(text.encode())
    said = masked_finding(masked.count, masked.content).message
    assert said == "6 secrets masked: github pat (lines 3, 4, 5 and 2 more), named password (line 1)"


def test_addresses_of_a_ci_lose_who_asked() -> None:
    assert without_secrets("https://bot:s3cr3t@ci.example/job/7") == "https://ci.example/job/7"
    assert without_secrets("https://gh" + "p_" + some(36) + "@ci.example/") == "https://ci.example/"
    token = some(24)
    assert token not in without_secrets(f"https://ci.example/?token={token}")
    assert without_secrets("https://ci.example/a@b?c=d@e") == "https://ci.example/a@b?c=d@e"


def test_a_chain_of_secrets_is_masked_in_one_go() -> None:
    links = ("SG" + "." + "a" * 65 + "-") * 3_000 + "ab"
    masked = mask(links.encode())
    assert mask(masked.content).content is masked.content
