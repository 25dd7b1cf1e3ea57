"""Chaque tableau du tableau de bord, en CSV : les mêmes chiffres, du même relevé, entiers."""

from collections.abc import Iterable, Sequence

from litestar import get
from litestar.params import FromPath
from litestar.response import Stream

from app.comptes.portail import AnyRequest, agent
from app.gestion.export import Lignes, exporter, un_lot
from app.gestion.tableau.tableau_http import TABLEAU, LigneDePart, Tableau, lu
from app.gestion.tableau.trace import Histogramme
from app.web.erreurs import Introuvable
from app.web.gabarits import date_fr

PARTS = ("Code", "Libellé", "Inscrits", "Brouillons", "Dossiers complets", "Pour cent")
COLONNES = {
    "jours": ("Jour", "Inscriptions", "Session d’avant"),
    "specialites": PARTS,
    "etablissements": PARTS,
    "pieces": ("En attente depuis", "Pièces"),
}


@get(TABLEAU + "/{tableau:str}/export")
async def exporter_un_tableau(request: AnyRequest, tableau: FromPath[str]) -> Stream:
    if tableau not in COLONNES:
        raise Introuvable
    vu = await lu(request)
    return await exporter(
        request,
        f"tableau-de-bord-{tableau}",
        COLONNES[tableau],
        un_lot(_lignes(vu, tableau)),
        nature="exporter_le_tableau_de_bord",
        academies=vu.choix.academies or agent(request).academies,
        filtres=", ".join(f"{nom}={valeur}" for nom, valeur in vu.choix.filtres.items() if valeur),
    )


def _lignes(vu: Tableau, tableau: str) -> Lignes:
    if tableau == "jours":
        return _jours(vu.histogramme)
    if tableau == "pieces":
        return vu.ages
    return map(_part, vu.specialites if tableau == "specialites" else vu.etablissements)


def _jours(histogramme: Histogramme | None) -> Iterable[Sequence[object]]:
    return ((date_fr(b.jour), b.nombre, b.avant) for b in histogramme.barres) if histogramme else ()


def _part(ligne: LigneDePart) -> tuple[object, ...]:
    part = ligne.part
    return ligne.code, ligne.libelle, part.inscrits, part.brouillons, part.complets, part.taux
