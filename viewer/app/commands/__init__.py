"""One file per command of the headless face. They use the same core as the window, without Qt where promised."""
