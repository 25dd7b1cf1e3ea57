"""L'application web montée : tout ce qui protège et montre est en place avant la première route."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any, Self

from litestar import Litestar
from litestar.datastructures import State
from litestar.events import BaseEventEmitterBackend
from litestar.types import ControllerRouterHandler

from app.settings import Reglages
from app.web.au_besoin import AuBesoin, Chargeur
from app.web.compression import Compression
from app.web.erreurs import gestionnaires
from app.web.gabarits import creer_environnement
from app.web.journal import Journal
from app.web.mesures import Mesures
from app.web.securite import CORPS_MAX, PARTIES_MAX, Rempart, Requete, verifier_envoi
from app.web.statiques import Statiques, ressource_statique


class SansEvenement(BaseEventEmitterBackend):
    """Le portail n'emploie pas les évènements de Litestar : ni sa tâche de fond, ni ce qu'elle charge (anyio)."""

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        pass

    def emit(self, event_id: str, *args: Any, **kwargs: Any) -> None:
        raise NotImplementedError


def monter(
    routes: Sequence[ControllerRouterHandler],
    *,
    reglages: Reglages,
    cle: bytes,
    horloge: Callable[[], datetime],
    indisponible: type[Exception],
    etat: dict[str, Any] | None = None,
    au_besoin: Mapping[str, Chargeur] | None = None,
    **litestar: Any,
) -> Litestar:
    """`cle` : le secret de l'instance (32 octets). `litestar` : middleware, dependencies, lifespan… du portail."""
    statiques, mesures = Statiques(), Mesures()
    app = Litestar(
        [ressource_statique, *routes],
        before_request=verifier_envoi,
        event_emitter_backend=SansEvenement,
        exception_handlers=gestionnaires(indisponible),
        logging_config=None,
        multipart_form_part_limit=PARTIES_MAX,
        openapi_config=None,
        request_class=Requete,
        request_max_body_size=CORPS_MAX,
        state=State(
            {
                "cle": cle,
                "gabarits": creer_environnement(statiques.adresse),
                "horloge": horloge,
                "mesures": mesures,
                "reglages": reglages,
                "statiques": statiques,
            }
            | (etat or {})
        ),
        **litestar,
    )
    app.asgi_handler = Rempart(Journal(Compression(AuBesoin(app, au_besoin or {})), mesures))
    return app
