"""L'identité que dit une fiche, et la fiche figée quand le service la corrige : ses réponses ne bougent pas.

Une version reste ce qu'elle était le jour où elle a été enregistrée. Corriger un nom fait donc une version de plus,
aux mêmes réponses et au même règlement : ni les épreuves ni les dispenses ne se rejugent pour une lettre oubliée.
"""

from collections.abc import Sequence
from dataclasses import replace

from app.candidatures.fiche import Fiche, Ligne, PieceFiche
from app.regles.referentiel import Identite
from app.web.gabarits import date_fr


def lignes_d_identite(identite: Identite) -> tuple[Ligne, ...]:
    return (
        Ligne("Civilité", identite.civilite),
        Ligne("Nom de famille", identite.nom_famille),
        Ligne("Nom d’usage", identite.nom_usage),
        Ligne("Prénoms", identite.prenoms),
        Ligne("Date de naissance", date_fr(identite.date_naissance)),
        Ligne("Commune de naissance", identite.commune_naissance),
        Ligne("Département, DOM ou COM de naissance", identite.departement_naissance),
        Ligne("Pays de naissance", identite.pays_naissance),
    )


def avec_identite(fiche: Fiche, identite: Identite, pieces: Sequence[PieceFiche]) -> Fiche:
    """`pieces` : celles que l'âge corrigé fait demander."""
    nouvelles = {ligne.libelle: ligne for ligne in lignes_d_identite(identite)}
    return replace(
        fiche,
        nom=identite.nom_famille,
        prenoms=identite.prenoms,
        date_naissance=date_fr(identite.date_naissance),
        rubriques=tuple(
            replace(rubrique, lignes=tuple(nouvelles.get(ligne.libelle, ligne) for ligne in rubrique.lignes))
            for rubrique in fiche.rubriques
        ),
        pieces=tuple(pieces),
    )
