"""Le contrôle des pièces : prendre, juger, se dédire, passer ; et deux agents qui ne se marchent pas sur les pieds."""

import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from fpdf import FPDF
from sqlalchemy import text

from app.infra.database import moteur_synchrone
from app.pieces.examen.examinateur import Examinateur
from tests.bases import adresse_de
from tests.instance import ADA, BASILE, HENRI, LUCIE, REGINE, HorlogeDEssai, PersonneAgent
from tests.unit.client import Navigateur, Page
from tests.unit.espace.test_pieces import photo
from tests.unit.gestion.decor import deposer_des_dossiers
from tests.unit.inscription.conftest import Portail, ouvrir

UN_PDF = bytes(FPDF().output())


@dataclass
class Bureau:
    """Trois dossiers attendent à Toulouse ; Régine est devant son écran."""

    portail: Portail
    dossiers: list[str]
    regine: Navigateur

    def agent(self, agent: PersonneAgent) -> Navigateur:
        navigateur = self.portail.navigateur(agent)
        navigateur.get("/gestion")
        return navigateur

    def piece(self, code: str, rang: int = 0) -> str:
        (ligne,) = self.portail.lignes(
            "SELECT id FROM piece_demandee WHERE candidature_id = :id AND code = :code",
            id=self.dossiers[rang],
            code=code,
        )
        return str(ligne["id"])

    def etat(self, piece_id: str) -> dict[str, Any]:
        (ligne,) = self.portail.lignes("SELECT * FROM piece_demandee WHERE id = :id", id=piece_id)
        return ligne

    def histoire(self, piece_id: str) -> list[tuple[str, str]]:
        requete = "SELECT genre, acteur FROM evenement_piece WHERE piece_id = :id ORDER BY id"
        return [(ligne["genre"], ligne["acteur"]) for ligne in self.portail.lignes(requete, id=piece_id)]

    def adresse(self, code: str, rang: int = 0) -> str:
        return f"/gestion/candidatures/{self.dossiers[rang]}/pieces?piece={self.piece(code, rang)}"

    def prendre(self, navigateur: Navigateur, code: str, rang: int = 0) -> Page:
        navigateur.get(self.adresse(code, rang))
        navigateur.envoyer({}, bouton="Contrôler ce dossier", rang=formulaire(navigateur, "prise"))
        return navigateur.suivre()


def formulaire(navigateur: Navigateur, action: str) -> int:
    """Le rang du formulaire dont l'adresse finit ainsi."""
    assert navigateur.page is not None
    actions = [f["action"].rpartition("/")[2] for f in navigateur.page.formulaires]
    assert action in actions, f"aucun formulaire « {action} » : {actions}"
    return actions.index(action)


def juger(navigateur: Navigateur, *, code: int = 303, **champs: str) -> Page:
    return navigateur.envoyer(champs, rang=formulaire(navigateur, "statut"), statut=code)


def dit(page: Page) -> str:
    """Le texte de la page, ses espaces insécables rendues ordinaires."""
    return page.texte.replace("\u00a0", " ")


def actions(page: Page) -> set[str]:
    return {f["action"].rpartition("/")[2] for f in page.formulaires}


@pytest.fixture
def bureau(modele: Path, tmp_path: Path, horloge: HorlogeDEssai) -> Iterator[Bureau]:
    for portail in ouvrir(modele, tmp_path / "donnees", horloge):
        dossiers = deposer_des_dossiers(portail.donnees, 3)
        bureau = Bureau(portail, dossiers, portail.navigateur(REGINE))
        bureau.regine.get("/gestion")
        yield bureau


def test_l_accueil_dit_combien_et_depuis_quand(bureau: Bureau):
    page = bureau.regine.get("/gestion")
    assert "Académie de Toulouse" in dit(page)
    assert re.search("Pièces à contrôler ?12 3 dossiers", dit(page))
    assert re.search("La plus ancienne ?09/11/2026 depuis 1 jour", dit(page))
    deux = dit(bureau.agent(HENRI).get("/gestion"))
    assert re.search("Académie de Créteil ?Pièces à contrôler ?0 0 dossier ?La plus ancienne ?aucune", deux)
    assert "Pièces à contrôler" not in bureau.agent(ADA).get("/gestion").texte


