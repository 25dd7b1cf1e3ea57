"""Toutes les tables : importer ce module remplit `Base.metadata`, pour les migrations et leurs contrôles."""

from app.infra import outbox

__all__ = ["outbox"]
