"""Répondre à une demande de correction, ou corriger sans demande : état civil, documents, mail, registre."""

import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from app.web.securite import CSP
from tests.depart import reponses
from tests.instance import BASILE, DACK, HENRI, REGINE, HorlogeDEssai, PersonneAgent
from tests.unit.client import Navigateur, Page
from tests.unit.gestion.decor import ecrire
from tests.unit.inscription.conftest import Portail, ouvrir

PDF = b"%PDF-1.7\nacte de naissance"
DEMANDE = {"champ": "nom_famille", "souhaitee": "accralle", "explication": "Il manque le E.\nVoyez l’acte."}


@dataclass
class Guichet:
    """Dack est inscrit à Toulouse et demande qu'on corrige son nom ; Régine est devant son écran."""

    portail: Portail
    dack: Navigateur
    agents: dict[str, Navigateur] = field(default_factory=dict)

    @property
    def candidature(self) -> str:
        return self.portail.candidature

    @property
    def regine(self) -> Navigateur:
        return self.agent(REGINE)

    def agent(self, agent: PersonneAgent) -> Navigateur:
        if agent.id not in self.agents:
            self.agents[agent.id] = self.portail.navigateur(agent)
            self.agents[agent.id].get("/gestion")
        return self.agents[agent.id]

    def demander(self, **autres: str) -> str:
        """Rend l'adresse de la demande, côté gestion."""
        self.dack.get("/compte/correction")
        fichiers = {"preuve": ("l'acte é.pdf", PDF, "application/pdf")}
        avant = self.lignes("SELECT id FROM demande_correction")
        self.dack.post("/compte/correction", DEMANDE | autres, fichiers=fichiers)
        (ligne,) = (ligne for ligne in self.lignes("SELECT id FROM demande_correction") if ligne not in avant)
        return f"/gestion/corrections/{ligne['id']}"

    def accepter(self, adresse: str, *, statut: int = 303, **champs: str) -> Page:
        self.regine.get(adresse)
        return self.envoyer(self.regine, "acceptation", statut=statut, **champs)

    def envoyer(self, navigateur: Navigateur, action: str, *, statut: int = 303, **champs: str) -> Page:
        assert navigateur.page is not None
        actions = [f["action"].rpartition("/")[2] for f in navigateur.page.formulaires]
        return navigateur.envoyer(champs, rang=actions.index(action), statut=statut)

    def identite(self) -> str:
        return f"/gestion/candidatures/{self.candidature}/identite"

    def lignes(self, requete: str, **valeurs: Any) -> list[dict[str, Any]]:
        return self.portail.lignes(requete, **valeurs)

    def etat_civil(self) -> dict[str, Any]:
        (ligne,) = self.lignes("SELECT * FROM candidat WHERE compte_id = 'dack'")
        return ligne

    def versions(self) -> list[int]:
        return [v["numero"] for v in self.lignes("SELECT numero FROM version_candidature ORDER BY numero")]

    def mails(self) -> list[dict[str, Any]]:
        return self.lignes("SELECT * FROM courriel WHERE nature = 'correction' ORDER BY cree_le")

    def registre(self, nature: str) -> list[dict[str, Any]]:
        return self.lignes("SELECT * FROM registre WHERE nature = :n", n=nature)


@pytest.fixture
def guichet(modele: Path, tmp_path: Path, horloge: HorlogeDEssai) -> Iterator[Guichet]:
    for portail in ouvrir(modele, tmp_path / "donnees", horloge):
        dack = portail.navigateur(DACK)
        inscrire(portail, dack)
        horloge.avancer(hours=2)
        yield Guichet(portail, dack)


def inscrire(portail: Portail, dack: Navigateur, **autres: Any) -> None:
    portail.poser(reponses("recapitulatif", **autres))
    dack.get(f"{portail.adresse}/onglets/recapitulatif")
    dack.envoyer(bouton="Enregistrer")


def dit(page: Page) -> str:
    return page.texte.replace("\u00a0", " ")


