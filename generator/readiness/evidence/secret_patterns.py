"""The patterns of secrets: those of gitleaks' rules that need no guessing, and some of our own.

A rule is found by its anchor, a short text that its secrets begin with; only there is its pattern tried.
"""

import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from readiness.evidence.secret_prefixes import PREFIXED

PATTERN_SET = "gitleaks 8.30.1 + readiness 4"
"""Source and version of the patterns; the second number grows when ours change, or what we leave out of theirs."""

BY_NAME = "(?:=|>|:{1,3}="
"""In those of gitleaks' patterns that look for a value beside the name of a service: a guess, and not ours to make."""
LEFT_OUT = frozenset(
    # These go by words nearby too, or begin with nothing that tells them apart.
    {"airtable-personnal-access-token", "authress-service-client-access-key", "curl-auth-header", "curl-auth-user"}
    | {"facebook-access-token", "freemius-secret-key", "intra42-client-secret", "kubernetes-secret-yaml"}
    | {"maxmind-license-key", "nuget-config-password", "sidekiq-sensitive-url"}
    # Digests and images in base64 look like these.
    | {"clickhouse-cloud-api-secret-key", "facebook-page-access-token", "jwt-base64"}
    # Ours know more forms of these, or mask the secret alone.
    | {"anthropic-admin-api-key", "anthropic-api-key", "aws-access-token", "azure-ad-client-secret", "jwt"}
    | {"hashicorp-tf-api-token", "microsoft-teams-webhook", "openai-api-key", "private-key", "pypi-upload-token"}
    | {"slack-bot-token", "slack-config-access-token", "slack-config-refresh-token", "slack-legacy-bot-token"}
    | {"slack-legacy-token", "slack-legacy-workspace-token", "slack-user-token", "slack-webhook-url"}
    | {"sourcegraph-access-token", "square-access-token", "stripe-access-token"}
    | {"twilio-api-key", "vault-service-token"}
)
BOUNDARIES = re.compile(r"\(\?:\[\\x60'\"\\s;\]\|\\\\\[nr\]\|\$(?:\|\\b)?\)$|\(\?:\[\^(?P<no>[^\]]+)\]\|\\z\)$")
"""The ends of gitleaks' patterns that take the character after the secret: a quote, a blank, the end."""

AFTER_ESCAPE = (
    r"(?<=\\[abfnrtv])|(?<=%[0-9A-Fa-f]{2})|(?<=\\x[0-9A-Fa-f]{2})|(?<=\\u[0-9A-Fa-f]{4})"
    r"|(?<=\[\dm)|(?<=\[\d\dm)|(?<=;\dm)|(?<=;\d\dm)"
)
r"""Where a letter before a token is no part of its word: `\n`, `%3D`, `\u003d`, the end of a terminal colour."""
START = rf"(?:(?<![A-Za-z0-9_])|{AFTER_ESCAPE})"
END = r"(?![A-Za-z0-9_])"
SLASH = r"\\{0,9}/"
"""PHP escapes it in JSON, which may stand in JSON."""
QUOTE = r"(?:\\*[\"']|&quot;|&apos;|&#3[49];)?"
USER = r"[^\x00-\x20,;=()|:/?#@\"'<>\\\[\]]{0,200}"
PASSWORD = r"(?:[^\x00-\x20/?#\"'<>{}\\\[\]]|\\u00[0-9a-fA-F]{2}){1,400}"
PLACEHOLDER = r"(?:\*+|[xX]+|\.{3}|%s|\$\w{1,60}|&lt;[^@\s]{1,60})@"

PRIVATE_KEY = "private-key"
NAMED = frozenset({"authorization-header", "cookie", "named-password", "named-token"})
"""Kinds that what stands before them tells; one that its own form tells is called by that."""

SEPARATORS = "[=:]"
SEPARATOR = rf"{QUOTE}\s{{0,3}}(?:=&gt;|=>|{SEPARATORS}|\svalue\s?=)\s{{0,3}}b?{QUOTE}"
"""Between what is called a secret and the secret: as an option, a member, an argument, a property of JUnit."""
IN_HEADER = SEPARATOR.replace(SEPARATORS, "[=:,]")
NO_VALUE = r"\s\"'`<>&;,(){}\[\]\\"
VALUE = rf"[^{NO_VALUE}=:$%*/.|-][^{NO_VALUE}]{{5,200}}"
SIGN = rf"(?=[^{NO_VALUE}]{{0,100}}[0-9!@#^+~])"
"""A password holds a digit or a sign; a type, a variable or a sentence in its place mostly does not."""
OPAQUE = r"(?=[A-Za-z_+/=~%.-]{0,60}\d[A-Za-z_+/=~%.-]{0,60}\d)[A-Za-z0-9][A-Za-z0-9_+/=~%.-]{15,}"
"""A token is long, and holds two digits."""


