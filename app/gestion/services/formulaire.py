"""Le formulaire d'un service : chaque instant se tape en jour et en heure de Paris, qui fait foi."""

from collections.abc import Mapping
from typing import Any

from app.gestion.moments import Moment, instant_lu, valeurs_du_moment
from app.gestion.services.reglage import Reglage
from app.referentiel.models import RegimeConfirmation
from app.web.forms import Champ, Choix, Courriel, Formulaire, Telephone, TexteCourt, TexteLong

OUVRE = Moment("ouvre", "Ouverture", "l’ouverture des inscriptions", "de l’ouverture des inscriptions")
FERME = Moment("ferme", "Clôture", "la clôture des inscriptions", "de la clôture des inscriptions")
DEPOT_OUVRE = Moment("depot_ouvre", "Début du dépôt", "le début du dépôt des pièces", "du début du dépôt des pièces")
DEPOT_FERME = Moment("depot_ferme", "Fin du dépôt", "la fin du dépôt des pièces", "de la fin du dépôt des pièces")
MOMENTS = (OUVRE, FERME, DEPOT_OUVRE, DEPOT_FERME)
CONTACT = ("service", "adresse", "code_postal", "ville", "courriel", "telephone", "horaires")
REGIMES = {
    RegimeConfirmation.PAPIER: ("Papier", "Le candidat imprime sa confirmation, la signe et la renvoie."),
    RegimeConfirmation.EN_LIGNE: ("En ligne", "L’enregistrement vaut signature : rien n’est à renvoyer."),
}
AVIS_MAX = 300


def formulaire_du_service(connu: Reglage | None, recu: Mapping[str, Any] | None = None) -> Formulaire:
    champs: dict[str, Champ] = {}
    for moment in MOMENTS:
        champs |= moment.champs()
    champs["regime_confirmation"] = Choix(
        "Confirmation d’inscription",
        sujet="le régime de confirmation",
        options=[(regime.value, f"{titre}. {phrase}") for regime, (titre, phrase) in REGIMES.items()],
        radios=True,
        requis=True,
    )
    champs |= {
        "service": TexteCourt("Nom du service", sujet="le nom du service", requis=True, largeur=""),
        "adresse": TexteCourt("Numéro et voie", sujet="l’adresse du service", largeur=""),
        "code_postal": TexteCourt("Code postal", sujet="le code postal", longueur=10, largeur="l5"),
        "ville": TexteCourt("Ville", sujet="la ville"),
        "courriel": Courriel("Adresse mail", sujet="l’adresse mail du service", requis=True, autocomplete="off"),
        "telephone": Telephone("Téléphone", sujet="le téléphone du service", autocomplete="off"),
        "horaires": TexteCourt(
            "Horaires", sujet="les horaires", aide="Par exemple : du lundi au vendredi, de 9 h à 16 h"
        ),
        "avis_public": avis_public(),
    }
    return Formulaire(champs, recu, _valeurs(connu) if connu else None)


def avis_public(*, requis: bool = False) -> Champ:
    return TexteLong(
        "Avis public",
        sujet="l’avis public",
        requis=requis,
        longueur=AVIS_MAX,
        aide="Une phrase, lue de tous à côté des dates de ce service.",
    )


def reglage_lu(formulaire: Formulaire) -> Reglage | None:
    """Nul s'il y a une erreur ; elle est à côté de son champ."""
    lus = {moment: instant_lu(formulaire, moment) for moment in MOMENTS}
    for debut, fin in ((OUVRE, FERME), (DEPOT_OUVRE, DEPOT_FERME)):
        a, b = lus[debut], lus[fin]
        if a is not None and b is not None and a >= b:
            formulaire.ajouter_erreur(f"{fin.nom}_jour", f"Placez {fin.quoi} après {debut.quoi}")
    ouvre, ferme, depot_ouvre, depot_ferme = lus.values()
    if ouvre is None or ferme is None or depot_ouvre is None or depot_ferme is None or not formulaire.valide():
        return None
    dits = formulaire.valeurs
    return Reglage(
        ouvre_le=ouvre,
        ferme_le=ferme,
        depot_ouvre_le=depot_ouvre,
        depot_ferme_le=depot_ferme,
        regime_confirmation=RegimeConfirmation(dits["regime_confirmation"]),
        avis_public=dits["avis_public"] or "",
        **{nom: dits[nom] or "" for nom in CONTACT},
    )


def _valeurs(connu: Reglage) -> dict[str, object]:
    valeurs: dict[str, object] = {nom: getattr(connu, nom) or None for nom in (*CONTACT, "avis_public")}
    valeurs["regime_confirmation"] = connu.regime_confirmation.value
    for moment in MOMENTS:
        valeurs |= valeurs_du_moment(moment, getattr(connu, f"{moment.nom}_le"))
    return valeurs
