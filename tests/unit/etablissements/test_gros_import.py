"""Dix mille élèves : la progression se lit, refaire ne change rien, annuler rend la base d'avant."""

import hashlib
from itertools import product

import pytest

from app.infra.database import Base
from tests.instance import BELLEVUE, BERTHE
from tests.unit.client import Navigateur
from tests.unit.etablissements.fichiers import Eleve, chiffres, eleve, en_csv, essayer
from tests.unit.inscription.conftest import Portail

NOMBRE = 10_000
A_PART = {"registre", "compteur", "import_eleves", "ligne_import", "session_web", "alembic_version"}
"""Ce qui garde mémoire d'un acte défait : la trace, les numéros qu'on ne redonne jamais, l'import lui-même."""
SYLLABES = ("ba", "co", "di", "fe", "gu", "lo", "ma", "ni", "po", "ru")


def eleves(nombre: int) -> list[Eleve]:
    """Des noms qui se répètent : un sur vingt a un homonyme."""
    noms = ["".join(mots).capitalize() for mots in product(SYLLABES, repeat=4)]
    return [
        eleve(
            ine=f"{rang:010}A",
            nom_famille=noms[rang % (nombre * 19 // 20)],
            prenoms=noms[(rang * 7) % 500],
            date_naissance=f"{1 + rang % 28:02}/{1 + rang % 12:02}/2009",
            division=f"DIV{rang % 40}",
        )
        for rang in range(nombre)
    ]


def empreinte(portail: Portail) -> dict[str, str]:
    return {
        table: hashlib.sha256(str(sorted(map(str, portail.lignes(f"SELECT * FROM {table}")))).encode()).hexdigest()  # noqa: S608 — le nom vient du schéma
        for table in Base.metadata.tables
        if table not in A_PART
    }


def attendre(berthe: Navigateur, adresse: str) -> list[int]:
    """Relit la page de l'import comme le navigateur le fait, jusqu'à la fin ; rend les avancements vus."""
    vus: list[int] = []
    for _ in range(20_000):
        page = berthe.get(adresse)
        barre = next(iter(page.arbre.tous("progress")), None)
        if barre is None:
            return vus
        vus.append(int(barre["value"]))
    raise AssertionError("l’import ne finit pas")


@pytest.mark.long
def test_dix_mille_eleves_deux_fois_puis_annules(portail: Portail):
    berthe = portail.navigateur(BERTHE)
    avant, octets = empreinte(portail), en_csv(eleves(NOMBRE))
    page = essayer(berthe, octets)
    assert chiffres(page)["Nouveaux élèves"] == NOMBRE
    assert empreinte(portail) == avant
    berthe.envoyer({}, bouton="Confirmer l’import")
    assert berthe.page is not None
    adresse = berthe.page.adresse
    vus = attendre(berthe, adresse)
    assert vus, "la progression s’est lue"
    assert vus == sorted(vus)
    requete = "SELECT count(*) AS n, count(DISTINCT c.identifiant) AS i FROM eleve e JOIN candidature d "
    (compte,) = portail.lignes(requete + "ON d.id = e.candidature_id JOIN compte c ON c.id = d.compte_id")
    assert compte == {"n": NOMBRE, "i": NOMBRE}
    apres = empreinte(portail)
    assert "Ce fichier ne change rien" in essayer(berthe, octets).texte
    assert empreinte(portail) == apres
    berthe.get(adresse)
    berthe.envoyer({}, bouton="Annuler cet import")
    attendre(berthe, adresse)
    assert "Import annulé" in berthe.get(adresse).texte
    assert empreinte(portail) == avant
    assert "Aucun élève" in berthe.get(f"/etablissement/{BELLEVUE}").texte