def test_regine_accepte_et_les_documents_changent_de_nom(guichet: Guichet):
    adresse = guichet.demander()
    page = guichet.regine.get("/gestion/corrections")
    assert "ACCRALL Dack" in page.texte
    page = guichet.regine.get(page.lien("ACCRALL Dack"))
    for mots in ("ACCRALL", "accralle", "Il manque le E.", "l'acte é.pdf", "N° inscription 001, inscrit"):
        assert mots in dit(page), mots
    assert page.element("nom_famille")["value"] == "accralle"
    assert page.element("nom_famille")["autocomplete"] == "off"
    guichet.accepter(adresse)
    assert "La correction est faite" in guichet.regine.suivre().texte
    assert guichet.etat_civil()["nom_famille"] == "ACCRALLE"
    assert guichet.versions() == [1, 2]

    page = guichet.dack.get("/compte")
    assert "Acceptée" in page.texte
    assert "ACCRALLE" in page.texte
    documents = guichet.lignes("SELECT * FROM document ORDER BY type, numero")
    assert [(d["type"], d["numero"], d["remplace_le"] is not None) for d in documents] == [
        ("confirmation", 1, True),
        ("confirmation", 2, False),
        ("demande_pieces", 1, True),
        ("demande_pieces", 2, False),
    ]
    ancienne, nouvelle = (guichet.dack.get(f"/documents/{d['id']}/page") for d in documents[:2])
    assert "ACCRALLE" not in ancienne.element("contenu").texte
    assert "remplacé par la version 02" in dit(ancienne)
    assert "ACCRALLE" in nouvelle.texte
    assert "enregistrée le 10/11/2026 à 14 h 02" in dit(nouvelle), "l’inscription reste celle de ce jour-là"
    assert "Document remplacé" in guichet.dack.get(f"/verifier/{documents[0]['code']}").texte
    assert "Document valable" in guichet.dack.get(f"/verifier/{documents[1]['code']}").texte


def test_rien_d_autre_que_l_identite_ne_change(guichet: Guichet):
    guichet.accepter(guichet.demander())
    page = guichet.dack.get(f"{guichet.portail.adresse}/versions/1/2")
    lignes = [[c.texte for c in ligne.tous("th", "td")] for ligne in page.arbre.tous("tr")][1:]
    assert [ligne[0] for ligne in lignes] == ["Nom de famille"], lignes
    versions = dit(guichet.dack.get(f"{guichet.portail.adresse}/versions"))
    assert versions.count("Enregistrée le 10/11/2026 à 14 h 02") == 2
    assert versions.count("État civil corrigé par le service des examens le 10/11/2026 à 16 h 02") == 1
    avant, apres = guichet.lignes("SELECT brouillon, version_referentiel_id FROM version_candidature ORDER BY numero")
    assert avant == apres
    epreuves = guichet.lignes(
        "SELECT v.numero, e.code, e.position FROM epreuve_candidature e"
        " JOIN version_candidature v ON v.id = e.version_id ORDER BY e.code"
    )
    premiere, seconde = ([(e["code"], e["position"]) for e in epreuves if e["numero"] == numero] for numero in (1, 2))
    assert premiere == seconde != []


def test_le_mail_le_registre_et_l_histoire_le_disent(guichet: Guichet):
    guichet.accepter(guichet.demander())
    (mail,) = guichet.mails()
    assert mail["destinataire"] == DACK.courriel
    assert mail["compte_id"] == "dack"
    assert "Nom de famille : ACCRALLE (était écrit : ACCRALL)" in mail["texte"]
    assert f"/candidatures/{guichet.candidature}/documents" in mail["html"]
    (trace,) = guichet.registre("accepter_une_correction")
    assert (trace["acteur"], trace["objet_id"], trace["detail"], trace["academie_code"]) == (
        "regine",
        guichet.candidature,
        "nom_famille",
        "16",
    )
    page = guichet.dack.get(f"{guichet.portail.adresse}/historique")
    assert "État civil corrigé par le service des examens" in dit(page)
    assert "version 2 : à votre demande" in dit(page)
    assert "Votre demande de correction est acceptée" in page.texte
    assert "Gestionnaire, académie de Toulouse (demande de correction)" in dit(page)
    assert "CASTERA" not in page.texte.upper()


