"""Ce qu'un formulaire peut recevoir de pire, sur chaque onglet : jamais une panne, jamais plus de deux secondes."""

import time
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

import pytest

from tests.unit.client import Navigateur, valeurs_affichees
from tests.unit.inscription.conftest import Portail

TEXTES = {
    "nul": "a\x00b",
    "grand": str(2**63),
    "cinq mille chiffres": "9" * 5000,
    "chiffres arabes": "٣١٠٠٠",
    "negatif": "-1",
    "infini": "1e309",
    "pas un nombre": "NaN",
    "balise": "</title><script>alert(1)</script>",
    "gabarit": "{{ 7*7 }}{% raise %}",
    "formule": "=HYPERLINK(1)",
    "bidi": "\u202etxt.exe\u2066",
    "lignes": "a\r\nSet-Cookie: b=c\r\n\r\n",
    "emoji": "👩‍🍳" * 50,
    "combinants": "e" + "\u0301" * 1000,
    "espaces": "\u2003\u200b\ufeff",
    "long": "x" * 4_000,
}
ENTAMES: dict[str, dict[str, Any]] = {
    "acquis": {
        "familles": ["AUTRE_DIPLOME", "MEME_CAP", "VAE"],
        "acquis": [{"code": "CAP_AUTRE"}, {"code": "MEME_CAP_AJOURNE"}],
    },
    "qualification": {"specialite": "50024127"},
}
ONGLETS = ("identification", "informations", "qualification", "acquis", "epreuves")
PARTOUT = ("intention", "page", "revision", "recherche", "inconnue", "categorie", "etat", "version")


@pytest.fixture
def portail(portail_partage: Portail) -> Portail:
    return portail_partage


def ouvrir(portail: Portail, onglet: str) -> tuple[Navigateur, str, dict[str, Any]]:
    """Le navigateur devant l'onglet, son adresse, et ce qu'enverrait la page sans y toucher."""
    adresse = portail.partir_de(onglet, entame=ENTAMES.get(onglet))
    navigateur = portail.navigateur()
    page = navigateur.get(adresse)
    noms = {c["name"] for c in page.formulaires[0].tous("input", "select", "textarea") if c["name"]}
    affichees = valeurs_affichees(page.formulaires[0])
    return navigateur, adresse, dict.fromkeys(sorted(noms), "") | affichees


def envoyer(
    navigateur: Navigateur, adresse: str, *, permis: tuple[int, ...] = (200, 303, 400, 422), **corps: Any
) -> None:
    debut = time.monotonic()
    reponse = navigateur.client.post(adresse, follow_redirects=False, **corps)
    duree = time.monotonic() - debut
    assert reponse.status_code in permis, reponse.text[:500]
    assert duree < 2, f"{duree:.1f} s"
    assert reponse.headers["content-security-policy"]
    navigateur.get(adresse)


@pytest.mark.parametrize("texte", TEXTES.values(), ids=TEXTES.keys())
@pytest.mark.parametrize("onglet", ONGLETS)
def test_un_texte_hostile_dans_tous_les_champs(portail: Portail, onglet: str, texte: str):
    navigateur, adresse, champs = ouvrir(portail, onglet)
    hostiles = {nom: valeur if nom == "jeton_csrf" else texte for nom, valeur in champs.items()}
    envoyer(navigateur, adresse, data=hostiles | {"intention": "suivant"})
    envoyer(navigateur, adresse, data=hostiles | {"intention": "actualiser"}, headers={"HX-Request": "true"})


@pytest.mark.parametrize("onglet", ONGLETS)
def test_un_texte_hostile_la_ou_rien_n_est_demande(portail: Portail, onglet: str):
    navigateur, adresse, champs = ouvrir(portail, onglet)
    for texte in ("a\x00b", str(2**63), "9" * 5000, "٣١٠٠٠", "-1"):
        envoyer(navigateur, adresse, data=champs | dict.fromkeys(PARTOUT, texte))
    assert set(portail.brouillon) <= CLES_DU_BROUILLON


