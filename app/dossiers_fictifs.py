"""Des dossiers d'essai : des candidats inventés, inscrits par l'acte ordinaire, leurs pièces déposées et envoyées."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.candidatures.actions import commencer
from app.candidatures.fiche import Fiche
from app.candidatures.models import Candidature
from app.comptes.creation import compte_actif
from app.comptes.models import Candidat, Compte
from app.comptes.numeros import nouveau_numero
from app.inscription.actions import Courrier, enregistrer
from app.inscription.onglets import ONGLETS
from app.pieces.depot import Fichier, deposer, valider_l_envoi
from app.pieces.models import PieceDemandee
from app.pieces.rangement import ranger
from app.referentiel.models import PeriodeInscription
from app.regles.referentiel import Reglement
from app.regles.vocabulaire import Civilite, EtatExamen, ModeDepot

ACADEMIE = "16"
PIECES = 4
"""que ces réponses font déposer en ligne"""
PRENOMS = ("Alix", "Bilal", "Chloé", "Driss", "Elsa", "Farid", "Gaëlle", "Hugo", "Inès", "Jules")
REPONSES: dict[str, Any] = {
    "nationalite": "FR",
    "pays_adresse": "FR",
    "voie": "1 rue de l’Exemple",
    "code_postal": "31000",
    "localite": "TOULOUSE",
    "telephone_mobile": "+33606060606",
    "categorie": "INDIVIDUEL_SALARIE",
    "amenagement_duree": False,
    "etablissement": "INDIV-16",
    "accord_presse": False,
    "accord_collectivites": False,
    "specialite": "50024127",
    "forme_passage": "globale",
    "familles": ["AUTRE_DIPLOME"],
    "acquis": [{"code": "CAP_AUTRE", "annee": 2020, "academie": ACADEMIE}],
    "options": {"EP2A": "MGM"},
    "langue": "ALL",
}


@dataclass(frozen=True, slots=True)
class DossierFictif:
    courriel: str
    prenoms: str
    envoye_le: datetime
    avec_courrier: bool = False
    """une pièce à envoyer par la poste, en plus de celles à déposer"""
    academie: str = ACADEMIE


AILLEURS: dict[str, Any] = {"specialite": "50022146", "options": {}, "langue": "ANG"}
"""À Créteil, la broderie n'est pas organisée."""


def dossiers_de_demonstration(nombre: int, maintenant: datetime) -> tuple[DossierFictif, ...]:
    """Ceux de Toulouse, et un à Créteil."""
    creteil = DossierFictif("candidat-creteil@exemple.fr", "Lina", maintenant - timedelta(hours=9), academie="24")
    return (*dossiers_fictifs(nombre, maintenant), creteil)


def dossiers_fictifs(nombre: int, maintenant: datetime) -> tuple[DossierFictif, ...]:
    """Le premier a envoyé ses pièces il y a quelques jours, le dernier aujourd'hui."""
    return tuple(
        DossierFictif(
            courriel=f"candidat{rang}@exemple.fr",
            prenoms=PRENOMS[rang % len(PRENOMS)],
            envoye_le=maintenant - timedelta(hours=5) * (nombre - rang),
            avec_courrier=rang == 0,
        )
        for rang in range(nombre)
    )


def inscrire_et_deposer(
    db: Session,
    dossier: DossierFictif,
    fichiers: Sequence[Fichier],
    *,
    empreinte_mot_de_passe: str,
    reglement: Reglement,
    version_referentiel_id: int,
) -> str | None:
    """L'id de la candidature ; nul si ce candidat existe déjà. Un fichier pour chaque pièce à déposer."""
    if compte_actif(db, dossier.courriel) is not None:
        return None
    candidature_id = inscrire(
        db,
        dossier,
        empreinte_mot_de_passe=empreinte_mot_de_passe,
        reglement=reglement,
        version_referentiel_id=version_referentiel_id,
    )
    compte_id = db.get_one(Candidature, candidature_id).compte_id
    pieces = db.scalars(
        select(PieceDemandee.id)
        .where(PieceDemandee.candidature_id == candidature_id, PieceDemandee.mode == ModeDepot.EN_LIGNE)
        .order_by(PieceDemandee.ordre)
    ).all()
    for piece_id, fichier in zip(pieces, fichiers, strict=False):
        deposer(db, compte_id, piece_id, fichier, maintenant=dossier.envoye_le)
    valider_l_envoi(db, compte_id, candidature_id, maintenant=dossier.envoye_le)
    return candidature_id


