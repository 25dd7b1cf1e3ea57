"""Supprimer son compte : offert tant qu'aucune candidature n'existe, et rien de la personne ne reste sur le disque."""

import time
from datetime import date
from functools import partial
from pathlib import Path
from threading import Event

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

import app.tables
from app.candidatures.models import Candidature
from app.comptes.effacement import effacer_les_traces
from app.comptes.models import Candidat, Compte
from app.comptes.purge import purger
from app.infra.database import Base
from app.regles.vocabulaire import Civilite, EtatCandidature
from tests.instance import CHARLIE, DACK, DEBUT, MOT_DE_PASSE, Personne, creer_la_personne, lignes
from tests.unit.client import Navigateur
from tests.unit.espace.conftest import Portail
from tests.unit.espace.gestes import brouillon, inscrire

SUPPRESSION = "/compte/suppression"
CANARI = Personne(
    "canarizqx", "zqxcourriel@zqxdomaine.fr", "02146028777", Civilite.MADAME, "ZQXNOM", "Zqxprenom", date(1999, 1, 2)
)
PLUMES = [b"zqxnom", b"zqxprenom", b"zqxcourriel", b"zqxdomaine", b"zqxville", b"canarizqx", b"zqxpreuve"]


def traces(donnees: Path) -> dict[str, list[str]]:
    """Plume → les fichiers du dossier des données qui la contiennent, octet par octet, casse ignorée."""
    contenus = {f: f.read_bytes().lower() for f in donnees.rglob("*") if f.is_file()}
    noms = {f: str(f.relative_to(donnees)).lower().encode() for f in contenus}
    return {
        plume.decode(): sorted(f.name for f in contenus if plume in contenus[f] or plume in noms[f]) for plume in PLUMES
    }


def ajouter_le_canari(portail: Portail) -> None:
    empreinte = lignes(portail.donnees, "select mot_de_passe from compte where id = 'dack'")[0]["mot_de_passe"]

    def acte(db: Session) -> None:
        creer_la_personne(db, CANARI, empreinte)
        db.execute(update(Candidat).where(Candidat.compte_id == CANARI.id).values(lieu_naissance="ZQXVILLE"))

    portail.ecrire(acte)


def balayer(portail: Portail) -> None:
    """Ce que fait l'entretien, à chaque passage."""
    client = portail.navigateur.client
    assert client.blocking_portal.call(partial(effacer_les_traces, client.app.state.database, portail.donnees))


def attendre_les_mails(donnees: Path, nombre: int) -> None:
    limite = time.monotonic() + 10
    while len(list((donnees / "courriels").glob("*.eml"))) < nombre:
        assert time.monotonic() < limite, "les mails ne partent pas"
        Event().wait(0.05)


def supprimer(navigateur: Navigateur, mot: str = MOT_DE_PASSE, statut: int = 303) -> None:
    navigateur.get(SUPPRESSION)
    navigateur.envoyer({"ancien_mot_de_passe": mot}, statut=statut)


@pytest.mark.sqlite("les octets d’une base PostgreSQL ne sont pas dans le dossier")
def test_rien_de_la_personne_ne_reste_dans_le_dossier_des_donnees(portail: Portail) -> None:
    ajouter_le_canari(portail)
    balayer(portail)  # le canari passe du journal à la base : il faudra l'ôter des deux
    navigateur = portail.connecter(CANARI)
    navigateur.get("/compte/adresse")
    autre = {"courriel": "autre@zqxdomaine.fr", "courriel_confirmation": "autre@zqxdomaine.fr"}
    navigateur.envoyer(autre | {"ancien_mot_de_passe": MOT_DE_PASSE})
    navigateur.get("/compte/mot-de-passe-oublie")
    navigateur.envoyer({"identifiant": CANARI.courriel})
    navigateur.get("/inscriptions/nouvelle")
    attendre_les_mails(portail.donnees, 2)
    preuves = portail.donnees / "preuves" / CANARI.id
    preuves.mkdir(parents=True)
    (preuves / "abandonnee.pdf").write_bytes(b"%PDF- zqxpreuve")
    avant = traces(portail.donnees)
    for plume in PLUMES:
        assert avant[plume.decode()], f"le canari n’a pas laissé {plume!r} : la preuve ne prouverait rien"
    assert {"cyclades.db", "cyclades.db-wal"} <= set(avant["zqxcourriel"])
    assert any(f.endswith(".eml") for f in avant["zqxcourriel"])

    supprimer(navigateur)
    assert navigateur.page
    poses = navigateur.page.reponse.headers.get_list("set-cookie")
    assert any(c.startswith('__Host-session=""') and "Max-Age=0" in c for c in poses)
    assert navigateur.suivre().h1 == "Votre compte est supprimé"
    assert traces(portail.donnees) == {plume.decode(): [] for plume in PLUMES}
    assert lignes(portail.donnees, "select count(*) n from compte where id = 'dack'")[0]["n"] == 1


