"""« Mes inscriptions » : chaque carte dit où l'on en est, qui agit ensuite et avant quand."""

from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import update
from sqlalchemy.orm import Session

from app.candidatures.models import Candidature
from app.pieces.models import PieceDemandee
from app.regles.vocabulaire import EtatCandidature, StatutPiece
from tests.instance import CHARLIE, DACK, lignes
from tests.unit.espace.conftest import Portail
from tests.unit.espace.gestes import brouillon, changer, inscrire

CLOTURE = "30/11/2026 à 18\u00a0h (heure de Paris)"
DEPOT = "21/12/2026 à 18\u00a0h (heure de Paris)"


def changer_la_ligne(portail: Portail, candidature: str, **valeurs: Any) -> None:
    def acte(db: Session) -> None:
        db.execute(update(Candidature).where(Candidature.id == candidature).values(**valeurs))

    portail.ecrire(acte)


def donner_aux_pieces(portail: Portail, *statuts: StatutPiece) -> None:
    """Le statut de chaque pièce, dans l'ordre ; le dernier vaut pour toutes les suivantes."""

    def acte(db: Session) -> None:
        for rang, piece in enumerate(db.query(PieceDemandee).order_by(PieceDemandee.ordre)):
            piece.statut = statuts[min(rang, len(statuts) - 1)]

    portail.ecrire(acte)


def test_une_candidature_enregistree_montre_la_carte_du_guide(portail: Portail) -> None:
    inscrire(portail)
    page = portail.connecter(DACK).get("/inscriptions")
    assert "N°\u00a0001" in page.texte
    assert "Juin 2027" in page.texte
    assert "CERTIFICAT D’APTITUDE PROFESSIONNELLE" in page.texte
    assert "Arts de la broderie" in page.texte
    assert "TOULOUSE" in page.texte
    assert "Établissement\u00a0: INDIV TOULOUSE" in page.texte
    assert "Inscrit" in page.texte
    nombre = len(lignes(portail.donnees, "select 1 from piece_demandee"))
    assert f"À vous\u00a0: fournir {nombre} pièces justificatives, avant le {DEPOT}." in page.texte
    assert page.lien("Me désinscrire").endswith("/desinscription")
    assert page.lien("M’inscrire à un examen") == "/inscriptions/nouvelle"


def test_un_brouillon_dit_l_etape_ou_reprendre_et_combien_il_en_reste(portail: Portail) -> None:
    candidature = brouillon(portail, "qualification")
    page = portail.connecter(DACK).get("/inscriptions")
    assert (
        f"À vous\u00a0: finir l’inscription. Il reste 4 étapes, avant le {CLOTURE}. Rien n’est enregistré."
        in page.texte
    )
    assert page.lien("Reprendre à l’étape 3") == f"/candidatures/{candidature}/reprise"
    portail.navigateur.get(f"/candidatures/{candidature}/reprise", statut=303)
    assert portail.navigateur.suivre().titre.startswith("Qualification présentée (étape 3 sur 7)")
    assert "Me désinscrire" not in page.texte


def test_outre_mer_la_carte_dit_aussi_l_heure_de_la_bas(portail: Portail) -> None:
    candidature = portail.commencer(academie="28")
    cloture = "10/12/2026 à 18\u00a0h (heure de Paris), 21\u00a0h à La Réunion"
    nav = portail.connecter(DACK)
    assert f"avant le {cloture}. Rien n’est enregistré." in nav.get("/inscriptions").texte
    assert f"avant le {cloture}." in nav.get(f"/candidatures/{candidature}").texte
    portail.horloge.instant = datetime(2026, 12, 10, 17, 0, tzinfo=UTC)
    ferme = portail.connecter(DACK).get("/inscriptions").texte
    assert f"Les inscriptions sont fermées depuis le {cloture} et ce brouillon n’est pas enregistré." in ferme


def test_une_modification_en_cours_reste_a_enregistrer(portail: Portail) -> None:
    candidature = inscrire(portail)
    changer(portail.navigateur, candidature)
    page = portail.navigateur.get("/inscriptions")
    attendue = f"À vous\u00a0: enregistrer vos modifications, ou les abandonner, avant le {CLOTURE}."
    assert f"{attendue} La version 01 reste valable." in page.texte


@pytest.mark.parametrize(
    ("statuts", "attendue"),
    [
        ((StatutPiece.NON_CONFORME, StatutPiece.CONFORME), "À vous\u00a0: remplacer 1 pièce justificative, avant le"),
        (
            (StatutPiece.NON_CONFORME, StatutPiece.AUCUN, StatutPiece.CONFORME),
            "fournir 1 pièce justificative et en remplacer 1",
        ),
        (
            (StatutPiece.RECUE, StatutPiece.CONFORME),
            "Au service des examens\u00a0: contrôler votre pièce. Vous n’avez rien",
        ),
        (
            (StatutPiece.CONFORME,),
            "Au service des examens\u00a0: préparer votre convocation. Vous n’avez rien à faire.",
        ),
    ],
)
def test_les_pieces_disent_qui_agit_ensuite(portail: Portail, statuts: tuple[StatutPiece, ...], attendue: str) -> None:
    inscrire(portail)
    donner_aux_pieces(portail, *statuts)
    assert attendue in portail.navigateur.get("/inscriptions").texte


