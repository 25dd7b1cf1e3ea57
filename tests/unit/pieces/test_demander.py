"""Demander les pièces : ajouter ce qui est nouveau, mettre à part ce qui ne l'est plus, ne rien effacer."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from app.candidatures.fiche import PieceFiche
from app.pieces.actions import demander
from app.pieces.models import PieceDemandee
from app.pieces.queries import pieces_de
from app.regles.vocabulaire import ModeDepot, StatutPiece
from tests.unit.documents.decor import CANDIDATURE, MAINTENANT, preparer
from tests.unit.documents.exemples import piece

SIGNEE = piece("CINSIG01", "Confirmation d’inscription signée", "Confirmation")
IDENTITE = piece("NATIDE01", "Pièce d’identité", "Nationalité", "Carte d’identité", "Passeport")
DIPLOME = piece("ACQDIP01", "Copie du diplôme", "Acquis")
PLUS_TARD = MAINTENANT + timedelta(days=1)


@pytest.fixture
def db(tmp_path: Path) -> Iterator[Session]:
    moteur: Engine = preparer(tmp_path / "portail.sqlite3")
    with Session(moteur) as db:
        yield db
    moteur.dispose()


def codes(db: Session) -> list[str]:
    return [ligne.code for ligne in pieces_de(db, "dack", CANDIDATURE)]


def test_les_pieces_de_la_fiche_sont_demandees_dans_son_ordre(db: Session) -> None:
    assert demander(db, CANDIDATURE, [SIGNEE, IDENTITE], MAINTENANT)
    assert codes(db) == ["CINSIG01", "NATIDE01"]
    identite = pieces_de(db, "dack", CANDIDATURE)[1]
    assert identite.documents_acceptes == ["Carte d’identité", "Passeport"]
    assert (identite.mode, identite.statut) == (ModeDepot.EN_LIGNE, StatutPiece.AUCUN)
    assert (identite.demandee_le, identite.retiree_le) == (MAINTENANT, None)


def test_la_meme_liste_ne_change_rien(db: Session) -> None:
    demander(db, CANDIDATURE, [SIGNEE, IDENTITE], MAINTENANT)
    assert not demander(db, CANDIDATURE, [SIGNEE, IDENTITE], PLUS_TARD)
    assert not demander(db, CANDIDATURE, [IDENTITE, SIGNEE], PLUS_TARD)
    assert codes(db) == ["NATIDE01", "CINSIG01"]


def test_ce_qui_n_est_plus_demande_est_mis_a_part_sans_etre_efface(db: Session) -> None:
    demander(db, CANDIDATURE, [SIGNEE, DIPLOME], MAINTENANT)
    assert demander(db, CANDIDATURE, [SIGNEE], PLUS_TARD)
    assert codes(db) == ["CINSIG01"]
    diplome = db.scalars(select(PieceDemandee).where(PieceDemandee.code == "ACQDIP01")).one()
    assert diplome.retiree_le == PLUS_TARD
    assert not demander(db, CANDIDATURE, [SIGNEE], PLUS_TARD + timedelta(days=1))
    assert diplome.retiree_le == PLUS_TARD


def test_une_piece_redemandee_reprend_sa_ligne_et_son_statut(db: Session) -> None:
    demander(db, CANDIDATURE, [SIGNEE, DIPLOME], MAINTENANT)
    diplome = db.scalars(select(PieceDemandee).where(PieceDemandee.code == "ACQDIP01")).one()
    diplome.statut = StatutPiece.CONFORME
    demander(db, CANDIDATURE, [SIGNEE], PLUS_TARD)
    assert demander(db, CANDIDATURE, [SIGNEE, DIPLOME], PLUS_TARD)
    reprise = pieces_de(db, "dack", CANDIDATURE)[1]
    assert (reprise.id, reprise.statut, reprise.retiree_le) == (diplome.id, StatutPiece.CONFORME, None)


@pytest.mark.parametrize(
    "autrement",
    [
        replace(IDENTITE, libelle="Titre de séjour"),
        replace(IDENTITE, mode="courrier"),
        replace(IDENTITE, est_obligatoire=False),
        replace(IDENTITE, est_certaine=False),
        replace(IDENTITE, documents_acceptes=("Visa",)),
    ],
)
def test_une_piece_demandee_autrement_est_un_changement(db: Session, autrement: PieceFiche) -> None:
    demander(db, CANDIDATURE, [IDENTITE], MAINTENANT)
    assert demander(db, CANDIDATURE, [autrement], PLUS_TARD)
    assert not demander(db, CANDIDATURE, [autrement], PLUS_TARD)


def test_les_pieces_d_un_autre_n_existent_pas(db: Session) -> None:
    demander(db, CANDIDATURE, [SIGNEE], MAINTENANT)
    assert list(pieces_de(db, "charlie", CANDIDATURE)) == []
