"""« Établissements » : ceux de l'académie, et les personnes qui y ont un compte."""

from typing import Any

from litestar import Response, get, post
from litestar.params import FromPath
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.comptes import courriels
from app.comptes.agents import DELAI_INVITATION, Refus
from app.comptes.formulaire_creation import recu_en_listes
from app.comptes.portail import AnyRequest, agent, database, gabarits, instant, reglages
from app.comptes.valeurs import Message
from app.gestion.etablissements.actes import (
    Fiche,
    declarer,
    eleves_partis,
    etablissement_de,
    etablissements_de,
    inviter_une_personne,
    personnes_de,
    rendre_le_compte,
    renouveler_l_invitation,
    retirer_l_acces,
)
from app.gestion.etablissements.formulaires import declaration, invitation
from app.gestion.page import montrer
from app.import_scolaire.doublons import MONTRES, doublons
from app.infra.identifiants import empreinte, jeton
from app.referentiel.models import Academie
from app.web.erreurs import Introuvable
from app.web.forms import Formulaire
from app.web.pages import rediriger

LISTE = "/gestion/etablissements"
AVIS = {
    "invite": "L’invitation est partie par mail : le lien vaut sept jours.",
    "ajoute": "Cette personne avait déjà un compte : elle voit maintenant aussi cet établissement.",
    "retire": "L’accès est retiré.",
    "rendu": "L’élève garde son compte comme candidat individuel.",
    "declare": "L’établissement est déclaré. Invitez-y une première personne.",
}


@get(LISTE)
async def lister(request: AnyRequest) -> Response[Any]:
    return await _liste(request, declaration(await _academies(request), None))


@post(LISTE, status_code=200)
async def declarer_un_etablissement(request: AnyRequest) -> Response[Any]:
    qui, academies = agent(request), await _academies(request)
    formulaire = declaration(academies, recu_en_listes(await request.form()))
    if not academies or not formulaire.valide():
        return await _liste(request, formulaire, statut=422)
    dit = formulaire.valeurs
    saisie = {nom: dit[nom] or "" for nom in ("type", "nom", "adresse", "code_postal", "ville", "telephone")}
    try:
        await database(request).ecrire(
            declarer,
            dit["uai"],
            saisie | {"nom": saisie["nom"].upper(), "ville": saisie["ville"].upper()},
            academie=dit.get("academie") or academies[0][0],
            acteur=qui.compte_id,
            maintenant=instant(request),
        )
    except Refus as refus:
        formulaire.ajouter_erreur("uai", str(refus))
        return await _liste(request, formulaire, statut=422)
    return rediriger(f"{LISTE}/{dit['uai']}?avis=declare")


@get(LISTE + "/{uai:str}")
async def montrer_l_etablissement(request: AnyRequest, uai: FromPath[str]) -> Response[Any]:
    return await _fiche(request, await _le_mien(request, uai), invitation(None))


@post(LISTE + "/{uai:str}/personnes", status_code=200)
async def inviter_quelqu_un(request: AnyRequest, uai: FromPath[str]) -> Response[Any]:
    fiche = await _le_mien(request, uai)
    formulaire = invitation(recu_en_listes(await request.form()))
    if not formulaire.valide():
        return await _fiche(request, fiche, formulaire, statut=422)
    dit, (secret, message) = formulaire.valeurs, _lien(request)
    try:
        envoye = await database(request).ecrire(
            inviter_une_personne,
            uai,
            agent(request).academies,
            courriel=dit["courriel"],
            nom=dit["nom"],
            prenoms=dit["prenoms"],
            jeton=secret,
            message=message,
            acteur=agent(request).compte_id,
            maintenant=instant(request),
        )
    except Refus as refus:
        formulaire.ajouter_erreur("courriel", f"{str(refus).removesuffix('.')} : il en faut une autre")
        return await _fiche(request, fiche, formulaire, statut=422)
    return rediriger(f"{LISTE}/{uai}?avis={'invite' if envoye else 'ajoute'}")


