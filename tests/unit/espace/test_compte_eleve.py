"""Le compte d'un élève pré-inscrit : il se connecte par « prenom.nom », et c'est son établissement qui l'inscrit."""

import pytest
from sqlalchemy import update
from sqlalchemy.orm import Session

from app.candidatures.models import Candidature
from app.comptes.models import Compte
from app.regles.vocabulaire import EtatCandidature
from tests.instance import BELLEVUE, DACK, MOT_DE_PASSE
from tests.unit.client import Navigateur
from tests.unit.espace.conftest import Portail
from tests.unit.espace.gestes import brouillon, inscrire, une

NOUVELLE = "parent@exemple.fr"


def eleve(portail: Portail, candidature: str, *, courriel: str = "") -> Navigateur:
    """Dack comme s'il venait de l'import du lycée Bellevue."""

    def acte(db: Session) -> None:
        db.execute(update(Compte).where(Compte.id == DACK.id).values(identifiant="dack.accrall", courriel=courriel))
        db.execute(update(Candidature).where(Candidature.id == candidature).values(etablissement_uai=BELLEVUE))

    portail.ecrire(acte)
    return portail.connecter(DACK)


def a_completer(portail: Portail) -> str:
    candidature = brouillon(portail, "identification")
    portail.ecrire(lambda db: db.execute(update(Candidature).values(etat=EtatCandidature.A_COMPLETER)))
    return candidature


def test_son_identifiant_est_ecrit_et_son_adresse_ne_le_change_pas(portail: Portail) -> None:
    nav = eleve(portail, a_completer(portail))
    page = nav.get("/compte")
    assert "Identifiant de connexion" in page.texte
    assert "dack.accrall" in page.texte
    page = nav.get("/compte/adresse")
    assert "Celle que vous donnez recevra les mails de votre inscription" in page.texte
    assert "deviendra" not in page.texte
    assert "Ce sera votre identifiant" not in page.texte
    champs = {"courriel": NOUVELLE, "courriel_confirmation": NOUVELLE, "ancien_mot_de_passe": MOT_DE_PASSE}
    nav.envoyer(champs)
    page = nav.suivre()
    assert f"{NOUVELLE} recevra les mails de votre inscription quand vous aurez ouvert le lien" in page.texte
    assert "votre identifiant ne change pas" in page.texte
    mail = une(portail, "select * from courriel where nature = 'adresse'")
    assert (mail["destinataire"], mail["sujet"]) == (NOUVELLE, "[CYCLADES] Confirmer mon adresse mail")
    assert "L’identifiant de connexion ne change pas." in mail["texte"]


def test_confirmee_elle_se_dit_et_l_ancienne_ne_lit_rien_de_faux(portail: Portail) -> None:
    nav = eleve(portail, a_completer(portail), courriel="ancienne@exemple.fr")
    nav.get("/compte/adresse")
    nav.envoyer({"courriel": NOUVELLE, "courriel_confirmation": NOUVELLE, "ancien_mot_de_passe": MOT_DE_PASSE})
    texte = une(portail, "select texte from courriel where nature = 'adresse'")["texte"]
    nav.get("/compte/" + texte.partition("/compte/")[2].split()[0])
    nav.envoyer()
    page = nav.suivre()
    assert "Votre adresse mail est changée" in page.texte
    assert "Elle est maintenant votre identifiant" not in page.texte
    compte = une(portail, "select identifiant, courriel from compte where id = 'dack'")
    assert compte == {"identifiant": "dack.accrall", "courriel": NOUVELLE}
    avis = une(portail, "select * from courriel where nature = 'adresse_changee'")
    assert avis["destinataire"] == "ancienne@exemple.fr"
    assert "identifiant" not in avis["texte"]
    assert "identifiant" not in avis["html"]
    annulation = "/compte/" + avis["texte"].partition("/compte/")[2].split()[0]
    page = portail.connecter(None).get(annulation)
    assert "identifiant" not in page.texte


def test_seul_son_etablissement_peut_le_desinscrire(portail: Portail) -> None:
    candidature = inscrire(portail)
    nav = eleve(portail, candidature)
    cloture = next(li.texte for li in nav.get("/echeances").arbre.tous("li") if li["class"] == "piece")
    assert "À vous, si besoin\u00a0: modifier votre inscription. Mon inscription" in cloture
    assert "désinscrire" not in cloture
    assert "Me désinscrire" not in nav.get("/inscriptions").texte
    assert (
        "C’est votre établissement qui vous a inscrit(e)"
        in nav.get(f"/candidatures/{candidature}/desinscription").texte
    )
    nav.post(f"/candidatures/{candidature}/desinscription", statut=422)
    assert une(portail, "select etat from candidature")["etat"].lower() == "inscrit"


@pytest.mark.parametrize("adresse", ["/compte/correction", "/compte/suppression"])
def test_rattache_il_ne_modifie_ni_ne_supprime_son_compte(portail: Portail, adresse: str) -> None:
    nav = eleve(portail, a_completer(portail))
    assert "Les informations de votre compte ne sont pas modifiables" in nav.get("/compte").texte
    page = nav.get(adresse)
    assert page.h1 in ("Demander une correction", "Supprimer mon compte")
    assert [f["action"] for f in page.formulaires] == ([adresse] if adresse.endswith("correction") else [])
