"""Demander la correction d'une information figée, avec une preuve dont les octets disent ce qu'elle est."""

import asyncio
import os
import threading
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text, update
from sqlalchemy.orm import Session

from app.comptes.corrections import Correction, Preuve, demander_correction
from app.comptes.effacement import effacer_les_preuves_orphelines
from app.comptes.models import ChampCorrigible, DemandeCorrection, EtatDemande
from app.comptes.preuves import ecrire_avec_sa_preuve, ranger_preuve
from app.infra.database import Database
from app.settings import Reglages
from tests.instance import CHARLIE, DACK, DEBUT, copier_le_modele, lignes
from tests.unit.client import Navigateur, Page
from tests.unit.espace.conftest import Portail
from tests.unit.espace.gestes import inscrire

CORRECTION = "/compte/correction"
PDF, PNG, JPG = b"%PDF-1.7\nacte", b"\x89PNG\r\n\x1a\nimage", b"\xff\xd8\xff\xe0photo"
DEMANDE = {"champ": "nom_famille", "souhaitee": "ACCRALLE", "explication": "Il manque le E de l’acte de naissance."}
MO = 1024 * 1024


def envoyer(
    navigateur: Navigateur, nom: str = "acte.pdf", octets: bytes = PDF, *, statut: int = 303, **autres: str
) -> Page:
    navigateur.get(CORRECTION)
    fichiers = {"preuve": (nom, octets, "application/octet-stream")}
    return navigateur.post(CORRECTION, DEMANDE | autres, fichiers=fichiers, statut=statut)


def preuves(portail: Portail, compte: str = "dack") -> list[Path]:
    return sorted((portail.donnees / "preuves" / compte).glob("*"))


def test_dack_demande_une_correction_et_voit_ce_qu_elle_devient(portail: Portail) -> None:
    inscrire(portail)
    navigateur = portail.connecter(DACK)
    page = navigateur.get(navigateur.get("/compte").lien("Demander une correction"))
    assert "May-sur-Orne, 014 - Calvados".upper() in page.texte.upper()
    envoyer(navigateur)
    page = navigateur.suivre()
    assert "Votre demande de correction est envoyée" in page.texte
    for mots in ("En attente", "ACCRALLE", "acte.pdf", "Nom de famille"):
        assert mots in page.texte
    (fichier,) = preuves(portail)
    assert fichier.read_bytes() == PDF
    assert (fichier.suffix, fichier.stat().st_mode & 0o777) == (".pdf", 0o600)
    assert lignes(portail.donnees, "select nom_famille from candidat where compte_id='dack'") == [
        {"nom_famille": "ACCRALL"}
    ]
    portail.ecrire(
        lambda db: db.execute(
            update(DemandeCorrection).values(etat=EtatDemande.REFUSEE, reponse="La copie est illisible.")
        )
    )
    page = navigateur.get("/compte")
    assert "Refusée" in page.texte
    assert "La copie est illisible." in page.texte
    envoyer(navigateur)


def test_une_information_n_a_qu_une_demande_en_attente(portail: Portail) -> None:
    inscrire(portail)
    navigateur = portail.connecter(DACK)
    envoyer(navigateur)
    page = envoyer(navigateur, statut=422)
    assert "déjà en attente" in page.erreurs[0]
    assert len(preuves(portail)) == 1
    envoyer(navigateur, champ="prenoms", souhaitee="Dac")
    assert len(preuves(portail)) == 2


@pytest.mark.parametrize(
    ("nom", "octets", "erreur"),
    [
        ("acte.pdf", PNG, "n’est pas un PDF"),
        ("acte.exe", PDF, "n’est pas un PDF"),
        ("acte", PDF, "n’est pas un PDF"),
        ("acte.pdf.html", PDF, "n’est pas un PDF"),
        ("acte.png", b"<svg onload=alert(1)>", "n’est pas un PDF"),
        ("acte.pdf", b"", "vide"),
        ("acte.pdf", PDF + b"x" * (5 * MO), "dépasse 5\u00a0Mo"),
        ("", b"", "Joignez la copie"),
    ],
)
def test_une_preuve_qui_ne_convient_pas_se_dit_et_ne_laisse_rien(
    portail: Portail, nom: str, octets: bytes, erreur: str
) -> None:
    inscrire(portail)
    page = envoyer(portail.connecter(DACK), nom, octets, statut=422)
    assert [e for e in page.erreurs if erreur in e], page.erreurs
    assert page.element("souhaitee")["value"] == "ACCRALLE"
    assert "Choisissez de nouveau votre fichier" in page.texte
    assert not preuves(portail)
    assert not lignes(portail.donnees, "select id from demande_correction")


