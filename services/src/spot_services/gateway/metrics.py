"""What the gateway measures."""

from prometheus_client import Counter, Gauge

SUBMISSIONS = Counter(
    "spot_submissions",
    "Submissions by outcome: accepted, repeated (a known Idempotency-Key), refused (overload, or a store or the broker "
    "refused it), unknown (not confirmed), rejected (the client's mistake)",
    ["outcome"],
)
UPLOADS = Gauge("spot_uploads_in_flight", "Bodies that are being received or stored")
UPLOAD_BYTES = Gauge("spot_upload_bytes_in_flight", "Bytes of the bodies that are being received or stored")

for _outcome in ("accepted", "repeated", "refused", "unknown", "rejected"):
    SUBMISSIONS.labels(_outcome)