def inscrire(
    db: Session,
    dossier: DossierFictif,
    *,
    empreinte_mot_de_passe: str,
    reglement: Reglement,
    version_referentiel_id: int,
) -> str:
    """Au service de son académie ouvert ce jour-là."""
    compte_id = _compte(db, dossier, empreinte_mot_de_passe)
    periode_id = db.scalars(
        select(PeriodeInscription.id).where(
            PeriodeInscription.academie_code == dossier.academie,
            PeriodeInscription.ouvre_le <= dossier.envoye_le,
            PeriodeInscription.ferme_le > dossier.envoye_le,
        )
    ).one()
    particulieres = {} if dossier.academie == ACADEMIE else AILLEURS | {"etablissement": f"INDIV-{dossier.academie}"}
    reponses = (
        REPONSES
        | particulieres
        | {
            "courriel": dossier.courriel,
            "amenagement_epreuves": dossier.avec_courrier,
            "vus": [onglet.slug for onglet in ONGLETS if onglet.champs],
        }
    )
    candidature_id = commencer(db, compte_id, periode_id, brouillon=reponses, maintenant=dossier.envoye_le)
    enregistrer(
        db,
        compte_id,
        candidature_id,
        version_lue=0,
        reglement=reglement,
        version_referentiel_id=version_referentiel_id,
        composer=courrier_d_essai,
        maintenant=dossier.envoye_le,
    )
    db.flush()
    return candidature_id


def fichier_d_essai(donnees: Path, nom: str, texte: str) -> Fichier:
    """Rangé comme un dépôt. Rien n'y est à personne."""
    range_ = ranger(donnees, octets_d_essai(texte), "PDF")
    return Fichier(nom, "PDF", range_.octets, range_.empreinte, range_.cle, 1, EtatExamen.SAIN)


def octets_d_essai(texte: str) -> bytes:
    """Un PDF d'une page."""
    from fpdf import FPDF

    pdf = FPDF()
    pdf.add_page()
    pdf.set_font("helvetica", size=18)
    pdf.multi_cell(0, 12, texte)
    return bytes(pdf.output())


def _compte(db: Session, dossier: DossierFictif, empreinte_mot_de_passe: str) -> str:
    compte = Compte(
        identifiant=dossier.courriel,
        courriel=dossier.courriel,
        mot_de_passe=empreinte_mot_de_passe,
        cree_le=dossier.envoye_le,
        active_le=dossier.envoye_le,
    )
    db.add(compte)
    db.flush()
    db.add(
        Candidat(
            compte_id=compte.id,
            numero_candidat=nouveau_numero(db, maintenant=dossier.envoye_le),
            civilite=Civilite.MADAME,
            nom_famille="EXEMPLE",
            prenoms=dossier.prenoms,
            date_naissance=date(1994, 4, 12),
            pays_naissance="FR",
            departement_naissance="14",
            commune_naissance="14408",
            commune_naissance_type="commune-deleguee",
            lieu_naissance="MAY-SUR-ORNE",
        )
    )
    db.flush()
    return compte.id


def courrier_d_essai(fiche: Fiche, numero: str, version: int, maintenant: datetime) -> Courrier:
    """Un mail de plus par candidat inventé n'apprendrait rien : il part quand même, comme à chaque enregistrement."""
    return Courrier("[CYCLADES] Inscription d’essai", f"Inscription d’essai {numero}.\n", f"<p>Essai {numero}</p>")
