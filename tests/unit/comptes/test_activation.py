"""Activer son compte : le lien ou le code du mail, 48 heures, un n° de candidat."""

from datetime import UTC, datetime
from hashlib import sha256

import pytest
from sqlalchemy import update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.comptes.activation import purger_comptes_non_actives
from app.comptes.models import Candidat, Compte, Jeton
from app.comptes.numeros import nouveau_numero, reserver_numero
from app.infra.outbox import Courriel
from tests.unit.client import Navigateur
from tests.unit.comptes.conftest import MAINTENANT, Portail, connecter, creer, inscrire


def test_le_mail_est_celui_du_guide(portail: Portail, navigateur: Navigateur) -> None:
    creer(navigateur)
    (mail,) = portail.courriels()
    assert mail.sujet == "[CYCLADES] Activer mon compte"
    assert mail.destinataire == "Dack.Accrall@exemple.fr"
    assert mail.secret
    for texte in (mail.texte, mail.html or ""):
        assert "Vous venez de créer un compte sur Cyclades." in texte
        assert "48h, jusqu’au 26/11/2026 à 14\u00a0h\u00a002 (heure de Paris)" in texte
        assert "Le Service Gestionnaire" in texte
        assert "https://examens.exemple.fr/compte/activation/" in texte
        assert portail.code() in texte
        assert "ACCRALL" not in texte
    assert "<img" not in (mail.html or "")


def test_le_lien_du_mail_ne_vient_jamais_de_l_en_tete_host(portail: Portail, navigateur: Navigateur) -> None:
    navigateur.get("/compte/creation", entetes={"Host": "pirate.exemple"})
    creer(navigateur)
    assert "pirate" not in portail.courriels()[0].texte


def test_ouvrir_le_lien_ne_fait_rien_le_bouton_active(portail: Portail, navigateur: Navigateur) -> None:
    creer(navigateur)
    lien = portail.lien()
    ailleurs = portail.navigateur()
    page = ailleurs.get(lien)
    assert "Dack ACCRALL" in page.texte
    assert portail.compte().active_le is None
    assert ailleurs.envoyer().adresse == "/connexion?avis=active"
    assert "Votre compte est activé" in ailleurs.suivre().texte
    assert portail.compte().active_le == MAINTENANT
    assert portail.dack().numero_candidat == "02600000001"
    assert "Votre compte est activé" in navigateur.get("/compte/attente").texte


def test_le_lien_ouvert_deux_fois_dit_que_le_compte_est_actif(portail: Portail, navigateur: Navigateur) -> None:
    inscrire(portail, navigateur)
    page = navigateur.get(portail.lien())
    assert page.h1 == "Votre compte est déjà activé"
    assert navigateur.post(portail.lien()).adresse == "/connexion?avis=active"
    assert portail.dack().numero_candidat == "02600000001"


def test_le_code_active_depuis_l_autre_appareil(portail: Portail, navigateur: Navigateur) -> None:
    creer(navigateur)
    navigateur.suivre()
    page = navigateur.envoyer(bouton="J’ai bien reçu le mail", statut=422)
    assert page.erreurs == ["Ouvrez le lien du mail, ou recopiez ici les six chiffres du code qu’il contient"]
    code = portail.code()
    faux = f"{(int(code) + 1) % 1_000_000:06}"
    page = navigateur.envoyer({"code": faux}, statut=422)
    assert "Ce code n’est pas le bon" in page.erreurs[0]
    page = navigateur.envoyer({"code": "12ab"}, statut=422)
    assert page.erreurs == ["Recopiez les six chiffres du code"]
    assert navigateur.envoyer({"code": f"{code[:3]} {code[3:]}"}).adresse == "/connexion?avis=active"
    assert portail.compte().active_le is not None


def test_le_code_n_est_en_base_que_scelle_par_la_cle(portail: Portail, navigateur: Navigateur) -> None:
    creer(navigateur)
    codes = {jeton.code for jeton in portail.lignes(Jeton) if jeton.code}
    assert len(codes) == 1
    assert portail.code() not in codes
    assert sha256(portail.code().encode()).hexdigest() not in codes


