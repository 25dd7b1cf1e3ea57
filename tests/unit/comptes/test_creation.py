"""Créer un compte, comme au guide (chapitre 3)."""

import pytest

from app.comptes.models import Compte
from tests.unit.client import Navigateur
from tests.unit.comptes.conftest import DACK, MOT_DE_PASSE, Portail, creer


def test_dack_cree_son_compte_et_attend_le_mail(portail: Portail, navigateur: Navigateur) -> None:
    assert creer(navigateur).adresse == "/compte/attente"
    page = navigateur.suivre()
    assert "Votre compte est en cours de création." in page.texte
    assert "Dack.Accrall@exemple.fr" in page.texte
    dack = portail.dack()
    assert (dack.commune_naissance, dack.commune_naissance_type) == ("14408", "commune-deleguee")
    assert (dack.lieu_naissance, dack.departement_naissance) == ("MAY-SUR-ORNE", "14")
    assert dack.numero_candidat is None
    compte = portail.compte()
    assert compte.identifiant == "dack.accrall@exemple.fr"
    assert compte.active_le is None
    assert compte.mot_de_passe.startswith("$argon2id$")


def test_les_champs_sont_ceux_du_guide_dans_son_ordre(navigateur: Navigateur) -> None:
    page = navigateur.get("/compte/creation")
    etiquettes = [e for e in page.arbre.tous("legend", "label") if not e["for"].startswith("civilite-")]
    assert [etiquette.texte.replace("\N{NO-BREAK SPACE}", " ") for etiquette in etiquettes] == [
        "Civilité *",
        "Nom de famille *",
        "Confirmation du nom de naissance *",
        "Nom d’usage",
        "Prénoms *",
        "Date de naissance *",
        "Confirmation date de naissance *",
        "Pays de naissance *",
        "Département, DOM ou COM de naissance *",
        "Commune de naissance *",
        "Adresse mail *",
        "Confirmation de l’adresse mail *",
        "Mot de passe *",
        "Confirmation du mot de passe *",
    ]
    assert "onpaste" not in page.html


def test_sans_javascript_la_commune_se_cherche_puis_se_choisit(portail: Portail, navigateur: Navigateur) -> None:
    navigateur.get("/compte/creation")
    saisie = {nom: valeur for nom, valeur in DACK.items() if nom != "commune_naissance"} | {"commune_recherche": "may"}
    page = navigateur.envoyer(saisie, bouton="Rechercher la commune", statut=422)
    assert page.erreurs == []
    assert "MAY-SUR-ORNE (commune déléguée de SAINT-MARTIN-DE-MAY)" in page.texte
    assert page.element("nom_famille")["value"] == "ACCRALL"
    assert portail.lignes(Compte) == []
    navigateur.envoyer(
        {"commune_naissance": "14408-commune-deleguee"}
        | {nom: MOT_DE_PASSE for nom in ("mot_de_passe", "mot_de_passe_confirmation")},
        bouton="Créer le compte",
    )
    assert portail.dack().lieu_naissance == "MAY-SUR-ORNE"


def test_le_fragment_des_communes_est_celui_de_la_page(navigateur: Navigateur) -> None:
    avant = navigateur.get("/compte/creation")
    envoi = {
        "departement_naissance": "14",
        "pays_naissance": "FR",
        "commune_recherche": "may",
        "intention": "rechercher",
    }
    fragment = navigateur.post("/compte/creation", envoi, statut=422, htmx=True)
    assert "<html" not in fragment.html
    assert "MAY-SUR-ORNE" in fragment.texte
    assert "LE MAY-SUR-ÈVRE" not in fragment.texte
    page = navigateur.post("/compte/creation", envoi, statut=422)
    assert avant.arbre.par_id("communes") is not None
    assert page.element("communes").forme() == fragment.element("communes").forme()


def test_ne_a_l_etranger_la_ville_s_ecrit(portail: Portail, navigateur: Navigateur) -> None:
    avant = navigateur.get("/compte/creation")
    envoi = {"pays_naissance": "BE", "intention": "actualiser"}
    fragment = navigateur.post("/compte/creation", envoi, statut=422, htmx=True)
    assert fragment.arbre.par_id("ville_naissance") is not None
    assert fragment.arbre.par_id("departement_naissance") is None
    assert avant.arbre.par_id("ville_naissance") is None
    creer(navigateur, pays_naissance="BE", ville_naissance="Namur")
    dack = portail.dack()
    assert (dack.pays_naissance, dack.lieu_naissance, dack.departement_naissance) == ("BE", "Namur", None)


