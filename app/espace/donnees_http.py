"""« Mes données » : la page, les deux fichiers à emporter, et l'histoire d'un dossier."""

import json
from dataclasses import dataclass
from datetime import datetime

from litestar import Response, get
from litestar.params import FromPath
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.candidatures.consultations import consultations_de
from app.candidatures.histoire import intitule
from app.candidatures.models import Candidature, Evenement
from app.comptes.guards import reserve
from app.comptes.portail import AnyRequest, database, gabarits, instant
from app.espace.donnees import donnees_de, en_json
from app.espace.donnees_lisibles import lisible
from app.espace.lecture import lire_carte, qui
from app.infra.outbox import Courriel
from app.pieces.models import EvenementPiece, PieceDemandee
from app.web.pages import render


@dataclass(frozen=True, slots=True)
class Fait:
    survenu_le: datetime
    intitule: str
    detail: str = ""
    est_une_consultation: bool = False


@get("/mes-donnees")
async def mes_donnees(request: AnyRequest) -> Response[str]:
    rubriques = await database(request).lire(donnees_de, qui(request).compte_id)
    return render(request, "espace/donnees.html", {"rubriques": rubriques})


@get("/mes-donnees.json")
async def en_fichier_json(request: AnyRequest) -> Response[bytes]:
    rubriques = await database(request).lire(donnees_de, qui(request).compte_id)
    contenu = json.dumps(en_json(rubriques), ensure_ascii=False, indent=2).encode()
    return _a_emporter(contenu, "application/json", "mes-donnees.json")


@get("/mes-donnees.html")
async def en_page_autonome(request: AnyRequest) -> Response[bytes]:
    """S'ouvre du disque, sans réseau : sa mise en forme est dedans. Toujours jointe, jamais une page d'ici."""
    rubriques = await database(request).lire(donnees_de, qui(request).compte_id)
    lues = [(rubrique.titre, [lisible(ligne) for ligne in rubrique.lignes]) for rubrique in rubriques]
    contexte = {"rubriques": lues, "maintenant": instant(request), "visiteur": qui(request)}
    contenu = gabarits(request).get_template("espace/donnees_fichier.html").render(contexte).encode()
    return _a_emporter(contenu, "text/html", "mes-donnees.html")


@get("/candidatures/{candidature_id:str}/historique")
async def historique(request: AnyRequest, candidature_id: FromPath[str]) -> Response[str]:
    carte = await lire_carte(request, candidature_id)
    faits = await database(request).lire(faits_de, qui(request).compte_id, candidature_id)
    est_consulte = any(fait.est_une_consultation for fait in faits)
    return render(request, "espace/historique.html", {"carte": carte, "faits": faits, "est_consulte": est_consulte})


def faits_de(db: Session, compte_id: str, candidature_id: str) -> tuple[Fait, ...]:
    """Ce qui est arrivé au dossier, les mails partis à son sujet et qui l'a consulté, le plus récent d'abord.

    À la même seconde, l'ordre où c'est arrivé décide.
    """
    evenements = db.scalars(
        select(Evenement)
        .join(Candidature, Candidature.id == Evenement.candidature_id)
        .where(Candidature.id == candidature_id, Candidature.compte_id == compte_id)
        .order_by(Evenement.id)
    )
    pieces = db.execute(
        select(EvenementPiece, PieceDemandee.libelle)
        .join(PieceDemandee, PieceDemandee.id == EvenementPiece.piece_id)
        .join(Candidature, Candidature.id == PieceDemandee.candidature_id)
        .where(Candidature.id == candidature_id, Candidature.compte_id == compte_id)
        .order_by(EvenementPiece.id)
    )
    courriels = db.scalars(
        select(Courriel).where(Courriel.candidature_id == candidature_id, Courriel.compte_id == compte_id)
    )
    faits = [Fait(e.survenu_le, intitule(e.nature), e.detail) for e in evenements]
    faits += [
        Fait(
            e.survenu_le, f"Pièce justificative : {e.genre.libelle}", f"{libelle} ({e.detail})" if e.detail else libelle
        )
        for e, libelle in pieces
    ]
    faits += [Fait(c.envoye_le or c.cree_le, "Mail" if c.envoye_le else "Mail à envoyer", c.sujet) for c in courriels]
    faits += [
        Fait(c.survenue_le, "Dossier consulté", f"{c.par} ({c.quoi})", est_une_consultation=True)
        for c in consultations_de(db, compte_id, candidature_id)
    ]
    return tuple(sorted(faits, key=lambda fait: fait.survenu_le)[::-1])


def _a_emporter(contenu: bytes, genre: str, nom: str) -> Response[bytes]:
    return Response(
        contenu,
        media_type=f"{genre}; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{nom}"', "Cache-Control": "no-store"},
    )


router = reserve(mes_donnees, en_fichier_json, en_page_autonome, historique)
