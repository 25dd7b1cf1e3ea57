"""Les papillons : un mot de passe montré une fois, jamais gardé en clair, mort dès qu'on en imprime un autre."""

import io
import re

import pytest
from pypdf import PdfReader

from app.documents.papillon import EnTete, Papillon, papillons
from app.import_scolaire.papillons import mot_de_passe_de_papillon
from app.regles.compte import fautes_mot_de_passe
from tests.instance import BELLEVUE, BERTHE, DEBUT, VICTOR
from tests.unit.client import Navigateur, Page
from tests.unit.etablissements.fichiers import eleve, importer
from tests.unit.etablissements.papier import imprimer, mots_de_passe
from tests.unit.inscription.conftest import Portail

ZOE = eleve(ine="9876543210B", nom_famille="Bellin", prenoms="Zoé", division="DIV2")


@pytest.fixture
def berthe(portail: Portail) -> Navigateur:
    navigateur = portail.navigateur(BERTHE)
    importer(navigateur, [eleve(), ZOE])
    return navigateur


def connecter(portail: Portail, identifiant: str, mot_de_passe: str, statut: int = 303) -> tuple[Navigateur, Page]:
    navigateur = portail.navigateur(None)
    navigateur.get("/connexion")
    page = navigateur.post("/connexion", {"identifiant": identifiant, "mot_de_passe": mot_de_passe}, statut=statut)
    return navigateur, page


def choisir(navigateur: Navigateur, mot: str = "Moi-tout-2027!", courriel: str = "", statut: int = 303) -> Page:
    navigateur.get("/compte/premiere-connexion")
    champs = {"mot_de_passe": mot, "mot_de_passe_confirmation": mot, "courriel": courriel}
    return navigateur.envoyer(champs, statut=statut)


def test_un_papillon_porte_ce_que_dit_le_guide_et_ouvre_la_premiere_connexion(portail: Portail, berthe: Navigateur):
    texte = imprimer(berthe, division="DIV1", quoi="nouveaux")
    for dit in (
        "ACADÉMIE DE TOULOUSE", "Accès au service en ligne des examens", "LYC BELLEVUE", "135 ROUTE DE NARBONNE",
        "31031 TOULOUSE", "05 62 17 30 00", "ACCAME Acculi", "DIV1", "Inscription n°", "http://127.0.0.1:8000/connexion",
        "acculi.accame",
    ):  # fmt: skip
        assert dit in texte.replace("\xa0", " "), dit
    ((identifiant, mot),) = mots_de_passe(texte).items()
    elle, page = connecter(portail, identifiant, mot)
    assert page.adresse == "/inscriptions"
    assert elle.suivre(statut=303).adresse == "/compte/premiere-connexion"
    assert elle.get("/mes-donnees", statut=303).adresse == "/compte/premiere-connexion"
    assert elle.get("/compte/premiere-connexion").h1 == "Choisir mon mot de passe"
    assert choisir(elle, courriel="acculi@exemple.fr").adresse == "/inscriptions"
    page = elle.suivre()
    assert "ACCAME Acculi" in page.texte
    assert "À compléter" in page.texte
    assert connecter(portail, identifiant, mot, 422)[1].erreurs, "le provisoire ne sert plus"
    assert connecter(portail, "Acculi.Accamé", "Moi-tout-2027!")[1].adresse == "/inscriptions"


def test_le_mot_de_passe_n_est_nulle_part_en_clair(portail: Portail, berthe: Navigateur):
    (mot,) = mots_de_passe(imprimer(berthe, division="DIV1")).values()
    (compte,) = portail.lignes("SELECT * FROM compte WHERE identifiant = 'acculi.accame'")
    assert compte["mot_de_passe"].startswith("$argon2id$")
    assert compte["mot_de_passe_provisoire"] == 1
    octets = b"".join(f.read_bytes() for f in portail.donnees.rglob("*") if f.is_file())
    assert mot.encode() not in octets


def test_reimprimer_tue_l_ancien_mot_de_passe_et_la_session(portail: Portail, berthe: Navigateur):
    (premier,) = mots_de_passe(imprimer(berthe, division="DIV1")).values()
    elle, _ = connecter(portail, "acculi.accame", premier)
    (second,) = mots_de_passe(imprimer(berthe, division="DIV1", quoi="tous")).values()
    assert elle.get("/compte/premiere-connexion", statut=303).adresse.startswith("/connexion")
    assert connecter(portail, "acculi.accame", premier, 422)[1].erreurs
    assert connecter(portail, "acculi.accame", second)[1].adresse == "/inscriptions"


