"""Ce qui s'efface avec le temps : la tâche de fond et `cyclades purger` appellent ceci."""

from datetime import datetime

from sqlalchemy import delete
from sqlalchemy.orm import Session

from app.comptes.activation import purger_comptes_non_actives
from app.comptes.changement_adresse import purger_changements
from app.comptes.models import Jeton, UsageJeton
from app.comptes.reprise import purger_formulaires
from app.comptes.sessions import purger_sessions
from app.comptes.tentatives import purger_tentatives


def purger(db: Session, maintenant: datetime) -> int:
    """Rend le nombre de comptes effacés, faute d'activation."""
    purger_formulaires(db, maintenant)
    purger_sessions(db, maintenant)
    purger_tentatives(db, maintenant)
    # Un lien d'activation expiré reste le temps de son compte : il dit pourquoi il ne sert plus.
    db.execute(delete(Jeton).where(Jeton.expire_le <= maintenant, Jeton.usage != UsageJeton.ACTIVATION))
    purger_changements(db, maintenant)
    return purger_comptes_non_actives(db, maintenant)
