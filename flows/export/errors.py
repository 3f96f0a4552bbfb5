"""What keeps an export from being made."""

from __future__ import annotations


class ExportError(Exception):
    """Why an export cannot be made of what was asked for; the message says what to change."""
