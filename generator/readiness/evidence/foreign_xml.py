"""Formats of XML that are not read, by the name of their root element."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from readiness.evidence.foreign import (
    ANOTHER_COVERAGE,
    COBERTURA,
    JUNIT_REPORTER,
    LEAVE_OUT,
    METRICS_JSON,
    XCRESULT,
    Foreign,
)

Says = Callable[[Mapping[str, str], bytes], bool]
BEGINNING = 20_000
"""Bytes in which the elements below the root are looked for."""


def _namespace(word: str) -> Says:
    return lambda attributes, _: any(word in value for name, value in attributes.items() if name.startswith("xmlns"))


def _attribute(*names: str) -> Says:
    return lambda attributes, _: not attributes.keys().isdisjoint(names)


def _holds(*tags: str) -> Says:
    marks = [f"<{tag}".encode() for tag in tags]
    return lambda _, start: any(mark in start for mark in marks)


TRX = Foreign("trx", "TRX (Visual Studio, MSTest)", "convert it with `trx2junit`, or run `dotnet test --logger junit`")
XUNIT_FIX = "run the console runner with `-junit`, or `dotnet test --logger junit`"
BOOST = Foreign("boost-test", "Boost.Test XML", "run with `--log_format=JUNIT`")
CATCH2 = Foreign("catch2", "Catch2 XML", "run with `--reporter junit`")
CLOVER = Foreign("clover", "Clover coverage XML", ANOTHER_COVERAGE)
JENKINS = "convert it with {} of Jenkins' xunit plugin"

SHARED: tuple[tuple[str, Says, Foreign], ...] = (
    ("TestRun", _namespace("VisualStudio/TeamTest"), TRX),
    (
        "TestRun",
        _holds("FailedTests", "SuccessfulTests", "Statistics"),
        Foreign("cppunit", "CppUnit XML", JENKINS.format("cppunit-to-junit.xsl")),
    ),
    ("TestRun", _holds("TestDefinitions", "Results", "ResultSummary", "TestSettings", "Times"), TRX),
    ("report", _attribute("name"), Foreign("jacoco", "JaCoCo XML", COBERTURA)),
    ("report", _holds("stats", "data"), Foreign("emma", "EMMA coverage XML", COBERTURA)),
    (
        "coverage",
        _holds("lineToCover"),
        Foreign("sonar", "SonarQube's generic coverage", ANOTHER_COVERAGE),
    ),
    ("coverage", lambda *_: True, CLOVER),
    ("results", _holds("cppcheck"), Foreign("cppcheck", "Cppcheck XML", LEAVE_OUT)),
    ("results", _holds("modules"), Foreign("vs-coverage", "Visual Studio coverage XML", COBERTURA)),
    ("testResults", _holds("sample", "httpSample"), Foreign("jmeter", "JMeter's XML", METRICS_JSON)),
    ("testResults", _holds("FitNesse", "result"), Foreign("fitnesse", "FitNesse XML", "run it with `format=junit`")),
)
"""Names that several formats give their root: what else must hold; the first that fits."""

ROOTS = {
    "test-run": Foreign("nunit3", "NUnit 3 XML", "run with `--result=junit.xml;transform=nunit3-junit.xslt`"),
    "test-results": Foreign("nunit2", "NUnit 2 XML", JENKINS.format("nunit-to-junit.xsl")),
    "assemblies": Foreign("xunit", "xUnit.net XML", XUNIT_FIX),
    "assembly": Foreign("xunit", "xUnit.net v1 XML", XUNIT_FIX),
    "robot": Foreign("robot", "Robot Framework output.xml", "run `rebot --xunit junit.xml output.xml`"),
    "testng-results": Foreign("testng", "TestNG's own XML", "archive the files in its junitreports folder"),
    "Site": Foreign("ctest", "CTest's Test.xml", "run `ctest --output-junit junit.xml`"),
    "TestLog": BOOST,
    "TestResult": BOOST,
    "Catch": CATCH2,
    "Catch2TestRun": CATCH2,
    "doctest": Foreign("doctest", "doctest's XML", "run with `--reporters=junit`"),
    "TestCase": Foreign("qtest", "Qt Test XML", "run with `-o junit.xml,junitxml`"),
    "CUNIT_TEST_RUN_REPORT": Foreign("cunit", "CUnit XML", JENKINS.format("cunit-to-junit.xsl")),
    "unittest-results": Foreign("unittest-cpp", "UnitTest++ XML", JENKINS.format("unittest-to-junit.xsl")),
    "TestResults": Foreign("fpcunit", "FPCUnit XML", JENKINS.format("fpcunit-to-junit.xsl")),
    "testrun": Foreign(
        "ide", "what Eclipse and IntelliJ export", "archive the JUnit XML of the build (Maven, Gradle) instead"
    ),
    "events": Foreign(
        "open-test-reporting", "Open Test Reporting XML (JUnit 5)", "archive the TEST-*.xml that the build writes"
    ),
    "execution": Foreign(
        "open-test-reporting", "Open Test Reporting XML (JUnit 5)", "archive the TEST-*.xml that the build writes"
    ),
    "tests": Foreign("testdox", "PHPUnit's TestDox XML", "run with `--log-junit junit.xml`"),
    "SquishReport": Foreign("squish", "Squish XML", "run with `--reportgen junit,FOLDER`"),
    "ResultsSession": Foreign("parasoft", "Parasoft XML", JENKINS.format("the Parasoft stylesheet")),
    "plist": Foreign("plist", "an Xcode property list", XCRESULT),
    "testExecutions": Foreign("sonar", "SonarQube's generic test data", JUNIT_REPORTER),
    "CoverageSession": Foreign("opencover", "OpenCover XML", COBERTURA),
    "Root": Foreign("dotcover", "dotCover XML", COBERTURA),
    "CoverageDSPriv": Foreign("vs-coverage", "Visual Studio coverage XML", COBERTURA),
    "BullseyeCoverage": Foreign("bullseye", "BullseyeCoverage XML", ANOTHER_COVERAGE),
    "scoverage": Foreign("scoverage", "scoverage XML", "archive the cobertura.xml that it writes beside"),
    "phpunit": Foreign("phpunit-coverage", "PHPUnit's coverage XML", "run with `--coverage-cobertura coverage.xml`"),
    "mutations": Foreign("pitest", "PIT mutation XML", METRICS_JSON),
    "checkstyle": Foreign("checkstyle", "Checkstyle XML", LEAVE_OUT),
    "pmd": Foreign("pmd", "PMD XML", LEAVE_OUT),
    "pmd-cpd": Foreign("pmd", "CPD XML", LEAVE_OUT),
    "BugCollection": Foreign("spotbugs", "SpotBugs XML", LEAVE_OUT),
    "issues": Foreign("android-lint", "Android Lint XML", LEAVE_OUT),
    "valgrindoutput": Foreign("valgrind", "Valgrind XML", LEAVE_OUT),
    "bom": Foreign("cyclonedx", "a CycloneDX bill of materials", LEAVE_OUT),
    "svg": Foreign("picture", "a picture", LEAVE_OUT),
    "html": Foreign("html", "an HTML page", "archive the XML that the page was made from"),
}
"""By the name of the root element."""


def foreign_root(tag: str, attributes: Mapping[str, str], content: bytes) -> Foreign:
    """The format with this root element; an unknown one is named after it."""
    start = content[:BEGINNING].replace(b"\0", b"")
    known = next((found for name, says, found in SHARED if name == tag and says(attributes, start)), ROOTS.get(tag))
    shown = tag if len(tag) < 60 else f"{tag[:59]}…"
    return known or Foreign(
        "xml", f"XML with the unknown root <{shown}>", "archive JUnit XML (root <testsuites> or <testsuite>)"
    )
