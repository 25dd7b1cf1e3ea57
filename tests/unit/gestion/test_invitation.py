"""Un agent n'est jamais créé avec un mot de passe : il reçoit un lien, qui sert une fois."""

import re
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import pyotp
import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from app import cli
from app.comptes.agents import NouvelAgent, Refus, creer_agent, inviter
from app.comptes.demonstration import agents_de_demonstration
from app.comptes.models import RoleCompte
from app.comptes.purge import purger
from app.infra.identifiants import empreinte
from tests.bases import declarer
from tests.instance import DACK, REGINE, PersonneAgent, copier_le_modele, lignes
from tests.unit.client import Navigateur, Page
from tests.unit.gestion.conftest import connecter_l_agent, donner_le_code
from tests.unit.inscription.conftest import Portail

NEUVE = NouvelAgent("neuve@exemple.fr", "NOUVELLE", "Nadia", RoleCompte.GESTIONNAIRE, ("16", "24"))
LIEN = "/gestion/invitation/le-lien"
PHRASE = "une phrase assez longue"


def agir(portail: Portail, acte: Callable[..., Any], *args: Any, **options: Any) -> Any:
    base = portail.garde.client.app.state.database
    return portail.garde.client.blocking_portal.call(partial(base.ecrire, acte, *args, **options))


@pytest.fixture
def navigateur(portail: Portail) -> Navigateur:
    agir(portail, creer_agent, nouveau=NEUVE, maintenant=portail.horloge.instant)
    agir(portail, inviter, courriel=NEUVE.courriel, jeton=empreinte("le-lien"), maintenant=portail.horloge.instant)
    return portail.navigateur(None)


def cle_montree(page: Page) -> str:
    return page.element("cle").texte.replace(" ", "")


def secours_montres(page: Page) -> list[str]:
    return [li.texte for li in page.element("codes-de-secours").tous("li")]


def reponses(portail: Portail, page: Page, **autres: str) -> dict[str, str]:
    code = pyotp.TOTP(cle_montree(page)).at(portail.horloge.instant)
    return {
        "mot_de_passe": PHRASE,
        "mot_de_passe_confirmation": PHRASE,
        "code": code,
        "codes_notes": "oui",
    } | autres


def test_de_l_invitation_a_la_gestion(portail: Portail, navigateur: Navigateur):
    page = navigateur.get(LIEN)
    assert len(secours := secours_montres(page)) == 8
    assert len(set(secours)) == 8
    image = next(image for image in page.arbre.tous("img") if image["src"].startswith("data:image/svg+xml"))
    assert image["alt"]
    assert navigateur.envoyer(reponses(portail, page)).adresse == "/connexion?avis=agent"
    assert "Votre compte est ouvert" in navigateur.suivre().texte
    totp = cle_montree(page)
    nadia = PersonneAgent("", NEUVE.courriel, NEUVE.nom, NEUVE.prenoms, NEUVE.role, NEUVE.academies, totp=totp)
    connecter_l_agent(navigateur, nadia, mot_de_passe=PHRASE)
    rejoue = donner_le_code(navigateur, nadia.code(portail.horloge.instant), statut=422)
    assert "a déjà servi" in rejoue.erreurs[0], "le code de l'enregistrement ne rouvre rien"
    assert donner_le_code(navigateur, secours[3]).adresse == "/gestion"
    portee = portail.lignes("SELECT academie_code FROM agent_academie NATURAL JOIN agent WHERE nom = 'NOUVELLE'")
    assert {ligne["academie_code"] for ligne in portee} == {"16", "24"}


def test_le_lien_ne_sert_qu_une_fois(portail: Portail, navigateur: Navigateur):
    page = navigateur.get(LIEN)
    navigateur.envoyer(reponses(portail, page))
    assert navigateur.get(LIEN).h1 == "Cette invitation ne sert plus"
    assert navigateur.post(LIEN, reponses(portail, page), statut=422).h1 == "Cette invitation ne sert plus"


