"""Charlie est inscrite, connectée, et connaît toutes les adresses de Dack : aucune n'existe pour elle."""

import hashlib
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import update
from sqlalchemy.orm import Session

from app.candidatures.models import Candidature
from app.comptes.models import Compte
from app.infra.database import Base
from tests.instance import BELLEVUE, CHARLIE, DACK, lignes
from tests.unit.client import HTMX, Navigateur
from tests.unit.espace.conftest import Portail
from tests.unit.espace.gestes import brouillon, changer, enregistrer, inscrire
from tests.unit.espace.test_pieces import deposer, pdf

A_DACK = ("candidature_id", "document_id", "piece_id", "envoi_id")
"""Les paramètres d'adresse qui désignent quelque chose de lui."""
AILLEURS = ("/gestion", "/etablissement")
AUTRES = {"slug": "identification", "avant": "1", "apres": "1"}
PASSAGES = {"session_web", "compte", "courriel"}
"""Ce que laisse toute visite, et les mails qui partent pendant ce temps."""


def routes(nav: Navigateur) -> Iterator[tuple[str, str]]:
    for route in nav.client.app.routes:
        chemin = route.path_format
        if any(f"{{{nom}}}" in chemin for nom in A_DACK) and not chemin.startswith(AILLEURS):
            yield from ((methode, chemin) for methode in route.methods if methode != "OPTIONS")


def un_brouillon(portail: Portail) -> str:
    candidature = brouillon(portail, "acquis")
    portail.connecter(DACK)
    return candidature


def une_inscription_avec_un_depot(portail: Portail) -> str:
    """Version 02, une modification en cours, un fichier déposé, un envoi commencé."""
    candidature = inscrire(portail)
    nav = portail.navigateur
    changer(nav, candidature)
    enregistrer(nav, candidature)
    changer(nav, candidature, "05 61 00 00 09")
    nav.get(f"/candidatures/{candidature}/pieces")
    premiere, seconde, *_ = pieces_de(portail, candidature)
    deposer(nav, premiere, pdf())
    annonce = {"nom": "piece.pdf", "octets": "1000", "photos": "1", "empreinte": "0" * 64}
    nav.post(f"/pieces/{seconde}/envois", annonce, statut=200)
    return candidature


def une_desinscription(portail: Portail) -> str:
    candidature = inscrire(portail)
    portail.navigateur.post(f"/candidatures/{candidature}/desinscription")
    return candidature


def un_service_ferme(portail: Portail) -> str:
    candidature = une_inscription_avec_un_depot(portail)
    portail.horloge.instant += timedelta(days=60)
    return candidature


def un_eleve(portail: Portail) -> str:
    candidature = une_inscription_avec_un_depot(portail)

    def acte(db: Session) -> None:
        db.execute(update(Compte).where(Compte.id == DACK.id).values(identifiant="dack.accrall", courriel=""))
        db.execute(update(Candidature).where(Candidature.id == candidature).values(etablissement_uai=BELLEVUE))

    portail.ecrire(acte)
    return candidature


@pytest.mark.parametrize(
    "situation",
    [un_brouillon, une_inscription_avec_un_depot, une_desinscription, un_service_ferme, un_eleve],
    ids=lambda situation: situation.__name__,
)
def test_aucune_adresse_de_dack_n_existe_pour_charlie(portail: Portail, situation: Callable[[Portail], str]) -> None:
    sienne = brouillon(portail, personne=CHARLIE)
    enregistrer(portail.connecter(CHARLIE), sienne)
    candidature = situation(portail)
    siens = {
        "candidature_id": [candidature],
        "document_id": ids(portail, "select id from document where candidature_id = :id", candidature),
        "piece_id": pieces_de(portail, candidature),
        "envoi_id": ids(portail, "select id from envoi_morcele where compte_id = :id", DACK.id),
    }
    nav = portail.connecter(CHARLIE)
    assert nav.get(f"/candidatures/{sienne}").h1 == "Mes activités"
    avant, toutes = empreinte_de_la_base(portail), list(routes(nav))
    assert len(toutes) > 30, "toutes les adresses de l'espace sont essayées"
    for methode, route in toutes:
        for chemin in chemins(route, siens):
            for entetes in ({}, HTMX):
                donnees = {"jeton_csrf": nav.jeton} if methode == "POST" else None
                reponse = nav.client.request(methode, chemin, data=donnees, headers=entetes, follow_redirects=False)
                assert reponse.status_code == 404, f"{methode} {chemin} {entetes} : {reponse.status_code}"
                assert DACK.nom not in reponse.text
    assert empreinte_de_la_base(portail) == avant
    assert set(siens) == set(A_DACK)
    if situation is une_inscription_avec_un_depot:
        assert all(siens.values()), "chaque adresse est essayée avec quelque chose qui existe"


def pieces_de(portail: Portail, candidature: str) -> list[str]:
    return ids(portail, "select id from piece_demandee where candidature_id = :id order by ordre", candidature)


def ids(portail: Portail, requete: str, proprietaire: str) -> list[str]:
    return [ligne["id"] for ligne in lignes(portail.donnees, requete, id=proprietaire)]


def chemins(route: str, siens: dict[str, list[str]]) -> Iterator[str]:
    (nom,) = [nom for nom in A_DACK if f"{{{nom}}}" in route]
    for autre, valeur in AUTRES.items():
        route = route.replace(f"{{{autre}}}", valeur)
    for valeur in siens[nom][:2] or ["zzzzzzzzzzzzzz"]:
        chemin = route.replace(f"{{{nom}}}", valeur)
        assert "{" not in chemin, f"paramètre inconnu de ce test : {chemin}"
        yield chemin


def empreinte_de_la_base(portail: Portail) -> dict[str, Any]:
    tables = [table for table in Base.metadata.tables if table not in PASSAGES]
    return {
        table: hashlib.sha256(repr(sorted(map(repr, contenu(portail, table)))).encode()).hexdigest() for table in tables
    }


def contenu(portail: Portail, table: str) -> list[dict[str, Any]]:
    return lignes(portail.donnees, f'select * from "{table}"')  # noqa: S608 — le nom vient du schéma
