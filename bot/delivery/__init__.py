"""How things reach people and come back: inbox, outbox, claims, senders, reconciler. It knows no feature."""
