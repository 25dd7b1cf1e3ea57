"""Onglet 1 : l'identité vient du compte et ne se lit jamais d'un formulaire ; on demande où et comment joindre."""

from collections.abc import Mapping
from typing import Any

from app.inscription.onglet import Listes, reporter_simplement, valeurs_simples
from app.referentiel.lieux import cle_de_recherche
from app.regles.dossier import Brouillon, Dossier
from app.web.forms import Champ, Choix, ChoixReplie, Courriel, Telephone, TexteCourt

slug = "identification"
titre = "Identification"
champs = (
    "nationalite", "pays_adresse", "voie", "complement_1", "complement_2", "complement_3", "code_postal", "localite",
    "telephone_mobile", "telephone_fixe", "courriel",
)  # fmt: skip


def questions(dossier: Dossier, listes: Listes) -> dict[str, Champ]:
    en_france = dossier.brouillon.pays_adresse in (None, "FR")
    return {
        "nationalite": ChoixReplie(
            "Nationalité",
            sujet="votre nationalité",
            options=listes.nationalites,
            autres="Autre nationalité : voir la liste…",
            requis=True,
            autocomplete="off",
        ),
        "pays_adresse": ChoixReplie(
            "Pays",
            sujet="le pays de votre adresse",
            options=listes.pays,
            autres="Autre pays : voir la liste…",
            requis=True,
            autocomplete="country",
        ),
        "voie": TexteCourt(
            "Numéro, rue, voie", sujet="le numéro et la voie", requis=True, longueur=80, autocomplete="address-line1"
        ),
        "complement_1": TexteCourt("Complément adresse 1", longueur=80, autocomplete="address-line2"),
        "complement_2": TexteCourt("Complément adresse 2", longueur=80, autocomplete="address-line3"),
        "complement_3": TexteCourt("Complément adresse 3", longueur=80, autocomplete="off"),
        "code_postal": TexteCourt(
            "Code postal",
            sujet="le code postal",
            requis=en_france,
            longueur=5 if en_france else 16,
            largeur="l5",
            saisie="numeric" if en_france else "",
            autocomplete="postal-code",
        ),
        "localite": _localite(listes, en_france=en_france),
        "telephone_mobile": Telephone(
            "Téléphone mobile",
            sujet="le téléphone mobile",
            requis=True,
            aide="Le service des examens vous y joint en cas d’urgence.",
            autocomplete="tel",
            largeur="l10",
        ),
        "telephone_fixe": Telephone(
            "Téléphone fixe", sujet="le téléphone fixe", autocomplete="home tel", largeur="l10"
        ),
        "courriel": Courriel(
            "Adresse mail",
            sujet="l’adresse mail",
            requis=True,
            aide="Vos convocations et vos messages y arrivent.",
            autocomplete="email",
        ),
    }


def valeurs(dossier: Dossier) -> Mapping[str, object]:
    return valeurs_simples(dossier, champs)


def reporter(lues: Mapping[str, Any], dossier: Dossier) -> Brouillon:
    return reporter_simplement(lues, dossier)


def _localite(listes: Listes, *, en_france: bool) -> Champ:
    """Les communes du code postal, quand on le connaît ; sinon la localité s'écrit."""
    if en_france and listes.localites:
        return Localite(
            "Localité",
            sujet="votre localité",
            options=[(nom, nom) for nom in listes.localites],
            radios=len(listes.localites) <= 5,
            requis=True,
        )
    return TexteCourt("Localité", sujet="la localité", requis=True, longueur=60, autocomplete="address-level2")


class Localite(Choix):
    """Le nom écrit avant que la liste n'arrive vaut choix, avec ou sans accents et majuscules."""

    def lire(self, texte: str) -> str:
        cle = cle_de_recherche(texte)
        return next((o.code for o in self.options if cle_de_recherche(o.code) == cle), "") or str(super().lire(texte))
