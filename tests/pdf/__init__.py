"""Tables printed as PDF in every layout, and read back cell by cell."""
