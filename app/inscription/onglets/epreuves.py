"""Onglet 5 : les seuls choix qui restent ; les positions se déduisent (regles.epreuves)."""

from collections.abc import Iterable, Mapping
from typing import Any

from app.inscription.onglet import Listes, reporter_simplement, valeurs_simples
from app.regles.dossier import Brouillon, Dossier
from app.regles.epreuves import ChoixEpreuves, choix_a_faire
from app.regles.referentiel import Langue
from app.regles.vocabulaire import PositionEpreuve
from app.web.forms import CasesACocher, Champ, Choix, Option

slug = "epreuves"
titre = "Épreuves"
SIMPLES = ("langue", "eps", "activite_eps", "epreuves_presentees", "facultatives", "langue_facultative")
champs = ("options", *SIMPLES)


def questions(dossier: Dossier, listes: Listes) -> dict[str, Champ]:
    a_faire = choix_a_faire(dossier)
    posees: dict[str, Champ] = {}
    if a_faire.progressive:
        posees["epreuves_presentees"] = CasesACocher(
            "Épreuves présentées à cette session",
            sujet="au moins une épreuve à présenter",
            aide="En forme progressive, vous répartissez les épreuves sur plusieurs sessions.",
            options=[(repere, f"{code} - {libelle}") for repere, code, libelle in a_faire.progressive],
            requis=True,
        )
    for code, libelle, options in a_faire.options:
        posees[f"option-{code}"] = Choix(
            f"{code} - {libelle} : option",
            sujet=f"l’option de {code}",
            options=[(o.code, _a_confirmer(o.libelle, o.est_verifiee)) for o in options],
            requis=True,
        )
    if a_faire.langues:
        posees["langue"] = Choix(
            "Langue vivante étrangère : langue",
            sujet="la langue vivante",
            options=_langues(a_faire.langues),
            requis=True,
        )
    return posees | _eps(a_faire) | _facultatives(a_faire, dossier)


def valeurs(dossier: Dossier) -> Mapping[str, object]:
    options = {f"option-{code}": option for code, option in dossier.brouillon.options.items()}
    return valeurs_simples(dossier, SIMPLES) | options


def reporter(lues: Mapping[str, Any], dossier: Dossier) -> Brouillon:
    options = {nom.removeprefix("option-"): v for nom, v in lues.items() if nom.startswith("option-") and v}
    simples = {nom: tuple(v) if isinstance(v, list) else v for nom, v in lues.items() if nom in SIMPLES}
    brouillon = reporter_simplement(simples, dossier)
    return brouillon.avec(options=dict(brouillon.options) | options)


def _langues(langues: Iterable[Langue]) -> list[tuple[str, str]]:
    """Les langues sûres d'abord : la liste des autres n'a pas été lue dans un texte."""
    return [
        (langue.code, _a_confirmer(langue.libelle, langue.est_verifiee))
        for langue in sorted(langues, key=lambda langue: not langue.est_verifiee)
    ]


def _a_confirmer(libelle: str, est_verifie: bool) -> str:
    return libelle if est_verifie else f"{libelle} (à confirmer)"


def _eps(a_faire: ChoixEpreuves) -> dict[str, Champ]:
    posees: dict[str, Champ] = {}
    if a_faire.eps:
        posees["eps"] = Choix(
            "Éducation physique et sportive : position",
            sujet="si vous passez l’EPS",
            aide="Vous pouvez demander la dispense sans certificat médical (code de l’éducation, D. 337-19).",
            options=[
                Option(PositionEpreuve.INSCRIT.value, "Inscrit", precision="Je passe l’épreuve"),
                Option(PositionEpreuve.DISPENSE.value, "Dispense", precision="Je ne la passe pas"),
            ],
            radios=True,
            requis=True,
        )
    if a_faire.activites:
        posees["activite_eps"] = Choix(
            "Éducation physique et sportive : épreuve choisie",
            sujet="l’épreuve d’EPS",
            aide="Ce choix engage : vous êtes réputé apte, et l’absence est éliminatoire.",
            options=[(a.code, a.libelle) for a in a_faire.activites],
            requis=True,
        )
    return posees


def _facultatives(a_faire: ChoixEpreuves, dossier: Dossier) -> dict[str, Champ]:
    if not a_faire.facultatives:
        return {}
    maximum = min(a_faire.facultatives_maximum, len(a_faire.facultatives))
    posees: dict[str, Champ] = {
        "facultatives": CasesACocher(
            "Épreuves facultatives" if maximum > 1 else "Épreuve facultative",
            aide=f"{'Deux' if maximum > 1 else 'Une'} au plus. Seuls les points au-dessus de 10 comptent.",
            options=[(f.cle, f"{f.code} - {f.titre}") for f in a_faire.facultatives],
        )
    }
    if a_faire.langues_facultatives and "LV" in dossier.brouillon.facultatives:
        posees["langue_facultative"] = Choix(
            "Langue vivante facultative : langue",
            sujet="la langue de l’épreuve facultative",
            options=_langues(a_faire.langues_facultatives),
            requis=True,
        )
    return posees
