"""Who owns a blocker: its category, its area, or the file of its tests by CODEOWNERS, the first that says so."""

from readiness.analysis import module_of
from readiness.assessment.members import Member
from readiness.policy import Policy, owner_of


def owner_of_area(area: str, policy: Policy) -> str:
    """As the policy says; empty where it does not."""
    return next((one.owner for one in policy.areas if one.name == area), "")


def owner_of_member(member: Member, area: str, policy: Policy) -> str:
    """Who owns a blocker that this test leads."""
    found = member.category.owner or owner_of_area(area, policy)
    return found or (owner_of(path_of(member), policy.codeowners) if policy.codeowners else "")


def path_of(member: Member) -> str:
    """The file of a test, from the top of the project: as the results say, else that of its module."""
    if member.file:
        return member.file.replace("\\", "/").removeprefix("./")
    module = module_of(member.key)
    return module if "/" in module else f"{module.replace('.', '/')}.py"
