"""Ce que l'on tape vraiment, et les phrases qui répondent."""

from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

import phonenumbers
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from litestar.datastructures import FormMultiDict, UploadFile

from app.web.coordonnees import METROPOLE, domaine_probable, telephone_lisible
from app.web.forms import (
    Case,
    CasesACocher,
    Champ,
    Choix,
    ChoixReplie,
    Courriel,
    DateFR,
    EgalA,
    Entier,
    Formulaire,
    MotDePasse,
    NoteSur20,
    Option,
    OuiNon,
    RequisSi,
    Telephone,
    TexteCourt,
    TexteLong,
)


def lu(champ: Champ, *valeurs: object) -> tuple[Any, str]:
    """(valeur, erreur) d'un seul champ qui a reçu ces valeurs."""
    formulaire = Formulaire({"c": champ}, {"c": list(valeurs)})
    formulaire.valide()
    return formulaire["c"].data, formulaire["c"].erreur


def date_naissance(**options: Any) -> DateFR:
    return DateFR("Date de naissance", sujet="la date de naissance", **options)


def test_un_texte_est_rogne_et_normalise():
    assert lu(TexteCourt("Nom"), "  DE  LA\u00a0ROCHE\u200b ") == ("DE LA ROCHE", "")
    assert lu(TexteCourt("Nom"), "E\u0301lodie") == ("Élodie", "")
    assert lu(TexteCourt("Nom"), "   ") == (None, "")


def test_un_champ_vide_obligatoire_se_demande_par_son_nom():
    assert lu(TexteCourt("Nom", sujet="le nom de famille", requis=True), "") == (None, "Renseignez le nom de famille")
    assert lu(TexteCourt("Nom", requis="Donnez un nom"), "") == (None, "Donnez un nom")
    assert lu(TexteCourt("Nom", requis=True)) == (None, "Renseignez « Nom »")


@pytest.mark.parametrize("texte", ["A\0B", "\ud800", "A\u202eB", "\x1b[31m", "A\ufffd", "\ue000"])
def test_un_caractere_sans_place_dans_une_reponse_est_refuse_et_le_reste_garde(texte):
    formulaire = Formulaire({"c": TexteCourt("Nom", sujet="le nom")}, {"c": "Zoé" + texte})
    assert not formulaire.valide()
    assert formulaire["c"].erreur == "Récrivez le nom : un caractère est illisible"
    assert formulaire["c"].texte.startswith("Zoé")
    formulaire["c"].texte.encode()
    assert "\0" not in formulaire.valeurs_brutes()["c"][0]


def test_un_texte_trop_long_dit_la_limite():
    valeur, erreur = lu(TexteCourt("Nom", sujet="le nom", longueur=5), "ABCDEF")
    assert (valeur, erreur) == (None, "Raccourcissez le nom : 5 caractères au plus")


def test_un_texte_long_garde_ses_lignes():
    assert lu(TexteLong("Motif"), " un \r\n\r\n deux\u2028trois ") == ("un\n\ndeux\ntrois", "")


@pytest.mark.parametrize(
    "texte",
    ["30/05/1998", "30-5-1998", "30.05.1998", "30 05 1998", "30 / 05 / 1998", "30051998", "1998-05-30", " 30/05/1998 "],
)
def test_une_date_se_lit_comme_elle_s_ecrit(texte):
    assert lu(date_naissance(), texte) == (date(1998, 5, 30), "")


@pytest.mark.parametrize(
    "texte",
    [
        "31/02/1998",
        "05/30/1998",
        "30/05/98",
        "٣٠/٠٥/١٩٩٨",
        "٣٠/05/1998",
        "30/05/١٩٩٨",
        "0/0/0000",
        "³0/05/1998",
        "hier",
        "9" * 5000,
        "30/05/1998x",
    ],
)
def test_une_date_impossible_donne_la_forme_attendue(texte):
    assert lu(date_naissance(), texte) == (
        None,
        "Écrivez la date de naissance sous la forme jj/mm/aaaa, par exemple 30/05/1998",
    )


