"""Le registre des actes et des lectures : qui a fait quoi, sur quoi, quand. Chaque ligne scelle la précédente.

Une ligne ôtée ou retouchée rompt la chaîne (`premiere_rupture`). On n'y écrit que des identifiants et des codes :
aucune donnée d'une personne, pour que rien n'ait jamais à en être effacé.
"""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from json.encoder import encode_basestring
from typing import Any

from sqlalchemy import Index, Select, String, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from app.infra.database import Base

ORIGINE = "0" * 64
LOT = 5000


class LigneRegistre(Base):
    __tablename__ = "registre"
    __table_args__ = (
        Index(None, "academie_code", "id"),
        Index(None, "objet", "objet_id", "id"),
        Index(None, "acteur", "id"),
        Index(None, "nature", "id"),
        Index(None, "survenu_le", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    survenu_le: Mapped[datetime]
    acteur: Mapped[str] = mapped_column(String(32))
    """compte de qui agit ; « portail » pour ce qui se fait seul"""
    nature: Mapped[str] = mapped_column(String(60))
    """l'acte, à l'infinitif : ecarter, prolonger_un_service, lire_un_dossier…"""
    objet: Mapped[str] = mapped_column(String(40))
    """candidature, periode, agent, referentiel…"""
    objet_id: Mapped[str] = mapped_column(String(40))
    academie_code: Mapped[str] = mapped_column(String(8))
    """vide : ce qui touche toute l'instance"""
    detail: Mapped[str]
    empreinte: Mapped[str] = mapped_column(String(64))
    """sha256 de cette ligne et de l'empreinte de la précédente"""


def consigner(
    db: Session,
    *,
    acteur: str,
    nature: str,
    objet: str,
    objet_id: str,
    academie: str = "",
    detail: str = "",
    maintenant: datetime,
) -> None:
    """À appeler dans l'acte dont la ligne rend compte : défait, il n'en laisse aucune."""
    db.flush()
    precedente = db.execute(
        select(LigneRegistre.id, LigneRegistre.empreinte).order_by(LigneRegistre.id.desc()).limit(1)
    ).one_or_none()
    ligne = LigneRegistre(
        id=(precedente.id if precedente else 0) + 1,
        survenu_le=maintenant,
        acteur=acteur,
        nature=nature,
        objet=objet,
        objet_id=objet_id,
        academie_code=academie,
        detail=detail,
    )
    scelle = (ligne.id, maintenant.astimezone(UTC), acteur, nature, objet, objet_id, academie, detail)
    ligne.empreinte = _empreinte(precedente.empreinte if precedente else ORIGINE, *scelle)
    db.add(ligne)
    db.flush()


@dataclass(frozen=True, slots=True)
class Verification:
    lignes: int
    """celles qui se tiennent, depuis la première"""
    derniere: str
    """leur dernière empreinte : notée ailleurs, elle dit si la fin du registre a été coupée depuis"""
    rupture: int | None
    """numéro de la première ligne que la chaîne dément, ou qui manque"""


def verifier_la_chaine(
    db: Session, avancer: Callable[[int], None] = lambda _: None, *, taille: int = LOT
) -> Verification:
    """Tout est relu, lot par lot. `avancer` reçoit le nombre de lignes vues."""
    attendu, precedente = 1, ORIGINE
    while True:
        lot = db.execute(_SCELLES.where(LigneRegistre.id >= attendu).order_by(LigneRegistre.id).limit(taille)).all()
        for *scelle, empreinte in lot:
            if scelle[0] != attendu or empreinte != _empreinte(precedente, *scelle):
                return Verification(attendu - 1, precedente, attendu)
            attendu, precedente = attendu + 1, empreinte
        if len(lot) < taille:
            return Verification(attendu - 1, precedente, None)
        avancer(attendu - 1)


_SCELLES: Select[*tuple[Any, ...]] = select(
    LigneRegistre.id,
    LigneRegistre.survenu_le,
    LigneRegistre.acteur,
    LigneRegistre.nature,
    LigneRegistre.objet,
    LigneRegistre.objet_id,
    LigneRegistre.academie_code,
    LigneRegistre.detail,
    LigneRegistre.empreinte,
)


def premiere_rupture(db: Session) -> int | None:
    """Le numéro de la première ligne que la chaîne dément ou qui manque ; nul quand tout se tient."""
    return verifier_la_chaine(db).rupture


def _empreinte(precedente: str, numero: int, survenu_le: datetime, *textes: str) -> str:
    """Scelle le tableau JSON de l'empreinte précédente et des champs de la ligne.

    Écrit à la main (un million de lignes se relisent d'affilée), il est celui de `json.dumps(…, ensure_ascii=False)`.
    """
    champs = ", ".join(map(encode_basestring, textes))
    return hashlib.sha256(f'["{precedente}", {numero}, "{survenu_le.isoformat()}", {champs}]'.encode()).hexdigest()
