"""« Modifier mes informations » : les champs et les règles de la création, sans l'adresse ni le mot de passe.

Ces deux-là ont leur propre page : ils se confirment (mail, mot de passe redemandé) et se changent à tout moment.
"""

from collections.abc import Mapping
from datetime import date
from typing import Any

from app.comptes.formulaire_creation import champs_etat_civil
from app.comptes.naissance import ABSENTE, FRANCE, Listes
from app.comptes.valeurs import EtatCivil
from app.web.forms import Formulaire


def choix_actuels(actuel: EtatCivil) -> dict[str, str]:
    """Ce que les listes de naissance ont besoin de savoir pour montrer le lieu déjà choisi."""
    cle = f"{actuel.commune_naissance}-{actuel.commune_naissance_type}" if actuel.commune_naissance else ABSENTE
    return {
        "pays_naissance": actuel.pays_naissance,
        "departement": actuel.departement_naissance or "",
        "recherche": actuel.lieu_naissance if actuel.departement_naissance else "",
        "choisie": cle if actuel.departement_naissance else "",
    }


def formulaire_de_modification(
    listes: Listes, recu: Mapping[str, Any] | None, actuel: EtatCivil, *, jour: date
) -> Formulaire:
    saisies = None if recu is None else {**recu, **listes.completees}
    return Formulaire(champs_etat_civil(listes, jour), saisies, valeurs_connues(actuel, listes))


def valeurs_connues(actuel: EtatCivil, listes: Listes) -> dict[str, object]:
    """Une commune qui n'est plus dans la liste reste écrite telle qu'elle est à l'état civil."""
    return {
        "civilite": actuel.civilite.value,
        "nom_famille": actuel.nom_famille,
        "nom_famille_confirmation": actuel.nom_famille,
        "nom_usage": actuel.nom_usage,
        "prenoms": actuel.prenoms,
        "date_naissance": actuel.date_naissance,
        "date_naissance_confirmation": actuel.date_naissance,
        "pays_naissance": actuel.pays_naissance,
        "departement_naissance": actuel.departement_naissance,
        "commune_recherche": actuel.lieu_naissance,
        "commune_naissance": listes.choisie or ABSENTE,
        "commune_libre": "" if listes.choisie not in ("", ABSENTE) else actuel.lieu_naissance,
        "ville_naissance": "" if actuel.pays_naissance == FRANCE else actuel.lieu_naissance,
    }
