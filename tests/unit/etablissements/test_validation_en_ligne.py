"""La validation en ligne, là où le service l'a choisie : pour un élève aussi, enregistrer vaut signature."""

import io

import pytest
from pypdf import PdfReader

from tests.instance import BERTHE
from tests.unit.client import Navigateur
from tests.unit.etablissements.fichiers import chiffres, eleve, importer
from tests.unit.etablissements.papier import imprimer, mots_de_passe
from tests.unit.etablissements.test_papillons import ZOE, choisir, connecter
from tests.unit.etablissements.test_suivi import SUIVI, candidature, completer
from tests.unit.gestion.decor import ecrire
from tests.unit.inscription.conftest import Portail

VAUT_SIGNATURE = "vaut signature"


def regime(portail: Portail, lequel: str) -> None:
    ecrire(portail.donnees, "UPDATE periode_inscription SET regime_confirmation = :r", r=lequel)


@pytest.fixture
def berthe(portail: Portail) -> Navigateur:
    navigateur = portail.navigateur(BERTHE)
    importer(navigateur, [eleve(), ZOE])
    return navigateur


@pytest.fixture
def acculi(portail: Portail, berthe: Navigateur) -> Navigateur:
    """Au récapitulatif, avant d'enregistrer."""
    (mot,) = mots_de_passe(imprimer(berthe, division="DIV1")).values()
    navigateur, _ = connecter(portail, "acculi.accame", mot)
    choisir(navigateur, courriel="acculi@exemple.fr")
    completer(navigateur, candidature(portail))
    return navigateur


def demandees(portail: Portail) -> list[str]:
    requete = "SELECT code FROM piece_demandee WHERE retiree_le IS NULL ORDER BY code"
    return [str(piece["code"]) for piece in portail.lignes(requete)]


def confirmation(portail: Portail, navigateur: Navigateur) -> str:
    """Le texte de la dernière."""
    (document,) = portail.lignes("SELECT id FROM document WHERE type = 'confirmation' AND remplace_le IS NULL")
    page = navigateur.get(f"/documents/{document['id']}/page").texte
    pdf = PdfReader(io.BytesIO(navigateur.client.get(f"/documents/{document['id']}").content))
    return page + "\n".join(feuille.extract_text() for feuille in pdf.pages)


def test_en_ligne_l_eleve_enregistre_et_n_a_aucune_confirmation_a_signer(
    portail: Portail, berthe: Navigateur, acculi: Navigateur
):
    regime(portail, "en_ligne")
    page = acculi.get(f"/candidatures/{candidature(portail)}/onglets/recapitulatif")
    assert VAUT_SIGNATURE in page.texte, "c’est dit avant le clic"
    assert "signée" not in page.texte
    acculi.envoyer({}, bouton="Enregistrer")
    page = acculi.suivre()
    assert "Votre enregistrement vaut signature" in page.texte
    assert "signez" not in page.texte
    assert "CINSIG02" not in demandees(portail)
    assert "NATIDE04" in demandees(portail)
    lu = confirmation(portail, acculi)
    assert lu.count("Inscription validée en ligne") == 2, "la page et le PDF"
    assert "Confirmation d’inscription signée" not in lu
    (mail,) = portail.lignes("SELECT texte, html FROM courriel WHERE nature = 'enregistrement'")
    assert VAUT_SIGNATURE in mail["texte"]
    assert VAUT_SIGNATURE in mail["html"]
    assert "signée" not in mail["texte"] + mail["html"]


def test_sur_papier_l_eleve_rend_sa_confirmation_signee(portail: Portail, berthe: Navigateur, acculi: Navigateur):
    page = acculi.get(f"/candidatures/{candidature(portail)}/onglets/recapitulatif")
    assert VAUT_SIGNATURE not in page.texte
    acculi.envoyer({}, bouton="Enregistrer")
    assert "Lisez et signez votre confirmation" in acculi.suivre().texte
    assert "CINSIG02" in demandees(portail)
    assert "À retourner signée au service" in confirmation(portail, acculi)


def test_en_ligne_sans_autre_piece_l_eleve_est_fait_des_qu_il_enregistre(
    portail: Portail, berthe: Navigateur, acculi: Navigateur
):
    """Sur papier il lui manquerait la confirmation signée : son établissement le relancerait pour rien."""
    regime(portail, "en_ligne")
    acculi.envoyer({}, bouton="Enregistrer")
    ecrire(portail.donnees, "UPDATE piece_demandee SET statut = 'conforme' WHERE code != 'CINSIG02'")
    assert chiffres(berthe.get(SUIVI))["Fait"] == 1


def test_le_service_passe_en_ligne_la_confirmation_papier_deja_due_le_reste_jusqu_au_prochain_enregistrement(
    portail: Portail, berthe: Navigateur, acculi: Navigateur
):
    acculi.envoyer({}, bouton="Enregistrer")
    regime(portail, "en_ligne")
    assert "À retourner signée au service" in confirmation(portail, acculi)
    assert "CINSIG02" in demandees(portail)
    acculi.get(f"/candidatures/{candidature(portail)}/onglets/identification")
    acculi.envoyer({"voie": "2 rue de l’Exemple"}, bouton="Suivant")
    acculi.get(f"/candidatures/{candidature(portail)}/onglets/recapitulatif")
    acculi.envoyer({}, bouton="Enregistrer")
    assert "CINSIG02" not in demandees(portail)
    assert "Inscription validée en ligne" in confirmation(portail, acculi)