@pytest.mark.parametrize(("nom", "octets"), [("a.PNG", PNG), ("photo.jpeg", JPG), ("b.JPG", JPG), ("c.pdf", PDF)])
def test_les_trois_formats_conviennent(portail: Portail, nom: str, octets: bytes) -> None:
    inscrire(portail)
    envoyer(portail.connecter(DACK), nom, octets)
    assert preuves(portail)[0].read_bytes() == octets


@pytest.mark.parametrize("nom", ["../../../etc/passwd.pdf", "C:\\x\\acte.pdf", "a\u202efdp.pdf", "é" * 300 + ".pdf"])
def test_le_nom_donne_n_est_jamais_un_chemin(portail: Portail, nom: str) -> None:
    inscrire(portail)
    envoyer(portail.connecter(DACK), nom)
    (fichier,) = preuves(portail)
    assert len(fichier.name) == 18
    (ligne,) = lignes(portail.donnees, "select preuve_nom from demande_correction")
    assert "/" not in ligne["preuve_nom"]
    assert "\\" not in ligne["preuve_nom"]
    assert "\u202e" not in ligne["preuve_nom"]
    assert len(ligne["preuve_nom"]) <= 100


def test_cinq_mo_tout_juste_passent_et_quinze_sont_refuses_avant_d_etre_lus(portail: Portail) -> None:
    inscrire(portail)
    navigateur = portail.connecter(DACK)
    envoyer(navigateur, octets=PDF + b"x" * (5 * MO - len(PDF)))
    envoyer(navigateur, octets=PDF + b"x" * (16 * MO), statut=413)
    navigateur.get("/compte/adresse")
    gros = {"preuve": ("acte.pdf", PDF + b"x" * MO, "application/pdf")}
    navigateur.post("/compte/adresse", {"courriel": "a"}, fichiers=gros, statut=413)


@pytest.mark.parametrize(
    "autres",
    [
        {"champ": "numero_candidat"},
        {"champ": ""},
        {"souhaitee": ""},
        {"souhaitee": "ACCRALL"},
        {"souhaitee": "x" * 201},
        {"explication": "\x00"},
        {"explication": ""},
        {"champ": "date_naissance", "souhaitee": "hier"},
    ],
)
def test_une_demande_fausse_est_un_422(portail: Portail, autres: dict[str, Any]) -> None:
    inscrire(portail)
    envoyer(portail.connecter(DACK), statut=422, **autres)
    assert not lignes(portail.donnees, "select id from demande_correction")
    assert not preuves(portail)


def test_un_texte_a_la_place_du_fichier_et_l_inverse(portail: Portail) -> None:
    inscrire(portail)
    navigateur = portail.connecter(DACK)
    navigateur.get(CORRECTION)
    navigateur.post(CORRECTION, DEMANDE | {"preuve": "acte.pdf"}, statut=422)
    fichiers = {"preuve": ("a.pdf", PDF, "application/pdf"), "souhaitee": ("b.pdf", PDF, "application/pdf")}
    sans = {nom: valeur for nom, valeur in DEMANDE.items() if nom != "souhaitee"}
    navigateur.post(CORRECTION, sans, fichiers=fichiers, statut=422)
    assert not preuves(portail)


def test_tant_que_rien_n_est_fige_la_page_renvoie_au_compte(portail: Portail) -> None:
    navigateur = portail.connecter(CHARLIE)
    assert navigateur.get(CORRECTION, statut=303).adresse == "/compte"
    navigateur.get("/compte")
    fichiers = {"preuve": ("acte.pdf", PDF, "application/pdf")}
    assert navigateur.post(CORRECTION, DEMANDE, fichiers=fichiers).adresse == "/compte"
    assert not preuves(portail, "charlie")


