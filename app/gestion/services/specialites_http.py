"""Les spécialités organisées par un service, et le message qui paraît sous chacune."""

from typing import Any, cast

from litestar import Response, get, post
from litestar.params import FromPath

from app.comptes.formulaire_creation import premier, recu_en_listes
from app.comptes.portail import AnyRequest, database, instant
from app.gestion.page import montrer
from app.gestion.services.actes import regler_les_specialites
from app.gestion.services.lecture import Service
from app.gestion.services.services_http import LISTE, auteur, contexte_du_service, service_ou_404
from app.gestion.services.specialites import MESSAGE_MAX, LigneSpecialite, specialites_du_service
from app.infra.database import Indisponible
from app.referentiel.reglements import ReferentielAbsent, Reglements
from app.regles.referentiel import Reglement
from app.web.forms import Case, Formulaire, TexteCourt
from app.web.pages import rediriger


@get(f"{LISTE}/{{periode_id:str}}/specialites")
async def montrer_les_specialites(request: AnyRequest, periode_id: FromPath[str]) -> Response[Any]:
    service = await service_ou_404(request, periode_id)
    lignes = await lignes_de(request, periode_id)
    return _page(request, service, lignes, _formulaire(lignes))


@post(f"{LISTE}/{{periode_id:str}}/specialites", status_code=200)
async def enregistrer_les_specialites(request: AnyRequest, periode_id: FromPath[str]) -> Response[Any]:
    service = await service_ou_404(request, periode_id)
    lignes = await lignes_de(request, periode_id)
    recu = recu_en_listes(await request.form())
    formulaire = _formulaire(lignes, recu)
    if not formulaire.valide():
        return _page(request, service, lignes, formulaire, statut=422)
    dits = formulaire.valeurs
    fermees = frozenset(ligne.code for ligne in lignes if not dits[f"organisee-{ligne.code}"])
    choisies = [ligne for ligne in lignes if ligne.code in fermees and ligne.est_organisee and ligne.candidatures]
    marque = " ".join(sorted(fermees))
    if choisies and premier(recu, "confirme") != marque:
        return _page(request, service, lignes, formulaire, choisies=choisies, confirme=marque, statut=422)
    await database(request).ecrire(
        regler_les_specialites,
        periode_id,
        auteur(request),
        non_organisees=fermees,
        messages={ligne.code: texte for ligne in lignes if (texte := dits[f"message-{ligne.code}"])},
        maintenant=instant(request),
    )
    return rediriger(f"{LISTE}/{periode_id}?avis=specialites")


async def lignes_de(request: AnyRequest, periode_id: str) -> tuple[LigneSpecialite, ...]:
    return await database(request).lire(specialites_du_service, periode_id, await _reglement(request))


async def _reglement(request: AnyRequest) -> Reglement:
    reglements = cast(Reglements, request.app.state.reglements)
    try:
        return (await reglements.actif(database(request))).reglement
    except ReferentielAbsent as absent:
        raise Indisponible("no referentiel is published") from absent


def _formulaire(lignes: tuple[LigneSpecialite, ...], recu: dict[str, list[Any]] | None = None) -> Formulaire:
    champs: dict[str, Any] = {}
    valeurs: dict[str, object] = {}
    for ligne in lignes:
        champs[f"organisee-{ligne.code}"] = Case(ligne.titre)
        champs[f"message-{ligne.code}"] = TexteCourt(
            f"Message aux candidats, {ligne.titre}",
            sujet=f"le message sur « {ligne.titre} »",
            longueur=MESSAGE_MAX,
            largeur="",
        )
        valeurs |= {f"organisee-{ligne.code}": ligne.est_organisee, f"message-{ligne.code}": ligne.message or None}
    return Formulaire(champs, recu, valeurs)


def _page(
    request: AnyRequest,
    service: Service,
    lignes: tuple[LigneSpecialite, ...],
    formulaire: Formulaire,
    *,
    choisies: list[LigneSpecialite] | None = None,
    confirme: str = "",
    statut: int = 200,
) -> Response[Any]:
    contexte = contexte_du_service(service) | {
        "formulaire": formulaire,
        "lignes": lignes,
        "choisies": choisies or [],
        "confirme": confirme,
    }
    return montrer(request, "gestion/services/specialites.html", contexte, statut=statut)
