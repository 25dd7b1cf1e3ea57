"""Les dispenses à confirmer d'un dossier : chaque choix dit ce qu'il entraîne, puis tout se décide en un envoi."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from litestar import Response, get, post
from litestar.params import FromPath

from app.candidatures.decisions import DecisionRendue
from app.comptes.formulaire_creation import premier, recu_en_listes
from app.comptes.portail import AnyRequest, agent, database, gabarits, instant, reglages
from app.comptes.valeurs import Message
from app.gestion.candidatures.criteres import LISTE
from app.gestion.candidatures.dispenses import Verdict, decider, decision, decisions_rendues
from app.gestion.candidatures.dossier import DossierEntier, PieceDuDossier
from app.gestion.candidatures.dossier_http import adresse, le_dossier
from app.gestion.candidatures.jugement import Effets, Juge, effets, juger
from app.gestion.candidatures.version_de_plus import VersionDepassee
from app.gestion.page import montrer
from app.regles.calendrier import session_est_close
from app.regles.dispenses import droits_a_decider
from app.regles.dossier import DecisionDispense
from app.regles.droit import Droit
from app.regles.reperes import codes_affiches, libelles
from app.regles.vocabulaire import EtatCandidature
from app.web.forms import Choix, Formulaire, Option, TexteLong
from app.web.pages import rediriger

CONFIRMER, REFUSER, LAISSER = "confirmer", "refuser", "laisser"
DEPASSE = "Rien n’a été décidé : ce dossier a changé depuis que vous l’avez lu. Relisez-le d’abord."
PREUVES = {
    "secondaire": "Fondée sur des sources secondaires qui concordent.",
    "divergent": "Les sources se contredisent.",
    "aucune": "Aucune source ne la fonde.",
}


@dataclass(frozen=True, slots=True)
class DroitVu:
    """Une dispense ou une note gardée, à confirmer ou déjà décidée."""

    droit: Droit
    epreuve: str
    """« EG4 - Prévention-santé-environnement »"""
    titre: str
    source: str
    """d'où vient le doute"""
    preuves: tuple[PieceDuDossier, ...]
    rendue: DecisionRendue | None


@get(LISTE + "/{candidature_id:str}/dispenses")
async def examiner_les_dispenses(request: AnyRequest, candidature_id: FromPath[str]) -> Response[Any]:
    lu = await le_dossier(request, candidature_id)
    juge = await _juge(request, lu)
    if juge is None:
        return rediriger(adresse(lu.id))
    return await _page(request, lu, juge, _formulaire(juge))


@post(LISTE + "/{candidature_id:str}/dispenses", status_code=200)
async def decider_des_dispenses(request: AnyRequest, candidature_id: FromPath[str]) -> Response[Any]:
    lu = await le_dossier(request, candidature_id)
    juge = await _juge(request, lu)
    if juge is None:
        return rediriger(adresse(lu.id))
    recu = recu_en_listes(await request.form())
    formulaire = _formulaire(juge, recu)
    if premier(recu, "version") != str(juge.version):
        return await _page(request, lu, juge, formulaire, refus=DEPASSE, statut=422)
    if not _juger(formulaire, juge):
        return await _page(request, lu, juge, formulaire, statut=422)
    verdicts = _verdicts(formulaire, juge)
    if not verdicts:
        return rediriger(adresse(lu.id))
    try:
        await database(request).ecrire(
            decider,
            lu.id,
            verdicts,
            lue=juge.version,
            par=juge.par,
            lettre=_lettre(request, lu, juge, verdicts),
            academies=agent(request).academies,
            agent_id=agent(request).compte_id,
            maintenant=instant(request),
        )
    except VersionDepassee:
        return await _page(request, await le_dossier(request, lu.id), juge, formulaire, refus=DEPASSE, statut=422)
    return rediriger(f"{adresse(lu.id)}?avis=dispenses")


async def _juge(request: AnyRequest, lu: DossierEntier) -> Juge | None:
    """Nul quand il n'y a rien à décider : rien d'enregistré, dossier clos, aucune dispense à confirmer."""
    if lu.etat is not EtatCandidature.INSCRIT or session_est_close(lu.periode.session.annee, instant(request)):
        return None
    juge = await juger(request, lu)
    return juge if juge and droits_a_decider(juge.dossier) else None


def _formulaire(juge: Juge, recu: Mapping[str, Any] | None = None) -> Formulaire:
    champs: dict[str, Any] = {}
    for rang, droit in enumerate(droits_a_decider(juge.dossier)):
        code = _codes(juge)[droit.repere]
        champs[f"decision_{rang}"] = Choix(
            f"Votre décision sur {code}",
            sujet=f"votre décision sur {code}",
            requis=True,
            radios=True,
            options=[
                Option(LAISSER, "Ne rien décider de plus pour l’instant"),
                Option(CONFIRMER, "Confirmer", precision=_phrase(_si(juge, {rang: Verdict(True)}))),
                Option(REFUSER, "Refuser", precision=_phrase(_si(juge, {rang: Verdict(False)}))),
            ],
        )
        champs[f"motif_{rang}"] = TexteLong(
            f"Motif, pour {code}",
            sujet=f"le motif pour {code}",
            longueur=600,
            aide="Obligatoire pour refuser. Le candidat le lit dans son histoire et, si sa position change, par mail.",
        )
    laisses = {nom: LAISSER for nom in champs if nom.startswith("decision_")}
    return Formulaire(champs, recu, laisses)


