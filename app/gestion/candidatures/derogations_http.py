"""Accorder une dérogation : une page qui dit ce qu'elle permet, un motif, un mail au candidat."""

from collections.abc import Mapping
from typing import Any, cast

from litestar import Response, get, post
from litestar.params import FromPath

from app.candidatures.derogations import NatureDerogation
from app.comptes.formulaire_creation import recu_en_listes
from app.comptes.portail import AnyRequest, agent, database, gabarits, instant, reglages
from app.comptes.valeurs import Message
from app.gestion.candidatures.criteres import LISTE
from app.gestion.candidatures.derogations import accorder, derogations
from app.gestion.candidatures.dossier import DossierEntier
from app.gestion.candidatures.dossier_http import adresse, le_dossier
from app.gestion.page import montrer
from app.referentiel.reglements import Reglements
from app.regles.forme_passage import derogation_demandee
from app.web.forms import Choix, Formulaire, TexteLong
from app.web.pages import rediriger

DEJA = "Rien n’a été accordé : cette dérogation l’est déjà, ou la candidature n’est plus en cours."


@get(LISTE + "/{candidature_id:str}/derogations")
async def proposer(request: AnyRequest, candidature_id: FromPath[str]) -> Response[Any]:
    lu = await le_dossier(request, candidature_id)
    if not lu.est_en_cours:
        return rediriger(adresse(lu.id))
    return await _page(request, lu, _formulaire(await _possibles(request, lu)))


@post(LISTE + "/{candidature_id:str}/derogations", status_code=200)
async def accorder_la_derogation(request: AnyRequest, candidature_id: FromPath[str]) -> Response[Any]:
    lu = await le_dossier(request, candidature_id)
    formulaire = _formulaire(await _possibles(request, lu), recu_en_listes(await request.form()))
    if not formulaire.valide():
        return await _page(request, lu, formulaire, statut=422)
    nature = NatureDerogation(formulaire.valeurs["nature"])
    fait = await database(request).ecrire(
        accorder,
        lu.id,
        nature,
        formulaire.valeurs["motif"],
        academies=agent(request).academies,
        agent_id=agent(request).compte_id,
        courrier=_courrier(request, lu, nature),
        maintenant=instant(request),
    )
    if not fait:
        return await _page(request, lu, formulaire, refus=DEJA, statut=422)
    return rediriger(f"{adresse(lu.id)}?avis=derogation")


async def _possibles(request: AnyRequest, lu: DossierEntier) -> tuple[NatureDerogation, ...]:
    """La forme ne se déroge qu'à qui l'a demandée, dans une catégorie où la règle le permet."""
    possibles = [NatureDerogation.SECONDE_CANDIDATURE]
    if lu.lue is not None:
        reglements = cast(Reglements, request.app.state.reglements)
        reglement = await reglements.de(database(request), lu.lue.version_referentiel_id)
        if derogation_demandee(lu.lue.dossier(reglement)):
            possibles.append(NatureDerogation.FORME_PASSAGE)
    return tuple(possibles)


def _formulaire(possibles: tuple[NatureDerogation, ...], recu: Mapping[str, Any] | None = None) -> Formulaire:
    return Formulaire(
        {
            "nature": Choix(
                "Dérogation",
                sujet="la dérogation",
                requis=True,
                radios=True,
                options=[(nature.value, nature.libelle) for nature in possibles],
            ),
            "motif": TexteLong(
                "Motif",
                sujet="le motif",
                requis=True,
                longueur=600,
                aide="La décision du recteur : date, référence, raison. Le candidat le lit dans « Mes données ».",
            ),
        },
        recu,
        {"nature": possibles[0].value} if len(possibles) == 1 else None,
    )


async def _page(
    request: AnyRequest, lu: DossierEntier, formulaire: Formulaire, *, refus: str = "", statut: int = 200
) -> Response[Any]:
    contexte = {
        "dossier": lu,
        "formulaire": formulaire,
        "refus": refus,
        "accordees": await database(request).lire(derogations, lu.id, agent(request).academies),
        "est_ouvert": lu.periode.ouvre_le <= instant(request) < lu.periode.ferme_le,
    }
    return montrer(request, "gestion/derogations.html", contexte, statut=statut)


def _courrier(request: AnyRequest, lu: DossierEntier, nature: NatureDerogation) -> Message:
    sujet = "[CYCLADES] Une dérogation vous est accordée"
    contexte = {
        "sujet": sujet,
        "dossier": lu,
        "nature": nature,
        "service": lu.periode.service,
        "ferme_le": lu.periode.ferme_le,
        "est_ouvert": lu.periode.ouvre_le <= instant(request) < lu.periode.ferme_le,
        "lien": f"{reglages(request).url_publique}/inscriptions",
    }
    texte = gabarits(request).get_template("courriels/derogation.txt").render(contexte)
    return Message(
        sujet, texte.strip() + "\n", gabarits(request).get_template("courriels/derogation.html").render(contexte)
    )
