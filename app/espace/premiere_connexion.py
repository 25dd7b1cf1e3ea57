"""La première connexion d'un élève : choisir son mot de passe, et dire où lui écrire (guide, chapitre 8)."""

from datetime import datetime
from typing import Any

from litestar import Response, get, post
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.candidatures.models import Candidature
from app.comptes import courriels
from app.comptes.changement_adresse import DELAI_CONFIRMATION, demander_adresse
from app.comptes.choix_mot_de_passe import champs_mot_de_passe, juger_mot_de_passe
from app.comptes.connexion import DUREE_APPAREIL
from app.comptes.formulaire_creation import recu_en_listes
from app.comptes.guards import ACCUEIL_CANDIDAT, PREMIERE_CONNEXION, reserve_a_l_arrivee
from app.comptes.mot_de_passe import choisir_le_premier, titulaire
from app.comptes.portail import (
    APPAREIL,
    AnyRequest,
    database,
    gabarits,
    instant,
    moi,
    mots_de_passe,
    poser,
    poser_session,
    reglages,
)
from app.comptes.valeurs import Message
from app.infra.identifiants import empreinte, jeton
from app.regles.vocabulaire import EtatCandidature
from app.web.erreurs import Introuvable
from app.web.forms import Courriel, Formulaire
from app.web.pages import rediriger, render


@get(PREMIERE_CONNEXION)
async def accueillir(request: AnyRequest) -> Response[Any]:
    if not moi(request).est_provisoire:
        return rediriger(ACCUEIL_CANDIDAT)
    return _page(request, _formulaire(request, None))


@post(PREMIERE_CONNEXION, status_code=200)
async def choisir(request: AnyRequest) -> Response[Any]:
    compte_id, maintenant = moi(request).compte_id, instant(request)
    qui = await database(request).lire(titulaire, compte_id)
    if qui is None:
        raise Introuvable
    formulaire = _formulaire(request, recu_en_listes(await request.form()))
    formulaire.valide()
    juger_mot_de_passe(
        formulaire,
        longueur_max=reglages(request).mot_de_passe_max,
        noms=qui.noms,
        courriel=str(formulaire["courriel"].data or ""),
        date_naissance=qui.date_naissance,
    )
    if not formulaire.valide():
        return _page(request, formulaire, statut=422)
    session, appareil, confirmation = jeton(), jeton(), jeton()
    url = reglages(request).url_publique
    choisi = await database(request).ecrire(
        _choisir,
        compte_id,
        mot_de_passe=await mots_de_passe(request).hacher(str(formulaire["mot_de_passe"].data)),
        courriel=str(formulaire["courriel"].data or ""),
        jeton=empreinte(confirmation),
        confirmation=courriels.adresse_d_eleve(
            gabarits(request), url, jeton=confirmation, expire_le=maintenant + DELAI_CONFIRMATION
        ),
        session=empreinte(session),
        appareil=empreinte(appareil),
        avis=courriels.mot_de_passe_change(gabarits(request), url, maintenant=maintenant),
        maintenant=maintenant,
    )
    reponse = rediriger(ACCUEIL_CANDIDAT)
    if choisi:
        poser_session(request, reponse, session)
        poser(request, reponse, APPAREIL, appareil, DUREE_APPAREIL)
    return reponse


def _choisir(
    db: Session,
    compte_id: str,
    *,
    mot_de_passe: str,
    courriel: str,
    jeton: str,
    confirmation: Message,
    session: str,
    appareil: str,
    avis: Message,
    maintenant: datetime,
) -> bool:
    """L'adresse ne compte dans le compte qu'une fois confirmée ; elle est déjà proposée au premier onglet."""
    choisi = choisir_le_premier(
        db, compte_id, mot_de_passe=mot_de_passe, session=session, appareil=appareil, avis=avis, maintenant=maintenant
    )
    if not choisi or not courriel:
        return choisi
    demander_adresse(
        db,
        compte_id,
        courriel,
        jeton=jeton,
        confirmation=confirmation,
        deja_prise=confirmation,
        maintenant=maintenant,
    )
    siennes = select(Candidature).where(
        Candidature.compte_id == compte_id, Candidature.etat == EtatCandidature.A_COMPLETER
    )
    for candidature in db.scalars(siennes):
        candidature.brouillon = candidature.brouillon | {"courriel": courriel}
    return True


def _page(request: AnyRequest, formulaire: Formulaire, *, statut: int = 200) -> Response[Any]:
    return render(request, "espace/premiere_connexion.html", {"formulaire": formulaire}, statut=statut)


def _formulaire(request: AnyRequest, recu: dict[str, list[Any]] | None) -> Formulaire:
    champs = {
        **champs_mot_de_passe(reglages(request).mot_de_passe_max, nouveau=True),
        "courriel": Courriel(
            "Adresse mail (facultatif)",
            sujet="l’adresse mail",
            aide="Pour recevoir les mails de votre inscription, et choisir un autre mot de passe si vous l’oubliez.",
        ),
    }
    return Formulaire(champs, recu)


router = reserve_a_l_arrivee(accueillir, choisir)
