"""One file per family of Information Object Definitions: a file becomes a domain value.

Decided
    ``registry.py`` holds a literal tuple of kinds; a new kind is one file, one line there and one file of tests.
    Kinds do not know each other.
"""
