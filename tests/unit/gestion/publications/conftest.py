"""Trois candidats inscrits à Toulouse, et Régine qui publie."""

import csv
import io
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.instance import REGINE, HorlogeDEssai, PersonneAgent
from tests.unit.client import Navigateur, Page, valeurs_affichees
from tests.unit.gestion.decor import deposer_des_dossiers, remplir_les_convocations
from tests.unit.inscription.conftest import Portail, ouvrir


@dataclass
class Service:
    portail: Portail
    dossiers: list[str]
    periode: str
    regine: Navigateur

    def agent(self, agent: PersonneAgent) -> Navigateur:
        navigateur = self.portail.navigateur(agent)
        navigateur.get("/gestion")
        return navigateur

    def candidat(self, rang: int) -> Navigateur:
        (ligne,) = self.portail.lignes("SELECT compte_id FROM candidature WHERE id = :id", id=self.dossiers[rang])
        return self.portail.navigateur(type("Qui", (), {"id": ligne["compte_id"]})())

    def adresse(self, slug: str) -> str:
        return f"/gestion/publications/services/{self.periode}/{slug}"

    def modele(self, slug: str, navigateur: Navigateur | None = None) -> list[dict[str, str]]:
        page = (navigateur or self.regine).get(f"{self.adresse(slug)}/modele.csv")
        texte = page.reponse.content.decode("utf-8-sig")
        return list(csv.DictReader(io.StringIO(texte), delimiter=";"))

    def convocations(self) -> list[dict[str, str]]:
        return remplir_les_convocations(self.modele("convocations"))

    def releves(self) -> list[dict[str, str]]:
        lignes = self.modele("releves")
        for rang, ligne in enumerate(lignes):
            ligne["Note"] = ligne["Note"] or ("AB" if rang == 0 else f"{8 + rang % 9},5")
            ligne["Résultat"] = "ADMIS"
        return lignes

    def essayer(
        self,
        slug: str,
        fichier: bytes | Sequence[Mapping[str, str]],
        *,
        navigateur: Navigateur | None = None,
        statut: int = 303,
        **champs: str,
    ) -> Page:
        """Rend la page de l'essai, ou le formulaire et ses erreurs."""
        qui = navigateur or self.regine
        qui.get(self.adresse(slug))
        octets = fichier if isinstance(fichier, bytes) else en_octets(fichier)
        donnees = {n: v for n, v in affichees(qui).items() if n != "fichier"} | champs
        qui.post(self.adresse(slug), donnees, fichiers={"fichier": ("liste.csv", octets, "text/csv")}, statut=statut)
        return qui.suivre() if statut == 303 else qui.page  # type: ignore[return-value]

    def publier(self, navigateur: Navigateur | None = None) -> Page:
        """« Publier », et la page une fois que la tâche de fond a fini."""
        qui = navigateur or self.regine
        assert qui.page
        formulaires = [f["action"] for f in qui.page.formulaires]
        rang = next(i for i, action in enumerate(formulaires) if action.endswith("/lancement"))
        chemin = formulaires[rang].removesuffix("/lancement")
        qui.envoyer({}, rang=rang)
        return self.attendre(qui, chemin)

    def attendre(self, qui: Navigateur, chemin: str) -> Page:
        limite = time.monotonic() + 20
        while "Publication en cours" in (page := qui.get(chemin)).texte:
            assert time.monotonic() < limite, "la publication n’avance pas"
        return page

    def documents(self, genre: str, rang: int = 0) -> list[dict[str, Any]]:
        requete = "SELECT * FROM document WHERE type = :type AND candidature_id = :id ORDER BY numero"
        return self.portail.lignes(requete, type=genre, id=self.dossiers[rang])

    def mails(self) -> list[dict[str, Any]]:
        return self.portail.lignes("SELECT * FROM courriel WHERE nature = 'document_publie' ORDER BY destinataire")


def affichees(navigateur: Navigateur) -> dict[str, Any]:
    assert navigateur.page
    (formulaire,) = [f for f in navigateur.page.formulaires if "/services/" in f["action"]]
    return dict(valeurs_affichees(formulaire))


def en_octets(lignes: Sequence[Mapping[str, str]], *, separateur: str = ";", encodage: str = "utf-8") -> bytes:
    sortie = io.StringIO()
    plume = csv.DictWriter(sortie, fieldnames=list(lignes[0]), delimiter=separateur)
    plume.writeheader()
    plume.writerows(lignes)
    return sortie.getvalue().encode(encodage)


def erreurs(page: Page) -> list[list[str]]:
    """Ligne, colonne, valeur, attendu."""
    (tableau,) = [t for t in page.arbre.tous("table") if t["aria-labelledby"] == "erreurs"]
    corps = next(tableau.tous("tbody"))
    return [[" ".join(c.texte.split()) for c in rangee.tous("th", "td")] for rangee in corps.tous("tr")]


def dit(page: Page) -> str:
    return " ".join(page.texte.split())


@pytest.fixture
def service(modele: Path, tmp_path: Path) -> Iterator[Service]:
    donnees, horloge = tmp_path / "donnees", HorlogeDEssai()
    for portail in ouvrir(modele, donnees, horloge):
        dossiers = deposer_des_dossiers(donnees, 3)
        (periode,) = portail.lignes("SELECT id FROM periode_inscription WHERE academie_code = '16'")
        regine = portail.navigateur(REGINE)
        regine.get("/gestion")
        yield Service(portail, dossiers, periode["id"], regine)
