"""« Se désinscrire » : une page qui demande confirmation, puis l'acte. La même adresse dit ensuite que c'est fait."""

from typing import Any

from litestar import Response, get, post
from litestar.params import FromPath
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.candidatures.actions import CandidatureAbsente, ServiceFerme
from app.candidatures.desinscription import DesinscriptionRefusee, desinscrire
from app.candidatures.models import Candidature
from app.candidatures.queries import VersionLue, version_de
from app.comptes.portail import AnyRequest, database, gabarits, reglages
from app.comptes.valeurs import Message
from app.espace.carte import Carte
from app.espace.lecture import lire_carte, qui
from app.regles.vocabulaire import EtatCandidature
from app.web.erreurs import Introuvable
from app.web.pages import rediriger, render


@get("/candidatures/{candidature_id:str}/desinscription")
async def confirmer_la_desinscription(request: AnyRequest, candidature_id: FromPath[str]) -> Response[Any]:
    desinscrite = await database(request).lire(_version_desinscrite, qui(request).compte_id, candidature_id)
    if desinscrite:
        return render(request, "espace/desinscrite.html", {"version": desinscrite})
    return _page(request, await lire_carte(request, candidature_id))


@post("/candidatures/{candidature_id:str}/desinscription", status_code=200)
async def se_desinscrire(request: AnyRequest, candidature_id: FromPath[str]) -> Response[Any]:
    adresse = f"/candidatures/{candidature_id}/desinscription"
    if await database(request).lire(_version_desinscrite, qui(request).compte_id, candidature_id):
        return rediriger(adresse)
    carte = await lire_carte(request, candidature_id)
    if carte.version is None:
        raise Introuvable
    try:
        await database(request).ecrire(
            desinscrire,
            qui(request).compte_id,
            candidature_id,
            reglement=carte.reglement,
            courrier=_courrier(request, carte, carte.version),
            maintenant=carte.maintenant,
        )
    except CandidatureAbsente:
        raise Introuvable from None
    except (ServiceFerme, DesinscriptionRefusee):
        return _page(request, carte, statut=422)
    return rediriger(adresse)


def _page(request: AnyRequest, carte: Carte, *, statut: int = 200) -> Response[str]:
    if not carte.est_enregistree:
        raise Introuvable
    contexte = {"carte": carte, "en_erreur": statut == 422}
    return render(request, "espace/desinscription.html", contexte, statut=statut)


def _courrier(request: AnyRequest, carte: Carte, version: VersionLue) -> Message:
    contexte = {
        "fiche": version.fiche,
        "numero_inscription": version.numero_inscription,
        "desinscrite_le": carte.maintenant,
        "ferme_le": carte.periode.ferme_le,
        "lien": f"{reglages(request).url_publique}/inscriptions",
    }
    sujet = f"[CYCLADES] Vous êtes désinscrit (inscription {version.numero_inscription})"
    return Message(
        sujet,
        gabarits(request).get_template("courriels/desinscription.txt").render(contexte),
        gabarits(request).get_template("courriels/desinscription.html").render(contexte | {"sujet": sujet}),
    )


def _version_desinscrite(db: Session, compte_id: str, candidature_id: str) -> VersionLue | None:
    est_desinscrite = db.scalar(
        select(Candidature.id).where(
            Candidature.id == candidature_id,
            Candidature.compte_id == compte_id,
            Candidature.etat == EtatCandidature.DESINSCRIT,
        )
    )
    return version_de(db, compte_id, candidature_id) if est_desinscrite else None
