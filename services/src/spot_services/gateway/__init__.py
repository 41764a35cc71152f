"""The gateway: it receives mails over HTTP and publishes requests."""
