"""The gate between extraction and landing: Great Expectations suites from the dictionary.

`check` takes the records of one document and says what lands, what is quarantined and why
a document is refused. Knows nothing of Prefect, and writes nothing.
"""

from flows.checks.gate import Checked, check, outcome_rows
from flows.checks.outcomes import CheckError, Outcome
from flows.checks.reasons import Reason

__all__ = ["CheckError", "Checked", "Outcome", "Reason", "check", "outcome_rows"]