def test_en_nombre_qui_a_choisi_son_mot_de_passe_le_garde(portail: Portail, berthe: Navigateur):
    mots = mots_de_passe(imprimer(berthe))
    assert set(mots) == {"acculi.accame", "zoe.bellin"}
    elle, _ = connecter(portail, "acculi.accame", mots["acculi.accame"])
    choisir(elle)
    assert set(mots_de_passe(imprimer(berthe, quoi="tous"))) == {"zoe.bellin"}
    assert "Aucun papillon à imprimer" in imprimer(berthe, quoi="nouveaux", statut=422)
    assert elle.get("/inscriptions").h1 == "Mes inscriptions"
    (ligne,) = portail.lignes("SELECT candidature_id FROM eleve WHERE division = 'DIV1'")
    (neuf,) = mots_de_passe(imprimer(berthe, eleve=ligne["candidature_id"])).values()
    elle.get("/inscriptions", statut=303)
    assert connecter(portail, "acculi.accame", neuf)[0].get("/inscriptions", statut=303)


def test_les_eleves_d_un_autre_ne_s_impriment_pas(portail: Portail, berthe: Navigateur):
    (ligne,) = portail.lignes("SELECT candidature_id FROM eleve WHERE division = 'DIV1'")
    victor = portail.navigateur(VICTOR)
    victor.get("/etablissement/0311999E/papillons")
    victor.post("/etablissement/0311999E/papillons", {"eleve": ligne["candidature_id"]}, statut=404)
    assert "Aucun papillon" in victor.post("/etablissement/0311999E/papillons", {"quoi": "tous"}, statut=422).texte


def test_une_premiere_connexion_mal_remplie_dit_quoi_faire(portail: Portail, berthe: Navigateur):
    (mot,) = mots_de_passe(imprimer(berthe, division="DIV1")).values()
    elle, _ = connecter(portail, "acculi.accame", mot)
    assert choisir(elle, "court", statut=422).erreurs
    assert choisir(elle, "Accame-2027!", statut=422).erreurs, "il contient son nom"
    assert choisir(elle, courriel="pas une adresse", statut=422).erreurs
    elle.get("/inscriptions", statut=303)


def test_l_adresse_donnee_est_confirmee_et_l_identifiant_reste(portail: Portail, berthe: Navigateur):
    (mot,) = mots_de_passe(imprimer(berthe, division="DIV1")).values()
    elle, _ = connecter(portail, "acculi.accame", mot)
    choisir(elle, courriel="accrall@exemple.fr")  # celle d'un autre compte : un parent
    (mail,) = portail.lignes("SELECT * FROM courriel WHERE nature = 'adresse'")
    assert mail["destinataire"] == "accrall@exemple.fr"
    lien = re.search(r"http://127.0.0.1:8000(\S+)", mail["texte"])
    assert lien
    assert "identifiant de connexion ne change pas" in elle.get(lien[1]).texte
    elle.envoyer({})
    (compte,) = portail.lignes("SELECT * FROM compte WHERE identifiant = 'acculi.accame'")
    assert compte["courriel"] == "accrall@exemple.fr"


def test_trois_papillons_par_page_et_un_seul_quand_il_est_seul():
    def feuilles(nombre: int) -> int:
        un = Papillon("NOM", "Prénom", "DIV1", "02146028339", "001", "prenom.nom", "Kdfp-7xqm-r3tn")
        en_tete = EnTete("Toulouse", "LYC BELLEVUE", "135 ROUTE DE NARBONNE", "31031 TOULOUSE", "05 62 17 30 00")
        pdf = papillons([un] * nombre, en_tete, adresse_connexion="https://cap.exemple.fr/connexion", imprime_le=DEBUT)
        return len(PdfReader(io.BytesIO(pdf)).pages)

    assert [feuilles(n) for n in (1, 2, 3, 4, 7)] == [1, 1, 1, 2, 3]


def test_le_mot_de_passe_d_un_papillon_suit_la_regle_du_guide_et_se_recopie():
    tires = {mot_de_passe_de_papillon(bytes(32), str(rang)) for rang in range(200)}
    assert len(tires | {mot_de_passe_de_papillon(bytes([1] * 32), str(rang)) for rang in range(200)}) == 400
    assert not set("".join(tires)) & set("0OI1luvUV")
    assert all(fautes_mot_de_passe(mot) == () for mot in tires)


def test_imprimer_laisse_une_trace_sans_nom(portail: Portail, berthe: Navigateur):
    imprimer(berthe)
    (acte,) = portail.lignes("SELECT * FROM registre WHERE nature = 'imprimer_des_papillons'")
    assert (acte["objet_id"], acte["detail"], acte["acteur"]) == (BELLEVUE, "nombre=2", "berthe")
