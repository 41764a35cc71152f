"""The services of spot-platform: gateway, analyzer-orchestrator, analyzer, result-processor, notifier."""
