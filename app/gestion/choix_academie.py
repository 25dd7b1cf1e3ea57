"""« Académie » : le filtre d'un agent qui en a plusieurs. Une adresse n'ouvre que les siennes."""

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

from app.comptes.portail import AnyRequest, agent, database
from app.referentiel.queries import academies


@dataclass(frozen=True, slots=True)
class ChoixAcademie:
    siennes: Mapping[str, str]
    """code → nom"""
    code: str
    """vide : toutes les siennes"""

    @property
    def academies(self) -> tuple[str, ...]:
        return (self.code,) if self.code else tuple(self.siennes)

    @property
    def est_proposee(self) -> bool:
        return len(self.siennes) > 1

    @property
    def filtre(self) -> dict[str, str]:
        """Ce qui en reste dans une adresse."""
        return {"academie": self.code} if self.code else {}

    def adresse(self, chemin: str, **autres: object) -> str:
        lus = self.filtre | autres
        return f"{chemin}?{urlencode(lus)}" if lus else chemin


async def choix_academie(request: AnyRequest, code: str | None = None) -> ChoixAcademie:
    """`code` : celui d'un envoi, à la place de celui de l'adresse. Un code d'ailleurs ne filtre rien."""
    qui = agent(request)
    siennes = {a.code: a.nom for a in await database(request).lire(academies) if a.code in qui.academies}
    dit = request.query_params.get("academie", "") if code is None else code
    return ChoixAcademie(siennes, dit if dit in siennes and len(siennes) > 1 else "")
