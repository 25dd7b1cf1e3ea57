"""Importer des élèves : l'essai dit tout, confirmer fait tout, refaire ne change rien, annuler remet tout."""

import json
from datetime import date
from typing import Any

import pytest

from tests.instance import BELLEVUE, BERTHE, REGINE, VICTOR, VOISIN
from tests.unit.client import Navigateur
from tests.unit.etablissements.fichiers import (
    TITRES,
    chiffres,
    eleve,
    en_csv,
    en_ods,
    en_xlsx,
    erreurs_de,
    essayer,
    importer,
)
from tests.unit.inscription.conftest import Portail

AUTRE = {"ine": "9876543210B", "nom_famille": "Bellin", "prenoms": "Zoé", "civilite": "MME", "division": "DIV2"}


@pytest.fixture
def berthe(portail: Portail) -> Navigateur:
    return portail.navigateur(BERTHE)


@pytest.fixture
def victor(portail: Portail) -> Navigateur:
    return portail.navigateur(VICTOR)


def inscrits(portail: Portail) -> list[dict[str, Any]]:
    return portail.lignes(
        "SELECT c.identifiant, c.mot_de_passe, k.nom_famille, k.prenoms, k.numero_candidat, k.date_naissance, "
        "k.lieu_naissance, d.etat, d.numero_inscription, d.brouillon, d.etablissement_uai, e.division, e.ine "
        "FROM eleve e JOIN candidature d ON d.id = e.candidature_id JOIN compte c ON c.id = d.compte_id "
        "JOIN candidat k ON k.compte_id = c.id ORDER BY c.identifiant"
    )


def test_un_import_prepare_le_compte_la_candidature_et_leurs_numeros(portail: Portail, berthe: Navigateur):
    page = essayer(berthe, en_csv([eleve()]))
    assert chiffres(page)["Nouveaux élèves"] == 1
    assert inscrits(portail) == [], "un essai ne change rien"
    berthe.envoyer({}, bouton="Confirmer l’import")
    assert "Import terminé" in berthe.suivre().texte
    (accame,) = inscrits(portail)
    assert accame["identifiant"] == "acculi.accame"
    assert (accame["nom_famille"], accame["prenoms"], accame["lieu_naissance"]) == ("ACCAME", "Acculi", "TOULOUSE")
    assert (accame["etat"], accame["numero_inscription"], accame["division"]) == ("a_completer", "001", "DIV1")
    assert len(accame["numero_candidat"]) == 11
    assert accame["numero_candidat"].startswith("0")
    assert accame["mot_de_passe"] == "!", "aucun mot de passe avant le papillon"
    poses = json.loads(accame["brouillon"])
    assert (poses["categorie"], poses["specialite"], poses["etablissement"]) == ("SCOLAIRE", "50033205", BELLEVUE)
    (acte,) = portail.lignes("SELECT * FROM registre WHERE nature = 'importer_des_eleves'")
    assert acte["detail"] == f"{BELLEVUE} nouveaux=1 changes=0 retires=0"


def test_le_meme_fichier_deux_fois_ne_change_rien(portail: Portail, berthe: Navigateur):
    importer(berthe, [eleve(), eleve(**AUTRE)])
    avant = inscrits(portail)
    page = essayer(berthe, en_csv([eleve(), eleve(**AUTRE)]))
    assert "Ce fichier ne change rien" in page.texte
    assert "Confirmer l’import" not in page.texte
    assert inscrits(portail) == avant


def test_confirmer_deux_fois_n_importe_qu_une_fois(portail: Portail, berthe: Navigateur):
    essayer(berthe, en_csv([eleve()]))
    assert berthe.page is not None
    adresse = berthe.page.formulaires[0]["action"]
    berthe.post(adresse)
    berthe.post(adresse)
    assert len(inscrits(portail)) == 1


def test_les_differences_avec_le_dernier_import_se_lisent_avant_de_confirmer(portail: Portail, berthe: Navigateur):
    importer(berthe, [eleve(), eleve(**AUTRE)])
    page = essayer(berthe, en_csv([eleve(division="DIV9"), eleve(ine="5555555555C", nom_famille="Neuve")]))
    assert chiffres(page) == {
        "Lignes lues": 2, "Nouveaux élèves": 1, "Modifiés": 1, "Inchangés": 0, "Absents du fichier": 1,
    }  # fmt: skip
    assert "Division\xa0: DIV1 → DIV9" in page.texte
    assert "BELLIN Zoé" in page.texte


