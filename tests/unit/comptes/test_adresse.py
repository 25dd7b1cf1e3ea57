"""Changer d'adresse mail : confirmée depuis la nouvelle, annulable depuis l'ancienne, muette sur celles d'autrui."""

import re
from typing import Any

import pytest

from app.comptes.models import ChangementAdresse, Compte, SessionWeb
from app.comptes.purge import purger
from tests.unit.client import Navigateur, Page
from tests.unit.comptes.conftest import DACK, MOT_DE_PASSE, Portail, connecter, creer, inscrire

ADRESSE = "/compte/adresse"
NOUVELLE = "Dack.Nouveau@exemple.fr"
CHARLIE: dict[str, Any] = {
    "nom_famille": "ETRANGER",
    "nom_famille_confirmation": "ETRANGER",
    "prenoms": "Charlie",
    "courriel": "charlie@exemple.fr",
    "courriel_confirmation": "charlie@exemple.fr",
}


def demander(
    navigateur: Navigateur, courriel: str = NOUVELLE, *, mot: str = MOT_DE_PASSE, statut: int = 303, **autres: str
) -> Page:
    navigateur.get(ADRESSE)
    champs = {"courriel": courriel, "courriel_confirmation": courriel, "ancien_mot_de_passe": mot}
    return navigateur.envoyer(champs | autres, statut=statut)


def confirmer(navigateur: Navigateur, lien: str) -> Page:
    navigateur.get(lien)
    return navigateur.envoyer()


def dack_connecte(portail: Portail, navigateur: Navigateur) -> None:
    inscrire(portail, navigateur)
    connecter(navigateur)


def charlie_existe(portail: Portail) -> Navigateur:
    charlie = portail.navigateur()
    creer(charlie, **CHARLIE)
    lien = portail.lien()
    charlie.get(lien)
    charlie.post(lien)
    return charlie


def adresse(portail: Portail) -> tuple[str, str]:
    (compte,) = portail.lignes(Compte, Compte.id == portail.dack().compte_id)
    return compte.courriel, compte.identifiant


def test_la_nouvelle_adresse_compte_une_fois_confirmee(portail: Portail, navigateur: Navigateur) -> None:
    dack_connecte(portail, navigateur)
    assert demander(navigateur).adresse == "/compte?avis=adresse-demandee"
    page = navigateur.suivre()
    assert "Un mail est parti à votre nouvelle adresse" in page.texte
    assert f"{NOUVELLE} deviendra votre identifiant" in page.texte
    assert adresse(portail)[0] == DACK["courriel"]
    (mail,) = portail.courriels("adresse")
    assert (mail.destinataire, mail.secret) == (NOUVELLE, True)
    assert "26/11/2026 à 14\u00a0h\u00a002" in mail.texte

    lien = portail.lien("adresse")
    page = navigateur.get(lien)
    assert NOUVELLE in page.texte
    assert adresse(portail)[0] == DACK["courriel"], "une page lue ne confirme rien"
    assert navigateur.envoyer().adresse == "/compte?avis=adresse-confirmee"
    assert "Votre adresse mail est changée" in navigateur.suivre().texte
    assert adresse(portail) == (NOUVELLE, NOUVELLE.lower())
    (avis,) = portail.courriels("adresse_changee")
    assert avis.destinataire == DACK["courriel"]
    assert NOUVELLE not in avis.texte + (avis.html or "")
    connecter(portail.navigateur(), statut=422)
    connecter(portail.navigateur(), identifiant=NOUVELLE)


def test_le_lien_ne_sert_qu_une_fois(portail: Portail, navigateur: Navigateur) -> None:
    dack_connecte(portail, navigateur)
    demander(navigateur)
    lien = portail.lien("adresse")
    confirmer(navigateur, lien)
    assert navigateur.get(lien, statut=404).h1 == "Ce lien n’est plus valable"
    navigateur.get("/compte")
    navigateur.post(lien, statut=404)
    assert len(portail.courriels("adresse_changee")) == 1


