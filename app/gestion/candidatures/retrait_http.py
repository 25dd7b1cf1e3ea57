"""Retirer une dérogation, derrière une page qui dit ce qui tombe avec elle."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from litestar import Response, get, post
from litestar.params import FromPath

from app.candidatures.derogations import NatureDerogation
from app.comptes.formulaire_creation import premier, recu_en_listes
from app.comptes.portail import AnyRequest, agent, database, gabarits, instant, reglages
from app.comptes.valeurs import Message
from app.gestion.candidatures.criteres import LISTE
from app.gestion.candidatures.dossier import DossierEntier
from app.gestion.candidatures.dossier_http import adresse, le_dossier
from app.gestion.candidatures.jugement import Effets, Juge, effets, juger
from app.gestion.candidatures.retrait import DejaRetiree, Portee, portee, retirer
from app.gestion.candidatures.version_de_plus import VersionDepassee
from app.gestion.page import montrer
from app.regles.calendrier import session_est_close
from app.regles.vocabulaire import EtatCandidature
from app.web.erreurs import Introuvable
from app.web.forms import Formulaire, TexteLong
from app.web.pages import rediriger

ROUTE = LISTE + "/{candidature_id:str}/derogations/{derogation_id:str}/retrait"
DEPASSE = "Rien n’a été retiré : ce dossier a changé depuis que vous l’avez lu. Relisez ce que cela entraîne."
AILLEURS = "Rien n’a été retiré : la seconde candidature relève d’une autre académie, que son service l’écarte d’abord."


@get(ROUTE)
async def confirmer_le_retrait(
    request: AnyRequest, candidature_id: FromPath[str], derogation_id: FromPath[str]
) -> Response[Any]:
    lu, vue = await _lire(request, candidature_id, derogation_id)
    return await _page(request, lu, vue, _formulaire())


@post(ROUTE, status_code=200)
async def retirer_la_derogation(
    request: AnyRequest, candidature_id: FromPath[str], derogation_id: FromPath[str]
) -> Response[Any]:
    lu, vue = await _lire(request, candidature_id, derogation_id)
    recu = recu_en_listes(await request.form())
    formulaire = _formulaire(recu)
    if not vue.est_a_portee:
        return await _page(request, lu, vue, formulaire, refus=AILLEURS, statut=422)
    if not formulaire.valide():
        return await _page(request, lu, vue, formulaire, statut=422)
    if (premier(recu, "marque"), premier(recu, "version")) != (vue.marque, str(lu.version)):
        return await _page(request, lu, vue, formulaire, refus=DEPASSE, statut=422)
    juge = await _juge(request, lu, vue)
    motif = formulaire.valeurs["motif"]
    try:
        await database(request).ecrire(
            retirer,
            lu.id,
            vue.derogation_id,
            motif,
            marque=vue.marque,
            lue=lu.version,
            par=juge.par if juge else None,
            courrier=_courrier(request, lu, vue, motif, _si(juge)),
            academies=agent(request).academies,
            agent_id=agent(request).compte_id,
            maintenant=instant(request),
        )
    except (DejaRetiree, VersionDepassee):
        return await _page(request, lu, vue, formulaire, refus=DEPASSE, statut=422)
    return rediriger(f"{adresse(lu.id)}?avis=retiree")


async def _lire(request: AnyRequest, candidature_id: str, derogation_id: str) -> tuple[DossierEntier, Portee]:
    """404 : hors de portée, déjà retirée, ou session close, où plus rien ne bouge."""
    lu = await le_dossier(request, candidature_id)
    vue = await database(request).lire(portee, lu.id, derogation_id, agent(request).academies)
    if vue is None or session_est_close(lu.periode.session.annee, instant(request)):
        raise Introuvable
    return lu, vue


async def _juge(request: AnyRequest, lu: DossierEntier, vue: Portee) -> Juge | None:
    """Nul quand rien d'enregistré n'est à rejuger."""
    if vue.nature is not NatureDerogation.FORME_PASSAGE or lu.etat is not EtatCandidature.INSCRIT:
        return None
    return await juger(request, lu)


def _si(juge: Juge | None) -> Effets | None:
    return effets(juge, lambda contexte: replace(contexte, derogation_forme_accordee=False)) if juge else None


def _formulaire(recu: Mapping[str, Any] | None = None) -> Formulaire:
    motif = TexteLong(
        "Motif du retrait",
        sujet="le motif du retrait",
        requis=True,
        longueur=600,
        aide="Le candidat le lit dans le mail et dans son histoire.",
    )
    return Formulaire({"motif": motif}, recu)


async def _page(
    request: AnyRequest,
    lu: DossierEntier,
    vue: Portee,
    formulaire: Formulaire,
    *,
    refus: str = "",
    statut: int = 200,
) -> Response[Any]:
    contexte = {
        "dossier": lu,
        "vue": vue,
        "effets": _si(await _juge(request, lu, vue)),
        "est_la_forme": vue.nature is NatureDerogation.FORME_PASSAGE,
        "formulaire": formulaire,
        "refus": refus,
    }
    return montrer(request, "gestion/retrait.html", contexte, statut=statut)


def _courrier(request: AnyRequest, lu: DossierEntier, vue: Portee, motif: str, change: Effets | None) -> Message:
    sujet = "[CYCLADES] Une dérogation qui vous était accordée est retirée"
    contexte = {
        "sujet": sujet,
        "dossier": lu,
        "vue": vue,
        "motif": motif,
        "est_la_forme": vue.nature is NatureDerogation.FORME_PASSAGE,
        "epreuves": change.passees if change else (),
        "service": lu.periode.service,
        "lien": f"{reglages(request).url_publique}/candidatures/{lu.id}/documents",
    }
    texte = gabarits(request).get_template("courriels/derogation_retiree.txt").render(contexte)
    return Message(
        sujet,
        texte.strip() + "\n",
        gabarits(request).get_template("courriels/derogation_retiree.html").render(contexte),
    )
