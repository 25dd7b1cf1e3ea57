"""La file des pièces à contrôler, et la recherche d'un dossier par son numéro."""

from collections.abc import Collection
from typing import Any
from urllib.parse import urlencode

from litestar import Response, get

from app.comptes.portail import AnyRequest, agent, database, instant
from app.gestion.choix_academie import choix_academie
from app.gestion.controle.attente import charges, dossier_du_numero, page_d_attente, types_en_attente
from app.gestion.controle.controle_http import FILE, adresse
from app.gestion.page import montrer
from app.regles.vocabulaire import StatutPiece
from app.web.pages import rediriger

STATUTS = (StatutPiece.AUCUN, StatutPiece.RECUE)


@get(FILE)
async def file_d_attente(request: AnyRequest) -> Response[Any]:
    qui, maintenant, lus = agent(request), instant(request), request.query_params
    numero = "".join(lus.get("numero", "").split())
    if numero:
        dossier = await database(request).lire(dossier_du_numero, qui.academies, numero)
        if dossier:
            return rediriger(adresse(dossier))
    choix = await choix_academie(request)
    statut, code = await filtres_de(request, choix.academies)
    types = await database(request).lire(types_en_attente, choix.academies, statut)
    attente = await database(request).lire(
        page_d_attente,
        choix.academies,
        agent_id=qui.compte_id,
        statut=statut,
        code=code,
        apres=lus.get("apres", ""),
        avant=lus.get("avant", ""),
        maintenant=maintenant,
    )
    filtres = {"code": code, "statut": statut.value if statut is StatutPiece.RECUE else ""} | choix.filtre
    contexte = {
        "attente": attente,
        "choix": choix,
        "types": types,
        "code": code,
        "statut": statut,
        "numero": numero,
        "charges": await database(request).lire(charges, qui.academies),
        "page_avant": _page(filtres, avant=attente.avant),
        "page_apres": _page(filtres, apres=attente.apres),
        "export": f"{FILE}/export?{urlencode({nom: valeur for nom, valeur in filtres.items() if valeur})}",
        "fin": lus.get("avis") == "fin",
    }
    return montrer(request, "gestion/file.html", contexte)


async def filtres_de(request: AnyRequest, academies: Collection[str]) -> tuple[StatutPiece, str]:
    """Le statut et le code de pièce que dit l'adresse ; un code que rien n'attend ne filtre pas."""
    lus = request.query_params
    statut = StatutPiece.RECUE if lus.get("statut") == StatutPiece.RECUE else StatutPiece.AUCUN
    types = await database(request).lire(types_en_attente, academies, statut)
    code = lus.get("code", "")
    return statut, code if code in {connu for connu, _, _ in types} else ""


def _page(filtres: dict[str, str], **cle: str) -> str:
    """L'adresse de la page voisine, filtres gardés ; vide s'il n'y en a pas."""
    if not any(cle.values()):
        return ""
    return f"{FILE}?{urlencode({nom: valeur for nom, valeur in (filtres | cle).items() if valeur})}"
