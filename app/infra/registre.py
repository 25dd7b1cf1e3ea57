"""Le registre des actes et des lectures : qui a fait quoi, sur quoi, quand. Chaque ligne scelle la précédente.

Une ligne ôtée ou retouchée rompt la chaîne (`premiere_rupture`). On n'y écrit que des identifiants et des codes :
aucune donnée d'une personne, pour que rien n'ait jamais à en être effacé.
"""

import hashlib
import json
from datetime import datetime

from sqlalchemy import Index, String, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from app.infra.database import Base

ORIGINE = "0" * 64
LOT = 1000


class LigneRegistre(Base):
    __tablename__ = "registre"
    __table_args__ = (
        Index(None, "academie_code", "id"),
        Index(None, "objet", "objet_id", "id"),
        Index(None, "acteur", "id"),
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
    ligne.empreinte = _empreinte(ligne, precedente.empreinte if precedente else ORIGINE)
    db.add(ligne)
    db.flush()


def premiere_rupture(db: Session) -> int | None:
    """Le numéro de la première ligne que la chaîne dément ou qui manque ; nul quand tout se tient."""
    attendu, precedente = 1, ORIGINE
    while lot := db.scalars(
        select(LigneRegistre).where(LigneRegistre.id >= attendu).order_by(LigneRegistre.id).limit(LOT)
    ).all():
        for ligne in lot:
            if ligne.id != attendu or ligne.empreinte != _empreinte(ligne, precedente):
                return attendu
            attendu, precedente = attendu + 1, ligne.empreinte
        db.expunge_all()
    return None


def _empreinte(ligne: LigneRegistre, precedente: str) -> str:
    contenu = [
        precedente,
        ligne.id,
        ligne.survenu_le.isoformat(),
        ligne.acteur,
        ligne.nature,
        ligne.objet,
        ligne.objet_id,
        ligne.academie_code,
        ligne.detail,
    ]
    return hashlib.sha256(json.dumps(contenu, ensure_ascii=False).encode()).hexdigest()
