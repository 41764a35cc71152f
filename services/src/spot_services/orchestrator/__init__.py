"""The analyzer-orchestrator: one request becomes one job per analyzer, their findings become one result."""
