"""La page d'accueil : l'état des inscriptions, les deux chemins, les messages du moment, et son poids."""

from datetime import timedelta

from tests.unit.accueil.conftest import MAINTENANT, Portail, dack, paris

SECONDE = timedelta(seconds=1)
INSECABLE = "\N{NO-BREAK SPACE}"


def test_l_accueil_montre_les_deux_chemins_du_guide(portail: Portail) -> None:
    page = portail.lire("/")
    assert page.h1 == "S’inscrire au CAP"
    assert "Je ne suis pas scolarisé" in page.texte
    assert "utilisez l’identifiant et le mot de passe du papillon de connexion" in page.texte
    assert page.lien("Créer mon compte") == "/compte/creation"
    assert page.lien("Me connecter avec mon papillon") == "/connexion"


def test_l_accueil_mene_a_tout_ce_qui_se_lit_avant_de_commencer(portail: Portail) -> None:
    page = portail.lire("/")
    for texte, adresse in (
        ("Simulateur de dispenses", "/simulateur"),
        ("Pièces qui seront demandées", "/aide/pieces"),
        ("Vérifier un document", "/verifier"),
    ):
        assert page.lien(texte) == adresse


def test_une_personne_connectee_va_a_ses_inscriptions(portail: Portail) -> None:
    portail.visiteur = dack()
    page = portail.lire("/")
    assert page.lien("Mes inscriptions") == "/inscriptions"
    assert "Créer mon compte" not in page.texte
    assert "Me connecter" not in page.texte
    assert page.reponse.headers["cache-control"] == "no-store"


def test_l_accueil_dit_quelle_session_est_ouverte(portail: Portail) -> None:
    portail.periode("16", paris(2026, 11, 1, 8), paris(2026, 11, 29, 18))
    assert "Inscriptions ouvertes pour la session de juin 2027." in portail.lire("/").texte


def test_sans_service_ouvert_l_accueil_dit_la_prochaine_ouverture(portail: Portail) -> None:
    portail.periode("16", paris(2026, 12, 1, 8), paris(2026, 12, 29, 18))
    portail.periode("06", paris(2026, 11, 30, 9), paris(2026, 12, 29, 18))
    texte = portail.lire("/").texte
    attendu = f"Prochaine ouverture{INSECABLE}: Académie de Clermont-Ferrand, le 30/11/2026 à 9{INSECABLE}h"
    assert attendu in texte
    assert "Inscriptions ouvertes" not in texte


def test_sans_aucune_date_l_accueil_le_dit(portail: Portail) -> None:
    portail.periode("16", paris(2026, 10, 1, 8), paris(2026, 10, 29, 18))
    assert "Aucune date n’est encore annoncée" in portail.lire("/").texte


def test_le_service_s_ouvre_et_se_ferme_a_la_seconde(portail: Portail) -> None:
    ouvre_le, ferme_le = paris(2026, 11, 25, 8), paris(2026, 11, 29, 18)
    portail.periode("16", ouvre_le, ferme_le)
    for instant, ouvert in (
        (ouvre_le - SECONDE, False),
        (ouvre_le, True),
        (ferme_le - SECONDE, True),
        (ferme_le, False),
    ):
        portail.instant = instant
        assert ("Inscriptions ouvertes" in portail.lire("/").texte) is ouvert, instant


def test_un_message_parait_et_disparait_a_la_seconde(portail: Portail) -> None:
    debut, fin = MAINTENANT, MAINTENANT + timedelta(hours=2)
    portail.message("Portail indisponible samedi", debut, fin)
    for instant, visible in ((debut - SECONDE, False), (debut, True), (fin - SECONDE, True), (fin, False)):
        portail.instant = instant
        assert ("Portail indisponible samedi" in portail.lire("/").texte) is visible, instant


def test_le_message_d_une_academie_ne_parait_que_pour_elle(portail: Portail) -> None:
    veille, lendemain = MAINTENANT - timedelta(days=1), MAINTENANT + timedelta(days=1)
    portail.message("Rectorat fermé lundi", veille, lendemain, academie="16")
    assert "Rectorat fermé lundi" not in portail.lire("/").texte
    assert "Rectorat fermé lundi" not in portail.lire("/periodes?academie=28").texte
    assert "Rectorat fermé lundi" in portail.lire("/periodes?academie=16").texte


def test_l_alerte_passe_devant_l_information(portail: Portail) -> None:
    veille, lendemain = MAINTENANT - timedelta(days=1), MAINTENANT + timedelta(days=1)
    portail.message("Nouvelle spécialité", MAINTENANT, lendemain)
    portail.message("Panne en cours", veille, lendemain, importance="alerte")
    texte = portail.lire("/").texte
    assert texte.index("Panne en cours") < texte.index("Nouvelle spécialité")


def test_le_texte_d_un_message_n_est_jamais_du_html(portail: Portail) -> None:
    texte = "<script>alert(1)</script>\n\nÀ bientôt !"
    portail.message("<b>Gras</b>", MAINTENANT, MAINTENANT + timedelta(days=1), texte=texte)
    page = portail.lire("/")
    assert "<script" not in page.html
    assert "&lt;b&gt;Gras" in page.html
    assert f"À bientôt{INSECABLE}!" in page.texte


def test_la_premiere_visite_tient_en_quatre_requetes_et_25_ko(portail: Portail) -> None:
    portail.periode("16", paris(2026, 11, 1, 8), paris(2026, 11, 29, 18))
    portail.message("Portail indisponible samedi", MAINTENANT, MAINTENANT + timedelta(days=1))
    page = portail.lire("/")
    adresses = [
        "/",
        *(lien["href"] for lien in page.arbre.tous("link")),
        *(s["src"] for s in page.arbre.tous("script")),
    ]
    assert not list(page.arbre.tous("script")), "aucun JavaScript sur l’accueil"
    assert len(adresses) <= 4
    poids = 0
    for adresse in adresses:
        reponse = portail.navigateur.client.get(adresse, headers={"Accept-Encoding": "gzip"})
        poids += int(reponse.headers["content-length"])
    assert poids <= 9_000, f"{poids} octets : la page, sa feuille et son icône, compressées par gzip"
