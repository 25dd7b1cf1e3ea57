"""Le poste de contrôle : prendre un dossier, juger ses pièces, passer au suivant. Tout marche sans script."""

from typing import Any, cast

from litestar import Response, get, post
from litestar.params import FromPath

from app.comptes.formulaire_creation import premier, recu_en_listes
from app.comptes.portail import AnyRequest, agent, database, instant
from app.gestion.controle.actes import AJuger, juger, prendre, prendre_la_suivante, rendre, se_dedire
from app.gestion.controle.decision import avis_de, formulaire_de_decision
from app.gestion.controle.dossier import DossierAControler, PieceAControler, dossier_a_controler, dossier_de_la_piece
from app.gestion.controle.trace import Portee, consulter
from app.gestion.page import CONTROLENT, montrer
from app.pieces.formats import IMAGES, accept, acceptent_plusieurs_photos, formats_de, phrase_du_champ
from app.referentiel.reglements import Reglements
from app.regles.referentiel import Reglement
from app.regles.vocabulaire import FormatFichier, StatutPiece
from app.web.erreurs import Introuvable
from app.web.forms import Formulaire
from app.web.pages import rediriger

FILE = "/gestion/pieces"
DEPASSE = (
    "Rien n’a été enregistré : un autre agent a pris ce dossier, ou la pièce a changé depuis que vous l’avez lue. "
    "Relisez-la avant de décider."
)

AVIS = {
    "relance": "Le candidat est relancé : sa relance de pièces est dans ses documents, et un mail part.",
    "deja": "Rien n’est parti : ce candidat a déjà été relancé aujourd’hui, ou il ne lui manque plus rien.",
}


def portee(request: AnyRequest) -> Portee:
    qui = agent(request)
    return Portee(qui.compte_id, qui.academies)


@get("/gestion/candidatures/{candidature_id:str}/pieces")
async def poste(request: AnyRequest, candidature_id: FromPath[str]) -> Response[Any]:
    """Lire un dossier s'écrit : le candidat sait qui l'a ouvert."""
    dossier = await le_dossier(request, candidature_id)
    await noter_la_lecture(request, dossier, "pièces justificatives")
    return await page(request, candidature_id, request.query_params.get("piece", ""))


@post("/gestion/candidatures/{candidature_id:str}/prise", status_code=200)
async def prendre_ce_dossier(request: AnyRequest, candidature_id: FromPath[str]) -> Response[Any]:
    dossier = await le_dossier(request, candidature_id)
    piece_id = premier(recu_en_listes(await request.form()), "piece")
    if not await database(request).ecrire(prendre, candidature_id, portee(request), maintenant=instant(request)):
        return await page(request, dossier.id, piece_id, refus=DEPASSE, statut=422)
    return rediriger(adresse(dossier.id, piece_id))


@post("/gestion/candidatures/{candidature_id:str}/rendu", status_code=200)
async def rendre_ce_dossier(request: AnyRequest, candidature_id: FromPath[str]) -> Response[Any]:
    dossier = await le_dossier(request, candidature_id)
    await database(request).ecrire(rendre, dossier.id, portee(request), maintenant=instant(request))
    return rediriger(FILE)


@post("/gestion/pieces/suivante", status_code=200)
async def suivante(request: AnyRequest) -> Response[Any]:
    """Le dossier le plus ancien que personne n'a pris. `quitte` et `passee` : d'où l'on vient."""
    recu = recu_en_listes(await request.form())
    return await _suivante(request, quitte=premier(recu, "quitte"), passee=premier(recu, "passee"))


@post("/gestion/pieces/{piece_id:str}/statut", status_code=200)
async def decider(request: AnyRequest, piece_id: FromPath[str]) -> Response[Any]:
    dossier, piece = await la_piece(request, piece_id)
    maintenant, recu = instant(request), recu_en_listes(await request.form())
    lu = _ce_qui_a_ete_lu(dossier, piece_id, recu)
    if lu.attendu is not piece.statut and premier(recu, "statut") == piece.statut:  # le même envoi, deux fois
        return rediriger(adresse(dossier.id, piece_id))
    formulaire = formulaire_de_decision(dossier, piece, maintenant, recu)
    avis = avis_de(formulaire)
    if avis is None:
        return await page(request, dossier.id, piece_id, formulaire=formulaire, statut=422)
    posee = await database(request).ecrire(juger, lu, avis, portee(request), maintenant=maintenant)
    if not posee:
        return await page(request, dossier.id, piece_id, formulaire=formulaire, refus=DEPASSE, statut=422)
    apres = await le_dossier(request, dossier.id)
    reste = next((autre.id for autre in apres.pieces if autre.est_a_controler), None)
    if reste:
        return rediriger(adresse(dossier.id, reste))
    if not piece.est_a_controler:  # un verdict revu, une pièce du courrier : on reste au dossier
        return rediriger(adresse(dossier.id, piece_id))
    return await _suivante(request, quitte=dossier.id)


@post("/gestion/pieces/{piece_id:str}/statut-annule", status_code=200)
async def annuler(request: AnyRequest, piece_id: FromPath[str]) -> Response[Any]:
    dossier, _ = await la_piece(request, piece_id)
    lu = _ce_qui_a_ete_lu(dossier, piece_id, recu_en_listes(await request.form()))
    faite = await database(request).ecrire(se_dedire, lu, portee(request), maintenant=instant(request))
    if not faite:
        return await page(request, dossier.id, piece_id, refus=DEPASSE, statut=422)
    return rediriger(adresse(dossier.id, piece_id))


