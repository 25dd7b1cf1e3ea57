"""Une exploration sans rien savoir du portail : chaque lien, chaque formulaire, chaque fonction, des saisies hostiles.

Jamais un 500, jamais une attente, jamais une saisie rendue telle quelle, et les en-têtes partout (le navigateur des
tests contrôle chaque page qu'il reçoit).
"""

import re
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlencode, urlsplit

import pytest

from app.main import create_app
from tests.bases import reglages_de
from tests.depart import reponses
from tests.instance import ADA, AMINE, BELLEVUE, BERTHE, DACK, DEBUT, LUCIE, REGINE, HorlogeDEssai
from tests.unit.arbre import Element
from tests.unit.client import Navigateur, Page, valeurs_affichees, verifier
from tests.unit.etablissements.fichiers import eleve, importer
from tests.unit.etablissements.papier import imprimer, mots_de_passe
from tests.unit.etablissements.test_papillons import choisir, connecter
from tests.unit.gestion.decor import deposer_des_dossiers
from tests.unit.inscription.conftest import Portail, ouvrir

DELAI = 8.0
"""secondes, sur une machine chargée ; une page ordinaire en met cent fois moins"""
BALISE = "<script>alert(1)</script>"
HOSTILES: tuple[str | bytes, ...] = (
    BALISE + "\"'&",
    "",
    "\x00",
    "a" * 6000,
    "9" * 5000,
    "-1",
    "٣٤٥٦",
    "9223372036854775808",
    "\r\nX-Injecte: oui",
    "../../etc/passwd",
    "31/02/2027",
    "=1+1",
    "é" * 300 + "\u202e",
    b"\xff\xfe\xed\xa0\x80",
)
PARAMETRES = ("apres", "avant", "page", "avis", "statut", "code", "numero", "recherche", "session", "academie", "suite")
IDENTIFIANT = re.compile(r"/[2-9a-z]{14}(?=/|$)|/\d+(?=/|$)")
ENVOIS_MAX = 300
"""par personne ; au-delà, un envoi sur deux ou trois, dans chaque formulaire"""
SANS_RETOUR = ("/deconnexion", "/compte/suppression")
DEPARTS = ("/", "/inscriptions", "/compte", "/gestion", "/etablissement", "/aide", "/verifier", "/connexion")


@dataclass
class Exploration:
    """Ce qu'un visiteur a vu : une page par forme d'adresse, un formulaire par forme d'envoi."""

    navigateur: Navigateur
    vues: set[str] = field(default_factory=set)
    formulaires: dict[tuple[str, tuple[str, ...]], tuple[str, Element]] = field(default_factory=dict)

    def parcourir(self, *departs: str) -> None:
        file = list(departs)
        while file:
            adresse = file.pop(0)
            if (forme := forme_de(adresse)) in self.vues:
                continue
            self.vues.add(forme)
            page = demander(self.navigateur, "GET", adresse)
            for formulaire in page.arbre.tous("form"):
                self._retenir(adresse, formulaire)
            for lien in page.arbre.tous("a"):
                if (cible := ici(lien["href"], adresse)) and forme_de(cible) not in self.vues:
                    file.append(cible)
            if page.adresse and (cible := ici(page.adresse, adresse)):
                file.append(cible)

    def _retenir(self, adresse: str, formulaire: Element) -> None:
        cible = formulaire["action"] or adresse
        noms = tuple(sorted({c["name"] for c in formulaire.tous("input", "select", "textarea", "button")}))
        self.formulaires.setdefault((forme_de(cible), noms), (cible, formulaire))


def forme_de(adresse: str) -> str:
    """Sans identifiants ni valeurs : deux dossiers ont la même page."""
    parties = urlsplit(adresse)
    noms = sorted(couple.split("=")[0] for couple in parties.query.split("&") if couple)
    return IDENTIFIANT.sub("/{}", parties.path) + (f"?{'&'.join(noms)}" if noms else "")


def ici(lien: str, depuis: str) -> str:
    """L'adresse dans le portail ; vide si le lien n'y mène pas."""
    if lien.startswith("?"):
        lien = urlsplit(depuis).path + lien
    return lien if lien.startswith("/") and not lien.startswith("//") else ""