def test_un_absent_reste_inscrit_sauf_si_l_on_coche(portail: Portail, berthe: Navigateur):
    importer(berthe, [eleve(), eleve(**AUTRE)])
    importer(berthe, [eleve(division="DIV9")])
    assert [ligne["etat"] for ligne in inscrits(portail)] == ["a_completer", "a_completer"]
    essayer(berthe, en_csv([eleve(division="DIV9")]))
    berthe.envoyer({"retirer_les_absents": "oui"}, bouton="Confirmer l’import")
    etats = {ligne["identifiant"]: ligne["etat"] for ligne in inscrits(portail)}
    assert etats == {"acculi.accame": "a_completer", "zoe.bellin": "ecarte"}
    importer(berthe, [eleve(division="DIV9"), eleve(**AUTRE)])
    etats = {ligne["identifiant"]: ligne["etat"] for ligne in inscrits(portail)}
    assert etats == {"acculi.accame": "a_completer", "zoe.bellin": "a_completer"}, "de retour, elle retrouve sa place"


def test_annuler_remet_la_base_comme_elle_etait(portail: Portail, berthe: Navigateur):
    importer(berthe, [eleve(), eleve(**AUTRE)])
    avant = inscrits(portail)
    importer(berthe, [eleve(nom_famille="Accamé-Durand", division="DIV9"), eleve(ine="5555555555C")], retirer=True)
    assert inscrits(portail) != avant
    berthe.envoyer({}, bouton="Annuler cet import")
    assert "Import annulé" in berthe.suivre().texte
    assert inscrits(portail) == avant
    assert portail.lignes("SELECT count(*) AS n FROM compte WHERE role = 'candidat'")[0]["n"] == 2 + 2


def test_l_annulation_dure_vingt_quatre_heures_et_ne_vaut_que_pour_le_dernier(portail: Portail, berthe: Navigateur):
    importer(berthe, [eleve()])
    assert berthe.page is not None
    premier = berthe.page.formulaires[0]["action"]
    portail.horloge.avancer(minutes=1)
    importer(berthe, [eleve(division="DIV9")])
    assert berthe.page is not None
    second = berthe.page.formulaires[0]["action"]
    assert "ne s’annule plus" in berthe.post(premier, statut=422).texte
    portail.horloge.avancer(hours=24)
    berthe = portail.navigateur(BERTHE)
    berthe.get(f"/etablissement/{BELLEVUE}/import")
    assert "ne s’annule plus" in berthe.post(second, statut=422).texte


def test_l_eleve_d_un_autre_etablissement_est_une_erreur_jamais_une_mise_a_jour(
    portail: Portail, berthe: Navigateur, victor: Navigateur
):
    importer(berthe, [eleve()])
    avant = inscrits(portail)
    page = essayer(victor, en_csv([eleve(division="VOLE")]), uai=VOISIN)
    ((ligne, colonne, valeur, attendu),) = erreurs_de(page)
    assert (ligne, colonne, valeur) == ("Ligne 2", "INE", "0123456789A")
    assert attendu.startswith("un élève de votre établissement")
    assert "BELLEVUE" not in page.texte
    sans_ine = essayer(victor, en_csv([eleve(ine="", division="VOLE")]), uai=VOISIN)
    assert [e[1] for e in erreurs_de(sans_ine)] == ["Nom de famille"]
    assert inscrits(portail) == avant


def test_deux_etablissements_a_homonymes_ne_voient_jamais_les_eleves_de_l_autre(
    portail: Portail, berthe: Navigateur, victor: Navigateur
):
    importer(berthe, [eleve()])
    importer(victor, [eleve(ine="7777777777Z", division="AILLEURS")], uai=VOISIN)
    assert [ligne["identifiant"] for ligne in inscrits(portail)] == ["acculi.accame", "acculi.accame2"]
    page = essayer(berthe, en_csv([eleve()]))
    assert "Ce fichier ne change rien" in page.texte
    assert chiffres(page)["Absents du fichier"] == 0
    (fichier,) = portail.lignes("SELECT id FROM import_eleves WHERE uai = :u", u=VOISIN)
    for fin in ("", "/fichier"):
        berthe.get(f"/etablissement/{BELLEVUE}/imports/{fichier['id']}{fin}", statut=404)


