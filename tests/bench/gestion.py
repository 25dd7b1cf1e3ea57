"""Régine, du service des examens : ce qu'elle publie et ce qu'elle cherche, envoyé au vrai portail."""

import csv
import io
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Self

import httpx

from app.infra.clock import maintenant
from tests.bench.terrain import Service
from tests.depart import TOULOUSE, ouvrir_une_session
from tests.e2e.test_coupures import valeurs
from tests.instance import REGINE, lignes
from tests.unit.arbre import Element, lire_html
from tests.unit.client import valeurs_affichees
from tests.unit.gestion.decor import remplir_les_convocations
from tests.unit.gestion.publications.conftest import en_octets

PUBLICATIONS, CANDIDATURES = "/gestion/publications", "/gestion/candidatures"
ANNEE = """SELECT s.annee FROM session_examen s JOIN periode_inscription p ON p.session_examen_id = s.id
    WHERE p.academie_code = :academie"""
"""celle où l'on convoque : la base du banc est d'aujourd'hui"""
DELAI_MAX = 300
"""secondes : au-delà, la tâche de fond est bloquée"""


@dataclass
class Gestion:
    portail: Service
    client: httpx.Client = field(init=False)

    def __enter__(self) -> Self:
        secret = ouvrir_une_session(self.portail.donnees, REGINE, instant=maintenant())
        self.client = httpx.Client(base_url=self.portail.adresse, timeout=120, cookies={"session": secret})
        return self

    def __exit__(self, *panne: object) -> None:
        self.client.close()

    def convocations(self, candidats: int, lots: int) -> Iterator[bytes]:
        """Le modèle du service, rempli et coupé en fichiers d'autant de candidats."""
        texte = self.client.get(f"{self._service}/modele.csv").raise_for_status().content.decode("utf-8-sig")
        (session,) = lignes(self.portail.donnees, ANNEE, academie=TOULOUSE)
        annee = session["annee"]
        par_candidat: dict[str, list[Mapping[str, str]]] = {}
        for ligne in remplir_les_convocations(list(csv.DictReader(io.StringIO(texte), delimiter=";"))):
            du_jour = ligne | {"Date": f"{ligne['Date'][:6]}{annee}"}
            par_candidat.setdefault(ligne["N° candidat"], []).append(du_jour)
        assert len(par_candidat) >= candidats, f"{len(par_candidat)} candidats à convoquer"
        convoques = list(par_candidat.values())[:candidats]
        for rang in range(lots):
            yield en_octets([ligne for lignes_de in convoques[rang::lots] for ligne in lignes_de])

    def essayer(self, fichier: bytes) -> str:
        """L'adresse de l'essai, que rien n'empêche de publier."""
        champs = dict(_formulaire(self.client.get(self._service).raise_for_status().text, "/convocations"))
        champs.pop("fichier", None)
        envoi = {"fichier": ("convocations.csv", fichier, "text/csv")}
        recu = self.client.post(self._service, data=champs, files=envoi)
        assert recu.status_code == 303, recu.text
        return str(recu.headers["location"])

    def publier(self, essai: str) -> float:
        """Secondes, du clic à la dernière convocation."""
        champs = _formulaire(self.client.get(essai).raise_for_status().text, "/lancement")
        debut = time.monotonic()
        assert self.client.post(f"{essai}/lancement", data=champs).status_code == 303
        while self._etat(essai) != "finie":
            assert time.monotonic() - debut < DELAI_MAX, "la publication n’avance pas"
            time.sleep(0.05)
        return time.monotonic() - debut

    def chercher(self, texte: str) -> str:
        """L'adresse des réponses."""
        jeton = valeurs(self.client.get(CANDIDATURES).raise_for_status().text)["jeton_csrf"]
        recu = self.client.post(CANDIDATURES, data={"jeton_csrf": jeton, "q": texte})
        assert recu.status_code == 303, recu.text
        return str(recu.headers["location"])

    def _etat(self, essai: str) -> str:
        requete = "SELECT etat FROM publication WHERE id = :id"
        return str(lignes(self.portail.donnees, requete, id=essai.rsplit("/", 1)[1])[0]["etat"])

    @property
    def _service(self) -> str:
        requete = "SELECT id FROM periode_inscription WHERE academie_code = :academie"
        (periode,) = lignes(self.portail.donnees, requete, academie=TOULOUSE)
        return f"{PUBLICATIONS}/services/{periode['id']}/convocations"


def _formulaire(page: str, fin: str) -> dict[str, str | Sequence[str]]:
    trouves: list[Element] = [f for f in lire_html(page).tous("form") if f["action"].endswith(fin)]
    assert trouves, f"aucun formulaire vers {fin}"
    champs: dict[str, Any] = valeurs_affichees(trouves[0])
    return champs