def test_dix_codes_faux_demandent_un_nouvel_envoi(portail: Portail, navigateur: Navigateur) -> None:
    creer(navigateur)
    navigateur.get("/compte/attente/code")
    bon = portail.code()
    for rang in range(10):
        faux = f"{(int(bon) + 1 + rang) % 1_000_000:06}"
        assert "n’est pas le bon" in navigateur.envoyer({"code": faux}, statut=422).erreurs[0]
    assert "Trop de codes faux" in navigateur.envoyer({"code": bon}, statut=422).erreurs[0]
    portail.plus_tard(minutes=2)
    navigateur.get("/compte/attente")
    navigateur.envoyer(rang=1, bouton="Je n’ai pas reçu le mail, effectuer un nouvel envoi")
    navigateur.get("/compte/attente/code")
    assert navigateur.envoyer({"code": portail.code()}).adresse == "/connexion?avis=active"


def test_un_nouvel_envoi_attend_une_minute_puis_davantage(portail: Portail, navigateur: Navigateur) -> None:
    creer(navigateur)
    navigateur.suivre()
    page = navigateur.envoyer(rang=1, statut=429)
    assert page.reponse.headers["retry-after"] == "60"
    assert "Recommencez dans 60 secondes" in page.texte
    assert len(portail.courriels()) == 1
    portail.plus_tard(seconds=60)
    navigateur.get("/compte/attente")
    navigateur.envoyer(rang=1)
    assert len(portail.courriels("activation")) == 2
    navigateur.suivre()
    assert navigateur.envoyer(rang=1, statut=429).reponse.headers["retry-after"] == "120"


def test_le_premier_lien_reste_bon_apres_un_nouvel_envoi(portail: Portail, navigateur: Navigateur) -> None:
    creer(navigateur)
    premier, ancien_code = portail.lien(), portail.code()
    portail.plus_tard(minutes=2)
    navigateur.get("/compte/attente")
    navigateur.envoyer(rang=1)
    navigateur.get("/compte/attente/code")
    if ancien_code != portail.code():
        navigateur.envoyer({"code": ancien_code}, statut=422)
    navigateur.get(premier)
    assert navigateur.envoyer().adresse == "/connexion?avis=active"


def test_corriger_l_adresse_tue_les_liens_partis_a_la_mauvaise(portail: Portail, navigateur: Navigateur) -> None:
    creer(navigateur)
    mauvais = portail.lien()
    portail.plus_tard(minutes=2)
    navigateur.get("/compte/attente/adresse")
    page = navigateur.envoyer({"courriel": "a@exemple.fr", "courriel_confirmation": "b@exemple.fr"}, statut=422)
    assert page.erreurs == ["Recopiez la même adresse mail dans les deux champs"]
    navigateur.envoyer({"courriel": "bon@exemple.fr", "courriel_confirmation": "bon@exemple.fr"})
    assert "bon@exemple.fr" in navigateur.suivre().texte
    inconnu = portail.navigateur()
    assert inconnu.get(mauvais).h1 == "Ce lien n’est plus valable"
    inconnu.get("/connexion")
    assert inconnu.post(mauvais, statut=422).h1 == "Ce lien n’est plus valable"
    assert portail.courriels()[-1].destinataire == "bon@exemple.fr"
    navigateur.get(portail.lien())
    navigateur.envoyer()
    assert connecter(navigateur, identifiant="BON@exemple.fr").adresse == "/inscriptions"


def test_a_la_seconde_pres_48_heures(portail: Portail, navigateur: Navigateur) -> None:
    creer(navigateur)
    lien = portail.lien()
    portail.plus_tard(hours=48, seconds=-1)
    assert portail.navigateur().get(lien).h1 == "Activer mon compte"
    portail.plus_tard(seconds=1)
    page = portail.navigateur().get(lien)
    assert page.h1 == "Ce lien n’est plus valable"
    assert page.lien("Créer mon compte") == "/compte/creation"
    tardif = portail.navigateur()
    tardif.get("/connexion")
    assert tardif.post(lien, statut=422).h1 == "Ce lien n’est plus valable"
    assert "Aucune création" in navigateur.get("/compte/attente").h1


def test_passe_48_heures_tout_est_efface(portail: Portail, navigateur: Navigateur) -> None:
    creer(navigateur)
    ailleurs = portail.navigateur()
    portail.plus_tard(hours=47)
    creer(ailleurs, courriel="autre@exemple.fr", courriel_confirmation="autre@exemple.fr")
    assert portail.agir(purger_comptes_non_actives, portail.instant) == 0
    portail.plus_tard(hours=1)
    assert portail.agir(purger_comptes_non_actives, portail.instant) == 1
    assert [c.courriel for c in portail.lignes(Compte)] == ["autre@exemple.fr"]
    for table in (Candidat, Courriel):
        assert len(portail.lignes(table)) == 1
    assert {j.compte_id for j in portail.lignes(Jeton)} == {portail.compte().id}


