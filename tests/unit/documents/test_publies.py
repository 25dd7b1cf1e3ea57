"""Les PDF que publie un agent : mêmes octets, rien de coupé, dans le budget de la confirmation."""

from datetime import date, timedelta
from io import BytesIO
from typing import Any

import pytest
from pypdf import PdfReader

from app.documents.amenagements import amenagements
from app.documents.convocation import convocation
from app.documents.donnees import (
    Amenagement,
    Amenagements,
    Convocation,
    EpreuveConvoquee,
    NoteEpreuve,
    ReleveNotes,
    en_json,
    lues,
)
from app.documents.releve_notes import releve_notes
from app.documents.scelles import memes_donnees, ouvertes, scellees
from tests.unit.documents.exemples import ADRESSE, CODE, ENREGISTREE_LE, LONG
from tests.unit.documents.test_pdf import OCTETS_MAX, texte

COMMUN: dict[str, Any] = {
    "numero_inscription": "001",
    "version": 2,
    "publiee_le": ENREGISTREE_LE,
    "code": CODE,
    "adresse_verification": ADRESSE,
    "remplace_version": 1,
}
ADRESSE_LONGUE = (
    "Bâtiment C, 1234 bis avenue du Général-de-Gaulle-et-de-la-Résistance, lieu-dit « Les Trois Moulins », TOULOUSE"
)
DOUZE = Convocation(
    epreuves=tuple(
        EpreuveConvoquee(
            code=f"EP{rang}",
            libelle="Épreuve professionnelle de mise en œuvre et de contrôle de la qualité",
            jour=date(2027, 6, 7) + timedelta(days=rang // 3),
            heure=480 + 150 * (rang % 3),
            duree=95,
            lieu="Lycée des métiers de l’hôtellerie et du tourisme Jean-Baptiste-Siméon des Exemples",
            adresse=ADRESSE_LONGUE,
            salle=f"B{rang}",
            materiel="Blouse blanche" if rang == 4 else "",
        )
        for rang in range(12)
    ),
    a_apporter=("Cette convocation.",),
    acces=("À l’heure.",),
    heure_locale=True,
)


def test_une_convocation_de_douze_epreuves_dit_tout_dans_l_ordre() -> None:
    lu = texte(convocation(LONG, DOUZE, **COMMUN))
    for rang in range(12):
        assert f"EP{rang} - Épreuve professionnelle" in lu
        assert f"Salle B{rang}" in lu
    assert lu.index("EP3 - ") < lu.index("EP11 - ")
    assert "lundi 7 juin 2027, 10 h 30 durée : 1 h 35, fin à 12 h 05" in lu
    assert "À apporter : Blouse blanche" in lu
    assert "Les heures sont celles du lieu de l’épreuve." in lu
    assert "Il annule et remplace la version 01." in lu
    assert "□" not in lu


def test_memes_donnees_memes_octets_et_dans_le_budget() -> None:
    relues = lues(en_json(DOUZE), Convocation)
    assert relues == DOUZE
    octets = convocation(LONG, DOUZE, **COMMUN)
    assert convocation(LONG, relues, **COMMUN) == octets
    assert len(octets) < OCTETS_MAX


@pytest.mark.parametrize("combien", range(12, 26))
def test_le_pied_du_releve_n_est_jamais_coupe_entre_deux_pages(combien: int) -> None:
    """Le code QR, l'adresse du service et le code se lisent ensemble."""
    notes = tuple(NoteEpreuve(f"EP{rang}", "Épreuve", False, "12,5", "") for rang in range(combien))
    octets = releve_notes(LONG, ReleveNotes(notes, "Admis", "Une mention."), **COMMUN)
    pages = [page.extract_text() for page in PdfReader(BytesIO(octets)).pages]
    assert [i for i, page in enumerate(pages) if "Pour tout renseignement" in page] == [len(pages) - 1]
    assert "Code : 7K3M" in pages[-1].replace("\xa0", " ")
    assert "du lundi au vendredi" in pages[-1].replace("\xa0", " ")


def test_la_notification_dit_chaque_mesure_sa_decision_et_le_motif_d_un_refus() -> None:
    contenu = Amenagements(
        (
            Amenagement("Toutes les épreuves", "Un tiers de temps en plus", "Accordé", ""),
            Amenagement("EG2 - Mathématiques", "Secrétaire", "Refusé", "Incompatible avec l’épreuve."),
        ),
        date(2027, 3, 1),
        "Par écrit, dans les deux mois.",
    )
    lu = texte(amenagements(LONG, contenu, **COMMUN))
    assert "Décision du lundi 1er mars 2027" in lu
    assert "Un tiers de temps en plus Accordé" in lu
    assert "Motif : Incompatible avec l’épreuve." in lu


def test_des_donnees_scellees_ne_se_lisent_pas_et_se_comparent() -> None:
    cle, donnees = b"c" * 32, {"mesures": [{"mesure": "Secrétaire"}]}
    premier, second = scellees(cle, donnees), scellees(cle, donnees)
    assert "Secr" not in premier["scelle"]
    assert premier["scelle"] != second["scelle"]
    assert memes_donnees(premier, second)
    assert not memes_donnees(premier, scellees(cle, {"mesures": []}))
    assert ouvertes(cle, premier) == donnees
    with pytest.raises(ValueError, match="another instance key"):
        ouvertes(b"d" * 32, premier)
