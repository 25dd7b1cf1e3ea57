"""Des codes aux mots de l'écran : spécialités, catégories et établissements que la liste montre et filtre."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import cast

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from app.comptes.portail import AnyRequest, database
from app.referentiel.lieux import cle_de_recherche
from app.referentiel.models import Etablissement, EtablissementPropose
from app.referentiel.reglements import Reglements


@dataclass(frozen=True, slots=True)
class Libelles:
    """Dans l'ordre où une liste déroulante les propose."""

    specialites: Mapping[str, str]
    categories: Mapping[str, str]
    etablissements: Mapping[str, str]


async def libelles(request: AnyRequest, academies: Collection[str]) -> Libelles:
    reglements = cast(Reglements, request.app.state.reglements)
    reglement = (await reglements.actif(database(request))).reglement
    noms = {fiche.code: fiche.libelle for fiche in reglement.catalogue}
    noms |= {code: specialite.titre_ecran for code, specialite in reglement.specialites.items()}
    return Libelles(
        specialites=dict(sorted(noms.items(), key=lambda paire: cle_de_recherche(paire[1]))),
        categories={code: categorie.libelle for code, categorie in reglement.categories.items()},
        etablissements=await database(request).lire(_etablissements, academies),
    )


def _etablissements(db: Session, academies: Collection[str]) -> dict[str, str]:
    """Ceux qu'on propose au public, puis ceux qui inscrivent leurs élèves."""
    lignes = db.execute(
        select(EtablissementPropose.code, EtablissementPropose.libelle)
        .where(or_(EtablissementPropose.academie_code.in_(academies), EtablissementPropose.academie_code.is_(None)))
        .order_by(EtablissementPropose.ordre)
    )
    declares = db.execute(
        select(Etablissement.uai, Etablissement.nom, Etablissement.ville)
        .where(Etablissement.academie_code.in_(academies))
        .order_by(Etablissement.ville, Etablissement.nom)
    )
    return dict(lignes.all()) | {uai: f"{nom}-{ville}" for uai, nom, ville in declares}
