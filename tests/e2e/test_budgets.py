"""Le poids d'une inscription, mesuré dans Chromium : ce que le réseau d'un vieux téléphone doit porter.

Les limites viennent du cahier des charges et se tiennent en HTTP/1.1, en-têtes compris, en clair : HTTP/2, qui les
compresse, n'est qu'une colonne. Les plafonds, juste au-dessus de ce qui est atteint, gardent l'acquis. Cache froid,
sans PDF.
"""

import re
import socket
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import expect

from tests.e2e.pages.compte import MOT_DE_PASSE, Accueil, Connexion, code_du
from tests.e2e.pages.inscriptions import MesInscriptions
from tests.e2e.pages.onglets import Identification, Informations, Qualification, Recapitulatif
from tests.e2e.pages.visite import Visite
from tests.e2e.parcours.scenario import BRODERIE, choisir_les_epreuves, declarer_le_cap
from tests.e2e.pesee import Pesee, Reponse
from tests.e2e.test_coupures import Processus
from tests.instance import copier_le_modele

COURRIEL = "dack.nouveau@exemple.fr"


@dataclass(frozen=True)
class Budget:
    """`limite` : le cahier des charges ; `plafond` : ce que l'on tient."""

    limite: int
    plafond: int


PREMIERE_VISITE = Budget(limite=25_000, plafond=5_700)
PREMIER_RENDU = Budget(limite=6_000, plafond=5_100)
REQUETES = 4
INSCRIPTION = {True: Budget(limite=90_000, plafond=82_500), False: Budget(limite=60_000, plafond=59_900)}


def test_une_inscription_tient_dans_son_budget(visite: Visite, capsys: pytest.CaptureFixture[str]):
    pesee = Pesee(visite.page)
    s_inscrire(visite, pesee)
    with capsys.disabled():
        print(pesee.tableau("Avec JavaScript" if visite.js else "Sans JavaScript"))  # noqa: T201 — la mesure
    premiere = pesee.de("première visite")
    tenir([r for r in premiere if r.quoi == "GET /" or r.quoi.endswith(".css")], PREMIER_RENDU)
    tenir(premiere, PREMIERE_VISITE)
    assert 3 <= len(premiere) <= REQUETES
    assert [r for r in premiere if r.quoi.endswith(".js")] == [], "l’accueil n’a pas besoin de script"
    tenir(pesee.reponses, INSCRIPTION[visite.js])


def tenir(reponses: list[Reponse], budget: Budget) -> None:
    poids = sum(reponse.en_http1 for reponse in reponses)
    assert poids <= budget.limite, "au-dessus du cahier des charges"
    assert poids <= budget.plafond, "plus lourd qu’avant : alléger, ou relever le plafond en disant pourquoi"


def s_inscrire(visite: Visite, pesee: Pesee) -> None:
    """L'exemple de Dack par le chemin le plus court : remplir ce qui est à l'écran, continuer."""
    pesee.etape = "première visite"
    accueil = Accueil(visite)
    accueil.ouvrir()
    visite.page.wait_for_load_state("networkidle")
    pesee.etape = "compte"
    creer_le_compte(visite, accueil)
    pesee.etape = "connexion"
    Connexion(visite).entrer(COURRIEL, MOT_DE_PASSE)
    pesee.etape = "examen, session, académie"
    nouvelle = MesInscriptions(visite).s_inscrire()
    nouvelle.choisir("TOULOUSE")
    nouvelle.valider()
    for etape, remplir in ONGLETS.items():
        pesee.etape = etape
        remplir(visite)
    pesee.etape = "enregistrement"
    numero = Recapitulatif(visite).enregistrer()
    expect(numero.numero_inscription).to_have_text("001")
    visite.page.wait_for_load_state("networkidle")


def creer_le_compte(visite: Visite, accueil: Accueil) -> None:
    creation = accueil.creer_un_compte()
    creation.remplir(nom="Accrall", prenoms="Dack", naissance="28/11/2004", courriel=COURRIEL)
    if visite.js:
        creation.ne_a("014 - Calvados", "may sur o", "MAY-SUR-ORNE")
    else:
        visite.choisir("Département, DOM ou COM de naissance", "014 - Calvados")
        visite.remplir("Commune de naissance", "May-sur-Orne")
    attente = creation.valider()
    attente.activer_par_code(code_du(visite.serveur.attendre_le_courriel("Activer mon compte")))


def identification(visite: Visite) -> None:
    if visite.js:
        Identification(visite).remplir()
    else:
        visite.choisir("Nationalité", "Français")
        visite.remplir("Numéro, rue, voie", "15 voie verte")
        visite.remplir("Code postal", "31000")
        visite.remplir("Localité", "Toulouse")
        visite.remplir("Téléphone mobile", "0606060606")
    Identification(visite).continuer()


def informations(visite: Visite) -> None:
    onglet = Informations(visite)
    visite.choisir("Catégorie du candidat", "INDIVIDUEL SALARIE")
    visite.au_repos()
    visite.choisir("Établissement", "INDIV TOULOUSE (03100003)")
    for question in onglet.QUESTIONS:
        onglet.repondre(question, "Non")
    onglet.continuer()


def qualification(visite: Visite) -> None:
    onglet = Qualification(visite)
    visite.remplir("Chercher dans la liste", "broderie")
    if not visite.js:
        visite.appuyer("Chercher")
    expect(visite.case(BRODERIE).first).to_be_visible()
    visite.au_repos()
    visite.cocher(BRODERIE, exact=True)
    visite.au_repos()
    onglet.forme()
    onglet.continuer()


def acquis(visite: Visite) -> None:
    declarer_le_cap(visite).continuer()


ONGLETS = {
    "1 - Identification": identification,
    "2 - Informations candidature": informations,
    "3 - Qualification présentée": qualification,
    "4 - Acquis": acquis,
    "5 - Épreuves": choisir_les_epreuves,
}


MEMOIRE = 90_000
"""Kibioctets résidents (VmRSS) : le cahier des charges."""


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="la mémoire d’un processus se lit sous Linux")
def test_le_portail_au_repos_tient_dans_la_memoire_d_une_petite_machine(
    modele: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    """Base migrée, référentiel chargé, une page servie ; ni PDF ni connexion, qui chargent ce qu'il leur faut.

    Mesuré au second lancement : le premier compile les modules, ce qui gonfle la mémoire, et en garde le code.
    """
    monkeypatch.delenv("PYTHONDONTWRITEBYTECODE", raising=False)
    donnees = copier_le_modele(modele, tmp_path / "donnees")
    memoire_residente(donnees)
    residente = memoire_residente(donnees)
    with capsys.disabled():
        print(f"\nMémoire au repos : {residente / 1000:.1f} Mo")  # noqa: T201 — la mesure
    assert residente <= MEMOIRE, "un import de trop ? « python -X importtime -m app serve » les dit"


def memoire_residente(donnees: Path) -> int:
    with socket.create_server(("127.0.0.1", 0)) as prise:
        port = prise.getsockname()[1]
    processus = Processus(donnees, port)
    processus.lancer()
    try:
        assert httpx.get(processus.adresse, timeout=10).status_code == 200
        statut = Path(f"/proc/{processus.enfant.pid}/status").read_text()
    finally:
        processus.tuer()
    trouve = re.search(r"VmRSS:\s+(\d+) kB", statut)
    assert trouve
    return int(trouve[1])