@post(LISTE + "/{uai:str}/personnes/{personne_id:str}/invitation", status_code=200)
async def inviter_de_nouveau(request: AnyRequest, uai: FromPath[str], personne_id: FromPath[str]) -> Response[Any]:
    await _le_mien(request, uai)
    secret, message = _lien(request)
    fait = await database(request).ecrire(
        renouveler_l_invitation,
        uai,
        agent(request).academies,
        personne_id,
        jeton=secret,
        message=message,
        acteur=agent(request).compte_id,
        maintenant=instant(request),
    )
    if not fait:
        raise Introuvable
    return rediriger(f"{LISTE}/{uai}?avis=invite")


@post(LISTE + "/{uai:str}/personnes/{personne_id:str}/retrait", status_code=200)
async def retirer_quelqu_un(request: AnyRequest, uai: FromPath[str], personne_id: FromPath[str]) -> Response[Any]:
    await _le_mien(request, uai)
    fait = await database(request).ecrire(
        retirer_l_acces,
        uai,
        agent(request).academies,
        personne_id,
        acteur=agent(request).compte_id,
        maintenant=instant(request),
    )
    if not fait:
        raise Introuvable
    return rediriger(f"{LISTE}/{uai}?avis=retire")


@post(LISTE + "/{uai:str}/eleves/{candidature_id:str}/compte", status_code=200)
async def rendre_un_compte(request: AnyRequest, uai: FromPath[str], candidature_id: FromPath[str]) -> Response[Any]:
    await _le_mien(request, uai)
    fait = await database(request).ecrire(
        rendre_le_compte,
        uai,
        agent(request).academies,
        candidature_id,
        acteur=agent(request).compte_id,
        maintenant=instant(request),
    )
    if not fait:
        raise Introuvable
    return rediriger(f"{LISTE}/{uai}?avis=rendu")


def _lien(request: AnyRequest) -> tuple[str, Message]:
    """L'empreinte du lien, et le mail qui le porte."""
    secret, expire_le = jeton(), instant(request) + DELAI_INVITATION
    lien = f"{reglages(request).url_publique}/gestion/invitation/{secret}"
    return empreinte(secret), courriels.invitation_etablissement(gabarits(request), lien, expire_le=expire_le)


async def _le_mien(request: AnyRequest, uai: str) -> Fiche:
    fiche = await database(request).lire(etablissement_de, agent(request).academies, uai)
    if fiche is None:
        raise Introuvable
    return fiche


async def _academies(request: AnyRequest) -> list[tuple[str, str]]:
    return await database(request).lire(_noms, agent(request).academies)


def _noms(db: Session, codes: tuple[str, ...]) -> list[tuple[str, str]]:
    lignes = db.execute(select(Academie.code, Academie.nom).where(Academie.code.in_(codes)).order_by(Academie.nom))
    return [(code, nom) for code, nom in lignes]


async def _liste(request: AnyRequest, formulaire: Formulaire, *, statut: int = 200) -> Response[Any]:
    qui = agent(request)
    contexte = {
        "etablissements": await database(request).lire(etablissements_de, qui.academies),
        "formulaire": formulaire,
        "plusieurs_academies": len(qui.academies) > 1,
        "doublons": await database(request).lire(doublons, qui.academies, maintenant=instant(request)),
        "doublons_montres": MONTRES,
    }
    return montrer(request, "gestion/etablissements.html", contexte, statut=statut)


async def _fiche(request: AnyRequest, fiche: Fiche, formulaire: Formulaire, *, statut: int = 200) -> Response[Any]:
    contexte = {
        "etablissement": fiche,
        "partis": await database(request).lire(eleves_partis, fiche.uai),
        "personnes": await database(request).lire(personnes_de, fiche.uai),
        "formulaire": formulaire,
        "avis": AVIS.get(request.query_params.get("avis", "")) if statut == 200 else None,
    }
    return montrer(request, "gestion/etablissement.html", contexte, statut=statut)
