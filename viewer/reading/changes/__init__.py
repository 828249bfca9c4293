"""Pure changes: state to state. One file per area of the window.

Decided
    A change takes a state and plain values, never a widget or an event, so that keys, menus, tests and the command line
    make the same ones.
    What files say (``library``) is never undone; what the reader chose is. ``Reading`` sees to that, not the change.
"""
