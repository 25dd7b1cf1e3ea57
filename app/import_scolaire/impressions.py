"""Imprimer beaucoup de papillons : des fichiers par division, dont les mots de passe se tirent en fond.

Un mot de passe est fonction de l'élève et d'une graine qui n'existe qu'en mémoire : rien, dans le dossier des données,
ne permet de le retrouver. Le portail redémarre ? Les fichiers pas encore téléchargés se tirent de nouveau, d'une autre
graine ; les autres sont déjà sur papier.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from itertools import groupby

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from app.candidatures.actions import noter
from app.comptes.models import Compte
from app.comptes.mot_de_passe import poser_un_provisoire
from app.import_scolaire.models import Eleve, EtatImpression, FichierPapillons, Impression
from app.import_scolaire.papillons import AImprimer, a_imprimer, a_imprimer_parmi
from app.infra.registre import consigner
from app.referentiel.models import Etablissement

PAR_FICHIER = 150
"""papillons d'un PDF : deux secondes à mettre en page, cinquante feuilles"""
DELAI = timedelta(hours=2)
"""pour télécharger, une fois tout prêt"""
OUVERTES = (EtatImpression.EN_COURS, EtatImpression.PRETE)


@dataclass(frozen=True, slots=True)
class ATirer:
    impression_id: str
    rang: int
    eleves: tuple[str, ...]
    """candidatures"""


@dataclass(frozen=True, slots=True)
class FichierLu:
    rang: int
    division: str
    nombre: int
    est_pret: bool
    telecharge_le: datetime | None


@dataclass(frozen=True, slots=True)
class ImpressionLue:
    id: str
    etat: EtatImpression
    cree_le: datetime
    prete_le: datetime | None
    fichiers: tuple[FichierLu, ...]

    @property
    def en_cours(self) -> bool:
        return self.etat is EtatImpression.EN_COURS

    @property
    def est_prete(self) -> bool:
        return self.etat is EtatImpression.PRETE

    @property
    def est_close(self) -> bool:
        return self.etat is EtatImpression.CLOSE

    @property
    def total(self) -> int:
        return sum(fichier.nombre for fichier in self.fichiers)

    @property
    def prets(self) -> int:
        return sum(fichier.nombre for fichier in self.fichiers if fichier.est_pret or fichier.telecharge_le)

    @property
    def a_telecharger(self) -> int:
        """fichiers"""
        return sum(fichier.telecharge_le is None for fichier in self.fichiers)

    @property
    def jusqu_a(self) -> datetime | None:
        return self.prete_le + DELAI if self.prete_le else None


def lancer(
    db: Session,
    uai: str,
    periode_id: str,
    *,
    division: str | None,
    deja_imprimes: bool,
    auteur: str,
    maintenant: datetime,
) -> str | None:
    """Rend l'id de l'impression, ou de celle qui n'est pas finie. Nul s'il n'y a personne."""
    if ouverte := impression_ouverte(db, uai):
        return ouverte
    choisis = a_imprimer(db, uai, periode_id, division=division, deja_imprimes=deja_imprimes)
    if not choisis:
        return None
    impression = Impression(uai=uai, auteur=auteur, cree_le=maintenant)
    db.add(impression)
    db.flush()
    for rang, (nom, ids) in enumerate(_fichiers(choisis), start=1):
        fichier = FichierPapillons(impression_id=impression.id, rang=rang, division=nom, eleves=dict.fromkeys(ids, ""))
        db.add(fichier)
    _consigner(db, impression, auteur, "lancer_une_impression", len(choisis), maintenant)
    return impression.id


def impression_ouverte(db: Session, uai: str) -> str | None:
    return db.scalar(select(Impression.id).where(Impression.uai == uai, Impression.etat.in_(OUVERTES)))


def impressions_ouvertes(db: Session) -> tuple[str, ...]:
    return tuple(db.scalars(select(Impression.id).where(Impression.etat.in_(OUVERTES)).order_by(Impression.cree_le)))


def impression_lue(db: Session, uai: str, impression_id: str) -> ImpressionLue | None:
    impression = _la_sienne(db, uai, impression_id)
    if impression is None:
        return None
    fichiers = db.scalars(
        select(FichierPapillons).where(FichierPapillons.impression_id == impression_id).order_by(FichierPapillons.rang)
    )
    return ImpressionLue(
        impression.id,
        impression.etat,
        impression.cree_le,
        impression.prete_le,
        tuple(FichierLu(f.rang, f.division, len(f.eleves), f.pret_le is not None, f.telecharge_le) for f in fichiers),
    )


def reprendre(db: Session, impression_id: str) -> None:
    """Sa graine n'est plus en mémoire : plus aucun fichier ne se refait ; ce qui n'est pas parti se tire de nouveau."""
    db.execute(update(FichierPapillons).where(FichierPapillons.impression_id == impression_id).values(pret_le=None))
    reste = select(FichierPapillons.rang).where(
        FichierPapillons.impression_id == impression_id, FichierPapillons.telecharge_le.is_(None)
    )
    db.execute(
        update(Impression)
        .where(Impression.id == impression_id, Impression.etat == EtatImpression.PRETE, reste.exists())
        .values(etat=EtatImpression.EN_COURS, prete_le=None)
    )


def a_tirer(db: Session, impression_id: str) -> ATirer | None:
    fichier = db.scalar(
        select(FichierPapillons)
        .join(Impression, Impression.id == FichierPapillons.impression_id)
        .where(
            Impression.id == impression_id,
            Impression.etat == EtatImpression.EN_COURS,
            FichierPapillons.pret_le.is_(None),
            FichierPapillons.telecharge_le.is_(None),
        )
        .order_by(FichierPapillons.rang)
        .limit(1)
    )
    return ATirer(impression_id, fichier.rang, tuple(fichier.eleves)) if fichier else None


