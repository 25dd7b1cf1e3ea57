"""« Redoublants » : choisir deux sessions, relire l'essai, préparer, annuler."""

from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from litestar import Response, get, post
from litestar.params import FromPath
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.candidatures.models import Candidature
from app.comptes.formulaire_creation import recu_en_listes
from app.comptes.models import Candidat
from app.comptes.portail import AnyRequest, agent, database, instant
from app.gestion.page import montrer
from app.gestion.redoublants.annulation import DELAI, annuler, est_annulable
from app.gestion.redoublants.models import EtatPreparation, LignePreparation, Preparation
from app.gestion.redoublants.preparation import PreparationRefusee, charger, essayer, preparer_un_lot
from app.referentiel.fiches import FichePeriode
from app.referentiel.models import PeriodeInscription
from app.referentiel.queries import periode, periodes
from app.web.erreurs import Introuvable
from app.web.forms import Choix, Formulaire
from app.web.pages import rediriger

LISTE = "/gestion/redoublants"
MONTREES = 300
DERNIERES = 20
ETATS = {EtatPreparation.EN_COURS: "à finir", EtatPreparation.FAITE: "faite", EtatPreparation.ANNULEE: "annulée"}


@dataclass(frozen=True, slots=True)
class PreparationPassee:
    id: str
    cree_le: datetime
    origine: FichePeriode
    cible: FichePeriode
    etat: str


@dataclass(frozen=True, slots=True)
class LigneLue:
    nom: str
    numero_candidat: str
    notes: int
    motif: str


@dataclass(frozen=True, slots=True)
class PreparationLue:
    id: str
    origine: FichePeriode
    cible: FichePeriode
    etat: EtatPreparation
    a_preparer: int
    preparees: int
    ajournes: int
    lignes: tuple[LigneLue, ...]
    """les premières"""
    ecartees: Mapping[str, int]
    """motif → combien"""
    laissees: int
    annulable_jusqu_a: datetime | None

    @property
    def est_un_essai(self) -> bool:
        return self.etat in (EtatPreparation.ESSAI, EtatPreparation.EN_COURS)

    @property
    def est_faite(self) -> bool:
        return self.etat is EtatPreparation.FAITE

    @property
    def est_annulee(self) -> bool:
        return self.etat is EtatPreparation.ANNULEE


@get(LISTE)
async def choisir(request: AnyRequest) -> Response[Any]:
    return await _choix(request, None)


@post(LISTE, status_code=200)
async def essayer_une_preparation(request: AnyRequest) -> Response[Any]:
    recu = recu_en_listes(await request.form())
    formulaire = await _formulaire(request, recu)
    if not formulaire.valide():
        return await _choix(request, formulaire, statut=422)
    qui, dit = agent(request), formulaire.valeurs
    try:
        preparation_id = await database(request).ecrire(
            essayer, dit["origine"], dit["cible"], qui.academies, auteur=qui.compte_id, maintenant=instant(request)
        )
    except PreparationRefusee as refus:
        formulaire.ajouter_erreur("cible", str(refus))
        return await _choix(request, formulaire, statut=422)
    return rediriger(f"{LISTE}/{preparation_id}")


@get(LISTE + "/{preparation_id:str}")
async def relire(request: AnyRequest, preparation_id: FromPath[str]) -> Response[Any]:
    return await _page(request, preparation_id)


@post(LISTE + "/{preparation_id:str}/confirmation", status_code=200)
async def preparer(request: AnyRequest, preparation_id: FromPath[str]) -> Response[Any]:
    qui = agent(request)
    try:
        while await database(request).ecrire(
            preparer_un_lot, preparation_id, qui.academies, acteur=qui.compte_id, maintenant=instant(request)
        ):
            pass
    except LookupError:
        raise Introuvable from None
    except PreparationRefusee as refus:
        return await _page(request, preparation_id, erreur=str(refus))
    return rediriger(f"{LISTE}/{preparation_id}")


@post(LISTE + "/{preparation_id:str}/annulation", status_code=200)
async def annuler_la_preparation(request: AnyRequest, preparation_id: FromPath[str]) -> Response[Any]:
    qui = agent(request)
    try:
        await database(request).ecrire(
            annuler, preparation_id, qui.academies, acteur=qui.compte_id, maintenant=instant(request)
        )
    except LookupError:
        raise Introuvable from None
    except PreparationRefusee as refus:
        return await _page(request, preparation_id, erreur=str(refus))
    return rediriger(f"{LISTE}/{preparation_id}")


