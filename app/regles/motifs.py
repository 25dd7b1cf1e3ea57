"""Les phrases et les textes d'un droit : ce qu'on dit au candidat de chaque épreuve dispensée ou gardée.

Un acquis absent de ces tables s'énonce par son diplôme et son libellé, et se fonde sur sa propre source.
"""

from app.regles.dossier import AcquisDeclare, Dossier
from app.regles.eligibilite import textes
from app.regles.referentiel import Acquis, Texte
from app.regles.reperes import LANGUE
from app.regles.vocabulaire import EffetAcquis, PositionEpreuve

A_CONFIRMER = "À confirmer par le service des examens."
CONFIRME = "Confirmé par le service des examens."

_ENONCES = {
    "MEME_CAP_AJOURNE": "vous avez déjà présenté ce CAP",
    "CAP_AUTRE_AJOURNE": "vous avez présenté une autre spécialité de CAP",
    "BEP_AJOURNE": "vous avez présenté un BEP",
    "BAC_PRO": "vous êtes titulaire d’un baccalauréat professionnel",
    "CAP_AUTRE": "vous êtes titulaire d’un autre CAP",
    "CAPA_CAPM": "vous êtes titulaire d’un CAP agricole ou maritime",
    "BEPA_BEPM": "vous êtes titulaire d’un BEP agricole ou maritime",
    "NIVEAU_4": "vous êtes titulaire d’un diplôme ou titre de niveau 4 ou plus",
    "BEP_VAP_VAE": "vous déclarez des acquis professionnels validés (VAP ou VAE)",
    "BEP_AUTRE": "vous êtes titulaire d’un BEP",
    "EUROPE_NIVEAU_CEC": "vous êtes titulaire d’une certification européenne de niveau 4 ou plus",
    "CPJEPS_AAVQ": "vous êtes titulaire du CP JEPS animateur d’activités et de vie quotidienne",
    "ADVF": "vous êtes titulaire du titre assistant de vie aux familles",
    "MC_AIDE_A_DOMICILE": "vous êtes titulaire de la mention complémentaire aide à domicile",
    "CAPA_SAPVER": "vous êtes titulaire du CAP agricole services aux personnes et vente en espace rural",
    "BEPA_SAP": "vous êtes titulaire du BEP agricole services aux personnes",
    "BEP_ASSP": "vous êtes titulaire du BEP accompagnement, soins et services à la personne",
    "VAE_PARTIELLE": "vous avez validé cette épreuve par la VAE",
    "ATTESTATION_BLOCS": "votre attestation de blocs de compétences porte sur cette épreuve",
    "ATTESTATION_BLOCS_AUTRE": "votre attestation de blocs d’une autre spécialité porte sur cette épreuve",
}

_TEXTES = {
    "MEME_CAP_AJOURNE": ("REPORT_MEME_CAP", "REPORT_CHOIX"),
    "CAP_AUTRE_AJOURNE": ("REPORT_AUTRE_CAP",),
    "BEP_AJOURNE": ("REPORT_BEP",),
    "VAE_PARTIELLE": ("DISPENSE_VAE",),
    "BEP_VAP_VAE": ("DISPENSE_VAE",),
    "ATTESTATION_BLOCS": ("DISPENSE_BLOCS_APRES_CINQ_ANS", "ATTESTATION_BLOCS"),
    "ATTESTATION_BLOCS_AUTRE": ("DISPENSE_BLOCS_UNITES_COMMUNES",),
    "EUROPE_NIVEAU_CEC": ("DISPENSE_EUROPE",),
}
_TEXTES_PAR_MATIERE = {LANGUE: ("DISPENSE_LANGUE",), "PSE": ("DISPENSE_PSE",)}
_TEXTES_PROFESSIONNELS = dict.fromkeys(
    ("CPJEPS_AAVQ", "ADVF", "MC_AIDE_A_DOMICILE", "CAPA_SAPVER", "BEPA_SAP", "BEP_ASSP"), ("DISPENSE_AEPE",)
)


def motif_de_dispense(dossier: Dossier, acquis: Acquis, declare: AcquisDeclare, *, est_certain: bool) -> str:
    return _phrase("Dispensé", f"{_enonce(acquis)}{_precision(dossier, declare.annee, declare)}", est_certain)


def motif_de_report(
    dossier: Dossier, declare: AcquisDeclare, *, note: float, annee: int, derniere_session: int, est_certain: bool
) -> str:
    fin = f"{note_ecrite(note)} sur 20{_precision(dossier, annee, declare)}, utilisable jusqu’à la session"
    return _phrase("Note gardée", f"{fin} {derniere_session}", est_certain)


def motif_de_refus(position: PositionEpreuve) -> str:
    quoi = "cette dispense" if position is PositionEpreuve.DISPENSE else "cette note"
    return f"Reste à passer : le service des examens n’a pas retenu {quoi}."


def _phrase(effet: str, raison: str, est_certain: bool) -> str:
    return f"{effet} : {raison}" if est_certain else f"{effet} : {raison}. {A_CONFIRMER}"


def _enonce(acquis: Acquis) -> str:
    return _ENONCES.get(acquis.code) or f"vous déclarez « {acquis.diplome} – {acquis.libelle} »"


def _precision(dossier: Dossier, annee: int | None, declare: AcquisDeclare) -> str:
    academie = dossier.contexte.noms_academies.get(declare.academie or "")
    connus = [str(mot) for mot in (annee, academie) if mot]
    return f" ({', '.join(connus)})" if connus else ""


def note_ecrite(note: float) -> str:
    return f"{note:g}".replace(".", ",")


def textes_du_droit(dossier: Dossier, acquis: Acquis, repere: str) -> tuple[Texte, ...]:
    """Textes en vigueur à cette session ; à défaut, la source que l'acquis porte lui-même."""
    lus = textes(dossier, *_codes(acquis, repere))
    if lus or not acquis.source:
        return lus
    return (Texte(acquis.code, acquis.libelle, acquis.source, acquis.est_verifie, note=acquis.note),)


def _codes(acquis: Acquis, repere: str) -> tuple[str, ...]:
    if acquis.effet is EffetAcquis.DISPENSE and repere in acquis.preuves:
        propres = _TEXTES_PAR_MATIERE.get(repere, ())
        return (*propres, *_TEXTES.get(acquis.code, () if propres else ("DISPENSE_TITRES",)))
    return _TEXTES_PROFESSIONNELS.get(acquis.code) or _TEXTES.get(acquis.code, ())


def textes_de_l_acquis(dossier: Dossier, acquis: Acquis) -> tuple[Texte, ...]:
    """Les textes qui disent aussi pourquoi un acquis ne sert plus : leur période peut être passée."""
    return tuple(
        dossier.reglement.textes[code] for code in _TEXTES.get(acquis.code, ()) if code in dossier.reglement.textes
    )
