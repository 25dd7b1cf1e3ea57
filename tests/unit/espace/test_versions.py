"""Consulter, modifier, abandonner, comparer : la version enregistrée vaut jusqu'au prochain « Enregistrer »."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import update

from app.pieces.models import FichierDepose, PieceDemandee
from app.regles.vocabulaire import EtatExamen
from tests.instance import DACK, lignes
from tests.unit.client import Navigateur, Page
from tests.unit.espace.conftest import Portail
from tests.unit.espace.gestes import brouillon, changer, enregistrer, fermer_le, inscrire, une
from tests.unit.espace.test_desinscription import CLOTURES, SECONDE
from tests.unit.espace.test_pieces import deposer, pdf


def recapitulatif(candidature: str) -> str:
    return f"/candidatures/{candidature}/onglets/recapitulatif"


def test_une_inscription_enregistree_s_ouvre_en_consultation(portail: Portail) -> None:
    candidature = inscrire(portail)
    page = portail.navigateur.get(recapitulatif(candidature))
    assert page.h1 == "Récapitulatif"
    assert "Version 01" in page.texte
    assert not page.formulaires
    assert [a["href"] for a in page.arbre.tous("a") if a.texte.startswith("Modifier")] == [
        f"/candidatures/{candidature}/onglets/identification"
    ]
    assert portail.navigateur.get(page.lien("Modifier")).h1 == "Identification"


def test_modifier_donne_la_version_02_et_une_confirmation_qui_remplace(portail: Portail) -> None:
    candidature = inscrire(portail)
    nav = portail.navigateur
    changer(nav, candidature)
    page = nav.get(recapitulatif(candidature))
    assert "pas encore enregistrée" in page.element("etat").texte
    assert "La version 01 reste valable." in page.element("etat").texte
    page = enregistrer(nav, candidature)
    assert "Version 02" in page.texte
    assert "Elle remplace la précédente, même si vous l’avez déjà envoyée." in page.texte
    assert "Version 02" in nav.get(recapitulatif(candidature)).texte
    documents = nav.get(f"/candidatures/{candidature}/documents")
    assert "Remplacé par la version 2" in documents.texte
    ancien = une(portail, "select id from document where remplace_le is not null")["id"]
    assert "Ce document est remplacé par la version 02" in nav.get(f"/documents/{ancien}/page").texte
    assert nav.get(f"/documents/{ancien}").reponse.content.startswith(b"%PDF")
    mails = lignes(portail.donnees, "select * from courriel where nature = 'enregistrement'")
    annonces = {
        m["sujet"]: "annule et remplace la précédente" in m["texte"] and "annule et" in m["html"] for m in mails
    }
    assert annonces == {
        "[CYCLADES] Votre inscription 001 est enregistrée": False,
        "[CYCLADES] Votre inscription 001 est modifiée (version 2)": True,
    }


def test_une_demande_de_pieces_qui_ne_change_pas_n_est_pas_republiee(portail: Portail) -> None:
    candidature = inscrire(portail)
    changer(portail.navigateur, candidature)
    enregistrer(portail.navigateur, candidature)
    demandes = lignes(portail.donnees, "select numero from document where lower(type) = 'demande_pieces'")
    assert [d["numero"] for d in demandes] == [1]


def test_la_demande_de_pieces_suit_ce_qui_change_sans_rien_perdre(portail: Portail) -> None:
    candidature = inscrire(portail)
    nav = portail.navigateur
    nav.get(f"/candidatures/{candidature}/onglets/informations")
    nav.envoyer({"amenagement_epreuves": "oui"}, bouton="Suivant")
    enregistrer(nav, candidature)
    pieces = lignes(portail.donnees, "select code from piece_demandee where retiree_le is null")
    nav.get(f"/candidatures/{candidature}/onglets/informations")
    nav.envoyer({"amenagement_epreuves": "non"}, bouton="Suivant")
    enregistrer(nav, candidature)
    demandes = lignes(
        portail.donnees, "select numero from document where lower(type) = 'demande_pieces' order by numero"
    )
    assert [d["numero"] for d in demandes] == [1, 2, 3]
    retirees = lignes(portail.donnees, "select code from piece_demandee where retiree_le is not null")
    assert retirees, "une pièce qui n’est plus demandée est mise à part, pas effacée"
    assert {r["code"] for r in retirees} < {p["code"] for p in pieces}


def test_un_fichier_depose_reste_quand_sa_piece_n_est_plus_demandee_puis_la_retrouve(portail: Portail) -> None:
    candidature = inscrire(portail)
    nav = portail.navigateur
    adresse = f"/candidatures/{candidature}/pieces"
    nav.get(adresse)
    octets = pdf()
    for piece in lignes(portail.donnees, "select id, code from piece_demandee"):
        deposer(nav, piece["id"], octets, f"{piece['code']}.pdf")
    deposes = sorted(fichier.read_bytes() for fichier in (portail.donnees / "pieces").iterdir())

    page = changer_de_nationalite(nav, candidature, "MA")
    assert "Ce que vous avez déjà déposé est gardé." in page.texte
    retirees = lignes(portail.donnees, "select id, code from piece_demandee where retiree_le is not null")
    assert {piece["code"] for piece in retirees} == {"NATIDE01", "PSNATT01"}
    page = nav.get(adresse)
    demandees, anciennes = page.element("contenu").texte.split("Pièces qui ne sont plus demandées")
    for piece in retirees:
        assert f"{piece['code']}.pdf" in anciennes
        assert f"{piece['code']}.pdf" not in demandees
        assert nav.client.get(f"/pieces/{piece['id']}/fichier").content in deposes
    assert "NATIDE02" in demandees
    assert demandees.count("Déposé le 10/11/2026") == len(deposes) - 2, "les autres gardent leur fichier"
    assert sorted(fichier.read_bytes() for fichier in (portail.donnees / "pieces").iterdir()) == deposes

    changer_de_nationalite(nav, candidature, "FR")
    page = nav.get(adresse)
    assert "Pièces qui ne sont plus demandées" not in page.texte
    assert page.texte.count("Déposé le 10/11/2026") == len(deposes), "redemandée, elle retrouve son fichier"


def test_un_fichier_pas_encore_verifie_d_une_piece_retiree_ne_propose_pas_de_lien_mort(portail: Portail) -> None:
    candidature = inscrire(portail)
    nav = portail.navigateur
    (piece, *_) = (ligne["id"] for ligne in lignes(portail.donnees, "select id from piece_demandee"))
    nav.get(f"/candidatures/{candidature}/pieces")
    deposer(nav, piece, pdf())
    portail.ecrire(lambda db: db.execute(update(FichierDepose).values(examen=EtatExamen.EN_ATTENTE)))
    portail.ecrire(
        lambda db: db.execute(
            update(PieceDemandee).where(PieceDemandee.id == piece).values(retiree_le=portail.horloge.instant)
        )
    )
    page = nav.get(f"/candidatures/{candidature}/pieces")
    assert "piece.pdf" in page.texte
    assert not [a for a in page.arbre.tous("a") if a["href"] == f"/pieces/{piece}/fichier"]


def changer_de_nationalite(nav: Navigateur, candidature: str, pays: str) -> Page:
    nav.get(f"/candidatures/{candidature}/onglets/identification")
    nav.envoyer({"nationalite": pays}, bouton="Suivant")
    return enregistrer(nav, candidature)


def test_une_modification_laissee_en_plan_ne_touche_pas_la_version(portail: Portail) -> None:
    candidature = inscrire(portail)
    avant = lignes(portail.donnees, "select * from version_candidature")
    changer(portail.navigateur, candidature)
    assert lignes(portail.donnees, "select * from version_candidature") == avant
    assert une(portail, "select version from candidature")["version"] == 1


def test_abandonner_ramene_le_brouillon_a_la_version_enregistree(portail: Portail) -> None:
    candidature = inscrire(portail)
    nav = portail.navigateur
    changer(nav, candidature)
    abandon = nav.get(nav.get(recapitulatif(candidature)).lien("Abandonner mes modifications"))
    assert abandon.h1 == "Abandonner vos modifications ?"
    assert [e.texte for e in abandon.formulaires[0].tous("a", "button")] == ["Garder mes modifications", "Abandonner"]
    nav.envoyer(bouton="Abandonner")
    page = nav.suivre()
    assert "Version 01" in page.texte
    assert "pas encore enregistrée" not in page.texte
    ligne = une(
        portail, "select c.brouillon as ici, v.brouillon as enregistre from candidature c, version_candidature v"
    )
    assert ligne["ici"] == ligne["enregistre"]
    nav.post(f"/candidatures/{candidature}/abandon")
    assert len(lignes(portail.donnees, "select 1 from evenement where nature = 'modifications_abandonnees'")) == 1
    nav.get(f"/candidatures/{candidature}/abandon", statut=303)


def test_une_page_restee_ouverte_ne_ramene_pas_ce_qui_est_abandonne(portail: Portail) -> None:
    candidature = inscrire(portail)
    nav = portail.navigateur
    adresse = f"/candidatures/{candidature}/onglets/identification"
    changer(nav, candidature, "05 61 00 00 00")
    ouverte = nav.get(adresse)
    nav.envoyer({"telephone_fixe": "05 61 00 00 01", "intention": "brouillon"}, statut=303)
    nav.post(f"/candidatures/{candidature}/abandon")
    nav.page = ouverte
    page = nav.envoyer({"telephone_fixe": "05 61 00 00 02", "intention": "brouillon"}, statut=422)
    assert "05 61 00 00 02" in page.element("divergences").texte
    assert "pas encore enregistrée" not in page.element("etat").texte


@pytest.mark.parametrize("cloture", CLOTURES)
def test_une_seconde_avant_la_cloture_dack_modifie_encore(portail: Portail, cloture: datetime) -> None:
    candidature = modifiee(portail, cloture)
    portail.horloge.instant = cloture - SECONDE
    assert "Version 02" in enregistrer(portail.navigateur, candidature).texte


@pytest.mark.parametrize("retard", [timedelta(0), SECONDE])
@pytest.mark.parametrize("cloture", CLOTURES)
def test_a_la_cloture_rien_ne_se_modifie_plus(portail: Portail, cloture: datetime, retard: timedelta) -> None:
    candidature = modifiee(portail, cloture)
    nav = portail.navigateur
    portail.horloge.instant = cloture - SECONDE
    nav.get(recapitulatif(candidature))
    portail.horloge.instant = cloture + retard
    nav.envoyer(bouton="Enregistrer")
    page = nav.suivre()
    assert "Version 01" in page.texte
    assert "05 61 00 00 00" not in page.texte, "la version enregistrée s’affiche, pas la modification perdue"
    assert "La modification commencée n’a pas été enregistrée." in page.element("etat").texte
    assert "cap@toulouse.exemple.fr" in page.element("etat").texte
    assert not [a for a in page.arbre.tous("a") if a.texte.startswith("Modifier")]
    assert une(portail, "select version from candidature")["version"] == 1
    nav.post(f"/candidatures/{candidature}/abandon")
    assert not lignes(portail.donnees, "select 1 from evenement where nature = 'modifications_abandonnees'")


def test_enregistrer_trop_tard_par_htmx_montre_la_meme_consultation(portail: Portail) -> None:
    cloture = datetime(2026, 11, 30, 17, 0, tzinfo=UTC)
    candidature = modifiee(portail, cloture)
    nav = portail.navigateur
    avant = nav.get(recapitulatif(candidature))
    portail.horloge.instant = cloture
    nav.envoyer(bouton="Enregistrer", htmx=True)
    fragment = nav.suivre(htmx=True)
    apres = nav.get(recapitulatif(candidature))
    assert "<html" not in fragment.html
    assert fragment.element("etat").texte == apres.element("etat").texte
    assert fragment.titre == apres.titre
    corps = [e.forme() for e in fragment.arbre.enfants if not isinstance(e, str) and e.nom != "title"]
    attendu = [e.forme() for e in apres.element("contenu").enfants if not isinstance(e, str)]
    assert corps == attendu
    assert avant.formulaires, "avant la clôture, la page enregistrait"


def modifiee(portail: Portail, cloture: datetime) -> str:
    fermer_le(portail, cloture - timedelta(days=20), cloture)
    portail.horloge.instant = cloture - timedelta(hours=1)
    candidature = inscrire(portail)
    changer(portail.navigateur, candidature)
    return candidature


def test_deux_versions_se_comparent_cote_a_cote(portail: Portail) -> None:
    candidature = inscrire(portail)
    nav = portail.navigateur
    for telephone in ("05 61 00 00 00", "05 61 00 00 01"):
        portail.horloge.avancer(hours=1)
        changer(nav, candidature, telephone)
        enregistrer(nav, candidature)
    page = nav.get(f"/candidatures/{candidature}/versions")
    assert page.h1 == "Mes versions"
    assert "Version 03, en vigueur" in page.texte
    assert "Enregistrée le 10/11/2026 à 14\u00a0h\u00a002 (heure de Paris)" in page.texte
    comparaison = nav.get(page.lien("Ce qui a changé depuis la version 02"))
    assert "05 61 00 00 00" in comparaison.texte
    assert "05 61 00 00 01" in comparaison.texte
    assert "Changé" in comparaison.texte
    nav.get(f"/candidatures/{candidature}/versions?avant=1&apres=3", statut=303)
    comparaison = nav.suivre()
    assert comparaison.h1 == "Version 01 et version 03"
    assert "Ajouté" in comparaison.texte
    cellules = [td["data-th"] for td in comparaison.arbre.tous("td")]
    assert cellules == ["Différence", "Version 01", "Version 03"]


@pytest.mark.parametrize("versions", ["1/2", "0/1", "1/x", "1/-1", "1/99999999999999999999", "1/٣"])
def test_une_version_qui_n_existe_pas_est_introuvable(portail: Portail, versions: str) -> None:
    candidature = inscrire(portail)
    portail.navigateur.get(f"/candidatures/{candidature}/versions/{versions}", statut=404)


def test_une_version_comparee_a_elle_meme_ne_differe_en_rien(portail: Portail) -> None:
    candidature = inscrire(portail)
    page = portail.navigateur.get(f"/candidatures/{candidature}/versions/1/1")
    assert "Ces deux versions disent la même chose." in page.texte


def test_un_brouillon_n_a_pas_de_version(portail: Portail) -> None:
    candidature = brouillon(portail)
    page = portail.connecter(DACK).get(f"/candidatures/{candidature}/versions")
    assert "Aucune version enregistrée" in page.texte
