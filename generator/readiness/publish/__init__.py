"""What leaves the project: frozen sites, one per version, and the gate's answer in the formats of CI.

Nothing is imported here: the formats need no MkDocs.
"""
