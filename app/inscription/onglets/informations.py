"""Onglet 2 : catégorie, établissement, aménagements, et les deux accords sur les résultats, sans réponse d'avance."""

from collections.abc import Mapping
from typing import Any

from app.inscription.onglet import Listes, reporter_simplement, valeurs_simples
from app.regles.dossier import Brouillon, Dossier
from app.regles.eligibilite import categories_proposees, etablissements_proposes
from app.web.forms import Champ, Choix, Option, OuiNon

slug = "informations"
titre = "Informations candidature"
champs = (
    "situation", "categorie", "amenagement_duree", "etablissement", "amenagement_epreuves", "accord_presse",
    "accord_collectivites",
)  # fmt: skip


def questions(dossier: Dossier, listes: Listes) -> dict[str, Champ]:
    """Ce que l'établissement a posé ne se demande pas à l'élève : aucune réponse ne peut le changer."""
    posees: dict[str, Champ] = {
        "situation": Choix(
            "Situation à l’inscription",
            sujet="votre situation à l’inscription",
            options=[(s.code, s.libelle) for s in dossier.reglement.situations.values()],
            aide="Liste provisoire, à confirmer par le service des examens.",
        ),
        "categorie": Choix(
            "Catégorie du candidat",
            sujet="votre catégorie",
            options=[
                Option(p.categorie.code, p.categorie.libelle) for p in categories_proposees(dossier) if p.est_ouverte
            ],
            requis=True,
        ),
        "amenagement_duree": OuiNon(
            "Aménagement de la durée de formation",
            requis=True,
            aide="Oui si une décision de positionnement du recteur réduit ou allonge votre formation.",
        ),
        "etablissement": Choix(
            "Établissement",
            sujet="votre établissement",
            options=[Option(e.code, e.libelle_complet) for e in etablissements_proposes(dossier)],
            requis=True,
            aide="" if dossier.categorie else "Choisissez d’abord votre catégorie.",
        ),
        "amenagement_epreuves": OuiNon(
            "Demande d’aménagement(s) d’épreuves au titre du handicap (1)",
            requis=True,
        ),
        "accord_presse": OuiNon(
            "J’accepte la communication de mes résultats d’examen, en vue d’une publication par la presse ou sur les "
            "sites internet de sociétés de droit privé",
            requis=True,
        ),
        "accord_collectivites": OuiNon(
            "J’accepte la communication de mes résultats, de mon nom et de mon adresse aux collectivités "
            "territoriales en vue d’éventuelles félicitations",
            requis=True,
        ),
    }
    return {nom: champ for nom, champ in posees.items() if not dossier.est_pose(nom)}


def valeurs(dossier: Dossier) -> Mapping[str, object]:
    return valeurs_simples(dossier, champs)


def reporter(lues: Mapping[str, Any], dossier: Dossier) -> Brouillon:
    return reporter_simplement(lues, dossier)