async def _choix(request: AnyRequest, formulaire: Formulaire | None, *, statut: int = 200) -> Response[Any]:
    contexte = {
        "formulaire": formulaire or await _formulaire(request, None),
        "preparations": await database(request).lire(preparations, agent(request).academies),
    }
    return montrer(request, "gestion/redoublants.html", contexte, statut=statut)


def preparations(
    db: Session, academies: Collection[str], *, combien: int | None = DERNIERES
) -> tuple[PreparationPassee, ...]:
    """On y revient pour relire, pour finir, ou pour annuler tant que c'est possible. `combien` nul : toutes."""
    lignes = db.scalars(
        select(Preparation)
        .join(PeriodeInscription, PeriodeInscription.id == Preparation.cible_id)
        .where(PeriodeInscription.academie_code.in_(academies), Preparation.etat != EtatPreparation.ESSAI)
        .order_by(Preparation.cree_le.desc(), Preparation.id)
        .limit(combien)
    ).all()
    fiches = {id_: periode(db, id_) for ligne in lignes for id_ in (ligne.origine_id, ligne.cible_id)}
    return tuple(
        PreparationPassee(ligne.id, ligne.cree_le, origine, cible, ETATS[ligne.etat])
        for ligne in lignes
        if (origine := fiches[ligne.origine_id]) and (cible := fiches[ligne.cible_id])
    )


async def _formulaire(request: AnyRequest, recu: dict[str, list[Any]] | None) -> Formulaire:
    siennes = await database(request).lire(_periodes, agent(request).academies)
    options = [(p.id, f"{p.session.examen}, {p.session.libelle.lower()}, {p.academie.nom}") for p in siennes]
    ouvertes = {p.id for p in siennes if instant(request) < p.ferme_le}
    return Formulaire(
        {
            "origine": Choix(
                "Session d’origine",
                sujet="la session d’origine",
                requis=True,
                options=options,
                aide="Celle dont les relevés de notes sont publiés.",
            ),
            "cible": Choix(
                "Session à préparer",
                sujet="la session à préparer",
                requis=True,
                options=[o for o in options if o[0] in ouvertes],
            ),
        },
        recu,
    )


def _periodes(db: Session, academies: Collection[str]) -> tuple[FichePeriode, ...]:
    return tuple(p for p in periodes(db) if p.academie.code in academies)


async def _page(request: AnyRequest, preparation_id: str, *, erreur: str = "") -> Response[Any]:
    try:
        lue = await database(request).lire(_lire, preparation_id, agent(request).academies, instant(request))
    except LookupError:
        raise Introuvable from None
    contexte = {"lue": lue, "erreur": erreur, "en_erreur": bool(erreur)}
    return montrer(request, "gestion/preparation.html", contexte, statut=422 if erreur else 200)


def _lire(db: Session, preparation_id: str, academies: Collection[str], maintenant: datetime) -> PreparationLue:
    ligne: Preparation = charger(db, preparation_id, academies)
    origine, cible = periode(db, ligne.origine_id), periode(db, ligne.cible_id)
    if origine is None or cible is None:
        raise LookupError(preparation_id)
    lignes = db.execute(
        select(LignePreparation, Candidat)
        .join(Candidature, Candidature.id == LignePreparation.origine_id)
        .join(Candidat, Candidat.compte_id == Candidature.compte_id)
        .where(LignePreparation.preparation_id == preparation_id)
        .order_by(Candidature.cle_nom, LignePreparation.origine_id)
    ).all()
    return PreparationLue(
        id=ligne.id,
        origine=origine,
        cible=cible,
        etat=ligne.etat,
        a_preparer=sum(not li.motif for li, _ in lignes),
        preparees=sum(li.candidature_id is not None for li, _ in lignes),
        ajournes=len(lignes),
        lignes=tuple(
            LigneLue(f"{c.nom_famille} {c.prenoms}", c.numero_candidat or "", li.notes, li.motif)
            for li, c in lignes[:MONTREES]
        ),
        ecartees=Counter(li.motif for li, _ in lignes if li.motif),
        laissees=ligne.laissees,
        annulable_jusqu_a=ligne.faite_le + DELAI if ligne.faite_le and est_annulable(ligne, maintenant) else None,
    )
