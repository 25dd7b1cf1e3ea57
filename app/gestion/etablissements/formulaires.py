"""Ce qu'on demande pour déclarer un établissement, et pour y inviter quelqu'un."""

from collections.abc import Mapping, Sequence
from typing import Any

from app.comptes.formulaire_creation import NomDePersonne
from app.referentiel.models import TypeEtablissement
from app.regles.uai import est_un_uai
from app.web.coordonnees import CodePostal
from app.web.forms import Champ, Choix, Courriel, Formulaire, Telephone, TexteCourt


class Uai(TexteCourt):
    def lire(self, texte: str) -> str:
        uai = texte.replace(" ", "").upper()
        if not est_un_uai(uai):
            raise ValueError("Écrivez les sept chiffres et la lettre de l’UAI, par exemple 0310038Y")
        return uai


def coordonnees() -> dict[str, Champ]:
    return {
        "nom": TexteCourt("Nom", sujet="le nom", requis=True, aide="Exemple : LYC BELLEVUE"),
        "adresse": TexteCourt("Adresse", sujet="l’adresse", requis=True, longueur=200),
        "code_postal": CodePostal("Code postal", sujet="le code postal", requis=True, largeur="l5", saisie="numeric"),
        "ville": TexteCourt("Ville", sujet="la ville", requis=True),
        "telephone": Telephone("Téléphone", sujet="le téléphone", autocomplete="off"),
    }


def declaration(academies: Sequence[tuple[str, str]], recu: Mapping[str, Any] | None) -> Formulaire:
    champs: dict[str, Champ] = {
        "uai": Uai("UAI", sujet="l’UAI", requis=True, largeur="l10", aide="Exemple : 0310038Y"),
        "type": Choix(
            "Type", sujet="le type", requis=True, options=[(type_.value, type_.libelle) for type_ in TypeEtablissement]
        ),
        **coordonnees(),
    }
    if len(academies) > 1:
        champs["academie"] = Choix("Académie", sujet="l’académie", requis=True, options=academies)
    return Formulaire(champs, recu)


def invitation(recu: Mapping[str, Any] | None) -> Formulaire:
    return Formulaire(
        {
            "nom": NomDePersonne("Nom", sujet="le nom", requis=True, majuscules=True, autocomplete="off"),
            "prenoms": NomDePersonne("Prénom", sujet="le prénom", requis=True, autocomplete="off"),
            "courriel": Courriel(
                "Adresse mail professionnelle", sujet="l’adresse mail", requis=True, autocomplete="off"
            ),
        },
        recu,
    )
