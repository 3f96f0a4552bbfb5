"""What keeps a report from being made."""


class ReportError(Exception):
    """A call that no report can be made of; the message says why and what there is."""
