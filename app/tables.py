"""Toutes les tables : importer ce module remplit `Base.metadata`, pour les migrations et leurs contrôles."""

from app.candidatures import annuaire, consultations, decisions, derogations, rappels
from app.candidatures import models as candidatures
from app.comptes import guichet
from app.comptes import models as comptes
from app.documents import models as documents
from app.espace import models as espace
from app.gestion.candidatures import ecart, memoire, notes
from app.gestion.controle import relance_en_nombre
from app.gestion.publications import models as publications
from app.gestion.redoublants import models as redoublants
from app.gestion.tableau import releve
from app.import_scolaire import models as import_scolaire
from app.infra import outbox, registre
from app.pieces import models as pieces
from app.pieces import recapitulatif
from app.referentiel import models as referentiel

__all__ = [
    "annuaire",
    "candidatures",
    "comptes",
    "consultations",
    "decisions",
    "derogations",
    "documents",
    "ecart",
    "espace",
    "guichet",
    "import_scolaire",
    "memoire",
    "notes",
    "outbox",
    "pieces",
    "publications",
    "rappels",
    "recapitulatif",
    "redoublants",
    "referentiel",
    "registre",
    "relance_en_nombre",
    "releve",
]