def demander(navigateur: Navigateur, methode: str, adresse: str, corps: bytes | None = None, type_: str = "") -> Page:
    entetes = {"Accept-Encoding": "gzip"} | ({"Content-Type": type_} if type_ else {})
    debut = time.monotonic()
    page = Page(navigateur.client.request(methode, adresse, content=corps, headers=entetes, follow_redirects=False))
    duree = time.monotonic() - debut
    ou = f"{methode} {adresse[:120]} ({type_}) : {(corps or b'')[:200]!r}"
    assert page.statut < 500, f"{page.statut} à {ou}"
    assert duree < DELAI, f"{duree:.1f} s à {ou}"
    assert "X-Injecte" not in page.reponse.headers, ou
    if page.est_html:
        assert BALISE not in page.html, f"saisie rendue telle quelle à {ou}"
    if page.reponse.headers.get("content-disposition", "").startswith("attachment") or not page.est_html:
        assert "default-src 'none'" in page.reponse.headers["content-security-policy"], ou
    else:
        verifier(page)
    navigateur.jeton = page.jeton or navigateur.jeton
    return page


def encoder(couples: Sequence[tuple[str, str | bytes]]) -> bytes:
    return urlencode([(nom, v if isinstance(v, bytes) else v.encode()) for nom, v in couples]).encode()


def envois(formulaire: Element, ordre: int) -> Iterator[list[tuple[str, str | bytes]]]:
    """Tout vide, tout hostile, puis un champ hostile à la fois parmi des valeurs ordinaires, puis tout en double.

    Un formulaire sur trois commence par chaque tiers des saisies hostiles : toutes passent, partout où l'on tape.
    """
    ordinaires: list[tuple[str, str | bytes]] = [
        (nom, v)
        for nom, valeurs in valeurs_affichees(formulaire).items()
        for v in ([valeurs] if isinstance(valeurs, str) else valeurs)
        if nom != "jeton_csrf"
    ]
    noms = sorted({c["name"] for c in formulaire.tous("input", "select", "textarea", "button")} - {"", "jeton_csrf"})
    yield []
    for rang, hostile in list(enumerate(HOSTILES))[ordre % 3 :: 3]:
        yield (
            [(nom, HOSTILES[(rang + i) % len(HOSTILES)]) for i, nom in enumerate(noms)]
            if rang
            else [(nom, hostile) for nom in noms]
        )
    for rang, nom in enumerate(noms):
        hostile = HOSTILES[(rang + ordre) % len(HOSTILES)]
        yield [(n, v) for n, v in ordinaires if n != nom] + [(nom, hostile)]
    yield [*ordinaires, *ordinaires]
    yield [*ordinaires, ("champ_inconnu", "1"), ("id", "dack"), ("role", "administrateur")]


@pytest.fixture(scope="module")
def portail(modele: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Portail]:
    donnees = tmp_path_factory.mktemp("exploration") / "donnees"
    for portail in ouvrir(modele, donnees, HorlogeDEssai(DEBUT)):
        deposer_des_dossiers(donnees, 2)
        portail.poser(reponses("recapitulatif"))
        dack = portail.navigateur(DACK)
        dack.get(f"{portail.adresse}/onglets/recapitulatif")
        dack.envoyer(bouton="Enregistrer")
        importer(portail.navigateur(BERTHE), [eleve()])
        yield portail


QUI = {"anonyme": None, "dack": DACK, "berthe": BERTHE, "regine": REGINE, "lucie": LUCIE, "amine": AMINE, "ada": ADA}
ELEVE = "acculi"
"""l'élève du guide, entrée par son papillon"""
ROLES = ("anonyme", "dack", ELEVE, "berthe", "regine", "lucie", "amine", "ada")
"""Un gestionnaire retire les accès d'un établissement, l'administrateur ceux des agents : dans cet ordre."""


def se_presenter(portail: Portail, qui: str) -> Navigateur:
    if qui != ELEVE:
        return portail.navigateur(QUI[qui])
    berthe = portail.navigateur(BERTHE)
    (acculi,) = portail.lignes("SELECT candidature_id AS id FROM eleve WHERE division = 'DIV1'")
    (compte,) = mots_de_passe(imprimer(berthe, eleve=acculi["id"])).items()
    navigateur, _ = connecter(portail, *compte)
    choisir(navigateur)
    return navigateur


@pytest.fixture(scope="module")
def essayes() -> set[object]:
    """Pages et formulaires déjà éprouvés par quelqu'un : la connexion ou l'aide ne le sont pas huit fois."""
    return set()