def test_le_lien_dure_quarante_huit_heures_pile(portail: Portail, navigateur: Navigateur) -> None:
    dack_connecte(portail, navigateur)
    demander(navigateur)
    lien = portail.lien("adresse")
    portail.plus_tard(hours=48, seconds=-1)
    connecter(navigateur)
    assert navigateur.get(lien).h1 == "Confirmer ma nouvelle adresse mail"
    portail.plus_tard(seconds=1)
    navigateur.post(lien, statut=404)
    assert adresse(portail)[0] == DACK["courriel"]
    assert NOUVELLE not in navigateur.get("/compte").texte
    portail.agir(purger, portail.instant)
    assert not portail.lignes(ChangementAdresse)


def test_le_lien_s_ouvre_sur_un_autre_appareil_une_fois_connecte(portail: Portail, navigateur: Navigateur) -> None:
    dack_connecte(portail, navigateur)
    demander(navigateur)
    lien, telephone = portail.lien("adresse"), portail.navigateur()
    vers = telephone.get(lien, statut=303).adresse
    assert vers.startswith("/connexion?suite=")
    telephone.get(vers)
    suite = telephone.envoyer({"identifiant": DACK["courriel"], "mot_de_passe": MOT_DE_PASSE}).adresse
    assert suite == lien
    confirmer(telephone, lien)
    assert NOUVELLE in navigateur.get("/compte").texte, "l’autre appareil reste connecté"


def test_le_lien_d_un_autre_ne_confirme_rien(portail: Portail, navigateur: Navigateur) -> None:
    dack_connecte(portail, navigateur)
    demander(navigateur)
    lien = portail.lien("adresse")
    charlie = charlie_existe(portail)
    connecter(charlie, identifiant="charlie@exemple.fr")
    charlie.get(lien, statut=404)
    charlie.get("/compte")
    charlie.post(lien, statut=404)
    assert adresse(portail)[0] == DACK["courriel"]


def test_une_demande_plus_recente_remplace_la_precedente(portail: Portail, navigateur: Navigateur) -> None:
    dack_connecte(portail, navigateur)
    demander(navigateur)
    premier = portail.lien("adresse")
    portail.plus_tard(seconds=1)
    demander(navigateur, "autre@exemple.fr")
    navigateur.get(premier, statut=404)
    confirmer(navigateur, portail.lien("adresse"))
    assert adresse(portail)[0] == "autre@exemple.fr"


def sans_les_tirages(page: Page, *adresses: str) -> str:
    texte = re.sub(r'value="[\w-]{28}"', "", page.html)
    for une in adresses:
        texte = texte.replace(une, "ADRESSE")
    return texte


def test_une_adresse_prise_donne_la_meme_reponse_qu_une_libre(portail: Portail, navigateur: Navigateur) -> None:
    dack_connecte(portail, navigateur)
    charlie_existe(portail)
    avant = len(portail.courriels())
    libre = (
        demander(navigateur, "personne@exemple.fr").adresse,
        sans_les_tirages(navigateur.suivre(), "personne@exemple.fr"),
    )
    prise = (
        demander(navigateur, "Charlie@exemple.fr").adresse,
        sans_les_tirages(navigateur.suivre(), "Charlie@exemple.fr"),
    )
    assert libre == prise
    assert len(portail.courriels()) == avant + 2
    (mail,) = portail.courriels("adresse_prise")
    assert mail.destinataire == "charlie@exemple.fr"
    assert "/compte/adresse/" not in mail.texte
    assert "ACCRALL" not in mail.texte.upper()
    assert len(portail.lignes(Compte, Compte.identifiant == "charlie@exemple.fr")) == 1


def test_une_adresse_prise_entre_la_demande_et_la_confirmation_reste_a_qui_l_a(
    portail: Portail, navigateur: Navigateur
) -> None:
    dack_connecte(portail, navigateur)
    demander(navigateur, "charlie@exemple.fr")
    lien = portail.lien("adresse")
    charlie_existe(portail)
    navigateur.get(lien, statut=404)
    navigateur.get("/compte")
    navigateur.post(lien, statut=404)
    assert adresse(portail)[0] == DACK["courriel"]
    assert len(portail.lignes(Compte, Compte.identifiant == "charlie@exemple.fr")) == 1