async def le_dossier(request: AnyRequest, candidature_id: str) -> DossierAControler:
    """404 hors de la portée de l'agent : rien ne dit que ce dossier existe."""
    qui = agent(request)
    dossier = await database(request).lire(
        dossier_a_controler,
        candidature_id,
        academies=qui.academies,
        agent_id=qui.compte_id,
        maintenant=instant(request),
    )
    if dossier is None:
        raise Introuvable
    return dossier


async def la_piece(request: AnyRequest, piece_id: str) -> tuple[DossierAControler, PieceAControler]:
    candidature_id = await database(request).lire(dossier_de_la_piece, piece_id, agent(request).academies)
    if candidature_id is None:
        raise Introuvable
    dossier = await le_dossier(request, candidature_id)
    piece = dossier.piece(piece_id)
    if piece is None or piece.id != piece_id:
        raise Introuvable
    return dossier, piece


async def noter_la_lecture(request: AnyRequest, dossier: DossierAControler, quoi: str, *, piece_id: str = "") -> None:
    """« Gestionnaire, académie de Toulouse » : une fonction et un service, jamais un nom."""
    par = f"{agent(request).role.libelle}, académie de {dossier.academie}"
    await database(request).ecrire(
        consulter,
        dossier.id,
        portee(request),
        par=par,
        quoi=quoi[:40],
        piece_id=piece_id,
        maintenant=instant(request),
    )


def adresse(candidature_id: str, piece_id: str = "") -> str:
    return f"/gestion/candidatures/{candidature_id}/pieces" + (f"?piece={piece_id}" if piece_id else "")


async def page(
    request: AnyRequest,
    candidature_id: str,
    piece_id: str,
    *,
    formulaire: Formulaire | None = None,
    refus: str = "",
    refus_depot: str = "",
    statut: int = 200,
) -> Response[Any]:
    dossier, maintenant = await le_dossier(request, candidature_id), instant(request)
    piece = dossier.piece(piece_id)
    peut_agir = agent(request).role in CONTROLENT
    decide = piece is not None and peut_agir and dossier.est_a_moi and bool(piece.verdicts)
    if decide and piece is not None and formulaire is None:
        formulaire = formulaire_de_decision(dossier, piece, maintenant)
    reglement = await reglement_de(request, dossier)
    formats = formats_de(reglement, piece.code) if piece else ()
    contexte: dict[str, object] = {
        "rubrique": FILE,
        "dossier": dossier,
        "piece": piece,
        "regle": reglement.pieces.get(piece.code) if piece else None,
        "formulaire": formulaire if decide else None,
        "page": numero_de_page(request, piece),
        "a_un_apercu": piece is not None and piece.fichier is not None and _se_montre(piece.fichier.format),
        "depot_permis": piece is not None
        and peut_agir
        and dossier.est_a_moi
        and piece.peut_deposer
        and not est_medicale(reglement, piece.code),
        "limites": phrase_du_champ(reglement.depot, formats) if formats else "",
        "accepts": accept(formats),
        "plusieurs": acceptent_plusieurs_photos(formats),
        "refus": refus,
        "avis": AVIS.get(request.query_params.get("avis", ""), ""),
        "message_tape": formulaire["precision"].texte if formulaire and not decide else "",
        "refus_depot": refus_depot,
    }
    if refus_depot:
        contexte["en_erreur"] = True
    return montrer(request, "gestion/poste.html", contexte, statut=statut)


def numero_de_page(request: AnyRequest, piece: PieceAControler | None) -> int:
    brut = request.query_params.get("page", "1")
    pages = piece.fichier.pages if piece and piece.fichier else 1
    numero = int(brut) if brut.isascii() and brut.isdecimal() and len(brut) < 5 else 1
    return min(max(numero, 1), max(pages, 1))


async def reglement_de(request: AnyRequest, dossier: DossierAControler) -> Reglement:
    """Celui avec lequel cette version a été enregistrée : il dit ce que chaque pièce doit prouver."""
    reglements = cast(Reglements, request.app.state.reglements)
    return await reglements.de(database(request), dossier.version_referentiel_id)


def est_medicale(reglement: Reglement, code: str) -> bool:
    """Demandée au titre du handicap : le service la reçoit sous pli, aucun document médical ne passe par le portail."""
    piece = reglement.pieces.get(code)
    return piece is not None and bool(piece.condition.handicap)


async def _suivante(request: AnyRequest, *, quitte: str, passee: str = "") -> Response[Any]:
    choix = await database(request).ecrire(
        prendre_la_suivante, portee(request), quitte=quitte, passee=passee, maintenant=instant(request)
    )
    return rediriger(adresse(choix) if choix else f"{FILE}?avis=fin")


def _ce_qui_a_ete_lu(dossier: DossierAControler, piece_id: str, recu: dict[str, list[Any]]) -> AJuger:
    """Un champ caché altéré ne désigne qu'un état qui n'est pas le bon : l'acte refuse."""
    lu = premier(recu, "attendu")
    attendu = StatutPiece(lu) if lu in tuple(StatutPiece) else StatutPiece.AUCUN
    return AJuger(piece_id, dossier.id, premier(recu, "fichier") or None, attendu)


def _se_montre(format_: str) -> bool:
    return format_ in (FormatFichier.PDF, *IMAGES)
