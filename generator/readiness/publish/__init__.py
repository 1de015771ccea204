"""Versioned folders of plain files: one frozen site per version, a selector between them, redirects for aliases."""

from readiness.publish.site import Publication, Published, publish

__all__ = ["Publication", "Published", "publish"]
