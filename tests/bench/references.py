"""Ce à quoi le portail se compare, servi par le même uvicorn : une route vide, et la même page écrite sans y penser.

La page naïve fait ce que ferait un premier jet : session, candidat, candidature et pays lus par l'ORM asynchrone à
chaque requête, le formulaire bâti par WTForms, un gabarit ordinaire, un COMMIT par envoi. Mêmes
garanties de durée sur le disque.
"""

import os
from pathlib import Path
from typing import Any

from jinja2 import DictLoader, Environment, select_autoescape
from litestar import Litestar, MediaType, Request, Response, get, post
from litestar.datastructures import State
from litestar.params import FromPath
from sqlalchemy import event, select
from sqlalchemy.ext.asyncio import AsyncSession, create_async_engine
from wtforms import Form, RadioField, SelectField, StringField
from wtforms.validators import InputRequired

from app.candidatures.models import Candidature
from app.comptes.models import Candidat, Compte, SessionWeb
from app.infra.database import PRAGMAS
from app.infra.identifiants import empreinte
from app.referentiel.models import Pays

GABARIT = """<!doctype html><html lang="fr"><head><meta charset="utf-8"><title>Identification</title></head><body>
<header><a href="/">Portail</a> {{ candidat.prenoms }} {{ candidat.nom_famille }}</header><main><h1>Identification</h1>
<form method="post">{% for champ in formulaire %}<p>{{ champ.label }} {{ champ() }}</p>
{% for erreur in champ.errors %}<p>{{ erreur }}</p>{% endfor %}{% endfor %}<button>Suivant</button></form></main></body>
</html>"""
"""La même matière que l'onglet : une dizaine de champs, dont deux listes longues."""


class Identification(Form):  # type: ignore[misc]  # WTForms n'est pas typé
    nationalite = SelectField("Nationalité")
    pays_adresse = SelectField("Pays")
    voie = StringField("Numéro, rue, voie", [InputRequired()])
    complement = StringField("Complément")
    code_postal = StringField("Code postal", [InputRequired()])
    localite = StringField("Localité", [InputRequired()])
    telephone_fixe = StringField("Téléphone fixe")
    telephone_mobile = StringField("Téléphone mobile")
    courriel = StringField("Adresse mail", [InputRequired()])
    accord = RadioField("Accord", choices=[("oui", "Oui"), ("non", "Non")], default="non")


@get("/vide", media_type=MediaType.TEXT)
async def vide() -> str:
    return "ok"


async def _lire(db: AsyncSession, request: Request[Any, Any, Any], candidature_id: str) -> tuple[Candidat, Candidature]:
    secret = request.cookies["session"]
    session = (await db.scalars(select(SessionWeb).where(SessionWeb.empreinte == empreinte(secret)))).one()
    compte = (await db.scalars(select(Compte).where(Compte.id == session.compte_id))).one()
    candidat = (await db.scalars(select(Candidat).where(Candidat.compte_id == compte.id))).one()
    candidature = (await db.scalars(select(Candidature).where(Candidature.id == candidature_id))).one()
    return candidat, candidature


async def _choix(db: AsyncSession) -> list[tuple[str, str]]:
    return [(pays.code, pays.nom) for pays in await db.scalars(select(Pays).order_by(Pays.nom))]


def _page(state: State, candidat: Candidat, formulaire: Identification, statut: int = 200) -> Response[str]:
    html = state.gabarits.get_template("page.html").render(candidat=candidat, formulaire=formulaire)
    return Response(html, media_type=MediaType.HTML, status_code=statut)


@get("/naive/{candidature_id:str}")
async def montrer(request: Request[Any, Any, Any], candidature_id: FromPath[str], state: State) -> Response[str]:
    async with AsyncSession(state.moteur) as db:
        candidat, candidature = await _lire(db, request, candidature_id)
        formulaire = Identification(data=candidature.brouillon)
        formulaire.nationalite.choices = formulaire.pays_adresse.choices = await _choix(db)
        return _page(state, candidat, formulaire)


@post("/naive/{candidature_id:str}", status_code=303)
async def recevoir(request: Request[Any, Any, Any], candidature_id: FromPath[str], state: State) -> Response[Any]:
    recu = await request.form()
    async with AsyncSession(state.moteur) as db:
        candidat, candidature = await _lire(db, request, candidature_id)
        formulaire = Identification(recu)
        formulaire.nationalite.choices = formulaire.pays_adresse.choices = await _choix(db)
        if not formulaire.validate():
            return _page(state, candidat, formulaire, 422)
        candidature.brouillon = candidature.brouillon | formulaire.data
        await db.commit()
    return Response(None, status_code=303, headers={"Location": f"/naive/{candidature_id}"})


def creer() -> Litestar:
    moteur = create_async_engine(f"sqlite+aiosqlite:///{Path(os.environ['CYCLADES_DONNEES'], 'cyclades.db')}")

    @event.listens_for(moteur.sync_engine, "connect")
    def regler(connexion: Any, _enregistrement: object) -> None:
        for pragma in PRAGMAS:
            connexion.execute(f"PRAGMA {pragma}")

    gabarits = Environment(loader=DictLoader({"page.html": GABARIT}), autoescape=select_autoescape())
    return Litestar(
        [vide, montrer, recevoir],
        state=State({"moteur": moteur, "gabarits": gabarits}),
        openapi_config=None,
        logging_config=None,
    )
