"""Statements of a verdict: what they hold, that READY is stated of nothing else, and that signed ones are checked."""

from __future__ import annotations

import base64
import hashlib
import json
import os
import shutil
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from tests.optional import needed
from tests.scenario import Again, append, contents, demands, readiness, story, waiver

from readiness.archive import Archive
from readiness.assessment import assess
from readiness.render.statements import NotReady, verification_summary
from readiness.report import Reports, gate_result

KEY = needed("cryptography.hazmat.primitives.asymmetric.ec")
NOW = datetime(2025, 1, 2, tzinfo=UTC)
AGED = "criteria:\n  - {id: f, title: No test fails, measure: failures, equals: 0, max_age: 7 d}\n"


@pytest.fixture
def history(tmp_path: Path) -> Path:
    return tmp_path / "history"


def attested(history: Path, *more: object) -> dict[str, dict[str, Any]]:
    """The statements that are written, by their kind."""
    folder = history.parent / "statements"
    shutil.rmtree(folder, ignore_errors=True)
    done = readiness("attest", "--to", folder, "--history", history, *more)
    assert done.exit_code == 0, done.output
    return {path.name.split(".")[1]: json.loads(path.read_bytes()) for path in sorted(folder.iterdir())}


def test_statements_of_a_ready_run(history: Path, tmp_path: Path) -> None:
    run = append(history, "a pass | a")
    wheel = tmp_path / "shop-1.0-py3-none-any.whl"
    wheel.write_bytes(b"wheel")
    found = attested(history, "--subject", wheel, "--at", "2025-01-02")
    subject = [{"name": wheel.name, "digest": {"sha256": hashlib.sha256(b"wheel").hexdigest()}}]
    for statement in found.values():
        assert statement["_type"] == "https://in-toto.io/Statement/v1"
        assert statement["subject"] == subject
    tests, summary = found["test-result"], found["verification-summary"]
    assert tests["predicateType"] == "https://in-toto.io/attestation/test-result/v0.1"
    assert tests["predicate"]["result"] == "PASSED"
    assert tests["predicate"]["failedTests"] == []
    assert summary["predicateType"] == "https://slsa.dev/verification_summary/v1"
    assert summary["predicate"]["verificationResult"] == "PASSED"
    assert not [level for level in summary["predicate"]["verifiedLevels"] if level.startswith("SLSA_")]
    assert summary["predicate"]["policy"]["digest"]["sha256"] == run.judgements[0].policy
    proof = {one["name"]: one["digest"]["sha256"] for one in summary["predicate"]["inputAttestations"]}
    assert proof[f"{run.id}/judgements/1.yml"] == run.judgement_sha256[0]
    assert {one.name: one.sha256 for one in run.manifest.inputs}.items() <= proof.items()


@pytest.mark.parametrize(
    ("results", "at", "word"),
    [
        ("a fail boom | a", "2025-01-02", "BLOCKED"),
        ("a pass | a b", "2025-01-02", "UNPROVEN"),
        ("a pass | a", "2030", ""),
    ],
)
def test_ready_is_stated_of_nothing_else(history: Path, results: str, at: str, word: str) -> None:
    append(history, results, policy=AGED)
    at = "2030-01-01" if at == "2030" else at
    found = attested(history, "--at", at)
    assert found.keys() == {"test-result"}
    assert found["test-result"]["predicate"]["result"] == "FAILED"
    reports = Reports(assess(Archive(history), None))
    report = next(iter(reports.latest_of(run) for run in Archive(history).runs))
    result = gate_result(report, datetime.fromisoformat(at).replace(tzinfo=UTC))
    forged = [result, replace(result, ready=False), replace(result, exit_code=1), replace(result, expired=True)]
    if word:
        forged += [replace(result, ready=True, exit_code=0)]
    for one in forged:
        with pytest.raises(NotReady):
            verification_summary(one, "0" * 64, [], "urn:x", "")


class Signer:
    """A key of our own, and envelopes signed with it."""

    def __init__(self, folder: Path) -> None:
        from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

        self._private = KEY.generate_private_key(KEY.SECP256R1())
        self.key = folder / "key.pub"
        public = self._private.public_key()
        self.key.write_bytes(public.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo))

    def signed(self, path: Path, statement: dict[str, Any], kind: str = "application/vnd.in-toto+json") -> Path:
        from cryptography.hazmat.primitives.hashes import SHA256

        payload = json.dumps(statement).encode()
        signed = f"DSSEv1 {len(kind)} {kind} {len(payload)} ".encode() + payload
        signature = self._private.sign(signed, KEY.ECDSA(SHA256()))
        envelope = {
            "payload": base64.b64encode(payload).decode(),
            "payloadType": kind,
            "signatures": [{"sig": base64.b64encode(signature).decode()}],
        }
        path.write_text(json.dumps({"dsseEnvelope": envelope}))
        return path


