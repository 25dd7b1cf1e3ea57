"""Les routes des candidatures : la liste, le dossier, et ce qu'on y fait."""

from app.comptes.guards import reserve_gestion
from app.gestion.candidatures import (
    derogations_http,
    dispenses_http,
    documents_http,
    dossier_http,
    ecart_http,
    export_http,
    liste_http,
    notes_http,
    retrait_http,
)
from app.gestion.page import CONTROLENT, LISENT_LES_PIECES

routes = (
    reserve_gestion(
        liste_http.liste,
        liste_http.chercher,
        export_http.exporter_les_candidatures,
        dossier_http.dossier,
        dossier_http.comparer_deux_versions,
        documents_http.ouvrir_un_document,
        roles=LISENT_LES_PIECES,
    ),
    reserve_gestion(
        derogations_http.proposer,
        derogations_http.accorder_la_derogation,
        dispenses_http.examiner_les_dispenses,
        dispenses_http.decider_des_dispenses,
        retrait_http.confirmer_le_retrait,
        retrait_http.retirer_la_derogation,
        ecart_http.confirmer_l_ecart,
        ecart_http.ecarter_la_candidature,
        ecart_http.confirmer_le_retablissement,
        ecart_http.retablir_la_candidature,
        notes_http.noter_le_dossier,
        notes_http.retirer_la_note,
        roles=CONTROLENT,
    ),
)
