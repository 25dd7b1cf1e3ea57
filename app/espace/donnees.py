"""Tout ce que le portail garde d'une personne (RGPD, articles 15 et 20), table par table.

Une table qui tient à un compte ou à une candidature est ici, ou dans `EXCLUES` avec sa raison : un test l'exige.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Table, select
from sqlalchemy.orm import Session

from app.infra.clock import en_paris
from app.infra.database import Base

TITRES = {
    "compte": "Compte",
    "candidat": "État civil",
    "changement_adresse": "Changements d’adresse mail",
    "demande_correction": "Demandes de correction",
    "session_web": "Connexions en cours",
    "abonnement_agenda": "Abonnement à l’agenda",
    "candidature": "Candidatures",
    "eleve": "Établissement d’inscription",
    "version_candidature": "Versions enregistrées",
    "epreuve_candidature": "Épreuves",
    "piece_demandee": "Pièces demandées",
    "fichier_depose": "Fichiers déposés",
    "envoi_morcele": "Envois de fichiers commencés",
    "evenement_piece": "Histoire des pièces",
    "document": "Documents",
    "courriel": "Mails envoyés",
    "rappel_envoye": "Rappels envoyés",
    "recapitulatif_envoye": "Récapitulatifs de contrôle envoyés",
    "evenement": "Histoire des dossiers",
    "derogation": "Dérogations",
    "decision_dispense": "Décisions sur vos dispenses",
    "mise_a_l_ecart": "Mises à l’écart",
    "note_de_gestion": "Notes du service des examens",
    "consultation": "Qui a consulté les dossiers",
}
EXCLUES = {
    "mot_du_nom": "les mots de l'état civil, exporté plus haut, rangés pour qu'un agent retrouve le dossier",
    "ligne_publication": "la préparation d'un document ; paru, il est dans « Documents »",
    "passage_au_guichet": "dit deux heures quel dossier un agent remplit ; l'histoire du dossier garde ce qu'il a fait",
    "prise_en_main": "dit dix minutes quel agent contrôle un dossier, puis ne dit plus rien",
    "reception_du_jour": "compte un jour les fichiers reçus, déposés ou refusés, puis s'efface",
    "agent": "une personne du service des examens n'est pas un candidat",
    "agent_academie": "idem : sa portée",
    "agent_etablissement": "idem : ses établissements",
    "ligne_preparation": "la préparation d'une session ; ce qu'elle a créé est dans « Candidatures »",
    "ligne_import": "la ligne du fichier de l'établissement, effacée après les vingt-quatre heures où il peut annuler",
    "edition_referentiel": "un référentiel préparé par un agent, rien d’un candidat",
    "code_secours": "idem : haché, pour sa connexion",
    "jeton": "secrets à usage unique, hachés",
    "formulaire_scelle": "illisible sans le cookie du navigateur qui l'a envoyé, effacé en trente minutes",
}
CACHEES = {
    "compte": {"mot_de_passe"},
    "changement_adresse": {"empreinte", "annulation"},
    "session_web": {"empreinte"},
    "abonnement_agenda": {"graine", "empreinte"},
    "candidature": {"traces", "derogation_specialite", "cle_nom"},
    "eleve": {"cle"},
    "courriel": {"texte", "html", "secret", "derniere_erreur", "tentatives"},
    "fichier_depose": {"cle", "depose_par", "est_garde"},
    "envoi_morcele": {"empreinte"},
    "evenement_piece": {"acteur"},
    "evenement": {"compte_id"},
    "demande_correction": {"preuve_fichier"},
    "derogation": {"agent_id", "retiree_par"},
    "decision_dispense": {"agent_id"},
    "mise_a_l_ecart": {"agent_id", "retablie_par"},
    "note_de_gestion": {"agent_id"},
}
"""Colonnes tues : des secrets, ou de la mécanique sans rien de la personne."""
DU_DOSSIER = {"evenement"}
"""Le compte y est celui de qui agit, parfois un agent : ce qui est arrivé au dossier du candidat est à lui."""


@dataclass(frozen=True, slots=True)
class Rubrique:
    table: str
    titre: str
    lignes: tuple[Mapping[str, Any], ...]


def donnees_de(db: Session, compte_id: str) -> tuple[Rubrique, ...]:
    return tuple(
        Rubrique(nom, titre, tuple(_lignes(db, Base.metadata.tables[nom], compte_id))) for nom, titre in TITRES.items()
    )


def en_json(rubriques: Sequence[Rubrique]) -> dict[str, Any]:
    """Pour un logiciel : les noms des colonnes, des instants ISO à l'heure de Paris."""
    return {
        rubrique.table: [{nom: _valeur(valeur) for nom, valeur in ligne.items()} for ligne in rubrique.lignes]
        for rubrique in rubriques
    }


def _lignes(db: Session, table: Table, compte_id: str) -> Iterator[Mapping[str, Any]]:
    montrees = [colonne for colonne in table.columns if colonne.name not in CACHEES.get(table.name, set())]
    requete = select(*montrees).where(_a_lui(table, compte_id)).order_by(*table.primary_key.columns)
    for ligne in db.execute(requete).mappings():
        yield {colonne.name: ligne[colonne.name] for colonne in montrees}


def _a_lui(table: Table, compte_id: str) -> ColumnElement[bool]:
    """Par le compte, sinon par la candidature, la pièce ou la version."""
    if table.name == "compte":
        return table.c.id == compte_id
    if "compte_id" in table.c and table.name not in DU_DOSSIER:
        return table.c["compte_id"] == compte_id
    candidature = Base.metadata.tables["candidature"]
    siennes = select(candidature.c.id).where(candidature.c.compte_id == compte_id)
    if "candidature_id" in table.c:
        return table.c.candidature_id.in_(siennes)
    if "piece_id" in table.c:
        piece = Base.metadata.tables["piece_demandee"]
        return table.c.piece_id.in_(select(piece.c.id).where(piece.c.candidature_id.in_(siennes)))
    version = Base.metadata.tables["version_candidature"]
    return table.c.version_id.in_(select(version.c.id).where(version.c.candidature_id.in_(siennes)))


def _valeur(valeur: Any) -> Any:
    if isinstance(valeur, datetime):
        return en_paris(valeur).isoformat(timespec="seconds")
    return valeur.isoformat() if isinstance(valeur, date) else valeur