def poser(db: Session, impression_id: str, rang: int, empreintes: Mapping[str, str], *, maintenant: datetime) -> None:
    """Un fichier de plus est prêt ; l'ancien papillon de ces élèves ne sert plus. Arrêtée entre-temps : rien.

    Un papillon imprimé à part depuis le lancement est en de bonnes mains : il reste.
    """
    fichier, impression = db.get(FichierPapillons, (impression_id, rang)), db.get(Impression, impression_id)
    if fichier is None or impression is None or impression.etat is not EtatImpression.EN_COURS:
        return
    comptes = [
        eleve
        for eleve in a_imprimer_parmi(db, impression.uai, list(empreintes))
        if eleve.papillon_le is None or eleve.papillon_le < impression.cree_le
    ]
    for eleve in comptes:
        poser_un_provisoire(db, eleve.compte_id, empreintes[eleve.candidature_id])
    recus = [eleve.candidature_id for eleve in comptes]
    db.execute(update(Eleve).where(Eleve.candidature_id.in_(recus)).values(papillon_le=None))
    fichier.eleves = {candidature_id: _marque(empreintes[candidature_id]) for candidature_id in recus}
    fichier.pret_le = maintenant
    db.flush()
    if a_tirer(db, impression_id) is None:
        impression.etat, impression.prete_le = EtatImpression.PRETE, maintenant


def a_mettre_en_page(db: Session, uai: str, impression_id: str, rang: int) -> tuple[AImprimer, ...]:
    """Ceux dont le mot de passe est encore celui de ce fichier : ni réimprimé à part, ni choisi par l'élève."""
    fichier = db.get(FichierPapillons, (impression_id, rang))
    if _la_sienne(db, uai, impression_id) is None or fichier is None or fichier.pret_le is None:
        return ()
    eleves = a_imprimer_parmi(db, uai, list(fichier.eleves))
    actuels = dict(
        db.execute(select(Compte.id, Compte.mot_de_passe).where(Compte.id.in_([e.compte_id for e in eleves]))).all()
    )
    return tuple(e for e in eleves if fichier.eleves[e.candidature_id] == _marque(actuels[e.compte_id]))


def telecharger(
    db: Session, uai: str, impression_id: str, rang: int, eleves: Sequence[str], *, auteur: str, maintenant: datetime
) -> bool:
    """Le PDF part : ces papillons sont imprimés. Faux s'il a été tiré de nouveau, ou clos, pendant la mise en page."""
    impression = _la_sienne(db, uai, impression_id)
    pris = db.scalar(
        update(FichierPapillons)
        .where(
            FichierPapillons.impression_id == impression_id,
            FichierPapillons.rang == rang,
            FichierPapillons.pret_le.is_not(None),
        )
        .values(telecharge_le=maintenant)
        .returning(FichierPapillons.rang)
    )
    if impression is None or pris is None:
        return False
    db.execute(update(Eleve).where(Eleve.candidature_id.in_(eleves)).values(papillon_le=maintenant))
    for candidature_id in eleves:
        noter(db, candidature_id, auteur, "papillon_imprime", maintenant=maintenant)
    _consigner(db, impression, auteur, "imprimer_des_papillons", len(eleves), maintenant)
    return True


def clore(db: Session, uai: str, impression_id: str, *, acteur: str, maintenant: datetime) -> bool:
    """Finie, ou arrêtée : un élève dont le fichier n'est pas parti redevient « jamais imprimé »."""
    close = db.scalar(
        update(Impression)
        .where(Impression.id == impression_id, Impression.uai == uai, Impression.etat.in_(OUVERTES))
        .values(etat=EtatImpression.CLOSE, close_le=maintenant)
        .returning(Impression.id)
    )
    if close is None:
        return False
    db.execute(delete(FichierPapillons).where(FichierPapillons.impression_id == impression_id))
    _consigner(db, db.get_one(Impression, impression_id), acteur, "clore_une_impression", None, maintenant)
    return True


def clore_les_anciennes(db: Session, maintenant: datetime) -> None:
    for impression in db.scalars(
        select(Impression).where(Impression.etat == EtatImpression.PRETE, Impression.prete_le <= maintenant - DELAI)
    ).all():
        clore(db, impression.uai, impression.id, acteur="portail", maintenant=maintenant)


def _fichiers(choisis: Sequence[AImprimer]) -> list[tuple[str, list[str]]]:
    fichiers = []
    for division, eleves in groupby(choisis, key=lambda eleve: eleve.division):
        ids = [eleve.candidature_id for eleve in eleves]
        fichiers += [(division, ids[debut : debut + PAR_FICHIER]) for debut in range(0, len(ids), PAR_FICHIER)]
    return fichiers


def _la_sienne(db: Session, uai: str, impression_id: str) -> Impression | None:
    return db.scalar(select(Impression).where(Impression.id == impression_id, Impression.uai == uai))


def _marque(empreinte: str) -> str:
    """De quoi reconnaître l'empreinte argon2 du compte, sans la garder deux fois."""
    return sha256(empreinte.encode()).hexdigest()[:16]


def _consigner(
    db: Session, impression: Impression, acteur: str, nature: str, nombre: int | None, maintenant: datetime
) -> None:
    consigner(
        db,
        acteur=acteur,
        nature=nature,
        objet="etablissement",
        objet_id=impression.uai,
        academie=db.get_one(Etablissement, impression.uai).academie_code,
        detail="" if nombre is None else f"nombre={nombre}",
        maintenant=maintenant,
    )
