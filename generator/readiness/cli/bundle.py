"""A signed statement, checked without a network: who signed it, and whether the archive holds what it says."""

from __future__ import annotations

import base64
import json
import logging
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from readiness.errors import UsageError
from readiness.reading import plain_content
from readiness.render.statements import STATEMENT, SUMMARY, TEST_RESULT, failed_tests, summarized

if TYPE_CHECKING:
    from readiness.analysis import RunFacts
    from readiness.archive import Archive

IN_TOTO = "application/vnd.in-toto+json"
LARGEST = 64 * 1024 * 1024


def signed_statement(path: Path, *, key: Path | None, identity: str | None, issuer: str | None) -> dict[str, Any]:
    """The statement that a DSSE envelope or Sigstore bundle holds, once its signature is checked.

    Raises UsageError where it was not signed with that key, or by that identity, or is no in-toto statement.
    """
    text = plain_content(path, LARGEST, remedy="Check the path", pipes=True)
    try:
        plain = json.loads(text)
        envelope = plain.get("dsseEnvelope", plain)
        kind, payload = str(envelope["payloadType"]), _decoded(envelope["payload"])
        signatures = [_decoded(one["sig"]) for one in envelope["signatures"]]
        kind.encode()
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        problem, remedy = "is neither a DSSE envelope nor a bundle with one", "Name a signed one"
        if b'"messageSignature"' in text:
            problem, remedy = "signs a file, and no statement", "Sign what `readiness attest` writes as an attestation"
        elif text.count(b'"payloadType"') > 1:
            problem, remedy = "holds several envelopes", "Put each into a file of its own"
        raise UsageError(problem, path=path, remedy=remedy) from error
    if key is not None:
        # What DSSE signs, by version 1 of its protocol.
        signed = b"DSSEv1 %d %b %d %b" % (len(kind.encode()), kind.encode(), len(payload), payload)
        _check_key(path, key, signed, signatures)
    elif identity and issuer:
        kind, payload = _check_identity(path, text, identity, issuer)
    else:
        remedy = "Name the public key with --key, or the signer with --identity and --issuer"
        raise UsageError("no expected signer is named", path=path, remedy=remedy)
    try:
        statement = json.loads(payload)
    except (ValueError, RecursionError):
        statement = None
    if kind != IN_TOTO or not isinstance(statement, dict) or statement.get("_type") != STATEMENT:
        raise UsageError(
            "is signed, but contains no in-toto statement", path=path, remedy="Name one of `readiness attest`"
        )
    return statement


def _decoded(text: str) -> bytes:
    """Base64, with the usual alphabet or that of addresses: DSSE allows both. Raises ValueError and AttributeError."""
    return base64.b64decode(text.replace("-", "+").replace("_", "/"), validate=True)


def _check_key(path: Path, key: Path, signed: bytes, signatures: list[bytes]) -> None:
    try:
        from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
        from cryptography.hazmat.primitives import hashes
        from cryptography.hazmat.primitives.asymmetric import ec, ed25519
        from cryptography.hazmat.primitives.serialization import load_pem_public_key
    except ImportError as error:
        raise _without_extra() from error
    try:
        public = load_pem_public_key(plain_content(key, LARGEST, remedy="Check the path", pipes=True))
    except (ValueError, UnsupportedAlgorithm) as error:
        raise UsageError(
            "is not a public key in PEM format", path=key, remedy="`cosign public-key` prints one"
        ) from error
    for signature in signatures:
        try:
            if isinstance(public, ed25519.Ed25519PublicKey):
                public.verify(signature, signed)
            elif isinstance(public, ec.EllipticCurvePublicKey):
                public.verify(signature, signed, ec.ECDSA(hashes.SHA256()))
            else:
                raise UsageError("is not an ECDSA or Ed25519 key", path=key, remedy="Sign with one of these")
        except InvalidSignature:
            continue
        return
    raise UsageError(f"was not signed with {key}, or has changed since", path=path, remedy="Do not trust it")


