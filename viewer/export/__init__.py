"""Writing: masks to NIfTI, NRRD and NPZ, surfaces to STL; reports as text, HTML and JSON; reviews as DICOM objects.

Purpose
    What leaves the program as a file, or as a document that others read.
May import
    ``representations`` and below, and the libraries of the formats, each in the function that needs it. No Qt.
Decided
    A file is written beside its place and moved there (``whole_files``): a failure never leaves half a file.
    The page of a report is a model (``report_page``); HTML and the page in the window are two forms of it.
    Where parts overlap, a mask keeps each in a volume of its own: none silently covers another.
    A review is one value (``review_record``), and each of its forms is written from that: report, key images, table, sheet.
    New DICOM objects take patient and study from an opened one (``new_objects``); nothing is invented or overwritten.
"""
