"""The headless face: one file per command. It stands on the same core as the window, without Qt where no picture is made.

Purpose
    To be scripted, and to witness in tests: what a command says is what the window shows.
May import
    Everything below ``app``; of ``ui`` only ``printing``, the window's own painters on an image.
Decided
    A command is ``add_arguments`` and ``run``, which returns the exit status; trouble is a sentence on standard error.
    Standard output is one JSON document or text, never mixed with progress or trouble.
    Opened files are read by ``loading.opened`` and ``loading.eager``: what the window's jobs do, without their threads.
Refused
    Computing anything here: a number that only a command knows is one that the window may say otherwise.
"""
