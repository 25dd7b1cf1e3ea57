"""Dack dépose ses pièces : un fichier, des photos, un refus, une suppression, la validation, une coupure."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect

from app.pieces.controle import Avis, poser_un_statut
from app.regles.vocabulaire import StatutPiece
from tests.depart import _ecrire
from tests.documents_lourds import pdf_lourd, photo_lourde
from tests.e2e.accessibilite import verifier_l_acces
from tests.e2e.conftest import Ouvrir, ouvrir_un_appareil
from tests.e2e.coupeur import Coupeur
from tests.e2e.pages.justificatifs import MesJustificatifs, fichier
from tests.e2e.pages.onglets import Recapitulatif
from tests.e2e.pages.visite import Visite
from tests.e2e.serveur import Serveur
from tests.instance import REGINE
from tests.unit.espace.test_pieces import pdf

LENT = {"timeout": 30_000}
"""Un examen attend parfois la place d'un autre."""


def inscrit(visite: Visite) -> MesJustificatifs:
    candidature = visite.reprendre_a("recapitulatif")
    Recapitulatif(visite).enregistrer()
    return MesJustificatifs(visite, candidature).ouvrir()


def test_dack_depose_supprime_redepose_et_valide(visite: Visite):
    visite.surveillance.tolerer("422")
    mes = inscrit(visite)
    codes = mes.codes_a_deposer()
    assert len(codes) == 5
    premiere, photos, *autres = codes
    mes.ajouter(premiere, fichier("Ma pièce.pdf", b"MZ programme"))
    expect(mes.ligne(premiere)).to_contain_text("Ce fichier est un programme")
    verifier_l_acces(visite, "un refus")
    mes.ajouter(premiere, fichier("Ma pièce.pdf", pdf()))
    mes.a_depose(premiere, "Ma pièce.pdf", **LENT)
    mes.supprimer(premiere)
    mes.ajouter(premiere, fichier("Mon autre pièce.pdf", pdf()))
    mes.a_depose(premiere, "Mon autre pièce.pdf", **LENT)
    mes.ajouter(photos, [fichier(f"{quoi}.jpg", photo_lourde(400, 300)) for quoi in ("recto", "verso")])
    mes.a_depose(photos, "recto (2 photos).pdf", **LENT)
    for code in autres:
        mes.ajouter(code, fichier(f"{code}.pdf", pdf()))
        mes.a_depose(code, f"{code}.pdf", **LENT)
    verifier_l_acces(visite, "tout est déposé")
    mes.valider()
    expect(visite.page.get_by_text("Envoyée", exact=True)).to_have_count(6)
    deposes = visite.serveur.lignes(
        "select format, pages, examen from fichier_depose where retire_le is null order by pages desc"
    )
    assert deposes == [{"format": "PDF", "pages": pages, "examen": "sain"} for pages in (2, 1, 1, 1, 1)]
    assert visite.serveur.lignes("select count(*) n from piece_demandee where validee_le is not null") == [{"n": 5}]
    visite.appuyer("Annuler l’envoi")
    visite.est_sur("Mes justificatifs")
    expect(mes.ligne(premiere)).to_contain_text("Déposée")


def test_une_piece_non_conforme_se_redepose_seule_et_se_revalide(visite: Visite):
    mes = inscrit(visite)
    codes = mes.codes_a_deposer()
    for code in codes:
        mes.ajouter(code, fichier(f"{code}.pdf", pdf()))
        mes.a_depose(code, f"{code}.pdf", **LENT)
    mes.valider()
    for code, statut in zip(codes, (StatutPiece.NON_CONFORME, StatutPiece.CONFORME, StatutPiece.RECUE), strict=False):
        juger(visite.serveur, code, statut)
    mes.ouvrir()
    refusee = mes.ligne(codes[0])
    expect(refusee).to_contain_text(re.compile(r"Information du gestionnaire\s: Pièce illisible"))
    expect(visite.page.get_by_role("main")).to_contain_text(re.compile(r"Pièces justificatives conformes\s: 1 / 5"))
    assert mes.codes_a_deposer() == [codes[0]]
    verifier_l_acces(visite, "une pièce non conforme")
    mes.ajouter(codes[0], fichier("lisible.pdf", pdf()))
    mes.a_depose(codes[0], "lisible.pdf", **LENT)
    mes.valider()
    expect(refusee.get_by_text("Envoyée", exact=True)).to_be_visible()
    assert mes.codes_a_deposer() == []


def juger(serveur: Serveur, code: str, statut: StatutPiece) -> None:
    (piece,) = serveur.lignes(
        "select p.id, f.id fichier from piece_demandee p join fichier_depose f on f.piece_id = p.id where code = :code",
        code=code,
    )
    avis = Avis(statut, serveur.horloge.instant.date(), "Pièce illisible" if statut == "non_conforme" else "")
    assert _ecrire(
        serveur.donnees,
        lambda db: poser_un_statut(
            db,
            piece["id"],
            avis,
            attendu=StatutPiece.AUCUN,
            fichier_id=piece["fichier"],
            academies=REGINE.academies,
            agent_id=REGINE.id,
            maintenant=serveur.horloge.instant,
        ),
    )


@pytest.fixture
def coupeur(serveur: Serveur) -> Iterator[Coupeur]:
    with Coupeur(serveur.port) as coupeur:
        yield coupeur


def par_le_relais(visite: Visite, coupeur: Coupeur) -> None:
    """La même personne, le même cookie (un port n'en change pas), par l'adresse du relais."""
    visite.surveillance.tolerer("ERR_|Failed to fetch|422")
    visite.page.goto(visite.page.url.replace(visite.serveur.adresse, coupeur.adresse))
    visite.est_sur("Mes justificatifs")