def test_a_signed_statement_is_checked_against_the_archive(history: Path, tmp_path: Path) -> None:
    append(history, "a pass | a")
    signer = Signer(tmp_path)
    wheel = tmp_path / "shop.whl"
    wheel.write_bytes(b"wheel")
    for statement in attested(history, "--subject", wheel, "--at", "2025-01-02").values():
        bundle = signer.signed(tmp_path / "bundle.json", statement)
        asked = ("verify", "--bundle", bundle, "--key", signer.key, "--history", history)
        before = contents(history)
        done = readiness(*asked, "--subject", wheel)
        assert (done.exit_code, "signed, and matches the archive" in done.stdout) == (0, True), done.output
        assert contents(history) == before
        other = tmp_path / "other" / "shop.whl"
        other.parent.mkdir(exist_ok=True)
        other.write_bytes(b"changed")
        done = readiness(*asked, "--subject", other)
        assert (done.exit_code, "not about shop.whl" in done.stdout) == (1, True)


def test_statements_that_say_what_is_not_so(history: Path, tmp_path: Path) -> None:
    append(history, "a fail boom | a")
    signer = Signer(tmp_path)
    honest = attested(history)["test-result"]
    text = json.dumps(honest)
    proof = honest["predicate"]["configuration"]
    forged = [
        text.replace('"FAILED"', '"PASSED"'),
        text.replace('"FAILED"', '"PASSED"').replace('"BLOCKED"', '"READY"'),
        text.replace("/judgements/1.yml", "/judgements/2.yml"),
        text.replace("/judgements/1.yml", "/judgements/-1.yml"),
        text.replace(proof[1]["digest"]["sha256"], "0" * 64),
        text.replace(proof[2]["digest"]["sha256"], "0" * 64),
        text.replace('"configuration"', '"inputAttestations"').replace(
            "https://in-toto.io/attestation/test-result/v0.1", "https://slsa.dev/verification_summary/v1"
        ),
        json.dumps(honest | {"predicate": None}),
        json.dumps(honest | {"predicateType": ["x"]}),
    ]
    for one in forged:
        assert one != text
        bundle = signer.signed(tmp_path / "bundle.json", json.loads(one))
        done = readiness("verify", "--bundle", bundle, "--key", signer.key, "--history", history)
        assert done.exit_code == 1, one
    done = readiness(
        *("verify", "--bundle", signer.signed(tmp_path / "bundle.json", honest), "--key", signer.key),
        *("--history", history),
    )
    assert done.exit_code == 0


def test_who_signed_decides(history: Path, tmp_path: Path) -> None:
    append(history, "a pass | a")
    signer = Signer(tmp_path)
    (tmp_path / "other").mkdir()
    other = Signer(tmp_path / "other")
    statement = attested(history, "--at", "2025-01-02")["test-result"]
    bundle = signer.signed(tmp_path / "bundle.json", statement)

    def refused(*more: object, path: Path = bundle) -> str:
        done = readiness("verify", "--bundle", path, *more, "--history", history)
        assert done.exit_code == 2
        assert done.stderr.count("\n") == 1, done.stderr
        return done.stderr

    assert "no expected signer is named" in refused()
    assert "was not signed with" in refused("--key", other.key)
    changed = json.loads(bundle.read_text())
    changed["dsseEnvelope"]["payload"] = base64.b64encode(b"{}").decode()
    (tmp_path / "changed.json").write_text(json.dumps(changed))
    assert "was not signed with" in refused("--key", signer.key, path=tmp_path / "changed.json")
    plain = signer.signed(tmp_path / "plain.json", statement, kind="text/plain")
    assert "no in-toto statement" in refused("--key", signer.key, path=plain)
    assert "not a public key" in refused("--key", bundle)
    for broken in ("", "[]", '{"payload": 1}', "[" * 100_000, '{"dsseEnvelope": null}'):
        (tmp_path / "broken.json").write_text(broken)
        assert "neither a DSSE envelope" in refused("--key", signer.key, path=tmp_path / "broken.json")
    said = refused("--identity", "a@b", "--issuer", "https://c")
    assert "extra `sign`" in said or "is no Sigstore bundle" in said


