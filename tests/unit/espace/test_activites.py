"""« Mes activités », « Les formulaires », « Mes justificatifs »."""

from tests.instance import DACK, lignes
from tests.unit.espace.conftest import Portail
from tests.unit.espace.gestes import brouillon, inscrire


def test_les_quatre_activites_du_guide_dans_son_ordre(portail: Portail) -> None:
    candidature = inscrire(portail)
    page = portail.navigateur.get(f"/candidatures/{candidature}")
    assert page.h1 == "Mes activités"
    nav = next(n for n in page.arbre.tous("nav") if n["aria-label"] == "Mes activités")
    assert [a.texte for a in nav.tous("a")] == [
        "Mon inscription",
        "Mes documents",
        "Les formulaires",
        "Mes justificatifs",
    ]
    for lien in nav.tous("a"):
        suivie = portail.navigateur.get(lien["href"], statut=303 if lien["href"].endswith("/reprise") else 200)
        assert suivie.statut == 303 or suivie.h1 == lien.texte
    portail.navigateur.get(f"/candidatures/{candidature}/reprise", statut=303)
    assert portail.navigateur.suivre().h1 == "Récapitulatif"


def test_les_formulaires_ne_servent_pas_aux_examens(portail: Portail) -> None:
    candidature = inscrire(portail)
    page = portail.navigateur.get(f"/candidatures/{candidature}/formulaires")
    assert "Actuellement, cette section n’est pas utilisée dans le cadre des examens." in page.texte


def test_les_justificatifs_disent_quoi_ou_et_avant_quand(portail: Portail) -> None:
    candidature = inscrire(portail)
    page = portail.navigateur.get(f"/candidatures/{candidature}/pieces")
    pieces = lignes(portail.donnees, "select * from piece_demandee where retiree_le is null")
    assert f"Pièces justificatives conformes\u00a0: 0 / {len(pieces)}" in page.texte
    assert "À déposer en ligne entre le samedi 31 octobre 2026 et le lundi 21 décembre 2026 à 18\u00a0h" in page.texte
    for piece in pieces:
        assert f"{piece['code']}\u00a0: {piece['libelle']}" in page.texte
        assert piece["groupe_libelle"] in page.texte
    (demande,) = lignes(portail.donnees, "select id from document where type = 'demande_pieces'")
    assert page.lien("Demande de pièces justificatives, version 1") == f"/documents/{demande['id']}"
    en_ligne = [piece for piece in pieces if piece["mode"].lower() == "en_ligne"]
    assert len(page.formulaires) == len(en_ligne) > 0, "une pièce en ligne, un bouton « Ajouter »"


def test_une_piece_du_courrier_dit_qu_elle_est_a_envoyer(portail: Portail) -> None:
    candidature = inscrire(portail, amenagement_epreuves=True)
    page = portail.navigateur.get(f"/candidatures/{candidature}/pieces")
    (ligne,) = [li for li in page.arbre.tous("li") if li["id"] == "HANMED01"]
    assert "À envoyer" in ligne.texte
    assert "À déposer" not in ligne.texte
    assert "À envoyer par courrier avant le lundi 21 décembre 2026" in page.texte


def test_un_brouillon_n_a_pas_encore_de_pieces_demandees(portail: Portail) -> None:
    candidature = brouillon(portail)
    page = portail.connecter(DACK).get(f"/candidatures/{candidature}/pieces")
    assert "Aucune pièce n’est encore demandée" in page.texte
    assert page.lien("Continuer mon inscription") == f"/candidatures/{candidature}/reprise"


def test_ouvrir_un_document_laisse_une_marque_de_lecture(portail: Portail) -> None:
    candidature = inscrire(portail)
    page = portail.navigateur.get(f"/candidatures/{candidature}/documents")
    assert page.texte.count("Pas encore lu") == 2
    portail.horloge.avancer(minutes=5)
    confirmation = next(a["href"] for a in page.arbre.tous("a") if "Confirmation d’inscription [PDF]" in a.texte)
    portail.navigateur.get(confirmation)
    page = portail.navigateur.get(f"/candidatures/{candidature}/documents")
    assert page.texte.count("Pas encore lu") == 1
    assert "Lu le 10/11/2026 à 14\u00a0h\u00a007 (heure de Paris)" in page.texte
    portail.horloge.avancer(hours=1)
    portail.navigateur.get(f"{confirmation}/page")
    page = portail.navigateur.get(f"/candidatures/{candidature}/documents")
    assert "Lu le 10/11/2026 à 14\u00a0h\u00a007 (heure de Paris)" in page.texte, "la première ouverture reste"