def _cased(*words: str) -> tuple[str, ...]:
    return tuple(form for word in words for form in (word, word.capitalize(), word.upper()))


OURS: tuple[tuple[str, tuple[str, ...], str], ...] = (
    *((name, begins, rf"{START}(?:{'|'.join(map(re.escape, begins))}){body}{END}") for name, begins, body in PREFIXED),
    ("anthropic-api-key", ("sk-ant-",), START + r"sk-ant-[a-z]{2,10}\d\d-[\w-]{20,}"),
    ("atlassian-api-token", ("ATATT3",), START + r"ATATT3[\w=-]{100,}"),
    ("aws-access-key-id", ("AKIA", "ASIA", "ABIA", "ACCA"), START + r"A(?:KIA|SIA|BIA|CCA)[A-Z0-9]{16}" + END),
    (
        "aws-secret-access-key",
        ("SECRET_ACCESS_KEY", "secret_access_key", "ecretAccessKey"),
        (
            rf"(?:SECRET_ACCESS_KEY|secret_access_key|ecretAccessKey){QUOTE}\s{{0,3}}(?:[=:,]|=>|=&gt;|\svalue\s?=)"
            rf"\s{{0,3}}{QUOTE}(?P<secret>(?:\\?[A-Za-z0-9+/]){{40}})(?![A-Za-z0-9+/=])"
        ),
    ),
    ("azure-ad-client-secret", ("Q~",), r"(?<=[\w~.]{3}\d)Q~[\w~.-]{31,34}(?![\w~.-])"),
    (
        "azure-access-key",
        ("AccountKey=", "SharedAccessKey="),
        r"[A-Za-z]{10,15}=(?P<secret>(?:\\?[A-Za-z0-9+/]|%2[BbFf]){43,86}(?:=|%3[Dd]|\\u003[dD]){1,2})",
    ),
    ("discord-webhook", ("/api/webhooks/",), r"/api/webhooks/\d{17,20}/(?P<secret>[\w-]{60,})"),
    (
        "authorization-header",
        ("uthorization", "UTHORIZATION"),
        (
            rf"(?:uthorization|UTHORIZATION){IN_HEADER}(?:[Bb]earer|[Bb]asic|[Tt]oken|[Aa]pi-?[Kk]ey)"
            rf"\s{{1,3}}(?P<secret>[^{NO_VALUE}$%*]{{8,}})"
        ),
    ),
    ("azure-signature", ("sig=",), r"(?<=[?&;])sig=(?P<secret>(?:[A-Za-z0-9+/=]|%[0-9A-Fa-f]{2}){40,})"),
    (
        "cookie",
        ("ookie", "OOKIE"),
        (
            rf"(?:ookie|OOKIE){IN_HEADER}(?:[\w.-]{{1,60}}=[^{NO_VALUE}]{{0,15}};\s?){{0,9}}[\w.-]{{1,60}}="
            rf"(?P<secret>[^{NO_VALUE}]{{16,}}(?:;\s?[\w.-]{{1,60}}(?:=[^{NO_VALUE}]*)?)*)"
        ),
    ),
    ("docker-access-token", ("dckr_pat_", "dckr_oat_"), START + r"dckr_[po]at_[\w-]{20,}"),
    ("github-token", ("ghp_", "gho_", "ghu_", "ghs_", "ghr_"), START + r"gh[pousr]_\w{6,}(?:\.[\w-]{10,}){2}"),
    (
        "gitlab-token",
        ("glpat-", "gldt-", "glrt-", "glcbt-"),
        START + r"gl(?:pat|dt|rt|cbt)-[\w-]{16,400}(?:\.[0-9a-z]{2}\.[0-9a-z]{9}|\.[0-9a-z]{9})" + END,
    ),
    ("google-oauth-client-secret", ("GOCSPX-",), START + r"GOCSPX-[\w-]{28}" + END),
    ("google-oauth-token", ("ya29.",), START + r"ya29\.[\w-]{30,}"),
    ("google-refresh-token", ("1//0",), START + r"1//0[\w-]{40,}"),
    ("groq-api-key", ("gsk_",), START + r"gsk_[A-Za-z0-9]{48,}" + END),
    (
        "jwt",
        ("eyJ",),
        rf"(?:(?<![\w-])|{AFTER_ESCAPE})" + r"eyJ[\w-]{12,}\.(?:eyJ[\w-]{8,}(?:\.[\w-]*)?|[\w-]*(?:\.[\w-]{16,}){3})",
    ),
    (
        "named-password",
        _cased("password", "passwd", "passphrase"),
        rf"(?i:password|passwd|passphrase){SEPARATOR}(?P<secret>{SIGN}{VALUE})",
    ),
    (
        "named-token",
        (
            *_cased("token", "secret", "sessionid", "apikey", "api_key", "api-key"),
            *("Api-Key", "Api_Key", "ApiKey", "apiKey", "SESSID"),
        ),
        rf"(?<!PublicKey)(?i:token|secret|sessionid|sessid|api[_-]?key)(?i:[_-]?key)?{SEPARATOR}(?P<secret>{OPAQUE})",
    ),
    ("netlify-token", ("nfp_",), START + r"nfp_[A-Za-z0-9]{36,}" + END),
    ("new-relic-api-key", ("NRAK-",), START + r"NRAK-[A-Z0-9]{27}" + END),
    ("openai-api-key", ("sk-proj-", "sk-svcacct-", "sk-admin-"), START + r"sk-[a-z]{4,7}-[\w-]{40,}"),
    (PRIVATE_KEY, ("-----BEGIN",), r"-----BEGIN[ A-Z0-9]{0,40}PRIVATE KEY(?: BLOCK)?-----"),
    ("pypi-token", ("pypi-AgE",), START + r"pypi-AgE[\w-]{50,}"),
    ("slack-token", ("xox",), START + r"xox[abcdeoprs](?:\.xox[bp])?-[A-Za-z0-9%-]{10,}"),
    (
        "slack-webhook",
        ("hooks.slack.com", "hooks.slack-gov.com"),
        rf"hooks\.slack(?:-gov)?\.com{SLASH}(?:services|workflows|triggers){SLASH}(?P<secret>[A-Za-z0-9+/\\]{{20,}})",
    ),
    ("sourcegraph-access-token", ("sgp_",), START + r"sgp_(?:[a-fA-F0-9]{16}_|local_)?[a-fA-F0-9]{40}" + END),
    ("square-access-token", ("sq0",), START + r"sq0(?:atp|csp)-[\w-]{22,}"),
    ("stripe-webhook-secret", ("whsec_",), START + r"whsec_[A-Za-z0-9+/=]{24,}"),
    (
        "stripe-access-key",
        ("sk_test_", "sk_live_", "rk_test_", "rk_live_"),
        START + r"[rs]k_[a-z]{4}_[A-Za-z0-9]{16,}" + END,
    ),
    ("supabase-token", ("sbp_",), START + r"sbp_[a-f0-9]{40}" + END),
    (
        "teams-webhook",
        (".webhook.office.com",),
        rf"\.webhook\.office\.com{SLASH}(?P<secret>webhookb2[\w@/\\-]{{60,}})",
    ),
    ("telegram-bot-token", (":AA",), r"(?<=\d{8}):(?P<secret>AA[\w-]{33})(?![\w-])"),
    ("terraform-cloud-token", (".atlasv1.",), r"(?<=[A-Za-z0-9]{14})\.atlasv1\.(?P<secret>[\w=-]{60,})"),
    ("xai-api-key", ("xai-",), START + r"xai-[A-Za-z0-9]{70,}" + END),
    ("vault-token", ("hvs.", "hvr."), START + r"hv[sr]\.[\w-]{90,}"),
)
"""Name, anchors and pattern; where the secret is only a part, that is the group `secret`.

A tail of no fixed length has no upper limit: what was left of it would be tried again, each time the one before is
masked.
"""

