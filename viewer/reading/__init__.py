"""The reading: one immutable state, pure changes, one signal, undo.

Decided
    ``ReadingState`` has two halves. ``content`` is what the files say (library, overlays, bindings, measures); it grows as
    jobs deliver and is never undone. The rest is what the reader chose; undo restores an older one with the present content.
"""