def test_summaries_that_claim_more(history: Path, tmp_path: Path) -> None:
    append(history, "a pass | a")
    signer = Signer(tmp_path)
    honest = attested(history, "--at", "2025-01-02")
    summary, tests = honest["verification-summary"], honest["test-result"]

    def claims(statement: dict[str, Any], **members: Any) -> int:
        forged = statement | {"predicate": statement["predicate"] | members}
        bundle = signer.signed(tmp_path / "bundle.json", forged)
        return readiness("verify", "--bundle", bundle, "--key", signer.key, "--history", history).exit_code

    assert (claims(summary), claims(tests)) == (0, 0)
    assert claims(summary, verifiedLevels=["SLSA_BUILD_LEVEL_3"]) == 1
    assert claims(summary, policy={"uri": "urn:x", "digest": {"sha256": "0" * 64}}) == 1
    assert claims(summary, timeVerified="2030-01-01T00:00:00Z") == 1
    assert claims(summary, verificationResult="FAILED") == 1
    assert claims(tests, failedTests=["b"]) == 1
    assert claims(tests, result="passed") == 1
    for odd in (None, [], {}, "x", ["x"], [None], -1, "9" * 5000):
        told = summary["predicate"]["inputAttestations"]
        for at in range(len(told)):
            for name in told[at]:
                changed = [dict(one) for one in told]
                changed[at][name] = odd
                assert claims(summary, inputAttestations=changed) == 1
        assert (
            claims(summary, inputAttestations=[told[0] | {"annotations": told[0]["annotations"] | {"run": odd}}]) == 1
        )


def test_bundles_as_signers_write_them(history: Path, tmp_path: Path) -> None:
    """The shapes that cosign and sigstore write, with base64 of either alphabet, and what is no statement."""
    append(history, "a pass | a")
    signer = Signer(tmp_path)
    bundle = signer.signed(tmp_path / "bundle.json", attested(history, "--at", "2025-01-02")["test-result"])
    envelope = json.loads(bundle.read_text())["dsseEnvelope"]
    for member in ("payload", "sig"):
        of = envelope if member == "payload" else envelope["signatures"][0]
        of[member] = of[member].replace("+", "-").replace("/", "_")
    envelope["signatures"][0]["keyid"] = ""
    material = {"publicKey": {"hint": "abc"}, "tlogEntries": [], "timestampVerificationData": {}}
    media = "application/vnd.dev.sigstore.bundle.v0.3+json"
    whole = {"mediaType": media, "verificationMaterial": material, "dsseEnvelope": envelope}
    of_a_file = whole | {
        "messageSignature": {"messageDigest": {"algorithm": "SHA2_256", "digest": ""}, "signature": ""}
    }
    del of_a_file["dsseEnvelope"]
    for content, code, told in (
        (json.dumps(whole), 0, "signed, and matches the archive"),
        (json.dumps(envelope), 0, "signed, and matches the archive"),
        (json.dumps(of_a_file), 2, "signs a file, and no statement"),
        (f"{json.dumps(whole)}\n{json.dumps(whole)}\n", 2, "holds several envelopes"),
        (json.dumps(whole | {"dsseEnvelope": envelope | {"signatures": []}}), 2, "was not signed with"),
        (json.dumps(whole | {"dsseEnvelope": envelope | {"payload": "é"}}), 2, "neither a DSSE envelope"),
        (json.dumps(whole | {"dsseEnvelope": envelope | {"payloadType": "\udcff"}}), 2, "neither a DSSE envelope"),
    ):
        bundle.write_text(content)
        done = readiness("verify", "--bundle", bundle, "--key", signer.key, "--history", history)
        assert (done.exit_code, done.output.count("\n"), told in done.output) == (code, 1, True), done.output


def test_statements_of_what_was_done_to_runs(history: Path, tmp_path: Path) -> None:
    runs = [append(history, "a pass | a", day) for day in (1, 2, 3, 4)]
    why = ("--reason", "x", "--by", "y", "--history", history)
    assert readiness("withdraw", runs[3].id, *why).exit_code == 0
    assert attested(history, runs[3].id).keys() == {"test-result"}
    assert readiness("prune", "--keep-runs", "1", *why).exit_code == 0
    signer = Signer(tmp_path)
    for statement in attested(history, runs[0].id, "--at", "2025-01-06").values():
        bundle = signer.signed(tmp_path / "bundle.json", statement)
        done = readiness("verify", "--bundle", bundle, "--key", signer.key, "--history", history)
        assert (done.exit_code, runs[0].id in done.stdout) == (0, True), done.output


def test_a_waiver_is_a_warning_and_ends(history: Path) -> None:
    granted = demands("f: failures = 0", waivers=[waiver("test", "tests.test_app::a")])
    story(history, "a fail boom | a", Again(policy=granted, day=3))
    (run,) = Archive(history).runs
    found = attested(history, "--at", "2025-01-04")
    assert found["test-result"]["predicate"]["configuration"][0]["name"] == f"{run}/judgements/2.yml"
    assert found["test-result"]["predicate"]["result"] == "WARNED"
    assert "verification-summary" in found
    assert attested(history, "--at", "2025-02-04")["test-result"]["predicate"]["result"] == "FAILED"