def test_apres_le_depot_il_ne_reste_qu_a_ecrire_au_service(portail: Portail) -> None:
    inscrire(portail)
    portail.horloge.instant = datetime(2026, 12, 21, 17, 0, tzinfo=UTC)
    page = portail.connecter(DACK).get("/inscriptions")
    assert f"Les pièces étaient attendues avant le {DEPOT}." in page.texte
    assert "cap@toulouse.exemple.fr" in page.texte


def test_une_candidature_preparee_par_l_etablissement_est_a_completer(portail: Portail) -> None:
    candidature = brouillon(portail, "identification")
    changer_la_ligne(portail, candidature, etat=EtatCandidature.A_COMPLETER)
    page = portail.connecter(DACK).get("/inscriptions")
    assert "À compléter" in page.texte
    assert "À vous\u00a0: compléter et enregistrer l’inscription. Il reste 6 étapes" in page.texte
    assert page.lien("Ouvrir") == f"/candidatures/{candidature}"
    assert "Supprimer ce brouillon" not in page.texte
    portail.navigateur.get(f"/candidatures/{candidature}/suppression", statut=404)
    portail.navigateur.get(f"/candidatures/{candidature}/reprise", statut=303)
    consultation = portail.navigateur.suivre()
    assert consultation.h1 == "Récapitulatif"
    assert "Inscription préparée pour vous, à compléter." in consultation.texte
    assert not consultation.formulaires
    assert consultation.lien("Modifier") == f"/candidatures/{candidature}/onglets/identification"


@pytest.mark.parametrize(
    ("instant", "est_visible"),
    [(datetime(2027, 12, 31, 22, 59, 59, tzinfo=UTC), True), (datetime(2027, 12, 31, 23, 0, tzinfo=UTC), False)],
)
def test_une_session_se_cache_au_premier_janvier_qui_la_suit(
    portail: Portail, instant: datetime, est_visible: bool
) -> None:
    candidature = inscrire(portail)
    portail.horloge.instant = instant
    page = portail.connecter(DACK).get("/inscriptions")
    assert ("Arts de la broderie" in page.texte) is est_visible
    portail.navigateur.get(f"/candidatures/{candidature}/documents")


@pytest.mark.parametrize("etat", [EtatCandidature.DESINSCRIT, EtatCandidature.ECARTE])
def test_une_candidature_finie_ne_se_voit_plus(portail: Portail, etat: EtatCandidature) -> None:
    candidature = inscrire(portail)
    changer_la_ligne(portail, candidature, etat=etat)
    assert "Vous n’avez aucune candidature active." in portail.navigateur.get("/inscriptions").texte
    portail.navigateur.get(f"/candidatures/{candidature}", statut=404)
    assert "Mes activités" not in portail.navigateur.get(f"/candidatures/{candidature}/documents").texte


def test_un_brouillon_ferme_dit_a_qui_ecrire(portail: Portail) -> None:
    brouillon(portail, "acquis")
    portail.horloge.instant = datetime(2026, 11, 30, 17, 0, tzinfo=UTC)
    page = portail.connecter(DACK).get("/inscriptions")
    assert f"Les inscriptions sont fermées depuis le {CLOTURE} et ce brouillon n’est pas enregistré." in page.texte
    assert "cap@toulouse.exemple.fr" in page.texte


@pytest.mark.parametrize(
    "page",
    [
        "", "/reprise", "/formulaires", "/pieces", "/documents", "/versions", "/versions/1/2", "/abandon",
        "/desinscription", "/suppression", "/onglets/recapitulatif",
    ],
)  # fmt: skip
def test_rien_de_dack_n_existe_pour_charlie(portail: Portail, page: str) -> None:
    candidature = inscrire(portail)
    changer(portail.navigateur, candidature)
    portail.connecter(CHARLIE).get(f"/candidatures/{candidature}{page}", statut=404)


@pytest.mark.parametrize("acte", ["abandon", "desinscription", "suppression", "enregistrement"])
def test_charlie_ne_peut_rien_faire_sur_la_candidature_de_dack(portail: Portail, acte: str) -> None:
    candidature = inscrire(portail)
    changer(portail.navigateur, candidature)
    portail.connecter(CHARLIE).get("/inscriptions")
    avant = lignes(portail.donnees, "select * from candidature")
    portail.navigateur.post(f"/candidatures/{candidature}/{acte}", statut=404)
    assert lignes(portail.donnees, "select * from candidature") == avant
