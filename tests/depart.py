"""D'où part un test : une session ouverte, un brouillon déjà rempli jusqu'à un onglet."""

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.candidatures.actions import commencer
from app.comptes.sessions import creer_session
from app.infra.database import moteur_synchrone
from app.infra.identifiants import empreinte, jeton
from app.inscription.onglets import ONGLETS
from app.referentiel.models import PeriodeInscription
from tests.bases import adresse_de
from tests.instance import DACK, DEBUT, Personne, PersonneAgent

TOULOUSE = "16"
REPONSES_DE_DACK: dict[str, Any] = {
    "nationalite": "FR",
    "pays_adresse": "FR",
    "voie": "15 voie verte",
    "code_postal": "31000",
    "localite": "TOULOUSE",
    "telephone_mobile": "+33606060606",
    "courriel": "accrall@exemple.fr",
    "categorie": "INDIVIDUEL_SALARIE",
    "amenagement_duree": False,
    "etablissement": "INDIV-16",
    "amenagement_epreuves": False,
    "accord_presse": False,
    "accord_collectivites": False,
    "specialite": "50024127",
    "forme_passage": "globale",
    "familles": ["AUTRE_DIPLOME"],
    "acquis": [{"code": "CAP_AUTRE", "annee": 2020, "academie": TOULOUSE}],
    "options": {"EP2A": "MGM"},
    "langue": "ALL",
}
AU_DEBUT = {"pays_adresse": "FR", "courriel": "accrall@exemple.fr"}


def reponses(jusqu_a: str, *, entame: Mapping[str, Any] | None = None, **autres: Any) -> dict[str, Any]:
    """Le brouillon de Dack, les onglets avant `jusqu_a` passés par « Suivant ».

    `autres` : ce qu'il a répondu d'autre dans ces onglets ; `entame` : ce qu'il a commencé à répondre ensuite.
    """
    slugs = [onglet.slug for onglet in ONGLETS]
    passes = ONGLETS[: slugs.index(jusqu_a)]
    toutes = REPONSES_DE_DACK | autres
    champs = {champ for onglet in passes for champ in onglet.champs}
    brouillon = AU_DEBUT | {champ: valeur for champ, valeur in toutes.items() if champ in champs}
    return brouillon | dict(entame or {}) | {"vus": [onglet.slug for onglet in passes if onglet.champs]}


def ouvrir_une_session(donnees: Path, personne: Personne | PersonneAgent = DACK, *, instant: datetime = DEBUT) -> str:
    """La valeur du cookie de session. Pour un agent, celle d'après le second facteur."""
    secret = jeton()
    _ecrire(donnees, lambda db: creer_session(db, personne.id, empreinte(secret), maintenant=instant))
    return secret


def ouvrir_un_brouillon(
    donnees: Path, brouillon: Mapping[str, Any], personne: Personne = DACK, *, instant: datetime = DEBUT
) -> str:
    """L'id d'une candidature à Toulouse, telle que ce brouillon la laisse."""

    def acte(db: Session) -> str:
        periode = db.scalars(select(PeriodeInscription.id).where(PeriodeInscription.academie_code == TOULOUSE)).one()
        return commencer(db, personne.id, periode, brouillon=brouillon, maintenant=instant)

    return str(_ecrire(donnees, acte))


def _ecrire(donnees: Path, acte: Any) -> Any:
    moteur = moteur_synchrone(adresse_de(donnees))
    try:
        with Session(moteur) as db, db.begin():
            return acte(db)
    finally:
        moteur.dispose()
