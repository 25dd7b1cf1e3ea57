"""Comparer deux fiches : seulement ce qui diffère, nommé ajouté, changé ou retiré."""

from dataclasses import replace

from app.candidatures.avancement import ETAPES
from app.candidatures.comparaison import Changements, Nature, comparer
from app.candidatures.fiche import AcquisFiche, Fiche, Ligne, Rubrique
from app.inscription.onglets import ONGLETS
from tests.unit.documents.exemples import DACK, piece

SANS = replace(DACK, rubriques=(), acquis=(), epreuves=(), pieces=())
CAP = AcquisFiche("CAP Titulaire d'un autre CAP", "épreuves dispensées - Année : 2020", ("EG1", "EG2"))


def avec(*lignes: Ligne) -> Fiche:
    return replace(SANS, rubriques=(Rubrique("Identification du candidat", "identification", lignes),))


def lues(changements: tuple[Changements, ...]) -> list[tuple[str, str, str, str, Nature]]:
    return [(c.titre, d.libelle, d.avant, d.apres, d.nature) for c in changements for d in c.differences]


def test_une_reponse_changee_montre_ses_deux_valeurs() -> None:
    avant = avec(Ligne("Adresse", "1 rue A"), Ligne("Adresse mail", "a@exemple.fr"))
    apres = avec(Ligne("Adresse", "2 rue B"), Ligne("Adresse mail", "a@exemple.fr"))
    assert lues(comparer(avant, apres)) == [
        ("Identification du candidat", "Adresse", "1 rue A", "2 rue B", Nature.CHANGEE)
    ]


def test_une_reponse_vide_qui_se_remplit_est_ajoutee_et_l_inverse_retiree() -> None:
    vide, plein = avec(Ligne("Téléphone fixe", "")), avec(Ligne("Téléphone fixe", "05 61"))
    assert [d[2:] for d in lues(comparer(vide, plein))] == [("", "05 61", Nature.AJOUTEE)]
    assert [d[2:] for d in lues(comparer(plein, vide))] == [("05 61", "", Nature.RETIREE)]


def test_une_question_qui_n_existait_pas_est_ajoutee() -> None:
    changements = comparer(avec(Ligne("A", "1")), avec(Ligne("A", "1"), Ligne("Motif de la dérogation", "Handicap")))
    assert lues(changements)[0][1:] == ("Motif de la dérogation", "", "Handicap", Nature.AJOUTEE)


def test_deux_versions_egales_ne_different_en_rien() -> None:
    assert comparer(DACK, DACK) == ()


def test_une_epreuve_se_reconnait_a_son_code() -> None:
    premiere, *autres = DACK.epreuves
    repassee = replace(premiere, position_libelle="Dispense", evaluation_libelle="", motif="Autre CAP")
    (difference,) = lues(comparer(DACK, replace(DACK, epreuves=(repassee, *autres))))
    assert difference[:2] == ("Épreuves", premiere.code)
    assert difference[3] == f"{premiere.libelle}\nDispense\nAutre CAP"
    assert difference[4] is Nature.CHANGEE


def test_une_epreuve_et_une_piece_de_plus_ou_de_moins() -> None:
    en_plus = replace(DACK, epreuves=(), pieces=(*DACK.pieces, piece("HANDIC01", "Avis du médecin", "Handicap")))
    changements = {c.titre: c.differences for c in comparer(DACK, en_plus)}
    assert {d.nature for d in changements["Épreuves"]} == {Nature.RETIREE}
    assert len(changements["Épreuves"]) == len(DACK.epreuves)
    (ajoutee,) = changements["Pièces demandées"]
    assert (ajoutee.libelle, ajoutee.nature) == ("HANDIC01 : Avis du médecin", Nature.AJOUTEE)


def test_deux_acquis_de_meme_titre_ne_se_confondent_pas() -> None:
    second = replace(CAP, type_de_droit="épreuves dispensées - Année : 2022")
    (difference,) = lues(comparer(replace(SANS, acquis=(CAP,)), replace(SANS, acquis=(CAP, second))))
    assert difference[3].startswith("épreuves dispensées - Année : 2022\nÉpreuves couvertes : EG1, EG2")
    assert difference[4] is Nature.AJOUTEE


def test_une_epreuve_repassee_change_son_acquis() -> None:
    repasse = replace(CAP, epreuves=("EG1",), repassees=("EG2",))
    (difference,) = lues(comparer(replace(SANS, acquis=(CAP,)), replace(SANS, acquis=(repasse,))))
    assert difference[3].endswith("Épreuves couvertes : EG1\nÉpreuves repassées : EG2")


def test_les_etapes_de_l_espace_sont_les_onglets_de_l_inscription() -> None:
    assert tuple(onglet.slug for onglet in ONGLETS) == ETAPES
