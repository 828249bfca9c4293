"""The report panel: structured reports as a tree and as a page.

Decided
    The tree's model makes nothing in advance: a report may have tens of thousands of items, and its rows are the items.
    The page is ``export.report_page`` in the colours of the theme: what is read here is what is exported.
    What must be known before a report is read (unverified, superseded, rejected) stands above it.
"""
