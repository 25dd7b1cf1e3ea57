"""Les services d'une session, ses services à une autre date, les spécialités de l'un d'eux, en CSV."""

from litestar import get
from litestar.params import FromPath
from litestar.response import Stream

from app.comptes.portail import AnyRequest, agent, database, instant
from app.gestion.export import exporter, le, un_lot
from app.gestion.portee import academies_de
from app.gestion.services.apercu import services_a
from app.gestion.services.apercu_http import APERCU, date_demandee
from app.gestion.services.lecture import Service, services_de_la_session
from app.gestion.services.services_http import LISTE, service_ou_404
from app.gestion.services.specialites_http import lignes_de
from app.referentiel.horaires import nom_session
from app.web.erreurs import Introuvable

COLONNES = (
    "Académie ou centre", "Session", "État", "Ouverture (Paris)", "Clôture (Paris)", "Début du dépôt (Paris)",
    "Fin du dépôt (Paris)", "Confirmation", "Avis public", "Inscrits", "Brouillons",
)  # fmt: skip
COLONNES_APERCU = ("Académie ou centre", "Session", "État affiché", "Ouverture (Paris)", "Clôture (Paris)",
    "Avis public", "Inscriptions", "Pièces")  # fmt: skip
COLONNES_SPECIALITES = ("Code spécialité", "Spécialité", "Organisée", "Candidatures", "Message aux candidats")


@get(f"{LISTE}/export")
async def exporter_les_services(request: AnyRequest) -> Stream:
    portee, session = academies_de(agent(request)), request.query_params.get("session", "")
    lue = await database(request).lire(services_de_la_session, portee, session, maintenant=instant(request))
    return await exporter(
        request,
        "services",
        COLONNES,
        un_lot(map(_service, lue.services)),
        nature="exporter_les_services",
        academies=portee,
        filtres=f"session={lue.session.id}" if lue.session else "",
    )


@get(f"{APERCU}/export")
async def exporter_les_services_a_une_autre_date(request: AnyRequest) -> Stream:
    portee, quand = academies_de(agent(request)), date_demandee(request)
    if quand is None:
        raise Introuvable
    vus = await database(request).lire(services_a, portee, quand)
    lots = un_lot(
        (
            vu.vue.nom,
            vu.session,
            vu.vue.etat.libelle,
            le(vu.vue.fiche.ouvre_le),
            le(vu.vue.fiche.ferme_le),
            vu.vue.fiche.avis_public,
            vu.inscriptions,
            vu.depot,
        )
        for vu in vus
    )
    return await exporter(
        request,
        "services-a-une-autre-date",
        COLONNES_APERCU,
        lots,
        nature="exporter_les_services",
        academies=portee,
        filtres=f"vus le {le(quand)}",
    )


@get(f"{LISTE}/{{periode_id:str}}/specialites/export")
async def exporter_les_specialites(request: AnyRequest, periode_id: FromPath[str]) -> Stream:
    service = await service_ou_404(request, periode_id)
    lots = un_lot(
        (s.code, s.titre, "oui" if s.est_organisee else "non", s.candidatures, s.message)
        for s in await lignes_de(request, periode_id)
    )
    return await exporter(
        request,
        f"specialites-{service.fiche.academie.code}",
        COLONNES_SPECIALITES,
        lots,
        nature="exporter_les_specialites",
        academies=(service.fiche.academie.code,),
        filtres=periode_id,
    )


def _service(service: Service) -> tuple[object, ...]:
    fiche = service.fiche
    return (
        service.vue.nom,
        nom_session(fiche.session),
        service.vue.etat.libelle,
        le(fiche.ouvre_le),
        le(fiche.ferme_le),
        le(fiche.depot_ouvre_le),
        le(fiche.depot_ferme_le),
        fiche.regime_confirmation.value,
        fiche.avis_public,
        service.effectifs.inscrits,
        service.effectifs.brouillons,
    )
