import pytest

from app.regles.incertitudes import incertitudes
from tests.unit.regles.distribution import AEPE, BOULANGER, dack

pytestmark = pytest.mark.regles


def test_les_options_non_verifiees_de_la_broderie_se_disent():
    assert "certaines options proposées" in incertitudes(dack())


def test_une_specialite_entierement_verifiee_ne_dit_rien_de_ses_epreuves():
    assert not [point for point in incertitudes(dack(specialite=BOULANGER)) if point.startswith("l’intitulé")]


def test_l_experience_exigee_de_source_secondaire_se_dit_au_candidat_sans_formation():
    assert "l’exigence de 14 semaines d’expérience pour cette spécialité" in incertitudes(dack(specialite=AEPE))


def test_une_categorie_non_verifiee_se_dit_par_son_libelle():
    trouvees = incertitudes(dack(categorie="INDIVIDUEL_DEMANDEUR_EMPLOI"))
    assert "la catégorie « INDIVIDUEL DEMANDEUR D'EMPLOI »" in trouvees


def test_les_intitules_non_verifies_sont_enumeres():
    reglement = dack().reglement
    douteuse = next(s for s in reglement.specialites.values() if sum(not e.titre_est_verifie for e in s.epreuves) > 1)
    codes = [e.code for e in douteuse.epreuves if not e.titre_est_verifie]
    attendu = f"l’intitulé de {', '.join(codes[:-1])} et {codes[-1]}"
    assert attendu in incertitudes(dack(specialite=douteuse.code))
