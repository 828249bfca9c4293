"""The layers panel: objects and their parts, each switchable; at its foot where the selected one comes from.

Decided
    Every overlay of the active patient is listed, also one that lies on no stack or could not be read, with the reason.
    Eye, swatch and tools are painted; ``areas`` alone says where they are, for painting, the mouse and tests.
"""
