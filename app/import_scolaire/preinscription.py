"""Les élèves nouveaux d'un import : un compte, une candidature à compléter, et leurs numéros."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.candidatures.actions import noter
from app.candidatures.models import Candidature
from app.comptes.agents import SANS_MOT_DE_PASSE
from app.comptes.identifiants import identifiant_de_base, premier_libre
from app.comptes.models import Candidat, Compte
from app.comptes.numeros import nouveau_numero
from app.documents.ajournes import Ajourne
from app.import_scolaire.anciens import anciens_comptes, redoublants
from app.import_scolaire.eleve import Eleve
from app.import_scolaire.models import Eleve as LigneEleve
from app.import_scolaire.models import ImportEleves, LigneImport
from app.import_scolaire.modification import poser_l_identite, poses
from app.infra.identifiants import nouvel_id
from app.referentiel.models import PeriodeInscription
from app.regles.vocabulaire import EtatCandidature


def preinscrire(
    db: Session,
    encours: ImportEleves,
    nouveaux: Sequence[tuple[LigneImport, Eleve]],
    pris: dict[str, set[str]],
    maintenant: datetime,
) -> None:
    """Les comptes, sans mot de passe avant leur papillon ; une candidature à compléter, avec ses numéros.

    Un ancien élève de l'établissement, reconnu par son INE, retrouve son compte, et ses notes s'il est ajourné. Table
    par table et non élève par élève : un lot est quatre fois plus court, et chacun de ceux qui attendent aussi.
    """
    anciens = anciens_comptes(db, encours.uai, encours.periode_id, [eleve for _, eleve in nouveaux])
    ajournes = redoublants(db, encours.periode_id, list(anciens.values()))
    comptes: list[str] = []
    candidats: list[Candidat] = []
    for ligne, eleve in nouveaux:
        ancien = anciens.pop((eleve.ine, eleve.cle), None) if eleve.ine else None
        ligne.avant = {"compte_cree": ancien is None}
        comptes.append(ancien or nouvel_id())
        if ancien is None:
            db.add(_compte(comptes[-1], eleve, pris, maintenant))
            candidat = Candidat(compte_id=comptes[-1], numero_candidat=nouveau_numero(db, maintenant=maintenant))
            poser_l_identite(candidat, eleve)
            candidats.append(candidat)
    db.flush()
    db.add_all(candidats)
    db.flush()  # l'annuaire lit leurs noms quand les candidatures s'écrivent
    session = db.get_one(PeriodeInscription, encours.periode_id).session_examen_id
    numeros = _numeros_suivants(db, comptes)  # avant que les lignes ne nomment des candidatures à venir
    for (ligne, eleve), compte_id in zip(nouveaux, comptes, strict=True):
        ligne.candidature_id = nouvel_id()
        db.add(
            Candidature(
                id=ligne.candidature_id,
                compte_id=compte_id,
                periode_id=encours.periode_id,
                session_examen_id=session,
                etablissement_uai=encours.uai,
                etat=EtatCandidature.A_COMPLETER,
                numero_inscription=numeros.get(compte_id, "001"),
                brouillon=_brouillon(eleve, encours.uai, ajournes.get(compte_id)),
                cree_le=maintenant,
            )
        )
    db.flush()
    for ligne, eleve in nouveaux:
        db.add(
            LigneEleve(
                candidature_id=ligne.candidature_id,
                uai=encours.uai,
                periode_id=encours.periode_id,
                ine=eleve.ine,
                division=eleve.division,
                cle=eleve.cle,
                importe_le=maintenant,
            )
        )
        noter(db, str(ligne.candidature_id), encours.auteur, "preinscrite", maintenant=maintenant)


def _compte(compte_id: str, eleve: Eleve, pris: dict[str, set[str]], maintenant: datetime) -> Compte:
    base = identifiant_de_base(eleve.prenoms, eleve.nom_famille)
    identifiant = premier_libre(base, pris[base])
    pris[base].add(identifiant)
    return Compte(
        id=compte_id,
        identifiant=identifiant,
        courriel="",
        mot_de_passe=SANS_MOT_DE_PASSE,
        mot_de_passe_provisoire=True,
        cree_le=maintenant,
        active_le=maintenant,
    )


def _brouillon(eleve: Eleve, uai: str, ajourne: Ajourne | None) -> dict[str, Any]:
    """Un redoublant retrouve ses réponses et ses notes ; ce que pose l'établissement l'emporte."""
    propose = {"courriel": eleve.courriel} if eleve.courriel else {}
    repris = ajourne.reprise(eleve.specialite)[0] if ajourne else {"pays_adresse": "FR"}
    return propose | repris | poses(eleve, uai)


def _numeros_suivants(db: Session, comptes: Sequence[str]) -> dict[str, str]:
    """Pour ceux qui ont déjà eu une inscription."""
    derniers = db.execute(
        select(Candidature.compte_id, func.max(Candidature.numero_inscription))
        .where(Candidature.compte_id.in_(comptes))
        .group_by(Candidature.compte_id)
    )
    return {compte_id: f"{int(dernier or 0) + 1:03}" for compte_id, dernier in derniers}
