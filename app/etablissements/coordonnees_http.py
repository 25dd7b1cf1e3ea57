"""« Notre établissement » : ses coordonnées, relues par ses personnes. Et le choix, pour qui en a plusieurs."""

from datetime import datetime
from typing import Any

from litestar import Response, get, post
from litestar.params import FromPath
from sqlalchemy.orm import Session

from app.comptes.formulaire_creation import recu_en_listes
from app.comptes.portail import AnyRequest, agent, database, instant
from app.etablissements.page import FicheEtablissement, etablissements, le_mien, montrer
from app.infra.registre import consigner
from app.referentiel.models import Etablissement
from app.web.coordonnees import CodePostal
from app.web.forms import Champ, Formulaire, Telephone, TexteCourt
from app.web.pages import rediriger

CHAMPS = ("nom", "adresse", "code_postal", "ville", "telephone")


@get("/etablissement")
async def choisir(request: AnyRequest) -> Response[Any]:
    trouves = await database(request).lire(etablissements, agent(request).etablissements)
    if len(trouves) == 1:
        return rediriger(trouves[0].adresse_de())
    return montrer(request, "etablissement/choix.html", None, {"etablissements": trouves})


@get("/etablissement/{uai:str}/coordonnees")
async def relire(request: AnyRequest, uai: FromPath[str]) -> Response[Any]:
    fiche = await le_mien(request, uai)
    return _page(request, fiche, _formulaire(fiche, None))


@post("/etablissement/{uai:str}/coordonnees", status_code=200)
async def enregistrer(request: AnyRequest, uai: FromPath[str]) -> Response[Any]:
    fiche = await le_mien(request, uai)
    formulaire = _formulaire(fiche, recu_en_listes(await request.form()))
    if not formulaire.valide():
        return _page(request, fiche, formulaire, statut=422)
    dit = {nom: formulaire.valeurs[nom] or "" for nom in CHAMPS}
    await database(request).ecrire(
        verifier_les_coordonnees, uai, dit, acteur=agent(request).compte_id, maintenant=instant(request)
    )
    return rediriger(fiche.adresse_de("/coordonnees") + "?avis=enregistre")


def verifier_les_coordonnees(db: Session, uai: str, dit: dict[str, str], *, acteur: str, maintenant: datetime) -> None:
    etablissement = db.get_one(Etablissement, uai)
    for nom, valeur in dit.items():
        setattr(etablissement, nom, valeur)
    etablissement.verifie_le = maintenant
    consigner(
        db,
        acteur=acteur,
        nature="verifier_les_coordonnees",
        objet="etablissement",
        objet_id=uai,
        academie=etablissement.academie_code,
        maintenant=maintenant,
    )


def _page(
    request: AnyRequest, fiche: FicheEtablissement, formulaire: Formulaire, *, statut: int = 200
) -> Response[Any]:
    contexte = {"formulaire": formulaire, "avis": statut == 200 and "avis" in request.query_params}
    return montrer(request, "etablissement/coordonnees.html", fiche, contexte, statut=statut)


def _formulaire(fiche: FicheEtablissement, recu: dict[str, list[Any]] | None) -> Formulaire:
    champs: dict[str, Champ] = {
        "nom": TexteCourt("Nom", sujet="le nom", requis=True, aide="Tel qu’il paraît sur les papillons."),
        "adresse": TexteCourt("Adresse", sujet="l’adresse", requis=True, longueur=200),
        "code_postal": CodePostal("Code postal", sujet="le code postal", requis=True, largeur="l5", saisie="numeric"),
        "ville": TexteCourt("Ville", sujet="la ville", requis=True),
        "telephone": Telephone("Téléphone", sujet="le téléphone", requis=True, autocomplete="off"),
    }
    return Formulaire(champs, recu, {nom: getattr(fiche, nom) or None for nom in CHAMPS})