def test_charlie_ne_voit_pas_les_demandes_de_dack(portail: Portail) -> None:
    inscrire(portail)
    envoyer(portail.connecter(DACK))
    assert "ACCRALLE" not in portail.connecter(CHARLIE).get("/compte").texte
    portail.connecter(None).get(CORRECTION, statut=303)


def test_la_session_finie_pendant_la_saisie_demande_de_se_reconnecter_sans_rien_garder(portail: Portail) -> None:
    inscrire(portail)
    navigateur = portail.connecter(DACK)
    navigateur.get(CORRECTION)
    portail.horloge.avancer(hours=3)
    fichiers = {"preuve": ("acte.pdf", PDF, "application/pdf")}
    assert navigateur.post(CORRECTION, DEMANDE, fichiers=fichiers).adresse.startswith("/connexion")
    assert not preuves(portail)
    assert not lignes(portail.donnees, "select id from demande_correction")


def test_un_disque_qui_refuse_la_preuve_ne_laisse_ni_demande_ni_anomalie(portail: Portail) -> None:
    inscrire(portail)
    (portail.donnees / "preuves").write_bytes(b"")  # un fichier à la place du dossier
    page = envoyer(portail.connecter(DACK), statut=503)
    assert page.titre.startswith("Portail occupé")
    assert not lignes(portail.donnees, "select id from demande_correction")


@pytest.mark.sqlite("le refus est un déclencheur écrit pour SQLite")
def test_une_base_qui_refuse_la_demande_ne_garde_pas_la_preuve(portail: Portail) -> None:
    inscrire(portail)
    navigateur = portail.connecter(DACK)
    portail.ecrire(
        lambda db: db.execute(
            text("CREATE TRIGGER t BEFORE INSERT ON demande_correction BEGIN SELECT RAISE(ABORT, 'non'); END")
        )
    )
    envoyer(navigateur, statut=500)
    assert preuves(portail) == []


async def test_une_requete_abandonnee_ne_laisse_jamais_une_demande_sans_sa_preuve(tmp_path: Path, modele: Path) -> None:
    """Le serveur s'arrête pendant que l'acte s'écrit : la ligne peut exister, la preuve reste et le balayage jugera."""
    donnees = copier_le_modele(modele, tmp_path / "donnees")
    database = Database(Reglages(donnees=donnees).adresse_base)
    nom = ranger_preuve(donnees, DACK.id, PDF, "pdf")
    commence, suite = threading.Event(), threading.Event()

    def lentement(db: Session) -> bool:
        commence.set()
        suite.wait(10)
        correction = Correction(ChampCorrigible.NOM_FAMILLE, "ACCRALLE", "Il manque le E.")
        preuve = Preuve(fichier=nom, nom="acte.pdf", octets=len(PDF))
        return demander_correction(db, DACK.id, correction, preuve, valeur="ACCRALL", maintenant=DEBUT)

    try:
        tache = asyncio.create_task(ecrire_avec_sa_preuve(database, donnees, DACK.id, nom, lentement))
        await asyncio.to_thread(commence.wait, 10)
        tache.cancel()
        with pytest.raises(asyncio.CancelledError):
            await tache
        suite.set()
        assert await database.ecrire(lambda db: True), "l’acte abandonné est passé avant celui-ci"
    finally:
        await database.fermer()
    assert lignes(donnees, "select preuve_fichier from demande_correction") == [{"preuve_fichier": nom}]
    assert (donnees / "preuves" / DACK.id / nom).read_bytes() == PDF


def test_une_preuve_sans_demande_est_ramassee_apres_une_heure_et_pas_avant(portail: Portail) -> None:
    inscrire(portail)
    envoyer(portail.connecter(DACK))
    (gardee,) = preuves(portail)
    orpheline = gardee.with_name("orpheline.pdf")
    orpheline.write_bytes(PDF)
    instant = portail.horloge.instant
    for fichier in (gardee, orpheline):
        os.utime(fichier, (instant.timestamp(), instant.timestamp()))
    client = portail.navigateur.client
    assert client.blocking_portal
    for age, restent in ((timedelta(minutes=59), {gardee, orpheline}), (timedelta(minutes=61), {gardee})):
        database = client.app.state.database
        client.blocking_portal.call(partial(effacer_les_preuves_orphelines, database, portail.donnees, instant + age))
        assert set(preuves(portail)) == restent
