"""How long each kind of data is kept. Its owner deletes older data in small batches, without a command."""

from datetime import timedelta

# The mail itself, after it was last submitted: longer than dead letters are looked at, so that a redriven job finds it.
MAILS = timedelta(days=14)
# The gateway's submissions, with file names, idempotency keys and answers.
SUBMISSIONS = timedelta(days=30)
# The orchestrator's finished analyses, with subjects and findings, for status requests.
ANALYSES = timedelta(days=30)
# The stored results, with subjects and findings.
RESULTS = timedelta(days=90)
# The notifier's ledger, and in a stack without mail server and webhook the files with notifications.
NOTIFICATIONS = timedelta(days=30)
# The ids of erased analyses: longer than any message about them can wait.
ERASED = timedelta(days=90)

# Of one transaction. A large deletion would block the work of the service.
BATCH = 500
SECONDS = 60.0