def test_une_date_hors_bornes_dit_la_borne():
    borne = date_naissance(au_plus_tard=date(2026, 11, 24))
    assert lu(borne, "25/11/2026")[1] == "Vérifiez la date de naissance : au plus tard le 24/11/2026"
    assert lu(date_naissance(), "01/01/1899")[1].endswith("au plus tôt le 01/01/1900")


@pytest.mark.parametrize("texte", ["20", "٢٠٢٠", "9" * 5000, str(2**63), "-1", "1e3", "1_000", "2020.5", "²"])
def test_un_entier_impossible_est_une_erreur_du_champ(texte):
    valeur, erreur = lu(Entier("Année", sujet="l’année", minimum=1950, maximum=2030, exemple="2020"), texte)
    assert valeur is None
    assert erreur in {"Écrivez l’année en chiffres, par exemple 2020", "Vérifiez l’année : de 1950 à 2030"}


def test_un_entier_se_lit():
    assert lu(Entier("Année", minimum=1950, maximum=2030), "2 020") == (2020, "")
    assert lu(Entier("Rang"), "0") == (0, ""), "zéro est une réponse"
    assert lu(Entier("Rang", requis=True), "0") == (0, "")


@pytest.mark.parametrize(
    ("texte", "note"), [("12,5", "12.5"), ("12.50", "12.50"), ("20", "20"), ("0", "0"), ("8,25/20", "8.25")]
)
def test_une_note_se_lit_avec_virgule_ou_point(texte, note):
    assert lu(NoteSur20("Note"), texte) == (Decimal(note), "")


@pytest.mark.parametrize("texte", ["20,5", "21", "-1", "12,555", "NaN", "Infinity", "1e1", "١٢", "9" * 5000])
def test_une_note_impossible_donne_un_exemple(texte):
    assert lu(NoteSur20("Note", sujet="la note"), texte) == (None, "Écrivez la note entre 0 et 20, par exemple 12,5")


def test_un_choix_se_fait_dans_la_liste_ouverte():
    options: list[Option | tuple[str, str]] = [("FR", "France"), Option("XX", "Fermé", motif="pas encore ouvert")]
    assert lu(Choix("Pays", sujet="le pays", options=options), "FR") == ("FR", "")
    assert lu(Choix("Pays", sujet="le pays", options=options), "XX") == (None, "Choisissez le pays dans la liste")
    assert lu(Choix("Pays", sujet="le pays", options=options), "ZZ") == (None, "Choisissez le pays dans la liste")
    assert lu(Choix("Pays", sujet="le pays", options=options, requis=True), "") == (None, "Choisissez le pays")


def pays(*recu: str, connu: str | None = None) -> Champ:
    options = [("FR", "France"), ("BE", "Belgique"), ("MA", "Maroc")]
    champ = ChoixReplie("Pays", sujet="le pays", options=options, autres="Autre pays…", requis=True)
    formulaire = Formulaire({"c": champ}, {"c": list(recu)} if recu else None, {"c": connu})
    formulaire.valide()
    lue: Champ = formulaire["c"]
    return lue


@pytest.mark.parametrize(
    ("champ", "montres", "erreur"),
    [
        (pays(), "FR autres", "Choisissez le pays"),
        (pays(connu="FR"), "FR autres", ""),
        (pays("FR"), "FR autres", ""),
        (pays("autres"), "FR autres BE MA", "Choisissez le pays dans la liste"),
        (pays("autres", connu="FR"), "FR autres BE MA", "Choisissez le pays dans la liste"),
        (pays("MA"), "FR BE MA", ""),
        (pays(connu="MA"), "FR BE MA", ""),
        (pays("ZZ"), "FR BE MA", "Choisissez le pays dans la liste"),
    ],
)
def test_une_liste_repliee_montre_le_reste_des_qu_on_le_demande_ou_qu_on_y_est(champ, montres, erreur):
    assert [option.code for option in champ.options] == montres.split()
    assert champ.erreur == erreur


