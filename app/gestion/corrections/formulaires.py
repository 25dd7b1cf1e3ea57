"""Ce qui sera écrit à l'état civil : les champs de la création, sans leur double saisie, et le motif."""

import hashlib
from collections.abc import Mapping
from datetime import date
from typing import Any

from app.comptes.formulaire_creation import champs_etat_civil, pays_choisi, premier
from app.comptes.formulaire_modification import choix_actuels, valeurs_connues
from app.comptes.models import ChampCorrigible
from app.comptes.naissance import Listes, lieu_choisi
from app.comptes.valeurs import EtatCivil
from app.regles.vocabulaire import Civilite
from app.web.forms import DateFR, Formulaire, TexteLong

MOTIF_MAX = 200
REPONSE_MAX = 600
SIMPLES = {
    ChampCorrigible.CIVILITE: "civilite",
    ChampCorrigible.NOM_FAMILLE: "nom_famille",
    ChampCorrigible.NOM_USAGE: "nom_usage",
    ChampCorrigible.PRENOMS: "prenoms",
    ChampCorrigible.DATE_NAISSANCE: "date_naissance",
}
"""champ de l'état civil → champ du formulaire ; le lieu de naissance en a plusieurs"""


def choix_du_lieu(recu: Mapping[str, Any] | None, actuel: EtatCivil) -> dict[str, str]:
    """Ce que les listes de naissance ont besoin de savoir."""
    if recu is None or "pays_naissance" not in recu:
        return choix_actuels(actuel)
    return {
        "pays_naissance": pays_choisi(recu),
        "departement": premier(recu, "departement_naissance"),
        "recherche": premier(recu, "commune_recherche"),
        "choisie": premier(recu, "commune_naissance"),
    }


def formulaire_d_acceptation(
    champ: ChampCorrigible,
    souhaitee: str,
    actuel: EtatCivil,
    listes: Listes,
    recu: Mapping[str, Any] | None = None,
    *,
    jour: date,
) -> Formulaire:
    """Le seul champ demandé, rempli de ce que le candidat souhaite : l'agent le compare à la preuve."""
    tous = champs_etat_civil(listes, jour)
    simple = SIMPLES.get(champ)
    gardes = [simple] if simple else [nom for nom in tous if nom not in SIMPLES.values() and not _est_un_double(nom)]
    connues = valeurs_connues(actuel, listes)
    if simple:
        connues |= {simple: _lire_le_souhait(champ, souhaitee) or connues[simple]}
    return _sans_suggestion(Formulaire({nom: tous[nom] for nom in gardes}, _saisies(recu, listes), connues))


def formulaire_de_refus(recu: Mapping[str, Any] | None = None) -> Formulaire:
    champ = TexteLong(
        "Motif du refus",
        sujet="le motif du refus",
        requis=True,
        longueur=REPONSE_MAX,
        aide="Le candidat le lira : dites ce qui manque, et ce qu’il peut envoyer.",
    )
    return Formulaire({"reponse": champ}, recu)


def formulaire_d_identite(
    actuel: EtatCivil, listes: Listes, recu: Mapping[str, Any] | None = None, *, jour: date
) -> Formulaire:
    champs: dict[str, Any] = {nom: c for nom, c in champs_etat_civil(listes, jour).items() if not _est_un_double(nom)}
    champs["motif"] = TexteLong(
        "Motif de la correction",
        sujet="le motif de la correction",
        requis=True,
        longueur=MOTIF_MAX,
        aide="Par exemple : acte de naissance présenté au guichet. Le candidat le lira dans l’histoire de son dossier.",
    )
    return _sans_suggestion(Formulaire(champs, _saisies(recu, listes), valeurs_connues(actuel, listes)))


def changement(formulaire: Formulaire, listes: Listes, actuel: EtatCivil) -> dict[str, Any]:
    """Ce qui diffère de l'état civil d'aujourd'hui. À n'appeler qu'après un jugement favorable."""
    dit = formulaire.valeurs
    nouveau: dict[str, Any] = {nom: dit[nom] or "" for nom in SIMPLES.values() if nom in dit}
    if "civilite" in nouveau:
        nouveau["civilite"] = Civilite(nouveau["civilite"])
    if "pays_naissance" in dit:
        nouveau |= {"pays_naissance": dit["pays_naissance"], **lieu_choisi(dit, listes)}
    return {nom: valeur for nom, valeur in nouveau.items() if getattr(actuel, nom) != valeur}


def empreinte_de(actuel: EtatCivil) -> str:
    """L'état civil que l'agent a sous les yeux : s'il change ailleurs, sa décision ne vaut plus."""
    return hashlib.sha256(repr(actuel).encode()).hexdigest()


def _sans_suggestion(formulaire: Formulaire) -> Formulaire:
    """Le navigateur de l'agent proposerait son propre nom."""
    for champ in formulaire:
        champ.autocomplete = "off"
    return formulaire


def _est_un_double(nom: str) -> bool:
    return nom.endswith("_confirmation")


def _saisies(recu: Mapping[str, Any] | None, listes: Listes) -> Mapping[str, Any] | None:
    return None if recu is None else {**recu, **listes.completees}


def _lire_le_souhait(champ: ChampCorrigible, souhaitee: str) -> object:
    """Nul : ce n'est pas lisible tel quel, l'agent l'écrira."""
    if champ is ChampCorrigible.CIVILITE:
        return next((c.value for c in Civilite if c.libelle.casefold() == souhaitee.casefold()), None)
    if champ is ChampCorrigible.DATE_NAISSANCE:
        lu = Formulaire({"date": DateFR("Date")}, {"date": [souhaitee]})
        return lu.valeurs["date"] if lu.valide() else None
    return souhaitee
