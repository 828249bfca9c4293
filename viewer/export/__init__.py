"""Writing: masks to NIfTI, NRRD, NPZ and STL; report text and HTML; the JSON of the command line."""
