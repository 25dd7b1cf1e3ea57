"""Ce qu'un import change à un élève déjà inscrit, et la photographie qui permet de le défaire."""

from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from app.candidatures.actions import noter
from app.candidatures.models import Candidature
from app.comptes.models import Candidat
from app.import_scolaire.eleve import Eleve
from app.import_scolaire.existants import Existant
from app.import_scolaire.models import Eleve as LigneEleve
from app.import_scolaire.models import ImportEleves, LigneImport
from app.regles.vocabulaire import EtatCandidature


def changer(
    db: Session, encours: ImportEleves, ligne: LigneImport, eleve: Eleve, existant: Existant, maintenant: datetime
) -> None:
    """Ce que l'élève a répondu reste ; seul ce que l'établissement pose est remplacé."""
    candidature = db.get_one(Candidature, existant.candidature_id)
    lien, candidat = db.get_one(LigneEleve, candidature.id), db.get_one(Candidat, candidature.compte_id)
    ligne.candidature_id = candidature.id
    ligne.avant = photographier(candidature, lien, candidat)
    lien.ine, lien.division, lien.cle = eleve.ine or lien.ine, eleve.division, eleve.cle
    if lien.parti_le is not None:
        lien.parti_le = None
        if candidature.etat is EtatCandidature.ECARTE:
            candidature.etat = EtatCandidature.A_COMPLETER
    if not existant.est_enregistre:
        poser_l_identite(candidat, eleve)
    candidature.brouillon = candidature.brouillon | poses(eleve, encours.uai)
    noter(db, candidature.id, encours.auteur, "preinscription_modifiee", maintenant=maintenant)


def retirer(db: Session, encours: ImportEleves, ligne: LigneImport, maintenant: datetime) -> None:
    """Absent du fichier : son inscription à compléter est écartée ; déjà enregistrée, elle reste au gestionnaire."""
    lien = db.get(LigneEleve, ligne.candidature_id)
    if lien is None or lien.uai != encours.uai or lien.parti_le is not None:
        ligne.avant = None
        return
    candidature = db.get_one(Candidature, lien.candidature_id)
    ligne.avant = photographier(candidature, lien, db.get_one(Candidat, candidature.compte_id))
    lien.parti_le = maintenant
    if candidature.etat is EtatCandidature.A_COMPLETER:
        candidature.etat = EtatCandidature.ECARTE
    noter(db, candidature.id, encours.auteur, "preinscription_retiree", maintenant=maintenant)


def poser_l_identite(candidat: Candidat, eleve: Eleve) -> None:
    candidat.civilite = eleve.civilite
    candidat.nom_famille = eleve.nom_famille
    candidat.nom_usage = eleve.nom_usage
    candidat.prenoms = eleve.prenoms
    candidat.date_naissance = eleve.date_naissance
    candidat.pays_naissance = eleve.pays_naissance
    candidat.departement_naissance = eleve.departement_naissance
    candidat.commune_naissance = eleve.commune_naissance
    candidat.commune_naissance_type = eleve.commune_naissance_type
    candidat.lieu_naissance = eleve.lieu_naissance


def poses(eleve: Eleve, uai: str) -> dict[str, Any]:
    return {"categorie": eleve.categorie, "specialite": eleve.specialite, "etablissement": uai}


def photographier(candidature: Candidature, lien: LigneEleve, candidat: Candidat) -> dict[str, Any]:
    """De quoi remettre exactement ce qui était, ni plus ni moins."""
    return {
        "lien": {
            "ine": lien.ine,
            "division": lien.division,
            "cle": lien.cle,
            "parti_le": lien.parti_le.isoformat() if lien.parti_le else None,
        },
        "etat": candidature.etat.value,
        "poses": {champ: candidature.brouillon.get(champ) for champ in ("categorie", "specialite", "etablissement")},
        "identite": {
            "civilite": candidat.civilite.value,
            "nom_famille": candidat.nom_famille,
            "nom_usage": candidat.nom_usage,
            "prenoms": candidat.prenoms,
            "date_naissance": candidat.date_naissance.isoformat(),
            "pays_naissance": candidat.pays_naissance,
            "departement_naissance": candidat.departement_naissance,
            "commune_naissance": candidat.commune_naissance,
            "commune_naissance_type": candidat.commune_naissance_type,
            "lieu_naissance": candidat.lieu_naissance,
        },
    }
