"""State and store to drawables: which pictures, outlines, marks and words a pane shows. numpy only, no Qt.

Decided
    Compositing is numpy: one grey or colour picture, and above it one premultiplied ARGB picture for all label pictures that
    share a grid, made through 32-bit look-up tables. Visibility, colour and opacity are table rewrites.
    ``inputs.py`` declares what a scene may ask of the store; ``loading/store.py`` fulfils it.
"""