def test_oui_non_n_a_pas_de_reponse_par_defaut():
    assert lu(OuiNon("Presse", requis=True)) == (None, "Répondez Oui ou Non")
    assert lu(OuiNon("Presse", requis=True), "non") == (False, "")
    assert lu(OuiNon("Presse"), "oui") == (True, "")
    assert lu(OuiNon("Presse"), "true") == (None, "Répondez Oui ou Non")


def test_une_case_est_cochee_ou_non():
    assert lu(Case("Accord"), "oui") == (True, "")
    assert lu(Case("Accord")) == (False, "")
    assert lu(Case("Accord", sujet="la case", requis=True)) == (False, "Cochez la case")


def cases(recu: Mapping[str, Any] | None, connu: tuple[str, ...] = ("A",)) -> Any:
    champ = CasesACocher(
        "Familles", sujet="une famille", options=[("A", "Un"), ("B", "Deux"), Option("C", "Trois", motif="fermé")]
    )
    formulaire = Formulaire({"f": champ}, recu, {"f": connu})
    formulaire.valide()
    return formulaire["f"]


def test_rien_de_coche_n_est_pas_question_absente():
    assert cases({"f.pose": "1"}).data == []
    assert cases({}).data == ["A"], "la question n'était pas dans la page : la réponse connue reste"
    assert cases({"f.pose": "1", "f": ["B", "B"]}).data == ["B"]
    assert cases(None).data == ["A"]


def test_une_case_fermee_ou_inventee_est_refusee():
    for intruse in ("C", "Z", ""):
        champ = cases({"f.pose": "1", "f": ["A", intruse]})
        assert champ.data == ["A"]
        assert champ.erreur == "Choisissez une famille parmi les réponses proposées"


def test_un_mot_de_passe_n_est_ni_rogne_ni_montre_ni_garde():
    formulaire = Formulaire({"mdp": MotDePasse("Mot de passe")}, {"mdp": "  Sécret! "})
    assert formulaire.valide()
    assert formulaire.valeurs["mdp"] == "  Sécret! "
    assert formulaire["mdp"].texte == ""
    assert formulaire.valeurs_brutes() == {}
    assert lu(MotDePasse("m"), "e\u0301") == ("é", "")
    assert (
        lu(MotDePasse("m", sujet="le mot de passe"), "a\0b")[1]
        == "Récrivez le mot de passe : un caractère est illisible"
    )


def test_un_mail_se_normalise_et_une_faute_probable_se_signale():
    formulaire = Formulaire({"m": Courriel("Mail", sujet="l’adresse mail")}, {"m": " Anne@GMIAL.com "})
    assert formulaire.valide(), "signalée, jamais bloquante"
    assert formulaire["m"].conseil == "Vouliez-vous écrire gmail.com ? Corrigez si besoin."
    assert formulaire.valeurs["m"] == "Anne@gmial.com"


@pytest.mark.parametrize(
    "texte",
    [
        "anne",
        "anne@",
        "@exemple.fr",
        "a b@exemple.fr",
        "élise@exemple.fr",
        "a@b@c.fr",
        "a" * 300 + "@exemple.fr",
        "a\r\nBcc: b@exemple.fr",
    ],
)
def test_un_mail_impossible_donne_la_forme(texte):
    assert lu(Courriel("Mail", sujet="l’adresse mail"), texte) == (
        None,
        "Écrivez l’adresse mail sous la forme nom.prenom@domaine.fr",
    )


