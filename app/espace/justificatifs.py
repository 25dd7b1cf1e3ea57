"""La page « Mes justificatifs », entière ou réduite à la ligne d'une pièce quand un échange n'en remplace qu'une."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from litestar import Response

from app.comptes.portail import AnyRequest, database, instant, reglages
from app.documents.contenu import envois
from app.documents.queries import demande_courante
from app.espace.carte import Carte
from app.espace.lecture import lire_carte, qui
from app.pieces.envois import PHRASE_QUOTA, envois_commences
from app.pieces.formats import accept, acceptent_plusieurs_photos, formats_de, phrase_du_champ
from app.pieces.morceaux import recus
from app.pieces.suivi import PieceVue, piece_vue, pieces_vues
from app.web.erreurs import Introuvable
from app.web.pages import rediriger, render

GABARIT = "espace/justificatifs.html"


@dataclass(frozen=True, slots=True)
class Depot:
    """Ce que le champ d'un dépôt propose et ce qu'il en dit."""

    limites: str
    accept: str
    plusieurs: bool
    commence: "Commence | None"


@dataclass(frozen=True, slots=True)
class Commence:
    """Un envoi par morceaux interrompu, que le même fichier reprendrait."""

    nom: str
    recu: str
    octets: str


async def la_piece(request: AnyRequest, piece_id: str) -> PieceVue:
    piece = await database(request).lire(piece_vue, qui(request).compte_id, piece_id, maintenant=instant(request))
    if piece is None:
        raise Introuvable
    return piece


def vers_la_ligne(piece: PieceVue) -> Response[bytes]:
    """La page, à la hauteur de cette pièce ; un échange partiel n'en relit que la ligne."""
    return rediriger(f"/candidatures/{piece.candidature_id}/pieces?piece={piece.code}#{piece.code}")


async def page(
    request: AnyRequest,
    candidature_id: str,
    *,
    refus: Mapping[str, str] | None = None,
    ligne: str = "",
    statut: int = 200,
) -> Response[Any]:
    """`refus` : par code de pièce, ou « » pour l'envoi entier. `ligne` : le code de la pièce qui a changé."""
    carte = await lire_carte(request, candidature_id)
    vues = await database(request).lire(
        pieces_vues, qui(request).compte_id, candidature_id, maintenant=instant(request)
    )
    commences = await _commences(request, candidature_id)
    fiches = {suivie.piece.code: suivie.piece for suivie in carte.suivi.pieces}
    contexte: dict[str, Any] = {
        "avec_htmx": True,
        "carte": carte,
        "demande": await database(request).lire(demande_courante, qui(request).compte_id, candidature_id),
        "envois": tuple(envois(list(fiches.values()), carte.periode.depot_ouvre_le, carte.periode.depot_ferme_le)),
        "vues": vues,
        "anciennes": [vue for vue in vues.values() if not vue.est_demandee and vue.fichier],
        "depots": {code: _depot(carte, code, commences.get(vue.id)) for code, vue in vues.items()},
        "quota": PHRASE_QUOTA if any(vue.peut_ajouter for vue in vues.values()) else "",
        "a_valider": any(vue.peut_supprimer for vue in vues.values()),
        "annulable": any(
            v.validee_le and not v.ouverte_le and not v.statut.libelle and v.est_demandee for v in vues.values()
        ),
        "refus": refus or {},
        "en_erreur": any(code in fiches for code in refus or {}),
    }
    if ligne not in fiches:
        return render(request, GABARIT, contexte, statut=statut)
    contexte |= {"piece": fiches[ligne]}
    return render(request, GABARIT, contexte, bloc="ligne", aussi=("suite_pieces", "validation"), statut=statut)


async def _commences(request: AnyRequest, candidature_id: str) -> dict[str, Commence]:
    envoyes = await database(request).lire(envois_commences, qui(request).compte_id, candidature_id)
    return {
        piece_id: Commence(
            envoi.nom, _mo(await asyncio.to_thread(recus, reglages(request).donnees, envoi.id)), _mo(envoi.octets)
        )
        for piece_id, envoi in envoyes.items()
    }


def _mo(octets: int) -> str:
    return f"{octets / 1_000_000:.1f}\u00a0Mo".replace(".", ",")


def _depot(carte: Carte, code: str, commence: Commence | None) -> Depot:
    formats = formats_de(carte.reglement, code)
    limites = phrase_du_champ(carte.reglement.depot, formats)
    return Depot(limites, accept(formats), acceptent_plusieurs_photos(formats), commence)
