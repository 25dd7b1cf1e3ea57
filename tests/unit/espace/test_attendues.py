"""Ce qu'il reste à faire de ses pièces : la carte, les échéances et l'agenda disent la même chose au même instant."""

from datetime import UTC, datetime, timedelta
from typing import Any

import icalendar
import pytest
from sqlalchemy.orm import Session

from app.infra.identifiants import nouvel_id
from app.pieces.models import FichierDepose, PieceDemandee
from app.regles.vocabulaire import EtatExamen, StatutPiece
from tests.instance import DACK
from tests.unit.espace.conftest import Portail
from tests.unit.espace.gestes import inscrire

FIN_DEPOT = datetime(2026, 12, 21, 17, 0, tzinfo=UTC)
ROUVERTE = datetime(2027, 1, 8, 17, 0, tzinfo=UTC)
DEPOT = "21/12/2026 à 18\u00a0h (heure de Paris)"
NOUVELLE_LIMITE = "08/01/2027 à 18\u00a0h (heure de Paris)"


def changer_les_pieces(portail: Portail, *, depose: bool = False, la_premiere: bool = False, **valeurs: Any) -> None:
    def acte(db: Session) -> None:
        pieces = db.query(PieceDemandee).order_by(PieceDemandee.ordre).all()
        for piece in pieces[:1] if la_premiere else pieces:
            for colonne, valeur in valeurs.items():
                setattr(piece, colonne, valeur)
            if depose:
                db.add(fichier(piece.id, portail.horloge.instant))

    portail.ecrire(acte)


def fichier(piece_id: str, depose_le: datetime) -> FichierDepose:
    return FichierDepose(
        piece_id=piece_id,
        nom="piece.pdf",
        format="pdf",
        octets=1,
        empreinte="0" * 64,
        cle=nouvel_id(),
        pages=1,
        depose_le=depose_le,
        depose_par=DACK.id,
        examen=EtatExamen.SAIN,
    )


def echeance_des_pieces(portail: Portail, titre: str = "Fin de l’envoi des pièces") -> str:
    page = portail.navigateur.get("/echeances")
    (ligne,) = [li.texte for li in page.arbre.tous("li") if li["class"] == "piece" and li.texte.startswith(titre)]
    return ligne


def agenda(portail: Portail) -> dict[str, icalendar.Event]:
    calendrier = icalendar.Calendar.from_ical(portail.navigateur.get("/echeances.ics").reponse.content)
    return {str(e["uid"]).partition("-")[0]: e for e in calendrier.walk("VEVENT") if isinstance(e, icalendar.Event)}


def test_les_pieces_a_fournir_se_comptent_une_fois_chacune(portail: Portail) -> None:
    """La confirmation signée est une pièce : elle n'est pas annoncée en plus."""
    inscrire(portail)
    nav = portail.navigateur
    assert f"À vous\u00a0: fournir 5 pièces justificatives, avant le {DEPOT}." in nav.get("/inscriptions").texte
    ligne = echeance_des_pieces(portail)
    assert "À vous\u00a0: fournir 5 pièces justificatives." in ligne
    assert nav.get("/echeances").lien("Mes justificatifs").endswith("/pieces")


def test_des_pieces_deposees_restent_a_valider(portail: Portail) -> None:
    inscrire(portail)
    changer_les_pieces(portail, depose=True)
    attendue = "À vous\u00a0: cliquer sur «\u00a0J’ai fourni toutes mes pièces\u00a0»"
    assert f"{attendue}, avant le {DEPOT}." in portail.navigateur.get("/inscriptions").texte
    assert f"{attendue}." in echeance_des_pieces(portail)
    assert "J’ai fourni" in str(agenda(portail)["pieces"]["description"])