def _check_identity(path: Path, text: bytes, identity: str, issuer: str) -> tuple[str, bytes]:
    """What Sigstore has found to be signed by that identity; its own trust root is used, no network."""
    try:
        from sigstore.models import Bundle
        from sigstore.verify import Verifier, policy
    except ImportError as error:
        raise _without_extra() from error
    logging.getLogger("sigstore").setLevel(logging.ERROR)  # it tells at each call that it asks no network
    try:
        bundle = Bundle.from_json(text)
    except Exception as error:
        remedy = "Name the bundle that the signer wrote; one signed with a key needs --key"
        raise UsageError("is no Sigstore bundle", path=path, remedy=remedy) from error
    try:
        verifier = Verifier.production(offline=True)
        kind, payload = verifier.verify_dsse(bundle, policy.Identity(identity=identity, issuer=issuer))
    except Exception as error:
        remedy = "Do not trust it"
        raise UsageError(f"was not signed by {identity} ({error})", path=path, remedy=remedy) from error
    return str(kind), bytes(payload)


def _without_extra() -> UsageError:
    return UsageError("signatures need the extra `sign`", remedy="Run `pip install 'mkdocs-readiness[sign]'`")


def differences(statement: dict[str, Any], archive: Archive, subjects: list[tuple[str, str]]) -> Iterator[str]:
    """What the statement says that the archive, or a file of the release, does not hold."""
    kind = statement.get("predicateType")
    try:
        predicate: dict[str, Any] = statement["predicate"]
        proof = predicate[{TEST_RESULT: "configuration", SUMMARY: "inputAttestations"}[str(kind)]]
        told = proof[0]["annotations"]
        digests = [(one["name"], one["digest"]["sha256"]) for one in proof]
        where, (policy_name, policy) = digests[0][0], digests[1]
        number = int(where.rpartition("/")[2].removesuffix(".yml"))
        about = {(one["name"], one["digest"].get("sha256")) for one in statement["subject"]}
        word, passed = (
            told["verdict"],
            kind == SUMMARY or {"PASSED": True, "WARNED": True, "FAILED": False}[predicate["result"]],
        )
        texts = (told["run"], told["version"], word, *(text for pair in digests for text in pair))
        if not all(isinstance(text, str) for text in texts):
            raise TypeError
    except (ValueError, KeyError, TypeError, AttributeError, IndexError):
        yield "it is no statement of `readiness attest`"
        return
    run = archive.runs.get(told["run"])
    if run is None:
        yield f"the archive holds no run {told['run']!r}"
        return
    if not 1 <= number <= len(run.judgements) or run.judgement_sha256[number - 1] != digests[0][1]:
        yield f"{where} is another judgement"
    else:
        judgement = run.judgements[number - 1]
        if (policy_name, policy) != ("readiness.yml", judgement.policy):
            yield "the run was judged by another policy"
        if kind == SUMMARY:
            ours = summarized(judgement.policy, judgement.time)
            yield from (f"its {name} is another" for name, value in ours.items() if predicate.get(name) != value)
    own = sorted((one.name, one.sha256) for one in run.manifest.inputs)
    if sorted(digests[2:]) != own:
        yield "the run holds other evidence"
    if run.manifest.version != told["version"]:
        yield f"the run is of version {run.manifest.version!r}"
    if passed and run.id in archive.notices.withdrawn:
        yield "the run was withdrawn since"
    if passed and word != "READY":
        yield f"it says that a verdict {word} has passed"
    for name, digest in subjects:
        if (name, digest) not in about:
            yield f"it is not about {name} as it is here"


def names_failed(statement: dict[str, Any], facts: RunFacts) -> bool:
    """True where a statement of test results names the tests that failed; a summary names none."""
    return statement["predicateType"] != TEST_RESULT or bool(
        statement["predicate"].get("failedTests") == failed_tests(facts)
    )


def said(statement: dict[str, Any]) -> tuple[str, int, str]:
    """The run, the number of its judgement, and the verdict that a statement without `differences` tells."""
    predicate = statement["predicate"]
    first = (predicate.get("configuration") or predicate.get("inputAttestations"))[0]
    number = int(first["name"].rpartition("/")[2].removesuffix(".yml"))
    return str(first["annotations"]["run"]), number, str(first["annotations"]["verdict"])