@pytest.mark.sqlite("les octets d’une base PostgreSQL ne sont pas dans le dossier")
def test_un_brouillon_supprime_avant_le_compte_ne_laisse_rien_non_plus(portail: Portail) -> None:
    """Ni les réponses, ni les mots de son nom par lesquels la gestion l'aurait cherché."""
    ajouter_le_canari(portail)
    candidature = brouillon(portail, personne=CANARI, voie="12 rue ZQXVOIE", courriel=CANARI.courriel)
    balayer(portail)
    navigateur = portail.connecter(CANARI)
    assert "zqxvoie" in contenus(portail.donnees)
    assert lignes(portail.donnees, "select 1 from mot_du_nom where candidature_id = :id", id=candidature)
    navigateur.get(f"/candidatures/{candidature}/suppression")
    navigateur.envoyer(bouton="Supprimer")
    supprimer(navigateur)
    assert traces(portail.donnees) == {plume.decode(): [] for plume in PLUMES}
    assert "zqxvoie" not in contenus(portail.donnees)


def contenus(donnees: Path) -> str:
    return b"".join(f.read_bytes() for f in donnees.rglob("*") if f.is_file()).lower().decode("latin-1")


def test_un_mail_parti_pendant_l_effacement_est_balaye_a_l_entretien(portail: Portail) -> None:
    courriels = portail.donnees / "courriels"
    courriels.mkdir(exist_ok=True)
    orphelin = courriels / "20261110T130200Z-orphelin.eml"
    orphelin.write_bytes(b"To: zqxcourriel@zqxdomaine.fr")
    balayer(portail)
    assert not orphelin.exists()


def test_les_mails_des_autres_restent(portail: Portail) -> None:
    navigateur = portail.connecter(None)
    for personne in (DACK, CHARLIE):
        navigateur.get("/compte/mot-de-passe-oublie")
        navigateur.envoyer({"identifiant": personne.courriel})
    attendre_les_mails(portail.donnees, 2)
    supprimer(portail.connecter(DACK))
    (restant,) = (portail.donnees / "courriels").glob("*.eml")
    assert CHARLIE.courriel.encode() in restant.read_bytes()
    assert [c["destinataire"] for c in lignes(portail.donnees, "select destinataire from courriel")] == [
        CHARLIE.courriel
    ]


def candidats(portail: Portail) -> set[str]:
    return {ligne["id"] for ligne in lignes(portail.donnees, "select id from compte where role = 'candidat'")}


def test_une_creation_jamais_activee_a_la_meme_adresse_part_aussi(portail: Portail) -> None:
    def creer(db: Session) -> None:
        db.add(Compte(id="doublon", identifiant=DACK.courriel, courriel=DACK.courriel, mot_de_passe="x", cree_le=DEBUT))

    portail.ecrire(creer)
    supprimer(portail.connecter(DACK))
    assert candidats(portail) == {CHARLIE.id}


def test_un_mauvais_mot_de_passe_ne_supprime_rien_et_finit_par_faire_attendre(portail: Portail) -> None:
    navigateur = portail.connecter(DACK)
    for _ in range(5):
        supprimer(navigateur, "Faux-2027!", statut=422)
    assert navigateur.page
    assert navigateur.page.erreurs == ["Ce n’est pas votre mot de passe actuel"]
    supprimer(navigateur, MOT_DE_PASSE, statut=429)
    portail.horloge.avancer(seconds=6)
    supprimer(navigateur)


@pytest.mark.parametrize("mot", ["", "\x00", "a" * 600, "\ud800".encode("utf-8", "surrogatepass").decode("latin-1")])
def test_une_saisie_hostile_est_une_erreur_du_champ(portail: Portail, mot: str) -> None:
    navigateur = portail.connecter(DACK)
    supprimer(navigateur, mot, statut=422)
    assert candidats(portail) == {CHARLIE.id, DACK.id}


def test_une_page_lue_ne_supprime_rien_et_sans_jeton_non_plus(portail: Portail) -> None:
    navigateur = portail.connecter(DACK)
    navigateur.get(SUPPRESSION)
    navigateur.post(SUPPRESSION, {"ancien_mot_de_passe": MOT_DE_PASSE, "jeton_csrf": "x" * 43}, statut=403)
    portail.connecter(None).get(SUPPRESSION, statut=303)
    assert candidats(portail) == {CHARLIE.id, DACK.id}