def test_l_accueil_ramene_au_dossier_pris_et_compte_les_incomplets(bureau: Bureau):
    bureau.prendre(bureau.regine, "NATIDE01", rang=1)
    page = bureau.regine.get("/gestion")
    assert f"/gestion/candidatures/{bureau.dossiers[1]}/pieces" in [a["href"] for a in page.arbre.tous("a")]
    assert "1 dossier incomplet" in dit(page)
    assert "Reprendre ce dossier" not in bureau.agent(HENRI).get("/gestion").texte
    assert "Reprendre ce dossier" not in bureau.agent(ADA).get("/gestion").texte
    bureau.portail.horloge.avancer(minutes=11)
    assert "Reprendre ce dossier" not in bureau.regine.get("/gestion").texte


def test_la_file_va_de_la_plus_ancienne_a_la_plus_recente(bureau: Bureau):
    page = bureau.regine.get("/gestion/pieces")
    liens = [a["href"] for a in page.arbre.tous("a") if "?piece=" in a["href"]]
    assert [lien.split("/")[3] for lien in liens] == [d for d in bureau.dossiers for _ in range(4)]
    filtree = bureau.regine.get("/gestion/pieces?code=NATIDE01")
    assert len([a for a in filtree.arbre.tous("a") if "?piece=" in a["href"]]) == 3
    assert "Aucune pièce" in bureau.regine.get("/gestion/pieces?statut=recue").texte