def test_ouvrir_le_lien_ne_change_rien(portail: Portail, navigateur: Navigateur):
    """Les filtres de courrier ouvrent les liens."""
    assert secours_montres(navigateur.get(LIEN)) == secours_montres(portail.navigateur(None).get(LIEN))
    (compte,) = portail.lignes("SELECT active_le FROM compte WHERE courriel = 'neuve@exemple.fr'")
    assert compte["active_le"] is None


@pytest.mark.parametrize(
    ("faute", "message"),
    [
        ({"code": "000000"}, "Ce code n’est pas celui de votre application"),
        ({"code": ""}, "Renseignez le code affiché par l’application"),
        ({"codes_notes": ""}, "Notez vos codes de secours"),
        ({"mot_de_passe": "Court-2027!", "mot_de_passe_confirmation": "Court-2027!"}, "12 caractères au moins"),
        ({"mot_de_passe": "x" * 129, "mot_de_passe_confirmation": "x" * 129}, "128 caractères au plus"),
        (
            {"mot_de_passe": "nouvelle gestion", "mot_de_passe_confirmation": "nouvelle gestion"},
            "Retirez votre nom",
        ),
    ],
)
def test_ce_qui_manque_est_dit_et_rien_n_est_ouvert(
    portail: Portail, navigateur: Navigateur, faute: dict[str, str], message: str
):
    page = navigateur.get(LIEN)
    refus = navigateur.envoyer(reponses(portail, page) | faute, statut=422)
    assert any(message in erreur for erreur in refus.erreurs)
    assert cle_montree(refus) == cle_montree(page), "la clé déjà photographiée reste la bonne"
    navigateur.get(LIEN)


def test_une_invitation_expire_apres_sept_jours(portail: Portail, navigateur: Navigateur):
    portail.horloge.avancer(days=7)
    assert navigateur.get(LIEN).h1 == "Cette invitation ne sert plus"
    assert navigateur.get("/gestion/invitation/inconnu").h1 == "Cette invitation ne sert plus"


def test_une_invitation_neuve_remplace_la_precedente(portail: Portail, navigateur: Navigateur):
    agir(portail, inviter, courriel=NEUVE.courriel, jeton=empreinte("autre"), maintenant=portail.horloge.instant)
    assert navigateur.get(LIEN).h1 == "Cette invitation ne sert plus"
    assert navigateur.get("/gestion/invitation/autre").h1 == "Ouvrir mon compte de gestion"


def test_reinvite_un_agent_garde_ses_acces_tant_qu_il_n_a_pas_repondu(portail: Portail):
    regine = portail.navigateur(REGINE)
    agir(portail, inviter, courriel=REGINE.courriel, jeton=empreinte("le-lien"), maintenant=portail.horloge.instant)
    regine.get("/gestion")
    ailleurs = portail.navigateur(None)
    page = ailleurs.get(LIEN)
    assert "Un compte existe déjà à votre nom" in page.texte
    ailleurs.envoyer(reponses(portail, page))
    regine.get("/gestion", statut=303)
    assert len(portail.lignes("SELECT * FROM code_secours WHERE compte_id = 'regine'")) == 8
    assert len(portail.lignes("SELECT * FROM courriel WHERE nature = 'mot_de_passe_change'")) == 1


def test_un_agent_invite_n_entre_pas_avant_d_avoir_repondu(portail: Portail, navigateur: Navigateur):
    navigateur.get("/connexion")
    page = navigateur.post("/connexion", {"identifiant": NEUVE.courriel, "mot_de_passe": "!"}, statut=422)
    assert page.erreurs[0].startswith("L’identifiant ou le mot de passe n’est pas le bon")


def test_un_candidat_qui_active_l_adresse_entre_temps_la_garde(portail: Portail, navigateur: Navigateur):
    page = navigateur.get(LIEN)
    moteur_sql(portail, "UPDATE compte SET identifiant = 'neuve@exemple.fr' WHERE id = 'charlie'")
    assert navigateur.envoyer(reponses(portail, page), statut=422).h1 == "Cette invitation ne sert plus"


def moteur_sql(portail: Portail, requete: str) -> None:
    def acte(db: Session) -> None:
        db.execute(text(requete))

    agir(portail, acte)


