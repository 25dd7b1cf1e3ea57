"""Les motifs de « Non conforme », en français simple : ce qui ne va pas, puis ce qu'il faut faire."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Motif:
    code: str
    libelle: str
    """ce que l'agent choisit"""
    message: str
    """ce que lit le candidat"""


MOTIFS = (
    Motif(
        "illisible",
        "Illisible",
        "On n’arrive pas à lire votre document. Reprenez-le en photo bien à plat, à la lumière du jour et sans reflet.",
    ),
    Motif(
        "face",
        "Une face ou une page manque",
        "Il manque une face ou une page. Déposez le recto et le verso, et toutes les pages.",
    ),
    Motif(
        "coupe",
        "Coupé",
        "Votre document est coupé. Reprenez-le en photo en entier, avec ses quatre bords.",
    ),
    Motif(
        "mauvais",
        "Mauvais document",
        "Ce n’est pas le document demandé. Relisez la liste des documents acceptés, puis déposez l’un d’eux.",
    ),
    Motif(
        "perime",
        "Périmé",
        "Ce document n’est plus valable : sa date est passée. Déposez un document en cours de validité.",
    ),
    Motif(
        "autre_personne",
        "Au nom d’une autre personne",
        "Le nom écrit sur ce document n’est pas le vôtre. Déposez un document à votre nom.",
    ),
    Motif(
        "signature",
        "Signature manquante",
        "Votre document n’est pas signé. Signez-le, faites signer votre représentant légal si vous êtes mineur, puis "
        "déposez-le de nouveau.",
    ),
    Motif(
        "ancienne_version",
        "Version remplacée",
        "Vous avez modifié votre inscription depuis. Imprimez la dernière confirmation, signez-la, puis déposez-la.",
    ),
    Motif(
        "traduction",
        "Traduction manquante",
        "Ce document n’est pas en français. Déposez aussi sa traduction par un traducteur assermenté.",
    ),
)


def commentaire(code: str | None, precision: str | None) -> str:
    """Le motif choisi, puis ce que l'agent ajoute ; l'un des deux suffit."""
    message = next((motif.message for motif in MOTIFS if motif.code == code), "")
    return " ".join(filter(None, [message, precision]))