@pytest.mark.parametrize(
    ("tape", "voulu"),
    [
        ("gmial.com", "gmail.com"),
        ("gmai.com", "gmail.com"),
        ("gmaill.com", "gmail.com"),
        ("orenge.fr", "orange.fr"),
        ("gmail.com", None),
        ("exemple.fr", None),
        ("yahoo.com", None),
    ],
)
def test_un_domaine_a_une_faute_de_frappe(tape, voulu):
    assert domaine_probable(tape) == voulu


@pytest.mark.parametrize(
    ("texte", "numero"),
    [
        ("06 12 34 56 78", "+33612345678"),
        ("06.12.34.56.78", "+33612345678"),
        ("+33 6 12 34 56 78", "+33612345678"),
        ("0033612345678", "+33612345678"),
        ("0692 12 34 56", "+262692123456"),
        ("0690 00 00 00", "+590690000000"),
        ("0696 20 12 34", "+596696201234"),
        ("0694 20 12 34", "+594694201234"),
        ("+32 470 12 34 56", "+32470123456"),
        ("87 12 34 56", "+68987123456"),
    ],
)
def test_un_telephone_de_partout_en_france_se_lit(texte, numero):
    assert lu(Telephone("Mobile"), texte) == (numero, "")


@pytest.mark.parametrize(
    "texte",
    ["0612", "9" * 5000, "٠٦١٢٣٤٥٦٧٨", "06 12 34 56 7a", "+999 12", "0612345678 poste 12", "0612345678 ext. 12"],
)
def test_un_telephone_impossible_donne_un_exemple(texte):
    valeur, erreur = lu(Telephone("Mobile", sujet="le téléphone mobile"), texte)
    assert valeur is None
    assert erreur.startswith("Vérifiez le téléphone mobile : par exemple 06 12 34 56 78")


@given(st.from_regex(METROPOLE, fullmatch=True))
def test_un_telephone_de_metropole_se_coupe_comme_le_fait_la_bibliotheque(numero: str):
    lu = phonenumbers.parse(numero, None)
    attendu = phonenumbers.format_number(lu, phonenumbers.PhoneNumberFormat.NATIONAL)
    assert not phonenumbers.is_valid_number(lu) or telephone_lisible(numero) == attendu


def test_un_telephone_connu_se_montre_comme_en_france():
    formulaire = Formulaire({"t": Telephone("Mobile")}, None, {"t": "+33612345678"})
    assert formulaire["t"].texte == "06 12 34 56 78"


def test_une_confirmation_compare_ce_qui_est_dit():
    def formulaire(*, seconde: str) -> Any:
        champs = {
            "d": date_naissance(),
            "d2": DateFR("Confirmation", requis=True, validators=[EgalA("d", "Recopiez la même date")]),
        }
        rendu = Formulaire(champs, {"d": "30/05/1998", "d2": seconde})
        rendu.valide()
        return rendu["d2"].erreur

    assert formulaire(seconde="30-5-1998") == ""
    assert formulaire(seconde="31/05/1998") == "Recopiez la même date"
    assert formulaire(seconde="") == "Renseignez « Confirmation »"


def test_un_champ_n_est_obligatoire_que_si_l_autre_le_veut():
    def erreur(reponse: str, motif: str) -> Any:
        champs = {
            "derogation": OuiNon("Dérogation"),
            "motif": TexteCourt("Motif", sujet="le motif", validators=[RequisSi("derogation", True)]),
        }
        rendu = Formulaire(champs, {"derogation": reponse, "motif": motif})
        rendu.valide()
        return rendu["motif"].erreur

    assert erreur("oui", "") == "Renseignez le motif"
    assert erreur("oui", "santé") == ""
    assert erreur("non", "") == ""


def test_les_erreurs_suivent_l_ordre_de_la_page_et_menent_au_controle():
    champs = {
        "b": OuiNon("B", requis=True),
        "a": TexteCourt("A", sujet="a", requis=True),
        "c": CasesACocher("C", sujet="c", options=[("1", "1")], requis=True),
    }
    formulaire = Formulaire(champs, {"c.pose": "1"})
    assert not formulaire.valide()
    assert formulaire.erreurs_resume() == [("b-1", "Répondez Oui ou Non"), ("a", "Renseignez a"), ("c-1", "Cochez c")]