def test_regine_refuse_avec_un_motif(guichet: Guichet):
    adresse = guichet.demander()
    guichet.regine.get(adresse)
    page = guichet.envoyer(guichet.regine, "refus", statut=422)
    assert page.erreurs == ["Renseignez le motif du refus"]
    guichet.envoyer(guichet.regine, "refus", reponse="La copie est illisible.")
    assert "La demande est refusée" in guichet.regine.suivre().texte
    assert guichet.etat_civil()["nom_famille"] == "ACCRALL"
    assert guichet.versions() == [1]
    (mail,) = guichet.mails()
    assert "La copie est illisible." in mail["texte"]
    page = guichet.dack.get("/compte")
    assert "La copie est illisible." in page.texte
    assert "Demande de correction refusée" in guichet.dack.get(f"{guichet.portail.adresse}/historique").texte
    assert [t["detail"] for t in guichet.registre("refuser_une_correction")] == ["nom_famille"]
    assert "La demande est refusée" in guichet.regine.get(adresse).texte


def test_la_preuve_est_une_piece_jointe_en_bac_a_sable(guichet: Guichet):
    adresse = guichet.demander()
    reponse = guichet.regine.client.get(f"{adresse}/preuve")
    assert reponse.content == PDF
    assert reponse.headers["content-disposition"] == "attachment; filename*=UTF-8''l%27acte%20%C3%A9.pdf"
    assert reponse.headers["content-security-policy"] == "default-src 'none'; sandbox"
    assert reponse.headers["content-security-policy"] != CSP
    assert reponse.headers["x-content-type-options"] == "nosniff"
    assert reponse.headers["cache-control"] == "no-store"
    assert "preuve de correction" in guichet.dack.get(f"{guichet.portail.adresse}/historique").texte


def test_deux_agents_repondent_ensemble_et_un_seul_est_entendu(guichet: Guichet):
    adresse = guichet.demander()
    regine, henri = guichet.regine, guichet.agent(HENRI)
    pages = [navigateur.get(adresse) for navigateur in (regine, henri)]
    champs = {"jeton_csrf": regine.jeton, "nom_famille": "ACCRALLE", "lu": lu(pages[0]), "intention": "accepter"}
    envois = (
        (regine, "acceptation", champs),
        (henri, "refus", {"jeton_csrf": henri.jeton, "reponse": "Non."}),
    )

    def envoyer(envoi: tuple[Navigateur, str, dict[str, str]]) -> int:
        navigateur, action, donnees = envoi
        return navigateur.client.post(f"{adresse}/{action}", data=donnees, follow_redirects=False).status_code

    with ThreadPoolExecutor(2) as fils:
        assert sorted(fils.map(envoyer, envois)) == [303, 422]
    assert len(guichet.mails()) == 1
    (demande,) = guichet.lignes("SELECT etat FROM demande_correction")
    acceptee = demande["etat"] == "acceptee"
    assert guichet.versions() == ([1, 2] if acceptee else [1])
    assert (guichet.etat_civil()["nom_famille"] == "ACCRALLE") is acceptee


def lu(page: Page) -> str:
    return next(e["value"] for e in page.arbre.tous("input") if e["name"] == "lu")


def test_deux_acceptations_ensemble_ne_font_qu_une_version(guichet: Guichet):
    adresse = guichet.demander()
    navigateurs = [guichet.regine, guichet.agent(HENRI)]
    for navigateur in navigateurs:
        navigateur.get(adresse)

    def envoyer(navigateur: Navigateur) -> int:
        assert navigateur.page is not None
        champs = {"jeton_csrf": navigateur.jeton, "nom_famille": "ACCRALLE", "lu": lu(navigateur.page)}
        return navigateur.client.post(f"{adresse}/acceptation", data=champs, follow_redirects=False).status_code

    with ThreadPoolExecutor(2) as fils:
        assert list(fils.map(envoyer, navigateurs)) == [303, 303]
    assert guichet.versions() == [1, 2]
    assert len(guichet.mails()) == 1
    assert len(guichet.registre("accepter_une_correction")) == 1