def test_la_liste_des_pays_ne_vient_qu_a_la_demande_et_rien_ne_se_perd(navigateur: Navigateur) -> None:
    avant = navigateur.get("/compte/creation")
    assert [o["value"] for o in avant.element("pays_naissance").tous("option")] == ["", "FR", "autres"]
    envoi = {"pays_naissance": "autres", "nom_famille": "Accrall", "intention": "actualiser"}
    page = navigateur.post("/compte/creation", envoi, statut=422)
    codes = [o["value"] for o in page.element("pays_naissance").tous("option")]
    assert codes == ["", "FR", "autres", "BE"]
    assert page.element("nom_famille")["value"] == "Accrall"
    assert not page.erreurs
    refus = navigateur.envoyer({"pays_naissance": "autres"}, bouton="Créer le compte", statut=422)
    assert "Choisissez le pays de naissance dans la liste" in refus.erreurs


def test_une_commune_absente_de_la_liste_s_ecrit(portail: Portail, navigateur: Navigateur) -> None:
    page = creer(navigateur, statut=422, commune_naissance="absente")
    assert page.erreurs == ["Renseignez le nom de la commune de naissance"]
    creer(navigateur, commune_naissance="absente", commune_libre="Ancienne-Commune")
    dack = portail.dack()
    assert (dack.lieu_naissance, dack.commune_naissance) == ("ANCIENNE-COMMUNE", None)


def test_un_nom_de_commune_entier_et_seul_vaut_choix(portail: Portail, navigateur: Navigateur) -> None:
    creer(navigateur, commune_naissance="", commune_recherche="Caen")
    assert portail.dack().commune_naissance == "14118"


def test_la_commune_d_un_autre_departement_ne_compte_pas(portail: Portail, navigateur: Navigateur) -> None:
    page = creer(navigateur, statut=422, commune_naissance="49193-commune-actuelle", commune_recherche="may")
    assert page.erreurs == ["Choisissez la commune de naissance dans la liste"]
    assert portail.lignes(Compte) == []


@pytest.mark.parametrize(
    ("faute", "phrase"),
    [
        ({"nom_famille_confirmation": "ACRALL"}, "Recopiez le même nom de famille dans les deux champs"),
        ({"date_naissance_confirmation": "28/11/2005"}, "Recopiez la même date de naissance dans les deux champs"),
        ({"courriel_confirmation": "autre@exemple.fr"}, "Recopiez la même adresse mail dans les deux champs"),
        ({"mot_de_passe_confirmation": "Autre!2345"}, "Recopiez le même mot de passe dans les deux champs"),
        ({"civilite": ""}, "Choisissez la civilité"),
        ({"prenoms": "D4ck"}, "Écrivez les prénoms en lettres, comme sur la pièce d’identité"),
        ({"departement_naissance": ""}, "Choisissez le département de naissance"),
        ({"pays_naissance": "XX"}, "Choisissez le pays de naissance dans la liste"),
    ],
)
def test_une_faute_se_dit_et_ce_qui_est_tape_reste(
    portail: Portail, navigateur: Navigateur, faute: dict[str, str], phrase: str
) -> None:
    page = creer(navigateur, statut=422, **faute)
    assert phrase in page.erreurs
    assert page.element("prenoms")["value"] == faute.get("prenoms", "Dack")
    assert portail.lignes(Compte) == []


@pytest.mark.parametrize("date", ["28/11/2020", "28/11/1880", "31/02/2004", "28/11/04"])
def test_un_age_invraisemblable_est_refuse(navigateur: Navigateur, date: str) -> None:
    page = creer(navigateur, statut=422, date_naissance=date, date_naissance_confirmation=date)
    assert len(page.erreurs) >= 1
    assert "date de naissance" in page.erreurs[0]


@pytest.mark.parametrize(
    ("mot", "phrase"),
    [
        ("Court!1", "Allongez le mot de passe"),
        ("tout-en-minuscules", "Ajoutez une majuscule"),
        ("SansSpecial27", "Ajoutez un caractère spécial"),
        ("Accrall!2027", "Retirez votre nom"),
        ("Dack.Accrall!7", "Retirez votre nom"),
        ("Br!28112004x", "Retirez votre nom"),
        ("Azerty123!", "Choisissez un mot de passe moins courant"),
        ("Aa!" + "x" * 18, "Raccourcissez le mot de passe\u00a0: 20"),
    ],
)
def test_un_mot_de_passe_faible_est_refuse(navigateur: Navigateur, mot: str, phrase: str) -> None:
    page = creer(navigateur, statut=422, mot_de_passe=mot, mot_de_passe_confirmation=mot)
    assert phrase in page.erreurs[0]


