"""Mot de passe oublié, mot de passe changé."""

import pytest

from app.comptes.models import Jeton, SessionWeb, UsageJeton
from tests.unit.client import Navigateur
from tests.unit.comptes.conftest import Portail, connecter, creer, inscrire

NOUVEAU = "Dentelle?2028"
SESSION = "__Host-session"


def oublier(navigateur: Navigateur, identifiant: str = "dack.accrall@exemple.fr", statut: int = 303) -> str:
    navigateur.get("/compte/mot-de-passe-oublie")
    return navigateur.envoyer({"identifiant": identifiant}, statut=statut).adresse


def choisir(navigateur: Navigateur, lien: str, mot: str = NOUVEAU, statut: int = 303) -> str:
    navigateur.get(lien)
    page = navigateur.envoyer({"mot_de_passe": mot, "mot_de_passe_confirmation": mot}, statut=statut)
    return page.adresse or " ".join(page.erreurs)


def test_dack_choisit_un_nouveau_mot_de_passe_par_le_lien(portail: Portail, navigateur: Navigateur) -> None:
    inscrire(portail, navigateur)
    assert oublier(navigateur) == "/compte/mot-de-passe-oublie/envoye"
    assert "Si un compte activé existe" in navigateur.suivre().texte
    lien = portail.lien("mot_de_passe")
    assert "15\u00a0h\u00a002" in portail.courriels("mot_de_passe")[0].texte
    assert choisir(navigateur, lien) == "/connexion?avis=mot-de-passe"
    connecter(portail.navigateur(), statut=422)
    assert connecter(navigateur, NOUVEAU).adresse == "/inscriptions"
    (avis,) = portail.courriels("mot_de_passe_change")
    assert avis.destinataire == "Dack.Accrall@exemple.fr"
    assert "https://examens.exemple.fr/compte/mot-de-passe-oublie" in avis.texte


def test_ouvrir_le_lien_ne_l_use_pas_le_suivre_l_use(portail: Portail, navigateur: Navigateur) -> None:
    inscrire(portail, navigateur)
    oublier(navigateur)
    lien = portail.lien("mot_de_passe")
    for _ in range(3):
        assert portail.navigateur().get(lien).h1 == "Choisir un nouveau mot de passe"
    retard = portail.navigateur()
    retard.get(lien)
    choisir(navigateur, lien)
    assert portail.navigateur().get(lien).h1 == "Ce lien n’est plus valable"
    page = retard.envoyer({"mot_de_passe": "Autre?2029", "mot_de_passe_confirmation": "Autre?2029"}, statut=422)
    assert page.h1 == "Ce lien n’est plus valable"
    connecter(navigateur, NOUVEAU)


def test_le_lien_dure_une_heure_pile(portail: Portail, navigateur: Navigateur) -> None:
    inscrire(portail, navigateur)
    oublier(navigateur)
    lien = portail.lien("mot_de_passe")
    portail.plus_tard(hours=1, seconds=-1)
    assert navigateur.get(lien).h1 == "Choisir un nouveau mot de passe"
    portail.plus_tard(seconds=1)
    page = navigateur.envoyer({"mot_de_passe": NOUVEAU, "mot_de_passe_confirmation": NOUVEAU}, statut=422)
    assert page.lien("Recevoir un nouveau lien") == "/compte/mot-de-passe-oublie"


def test_un_changement_perime_les_autres_liens(portail: Portail, navigateur: Navigateur) -> None:
    inscrire(portail, navigateur)
    oublier(navigateur)
    premier = portail.lien("mot_de_passe")
    portail.plus_tard(seconds=1)
    oublier(navigateur)
    choisir(navigateur, portail.lien("mot_de_passe"))
    assert navigateur.get(premier).h1 == "Ce lien n’est plus valable"


def test_un_jeton_ne_sert_qu_a_son_usage(portail: Portail, navigateur: Navigateur) -> None:
    creer(navigateur)
    activation = portail.lien().rpartition("/")[2]
    assert navigateur.get(f"/compte/mot-de-passe/{activation}").h1 == "Ce lien n’est plus valable"
    navigateur.get(portail.lien())
    navigateur.envoyer()
    oublier(navigateur)
    secret = portail.lien("mot_de_passe").rpartition("/")[2]
    assert navigateur.get(f"/compte/activation/{secret}").h1 == "Ce lien n’est plus valable"
    assert secret not in {jeton.empreinte for jeton in portail.lignes(Jeton)}


def test_meme_reponse_pour_une_adresse_inconnue(portail: Portail, navigateur: Navigateur) -> None:
    inscrire(portail, portail.navigateur())
    connu, inconnu = portail.navigateur(), portail.navigateur()
    assert oublier(connu) == oublier(inconnu, "personne@exemple.fr")
    assert connu.suivre().texte == inconnu.suivre().texte
    assert {c.name for c in connu.client.cookies.jar} == {c.name for c in inconnu.client.cookies.jar}
    assert len(portail.courriels("mot_de_passe")) == 1


