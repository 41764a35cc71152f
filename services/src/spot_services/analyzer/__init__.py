"""The analyzers: one program; its contract selects the analyzer."""