def test_une_adresse_deja_prise_est_refusee(portail: Portail):
    for courriel in (DACK.courriel, REGINE.courriel.upper()):
        nouveau = NouvelAgent(courriel, "X", "Y", RoleCompte.LECTEUR, ("16",))
        with pytest.raises(Refus, match="a déjà un compte"):
            agir(portail, creer_agent, nouveau=nouveau, maintenant=portail.horloge.instant)


def test_la_purge_ne_prend_pas_un_agent_invite_pour_un_candidat_jamais_active(portail: Portail, navigateur: Navigateur):
    agir(portail, purger, maintenant=portail.horloge.instant.replace(day=13))
    navigateur.get(LIEN)
    assert navigateur.page is not None
    assert navigateur.page.h1 == "Ouvrir mon compte de gestion"


def lancer(donnees: Path, monkeypatch: pytest.MonkeyPatch, *arguments: str) -> int:
    declarer(monkeypatch, donnees)
    return cli.main(["agent", *arguments])


def test_la_commande_imprime_le_lien_de_la_premiere_personne(
    modele: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    donnees = copier_le_modele(modele, tmp_path / "donnees")
    creer = ["creer", "chef@exemple.fr", "--nom", "CHEF", "--prenoms", "Claude"]
    assert lancer(donnees, monkeypatch, *creer, "--role", "administrateur") == 0
    lien = capsys.readouterr().out.strip()
    assert re.fullmatch(r"http://127\.0\.0\.1:8000/gestion/invitation/[\w-]{43}", lien)
    jeton = lignes(donnees, "SELECT empreinte FROM jeton WHERE usage = 'invitation'")
    assert [ligne["empreinte"] for ligne in jeton] == [empreinte(lien.rpartition("/")[2])]
    assert lancer(donnees, monkeypatch, "reinviter", "chef@exemple.fr", "--envoyer") == 0
    (mail,) = lignes(donnees, "SELECT destinataire, texte, secret FROM courriel")
    assert (mail["destinataire"], mail["secret"]) == ("chef@exemple.fr", 1)
    assert "/gestion/invitation/" in mail["texte"]
    assert lancer(donnees, monkeypatch, "desactiver", "chef@exemple.fr") == 0
    assert lignes(donnees, "SELECT * FROM jeton WHERE usage = 'invitation'") == []


@pytest.mark.parametrize(
    ("arguments", "phrase"),
    [
        (["creer", "chef@exemple.fr", "--nom", "C", "--prenoms", "C"], "Dites au moins une académie"),
        (["creer", "c@exemple.fr", "--nom", "C", "--prenoms", "C", "--academie", "99"], "Académie inconnue"),
        (["creer", "chef", "--nom", "C", "--prenoms", "C", "--academie", "16"], "n’est pas une adresse mail"),
        (["creer", "regine@exemple.fr", "--nom", "C", "--prenoms", "C", "--academie", "16"], "a déjà un compte"),
        (["reinviter", "accrall@exemple.fr"], "Aucun agent n’a cette adresse."),
        (["desactiver", "inconnu@exemple.fr"], "Aucun agent n’a cette adresse."),
    ],
)
def test_la_commande_refuse_par_une_phrase(
    modele: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    arguments: list[str],
    phrase: str,
):
    donnees = copier_le_modele(modele, tmp_path / "donnees")
    assert lancer(donnees, monkeypatch, *arguments) == 2
    assert phrase in capsys.readouterr().err


def test_la_demonstration_retrouve_ses_agents(portail: Portail):
    cle = portail.garde.client.app.state.cle
    agir(portail, moteur_vide)
    premiers = agir(portail, agents_de_demonstration, cle, "empreinte", portail.horloge.instant)
    assert premiers == agir(portail, agents_de_demonstration, cle, "empreinte", portail.horloge.instant)
    assert set(premiers) == {"gestionnaire", "gestionnaire_creteil", "lecteur", "amenagements", "administrateur"}
    assert premiers["gestionnaire"][0] == "regine@exemple.fr"


def moteur_vide(db: Session) -> None:
    """Sans les agents du modèle, dont les adresses sont celles de la démonstration."""
    db.execute(text("DELETE FROM compte WHERE role <> 'candidat'"))
