"""Ce que porte chaque page d'un établissement : son nom, son menu. Et le gardien de sa portée."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from litestar import Response
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.comptes.portail import AnyRequest, database, etablissement, instant
from app.import_scolaire.reperes import periode_courante
from app.referentiel.fiches import FichePeriode
from app.referentiel.models import Academie, Etablissement, TypeEtablissement
from app.web.erreurs import Introuvable
from app.web.menu import menu
from app.web.pages import chemin_interne, render

RUBRIQUES = (
    ("", "Suivi"),
    ("/eleves", "Élèves"),
    ("/import", "Import"),
    ("/papillons", "Papillons"),
    ("/coordonnees", "Notre établissement"),
)
"""fin d'adresse, libellé : l'ordre est celui du menu"""


@dataclass(frozen=True, slots=True)
class FicheEtablissement:
    uai: str
    type: TypeEtablissement
    nom: str
    adresse: str
    code_postal: str
    ville: str
    telephone: str
    academie_code: str
    academie: str
    verifie_le: datetime | None

    def adresse_de(self, fin: str = "") -> str:
        return f"/etablissement/{self.uai}{fin}"


def etablissements(db: Session, uais: tuple[str, ...]) -> tuple[FicheEtablissement, ...]:
    lignes = db.execute(
        select(Etablissement, Academie.nom)
        .join(Academie, Academie.code == Etablissement.academie_code)
        .where(Etablissement.uai.in_(uais))
        .order_by(Etablissement.nom, Etablissement.uai)
    )
    return tuple(
        FicheEtablissement(
            e.uai,
            e.type,
            e.nom,
            e.adresse,
            e.code_postal,
            e.ville,
            e.telephone,
            e.academie_code,
            academie,
            e.verifie_le,
        )
        for e, academie in lignes
    )


async def le_mien(request: AnyRequest, uai: str) -> FicheEtablissement:
    """404 si cet UAI n'est pas l'un de ceux de la personne connectée."""
    etablissement(request, uai)
    trouves = await database(request).lire(etablissements, (uai,))
    if not trouves:
        raise Introuvable
    return trouves[0]


async def periode_de(request: AnyRequest, uai: str) -> FichePeriode | None:
    """La période où ces élèves s'inscrivent ; nulle si l'académie n'en a annoncé aucune."""
    return await database(request).lire(periode_courante, uai, maintenant=instant(request))


def nombre(request: AnyRequest, nom: str) -> int | None:
    """Un petit nombre de l'adresse, écrit par une redirection."""
    texte = request.query_params.get(nom, "")
    return int(texte) if texte.isascii() and texte.isdecimal() and len(texte) < 6 else None


def montrer(
    request: AnyRequest,
    gabarit: str,
    fiche: FicheEtablissement | None,
    contexte: Mapping[str, object] | None = None,
    *,
    statut: int = 200,
    entetes: Mapping[str, str] | None = None,
) -> Response[Any]:
    pages = [(fiche.adresse_de(fin), libelle) for fin, libelle in RUBRIQUES] if fiche else []
    liens = menu([("", pages)], chemin_interne(request.scope["path"]))
    complet = {"etablissement": fiche, "menu_gestion": liens} | dict(contexte or {})
    return render(request, gabarit, complet, statut=statut, entetes=entetes)
