"""Corriger un état civil sans demande (acte présenté au guichet, faute du service) : le motif est obligatoire."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, cast

from litestar import Response, get, post
from litestar.params import FromPath

from app.comptes.formulaire_creation import premier, recu_en_listes
from app.comptes.naissance import Listes, listes_de_naissance
from app.comptes.portail import AnyRequest, agent, database, gabarits, instant, reglages
from app.comptes.queries import FicheCompte, mettre_en_fiche
from app.gestion.corrections.actes import DejaDecidee, Qui, corriger
from app.gestion.corrections.courrier import CORRIGEE, correction_faite
from app.gestion.corrections.formulaires import changement, choix_du_lieu, empreinte_de, formulaire_d_identite
from app.gestion.corrections.lecture import Personne, noter_la_lecture, personne_du_dossier
from app.gestion.corrections.nouvelle_version import ReferentielManquant
from app.gestion.page import montrer
from app.infra.clock import jour_de_paris
from app.referentiel.reglements import Reglements
from app.regles.referentiel import Reglement
from app.web.erreurs import Introuvable
from app.web.forms import Formulaire
from app.web.pages import rediriger

DEPASSE = (
    "Rien n’a été enregistré : un autre agent a répondu, ou cet état civil a changé depuis que vous l’avez lu. "
    "Relisez la page avant de décider."
)
IDENTIQUE = "Rien ne change : corrigez au moins une information de l’état civil"
AVIS = {"corrigee": "L’état civil est corrigé : les documents en cours sont refaits, et un mail part au candidat."}
RELIRE = ("actualiser", "rechercher")


@get("/gestion/candidatures/{candidature_id:str}/identite")
async def montrer_l_identite(request: AnyRequest, candidature_id: FromPath[str]) -> Response[Any]:
    qui, personne = agent(request), await _personne(request, candidature_id)
    await database(request).ecrire(
        noter_la_lecture,
        personne,
        agent_id=qui.compte_id,
        fonction=qui.role.libelle,
        quoi="état civil",
        maintenant=instant(request),
    )
    return _page(request, candidature_id, personne, *await _formulaire(request, personne, None))


@post("/gestion/candidatures/{candidature_id:str}/identite", status_code=200)
async def corriger_l_identite(request: AnyRequest, candidature_id: FromPath[str]) -> Response[Any]:
    personne, recu = await _personne(request, candidature_id), recu_en_listes(await request.form())
    listes, formulaire = await _formulaire(request, personne, recu)
    if premier(recu, "intention") in RELIRE or not formulaire.valide():
        return _page(request, candidature_id, personne, listes, formulaire, statut=422)
    change = changement(formulaire, listes, personne.etat_civil)
    if not change:
        formulaire.ajouter_erreur("nom_famille", IDENTIQUE)
        return _page(request, candidature_id, personne, listes, formulaire, statut=422)
    if premier(recu, "lu") != empreinte_de(personne.etat_civil):
        return _page(request, candidature_id, personne, listes, formulaire, refus=DEPASSE, statut=422)
    motif = " ".join(formulaire.valeurs["motif"].split())
    apres = await apercu(request, personne, change)
    try:
        await database(request).ecrire(
            corriger,
            personne.compte_id,
            changement=change,
            lu=personne.etat_civil,
            motif=motif,
            reglements=await reglements_de(request, personne),
            lettre=correction_faite(
                gabarits(request), reglages(request).url_publique, personne, apres, sujet=CORRIGEE, motif=motif
            ),
            qui=Qui(agent(request).compte_id, agent(request).academies),
            maintenant=instant(request),
        )
    except (DejaDecidee, ReferentielManquant):
        personne = await _personne(request, candidature_id)
        return _page(request, candidature_id, personne, listes, formulaire, refus=DEPASSE, statut=422)
    return rediriger(f"/gestion/candidatures/{candidature_id}/identite?avis=corrigee")


async def apercu(request: AnyRequest, personne: Personne, change: Mapping[str, Any]) -> FicheCompte:
    """L'état civil tel qu'il se lira une fois corrigé."""
    return await database(request).lire(
        mettre_en_fiche,
        replace(personne.etat_civil, **change),
        numero_candidat=personne.fiche.numero_candidat,
        courriel=personne.fiche.courriel,
    )


async def reglements_de(request: AnyRequest, personne: Personne) -> dict[int, Reglement]:
    """Ceux des versions enregistrées : une pièce s'y rejuge si l'âge change."""
    tous = cast(Reglements, request.app.state.reglements)
    return {reference: await tous.de(database(request), reference) for reference in sorted(personne.references)}


async def _personne(request: AnyRequest, candidature_id: str) -> Personne:
    personne = await database(request).lire(personne_du_dossier, candidature_id, agent(request).academies)
    if personne is None:
        raise Introuvable
    return personne


async def _formulaire(
    request: AnyRequest, personne: Personne, recu: dict[str, list[Any]] | None
) -> tuple[Listes, Formulaire]:
    listes = await database(request).lire(listes_de_naissance, **choix_du_lieu(recu, personne.etat_civil))
    jour = jour_de_paris(instant(request))
    return listes, formulaire_d_identite(personne.etat_civil, listes, recu, jour=jour)


def _page(
    request: AnyRequest,
    candidature_id: str,
    personne: Personne,
    listes: Listes,
    formulaire: Formulaire,
    *,
    refus: str = "",
    statut: int = 200,
) -> Response[Any]:
    contexte = {
        "candidature_id": candidature_id,
        "personne": personne,
        "listes": listes,
        "formulaire": formulaire,
        "lu": empreinte_de(personne.etat_civil),
        "refus": refus,
        "avis": AVIS.get(request.query_params.get("avis", ""), "") if statut == 200 else "",
    }
    return montrer(request, "gestion/identite.html", contexte, statut=statut)
