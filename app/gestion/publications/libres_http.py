"""Publier un PDF préparé par le service : à tous, aux inscrits d'une spécialité, ou à une liste."""

import asyncio
import hashlib
from collections.abc import Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, cast

from litestar import Response, get, post
from litestar.params import FromPath

from app.comptes.portail import AnyRequest, agent, cle, database, instant, reglages
from app.documents.donnees import FichierLibre, en_json
from app.documents.models import TypeDocument
from app.documents.rendu import DOSSIER
from app.gestion.page import montrer
from app.gestion.publications.actions import APreparer, preparer
from app.gestion.publications.attendus import Inscrit, inscrits
from app.gestion.publications.compte_rendu import compte_rendu, sceller_le_compte_rendu
from app.gestion.publications.depot import CORPS_MAX, TAILLE_MAX, FichierCsv, empreinte
from app.gestion.publications.essais_http import ACCUEIL, editeur
from app.gestion.publications.genres import LIBRES
from app.gestion.publications.queries import periode_a_portee
from app.gestion.publications.tableau import Illisible, lire, texte_de
from app.gestion.publications.valeurs import QUI, Envoi, Essai, avis_des_colonnes, par_candidature, reconnaitre
from app.infra.disque import ecrire_entier, fixer
from app.pieces.formulaire import poser
from app.pieces.portail import examinateur
from app.pieces.reception import juger
from app.referentiel.fiches import FichePeriode
from app.regles.vocabulaire import EtatExamen, FormatFichier
from app.web.champs import TexteCourt
from app.web.choix import Choix
from app.web.erreurs import Introuvable
from app.web.fichiers import Fichier, FichierRecu, avec_fichiers
from app.web.forms import Formulaire
from app.web.pages import rediriger

ADRESSE = f"{ACCUEIL}/services/{{periode_id:str}}/{LIBRES}"
PLUS_TARD = "L’examen des fichiers ne répond pas : réessayez dans un instant. Rien n’est gardé"


class Pdf(Fichier):
    accept = "application/pdf"

    def process_formdata(self, valuelist: list[Any]) -> None:
        super().process_formdata(valuelist)
        if self.data is not None and self.data.format != "pdf":
            self.data = None
            raise ValueError("Choisissez un PDF : c’est le seul format que tous les candidats ouvrent")


@get(ADRESSE)
async def nouveau(request: AnyRequest, periode_id: FromPath[str]) -> Response[Any]:
    service, tous = await _service(request, periode_id)
    return _page(request, service, tous, _formulaire(tous))


@post(ADRESSE, status_code=200, request_max_body_size=CORPS_MAX)
async def essayer_un_pdf(request: AnyRequest, periode_id: FromPath[str]) -> Response[Any]:
    """Les octets d'abord, jugés par l'examinateur ; la ligne ensuite."""
    service, tous = await _service(request, periode_id)
    formulaire = _formulaire(tous, await avec_fichiers(await request.form(), taille_max=TAILLE_MAX))
    essai = _destinataires(formulaire, tous) if formulaire.valide() else None
    if essai is None:
        return _page(request, service, tous, formulaire, statut=422)
    recu = cast(FichierRecu, formulaire["pdf"].data)
    octets = await _examine(request, recu, formulaire)
    if not octets:
        return _page(request, service, tous, formulaire, statut=422)
    fichier = await asyncio.to_thread(_ranger, reglages(request).donnees, octets)
    donnees = en_json(fichier)
    liste = formulaire["liste"].data
    publication_id = await database(request).ecrire(
        preparer,
        APreparer(
            type=TypeDocument.LIBRE,
            periode_id=service.id,
            nom_fichier=recu.nom,
            contenu=sceller_le_compte_rendu(cle(request), compte_rendu(texte_de(liste.octets) if liste else "", essai)),
            empreinte=empreinte(octets + (liste.octets if liste else b""), _reponses(formulaire)),
            erreurs=len(essai.erreurs),
            envois=[Envoi(envoi.candidature_id, envoi.version_id, donnees) for envoi in essai.envois],
            titre=formulaire["titre"].data,
        ),
        editeur(request),
        maintenant=instant(request),
    )
    if publication_id is None:
        raise Introuvable
    return rediriger(f"{ACCUEIL}/{publication_id}")


