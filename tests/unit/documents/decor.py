"""Une base avec Dack, inscrit en deux versions, et Charlie, qui n'a rien à voir avec lui."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from app.candidatures.fiche import Fiche, en_json
from app.candidatures.models import Candidature, VersionCandidature
from app.comptes.models import Candidat, Compte
from app.comptes.sessions import creer_session
from app.documents import models as documents
from app.infra.database import Base, moteur_synchrone
from app.infra.identifiants import empreinte
from app.pieces import models as pieces
from app.referentiel.models import (
    Academie,
    PeriodeInscription,
    RegimeConfirmation,
    SessionExamen,
    VersionReferentiel,
)
from app.regles.vocabulaire import Civilite, EtatCandidature
from tests.bases import adresse
from tests.unit.documents.exemples import DACK, DEPOT_FERME_LE, DEPOT_OUVRE_LE, ENREGISTREE_LE

__all__ = ["documents", "pieces"]
MAINTENANT = datetime(2026, 11, 25, 9, 0, tzinfo=UTC)
CANDIDATURE = "candidaturededack"
SANS_VERSION = "brouillondedack"


def preparer(chemin: Path) -> Engine:
    moteur = moteur_synchrone(adresse(chemin))
    Base.metadata.create_all(moteur)
    with Session(moteur) as db, db.begin():
        _compte(db, "dack", "02146028333", "ACCRALL", "Dack", date(2004, 11, 28))
        _compte(db, "charlie", "02146028340", "AUTRE", "Charlie", date(2000, 1, 1))
        db.add(_academie())
        db.add(VersionReferentiel(id=1, empreinte="a", contenu={}, publiee_le=ENREGISTREE_LE, active=True))
        db.flush()
        for annee in (2027, 2028):
            db.add(
                SessionExamen(
                    id=f"cap-{annee}-06", examen="CAP", domaine="examens", libelle=f"Juin {annee}", annee=annee, mois=6
                )
            )
            db.flush()
            db.add(_periode(annee))
        db.flush()
        db.add(
            Candidature(
                id=CANDIDATURE,
                compte_id="dack",
                periode_id="periode-2027",
                session_examen_id="cap-2027-06",
                etat=EtatCandidature.INSCRIT,
                numero_inscription="001",
                cree_le=ENREGISTREE_LE,
            )
        )
        db.add(
            Candidature(
                id=SANS_VERSION,
                compte_id="dack",
                periode_id="periode-2028",
                session_examen_id="cap-2028-06",
                cree_le=ENREGISTREE_LE,
            )
        )
    return moteur


def figer(db: Session, numero: int, fiche: Fiche = DACK) -> str:
    version = VersionCandidature(
        candidature_id=CANDIDATURE,
        numero=numero,
        version_referentiel_id=1,
        brouillon={},
        fiche=en_json(fiche),
        enregistree_le=ENREGISTREE_LE + timedelta(hours=numero - 1),
    )
    db.add(version)
    db.flush()
    return version.id


def _compte(db: Session, compte_id: str, numero: str, nom: str, prenoms: str, naissance: date) -> None:
    """Connecté : le cookie de session porte « secret-de-<compte> »."""
    courriel = f"{compte_id}@exemple.fr"
    db.add(
        Compte(
            id=compte_id,
            identifiant=courriel,
            courriel=courriel,
            mot_de_passe="-",
            cree_le=MAINTENANT,
            active_le=MAINTENANT,
        )
    )
    db.flush()
    db.add(
        Candidat(
            compte_id=compte_id,
            numero_candidat=numero,
            civilite=Civilite.MONSIEUR,
            nom_famille=nom,
            prenoms=prenoms,
            date_naissance=naissance,
            pays_naissance="FR",
            lieu_naissance="MAY-SUR-ORNE",
        )
    )
    creer_session(db, compte_id, empreinte(f"secret-de-{compte_id}"), maintenant=MAINTENANT)


def _academie() -> Academie:
    return Academie(
        code="TOU",
        nom="Toulouse",
        libelle="ACADÉMIE DE TOULOUSE",
        type="academie",
        departements=["31"],
        organisateur="Rectorat",
        adresse="15 voie verte",
        code_postal="31000",
        ville="TOULOUSE",
        fuseau="Europe/Paris",
        est_verifiee=True,
    )


def _periode(annee: int) -> PeriodeInscription:
    return PeriodeInscription(
        id=f"periode-{annee}",
        session_examen_id=f"cap-{annee}-06",
        academie_code="TOU",
        ouvre_le=DEPOT_OUVRE_LE,
        ferme_le=DEPOT_FERME_LE,
        regime_confirmation=RegimeConfirmation.PAPIER,
        depot_ouvre_le=DEPOT_OUVRE_LE,
        depot_ferme_le=DEPOT_FERME_LE,
        service="DEC",
        adresse="15 voie verte",
        code_postal="31000",
        ville="TOULOUSE",
        courriel="examens@exemple.fr",
        telephone="",
        horaires="",
    )
