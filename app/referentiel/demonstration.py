"""Des services d'inscription autour d'aujourd'hui, pour essayer le portail : dates, contacts et avis inventés.

Les académies et les spécialités sont celles du référentiel chargé ; les contacts vont au domaine exemple.fr.
"""

from dataclasses import dataclass
from datetime import datetime, time, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.infra.clock import PARIS, jour_de_paris
from app.referentiel.models import (
    Academie,
    ImportanceMessage,
    MessageAccueil,
    PeriodeInscription,
    RegimeConfirmation,
    SessionExamen,
    SpecialiteNonOrganisee,
)

OUVERTURE, FERMETURE = time(9, 0), time(18, 0)
DEPOT = 21  # jours pour déposer les pièces après la clôture des inscriptions


@dataclass(frozen=True, slots=True)
class ServiceFictif:
    """`debut` et `fin` en jours à partir d'aujourd'hui."""

    academie: str
    debut: int
    fin: int
    regime: RegimeConfirmation
    code_postal: str
    ville: str
    sous_domaine: str
    non_organisees: tuple[str, ...] = ()
    avis: str = ""


PAPIER, EN_LIGNE = RegimeConfirmation.PAPIER, RegimeConfirmation.EN_LIGNE
SERVICES = (
    ServiceFictif("16", -10, 20, PAPIER, "31000", "TOULOUSE", "toulouse", ("50023443",)),
    ServiceFictif("24", -15, 12, EN_LIGNE, "94110", "ARCUEIL", "creteil", ("50024127",)),
    ServiceFictif(
        "28", -5, 30, PAPIER, "97400", "SAINT-DENIS", "reunion", ("50024127",), "Clôture repoussée d’une semaine."
    ),
    ServiceFictif("33", -5, 25, EN_LIGNE, "97300", "CAYENNE", "guyane", ("50024127",)),
    ServiceFictif("E-MA", -8, 15, PAPIER, "13100", "AIX-EN-PROVENCE", "maroc", ("50024127",)),
    ServiceFictif("12", -45, -3, PAPIER, "54000", "NANCY", "nancy-metz"),
    ServiceFictif("06", 14, 40, EN_LIGNE, "63000", "CLERMONT-FERRAND", "clermont"),
)


def services_de_demonstration(db: Session, maintenant: datetime) -> tuple[str, ...]:
    """Ids des périodes. Ne refait rien si la session existe : redémarrer ne double ni ne déplace les services."""
    aujourd_hui = jour_de_paris(maintenant)
    annee = aujourd_hui.year + 1
    session_id = f"cap-{annee}-06"
    if db.get(SessionExamen, session_id) is None:
        db.add(
            SessionExamen(id=session_id, examen="CAP", domaine="examens", libelle=f"Juin {annee}", annee=annee, mois=6)
        )
        db.flush()
        for service in SERVICES:
            _ouvrir(db, session_id, service, maintenant)
        _annoncer(db, annee, maintenant)
    return tuple(
        db.scalars(
            select(PeriodeInscription.id)
            .where(PeriodeInscription.session_examen_id == session_id)
            .order_by(PeriodeInscription.ferme_le)
        )
    )


def _ouvrir(db: Session, session_id: str, service: ServiceFictif, maintenant: datetime) -> None:
    academie = db.get_one(Academie, service.academie)
    periode = PeriodeInscription(
        session_examen_id=session_id,
        academie_code=academie.code,
        ouvre_le=_instant(maintenant, service.debut, OUVERTURE),
        ferme_le=_instant(maintenant, service.fin, FERMETURE),
        regime_confirmation=service.regime,
        depot_ouvre_le=_instant(maintenant, service.debut, OUVERTURE),
        depot_ferme_le=_instant(maintenant, service.fin + DEPOT, FERMETURE),
        service=academie.organisateur or "Division des examens et concours",
        adresse="1 rue de l’Exemple",
        code_postal=service.code_postal,
        ville=service.ville,
        courriel=f"cap@{service.sous_domaine}.exemple.fr",
        telephone="01 99 00 00 00",
        horaires="du lundi au vendredi, de 9 h à 16 h",
        avis_public=service.avis,
    )
    db.add(periode)
    db.flush()
    db.add_all(SpecialiteNonOrganisee(periode_id=periode.id, specialite=code) for code in service.non_organisees)


def _annoncer(db: Session, annee: int, maintenant: datetime) -> None:
    db.add(
        MessageAccueil(
            titre=f"Les inscriptions au CAP, session de juin {annee}, sont ouvertes",
            texte="Ceci est une démonstration : les dates, les services et les adresses sont inventés.",
            academie_code=None,
            debute_le=maintenant - timedelta(days=1),
            finit_le=maintenant + timedelta(days=60),
            importance=ImportanceMessage.INFORMATION,
        )
    )


def _instant(maintenant: datetime, jours: int, heure: time) -> datetime:
    """À l'heure de Paris ce jour-là, changement d'heure compris."""
    return datetime.combine(jour_de_paris(maintenant) + timedelta(days=jours), heure, tzinfo=PARIS)
