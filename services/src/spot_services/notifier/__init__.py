"""The notifier: results and alerts by e-mail and webhook, and the latest status of running analyses."""
