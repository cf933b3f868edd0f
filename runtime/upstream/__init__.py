"""HTTP to the sources of evidence: one deadline a call, bounded, paced, retried, typed errors."""
