"""Écarter, rétablir, noter, exporter : chaque acte change un état, prévient le candidat et laisse sa trace."""

import csv
import io
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

import pytest

from tests.instance import BASILE, DACK, HENRI, LUCIE, REGINE
from tests.unit.client import Navigateur, Page
from tests.unit.gestion.personnel import brouillons, inscrire
from tests.unit.inscription.conftest import Portail

LISTE = "/gestion/candidatures"


@dataclass
class Bureau:
    portail: Portail
    dossier: str
    regine: Navigateur

    @property
    def adresse(self) -> str:
        return f"{LISTE}/{self.dossier}"

    @property
    def etat(self) -> str:
        (ligne,) = self.portail.lignes("SELECT etat FROM candidature WHERE id = :id", id=self.dossier)
        return str(ligne["etat"])

    def registre(self) -> list[tuple[str, str]]:
        lignes = self.portail.lignes("SELECT nature, detail FROM registre WHERE nature NOT LIKE 'lire%' ORDER BY id")
        return [(ligne["nature"], ligne["detail"]) for ligne in lignes]

    def ecarter(self, **champs: Any) -> Page:
        self.regine.get(f"{self.adresse}/ecart")
        return self.regine.envoyer({"motif": "pieces", "precision": "Le diplôme manque."} | champs)


@pytest.fixture
def bureau(portail: Portail) -> Bureau:
    return Bureau(portail, inscrire(portail, "ACCRALL", "Dora"), portail.navigateur(REGINE))


def ensemble(*gestes: Callable[[], Any]) -> list[Any]:
    with ThreadPoolExecutor(len(gestes)) as fils:
        return [futur.result() for futur in [fils.submit(geste) for geste in gestes]]


def test_ecarter_change_l_etat_previent_le_candidat_et_se_consigne(bureau: Bureau):
    bureau.ecarter()
    page = bureau.regine.suivre()
    assert "La candidature est écartée" in page.texte
    assert "Écarté par le service des examens" in page.texte
    assert bureau.etat == "ecarte"
    (mail,) = bureau.portail.lignes("SELECT * FROM courriel WHERE nature = 'ecartee'")
    assert "Des pièces obligatoires n’ont pas été fournies" in mail["texte"]
    assert "Le diplôme manque." in mail["texte"]
    assert "cap@toulouse.exemple.fr" in mail["texte"]
    assert mail["candidature_id"] == bureau.dossier
    assert bureau.registre() == [("ecarter", "pieces")]
    (fait,) = bureau.portail.lignes("SELECT * FROM evenement WHERE nature = 'ecartee'")
    assert fait["compte_id"] == "regine"


def test_retablir_rend_l_etat_d_avant(bureau: Bureau):
    bureau.ecarter()
    bureau.regine.get(f"{bureau.adresse}/retablissement")
    bureau.regine.envoyer()
    assert "La candidature est rétablie" in bureau.regine.suivre().texte
    assert bureau.etat == "inscrit"
    assert bureau.portail.lignes("SELECT id FROM courriel WHERE nature = 'retablie'")
    assert bureau.registre() == [("ecarter", "pieces"), ("retablir", "inscrit")]
    bureau.regine.post(f"{bureau.adresse}/retablissement", statut=422)
    assert len(bureau.portail.lignes("SELECT id FROM courriel WHERE nature = 'retablie'")) == 1


def test_un_brouillon_ecarte_redevient_brouillon(portail: Portail):
    bureau = Bureau(portail, inscrire(portail, "AAA", "Zoé", est_enregistree=False), portail.navigateur(REGINE))
    bureau.ecarter()
    bureau.regine.get(f"{bureau.adresse}/retablissement")
    bureau.regine.envoyer()
    assert bureau.etat == "brouillon"


def test_on_ne_retablit_pas_quand_une_autre_candidature_court(portail: Portail):
    portail.poser({"voie": "1 rue"})
    bureau = Bureau(portail, portail.candidature, portail.navigateur(REGINE))
    bureau.ecarter()
    dack = portail.navigateur(DACK)
    portail.candidature = ""
    portail.poser({"voie": "2 rue"})
    assert dack.get(f"/candidatures/{bureau.dossier}", statut=404)
    bureau.regine.get(f"{bureau.adresse}/retablissement")
    page = bureau.regine.envoyer(statut=422)
    assert "une autre candidature à cette session" in page.texte
    assert bureau.etat == "ecarte"


@pytest.mark.parametrize(
    ("champs", "erreur"),
    [
        ({"motif": ""}, "Choisissez le motif"),
        ({"motif": "zz"}, "Choisissez le motif dans la liste"),
        ({"motif": "autre", "precision": ""}, "Écrivez le motif au candidat"),
        ({"precision": "é" * 601}, "Raccourcissez le message au candidat : 600 caractères au plus"),
        ({"precision": "a\x00b"}, "Récrivez le message au candidat : un caractère est illisible"),
    ],
)
def test_un_ecart_mal_rempli_garde_ce_qui_est_tape(bureau: Bureau, champs: dict[str, str], erreur: str):
    bureau.regine.get(f"{bureau.adresse}/ecart")
    page = bureau.regine.envoyer({"motif": "pieces", "precision": "Le diplôme."} | champs, statut=422)
    assert [e.replace("\N{NO-BREAK SPACE}", " ") for e in page.erreurs] == [erreur]
    assert bureau.etat == "inscrit"


