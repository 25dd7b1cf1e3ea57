"""Onglet 3 : la spécialité, ce qu'elle demande en propre, la forme de passage et sa dérogation."""

from collections.abc import Mapping
from typing import Any

from app.inscription.onglet import Listes, reporter_simplement, valeurs_simples
from app.regles.dossier import Brouillon, Dossier
from app.regles.eligibilite import SpecialiteProposee, sans_accents, specialites_proposees
from app.regles.forme_passage import derogation_demandee, derogation_possible, formes_permises
from app.web.forms import Champ, Choix, Option, OuiNon

slug = "qualification"
titre = "Qualification présentée"
champs = ("specialite", "choix", "forme_passage", "derogation", "motif_derogation")
SIMPLES = ("specialite", "forme_passage", "derogation", "motif_derogation")
TROUVEES = 12
"""spécialités montrées pour une recherche : au-delà, on demande de préciser"""


def questions(dossier: Dossier, listes: Listes) -> dict[str, Champ]:
    posees: dict[str, Champ] = {}
    if not dossier.est_pose("specialite"):
        posees["specialite"] = question_specialite(dossier, listes.recherche)
    posees |= _choix_de_la_specialite(dossier)
    formes = formes_permises(dossier)
    if formes:
        posees["forme_passage"] = Choix(
            "Forme de passage",
            sujet="la forme de passage",
            options=[Option(forme.value, forme.libelle, precision=PRECISIONS[forme.value]) for forme in formes],
            radios=True,
            requis=True,
        )
    if derogation_possible(dossier):
        posees["derogation"] = OuiNon("Dérogation à la forme de passage", requis=True)
    if derogation_demandee(dossier):
        posees["motif_derogation"] = Choix(
            "Motif de la dérogation",
            sujet="le motif de la dérogation",
            options=[(d.code, d.libelle) for d in dossier.reglement.derogations.values()],
            requis=True,
        )
    return posees


PRECISIONS = {
    "globale": "Toutes les épreuves à cette session.",
    "progressive": "Les épreuves se répartissent sur plusieurs sessions.",
}


def question_specialite(dossier: Dossier, recherche: str) -> Champ:
    """Les spécialités trouvées ; celle déjà choisie reste toujours dans la liste."""
    return ChoixSpecialite(
        "Spécialité",
        sujet="votre spécialité",
        options=[
            Option(
                s.code,
                s.titre,
                precision=s.message if s.est_ouverte else "",
                motif="" if s.est_ouverte else f"{s.motif} {s.message}".strip(),
            )
            for s in specialites_trouvees(dossier, recherche)[:TROUVEES]
        ],
        radios=True,
        requis=True,
    )


class ChoixSpecialite(Choix):
    """Tant que rien n'est cherché il n'y a rien à cocher : l'erreur mène au champ de recherche."""

    @property
    def id_cible(self) -> str:
        return super().id_cible if self.options else "recherche"


def specialites_trouvees(dossier: Dossier, recherche: str) -> tuple[SpecialiteProposee, ...]:
    """Chaque mot cherché doit commencer un mot du titre, accents et casse indifférents."""
    proposees = specialites_proposees(dossier)
    choisie = tuple(s for s in proposees if s.code == dossier.brouillon.specialite)
    mots = sans_accents(recherche).replace("'", " ").replace("’", " ").split()
    if not mots:
        return choisie
    trouvees = [s for s in proposees if _repond(s, mots) and s not in choisie]
    return (*choisie, *sorted(trouvees, key=lambda s: not s.est_ouverte))


def valeurs(dossier: Dossier) -> Mapping[str, object]:
    choix = {f"choix-{code}": valeur for code, valeur in dossier.brouillon.choix.items()}
    return valeurs_simples(dossier, SIMPLES) | choix


def reporter(lues: Mapping[str, Any], dossier: Dossier) -> Brouillon:
    choix = {nom.removeprefix("choix-"): valeur for nom, valeur in lues.items() if nom.startswith("choix-") and valeur}
    brouillon = reporter_simplement({nom: lues[nom] for nom in SIMPLES if nom in lues}, dossier)
    return brouillon.avec(choix=dict(brouillon.choix) | choix)


def _choix_de_la_specialite(dossier: Dossier) -> dict[str, Champ]:
    specialite = dossier.specialite
    if specialite is None:
        return {}
    return {
        f"choix-{choix.code}": Choix(
            choix.libelle,
            sujet=f"votre réponse à « {choix.libelle} »",
            options=[(v.code, v.libelle) for v in choix.valeurs],
            requis=choix.est_obligatoire,
        )
        for choix in specialite.choix
    }


def _repond(specialite: SpecialiteProposee, mots: list[str]) -> bool:
    titre = sans_accents(specialite.titre)
    for signe in "'’-,()«»":
        titre = titre.replace(signe, " ")
    debuts = titre.split()
    return all(any(debut.startswith(mot) for debut in debuts) for mot in mots)
