"""Demander la correction d'une information figée, preuve à l'appui : seule route qui reçoit ici un fichier."""

import asyncio
from typing import Any

from litestar import Response, get, post
from sqlalchemy.orm import Session

from app.candidatures.gel import est_fige
from app.comptes.corrections import Correction, Preuve, demander_correction, valeur_actuelle
from app.comptes.guards import reserve
from app.comptes.models import ChampCorrigible
from app.comptes.portail import AnyRequest, database, instant, moi, reglages
from app.comptes.preuves import ecrire_avec_sa_preuve, ranger_preuve
from app.comptes.queries import FicheCompte, fiche_compte
from app.web.erreurs import Introuvable
from app.web.fichiers import MO, Fichier, FichierRecu, avec_fichiers
from app.web.forms import Choix, DateFR, Formulaire, Option, TexteCourt, TexteLong
from app.web.pages import rediriger, render

TAILLE_MAX = 5 * MO
CORPS_MAX = 3 * TAILLE_MAX
"""Au-dessus de la limite annoncée : une photo un peu lourde reçoit une phrase à côté du champ, pas un refus muet."""
DEJA = "Une demande est déjà en attente pour cette information : le service va y répondre"


@get("/compte/correction")
async def demander(request: AnyRequest) -> Response[Any]:
    fiche = await _fiche_figee(request)
    return _page(request, fiche, _formulaire(None)) if fiche else rediriger("/compte")


@post("/compte/correction", status_code=200, request_max_body_size=CORPS_MAX)
async def envoyer(request: AnyRequest) -> Response[Any]:
    formulaire = _formulaire(await avec_fichiers(await request.form(), taille_max=TAILLE_MAX))
    fiche = await _fiche_figee(request)
    if fiche is None:
        return rediriger("/compte")
    if not _juger(formulaire, fiche):
        return _page(request, fiche, formulaire, statut=422)
    dit = formulaire.valeurs
    recu: FichierRecu = dit["preuve"]
    correction = Correction(ChampCorrigible(dit["champ"]), dit["souhaitee"], dit["explication"])
    donnees, compte_id = reglages(request).donnees, moi(request).compte_id
    nom = await asyncio.to_thread(ranger_preuve, donnees, compte_id, recu.octets, recu.format)
    posee = await ecrire_avec_sa_preuve(
        database(request),
        donnees,
        compte_id,
        nom,
        demander_correction,
        compte_id,
        correction,
        Preuve(fichier=nom, nom=recu.nom, octets=len(recu.octets)),
        valeur=valeur_actuelle(fiche, correction.champ),
        maintenant=instant(request),
    )
    if not posee:
        formulaire.ajouter_erreur("champ", DEJA)
        return _page(request, fiche, formulaire, statut=422)
    return rediriger("/compte?avis=correction")


async def _fiche_figee(request: AnyRequest) -> FicheCompte | None:
    """Rien tant que le compte se modifie directement : il n'y a rien à demander."""
    return await database(request).lire(_lire, moi(request).compte_id)


def _lire(db: Session, compte_id: str) -> FicheCompte | None:
    fiche = fiche_compte(db, compte_id)
    if fiche is None:
        raise Introuvable
    return fiche if est_fige(db, compte_id) else None


def _juger(formulaire: Formulaire, fiche: FicheCompte) -> bool:
    if not formulaire.valide():
        return False
    champ, souhaitee = ChampCorrigible(formulaire["champ"].data), str(formulaire["souhaitee"].data)
    if souhaitee == valeur_actuelle(fiche, champ):
        formulaire.ajouter_erreur("souhaitee", "C’est déjà ce qui est écrit : indiquez ce qui devrait l’être")
    elif champ is ChampCorrigible.DATE_NAISSANCE and not _est_une_date(souhaitee):
        formulaire.ajouter_erreur("souhaitee", "Écrivez la date de naissance ainsi : 30/05/1998")
    return formulaire.valide()


def _est_une_date(texte: str) -> bool:
    essai = Formulaire({"date": DateFR("Date", requis=True)}, {"date": [texte]})
    return essai.valide()


def _page(request: AnyRequest, fiche: FicheCompte, formulaire: Formulaire, *, statut: int = 200) -> Response[str]:
    actuelles = [(champ.libelle, valeur_actuelle(fiche, champ)) for champ in ChampCorrigible]
    contexte = {"formulaire": formulaire, "actuelles": actuelles}
    return render(request, "espace/correction.html", contexte, statut=statut)


def _formulaire(recu: dict[str, list[Any]] | None) -> Formulaire:
    return Formulaire(
        {
            "champ": Choix(
                "Information à corriger",
                sujet="l’information à corriger",
                requis=True,
                options=[Option(champ.value, champ.libelle) for champ in ChampCorrigible],
            ),
            "souhaitee": TexteCourt(
                "Ce qui devrait être écrit",
                sujet="ce qui devrait être écrit",
                requis=True,
                longueur=200,
                aide="Tel que sur la pièce d’identité.",
            ),
            "explication": TexteLong("Explication", sujet="l’explication", requis=True, longueur=1000),
            "preuve": Fichier(
                "Preuve",
                sujet="la preuve",
                requis="Joignez la copie d’une pièce qui le prouve",
                aide="Pièce d’identité, acte de naissance… Un fichier PDF, JPG ou PNG, 5\u00a0Mo au plus.",
                taille_max=TAILLE_MAX,
            ),
        },
        recu,
    )


router = reserve(demander, envoyer)