def test_des_pieces_validees_ne_sont_plus_a_envoyer(portail: Portail) -> None:
    inscrire(portail)
    changer_les_pieces(portail, depose=True, validee_le=portail.horloge.instant)
    assert "Au service des examens\u00a0: contrôler vos 5 pièces." in portail.navigateur.get("/inscriptions").texte
    ligne = echeance_des_pieces(portail)
    assert "Au service des examens\u00a0: contrôler vos 5 pièces. Vous n’avez plus rien à envoyer." in ligne
    evenements = agenda(portail)
    assert "envoyer" not in str(evenements["pieces"]["description"]).replace("rien à envoyer", "")
    assert not evenements["pieces"].walk("VALARM"), "rien à faire, rien à rappeler"
    assert evenements["cloture"].walk("VALARM")


def test_toutes_conformes_il_n_y_a_plus_rien_a_faire(portail: Portail) -> None:
    inscrire(portail)
    changer_les_pieces(portail, depose=True, statut=StatutPiece.CONFORME)
    ligne = echeance_des_pieces(portail)
    assert "Vous n’avez plus rien à envoyer." in ligne
    assert "À vous" not in ligne
    assert "contrôler" not in ligne


def test_une_piece_facultative_qu_il_n_a_pas_ne_le_retient_pas(portail: Portail) -> None:
    inscrire(portail)
    changer_les_pieces(portail, statut=StatutPiece.CONFORME)
    changer_les_pieces(portail, la_premiere=True, statut=StatutPiece.AUCUN, est_obligatoire=False)
    carte = portail.navigateur.get("/inscriptions").texte
    assert "Au service des examens\u00a0: préparer votre convocation. Vous n’avez rien à faire." in carte
    assert "À vous" not in echeance_des_pieces(portail)


@pytest.mark.parametrize(("instant", "est_possible"), [(ROUVERTE - timedelta(seconds=1), True), (ROUVERTE, False)])
def test_une_piece_rouverte_apres_la_fermeture_du_depot_se_dit_a_remplacer(
    portail: Portail, instant: datetime, est_possible: bool
) -> None:
    """La page « Mes justificatifs » l'accepte encore : la carte et l'agenda ne renvoient pas au service."""
    candidature = inscrire(portail)
    changer_les_pieces(portail, depose=True, validee_le=portail.horloge.instant, statut=StatutPiece.CONFORME)
    changer_les_pieces(
        portail, la_premiere=True, statut=StatutPiece.NON_CONFORME, validee_le=None, rouverte_jusqu_a=ROUVERTE
    )
    portail.horloge.instant = instant
    nav = portail.connecter(DACK)
    carte = nav.get("/inscriptions").texte
    remplacer = f"À vous\u00a0: remplacer 1 pièce justificative, avant le {NOUVELLE_LIMITE}."
    assert (remplacer in carte) is est_possible
    assert ("écrire au service des examens" in carte) is not est_possible
    assert ("À redéposer avant" in nav.get(f"/candidatures/{candidature}/pieces").texte) is est_possible
    ligne = echeance_des_pieces(portail, "Pièce à redéposer")
    assert NOUVELLE_LIMITE in ligne
    assert ("À vous\u00a0: remplacer 1 pièce justificative." in ligne) is est_possible
    assert ("Contactez" in ligne) is not est_possible
    evenements = agenda(portail)
    assert evenements["redepot"].decoded("dtstart") == ROUVERTE
    assert evenements["pieces"].decoded("dtstart") == FIN_DEPOT


def test_rouverte_avant_la_fermeture_du_depot_l_echeance_reste_celle_du_depot(portail: Portail) -> None:
    inscrire(portail)
    changer_les_pieces(portail, statut=StatutPiece.NON_CONFORME, rouverte_jusqu_a=FIN_DEPOT - timedelta(days=5))
    assert f"remplacer 5 pièces justificatives, avant le {DEPOT}." in portail.navigateur.get("/inscriptions").texte
    assert "redepot" not in agenda(portail)


def test_une_session_close_n_a_plus_d_echeance(portail: Portail) -> None:
    """« Mes candidatures des sessions fermées ne sont plus visibles » (guide, chapitre 9)."""
    inscrire(portail)
    portail.horloge.instant = datetime(2027, 12, 31, 23, 0, tzinfo=UTC)
    page = portail.connecter(DACK).get("/echeances")
    assert "Clôture des inscriptions" not in page.texte
    assert agenda(portail) == {}