def test_un_compte_en_attente_ne_recoit_pas_de_lien(portail: Portail, navigateur: Navigateur) -> None:
    creer(navigateur)
    oublier(navigateur)
    assert portail.courriels("mot_de_passe") == []


def test_les_demandes_sont_ralenties_par_adresse(portail: Portail, navigateur: Navigateur) -> None:
    for adresse in ("personne@exemple.fr", "Personne@Exemple.fr", "personne@exemple.fr"):
        oublier(navigateur, adresse)
    oublier(navigateur, "personne@exemple.fr", statut=429)
    oublier(navigateur, "autre@exemple.fr")
    portail.plus_tard(minutes=2)
    oublier(navigateur, "personne@exemple.fr")


def test_le_lien_rouvre_la_porte_a_la_victime_d_un_acharnement(portail: Portail, navigateur: Navigateur) -> None:
    inscrire(portail, portail.navigateur())
    attaquant = portail.navigateur()
    for rang in range(20):
        connecter(attaquant, "Faux!12345", statut=422, reseau=f"198.51.100.{rang}")
    connecter(navigateur, statut=429, reseau="203.0.113.5")
    oublier(navigateur)
    choisir(navigateur, portail.lien("mot_de_passe"))
    assert connecter(navigateur, NOUVEAU, reseau="203.0.113.5").adresse == "/inscriptions"


def test_connecte_le_changement_garde_ce_navigateur_et_ferme_les_autres(
    portail: Portail, navigateur: Navigateur
) -> None:
    inscrire(portail, navigateur)
    connecter(navigateur)
    ailleurs = portail.navigateur()
    connecter(ailleurs)
    ancienne = navigateur.client.cookies[SESSION]
    navigateur.get("/compte/mot-de-passe")
    champs = {"mot_de_passe": NOUVEAU, "mot_de_passe_confirmation": NOUVEAU}
    page = navigateur.envoyer(champs | {"ancien_mot_de_passe": "Faux!12345"}, statut=422)
    assert page.erreurs == ["Ce n’est pas votre mot de passe actuel"]
    page = navigateur.envoyer(champs | {"ancien_mot_de_passe": "Brodeuse!27"})
    assert page.adresse == "/compte?avis=mot-de-passe"
    assert "Votre mot de passe est changé" in navigateur.suivre().texte
    assert navigateur.client.cookies[SESSION] != ancienne
    ailleurs.get("/compte", statut=303)
    assert len(portail.lignes(SessionWeb)) == 1
    assert len(portail.courriels("mot_de_passe_change")) == 1
    assert len(portail.lignes(Jeton, Jeton.usage == UsageJeton.APPAREIL)) == 1


def test_par_le_lien_toutes_les_sessions_se_ferment(portail: Portail, navigateur: Navigateur) -> None:
    inscrire(portail, navigateur)
    connecter(navigateur)
    oublieux = portail.navigateur()
    oublier(oublieux)
    choisir(oublieux, portail.lien("mot_de_passe"))
    navigateur.get("/compte", statut=303)
    assert portail.lignes(SessionWeb) == []


def test_deviner_l_ancien_est_ralenti(portail: Portail, navigateur: Navigateur) -> None:
    inscrire(portail, navigateur)
    connecter(navigateur)
    champs = {"ancien_mot_de_passe": "Faux!1", "mot_de_passe": NOUVEAU, "mot_de_passe_confirmation": NOUVEAU}
    navigateur.get("/compte/mot-de-passe")
    for _ in range(5):
        navigateur.envoyer(champs, statut=422)
    navigateur.envoyer(champs, statut=429)


@pytest.mark.parametrize("mot", ["court", "Accrall!2027", "dack.accrall@exemple.fr", "Br!28112004x"])
def test_la_regle_est_celle_de_la_creation(portail: Portail, navigateur: Navigateur, mot: str) -> None:
    inscrire(portail, navigateur)
    oublier(navigateur)
    assert choisir(navigateur, portail.lien("mot_de_passe"), mot, statut=422)
    connecter(navigateur)


@pytest.mark.parametrize("secret", ["x", "%00", "%FF", "é", "a" * 3000, "..%2f"])
def test_un_lien_abime_le_dit(navigateur: Navigateur, secret: str) -> None:
    for chemin in ("/compte/mot-de-passe", "/compte/activation"):
        reponse = navigateur.client.get(f"{chemin}/{secret}", follow_redirects=False)
        assert reponse.status_code in {200, 400, 404}
        assert "<h1" in reponse.text