def _formulaire(tous: Sequence[Inscrit], recu: Mapping[str, Any] | None = None) -> Formulaire:
    specialites = {inscrit.specialite: inscrit.fiche.specialite for inscrit in tous}
    options = sorted(specialites.items(), key=lambda paire: paire[1])
    return Formulaire(
        {
            "titre": TexteCourt(
                "Titre du document",
                sujet="le titre du document",
                requis=True,
                longueur=100,
                aide="Celui que lira le candidat. Le même titre, publié de nouveau, remplace le document d’avant.",
            ),
            "pdf": Pdf(
                "Fichier PDF", sujet="le fichier PDF", requis="Choisissez le fichier PDF", taille_max=TAILLE_MAX,
                aide="5 Mo au plus, sans mot de passe ni programme.",
            ),
            "specialite": Choix(
                "Spécialité", sujet="la spécialité", options=options, aide="Vide : toutes les spécialités."
            ),
            "liste": FichierCsv(
                "Liste de candidats (CSV)",
                sujet="la liste",
                aide="Une colonne « N° candidat ». Vide : tous les inscrits, ou ceux de la spécialité.",
            ),
        },
        recu,
    )  # fmt: skip


def _destinataires(formulaire: Formulaire, tous: Sequence[Inscrit]) -> Essai | None:
    """Nul quand la liste ne se lit pas ; le formulaire dit pourquoi."""
    choisie, liste = formulaire["specialite"].data, formulaire["liste"].data
    retenus = [inscrit for inscrit in tous if not choisie or inscrit.specialite == choisie]
    if liste is None:
        return Essai(tuple(Envoi(i.candidature_id, i.version_id, {}) for i in retenus))
    try:
        tableau = lire(texte_de(liste.octets), QUI)
    except Illisible as refus:
        formulaire.ajouter_erreur("liste", str(refus))
        return None
    reconnues, erreurs = reconnaitre(tableau, retenus)
    envois = [
        Envoi(siennes[0].inscrit.candidature_id, siennes[0].inscrit.version_id, {})
        for siennes in par_candidature(reconnues).values()
    ]
    return Essai(tuple(envois), (*tableau.erreurs, *sorted(erreurs)), avis_des_colonnes(tableau))


async def _examine(request: AnyRequest, recu: FichierRecu, formulaire: Formulaire) -> bytes:
    """Les octets à garder ; vide si l'examinateur refuse ou se tait : rien d'inconnu ne va à mille personnes."""
    with TemporaryDirectory(prefix="libre-") as dossier:
        recus = await asyncio.to_thread(poser, Path(dossier), [recu])
        juge = await juger(examinateur(request), recus, [FormatFichier.PDF], taille_max=TAILLE_MAX)
    if not isinstance(juge, str) and juge.examen is EtatExamen.SAIN:
        return juge.octets
    formulaire.ajouter_erreur("pdf", juge if isinstance(juge, str) else PLUS_TARD)
    return b""


def _ranger(donnees: Path, octets: bytes) -> FichierLibre:
    """Sous son empreinte : le même fichier, envoyé deux fois, est le même document."""
    dossier = donnees / DOSSIER
    if not dossier.exists():
        dossier.mkdir(mode=0o700, exist_ok=True)
        fixer(donnees)
    empreinte = hashlib.sha256(octets).hexdigest()
    nom = f"{empreinte}.pdf"
    if not (dossier / nom).exists():
        ecrire_entier(dossier / nom, octets)
    return FichierLibre(nom, len(octets), empreinte)


def _reponses(formulaire: Formulaire) -> dict[str, str]:
    return {nom: str(formulaire[nom].data or "") for nom in ("titre", "specialite")}


async def _service(request: AnyRequest, periode_id: str) -> tuple[FichePeriode, tuple[Inscrit, ...]]:
    service = await database(request).lire(periode_a_portee, periode_id, agent(request).academies)
    if service is None or TypeDocument.LIBRE not in editeur(request).types:
        raise Introuvable
    return service, await database(request).lire(inscrits, service.id)


def _page(
    request: AnyRequest,
    service: FichePeriode,
    tous: Sequence[Inscrit],
    formulaire: Formulaire,
    *,
    statut: int = 200,
) -> Response[Any]:
    contexte = {"service": service, "formulaire": formulaire, "combien": len(tous)}
    return montrer(request, "gestion/publications/libre.html", contexte, statut=statut)
