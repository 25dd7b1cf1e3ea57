"""Le formulaire d'un essai : le fichier, et ce que le genre demande en plus."""

import hashlib
import json
from collections.abc import Mapping
from typing import Any

from app.gestion.publications.genre import Genre
from app.gestion.publications.tableau import Illisible, lire, texte_de
from app.web.champs import Champ
from app.web.fichiers import MO, FichierRecu
from app.web.forms import Formulaire

CORPS_MAX = 12 * MO
TAILLE_MAX = 5 * MO


class FichierCsv(Champ):
    """Ne se réaffiche jamais : un navigateur ne remplit pas un champ de fichier, il faut le choisir de nouveau."""

    genre = "fichier"
    sensible = True
    accept = ".csv,.txt,text/csv"

    def process_formdata(self, valuelist: list[Any]) -> None:
        self.data = None
        recus = [valeur for valeur in valuelist if isinstance(valeur, FichierRecu) and valeur.nom]
        if not recus:
            return
        if len(recus) > 1:
            raise ValueError("Joignez un seul fichier")
        (recu,) = recus
        if len(recu.octets) > TAILLE_MAX:
            raise ValueError(f"Ce fichier dépasse {TAILLE_MAX // MO} Mo : coupez-le en plusieurs")
        try:
            texte_de(recu.octets)
        except Illisible as refus:
            raise ValueError(str(refus)) from None
        self.data = recu


def formulaire_d_essai(genre: Genre, recu: Mapping[str, Any] | None = None) -> Formulaire:
    fichier = FichierCsv(
        "Fichier CSV",
        sujet="le fichier",
        requis="Choisissez le fichier CSV",
        aide="5 Mo au plus, d’après le modèle. Un essai est toujours fait d’abord : rien n’est publié.",
    )
    return Formulaire({"fichier": fichier, **genre.champs()}, recu)


def lecture(genre: Genre, formulaire: Formulaire) -> bool:
    """Vrai si le fichier se lit en entier ; sinon, la phrase est à côté du champ."""
    if not formulaire.valide():
        return False
    try:
        lire(texte_de(formulaire["fichier"].data.octets), genre.colonnes)
    except Illisible as refus:
        formulaire.ajouter_erreur("fichier", str(refus))
        return False
    return True


def options(genre: Genre, formulaire: Formulaire) -> dict[str, str]:
    """En texte ; une date comme au calendrier, « 2027-03-01 »."""
    return {nom: str(formulaire[nom].data or "") for nom in genre.champs()}


def empreinte(octets: bytes, reponses: Mapping[str, str]) -> str:
    return hashlib.sha256(octets + json.dumps(reponses, sort_keys=True).encode()).hexdigest()