def test_les_pages_de_la_file_se_suivent_sans_trou_ni_doublon(bureau: Bureau, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("app.gestion.controle.attente.PAR_PAGE", 5)
    tous = [a["href"] for a in bureau.regine.get("/gestion/pieces").arbre.tous("a") if "?piece=" in a["href"]]
    assert len(tous) == 5
    pages, adresse = [], "/gestion/pieces"
    while adresse:
        page = bureau.regine.get(adresse)
        pages.append([a["href"] for a in page.arbre.tous("a") if "?piece=" in a["href"]])
        adresse = next((a["href"] for a in page.arbre.tous("a") if a["rel"] == "next"), "")
    assert [len(liens) for liens in pages] == [5, 5, 2]
    assert len({lien for liens in pages for lien in liens}) == 12
    assert not [a for a in page.arbre.tous("a") if a["rel"] == "next"]
    retour = bureau.regine.get(next(a["href"] for a in page.arbre.tous("a") if a["rel"] == "prev"))
    assert [a["href"] for a in retour.arbre.tous("a") if "?piece=" in a["href"]] == pages[1]
    debut = bureau.regine.get(next(a["href"] for a in retour.arbre.tous("a") if a["rel"] == "prev"))
    assert [a["href"] for a in debut.arbre.tous("a") if "?piece=" in a["href"]] == pages[0]
    assert not [a for a in debut.arbre.tous("a") if a["rel"] == "prev"]


def test_une_piece_du_courrier_se_trouve_par_le_numero_du_candidat(bureau: Bureau):
    (ligne,) = bureau.portail.lignes(
        "SELECT numero_candidat AS n FROM candidat NATURAL JOIN candidature WHERE id = :id", id=bureau.dossiers[1]
    )
    page = bureau.regine.get(f"/gestion/pieces?numero={ligne['n']}", statut=303)
    assert page.adresse == f"/gestion/candidatures/{bureau.dossiers[1]}/pieces"
    assert "Aucun dossier pour le numéro 02600000000" in bureau.regine.get("/gestion/pieces?numero=02600000000").texte
    ailleurs = bureau.agent(BASILE).get(f"/gestion/pieces?numero={ligne['n']}")
    assert "Aucun dossier pour le numéro" in ailleurs.texte


def test_la_plus_ancienne_se_prend_et_ne_se_reprend_plus_par_le_candidat(bureau: Bureau):
    bureau.regine.get("/gestion/pieces")
    page = bureau.regine.post("/gestion/pieces/suivante")
    assert page.adresse == f"/gestion/candidatures/{bureau.dossiers[0]}/pieces"
    assert "Ce dossier est à vous jusqu’à 14 h 12" in dit(bureau.regine.suivre())
    etats = bureau.portail.lignes(
        "SELECT ouverte_le FROM piece_demandee WHERE candidature_id = :id AND mode = 'en_ligne'", id=bureau.dossiers[0]
    )
    assert all(etat["ouverte_le"] for etat in etats)


def test_conforme_mene_a_la_piece_suivante_puis_au_dossier_suivant(bureau: Bureau):
    bureau.regine.post("/gestion/pieces/suivante")
    bureau.regine.suivre()
    vues = []
    for _ in range(4):
        assert bureau.regine.page is not None
        vues.append(bureau.regine.page.titre.partition(",")[0])
        juger(bureau.regine, statut="conforme")
        bureau.regine.suivre()
    assert vues == ["CINSIG01", "NATIDE01", "EXPPRO01", "ACQDIP01"]
    prises = bureau.portail.lignes("SELECT candidature_id, agent_id FROM prise_en_main")
    assert prises == [{"candidature_id": bureau.dossiers[1], "agent_id": "regine"}]
    assert {
        e["statut"]
        for e in bureau.portail.lignes(
            "SELECT statut FROM piece_demandee WHERE candidature_id = :id AND mode = 'en_ligne'", id=bureau.dossiers[0]
        )
    } == {"conforme"}


def test_non_conforme_rend_la_piece_au_candidat_avec_le_motif(bureau: Bureau):
    piece = bureau.piece("NATIDE01")
    bureau.prendre(bureau.regine, "NATIDE01")
    juger(bureau.regine, statut="non_conforme", motif="illisible", precision="Le bas de la carte surtout.")
    etat = bureau.etat(piece)
    assert (etat["statut"], etat["validee_le"], etat["rouverte_jusqu_a"]) == ("non_conforme", None, None)
    assert etat["commentaire"].startswith("On n’arrive pas à lire votre document.")
    assert etat["commentaire"].endswith("Le bas de la carte surtout.")
    assert bureau.histoire(piece)[-1] == ("non_conforme", "regine")


@pytest.mark.parametrize(
    ("champs", "message"),
    [
        ({}, "Choisissez un statut"),
        ({"statut": "non_conforme", "precision": " "}, "Choisissez un motif, ou écrivez un message au candidat"),
        ({"statut": "recue", "recue_le": ""}, "Renseignez la date de réception"),
        ({"statut": "recue", "recue_le": "11/11/2026"}, "au plus tard le 10/11/2026"),
        ({"statut": "aucun"}, "Choisissez un statut dans la liste"),
        ({"statut": "non_conforme", "motif": "inconnu"}, "Choisissez un motif dans la liste"),
        ({"statut": "non_conforme", "precision": "x" * 601}, "600 caractères au plus"),
    ],
)
def test_une_decision_incomplete_garde_ce_qui_est_tape(bureau: Bureau, champs: dict[str, str], message: str):
    bureau.prendre(bureau.regine, "NATIDE01")
    page = juger(bureau.regine, code=422, **({"precision": "gardé"} | champs))
    assert any(message in erreur for erreur in page.erreurs)
    assert champs.get("precision", "gardé") in page.html
    assert bureau.etat(bureau.piece("NATIDE01"))["statut"] == "aucun"


def test_apres_la_fermeture_du_depot_la_piece_se_rouvre_jusqu_a_une_date(bureau: Bureau):
    bureau.portail.horloge.avancer(days=50)
    regine = bureau.agent(REGINE)
    page = bureau.prendre(regine, "NATIDE01")
    assert page.element("jusqu_a")["value"] == "14/01/2027"
    assert (
        "Renseignez la date limite" in juger(regine, code=422, statut="non_conforme", motif="face", jusqu_a="").erreurs
    )
    juger(regine, statut="non_conforme", motif="face", jusqu_a="20/01/2027")
    limite = bureau.etat(bureau.piece("NATIDE01"))["rouverte_jusqu_a"]
    assert limite.startswith("2027-01-20 23:00:00"), "minuit à Paris, le jour dit est compris"


def test_un_verdict_se_dedit(bureau: Bureau):
    piece = bureau.piece("CINSIG01")
    bureau.prendre(bureau.regine, "CINSIG01")
    juger(bureau.regine, statut="conforme")
    bureau.regine.get(bureau.adresse("CINSIG01"))
    bureau.regine.envoyer({}, rang=formulaire(bureau.regine, "statut-annule"))
    etat = bureau.etat(piece)
    assert etat["statut"] == "aucun"
    assert etat["validee_le"] is not None, "elle redevient à contrôler, pas au candidat"
    assert bureau.histoire(piece)[-1] == ("statut_annule", "regine")
    assert "À contrôler" in bureau.regine.suivre().texte


def test_une_piece_du_courrier_se_dit_recue_puis_conforme(bureau: Bureau):
    piece = bureau.piece("HANMED01")
    page = bureau.prendre(bureau.regine, "HANMED01")
    assert "dites ici quand vous l’avez reçue" in page.texte
    assert juger(bureau.regine, statut="recue", recue_le="09/11/2026").adresse.endswith(
        f"?piece={bureau.piece('CINSIG01')}"
    )
    assert bureau.etat(piece)["recue_le"] == "2026-11-09"
    bureau.regine.get(bureau.adresse("HANMED01"))
    juger(bureau.regine, statut="conforme")
    assert bureau.etat(piece)["statut"] == "conforme"


def test_le_second_agent_voit_qui_a_pris_le_dossier_et_jusqu_a_quand(bureau: Bureau):
    bureau.prendre(bureau.regine, "CINSIG01")
    henri = bureau.agent(HENRI)
    page = henri.get(bureau.adresse("CINSIG01"))
    assert re.search("Régine CASTERA contrôle ce dossier ?Jusqu’à 14 h 12 au moins", dit(page))
    assert actions(page).isdisjoint({"statut", "prise", "statut-annule"})
    assert "Pris par Régine CASTERA jusqu’à 14 h 12" in dit(henri.get("/gestion/pieces"))
    assert henri.post("/gestion/pieces/suivante").adresse.startswith(f"/gestion/candidatures/{bureau.dossiers[1]}/")


def test_un_dossier_pris_se_libere_apres_dix_minutes_sans_geste(bureau: Bureau):
    bureau.prendre(bureau.regine, "CINSIG01")
    henri = bureau.agent(HENRI)
    bureau.portail.horloge.avancer(minutes=9)
    bureau.regine.get(bureau.adresse("CINSIG01"))
    bureau.portail.horloge.avancer(minutes=9)
    assert "contrôle ce dossier" in henri.get(bureau.adresse("CINSIG01")).texte
    bureau.portail.horloge.avancer(minutes=2)
    bureau.prendre(henri, "CINSIG01")
    page = juger(bureau.regine, code=422, statut="non_conforme", precision="tapé pour rien")
    assert "Rien n’a été enregistré : un autre agent a pris ce dossier" in dit(page)
    assert "tapé pour rien" in page.texte
    assert bureau.etat(bureau.piece("CINSIG01"))["statut"] == "aucun"


def test_laisser_un_dossier_le_rend_aux_autres(bureau: Bureau):
    bureau.prendre(bureau.regine, "CINSIG01")
    bureau.regine.envoyer({}, rang=formulaire(bureau.regine, "rendu"))
    bureau.prendre(bureau.agent(HENRI), "CINSIG01")


def test_passer_ne_ramene_pas_aussitot_le_meme_dossier(bureau: Bureau):
    bureau.regine.post("/gestion/pieces/suivante")
    arrivees = []
    for _ in range(3):
        page = bureau.regine.suivre()
        arrivees.append(page.formulaires[0]["action"])
        bureau.regine.envoyer({}, rang=formulaire(bureau.regine, "suivante"))
    assert len(set(arrivees)) == 3
    assert bureau.regine.page is not None
    assert bureau.regine.page.adresse == "/gestion/pieces?avis=fin"
    assert "Il n’y a plus de dossier à prendre" in bureau.regine.suivre().texte


def test_deux_agents_qui_demandent_ensemble_n_ont_jamais_le_meme_dossier(bureau: Bureau):
    navigateurs = [bureau.agent(agent) for agent in (REGINE, HENRI)]

    def demander(navigateur: Navigateur) -> str:
        reponse = navigateur.client.post(
            "/gestion/pieces/suivante", data={"jeton_csrf": navigateur.jeton}, follow_redirects=False
        )
        return reponse.headers["location"].split("/")[3].partition("?")[0]

    with ThreadPoolExecutor(2) as fils:
        for _ in range(5):
            assert len(set(fils.map(demander, navigateurs))) == 2


def test_deux_agents_qui_jugent_ensemble_n_ecrivent_qu_un_verdict(bureau: Bureau):
    """Le second avait le dossier avant : son verdict arrive avec celui du premier, un seul compte."""
    piece = bureau.piece("CINSIG01")
    bureau.prendre(bureau.regine, "CINSIG01")
    henri = bureau.agent(HENRI)
    (fichier,) = bureau.portail.lignes("SELECT id FROM fichier_depose WHERE piece_id = :id", id=piece)

    def envoyer(qui: tuple[Navigateur, str]) -> int:
        navigateur, statut = qui
        champs = {
            "jeton_csrf": navigateur.jeton,
            "attendu": "aucun",
            "fichier": fichier["id"],
            "statut": statut,
            "motif": "face",
            "recue_le": "",
        }
        chemin = f"/gestion/pieces/{piece}/statut"
        return navigateur.client.post(chemin, data=champs, follow_redirects=False).status_code

    with ThreadPoolExecutor(2) as fils:
        assert sorted(fils.map(envoyer, [(bureau.regine, "conforme"), (henri, "non_conforme")])) == [303, 422]
    assert bureau.etat(piece)["statut"] == "conforme"
    assert [genre for genre, _ in bureau.histoire(piece)].count("conforme") == 1


def test_le_meme_verdict_envoye_deux_fois_ne_compte_qu_une_fois(bureau: Bureau):
    bureau.prendre(bureau.regine, "CINSIG01")
    page = bureau.regine.page
    juger(bureau.regine, statut="conforme")
    bureau.regine.page = page
    assert juger(bureau.regine, statut="conforme").adresse == bureau.adresse("CINSIG01")
    assert [genre for genre, _ in bureau.histoire(bureau.piece("CINSIG01"))].count("conforme") == 1


def test_un_lecteur_lit_sans_rien_pouvoir_faire(bureau: Bureau):
    page = bureau.agent(LUCIE).get(bureau.adresse("CINSIG01"))
    assert "Votre fonction permet de lire ce dossier, pas de décider." in page.texte
    assert page.formulaires == []
    assert bureau.etat(bureau.piece("CINSIG01"))["ouverte_le"] is None, (
        "lire n'ouvre pas : le candidat peut encore annuler"
    )


def test_la_lecture_se_voit_du_candidat_une_fois_par_lecture(bureau: Bureau):
    for _ in range(3):
        bureau.regine.get(bureau.adresse("CINSIG01"))
    bureau.regine.client.get(f"/gestion/pieces/{bureau.piece('CINSIG01')}/fichier")
    bureau.agent(LUCIE).get(bureau.adresse("CINSIG01"))
    bureau.portail.horloge.avancer(minutes=29)
    bureau.regine.get(bureau.adresse("CINSIG01"))
    bureau.portail.horloge.avancer(minutes=2)
    bureau.regine.get(bureau.adresse("CINSIG01"))
    lues = bureau.portail.lignes("SELECT par, quoi FROM consultation WHERE candidature_id = :id", id=bureau.dossiers[0])
    assert [(ligne["par"], ligne["quoi"]) for ligne in lues] == [
        ("Gestionnaire, académie de Toulouse", "pièces justificatives"),
        ("Gestionnaire, académie de Toulouse", "fichier CINSIG01"),
        ("Lecteur, académie de Toulouse", "pièces justificatives"),
        ("Gestionnaire, académie de Toulouse", "pièces justificatives"),
    ]
    assert not any("Régine" in str(ligne) or "CASTERA" in str(ligne) for ligne in lues), "une fonction, jamais un nom"


def test_le_fichier_brut_est_une_piece_jointe_en_bac_a_sable(bureau: Bureau):
    reponse = bureau.regine.client.get(f"/gestion/pieces/{bureau.piece('CINSIG01')}/fichier")
    assert reponse.headers["content-disposition"].startswith("attachment;")
    assert reponse.headers["content-security-policy"] == "default-src 'none'; sandbox"
    assert reponse.headers["x-content-type-options"] == "nosniff"
    assert reponse.content.startswith(b"%PDF-")


def test_ce_que_le_candidat_n_a_pas_envoye_ne_se_montre_pas(bureau: Bureau):
    bureau.prendre(bureau.regine, "NATIDE01")
    juger(bureau.regine, statut="non_conforme", motif="face")
    piece = bureau.piece("NATIDE01")
    executer(bureau, "UPDATE piece_demandee SET statut = 'aucun', validee_le = NULL WHERE id = :id", id=piece)
    page = bureau.regine.get(bureau.adresse("NATIDE01"))
    assert "le candidat ne l’a pas encore envoyé" in page.texte
    bureau.regine.get(f"/gestion/pieces/{piece}/fichier", statut=404)


def test_un_fichier_pas_encore_examine_ne_se_montre_pas(bureau: Bureau):
    piece = bureau.piece("NATIDE01")
    executer(bureau, "UPDATE fichier_depose SET examen = 'en_attente' WHERE piece_id = :id", id=piece)
    assert "Télécharger" not in bureau.regine.get(bureau.adresse("NATIDE01")).texte
    bureau.regine.get(f"/gestion/pieces/{piece}/fichier", statut=404)
    bureau.regine.get(f"/gestion/pieces/{piece}/apercu/1", statut=404)
    assert f"piece={piece}" not in bureau.regine.get("/gestion/pieces").html


def executer(bureau: Bureau, requete: str, **valeurs: str) -> None:
    moteur = moteur_synchrone(adresse_de(bureau.portail.donnees))
    with moteur.begin() as connexion:
        connexion.execute(text(requete), valeurs)
    moteur.dispose()


def deposer(navigateur: Navigateur, piece: str, nom: str, octets: bytes, *, statut: int = 303) -> Page:
    return navigateur.post(f"/gestion/pieces/{piece}/depot", fichiers={"fichier": (nom, octets)}, statut=statut)


def non_conforme(bureau: Bureau, code: str) -> str:
    """La pièce est à redéposer : un agent peut le faire pour le candidat. Rend son id."""
    bureau.prendre(bureau.regine, code)
    juger(bureau.regine, statut="non_conforme", motif="illisible")
    page = bureau.regine.get(bureau.adresse(code))
    assert "Ajouter un fichier pour le candidat" in page.texte
    return bureau.piece(code)


def test_un_agent_depose_pour_le_candidat_qui_le_voit(bureau: Bureau):
    piece = non_conforme(bureau, "NATIDE01")
    deposer(bureau.regine, piece, "courrier.pdf", UN_PDF)
    ancien, neuf = bureau.portail.lignes(
        "SELECT * FROM fichier_depose WHERE piece_id = :id ORDER BY depose_le", id=piece
    )
    assert (neuf["nom"], neuf["depose_par"]) == ("courrier.pdf", "regine")
    assert (bureau.portail.donnees / "pieces" / neuf["cle"]).read_bytes() == UN_PDF
    assert (ancien["est_garde"], ancien["retire_le"] is None) == (1, False), "ce qui a été contrôlé reste comme trace"
    assert bureau.histoire(piece)[-1] == ("depot_pour", "regine")
    assert bureau.etat(piece)["validee_le"] is not None, "il est déjà envoyé : le candidat n'a rien à faire"
    deposer(bureau.regine, piece, "courrier.pdf", UN_PDF)  # un double clic
    deposer(bureau.regine, piece, "encore.jpg", photo(), statut=422)
    assert len(list((bureau.portail.donnees / "pieces").iterdir())) == 13, "le fichier refusé n'est pas resté"


def test_aucun_document_medical_ne_passe_par_le_portail(bureau: Bureau):
    page = bureau.prendre(bureau.regine, "HANMED01")
    assert "Ajouter un fichier" not in page.texte
    refus = deposer(bureau.regine, bureau.piece("HANMED01"), "avis.pdf", UN_PDF, statut=422)
    assert "aucun document médical ne passe par le portail" in dit(refus)
    assert bureau.histoire(bureau.piece("HANMED01")) == []


@pytest.mark.parametrize(
    ("nom", "octets", "phrase"),
    [
        ("photo.exe", b"MZ", "Ce fichier est un programme"),
        ("piece.pdf", b"rien du tout", "son contenu n’est pas un PDF"),
        ("vide.pdf", b"", "Ce fichier est vide"),
        ("", b"", "Choisissez un fichier"),
        ("lourd.pdf", b"%PDF-" + b"x" * 5_100_000, "dépasse 5 Mo"),
    ],
)
def test_un_agent_lit_le_meme_refus_que_le_candidat(bureau: Bureau, nom: str, octets: bytes, phrase: str):
    piece = non_conforme(bureau, "NATIDE01")
    page = deposer(bureau.regine, piece, nom, octets, statut=422)
    assert phrase in dit(page)
    assert [phrase in erreur.replace("\u00a0", " ") for erreur in page.erreurs] == [True], "en tête, et à côté du champ"
    assert re.findall(r'id="([^"]+)"[^>]* autofocus', page.html) == ["resume-erreurs"]
    assert bureau.histoire(piece)[-1] == ("non_conforme", "regine")


def test_un_agent_reunit_plusieurs_photos_en_un_pdf_comme_le_candidat(bureau: Bureau):
    piece = non_conforme(bureau, "NATIDE01")
    page = bureau.regine.get(bureau.adresse("NATIDE01"))
    assert "Plusieurs photos ensemble font un seul PDF : 20 au plus" in dit(page)
    photos = [("fichier", (f"IMG_{rang}.jpg", photo(), "image/jpeg")) for rang in range(3)]
    bureau.regine.post(f"/gestion/pieces/{piece}/depot", fichiers=photos, statut=303)
    (fichier,) = bureau.portail.lignes(
        "SELECT nom, format, pages FROM fichier_depose WHERE piece_id = :id AND retire_le IS NULL", id=piece
    )
    assert fichier == {"nom": "IMG_0 (3 photos).pdf", "format": "PDF", "pages": 3}


def test_l_examen_en_panne_n_empeche_pas_un_agent_de_deposer(bureau: Bureau):
    """Gardé « en attente » : l'agent et le candidat lisent qu'il sera vérifié, et rien n'est perdu."""
    piece = non_conforme(bureau, "NATIDE01")
    bureau.portail.garde.client.app.state.examinateur = Examinateur(python="/rien")
    deposer(bureau.regine, piece, "courrier.pdf", UN_PDF)
    page = bureau.regine.get(bureau.adresse("NATIDE01"))
    assert "Envoyée, en cours de vérification" in dit(page)
    (fichier,) = bureau.portail.lignes(
        "SELECT nom, examen FROM fichier_depose WHERE piece_id = :id AND retire_le IS NULL", id=piece
    )
    assert fichier == {"nom": "courrier.pdf", "examen": "en_attente"}


def test_on_ne_depose_pas_pour_un_candidat_dont_un_autre_tient_le_dossier(bureau: Bureau):
    piece = non_conforme(bureau, "NATIDE01")
    henri = bureau.agent(HENRI)
    henri.get(bureau.adresse("NATIDE01"))
    page = deposer(henri, piece, "courrier.pdf", UN_PDF, statut=422)
    assert "Régine CASTERA contrôle ce dossier" in dit(page)
    assert bureau.histoire(piece)[-1] == ("non_conforme", "regine")