@pytest.mark.parametrize("qui", ROLES)
def test_ni_adresse_ni_saisie_ne_fait_tomber_le_portail(portail: Portail, essayes: set[object], qui: str):
    exploration = Exploration(se_presenter(portail, qui))
    exploration.parcourir(*DEPARTS)
    assert len(exploration.vues) > (8 if qui == "anonyme" else 12)
    deja = set() if qui == ELEVE else essayes - set(DEPARTS)  # ses onglets ne sont pas ceux de Dack
    chemins = sorted({urlsplit(forme).path for forme in exploration.vues if "{}" not in forme} - deja)
    neufs = {forme: envoi for forme, envoi in exploration.formulaires.items() if forme not in deja}
    essayes.update(chemins, neufs)
    for rang, chemin in enumerate(chemins):
        eprouver_l_adresse(exploration.navigateur, chemin, rang)
    a_faire = [
        (cible, formulaire, couples)
        for ordre, (cible, formulaire) in enumerate(neufs.values())
        if not cible.startswith(SANS_RETOUR)
        for couples in envois(formulaire, ordre)
    ]
    for cible, formulaire, couples in a_faire[:: 1 + len(a_faire) // ENVOIS_MAX]:
        soumettre(exploration.navigateur, cible, formulaire, couples)


def eprouver_l_adresse(navigateur: Navigateur, chemin: str, rang: int) -> None:
    for hostile in (HOSTILES[0], HOSTILES[2], HOSTILES[4], HOSTILES[13], HOSTILES[(rang + 5) % len(HOSTILES)]):
        couples = [(nom, hostile) for nom in PARAMETRES]
        demander(navigateur, "GET", f"{chemin}?{encoder(couples).decode()[:7000]}")


def soumettre(navigateur: Navigateur, cible: str, formulaire: Element, couples: list[tuple[str, str | bytes]]) -> None:
    if formulaire["method"] != "post":
        demander(navigateur, "GET", f"{urlsplit(cible).path}?{encoder(couples).decode()[:7000]}")
        return
    jeton: tuple[str, str | bytes] = ("jeton_csrf", navigateur.jeton)
    corps = encoder([jeton, *couples])
    demander(navigateur, "POST", cible, corps, "application/x-www-form-urlencoded")


CORPS: tuple[tuple[str, bytes], ...] = (
    ("application/json", b'{"jeton_csrf": 1}'),
    ("application/json", b"{"),
    ("text/plain", b"\x00\xff"),
    ("multipart/form-data", b"sans frontiere"),
    ("multipart/form-data; boundary=x", b'--x\r\nContent-Disposition: form-data; name="jeton_csrf"\r\n\r\n'),
    (
        "multipart/form-data; boundary=x",
        b'--x\r\nContent-Disposition: form-data; name="a"; filename="a"\r\n\r\nb\r\n--x--',
    ),
    ("application/x-www-form-urlencoded; charset=inconnu", b"a=1"),
    ("application/x-www-form-urlencoded", b"a=%ZZ&" + b"a=1&" * 3000),
    ("", b""),
)


CHEZ_EUX = {"anonyme": "/", "dack": "/", "regine": "/gestion", "ada": "/gestion", "berthe": "/etablissement"}


@pytest.mark.parametrize("qui", CHEZ_EUX)
def test_aucun_corps_ne_fait_tomber_une_route(portail: Portail, tmp_path: Path, qui: str):
    navigateur = portail.navigateur(QUI[qui])
    navigateur.get("/aide")
    app = create_app(reglages_de(tmp_path), d_emblee=True)
    for rang, route in enumerate(app.routes):
        if "POST" not in getattr(route, "methods", ()) or not route.path_format.startswith(CHEZ_EUX[qui]):
            continue
        if qui == "dack" and route.path_format.startswith(("/gestion", "/etablissement")):
            continue
        uai = route.path_format.replace("{uai}", BELLEVUE) if qui == "berthe" else route.path_format
        chemin = re.sub(r"\{[^}]*\}", "zzzzzzzzzzzzzz", uai)
        for type_, corps in CORPS[rang % 3 :: 3]:
            page = demander(navigateur, "POST", chemin, corps, type_)
            assert page.statut >= 300, f"un envoi sans jeton a été accepté : {chemin}"