def test_annuler_retablit_l_ancienne_et_ferme_toutes_les_sessions(portail: Portail, navigateur: Navigateur) -> None:
    dack_connecte(portail, navigateur)
    demander(navigateur)
    confirmer(navigateur, portail.lien("adresse"))
    annulation, ailleurs = portail.lien("adresse_changee"), portail.navigateur()
    page = ailleurs.get(annulation)
    assert DACK["courriel"] in page.texte
    assert adresse(portail)[0] == NOUVELLE, "une page lue n’annule rien"
    assert ailleurs.envoyer().adresse == "/compte/adresse/retablie"
    page = ailleurs.suivre()
    assert page.lien("Choisir un nouveau mot de passe") == "/compte/mot-de-passe-oublie"
    assert adresse(portail) == (DACK["courriel"], DACK["courriel"].lower())
    assert not portail.lignes(SessionWeb)
    navigateur.get("/compte", statut=303)
    assert portail.courriels("adresse_retablie")[0].destinataire == NOUVELLE
    ailleurs.get(annulation, statut=404)
    ailleurs.post(annulation, statut=404)
    connecter(ailleurs)


def test_l_annulation_dure_soixante_douze_heures_pile(portail: Portail, navigateur: Navigateur) -> None:
    dack_connecte(portail, navigateur)
    demander(navigateur)
    confirmer(navigateur, portail.lien("adresse"))
    lien = portail.lien("adresse_changee")
    portail.plus_tard(hours=72, seconds=-1)
    ailleurs = portail.navigateur()
    assert ailleurs.get(lien).h1 == "Annuler le changement d’adresse mail"
    portail.agir(purger, portail.instant)
    portail.plus_tard(seconds=1)
    ailleurs.envoyer(statut=404)
    assert adresse(portail)[0] == NOUVELLE
    portail.agir(purger, portail.instant)
    assert not portail.lignes(ChangementAdresse), "l’ancienne adresse n’est pas gardée au-delà"


def test_le_premier_lien_defait_toute_une_chaine_de_changements(portail: Portail, navigateur: Navigateur) -> None:
    """Qui a pris le compte change deux fois d'adresse pour semer son titulaire."""
    dack_connecte(portail, navigateur)
    demander(navigateur, "voleur1@exemple.fr")
    confirmer(navigateur, portail.lien("adresse"))
    premier = portail.lien("adresse_changee")
    portail.plus_tard(minutes=5)
    demander(navigateur, "voleur2@exemple.fr")
    confirmer(navigateur, portail.lien("adresse"))
    second = portail.lien("adresse_changee")
    portail.plus_tard(minutes=5)
    demander(navigateur, "voleur3@exemple.fr")
    en_attente = portail.lien("adresse")
    dack = portail.navigateur()
    confirmer(dack, premier)
    assert adresse(portail)[0] == DACK["courriel"]
    dack.get(second, statut=404)
    connecter(dack)
    dack.get(en_attente, statut=404)


def test_annuler_est_refuse_si_l_ancienne_adresse_est_devenue_un_autre_compte(
    portail: Portail, navigateur: Navigateur
) -> None:
    dack_connecte(portail, navigateur)
    demander(navigateur)
    confirmer(navigateur, portail.lien("adresse"))
    lien, ailleurs = portail.lien("adresse_changee"), portail.navigateur()
    creer(ailleurs, nom_famille="AUTRE", nom_famille_confirmation="AUTRE")
    ailleurs.get(portail.lien())
    ailleurs.envoyer()
    ailleurs.get(lien)
    page = ailleurs.envoyer(statut=422)
    assert "Elle est devenue celle d’un autre compte" in page.texte
    assert adresse(portail)[0] == NOUVELLE
    navigateur.get("/compte", statut=303)


def test_un_lien_de_mot_de_passe_parti_a_l_ancienne_adresse_ne_sert_plus(
    portail: Portail, navigateur: Navigateur
) -> None:
    dack_connecte(portail, navigateur)
    navigateur.get("/compte/mot-de-passe-oublie")
    navigateur.envoyer({"identifiant": DACK["courriel"]})
    lien = portail.lien("mot_de_passe")
    demander(navigateur)
    confirmer(navigateur, portail.lien("adresse"))
    assert portail.navigateur().get(lien).h1 == "Ce lien n’est plus valable"


def test_sans_le_mot_de_passe_rien_n_est_demande(portail: Portail, navigateur: Navigateur) -> None:
    dack_connecte(portail, navigateur)
    for _ in range(5):
        page = demander(navigateur, mot="Faux-2027!", statut=422)
    assert page.erreurs == ["Ce n’est pas votre mot de passe actuel"]
    assert page.element("courriel")["value"] == NOUVELLE
    demander(navigateur, statut=429)
    assert not portail.lignes(ChangementAdresse)
    assert not portail.courriels("adresse")