def test_deux_coupures_ne_font_renvoyer_que_ce_qui_n_est_pas_arrive(ouvrir: Ouvrir, coupeur: Coupeur):
    visite = ouvrir(js=True)
    mes, octets = inscrit(visite), pdf_lourd()
    code = mes.codes_a_deposer()[0]
    par_le_relais(visite, coupeur)
    coupeur.compter_depuis_ici(len(octets) * 40 // 100, len(octets) * 80 // 100)
    mes.ajouter(code, fichier("lourd.pdf", octets))
    mes.a_depose(code, "lourd.pdf", **LENT)
    assert coupeur.coupes == 2
    assert coupeur.montes < 1.15 * len(octets), f"{coupeur.montes / len(octets):.3f} fois la taille"
    (depose,) = visite.serveur.lignes("select cle from fichier_depose")
    assert (visite.serveur.donnees / "pieces" / depose["cle"]).read_bytes() == octets


def test_un_envoi_interrompu_reprend_apres_un_rechargement_et_le_lendemain(ouvrir: Ouvrir, coupeur: Coupeur):
    """Le réseau coupe à 40 %, la page est fermée ; le lendemain, une nouvelle connexion, le même fichier."""
    visite = ouvrir(js=True)
    mes, octets = inscrit(visite), pdf_lourd()
    code = mes.codes_a_deposer()[0]
    par_le_relais(visite, coupeur)
    coupeur.compter_depuis_ici(*[len(octets) * 40 // 100] * 200)
    mes.ajouter(code, fichier("lourd.pdf", octets))
    expect(mes.ligne(code)).to_contain_text("L’envoi reprendra tout seul")
    deja = coupeur.montes
    visite.serveur.horloge.avancer(days=1)
    visite.page.context.clear_cookies()
    visite.connecter()
    coupeur.compter_depuis_ici()
    mes.ouvrir()
    expect(mes.ligne(code)).to_contain_text("Un envoi est commencé")
    par_le_relais(visite, coupeur)
    coupeur.compter_depuis_ici()
    mes.ajouter(code, fichier("lourd.pdf", octets))
    mes.a_depose(code, "lourd.pdf", **LENT)
    assert deja + coupeur.montes < 1.15 * len(octets)


def test_une_photo_se_reduit_dans_le_navigateur(ouvrir: Ouvrir, coupeur: Coupeur):
    visite = ouvrir(js=True)
    mes = inscrit(visite)
    code = mes.codes_a_deposer()[0]
    par_le_relais(visite, coupeur)
    coupeur.compter_depuis_ici()
    grande = photo_lourde(3200, 2400)
    assert len(grande) > 5_000_000
    mes.ajouter(code, fichier("grande.jpg", grande))
    mes.a_depose(code, "grande.jpg", **LENT)
    assert coupeur.montes < len(grande) * 2 // 3


def test_sans_https_le_depot_marche_aussi(chromium: Browser, serveur: Serveur):
    """Ailleurs que sur la machine et sans https, le navigateur n'a pas SHA-256."""
    with ouvrir_un_appareil(chromium, serveur, js=True) as visite:
        visite.page.add_init_script("Object.defineProperty(Crypto.prototype, 'subtle', { value: undefined })")
        mes, octets = inscrit(visite), pdf()
        code = mes.codes_a_deposer()[0]
        mes.ajouter(code, fichier("simple.pdf", octets))
        mes.a_depose(code, "simple.pdf", **LENT)
        assert [len(e["empreinte"]) for e in serveur.lignes("select empreinte from envoi_morcele")] == [8]


def test_un_envoi_s_annule_et_le_champ_revient(ouvrir: Ouvrir):
    visite = ouvrir(js=True)
    mes = inscrit(visite)
    code = mes.codes_a_deposer()[0]
    visite.page.route("**/morceaux", lambda _: None)
    mes.ajouter(code, fichier("lourd.pdf", pdf_lourd()))
    expect(mes.ligne(code).get_by_role("progressbar")).to_be_visible()
    expect(mes.ligne(code).get_by_role("button", name="Annuler l’envoi")).to_be_focused()
    verifier_l_acces(visite, "un envoi en cours")
    mes.ligne(code).get_by_role("button", name="Annuler l’envoi").click()
    expect(mes.ligne(code).get_by_label(f"Fichier pour {code}")).to_be_focused()
    mes.ouvrir()
    assert visite.serveur.lignes("select id from envoi_morcele") == []


def test_une_session_finie_pendant_l_envoi_se_dit(ouvrir: Ouvrir):
    visite = ouvrir(js=True)
    mes = inscrit(visite)
    code = mes.codes_a_deposer()[0]
    visite.serveur.horloge.avancer(hours=3)
    mes.ajouter(code, fichier("piece.pdf", pdf()))
    expect(mes.ligne(code)).to_contain_text("Vous n’êtes plus connecté.")
    expect(mes.ligne(code).get_by_role("link", name="Connectez-vous")).to_be_visible()


def test_le_foyer_suit_ce_qu_on_fait(ouvrir: Ouvrir):
    visite = ouvrir(js=True)
    mes = inscrit(visite)
    code = mes.codes_a_deposer()[0]
    mes.ajouter(code, fichier("piece.pdf", pdf()))
    mes.a_depose(code, "piece.pdf", **LENT)
    expect(mes.ligne(code).get_by_role("link", name="Supprimer")).to_be_focused()
    visite.page.keyboard.press("Enter")
    expect(mes.ligne(code).get_by_role("link", name="Garder ce fichier")).to_be_focused()
    visite.page.keyboard.press("Tab")
    visite.page.keyboard.press("Enter")
    expect(mes.ligne(code).get_by_label(f"Fichier pour {code}")).to_be_focused()
