"""Tokens and keys that begin with a word of their own: what makers say of them in their manuals."""

WORD, HEX = "[A-Za-z0-9]", "[0-9a-f]"
PREFIXED: tuple[tuple[str, tuple[str, ...], str], ...] = (
    ("buildkite-token", ("bkua_",), HEX + "{40}"),
    ("cerebras-api-key", ("csk-",), "[a-z0-9]{48}"),
    ("circleci-token", ("CCIPAT_", "CCIPRJ_"), WORD + "{22}_[0-9a-f]{40}"),
    ("cloudflare-token", ("cfut_", "cfat_", "cfk_"), WORD + "{40,}"),
    (
        "doppler-token",
        ("dp.st.", "dp.ct.", "dp.sa.", "dp.scim.", "dp.audit."),
        r"(?:[a-z0-9_-]{2,35}\.)?[A-Za-z0-9]{40,44}",
    ),
    ("figma-token", ("figd_", "figo_"), r"[\w-]{38,}"),
    ("google-api-key", ("AQ.Ab8",), r"[\w-]{40,}"),
    ("hubspot-token", ("pat-na", "pat-eu"), r"\d-[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}"),
    ("langsmith-api-key", ("lsv2_pt_", "lsv2_sk_"), "[0-9a-f]{32}_[0-9a-f]{10}"),
    ("mapbox-token", ("sk.eyJ",), r"[\w-]{40,}\.[\w-]{20,}"),
    ("neon-api-key", ("napi_",), "[a-z0-9]{64}"),
    ("nuget-api-key", ("oy2",), "[a-z0-9]{43}"),
    ("nvidia-api-key", ("nvapi-",), r"[\w-]{60,}"),
    ("openrouter-api-key", ("sk-or-v1-",), HEX + "{64}"),
    ("pinecone-api-key", ("pcsk_",), WORD + "{5,6}_[A-Za-z0-9]{50,}"),
    ("plaid-token", ("access-sandbox-", "access-production-"), r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}"),
    ("posthog-api-key", ("phx_",), WORD + "{43,}"),
    ("razorpay-key", ("rzp_live_", "rzp_test_"), WORD + "{14}"),
    ("replicate-token", ("r8_",), WORD + "{37}"),
    ("resend-api-key", ("re_",), WORD + "{8}_[A-Za-z0-9]{24}"),
    ("sentry-token", ("sntrys_",), r"[\w+/=-]{60,}"),
    ("sonar-token", ("squ_", "sqp_", "sqa_"), HEX + "{40}"),
    ("supabase-token", ("sb_secret_",), r"[\w-]{31,}"),
    ("tailscale-key", ("tskey-",), r"[a-z]{3,9}-\w{8,}-\w{20,}"),
    ("tavily-api-key", ("tvly-",), r"(?:dev-|prod-)?[A-Za-z0-9]{32,}"),
    ("together-api-key", ("tgp_v1_",), r"[\w-]{43}"),
    ("vercel-token", ("vcp_", "vca_", "vck_"), WORD + "{50,}"),
)
"""Name, what its secrets begin with, and how they go on to their end."""