def test_on_n_inonde_pas_une_boite(portail: Portail, navigateur: Navigateur) -> None:
    dack_connecte(portail, navigateur)
    for _ in range(4):
        demander(navigateur)
    page = demander(navigateur, statut=429)
    assert page.reponse.headers["retry-after"] == "120"
    assert len(portail.courriels("adresse")) == 4
    portail.plus_tard(minutes=2)
    demander(navigateur)


@pytest.mark.parametrize(
    ("courriel", "autres"),
    [
        ("dack.ACCRALL@exemple.fr", {}),
        ("", {}),
        ("pas une adresse", {}),
        ("a@b.fr\r\nBcc: x@y.fr", {}),
        ("a@exemple.fr,b@exemple.fr", {}),
        ("a\x00@exemple.fr", {}),
        ("x" * 300 + "@exemple.fr", {}),
        (NOUVELLE, {"courriel_confirmation": "autre@exemple.fr"}),
        (NOUVELLE, {"ancien_mot_de_passe": ""}),
        (NOUVELLE, {"ancien_mot_de_passe": "x" * 600}),
    ],
)
def test_une_saisie_fausse_ou_hostile_est_un_422(
    portail: Portail, navigateur: Navigateur, courriel: str, autres: dict[str, str]
) -> None:
    dack_connecte(portail, navigateur)
    demander(navigateur, courriel, statut=422, **autres)
    assert not portail.lignes(ChangementAdresse)


@pytest.mark.parametrize("secret", ["x", "é" * 40, "%00", "a" * 4000, "..%2f..%2f"])
def test_un_lien_invente_est_introuvable(portail: Portail, navigateur: Navigateur, secret: str) -> None:
    dack_connecte(portail, navigateur)
    navigateur.get(f"{ADRESSE}/confirmation/{secret}", statut=404)
    navigateur.get(f"{ADRESSE}/annulation/{secret}", statut=404)


def test_un_jeton_ne_sert_qu_a_son_usage(portail: Portail, navigateur: Navigateur) -> None:
    dack_connecte(portail, navigateur)
    demander(navigateur)
    confirmation = portail.lien("adresse").rpartition("/")[2]
    navigateur.get(f"{ADRESSE}/annulation/{confirmation}", statut=404)
    assert portail.navigateur().get(f"/compte/activation/{confirmation}").h1 == "Ce lien n’est plus valable"
    confirmer(navigateur, f"{ADRESSE}/confirmation/{confirmation}")
    annulation = portail.lien("adresse_changee").rpartition("/")[2]
    navigateur.get(f"{ADRESSE}/confirmation/{annulation}", statut=404)
    assert portail.navigateur().get(f"/compte/mot-de-passe/{annulation}").h1 == "Ce lien n’est plus valable"


def test_les_jetons_ne_sont_pas_lisibles_dans_la_base(portail: Portail, navigateur: Navigateur) -> None:
    dack_connecte(portail, navigateur)
    demander(navigateur)
    confirmer(navigateur, portail.lien("adresse"))
    (ligne,) = portail.lignes(ChangementAdresse)
    for nature in ("adresse", "adresse_changee"):
        secret = portail.lien(nature).rpartition("/")[2]
        assert secret not in (ligne.empreinte, ligne.annulation)


def test_un_autre_appareil_se_ferme_quand_le_mot_de_passe_change(portail: Portail, navigateur: Navigateur) -> None:
    dack_connecte(portail, navigateur)
    ailleurs = portail.navigateur()
    connecter(ailleurs)
    navigateur.get("/compte/mot-de-passe")
    nouveau = {"mot_de_passe": "Dentelle?2028", "mot_de_passe_confirmation": "Dentelle?2028"}
    navigateur.envoyer(nouveau | {"ancien_mot_de_passe": MOT_DE_PASSE})
    assert "Votre mot de passe est changé" in navigateur.suivre().texte
    ailleurs.get("/compte", statut=303)
    assert portail.courriels("mot_de_passe_change")[0].destinataire == DACK["courriel"]