@pytest.mark.parametrize(
    ("options", "told"),
    [
        (("--subject", "nope.whl"), "no such file"),
        (("--subject", "."), "is a folder"),
        (("--verifier", "not a uri"), "is no URI"),
        (("--resource", "x"), "is no URI"),
    ],
)
def test_statements_that_cannot_be_made(
    history: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, options: tuple[str, ...], told: str
) -> None:
    monkeypatch.chdir(tmp_path)
    append(history, "a pass | a")
    done = readiness("attest", *options, "--to", "out", "--history", history)
    assert (done.exit_code, done.stderr.count("\n"), told in done.stderr) == (2, 1, True), done.output


def test_names_of_files_in_statements(history: Path, tmp_path: Path) -> None:
    append(history, "a pass | a")
    wheel = tmp_path / "größe \u202e.whl"
    wheel.write_bytes(b"1")
    assert (
        attested(history, "--subject", wheel, "--at", "2025-01-02")["test-result"]["subject"][0]["name"] == wheel.name
    )
    no_text = tmp_path / os.fsdecode(b"\xff.whl")
    try:
        no_text.write_bytes(b"1")
    except OSError:
        pytest.skip("this file system takes no such name")
    done = readiness("attest", "--to", tmp_path, "--subject", no_text, "--history", history)
    assert (done.exit_code, done.stderr.count("\n"), "not UTF-8" in done.stderr) == (2, 1, True), done.output


@pytest.mark.parametrize("material", [None, {"certificate": {"rawBytes": "AAAA"}, "tlogEntries": []}, "key", "odd"])
def test_bundles_that_no_identity_has_signed(history: Path, tmp_path: Path, material: object) -> None:
    needed("sigstore")
    append(history, "a pass | a")
    bundle = Signer(tmp_path).signed(tmp_path / "bundle.json", attested(history)["test-result"])
    whole = json.loads(bundle.read_text()) | {"mediaType": "application/vnd.dev.sigstore.bundle.v0.3+json"}
    if material == "key":
        material = {"publicKey": {"hint": "abc"}, "tlogEntries": []}
    bundle.write_text(json.dumps(whole | {"verificationMaterial": material}))
    done = readiness("verify", "--bundle", bundle, "--identity", "a@b", "--issuer", "https://c", "--history", history)
    assert (done.exit_code, done.output.count("\n")) == (2, 1), done.output
    assert "is no Sigstore bundle" in done.stderr or "was not signed by a@b" in done.stderr


GENUINE = Path(__file__).parents[1] / "fixtures" / "signed" / "pypi_attestation_models-0.0.4a2.tar.gz.sigstore"
WORKFLOW = "https://github.com/trailofbits/pypi-attestation-models/.github/workflows/release.yml@refs/tags/v0.0.4a2"
GITHUB = "https://token.actions.githubusercontent.com"


def test_a_genuine_bundle(history: Path, tmp_path: Path) -> None:
    """Of somebody's release, in the public transparency log: its signer is believed, and no other or changed one."""
    needed("sigstore")
    append(history, "a pass | a")

    def said(identity: str = WORKFLOW, issuer: str = GITHUB, path: Path = GENUINE) -> tuple[int, str]:
        options = ("--identity", identity, "--issuer", issuer, "--history", history)
        done = readiness("verify", "--bundle", path, *options)
        assert done.output.count("\n") == 1
        return done.exit_code, done.output

    code, line = said()
    assert (code, "it is no statement of `readiness attest`" in line) == (1, True)
    assert said(identity=WORKFLOW.replace("release", "other"))[0] == 2
    assert said(issuer="https://gitlab.com")[0] == 2
    plain = json.loads(GENUINE.read_bytes())
    material, envelope = plain["verificationMaterial"], plain["dsseEnvelope"]
    (entry,) = material["tlogEntries"]
    payload = base64.b64decode(envelope["payload"]).replace(b"0.0.4a2", b"0.0.4a3")
    changes: list[tuple[dict[str, Any], str, Any]] = [
        (envelope, "payload", base64.b64encode(payload).decode()),
        (entry, "integratedTime", str(int(entry["integratedTime"]) + 7200)),
        (entry, "canonicalizedBody", base64.b64encode(b"{}").decode()),
        (material, "tlogEntries", []),
    ]
    for number, (member, name, value) in enumerate(changes):
        before, member[name] = member[name], value
        changed = tmp_path / f"{number}.json"
        changed.write_text(json.dumps(plain))
        member[name] = before
        assert said(path=changed)[0] == 2, name
