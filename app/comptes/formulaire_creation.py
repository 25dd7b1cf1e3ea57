"""Le formulaire de création du guide (chapitre 3), champ par champ et dans son ordre."""

import re
from collections.abc import Mapping
from datetime import date
from typing import Any

from litestar.datastructures import FormMultiDict

from app.comptes.choix_mot_de_passe import champs_mot_de_passe, juger_mot_de_passe
from app.comptes.naissance import FRANCE, Listes, champs_de_naissance, lieu_choisi
from app.comptes.valeurs import EtatCivil
from app.regles.vocabulaire import Civilite
from app.web.forms import Champ, Choix, Courriel, DateFR, EgalA, Formulaire, TexteCourt

AGE_MIN, AGE_MAX = 12, 110  # au-delà, c'est une faute de frappe, pas un candidat


class NomDePersonne(TexteCourt):
    """Des lettres, comme sur une pièce d'identité ; « O'Brien », « Le Goff-Dupré », « Mª José »."""

    _FORME = re.compile(r"[^\W\d_](?:[^\W\d_]|[ '’.\-ªº·])*")

    def __init__(self, label: str, *, majuscules: bool = False, **options: Any) -> None:
        super().__init__(label, **options)
        self._majuscules = majuscules

    def lire(self, texte: str) -> str:
        texte = super().lire(texte)
        if not self._FORME.fullmatch(texte):
            raise ValueError(f"Écrivez {self.sujet} en lettres, comme sur la pièce d’identité")
        return texte.upper() if self._majuscules else texte


def formulaire_de_creation(
    listes: Listes, recu: Mapping[str, Any] | None, *, jour: date, longueur_max: int
) -> Formulaire:
    saisies = None if recu is None else {**recu, **listes.completees}
    return Formulaire(
        {
            **champs_etat_civil(listes, jour),
            **_adresse(),
            **champs_mot_de_passe(longueur_max),
        },
        saisies,
    )


def champs_etat_civil(listes: Listes, jour: date) -> dict[str, Champ]:
    return {**_identite(), **_dates(jour), **champs_de_naissance(listes)}


def juger_creation(formulaire: Formulaire, longueur_max: int) -> bool:
    formulaire.valide()
    dit = formulaire.valeurs
    juger_mot_de_passe(
        formulaire,
        longueur_max=longueur_max,
        noms=(dit["nom_famille"] or "", dit["nom_usage"] or "", dit["prenoms"] or ""),
        courriel=dit["courriel"] or "",
        date_naissance=dit["date_naissance"],
    )
    return formulaire.valide()


def etat_civil(formulaire: Formulaire, listes: Listes) -> EtatCivil:
    """À n'appeler qu'après un jugement favorable."""
    dit = formulaire.valeurs
    lieu = lieu_choisi(dit, listes)
    return EtatCivil(
        civilite=Civilite(dit["civilite"]),
        nom_famille=dit["nom_famille"],
        nom_usage=dit["nom_usage"] or "",
        prenoms=dit["prenoms"],
        date_naissance=dit["date_naissance"],
        pays_naissance=dit["pays_naissance"],
        departement_naissance=lieu["departement_naissance"],
        commune_naissance=lieu["commune_naissance"],
        commune_naissance_type=lieu["commune_naissance_type"],
        lieu_naissance=str(lieu["lieu_naissance"]),
    )


def premier(recu: Mapping[str, Any] | None, nom: str, defaut: str = "") -> str:
    """La première valeur reçue si c'est un texte court ; sinon rien n'a été choisi."""
    valeurs = recu.get(nom, []) if recu is not None else []
    valeur = next(iter(valeurs), defaut)
    return valeur.strip() if isinstance(valeur, str) and len(valeur) <= 200 else ""


def recu_en_listes(envoi: FormMultiDict) -> dict[str, list[Any]]:
    return {nom: envoi.getall(nom) for nom in envoi}


def pays_choisi(recu: Mapping[str, Any] | None) -> str:
    return premier(recu, "pays_naissance", FRANCE)


def _identite() -> dict[str, Champ]:
    return {
        "civilite": Choix(
            "Civilité",
            sujet="la civilité",
            requis=True,
            radios=True,
            options=[(c.value, c.libelle) for c in Civilite],
        ),
        "nom_famille": NomDePersonne(
            "Nom de famille",
            sujet="le nom de famille",
            requis=True,
            majuscules=True,
            aide="(Nom de naissance)",
            autocomplete="family-name",
        ),
        "nom_famille_confirmation": NomDePersonne(
            "Confirmation du nom de naissance",
            sujet="la confirmation du nom de naissance",
            requis=True,
            majuscules=True,
            autocomplete="off",
            validators=[EgalA("nom_famille", "Recopiez le même nom de famille dans les deux champs")],
        ),
        "nom_usage": NomDePersonne(
            "Nom d’usage", sujet="le nom d’usage", majuscules=True, aide="(Nom marital par exemple)"
        ),
        "prenoms": NomDePersonne(
            "Prénoms",
            sujet="les prénoms",
            requis=True,
            aide="Dans l’ordre de la pièce d’identité, séparés par des espaces.",
            autocomplete="given-name",
        ),
    }


def _dates(jour: date) -> dict[str, Champ]:
    bornes: dict[str, Any] = {
        "au_plus_tot": date(jour.year - AGE_MAX, 1, 1),
        "au_plus_tard": date(jour.year - AGE_MIN, 12, 31),
    }
    return {
        "date_naissance": DateFR(
            "Date de naissance",
            sujet="la date de naissance",
            requis=True,
            aide="Exemple : 30/05/1998",
            autocomplete="bday",
            **bornes,
        ),
        "date_naissance_confirmation": DateFR(
            "Confirmation date de naissance",
            sujet="la confirmation de la date de naissance",
            requis=True,
            aide="Exemple : 30/05/1998",
            autocomplete="off",
            validators=[EgalA("date_naissance", "Recopiez la même date de naissance dans les deux champs")],
        ),
    }


def _adresse() -> dict[str, Champ]:
    return {"courriel": champ_d_adresse(), "courriel_confirmation": champ_de_confirmation()}


def champ_d_adresse(*, est_l_identifiant: bool = True) -> Courriel:
    return Courriel(
        "Adresse mail",
        sujet="l’adresse mail",
        requis=True,
        aide=f"{'Ce sera votre identifiant. ' if est_l_identifiant else ''}Exemple : nom.prenom@domaine.fr",
    )


def champ_de_confirmation() -> Courriel:
    return Courriel(
        "Confirmation de l’adresse mail",
        sujet="la confirmation de l’adresse mail",
        requis=True,
        aide="Exemple : nom.prenom@domaine.fr",
        validators=[EgalA("courriel", "Recopiez la même adresse mail dans les deux champs")],
    )