def _juger(formulaire: Formulaire, juge: Juge) -> bool:
    formulaire.valide()
    for rang, droit in enumerate(droits_a_decider(juge.dossier)):
        dite, motif = formulaire.valeurs[f"decision_{rang}"], formulaire.valeurs[f"motif_{rang}"]
        if dite == REFUSER and not motif and not formulaire[f"motif_{rang}"].erreur:
            formulaire.ajouter_erreur(f"motif_{rang}", f"Renseignez le motif du refus de {_codes(juge)[droit.repere]}")
    return formulaire.valide()


def _verdicts(formulaire: Formulaire, juge: Juge) -> dict[int, Verdict]:
    dits = ((rang, formulaire.valeurs[f"decision_{rang}"]) for rang in range(len(droits_a_decider(juge.dossier))))
    return {
        rang: Verdict(dit == CONFIRMER, formulaire.valeurs[f"motif_{rang}"] or "")
        for rang, dit in dits
        if dit != LAISSER
    }


def _si(juge: Juge, verdicts: Mapping[int, Verdict]) -> Effets:
    droits = droits_a_decider(juge.dossier)
    prises: Sequence[DecisionDispense] = [
        decision(juge.dossier, droits[rang], est_accordee=verdict.est_accordee) for rang, verdict in verdicts.items()
    ]
    return effets(juge, lambda contexte: replace(contexte, decisions=(*contexte.decisions, *prises)))


def _phrase(change: Effets) -> str:
    if not change.lignes:
        return "La position ne change pas, la réserve disparaît."
    suite = f" Le candidat devra répondre : {' ; '.join(change.a_corriger)}." if change.a_corriger else ""
    return f"{' ; '.join(change.lignes)}.{suite}"


def _codes(juge: Juge) -> Mapping[str, str]:
    specialite = juge.dossier.specialite
    return codes_affiches(juge.par.reglement, specialite) if specialite else {}


async def _page(
    request: AnyRequest, lu: DossierEntier, juge: Juge, formulaire: Formulaire, *, refus: str = "", statut: int = 200
) -> Response[Any]:
    rendues = await database(request).lire(decisions_rendues, lu.id)
    contexte = {
        "dossier": lu,
        "formulaire": formulaire,
        "refus": refus,
        "version": juge.version,
        "droits": [_vu(lu, juge, droit, rendues) for droit in droits_a_decider(juge.dossier)],
    }
    return montrer(request, "gestion/dispenses.html", contexte, statut=statut)


def _vu(lu: DossierEntier, juge: Juge, droit: Droit, rendues: Mapping[DecisionDispense, DecisionRendue]) -> DroitVu:
    specialite, acquis = juge.dossier.specialite, juge.par.reglement.acquis[droit.code_acquis]
    noms = libelles(juge.par.reglement, specialite) if specialite else {}
    academie = juge.dossier.contexte.noms_academies.get(droit.academie or "", "")
    precisions = ", ".join(str(mot) for mot in (droit.annee, academie) if mot)
    preuve = acquis.preuves.get(droit.repere)
    source = [PREUVES.get(preuve.value, "") if preuve else "", acquis.note]
    prises = [rendues.get(decision(juge.dossier, droit, est_accordee=accordee)) for accordee in (True, False)]
    return DroitVu(
        droit,
        f"{_codes(juge)[droit.repere]} - {noms.get(droit.repere, droit.repere)}",
        f"{acquis.diplome} – {acquis.libelle}{f' ({precisions})' if precisions else ''}",
        " ".join(phrase for phrase in source if phrase),
        tuple(piece for piece in lu.pieces if piece.code in droit.pieces),
        next((prise for prise in prises if prise), None),
    )


def _lettre(request: AnyRequest, lu: DossierEntier, juge: Juge, verdicts: Mapping[int, Verdict]) -> Message | None:
    change = _si(juge, verdicts)
    if not change.passees:
        return None
    sujet = "[CYCLADES] Une dispense que vous demandiez : la décision du service des examens"
    est_ouvert = lu.periode.ouvre_le <= instant(request) < lu.periode.ferme_le
    contexte = {
        "sujet": sujet,
        "dossier": lu,
        "epreuves": change.passees,
        "motifs": [verdict.motif for verdict in verdicts.values() if verdict.motif],
        "a_corriger": change.a_corriger if est_ouvert else (),
        "ferme_le": lu.periode.ferme_le,
        "service": lu.periode.service,
        "lien": f"{reglages(request).url_publique}/candidatures/{lu.id}/documents",
    }
    texte = gabarits(request).get_template("courriels/dispense.txt").render(contexte)
    return Message(
        sujet, texte.strip() + "\n", gabarits(request).get_template("courriels/dispense.html").render(contexte)
    )
