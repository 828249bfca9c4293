"""Background work: jobs, runner, bounded store, decode worker process, loader.

Decided
    The loader compares what the state needs with what the store has and runs jobs, most visible first. A newer request in
    the same slot replaces the waiting one. Values are delivered on the thread of the caller of ``Runner.deliver``.
    Compressed and deflated input is decoded in a worker process with a memory cap and a time limit. When it dies, every
    frame it was at is tried once more, alone, so that only the guilty one gets an Issue.
"""
