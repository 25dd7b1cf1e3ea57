"""Les données d'une personne dans les mots d'une personne, pour le fichier « à lire » ; celui d'un logiciel dit tout.

Ni les numéros internes, ni ce qui est vide : le RGPD (article 12) veut une forme concise et aisément accessible.
"""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from app.web.gabarits import date_fr, instant_paris

Lisible = str | Mapping[str, "Lisible"] | Sequence["Lisible"]

INTITULES = {
    "a_confirmer": "À confirmer",
    "a_envoyer_le": "À envoyer le",
    "academie_code": "Code de l’académie",
    "accord_collectivites": "Accord pour les collectivités territoriales",
    "accord_presse": "Accord pour la presse et les sites privés",
    "amenagement_duree": "Aménagement de la durée de formation",
    "amenagement_epreuves": "Aménagement d’épreuves au titre du handicap",
    "annulable_avant": "Annulable avant le",
    "commune_naissance": "Code de la commune de naissance",
    "commune_naissance_type": "Sorte de commune",
    "courriel": "Adresse mail",
    "date_naissance": "Date de naissance",
    "departement_naissance": "Département de naissance",
    "etablissement_uai": "Code de l’établissement (UAI)",
    "forme_finale": "Forme de passage finale",
    "ine": "INE",
    "jusqu_a": "Jusqu’à",
    "lieu_naissance": "Lieu de naissance",
    "lu_le": "Lu le",
    "mode_libelle": "Mode de dépôt",
    "nom_famille": "Nom de famille",
    "nom_usage": "Nom d’usage",
    "numero_candidat": "N° candidat",
    "numero_inscription": "N° inscription",
    "octets": "Taille (octets)",
    "pays_adresse": "Pays de l’adresse",
    "pays_naissance": "Pays de naissance",
    "retour_avant": "À rendre avant le",
    "rouverte_jusqu_a": "Rouverte jusqu’au",
    "survenu_le": "Survenu le",
    "uai": "Code de l’établissement (UAI)",
    "voie": "Numéro, rue, voie",
    "vu_le": "Dernière connexion",
    "vue_le": "Dernière activité",
}
"""Ce que les mots du nom, accentués, ne diraient pas assez."""
ACCENTS = {
    "a": "à", "abandonne": "abandonné", "academie": "académie", "acceptes": "acceptés", "accordee": "accordée",
    "active": "activé", "amenagement": "aménagement", "annee": "année", "annees": "années", "annule": "annulé",
    "categorie": "catégorie", "change": "changé", "civilite": "civilité", "coche": "coché", "confirme": "confirmé",
    "cree": "créé", "decidee": "décidée", "demande": "demandé", "demandee": "demandée", "departement": "département",
    "depose": "déposé", "depot": "dépôt", "desinscrite": "désinscrite", "detail": "détail", "donnees": "données",
    "ecartee": "écartée", "ecartees": "écartées", "echeance": "échéance", "ecrite": "écrite",
    "enregistree": "enregistrée", "envoye": "envoyé", "epreuve": "épreuve", "epreuves": "épreuves",
    "etablissement": "établissement", "etat": "état", "evaluation": "évaluation", "expire": "expire",
    "garde": "gardé", "importe": "importé", "intitule": "intitulé", "justifiees": "justifiées", "libelle": "libellé",
    "localite": "localité", "matieres": "matières", "nationalite": "nationalité", "numero": "numéro",
    "parti": "parti", "periode": "période", "piece": "pièce", "pieces": "pièces", "precision": "précision",
    "prenoms": "prénoms", "publie": "publié", "recue": "reçue", "referentiel": "référentiel", "regime": "régime",
    "remplace": "remplacé", "remplacee": "remplacée", "repassees": "repassées", "repere": "repère",
    "reponse": "réponse", "retablie": "rétablie", "retire": "retiré", "retiree": "retirée", "role": "rôle",
    "souhaitee": "souhaitée", "specialite": "spécialité", "telephone": "téléphone", "validee": "validée",
}  # fmt: skip


def lisible(valeur: Any) -> Lisible:
    """D'un code et de son libellé, le libellé seul."""
    if isinstance(valeur, Mapping):
        if valeur.keys() == {"libelle", "valeur"}:
            return {str(valeur["libelle"]): lisible(valeur["valeur"])}
        return {
            intitule(cle): lisible(contenu)
            for cle, contenu in valeur.items()
            if contenu not in (None, "", [], {}, ()) and not (_est_interne(cle) or f"{cle}_libelle" in valeur)
        }
    if isinstance(valeur, bool):
        return "oui" if valeur else "non"
    if isinstance(valeur, datetime):
        return instant_paris(valeur)
    if isinstance(valeur, date):
        return date_fr(valeur)
    if isinstance(valeur, Sequence) and not isinstance(valeur, str):
        return [lisible(un) for un in valeur]
    return str(getattr(valeur, "libelle", "") or valeur)


def intitule(cle: str) -> str:
    """« demandee_le » : « Demandée le ». Un code (EP2A) reste ce qu'il est."""
    if cle != cle.lower():
        return cle
    mots = " ".join(ACCENTS.get(mot, mot) for mot in cle.removesuffix("_libelle").split("_"))
    return INTITULES.get(cle, mots[:1].upper() + mots[1:])


def _est_interne(cle: str) -> bool:
    return cle == "id" or cle.endswith("_id")
