"""« Modifier mon compte » (guide, chapitre 4) : tout, jusqu'à la première candidature ; ensuite, adresse et secret."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from litestar import Response, get, post
from sqlalchemy.orm import Session

from app.candidatures.gel import Gel, est_fige, gel
from app.comptes.changement_adresse import AdresseDemandee, adresse_demandee
from app.comptes.corrections import DemandeLue, demandes_de
from app.comptes.etat_civil import etat_civil_de, poser_etat_civil
from app.comptes.formulaire_creation import etat_civil, pays_choisi, premier, recu_en_listes
from app.comptes.formulaire_modification import choix_actuels, formulaire_de_modification
from app.comptes.guards import reserve
from app.comptes.naissance import Listes, listes_de_naissance
from app.comptes.portail import AnyRequest, database, instant, moi
from app.comptes.queries import FicheCompte, fiche_compte
from app.comptes.valeurs import EtatCivil
from app.infra.clock import jour_de_paris
from app.web.erreurs import Introuvable
from app.web.forms import Formulaire
from app.web.pages import rediriger, render

AVIS = {
    "informations": ("Vos informations sont enregistrées", ""),
    "mot-de-passe": (
        "Votre mot de passe est changé",
        "Les autres appareils ont été déconnectés. Un mail vous en avertit.",
    ),
    "adresse-demandee": (
        "Un mail est parti à votre nouvelle adresse",
        "Ouvrez-le et confirmez : d’ici là, votre identifiant ne change pas.",
    ),
    "adresse-confirmee": (
        "Votre adresse mail est changée",
        "Elle est maintenant votre identifiant de connexion. L’ancienne en est avertie.",
    ),
    "adresse-d-eleve": (
        "Votre adresse mail est changée",
        "Elle recevra les mails de votre inscription. Votre identifiant ne change pas.",
    ),
    "correction": ("Votre demande de correction est envoyée", "La réponse du service paraîtra sur cette page."),
}
BLOCS = {"actualiser": "lieu", "rechercher": "communes"}


@dataclass(frozen=True, slots=True)
class Compte:
    fiche: FicheCompte
    actuel: EtatCivil
    gel: Gel
    adresse_demandee: AdresseDemandee | None
    demandes: tuple[DemandeLue, ...]


class InformationsFigees(Exception):  # noqa: N818 — un refus de la règle, pas une panne
    """Une candidature existe : l'état civil ne se modifie plus que par le service gestionnaire."""


@get("/compte")
async def montrer(request: AnyRequest) -> Response[Any]:
    compte = await _compte(request)
    if compte.gel.est_fige:
        return _page_figee(request, compte)
    listes, formulaire = await _formulaire(request, compte, None)
    return _page(request, compte, listes, formulaire)


@post("/compte", status_code=200)
async def modifier(request: AnyRequest) -> Response[Any]:
    compte = await _compte(request)
    if compte.gel.est_fige:
        return _page_figee(request, compte, statut=422)
    recu = recu_en_listes(await request.form())
    listes, formulaire = await _formulaire(request, compte, recu)
    if bloc := BLOCS.get(premier(recu, "intention")):
        return _page(request, compte, listes, formulaire, bloc=bloc, statut=422)
    if not formulaire.valide():
        return _page(request, compte, listes, formulaire, statut=422)
    try:
        await database(request).ecrire(_modifier, moi(request).compte_id, etat_civil(formulaire, listes))
    except InformationsFigees:
        return _page_figee(request, await _compte(request), statut=422)
    return rediriger("/compte?avis=informations")


def _modifier(db: Session, compte_id: str, nouveau: EtatCivil) -> None:
    """Une candidature a pu s'enregistrer ailleurs pendant la saisie : la règle se juge dans l'acte."""
    if est_fige(db, compte_id):
        raise InformationsFigees
    poser_etat_civil(db, compte_id, nouveau)


async def _compte(request: AnyRequest) -> Compte:
    compte = await database(request).lire(_lire, moi(request).compte_id, instant(request))
    if compte is None:
        raise Introuvable
    return compte


def _lire(db: Session, compte_id: str, maintenant: datetime) -> Compte | None:
    fiche, actuel = fiche_compte(db, compte_id), etat_civil_de(db, compte_id)
    if fiche is None or actuel is None:
        return None
    demandee = adresse_demandee(db, compte_id, maintenant=maintenant)
    return Compte(fiche, actuel, gel(db, compte_id), demandee, demandes_de(db, compte_id))


async def _formulaire(
    request: AnyRequest, compte: Compte, recu: dict[str, list[Any]] | None
) -> tuple[Listes, Formulaire]:
    choix = choix_actuels(compte.actuel)
    if recu is not None:
        choix = {
            "pays_naissance": pays_choisi(recu),
            "departement": premier(recu, "departement_naissance"),
            "recherche": premier(recu, "commune_recherche"),
            "choisie": premier(recu, "commune_naissance"),
        }
    listes = await database(request).lire(listes_de_naissance, **choix)
    return listes, formulaire_de_modification(listes, recu, compte.actuel, jour=jour_de_paris(instant(request)))


def _page(
    request: AnyRequest,
    compte: Compte,
    listes: Listes,
    formulaire: Formulaire,
    *,
    bloc: str | None = None,
    statut: int = 200,
) -> Response[str]:
    contexte = {
        "compte": compte,
        "listes": listes,
        "formulaire": formulaire,
        "envoi_vers": "/compte",
        "avis": _avis(request, compte) if not formulaire.est_envoye else None,
        "avec_htmx": True,
    }
    return render(request, "espace/compte.html", contexte, bloc=bloc, statut=statut)


def _page_figee(request: AnyRequest, compte: Compte, *, statut: int = 200) -> Response[str]:
    contexte = {"compte": compte, "avis": _avis(request, compte) if statut == 200 else None}
    return render(request, "espace/compte_fige.html", contexte, statut=statut)


def _avis(request: AnyRequest, compte: Compte) -> tuple[str, str] | None:
    avis = request.query_params.get("avis", "")
    if avis == "adresse-confirmee" and not compte.fiche.est_identifie_par_son_adresse:
        avis = "adresse-d-eleve"
    return AVIS.get(avis)


router = reserve(montrer, modifier)