@pytest.mark.parametrize("encodage", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
@pytest.mark.parametrize("separateur", [";", ",", "\t"])
def test_un_csv_se_lit_dans_tout_encodage_et_avec_tout_separateur(
    portail: Portail, berthe: Navigateur, encodage: str, separateur: str
):
    eleves = [eleve(prenoms="Zoé Maëlle", nom_famille="Œuvrard-L’Hôte", commune="Toulouse")]
    page = essayer(berthe, en_csv(eleves, separateur=separateur, encodage=encodage))
    assert erreurs_de(page) == []
    berthe.envoyer({}, bouton="Confirmer l’import")
    (zoe,) = inscrits(portail)
    assert (zoe["nom_famille"], zoe["prenoms"]) == ("ŒUVRARD-L’HÔTE", "Zoé Maëlle")
    assert zoe["identifiant"] == "zoe.oeuvrard-lhote"


@pytest.mark.parametrize("forme", ["date", "numero", "texte", "iso"])
def test_une_date_d_excel_se_lit_sous_toutes_ses_formes(portail: Portail, berthe: Navigateur, forme: str):
    naissance: Any = {"date": date(2008, 9, 20), "numero": 39711, "texte": "20/09/2008", "iso": "2008-09-20"}[forme]
    ligne = [naissance if titre == "Date de naissance" else valeur for titre, valeur in eleve().items()]
    page = essayer(berthe, en_xlsx([ligne]), nom="eleves.xlsx")
    assert erreurs_de(page) == []
    berthe.envoyer({}, bouton="Confirmer l’import")
    assert inscrits(portail)[0]["date_naissance"] == "2008-09-20"


def test_un_ods_se_lit(portail: Portail, berthe: Navigateur):
    page = essayer(berthe, en_ods([list(eleve().values())]), nom="eleves.ods")
    assert (erreurs_de(page), chiffres(page)["Nouveaux élèves"]) == ([], 1)


def test_les_zeros_de_tete_manges_par_un_tableur_se_retrouvent(portail: Portail, berthe: Navigateur):
    valeurs = eleve(commune="Bourg-en-Bresse") | {"Département de naissance": 1, "Code spécialité": 50033205}
    page = essayer(berthe, en_xlsx([list(valeurs.values())]), nom="eleves.xlsx")
    assert erreurs_de(page) == []
    berthe.envoyer({}, bouton="Confirmer l’import")
    assert inscrits(portail)[0]["lieu_naissance"] == "BOURG-EN-BRESSE"


def test_une_naissance_a_l_etranger_dit_son_pays_et_sa_ville(portail: Portail, berthe: Navigateur):
    importer(berthe, [eleve(pays="Maroc", departement="", commune="Fès")])
    (ligne,) = portail.lignes("SELECT * FROM candidat WHERE nom_famille = 'ACCAME'")
    assert (ligne["pays_naissance"], ligne["departement_naissance"], ligne["lieu_naissance"]) == ("MA", None, "Fès")


@pytest.mark.parametrize(
    ("departement", "commune", "affiche"),
    [
        ("14", "May-sur-Orne", "MAY-SUR-ORNE"),
        ("75", "Paris 12", "PARIS 12E ARRONDISSEMENT"),
        ("69", "LYON 1er", "LYON 1ER ARRONDISSEMENT"),
        ("2A", "ajaccio", "AJACCIO"),
        ("971", "pointe a pitre", "POINTE-À-PITRE"),
    ],
)
def test_une_commune_fusionnee_ou_decoupee_se_reconnait(
    portail: Portail, berthe: Navigateur, departement: str, commune: str, affiche: str
):
    importer(berthe, [eleve(departement=departement, commune=commune)])
    assert inscrits(portail)[0]["lieu_naissance"] == affiche


def test_les_homonymes_sont_numerotes(portail: Portail, berthe: Navigateur):
    importer(berthe, [eleve(), eleve(ine="1111111111A", date_naissance="01/01/2009")])
    importer(berthe, [eleve(ine="2222222222B", prenoms="Acculi Marie", date_naissance="02/02/2009")])
    assert [ligne["identifiant"] for ligne in inscrits(portail)] == [
        "acculi.accame",
        "acculi.accame2",
        "acculi.accame3",
    ]


def test_chaque_erreur_dit_sa_ligne_sa_colonne_sa_valeur_et_ce_qu_on_attendait(berthe: Navigateur):
    page = essayer(
        berthe,
        en_csv(
            [
                eleve(),
                eleve(date_naissance="31/02/2009", nom_famille="", ine="12"),
                eleve(ine="", nom_famille="B", civilite="Mlle", courriel="lea@lycee", specialite="50021129X"),
                eleve(ine="", nom_famille="C", departement="14", commune="MAY SUR ORN"),
                eleve(ine="", nom_famille="D", prenoms='=HYPERLINK("x")', date_naissance="12/09/1909"),
                eleve(nom_famille="E", date_naissance="01/01/2009"),
                eleve(ine="", division="", categorie="INDIVIDUEL_SALARIE", departement="", commune=""),
                eleve(ine=""),
            ]
        ),
    )
    lues = erreurs_de(page)
    assert [e[:3] for e in lues] == [
        ("Ligne 3", "INE", "12"),
        ("Ligne 3", "Nom de famille", "vide"),
        ("Ligne 3", "Date de naissance", "31/02/2009"),
        ("Ligne 4", "Civilité", "Mlle"),
        ("Ligne 4", "Code spécialité", "50021129X"),
        ("Ligne 4", "Adresse mail", "lea@lycee"),
        ("Ligne 5", "Commune de naissance", "MAY SUR ORN"),
        ("Ligne 6", "Prénoms", '=HYPERLINK("x")'),
        ("Ligne 6", "Date de naissance", "12/09/1909"),
        ("Ligne 7", "INE", "0123456789A"),
        ("Ligne 8", "Commune de naissance", "vide"),
        ("Ligne 8", "Division", "vide"),
        ("Ligne 8", "Catégorie", "INDIVIDUEL_SALARIE"),
        ("Ligne 9", "Division", "(ligne entière)"),
    ]
    attendus = {(e[0], e[1]): e[3] for e in lues}
    assert attendus["Ligne 3", "Date de naissance"] == "une date qui existe, jj/mm/aaaa"
    assert "Vouliez-vous dire MAY-SUR-ORNE" in attendus["Ligne 5", "Commune de naissance"]
    assert attendus["Ligne 7", "INE"] == "un INE par élève\xa0: celui-ci est déjà à la ligne 2"
    assert "Rien n’est importé\xa0: 14 erreurs sur 7 lignes" in page.texte
    assert "Confirmer" not in page.texte


def test_le_fichier_rendu_porte_ses_erreurs_et_se_redepose(portail: Portail, berthe: Navigateur):
    import io

    from python_calamine import CalamineWorkbook

    page = essayer(berthe, en_csv([eleve(), eleve(ine="", nom_famille="=1+1", division="")]), nom="mes élèves.csv")
    reponse = berthe.client.get(page.lien("Télécharger le fichier annoté"))
    assert "mes%20%C3%A9l%C3%A8ves_annote.xlsx" in reponse.headers["content-disposition"]
    lignes = CalamineWorkbook.from_filelike(io.BytesIO(reponse.content)).get_sheet_by_index(0).to_python()
    assert lignes[0] == [*TITRES, "Erreurs"]
    assert lignes[1][-1] == ""
    assert lignes[2][TITRES.index("Nom de famille")] == "=1+1", "du texte, jamais une formule"
    phrases = str(lignes[2][-1])
    assert phrases.startswith("Nom de famille : attendu des lettres")
    assert "Division : attendu la classe" in phrases
    encore = essayer(berthe, reponse.content, nom="annote.xlsx")
    assert [e[0] for e in erreurs_de(encore)] == ["Ligne 3", "Ligne 3"]


def test_le_modele_porte_les_divisions_et_les_specialites(portail: Portail, berthe: Navigateur):
    import io

    from python_calamine import CalamineWorkbook

    importer(berthe, [eleve(), eleve(**AUTRE)])
    octets = berthe.client.get(f"/etablissement/{BELLEVUE}/modele.xlsx").content
    classeur = CalamineWorkbook.from_filelike(io.BytesIO(octets))
    assert classeur.sheet_names == ["Élèves", "Spécialités", "Divisions", "Catégories"]
    assert classeur.get_sheet_by_name("Élèves").to_python()[0] == TITRES
    assert classeur.get_sheet_by_name("Divisions").to_python()[1:] == [
        ["DIV1", "50033205", "Accompagnant éducatif petite enfance"],
        ["DIV2", "50033205", "Accompagnant éducatif petite enfance"],
    ]
    codes = [ligne[0] for ligne in classeur.get_sheet_by_name("Spécialités").to_python()[1:]]
    assert "50033205" in codes
    assert "50023443" not in codes, "Toulouse ne l'organise pas à cette session"


@pytest.mark.parametrize(
    ("octets", "phrase"),
    [
        (b"", "Ce fichier est vide"),
        (b"\xd0\xcf\x11\xe0ancien", "ancien format, ou protégé"),
        (b"PK\x03\x04pas une archive", "Ce classeur est abîmé"),
        (b"\x00\x01\x02\x03", "ni un CSV, ni un classeur"),
        (b"INE;Nom\n1;2\n", "Il manque les colonnes"),
        (b"INE;INE\n1;2\n", "Deux colonnes disent"),
        (en_csv([]), "aucune ligne d’élève"),
        (b"\xef\xbb\xbf" + "é".encode("cp1252"), "ni un CSV, ni un classeur"),
    ],
)
def test_un_fichier_qui_ne_se_lit_pas_dit_quoi_faire_et_ne_change_rien(
    portail: Portail, berthe: Navigateur, octets: bytes, phrase: str
):
    page = essayer(berthe, octets, statut=422)
    assert phrase in page.texte
    assert portail.lignes("SELECT * FROM import_eleves") == []


def test_des_cases_hostiles_sont_des_erreurs(berthe: Navigateur):
    page = essayer(
        berthe,
        en_csv(
            [
                eleve(nom_famille="<script>alert(1)</script>", date_naissance="9" * 5000),
                eleve(ine="", prenoms="a\u202eb", date_naissance="٢٠/٠٩/٢٠٠٨", departement="٣١"),
                eleve(ine="", nom_famille="X" * 300, division="D" * 200),
            ]
        ),
    )
    assert len(erreurs_de(page)) >= 6
    assert "<script>alert" not in page.html


def test_les_lignes_d_un_import_s_effacent_quand_il_ne_s_annule_plus(portail: Portail, berthe: Navigateur):
    from app.import_scolaire.menage import effacer_les_lignes

    importer(berthe, [eleve()])
    essayer(berthe, en_csv([eleve(division="DIV9")]))
    portail.horloge.avancer(hours=24)
    base = portail.garde.client.app.state.database
    portail.garde.client.blocking_portal.call(base.ecrire, effacer_les_lignes, portail.horloge.instant)
    assert portail.lignes("SELECT * FROM ligne_import") == []
    assert len(inscrits(portail)) == 1


def test_service_ferme_rien_ne_s_importe(portail: Portail, berthe: Navigateur):
    essayer(berthe, en_csv([eleve()]))
    assert berthe.page is not None
    adresse = berthe.page.formulaires[0]["action"]
    portail.horloge.avancer(days=30)
    berthe = portail.navigateur(BERTHE)
    page = berthe.get(f"/etablissement/{BELLEVUE}/import")
    assert "Les inscriptions sont fermées" in page.texte
    assert "Les inscriptions sont fermées" in berthe.post(adresse, statut=422).texte
    assert inscrits(portail) == []


def test_deux_cents_eleves_s_importent_par_lots_puis_s_annulent(portail: Portail, berthe: Navigateur):
    eleves = [
        eleve(ine=f"{rang:010}A", nom_famille=f"Nom{'abcdefghij'[rang % 10]}", prenoms=lettres(rang))
        for rang in range(200)
    ]
    page = importer(berthe, eleves)
    assert chiffres(page)["Nouveaux élèves"] == 200
    assert len(inscrits(portail)) == 200
    assert len({ligne["identifiant"] for ligne in inscrits(portail)}) == 200
    assert "ne change rien" in essayer(berthe, en_csv(eleves)).texte
    berthe.get(f"/etablissement/{BELLEVUE}/import")
    assert berthe.page is not None
    berthe.get(berthe.page.lien("eleves.csv"))
    berthe.envoyer({}, bouton="Annuler cet import")
    assert inscrits(portail) == []


def lettres(rang: int) -> str:
    return "Prenom" + "".join(chr(97 + int(chiffre)) for chiffre in str(rang))


def test_la_gestion_ne_voit_pas_l_espace_d_un_etablissement(portail: Portail):
    portail.navigateur(REGINE).get(f"/etablissement/{BELLEVUE}/import", statut=404)
