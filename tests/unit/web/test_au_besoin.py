"""Les routes d'un paquet montées à sa première adresse : gardées comme les autres, et une seule fois."""

import asyncio
from pathlib import Path
from typing import Any, cast

import httpx
from litestar import Router, get
from litestar.connection import ASGIConnection
from litestar.handlers import BaseRouteHandler

from app.main import AU_BESOIN, create_app
from app.web.erreurs import Introuvable
from tests.bases import reglages_de
from tests.unit.client import Navigateur
from tests.unit.web.jouet import portail


def refuser(_: ASGIConnection, __: BaseRouteHandler) -> None:
    raise Introuvable


@get("/reserve/tard")
async def tard() -> str:
    return "tard"


@get("/reserve/interdit", guards=[refuser])
async def interdit() -> str:
    return "interdit"


def test_un_paquet_se_monte_a_la_premiere_demande_et_une_seule_fois():
    charges = []

    def charger() -> Router:
        charges.append(1)
        return Router("/", route_handlers=[tard, interdit])

    with Navigateur(portail(au_besoin={"/reserve": charger})) as navigateur:
        assert navigateur.client.get("/public").status_code == 200
        assert navigateur.client.get("/reservees").status_code == 404
        assert charges == [], "rien ne se charge pour une autre adresse"
        assert navigateur.client.get("/reserve/interdit").status_code == 404
        assert navigateur.client.get("/reserve/tard").text == "tard"
        assert navigateur.client.get("/reserve").status_code == 404
        assert charges == [1]


async def test_deux_demandes_a_la_fois_ne_montent_le_paquet_qu_une_fois():
    charges = []

    def charger() -> Router:
        charges.append(1)
        return Router("/", route_handlers=[tard])

    transport = httpx.ASGITransport(cast(Any, portail(au_besoin={"/reserve": charger})))
    async with httpx.AsyncClient(transport=transport, base_url="http://essai") as client:
        reponses = await asyncio.gather(*[client.get("/reserve/tard") for _ in range(8)])
    assert [reponse.text for reponse in reponses] == ["tard"] * 8
    assert charges == [1]


def test_toute_adresse_d_un_paquet_du_portail_le_charge(tmp_path: Path):
    """Une route dont l'adresse commence autrement resterait introuvable jusqu'à ce qu'un agent vienne."""
    au_depart = {route.path for route in create_app(reglages_de(tmp_path)).routes}
    toutes = {route.path for route in create_app(reglages_de(tmp_path), d_emblee=True).routes}
    ajoutees = toutes - au_depart
    assert len(ajoutees) > 80
    assert [chemin for chemin in ajoutees if not chemin.startswith(tuple(AU_BESOIN))] == []