def test_une_erreur_ajoutee_apres_coup_compte():
    formulaire = Formulaire({"a": TexteCourt("A")}, {"a": "x"})
    assert formulaire.valide()
    formulaire.ajouter_erreur("a", "Déjà pris")
    assert not formulaire.valide()
    assert formulaire.erreurs_resume() == [("a", "Déjà pris")]


def test_ce_qui_n_est_pas_demande_n_existe_pas():
    formulaire = Formulaire({"a": TexteCourt("A")}, {"a": "x", "est_admin": "1"})
    assert formulaire.valeurs == {"a": "x"}
    assert formulaire.valeurs_brutes() == {"a": ["x"]}


def test_un_brouillon_rend_exactement_ce_qui_avait_ete_tape():
    def champs() -> dict[str, Champ]:
        return {"d": date_naissance(), "f": CasesACocher("F", options=[("A", "A"), ("B", "B")])}

    premier = Formulaire(champs(), {"d": "31/02/98", "f.pose": "1", "f": ["B"]})
    rouvert = Formulaire(champs(), premier.valeurs_brutes())
    assert rouvert["d"].texte == "31/02/98"
    assert rouvert["f"].data == ["B"]
    assert rouvert.valeurs_brutes() == premier.valeurs_brutes()


CHAMPS: dict[str, Callable[[], Champ]] = {
    "texte": lambda: TexteCourt("T", requis=True),
    "long": lambda: TexteLong("L"),
    "date": lambda: DateFR("D", requis=True),
    "entier": lambda: Entier("E"),
    "note": lambda: NoteSur20("N"),
    "choix": lambda: Choix("C", options=[("a", "A")], requis=True),
    "oui": lambda: OuiNon("O", requis=True),
    "case": lambda: Case("K"),
    "cases": lambda: CasesACocher("S", options=[("a", "A")]),
    "mail": lambda: Courriel("M"),
    "tel": lambda: Telephone("P"),
    "mdp": lambda: MotDePasse("W"),
}
PIEGES = st.sampled_from(
    [
        "",
        "a",
        "oui",
        "9" * 5000,
        str(2**63),
        "\0",
        "\ud800",
        "١٢/٠٣/١٩٩٨",
        "30/05/1998",
        "a@b.fr",
        "0612345678",
        "-",
        "\u202e",
    ]
)
RECU = st.dictionaries(
    st.sampled_from([*CHAMPS, "cases.pose", "intrus"]), st.lists(st.text(max_size=40) | PIEGES, max_size=3)
)


@settings(deadline=None)  # le premier numéro charge les plans de numérotation
@given(RECU)
def test_aucune_saisie_ne_fait_tomber_un_formulaire(recu):
    formulaire = Formulaire({nom: champ() for nom, champ in CHAMPS.items()}, recu)
    formulaire.valide()
    for _, message in formulaire.erreurs_resume():
        assert message
    for textes in formulaire.valeurs_brutes().values():
        for texte in textes:
            texte.encode()
    rouvert = Formulaire({nom: champ() for nom, champ in CHAMPS.items()}, formulaire.valeurs_brutes())
    rouvert.valide()


def test_un_fichier_a_la_place_d_un_champ_est_une_erreur_du_champ():
    fichier = UploadFile("text/plain", "a.txt", b"x")
    for nom, champ in CHAMPS.items():
        formulaire = Formulaire({nom: champ()}, FormMultiDict([(nom, fichier), (nom, "a")]))
        formulaire.valide()
        assert all(isinstance(texte, str) for texte in formulaire.valeurs_brutes().get(nom, []))
    fichier.file.close()