def test_ecarter_une_candidature_desinscrite_entre_temps_ne_fait_rien(bureau: Bureau):
    bureau.regine.get(f"{bureau.adresse}/ecart")
    page = bureau.regine.envoyer({"motif": "double", "attendu": "brouillon"}, statut=422)
    assert "a changé depuis que vous l’avez lue" in page.texte
    assert bureau.etat == "inscrit"
    bureau.ecarter()
    bureau.regine.post(f"{bureau.adresse}/ecart", {"motif": "double", "attendu": "ecarte"}, statut=422)
    bureau.regine.post(f"{bureau.adresse}/ecart", {"motif": "double", "attendu": "n'importe"}, statut=422)
    assert bureau.registre() == [("ecarter", "pieces")]


def test_deux_agents_ecartent_ensemble_une_seule_fois(bureau: Bureau):
    agents = [bureau.regine, bureau.portail.navigateur(HENRI)]
    for agent in agents:
        agent.get(f"{bureau.adresse}/ecart")
    reponses = ensemble(
        *(
            lambda a=agent: a.client.post(
                f"{bureau.adresse}/ecart",
                data={"jeton_csrf": a.jeton, "motif": "double", "attendu": "inscrit"},
                follow_redirects=False,
            )
            for agent in agents
        )
    )
    assert sorted(r.status_code for r in reponses) == [303, 422]
    assert len(bureau.portail.lignes("SELECT id FROM mise_a_l_ecart")) == 1
    assert len(bureau.portail.lignes("SELECT id FROM courriel WHERE nature = 'ecartee'")) == 1


def test_une_note_se_lit_entre_gestionnaires_et_se_retire_par_son_auteur(bureau: Bureau):
    bureau.regine.get(bureau.adresse)
    bureau.regine.post(f"{bureau.adresse}/notes", {"texte": "A appelé : <b>diplôme</b>\nperdu"})
    bureau.regine.post(f"{bureau.adresse}/notes", {"texte": "A appelé : <b>diplôme</b>\nperdu"})
    (note,) = bureau.portail.lignes("SELECT * FROM note_de_gestion")
    henri = bureau.portail.navigateur(HENRI)
    page = henri.get(bureau.adresse)
    assert "<b>diplôme</b>" in page.element("contenu").texte
    assert "Régine CASTERA" in page.texte
    henri.post(f"{bureau.adresse}/notes/{note['id']}/retrait", statut=404)
    assert bureau.portail.lignes("SELECT id FROM note_de_gestion")
    bureau.regine.post(f"{bureau.adresse}/notes/{note['id']}/retrait")
    assert bureau.portail.lignes("SELECT id FROM note_de_gestion") == []
    assert [nature for nature, _ in bureau.registre()] == ["noter", "retirer_une_note"]
    assert "diplôme" not in str(bureau.portail.lignes("SELECT * FROM registre"))


def test_une_note_vide_ou_trop_longue_est_refusee_sur_place(bureau: Bureau):
    bureau.regine.get(bureau.adresse)
    page = bureau.regine.post(f"{bureau.adresse}/notes", {"texte": "  "}, statut=422)
    assert page.erreurs == ["Écrivez la note"]
    page = bureau.regine.post(f"{bureau.adresse}/notes", {"texte": "n" * 2001}, statut=422)
    assert "2000 caractères au plus" in page.erreurs[0]


def test_le_lecteur_lit_sans_agir(bureau: Bureau):
    page = bureau.portail.navigateur(LUCIE).get(bureau.adresse)
    assert "Écarter cette candidature" not in page.texte
    assert "Aucune note." in page.texte


def lire_csv(contenu: bytes) -> list[dict[str, str]]:
    assert contenu.startswith(b"\xef\xbb\xbf")
    return list(csv.DictReader(io.StringIO(contenu[3:].decode(), newline=""), delimiter=";"))


def test_l_export_donne_toute_la_liste_filtree_et_se_consigne(bureau: Bureau):
    brouillons(bureau.portail, [f"NOM{rang:03}" for rang in range(60)])
    bureau.regine.get(LISTE)
    page = bureau.regine.get(f"{LISTE}?etat=brouillon")
    reponse = bureau.regine.client.get(page.lien("Exporter cette liste (CSV)"))
    assert reponse.headers["content-type"] == "text/csv; charset=utf-8"
    assert "attachment" in reponse.headers["content-disposition"]
    lues = lire_csv(reponse.content)
    assert [ligne["Nom de famille"] for ligne in lues] == [f"NOM{rang:03}" for rang in range(60)]
    tout = lire_csv(bureau.regine.client.get(f"{LISTE}/export").content)
    assert len(tout) == 61
    (dora,) = [ligne for ligne in tout if ligne["Prénoms"] == "Dora"]
    assert (dora["État"], dora["Spécialité"], dora["Pièces demandées"]) == ("Inscrit", "Arts de la broderie", "4")
    exports = [detail for nature, detail in bureau.registre() if nature == "exporter_des_candidatures"]
    assert exports == ["session=cap-2027-06, etat=brouillon", "session=cap-2027-06"]
    assert len(lire_csv(bureau.portail.navigateur(BASILE).client.get(f"{LISTE}/export").content)) == 0


def test_l_export_suit_aussi_un_nom_cherche(bureau: Bureau):
    brouillons(bureau.portail, ["MARTIN", "MARTINEZ", "AUTRE"])
    bureau.regine.get(LISTE)
    bureau.regine.envoyer({"q": "martin"})
    page = bureau.regine.suivre()
    lues = lire_csv(bureau.regine.client.get(page.lien("Exporter cette liste (CSV)")).content)
    assert [ligne["Nom de famille"] for ligne in lues] == ["MARTIN", "MARTINEZ"]
    assert "martin" not in str(bureau.registre()).lower()
