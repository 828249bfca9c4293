"""Pure changes: state to state. One file per area of the window."""
