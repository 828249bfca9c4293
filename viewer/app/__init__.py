"""The composition root: joins everything; command line, settings, paths, logs, crash handling.

Purpose
    ``main`` takes a command or starts the window; ``window`` makes reading, store, loader and window and hands each what it
    needs. What outlives a session (settings, workspaces, logs) is read and written here and nowhere else.
May import
    Everything. Nothing imports it: what the window wants of the program around it is a protocol in ``ui.host``.
Decided
    An empty window stands on the screen before the rest is imported (``launch``): the import is most of the start.
    Logs and crash reports hold no text of files: messages of exceptions are left out, UIDs are salted hashes.
    After an uncaught exception the reading is saved first, and only then is anything shown.
    Settings of another version are taken as far as they are understood; a workspace of another version is not applied.
"""