def test_le_meme_refus_envoye_deux_fois_mene_a_la_demande(guichet: Guichet):
    adresse = guichet.demander()
    guichet.regine.get(adresse)
    guichet.envoyer(guichet.regine, "refus", reponse="Illisible.")
    assert guichet.regine.post(f"{adresse}/refus", {"reponse": "Illisible."}).adresse == adresse
    page = guichet.regine.post(f"{adresse}/refus", {"reponse": "Autre motif."}, statut=422)
    assert "Votre motif, non enregistré : Autre motif." in dit(page)
    assert len(guichet.mails()) == 1


@pytest.mark.parametrize("hostile", ["", "٣" * 5000, "\x00", "\ud800", "<b>", "../../etc/passwd"])
def test_une_saisie_hostile_n_est_jamais_une_panne(guichet: Guichet, hostile: str):
    adresse = guichet.demander(champ="lieu_naissance", souhaitee="Caen")
    brut = hostile.encode("utf-8", "surrogatepass").decode("latin-1")
    noms = ("pays_naissance", "departement_naissance", "commune_recherche", "commune_naissance", "lu", "intention")
    guichet.regine.get(adresse)
    for nom in noms:
        page = guichet.envoyer(guichet.regine, "acceptation", statut=422, **{"commune_recherche": "Lille", nom: brut})
        assert page.h1 == "ACCRALL Dack"
    guichet.envoyer(guichet.regine, "refus", statut=422, reponse=brut if len(hostile) > 600 else "\x00")
    guichet.regine.client.get("/gestion/corrections", params={"apres": brut}).raise_for_status()
    guichet.regine.get(guichet.identite())
    for nom in ("civilite", "nom_famille", "date_naissance", "motif"):
        guichet.regine.envoyer({nom: brut, "motif": ""} | {nom: brut}, statut=422)
    assert guichet.versions() == [1]


def test_accepter_ce_qui_a_change_depuis_demande_de_relire(guichet: Guichet):
    adresse = guichet.demander()
    guichet.regine.get(adresse)
    henri = guichet.agent(HENRI)
    henri.get(guichet.identite())
    henri.envoyer({"prenoms": "Dack Léo", "motif": "Acte présenté au guichet"})
    page = guichet.envoyer(guichet.regine, "acceptation", statut=422)
    assert "Rien n’a été enregistré" in page.texte
    assert guichet.etat_civil()["nom_famille"] == "ACCRALL"
    guichet.accepter(adresse)
    assert (guichet.etat_civil()["nom_famille"], guichet.etat_civil()["prenoms"]) == ("ACCRALLE", "Dack Léo")
    assert guichet.versions() == [1, 2, 3]


def test_corriger_sans_demande_exige_un_motif(guichet: Guichet):
    guichet.regine.get(guichet.identite())
    page = guichet.regine.envoyer({"prenoms": "Dack Léo"}, statut=422)
    assert page.erreurs == ["Renseignez le motif de la correction"]
    assert page.element("prenoms")["value"] == "Dack Léo"
    page = guichet.regine.envoyer({"prenoms": "Dack", "motif": "Pour rien"}, statut=422)
    assert page.erreurs == [
        "Rien ne change : corrigez au moins une information de l’état civil".replace(" :", "\u00a0:")
    ]
    guichet.regine.envoyer({"prenoms": "Dack Léo", "motif": "Acte de naissance\nprésenté au guichet"})
    page = guichet.regine.suivre()
    assert "L’état civil est corrigé" in page.texte
    assert guichet.etat_civil()["prenoms"] == "Dack Léo"
    (mail,) = guichet.mails()
    assert "Motif : Acte de naissance présenté au guichet" in mail["texte"]
    histoire = dit(guichet.dack.get(f"{guichet.portail.adresse}/historique"))
    assert "version 2 : Acte de naissance présenté au guichet" in histoire
    (trace,) = guichet.registre("corriger_une_identite")
    assert trace["detail"] == "prenoms"


