"""Bytes and vocabulary in, tables out. Pure: nothing here writes, schedules or lands."""
