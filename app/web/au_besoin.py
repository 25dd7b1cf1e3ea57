"""Des routes montées à la première demande : ce dont personne ne se sert encore ne pèse pas sur une petite machine."""

import asyncio
from collections.abc import Callable, Mapping

from litestar import Litestar
from litestar.enums import ScopeType
from litestar.types import ControllerRouterHandler, Receive, Scope, Send

Chargeur = Callable[[], ControllerRouterHandler]


class AuBesoin:
    """`paquets` : le début des adresses (« /gestion ») et ce qui en importe les routes. La première demande attend
    l'import, dans un fil à part ; les gardes sont celles des routes, les mêmes qu'au départ."""

    def __init__(self, app: Litestar, paquets: Mapping[str, Chargeur]) -> None:
        self._app, self._suite = app, app.asgi_handler
        self._a_charger = {debut: (charger, asyncio.Lock()) for debut, charger in paquets.items()}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if self._a_charger and scope["type"] == ScopeType.HTTP:
            await self._charger(scope["path"])
        await self._suite(scope, receive, send)

    async def _charger(self, chemin: str) -> None:
        for debut in [debut for debut in self._a_charger if f"{chemin}/".startswith(f"{debut}/")]:
            charger, un_seul = self._a_charger[debut]
            async with un_seul:
                if debut in self._a_charger:  # un autre l'a peut-être chargé pendant l'attente
                    self._app.register(await asyncio.to_thread(charger))
                    del self._a_charger[debut]