def test_le_lieu_de_naissance_se_corrige_par_la_liste(guichet: Guichet):
    adresse = guichet.demander(champ="lieu_naissance", souhaitee="Caen")
    page = guichet.regine.get(adresse)
    assert page.element("commune_recherche")["value"] == "MAY-SUR-ORNE"
    page = guichet.envoyer(guichet.regine, "acceptation", statut=422, commune_recherche="Caen", intention="rechercher")
    assert guichet.versions() == [1]
    guichet.envoyer(guichet.regine, "acceptation", intention="accepter")
    ligne = guichet.etat_civil()
    assert (ligne["commune_naissance"], ligne["lieu_naissance"]) == ("14118", "CAEN")
    assert guichet.versions() == [1, 2]
    page = guichet.dack.get(f"{guichet.portail.adresse}/versions/1/2")
    assert "Commune de naissance" in page.texte


@pytest.mark.parametrize(
    ("champ", "souhaitee", "colonne", "valeur"),
    [
        ("civilite", "Madame", "civilite", "mme"),
        ("nom_usage", "Dupré", "nom_usage", "DUPRÉ"),
        ("prenoms", "Dack Léo", "prenoms", "Dack Léo"),
        ("date_naissance", "28/11/2005", "date_naissance", "2005-11-28"),
    ],
)
def test_chaque_information_se_corrige(guichet: Guichet, champ: str, souhaitee: str, colonne: str, valeur: str):
    guichet.accepter(guichet.demander(champ=champ, souhaitee=souhaitee))
    assert str(guichet.etat_civil()[colonne]).lower() == valeur.lower()
    assert guichet.versions() == [1, 2]


def test_un_souhait_illisible_se_recrit_avant_d_accepter(guichet: Guichet):
    adresse = guichet.demander(champ="prenoms", souhaitee="<b>Dack</b> 2")
    page = guichet.accepter(adresse, statut=422)
    assert page.erreurs == ["Écrivez les prénoms en lettres, comme sur la pièce d’identité"]
    assert "<b>Dack</b> 2" in page.texte
    for hostile in ("٣", "x" * 5000, "\x00", ""):
        guichet.accepter(adresse, statut=422, prenoms=hostile)
    page = guichet.accepter(adresse, statut=422, prenoms="Dack")
    assert page.erreurs[0].startswith("C’est déjà ce qui est écrit")
    assert guichet.versions() == [1]


def test_un_age_corrige_change_les_pieces_demandees(guichet: Guichet):
    """Né en 2010, Dack est mineur : on ne lui demande plus les mêmes pièces."""
    avant = {p["code"] for p in guichet.lignes("SELECT code FROM piece_demandee WHERE retiree_le IS NULL")}
    guichet.accepter(guichet.demander(champ="date_naissance", souhaitee="28/11/2010"))
    apres = {p["code"] for p in guichet.lignes("SELECT code FROM piece_demandee WHERE retiree_le IS NULL")}
    assert avant != apres
    (document,) = guichet.lignes("SELECT id FROM document WHERE type = 'demande_pieces' AND remplace_le IS NULL")
    page = guichet.dack.get(f"/documents/{document['id']}/page")
    assert all(code in page.texte for code in apres)


def test_une_modification_en_cours_n_est_ni_perdue_ni_enregistree(guichet: Guichet):
    onglet = f"{guichet.portail.adresse}/onglets/identification"
    guichet.dack.get(onglet)
    guichet.dack.envoyer({"telephone_fixe": "05 61 00 00 00"}, bouton="Suivant")
    recapitulatif = f"{guichet.portail.adresse}/onglets/recapitulatif"
    page = guichet.dack.get(recapitulatif)
    version_lue = next(e["value"] for e in page.arbre.tous("input") if e["name"] == "version")
    guichet.accepter(guichet.demander())
    (fiche,) = guichet.lignes("SELECT fiche FROM version_candidature WHERE numero = 2")
    assert "05 61 00 00 00" not in fiche["fiche"]

    guichet.dack.post(f"{guichet.portail.adresse}/enregistrement", {"version": version_lue})
    page = guichet.dack.suivre()
    assert guichet.versions() == [1, 2], "la page lue ne disait pas la nouvelle identité : elle se relit"
    assert page.h1 == "Récapitulatif"
    assert "ACCRALLE" in page.texte
    guichet.dack.get(recapitulatif)
    guichet.dack.envoyer(bouton="Enregistrer")
    (fiche,) = guichet.lignes("SELECT fiche FROM version_candidature WHERE numero = 3")
    assert "05 61 00 00 00" in fiche["fiche"]
    assert "ACCRALLE" in fiche["fiche"]


