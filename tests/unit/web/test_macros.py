"""Chaque champ rendu a son intitulé, son aide et son erreur reliés, et des ids qui ne bougent pas."""

from dataclasses import dataclass

from app.web.forms import (
    Case,
    CasesACocher,
    Champ,
    Choix,
    Courriel,
    DateFR,
    Formulaire,
    MotDePasse,
    Option,
    OuiNon,
    Telephone,
    TexteCourt,
    TexteLong,
)
from app.web.gabarits import creer_environnement
from tests.unit.arbre import Element, lire_html
from tests.unit.client import verifier_intitules, verifier_liens_internes

CHAMPS = '{% from "macros/champs.html" import champ %}{% from "macros/erreurs.html" import resume %}{{ resume(f) }}'


def rendre(source: str, **contexte: object) -> Element:
    return lire_html(creer_environnement(str).from_string(source).render(**contexte))


def champs() -> dict[str, Champ]:
    return {
        "nom": TexteCourt("Nom", requis=True, aide="Votre nom.", autocomplete="family-name"),
        "motif": TexteLong("Motif", requis=True, aide="Deux lignes."),
        "naissance": DateFR("Naissance", requis=True, aide="Exemple", autocomplete="bday"),
        "pays": Choix("Pays", options=[("FR", "France"), Option("XX", "Autre", motif="fermé")], requis=True),
        "civilite": Choix("Civilité", options=[("M", "Monsieur")], radios=True, requis=True, aide="Une."),
        "presse": OuiNon("Presse", requis=True),
        "familles": CasesACocher("Familles", options=[Option("A", "Un", "précision")], requis=True, aide="Toutes."),
        "accord": Case("Accord", requis=True, aide="Lisez."),
        "mail": Courriel("Mail", requis=True),
        "mobile": Telephone("Mobile", requis=True),
        "secret": MotDePasse("Mot de passe", requis=True, autocomplete="new-password", aide="Long."),
    }


def test_chaque_champ_relie_son_intitule_son_aide_et_son_erreur():
    formulaire = Formulaire(champs(), {})
    formulaire.valide()
    page = rendre(CHAMPS + "{% for c in f %}{{ champ(c) }}{% endfor %}", f=formulaire)
    ids = [e["id"] for e in page.tous() if "id" in e.attributs]
    assert len(ids) == len(set(ids))
    verifier_intitules(page)
    verifier_liens_internes(page, set(ids))
    for nom in champs():
        controle = page.par_id(formulaire[nom].id_cible)
        assert controle is not None
        assert controle["aria-invalid"] == "true"
        assert f"{nom}-erreur" in controle["aria-describedby"].split()
        assert (f"{nom}-aide" in controle["aria-describedby"].split()) == bool(formulaire[nom].aide)
        boite = page.par_id(f"{nom}-champ")
        assert boite is not None
        assert "en-erreur" in boite["class"]
    resume = page.par_id("resume-erreurs")
    assert resume is not None
    assert len(list(resume.tous("a"))) == len(champs())


def test_sans_erreur_rien_ne_crie():
    page = rendre(CHAMPS + "{% for c in f %}{{ champ(c) }}{% endfor %}", f=Formulaire(champs()))
    assert page.par_id("resume-erreurs") is None
    assert not any("aria-invalid" in e.attributs or "en-erreur" in e["class"] for e in page.tous())
    assert "*" in next(e for e in page.tous("label") if e["for"] == "nom").texte


def test_un_mot_de_passe_tape_n_est_jamais_dans_la_page():
    formulaire = Formulaire({"secret": MotDePasse("Mot de passe")}, {"secret": "Brodeuse!27"})
    formulaire.valide()
    formulaire.ajouter_erreur("secret", "Trop connu")
    page = rendre(CHAMPS + '{{ champ(f["secret"]) }}', f=formulaire)
    assert "Brodeuse!27" not in str(page.forme())
    assert next(page.tous("input"))["type"] == "password"


def test_une_saisie_hostile_reste_du_texte():
    formulaire = Formulaire(
        {"nom": TexteCourt("Nom"), "motif": TexteLong("Motif")}, {"nom": '"><script>', "motif": "</textarea><b>"}
    )
    page = rendre(CHAMPS + '{{ champ(f["nom"], {"data-x": "<\\"y"}) }}{{ champ(f["motif"]) }}', f=formulaire)
    assert not list(page.tous("script", "b"))
    controle = next(page.tous("input"))
    assert (controle["value"], controle["data-x"]) == ('"><script>', '<"y')


def test_une_option_fermee_se_montre_avec_sa_raison_sans_se_choisir():
    page = rendre(CHAMPS + '{{ champ(f["pays"]) }}', f=Formulaire(champs()))
    fermee = next(o for o in page.tous("option") if o["value"] == "XX")
    assert "disabled" in fermee.attributs
    assert "fermé" in fermee.texte


def test_le_contenu_d_un_appel_s_ecrit_sous_chaque_case():
    importe = '{% from "macros/champs.html" import cases %}'
    appel = '{% call(o) cases(f["familles"]) %}<p>sous {{ o.code }}</p>{% endcall %}'
    assert "sous A" in rendre(importe + appel, f=Formulaire(champs())).texte


@dataclass(frozen=True)
class Etape:
    titre: str
    adresse: str
    est_courante: bool = False
    est_remplie: bool = False


def test_la_barre_d_etapes_dit_ou_l_on_en_est():
    liste = [
        Etape("Identification", "/1", est_remplie=True),
        Etape("Acquis", "/2", est_courante=True),
        Etape("Épreuves", ""),
    ]
    page = rendre('{% from "macros/etapes.html" import etapes %}{{ etapes(liste) }}', liste=liste)
    assert "Étape 2 sur 3\xa0: Acquis" in next(page.tous("summary")).texte
    assert [e.texte for e in page.tous("span") if e["aria-current"]] == ["2 - Acquis"]
    assert [a["href"] for a in page.tous("a")] == ["/1"]
    assert "pas encore ouverte" in page.texte


def test_une_valeur_absente_se_dit():
    source = '{% from "macros/mise_en_page.html" import fiche %}{{ fiche([("Nom d’usage", none), ("Rang", 0)]) }}'
    assert rendre(source).texte == "Nom d’usageNon renseigné Rang0"