def test_un_mot_de_passe_n_est_jamais_reaffiche(navigateur: Navigateur) -> None:
    page = creer(navigateur, statut=422, prenoms="")
    assert MOT_DE_PASSE not in page.html
    assert "jamais réaffichés" in page.texte


def test_un_domaine_mal_tape_est_signale_sans_bloquer(portail: Portail, navigateur: Navigateur) -> None:
    adresse = "dack@gmial.com"
    page = creer(navigateur, statut=422, prenoms="", courriel=adresse, courriel_confirmation=adresse)
    assert "Vouliez-vous écrire gmail.com" in page.texte
    creer(navigateur, courriel=adresse, courriel_confirmation=adresse)
    page = navigateur.suivre()
    assert "Vouliez-vous écrire gmail.com" in page.texte
    assert portail.compte().courriel == "dack@gmial.com"


def test_une_cle_inconnue_n_atteint_jamais_une_table(portail: Portail, navigateur: Navigateur) -> None:
    creer(navigateur, active_le="2026-01-01", numero_candidat="00000000000", role="ADMIN")
    assert portail.compte().active_le is None
    assert portail.dack().numero_candidat is None


HOSTILES = [
    "\x00",
    "\u202e",
    "٣٠/٠٥/١٩٩٨",
    "9" * 5000,
    "'; DROP TABLE compte;--",
    "<script>",
    "%",
    "\ufffe",
    " ",
    "é" * 300,
]
FACULTATIFS = {"nom_usage", "commune_libre", "commune_recherche", "commune_naissance"}


@pytest.mark.parametrize("champ", sorted(DACK))
def test_une_saisie_hostile_est_une_faute_du_champ(portail: Portail, navigateur: Navigateur, champ: str) -> None:
    jeton = navigateur.get("/compte/creation").jeton
    for rang, texte in enumerate(HOSTILES):
        adresse = {"courriel": f"d{rang}@exemple.fr", "courriel_confirmation": f"d{rang}@exemple.fr"}
        envoi = {"jeton_csrf": jeton} | DACK | adresse | {champ: texte}
        reponse = navigateur.client.post("/compte/creation", data=envoi, follow_redirects=False)
        assert reponse.status_code in ({422, 303} if champ in FACULTATIFS else {422}), texte
        assert len(portail.lignes(Compte, Compte.courriel == f"d{rang}@exemple.fr")) == (reponse.status_code == 303)


def test_une_cle_repetee_ou_un_fichier_ne_font_rien_tomber(portail: Portail, navigateur: Navigateur) -> None:
    jeton = navigateur.get("/compte/creation").jeton
    repetees = {nom: [valeur, "x"] for nom, valeur in DACK.items()}
    reponse = navigateur.client.post("/compte/creation", data={"jeton_csrf": jeton} | repetees, follow_redirects=False)
    assert reponse.status_code in {303, 422}
    navigateur.get("/compte/creation")
    page = navigateur.post(
        "/compte/creation", DACK, statut=422, fichiers={"prenoms": ("p.txt", b"Dack"), "mot_de_passe": ("m", b"x")}
    )
    assert any("fichier" in erreur for erreur in page.erreurs)


def test_un_corps_enorme_ou_illisible_est_refuse(navigateur: Navigateur) -> None:
    jeton = navigateur.get("/compte/creation").jeton
    enorme = navigateur.client.post("/compte/creation", data={"jeton_csrf": jeton, "prenoms": "a" * 300_000})
    assert enorme.status_code == 413
    for corps in (b"prenoms=%ED%A0%80", b"prenoms=\xff\xfe", b"&" * 50_000 + b"prenoms=%FF"):
        reponse = navigateur.client.post(
            "/compte/creation",
            content=corps,
            headers={"content-type": "application/x-www-form-urlencoded", "x-jeton-csrf": jeton},
        )
        assert reponse.status_code in {400, 422}
        assert "<h1" in reponse.text


def test_trop_de_creations_pour_une_adresse_font_attendre(portail: Portail, navigateur: Navigateur) -> None:
    for _ in range(4):
        creer(navigateur)
    page = creer(navigateur, statut=429)
    assert page.reponse.headers["retry-after"] == "120"
    assert "Recommencez dans 2 minutes" in page.texte
    assert page.element("prenoms")["value"] == "Dack"
    portail.plus_tard(seconds=120)
    creer(navigateur)