def test_un_age_corrige_apres_un_passage_en_ligne_laisse_la_confirmation_papier_due(guichet: Guichet):
    """Le régime de la confirmation est celui du jour de l'enregistrement, comme tout le reste de la version."""
    ecrire(guichet.portail.donnees, "UPDATE periode_inscription SET regime_confirmation = 'en_ligne'")
    guichet.accepter(guichet.demander(champ="date_naissance", souhaitee="28/11/2010"))
    assert guichet.versions() == [1, 2]
    pieces = [p["code"] for p in guichet.lignes("SELECT code FROM piece_demandee WHERE retiree_le IS NULL")]
    assert "CINSIG01" in pieces


def test_une_candidature_desinscrite_garde_le_nom_de_ses_documents(guichet: Guichet):
    guichet.dack.get(f"{guichet.portail.adresse}/desinscription")
    guichet.dack.envoyer(bouton="Me désinscrire")
    guichet.accepter(guichet.demander())
    assert guichet.etat_civil()["nom_famille"] == "ACCRALLE"
    assert guichet.versions() == [1]
    (mail,) = guichet.mails()
    assert "/documents" not in mail["texte"]
    (fait,) = guichet.lignes("SELECT * FROM evenement WHERE nature = 'identite_corrigee'")
    assert (fait["candidature_id"], fait["detail"]) == (guichet.candidature, "à votre demande")


def test_une_session_close_garde_les_siens(guichet: Guichet):
    adresse = guichet.demander()
    guichet.portail.horloge.avancer(days=800)
    henri = guichet.agent(HENRI)
    henri.get(adresse)
    guichet.envoyer(henri, "acceptation")
    assert guichet.versions() == [1]
    assert guichet.etat_civil()["nom_famille"] == "ACCRALLE"


def test_la_liste_va_de_la_plus_ancienne_a_la_plus_recente_dans_la_portee(guichet: Guichet):
    premiere = guichet.demander()
    guichet.portail.horloge.avancer(days=1)
    guichet.dack = guichet.portail.navigateur(DACK)
    seconde = guichet.demander(champ="prenoms", souhaitee="Dack Léo")
    regine = guichet.portail.navigateur(REGINE)
    page = regine.get("/gestion/corrections")
    liens = [a["href"] for a in page.arbre.tous("a") if re.fullmatch(r"/gestion/corrections/(?!export)\w+", a["href"])]
    assert liens == [premiere, seconde]
    assert "2 en attente, la plus ancienne depuis 1 jour" in dit(page)
    assert "Toulouse" in page.texte
    basile = guichet.agent(BASILE)
    assert "Aucune demande en attente" in basile.get("/gestion/corrections").texte
    basile.get(premiere, statut=404)
    basile.get(f"{premiere}/preuve", statut=404)
    basile.post(f"{premiere}/acceptation", {"nom_famille": "X"}, statut=404)
    basile.post(f"{premiere}/refus", {"reponse": "Non."}, statut=404)


def test_un_brouillon_ne_se_corrige_pas_ici(modele: Path, tmp_path: Path, horloge: HorlogeDEssai):
    for portail in ouvrir(modele, tmp_path / "donnees", horloge):
        portail.poser(reponses("recapitulatif"))
        regine = portail.navigateur(REGINE)
        regine.get("/gestion")
        regine.get(f"/gestion{portail.adresse}/identite", statut=404)