OURS_BY_SHAPE: tuple[tuple[str, str, str], ...] = (
    (
        # It begins with the number of the bot in base64, which leaves few letters to each place.
        "discord-bot-token",
        r"[MNO][DTjz][AEIMQUYcgk][w-z0-5][MNO][DTjz]",
        START + r"(?:[MNO][DTjz][AEIMQUYcgk][w-z0-5]){5}[\w-]{3,8}\.[\w-]{6}\.[\w-]{27,}",
    ),
    ("openai-api-key", r"sk-[A-Za-z0-9]{12}", START + r"sk-(?:[A-Za-z0-9]{48}|[0-9a-f]{32})" + END),
    ("twilio-api-key", r"SK[0-9a-f]{6}", START + r"SK[0-9a-f]{32}" + END),
    (
        "url-password",
        rf":{SLASH}{SLASH}{USER}:[^\x00-\x20/@]{{1,400}}@",
        rf":{SLASH}{SLASH}{USER}:(?!{PLACEHOLDER})(?P<secret>{PASSWORD})@",
    ),
)
"""The same for those whose anchor is a pattern as well."""


@dataclass(frozen=True, slots=True)
class Rule:
    """One kind of secret."""

    name: str
    pattern: str
    ignore_case: bool = False

    def match(self, text: str, place: int, end: int | None = None) -> tuple[int, int] | None:
        """Start and end of the secret that begins, or is announced, at a place of the text before its end."""
        found = _compiled(self.pattern, self.ignore_case).match(text, place, len(text) if end is None else end)
        return found.span("secret" if "secret" in found.re.groupindex else 0) if found else None