CLES_DU_BROUILLON = {
    "nationalite", "pays_adresse", "voie", "complement_1", "complement_2", "complement_3", "code_postal", "localite",
    "telephone_mobile", "telephone_fixe", "courriel", "situation", "categorie", "amenagement_duree", "etablissement",
    "amenagement_epreuves", "accord_presse", "accord_collectivites", "specialite", "choix", "forme_passage",
    "derogation", "motif_derogation", "familles", "acquis", "options", "langue", "eps", "activite_eps",
    "epreuves_presentees", "facultatives", "langue_facultative", "saisies", "vus",
}  # fmt: skip


@pytest.mark.parametrize("onglet", ONGLETS)
def test_chaque_cle_repetee_cinquante_fois(portail: Portail, onglet: str):
    navigateur, adresse, champs = ouvrir(portail, onglet)
    repetes = {nom: v if nom == "jeton_csrf" else [str(v), "2", "oui"] * 16 for nom, v in champs.items()}
    envoyer(navigateur, adresse, data=repetes)


@pytest.mark.parametrize("onglet", ONGLETS)
def test_un_fichier_a_la_place_de_chaque_reponse(portail: Portail, onglet: str):
    navigateur, adresse, champs = ouvrir(portail, onglet)
    fichiers = {nom: ("photo.jpg", b"\xff\xd8\xff" * 50, "image/jpeg") for nom in champs if nom != "jeton_csrf"}
    envoyer(navigateur, adresse, data={"jeton_csrf": champs["jeton_csrf"]}, files=fichiers)


@pytest.mark.parametrize("octets", ["%ED%A0%80", "%FF%FE", "%C3%28", "%F8%A1%A1%A1%A1"])
@pytest.mark.parametrize("onglet", ONGLETS)
def test_des_octets_qui_ne_sont_pas_de_l_utf8(portail: Portail, onglet: str, octets: str):
    navigateur, adresse, champs = ouvrir(portail, onglet)
    corps = "&".join(f"{quote(nom)}={octets if nom != 'jeton_csrf' else quote(str(v))}" for nom, v in champs.items())
    entetes = {"Content-Type": "application/x-www-form-urlencoded", "X-CSRF-Token": str(champs["jeton_csrf"])}
    envoyer(navigateur, adresse, permis=(400, 403, 422), content=corps.encode(), headers=entetes)


@pytest.mark.parametrize(
    "genre",
    ["application/json", "text/plain", "multipart/form-data; boundary=x", "multipart/form-data", "x/y; charset=z"],
)
def test_un_genre_de_contenu_inattendu(portail: Portail, genre: str):
    navigateur, adresse, champs = ouvrir(portail, "identification")
    entetes: Mapping[str, str] = {"Content-Type": genre, "X-CSRF-Token": str(champs["jeton_csrf"])}
    envoyer(navigateur, adresse, permis=(200, 303, 400, 403, 415, 422), content=b'{"voie": ["x"]}', headers=entetes)


def test_un_corps_trop_gros_est_refuse(portail: Portail):
    navigateur, adresse, champs = ouvrir(portail, "identification")
    envoyer(navigateur, adresse, permis=(413,), data=champs | {"voie": "x" * 400_000})


@pytest.mark.parametrize("texte", TEXTES.values(), ids=TEXTES.keys())
def test_une_recherche_hostile(portail: Portail, texte: str):
    navigateur, adresse, _ = ouvrir(portail, "qualification")
    court = texte[:3000]
    for chemin in (adresse, f"{portail.adresse}/specialites"):
        reponse = navigateur.client.get(chemin, params={"recherche": court}, headers={"HX-Request": "true"})
        assert reponse.status_code in (200, 400)


@pytest.mark.parametrize("texte", [*TEXTES.values(), "", "-0", "99999", "1_0"])
def test_une_version_lue_hostile_a_l_enregistrement(portail: Portail, texte: str):
    portail.partir_de("epreuves")
    navigateur = portail.navigateur()
    navigateur.get(f"{portail.adresse}/onglets/epreuves")
    reponse = navigateur.client.post(
        f"{portail.adresse}/enregistrement",
        data={"jeton_csrf": navigateur.jeton, "version": texte},
        follow_redirects=False,
    )
    assert reponse.status_code in (303, 404, 422)
    assert portail.lignes("SELECT id FROM version_candidature") == []
