"""Ce que les écrans lisent des publications, toujours par la portée de l'agent."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session, defer

from app.candidatures.fiche import Fiche, de_json
from app.candidatures.models import Candidature, VersionCandidature
from app.documents.models import Document, TypeDocument
from app.documents.queries import DocumentLu
from app.gestion.publications.actions import Editeur
from app.gestion.publications.models import EtatLigne, EtatPublication, LignePublication, Publication
from app.referentiel.fiches import FichePeriode
from app.referentiel.models import PeriodeInscription
from app.referentiel.queries import periode
from app.regles.vocabulaire import EtatCandidature

RECENTES = 50
CODE_D_APERCU = "APERCUAPERCU"
"""N'est le code d'aucun document : U n'est pas de l'alphabet."""


@dataclass(frozen=True, slots=True)
class Avancement:
    total: int
    publiees: int
    inchangees: int
    passees: int

    @property
    def faites(self) -> int:
        return self.publiees + self.inchangees + self.passees

    @property
    def restent(self) -> int:
        return self.total - self.faites


@dataclass(frozen=True, slots=True)
class PublicationLue:
    id: str
    type: TypeDocument
    titre: str
    periode: FichePeriode
    etat: EtatPublication
    nom_fichier: str
    contenu: bytes | None
    cree_le: datetime
    lancee_le: datetime | None
    finie_le: datetime | None
    avancement: Avancement

    @property
    def libelle(self) -> str:
        return self.titre or self.type.libelle

    @property
    def en_cours(self) -> bool:
        return self.etat is EtatPublication.EN_COURS

    @property
    def est_finie(self) -> bool:
        return self.etat is EtatPublication.FINIE

    @property
    def est_a_corriger(self) -> bool:
        return self.etat is EtatPublication.EN_ERREUR

    @property
    def est_prete(self) -> bool:
        return self.etat is EtatPublication.PRETE

    @property
    def est_arretee(self) -> bool:
        return self.etat is EtatPublication.ANNULEE


@dataclass(frozen=True, slots=True)
class ServiceAPublier:
    periode: FichePeriode
    inscrits: int


@dataclass(frozen=True, slots=True)
class Apercu:
    rang: int
    total: int
    document: DocumentLu

    @property
    def precedent(self) -> int | None:
        return self.rang - 1 if self.rang > 1 else None

    @property
    def suivant(self) -> int | None:
        return self.rang + 1 if self.rang < self.total else None


def services(db: Session, academies: Collection[str]) -> tuple[ServiceAPublier, ...]:
    """Les services de ses académies, la session la plus récente d'abord."""
    nombres = dict(
        db.execute(
            select(Candidature.periode_id, func.count())
            .where(Candidature.etat == EtatCandidature.INSCRIT)
            .group_by(Candidature.periode_id)
        ).all()
    )
    ids = db.scalars(select(PeriodeInscription.id).where(PeriodeInscription.academie_code.in_(academies)))
    fiches = [fiche for fiche in (periode(db, id_) for id_ in ids) if fiche]
    fiches.sort(key=lambda f: (-f.session.annee, -f.session.mois, f.academie.nom))
    return tuple(ServiceAPublier(fiche, nombres.get(fiche.id, 0)) for fiche in fiches)


def periode_a_portee(db: Session, periode_id: str, academies: Collection[str]) -> FichePeriode | None:
    fiche = periode(db, periode_id)
    return fiche if fiche and fiche.academie.code in academies else None


def publications(db: Session, editeur: Editeur, *, combien: int | None = RECENTES) -> tuple[PublicationLue, ...]:
    """Les dernières d'abord ; `combien` nul : toutes."""
    sans_fichier = a_portee(editeur).options(defer(Publication.contenu))
    lignes = db.execute(sans_fichier.order_by(Publication.cree_le.desc(), Publication.id).limit(combien))
    return tuple(_lue(db, ligne, avec_contenu=False) for ligne in lignes.scalars())


def publication_de(db: Session, publication_id: str, editeur: Editeur) -> PublicationLue | None:
    ligne = db.scalar(a_portee(editeur).where(Publication.id == publication_id))
    return _lue(db, ligne) if ligne else None


def apercu_de(db: Session, publication_id: str, rang: int, editeur: Editeur, *, maintenant: datetime) -> Apercu | None:
    """Le document tel qu'il paraîtrait ; nul une fois publié : il est alors chez le candidat."""
    publication = db.scalar(a_portee(editeur).where(Publication.id == publication_id))
    if publication is None:
        return None
    ligne = db.execute(
        select(LignePublication, VersionCandidature, Candidature.numero_inscription)
        .join(VersionCandidature, VersionCandidature.id == LignePublication.version_id)
        .join(Candidature, Candidature.id == LignePublication.candidature_id)
        .where(LignePublication.publication_id == publication_id, LignePublication.rang == rang)
    ).one_or_none()
    if ligne is None or ligne[0].donnees is None:
        return None
    a_publier, version, numero_inscription = ligne
    fiche: Fiche = de_json(version.fiche)
    siens = (
        Document.candidature_id == a_publier.candidature_id,
        Document.type == publication.type,
        Document.titre == publication.titre,
    )
    numero = (db.scalar(select(func.max(Document.numero)).where(*siens)) or 0) + 1
    document = DocumentLu(
        id="",
        candidature_id=a_publier.candidature_id,
        type=publication.type,
        numero=numero,
        publie_le=maintenant,
        lu_le=None,
        code=CODE_D_APERCU,
        depot_ouvre_le=maintenant,
        depot_ferme_le=maintenant,
        numero_courant=numero,
        numero_inscription=numero_inscription or "",
        version_inscription=version.numero,
        enregistree_le=version.enregistree_le,
        fiche=fiche,
        titre=publication.titre,
        donnees=a_publier.donnees,
    )
    return Apercu(rang, _avancement(db, publication_id).total, document)


def a_portee(editeur: Editeur) -> Select[Publication]:
    siennes = select(PeriodeInscription.id).where(PeriodeInscription.academie_code.in_(editeur.academies))
    return select(Publication).where(Publication.type.in_(editeur.types), Publication.periode_id.in_(siennes))


def _lue(db: Session, ligne: Publication, *, avec_contenu: bool = True) -> PublicationLue:
    fiche = periode(db, ligne.periode_id)
    if fiche is None:
        raise LookupError("a publication has its period")
    return PublicationLue(
        id=ligne.id,
        type=ligne.type,
        titre=ligne.titre,
        periode=fiche,
        etat=ligne.etat,
        nom_fichier=ligne.nom_fichier,
        contenu=ligne.contenu if avec_contenu else None,
        cree_le=ligne.cree_le,
        lancee_le=ligne.lancee_le,
        finie_le=ligne.finie_le,
        avancement=_avancement(db, ligne.id),
    )


def _avancement(db: Session, publication_id: str) -> Avancement:
    nombres = dict(
        db.execute(
            select(LignePublication.etat, func.count())
            .where(LignePublication.publication_id == publication_id)
            .group_by(LignePublication.etat)
        ).all()
    )
    return Avancement(
        sum(nombres.values()),
        nombres.get(EtatLigne.PUBLIEE, 0),
        nombres.get(EtatLigne.INCHANGEE, 0),
        nombres.get(EtatLigne.PASSEE, 0),
    )