@dataclass(frozen=True, slots=True)
class Rules:
    """Every rule, by the anchor that it is tried at."""

    by_literal: Mapping[str, tuple[Rule, ...]]
    by_shape: tuple[Rule, ...]
    anchors: str
    """Finds every anchor; without lookaround, so that engines without backtracking understand it too."""

    def at(self, anchor: str) -> tuple[Rule, ...]:
        """The rules to try where this anchor was found."""
        return self.by_literal.get(anchor, self.by_shape)


@cache
def rules() -> Rules:
    """The rules, read when they are first needed."""
    theirs = [(rule, anchor) for rule, anchors in _gitleaks() for anchor in anchors]
    ours = [(Rule(name, pattern), anchor) for name, anchors, pattern in OURS for anchor in anchors]
    placed = theirs + ours
    literals = {anchor for _, anchor in placed}
    # Where one anchor begins with another, the shorter is found and stands for both.
    by_literal = {literal: tuple(rule for rule, anchor in placed if anchor.startswith(literal)) for literal in literals}
    by_shape = tuple(Rule(name, pattern) for name, _, pattern in OURS_BY_SHAPE)
    anchors = "|".join([_any_of(literals), *(anchor for _, anchor, _ in OURS_BY_SHAPE)])
    return Rules(by_literal, by_shape, anchors)


def _gitleaks() -> Iterator[tuple[Rule, tuple[str, ...]]]:
    """Those of gitleaks' rules that are used, with their anchors.

    Their entropies and allowlists are not: a pattern says all, and a secret that is only an example is masked as well.
    """
    source = Path(__file__).with_name("gitleaks.toml").read_text(encoding="utf-8")
    for entry in tomllib.loads(source)["rules"]:
        pattern, name = entry.get("regex", ""), entry["id"]
        if pattern and BY_NAME not in pattern and name not in LEFT_OUT:
            plain = pattern.replace("\\", "")
            places = {keyword: plain.lower().find(keyword) for keyword in entry["keywords"]}
            # Their keywords are in lower case, their patterns know the case.
            cased = [plain[at : at + len(keyword)] for keyword, at in places.items() if at >= 0]
            yield Rule(name, _translated(pattern), "(?i)" in pattern), tuple(cased or entry["keywords"])


def _translated(pattern: str) -> str:
    """Go's syntax to Python's, and the boundaries of source code to those of output, where tokens stand anywhere."""
    pattern = pattern.replace("(?i)", "")  # in the middle, which Python refuses: the anchor has told the case before it
    pattern = BOUNDARIES.sub(lambda end: f"(?![{end['no']}])" if end["no"] else END, pattern)
    # Some lack a boundary: names of functions (`_Z17highs_setCallback…`) would look like tokens.
    pattern = START + pattern.removeprefix(r"\b")
    # A token that goes on is of a newer and longer form: all of it is secret.
    return pattern if pattern.endswith((r"\b", ")")) else rf"{pattern}[\w-]*"


def _any_of(literals: Iterable[str]) -> str:
    """A pattern for any of the literals, each common beginning written once: `re` tries alternatives one by one."""
    by_first: dict[str, set[str]] = {}
    for literal in literals:
        if not literal:
            return ""  # one of them ends here
        by_first.setdefault(literal[0], set()).add(literal[1:])
    branches = [re.escape(first) + _any_of(rest) for first, rest in sorted(by_first.items())]
    return branches[0] if len(branches) == 1 else f"(?:{'|'.join(branches)})"


@cache
def _compiled(pattern: str, ignore_case: bool) -> re.Pattern[str]:
    return re.compile(pattern, re.ASCII | (re.IGNORECASE if ignore_case else re.NOFLAG))
