"""Les messages de l'accueil, en CSV : affichés, à venir, finis."""

from litestar import get
from litestar.response import Stream

from app.comptes.portail import AnyRequest, agent, database, instant
from app.gestion.export import exporter, le, un_lot
from app.gestion.messages.actes import messages_a_portee
from app.gestion.messages.messages_http import LISTE
from app.gestion.portee import academies_de

COLONNES = ("Titre", "Texte", "Importance", "Pour", "Début (Paris)", "Fin (Paris)", "État")


@get(f"{LISTE}/export")
async def exporter_les_messages(request: AnyRequest) -> Stream:
    portee, maintenant = academies_de(agent(request)), instant(request)
    lots = un_lot(
        (
            m.annonce.titre,
            m.annonce.texte,
            m.annonce.importance.value,
            m.academie or "Tous",
            le(m.annonce.debute_le),
            le(m.annonce.finit_le),
            m.etat(maintenant)[0],
        )
        for m in await database(request).lire(messages_a_portee, portee)
    )
    return await exporter(request, "messages", COLONNES, lots, nature="exporter_les_messages", academies=portee)
