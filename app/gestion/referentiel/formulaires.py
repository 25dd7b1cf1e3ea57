"""Téléverser une archive ; dire quand elle entre en vigueur."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from app.infra.clock import HeureImpossible, instant_de_paris
from app.referentiel.archive import ARCHIVE_MAX
from app.web.champs import Champ
from app.web.fichiers import MO, FichierRecu
from app.web.forms import Formulaire
from app.web.nombres import DateFR, HeureFR

CORPS_MAX = 12 * MO


class Archive(Champ):
    genre = "fichier"
    sensible = True
    accept = ".zip,application/zip"

    def process_formdata(self, valuelist: list[Any]) -> None:
        self.data = None
        recus = [valeur for valeur in valuelist if isinstance(valeur, FichierRecu) and valeur.nom]
        if not recus:
            return
        if len(recus) > 1:
            raise ValueError("Joignez une seule archive")
        (recu,) = recus
        if len(recu.octets) > ARCHIVE_MAX:
            raise ValueError(f"Cette archive dépasse {ARCHIVE_MAX // 1_000_000} Mo : ôtez-en ce qui n’est pas à elle")
        self.data = recu


def formulaire_d_archive(recu: Mapping[str, Any] | None = None) -> Formulaire:
    champ = Archive(
        "Archive des fichiers changés",
        sujet="l’archive",
        requis="Choisissez l’archive ZIP",
        aide=f"ZIP, {ARCHIVE_MAX // 1_000_000} Mo au plus, avec tous les fichiers. Rien ne change à cette étape.",
    )
    return Formulaire({"archive": champ}, recu)


def formulaire_de_date(recu: Mapping[str, Any] | None = None) -> Formulaire:
    return Formulaire(
        {
            "jour": DateFR(
                "Jour de mise en vigueur",
                sujet="le jour de mise en vigueur",
                exemple="01/02/2027",
                aide="jj/mm/aaaa. Laissez le jour et l’heure vides pour publier tout de suite.",
            ),
            "heure": HeureFR("Heure de Paris", sujet="l’heure de mise en vigueur"),
        },
        recu,
    )


def moment(formulaire: Formulaire, maintenant: datetime) -> datetime | None:
    """L'instant demandé ; vide : tout de suite. Nul si ce qui est tapé ne va pas, et le formulaire dit pourquoi."""
    if not formulaire.valide():
        return None
    jour, heure = formulaire["jour"].data, formulaire["heure"].data
    if jour is None and heure is None:
        return maintenant
    if jour is None or heure is None:
        manque, phrase = ("jour", "Renseignez aussi le jour") if jour is None else ("heure", "Renseignez aussi l’heure")
        formulaire.ajouter_erreur(manque, phrase)
        return None
    try:
        quand = instant_de_paris(jour, heure)
    except HeureImpossible as refus:
        formulaire.ajouter_erreur("heure", f"Changez l’heure : {refus}")
        return None
    if quand < maintenant:
        formulaire.ajouter_erreur("jour", "Choisissez un instant à venir, ou laissez vide pour publier tout de suite")
        return None
    return quand