def test_un_compte_active_n_est_jamais_purge(portail: Portail, navigateur: Navigateur) -> None:
    inscrire(portail, navigateur)
    portail.plus_tard(days=400)
    assert portail.agir(purger_comptes_non_actives, portail.instant) == 0
    assert portail.compte().active_le is not None


def test_un_numero_n_est_jamais_redonne(portail: Portail) -> None:
    with Session(portail.moteur) as db, db.begin():
        assert nouveau_numero(db, maintenant=MAINTENANT) == "02600000001"
        assert nouveau_numero(db, maintenant=MAINTENANT) == "02600000002"
        reserver_numero(db, "02600000900")
        reserver_numero(db, "02600000005")
        assert nouveau_numero(db, maintenant=MAINTENANT) == "02600000901"
        reveillon = datetime(2026, 12, 31, 23, 30, tzinfo=UTC)
        assert nouveau_numero(db, maintenant=reveillon) == "02700000001"


class TestAdresseDejaConnue:
    """Une seule réponse à l'écran ; seul le titulaire de la boîte sait."""

    def test_meme_ecran_et_le_titulaire_est_prevenu(self, portail: Portail, navigateur: Navigateur) -> None:
        libre = creer(navigateur, courriel="libre@exemple.fr", courriel_confirmation="libre@exemple.fr")
        ecran_libre = navigateur.suivre()
        inscrire(portail, portail.navigateur())
        intrus = portail.navigateur()
        prise = creer(
            intrus,
            courriel="DACK.ACCRALL@EXEMPLE.FR",
            courriel_confirmation="DACK.ACCRALL@EXEMPLE.FR",
            prenoms="Intrus",
        )
        ecran_pris = intrus.suivre()
        assert prise.adresse == libre.adresse
        assert {c.name for c in navigateur.client.cookies.jar} == {c.name for c in intrus.client.cookies.jar}
        attendu = ecran_libre.texte.replace("libre@exemple.fr", "?")
        assert ecran_pris.texte.lower().replace("dack.accrall@exemple.fr", "?") == attendu.lower()
        mail = portail.courriels("deja_connu")[0]
        assert mail.destinataire == "Dack.Accrall@exemple.fr"
        assert "Intrus" not in mail.texte
        assert "/compte/activation/" not in mail.texte
        intrus.get("/compte/attente/code")
        assert "n’est pas le bon" in intrus.envoyer({"code": "123456"}, statut=422).erreurs[0]

    def test_le_renvoi_et_la_correction_marchent_comme_pour_une_autre(
        self, portail: Portail, navigateur: Navigateur
    ) -> None:
        inscrire(portail, portail.navigateur())
        portail.plus_tard(minutes=3)
        creer(navigateur)
        navigateur.suivre()
        navigateur.envoyer(rang=1, statut=429)
        portail.plus_tard(minutes=1)
        navigateur.get("/compte/attente")
        navigateur.envoyer(rang=1)
        assert len(portail.courriels("deja_connu")) == 2
        portail.plus_tard(minutes=2)
        navigateur.get("/compte/attente/adresse")
        navigateur.envoyer({"courriel": "moi@exemple.fr", "courriel_confirmation": "moi@exemple.fr"})
        assert portail.courriels("activation")[-1].destinataire == "moi@exemple.fr"

    def test_deux_creations_en_attente_la_premiere_activee_l_emporte(
        self, portail: Portail, navigateur: Navigateur
    ) -> None:
        creer(navigateur)
        premier = portail.lien()
        portail.plus_tard(seconds=1)
        autre = portail.navigateur()
        creer(autre, prenoms="Usurpateur")
        second = portail.lien()
        assert "Usurpateur" in portail.navigateur().get(second).texte
        navigateur.get(premier)
        navigateur.envoyer()
        page = autre.get(second)
        assert page.h1 == "Votre compte est déjà activé"
        autre.post(second, statut=422)
        assert [c.active_le is not None for c in portail.lignes(Compte)].count(True) == 1

    def test_la_base_refuse_deux_comptes_actifs(self, portail: Portail, navigateur: Navigateur) -> None:
        creer(navigateur)
        creer(portail.navigateur())
        with pytest.raises(IntegrityError), Session(portail.moteur) as db, db.begin():
            db.execute(update(Compte).values(active_le=MAINTENANT))
