"""The way in: mails over HTTP become requests on the broker."""