def test_un_brouillon_se_supprime_d_abord(portail: Portail) -> None:
    candidature = brouillon(portail)
    navigateur = portail.connecter(DACK)
    page = navigateur.get(SUPPRESSION)
    assert "Supprimez d’abord votre brouillon" in page.texte
    assert not page.formulaires
    navigateur.post(SUPPRESSION, {"ancien_mot_de_passe": MOT_DE_PASSE}, statut=422)
    navigateur.get(page.lien("Supprimer le brouillon"))
    navigateur.envoyer()
    supprimer(navigateur)
    assert not lignes(portail.donnees, "select id from candidature where id = :id", id=candidature)
    assert not lignes(portail.donnees, "select * from evenement")


@pytest.mark.parametrize("etat", sorted(set(EtatCandidature) - {EtatCandidature.BROUILLON}))
def test_le_bouton_disparait_des_qu_une_candidature_est_rattachee(portail: Portail, etat: EtatCandidature) -> None:
    candidature = brouillon(portail)
    portail.ecrire(lambda db: db.execute(update(Candidature).values(etat=etat)))
    navigateur = portail.connecter(DACK)
    assert "Supprimer" not in navigateur.get("/compte").texte
    page = navigateur.get(SUPPRESSION)
    assert "Ce compte ne peut plus être supprimé" in page.texte
    navigateur.post(SUPPRESSION, {"ancien_mot_de_passe": MOT_DE_PASSE}, statut=422)
    assert lignes(portail.donnees, "select compte_id from candidature where id = :id", id=candidature)


def test_une_candidature_nee_pendant_que_la_page_est_ouverte_retient_le_compte(portail: Portail) -> None:
    navigateur = portail.connecter(DACK)
    navigateur.get(SUPPRESSION)
    inscrire(portail)
    navigateur = portail.connecter(DACK)
    navigateur.get("/compte")
    navigateur.post(SUPPRESSION, {"ancien_mot_de_passe": MOT_DE_PASSE}, statut=422)
    assert lignes(portail.donnees, "select id from compte where id = 'dack'")


def test_l_autre_appareil_est_dehors_et_le_second_clic_aussi(portail: Portail) -> None:
    navigateur = portail.connecter(DACK)
    ailleurs = dict(navigateur.client.cookies)
    navigateur = portail.connecter(DACK)
    ici = dict(navigateur.client.cookies)
    supprimer(navigateur)
    for cookies in (ailleurs, ici):
        navigateur.client.cookies.clear()
        for nom, valeur in cookies.items():
            navigateur.client.cookies.set(nom, valeur)
        assert navigateur.get("/compte", statut=303).adresse.startswith("/connexion")
        navigateur.get("/connexion")
        navigateur.post(SUPPRESSION, {"ancien_mot_de_passe": MOT_DE_PASSE}, statut=303)


def test_l_adresse_redevient_libre_et_le_numero_ne_revient_pas(portail: Portail) -> None:
    supprimer(portail.connecter(DACK))
    assert not lignes(portail.donnees, "select * from compte where identifiant = :a", a=DACK.courriel)
    assert not lignes(portail.donnees, "select * from candidat where numero_candidat = :n", n=DACK.numero_candidat)


D_UN_AGENT = {
    ("decision_dispense", "agent_id"),
    ("derogation", "agent_id"),
    ("derogation", "retiree_par"),
    ("mise_a_l_ecart", "agent_id"),
    ("mise_a_l_ecart", "retablie_par"),
    ("note_de_gestion", "agent_id"),
    ("preparation", "auteur"),
    ("import_eleves", "auteur"),
    ("impression", "auteur"),
}
"""Un compte d'agent ou d'établissement se désactive, il ne s'efface pas : il peut retenir ce qu'il a fait."""


def test_toute_table_d_un_compte_suit_son_effacement_ou_le_retient() -> None:
    """Une table nouvelle se range d'un côté ou de l'autre : rien ne reste d'un compte effacé par oubli."""
    assert app.tables
    retiennent = {"candidature", "evenement", "fichier_depose", "evenement_piece"}
    for table in Base.metadata.tables.values():
        for cle in table.foreign_keys:
            d_un_agent = (table.name, cle.parent.name) in D_UN_AGENT
            if cle.column.table.name == "compte" and table.name not in retiennent and not d_un_agent:
                assert cle.ondelete == "CASCADE", f"{table.name} retiendrait un compte à effacer"


def test_la_purge_des_comptes_jamais_actives_ne_laisse_pas_leurs_mails_sur_le_disque(portail: Portail) -> None:
    def vieillir(db: Session) -> None:
        compte = db.scalars(select(Compte).where(Compte.id == DACK.id)).one()
        compte.active_le = None

    navigateur = portail.connecter(None)
    navigateur.get("/compte/mot-de-passe-oublie")
    navigateur.envoyer({"identifiant": DACK.courriel})
    attendre_les_mails(portail.donnees, 1)
    portail.ecrire(vieillir)
    portail.horloge.avancer(hours=49)
    portail.ecrire(lambda db: purger(db, portail.horloge.instant))
    balayer(portail)
    assert not list((portail.donnees / "courriels").glob("*.eml"))
