"""Un fichier joint à un formulaire : ses octets et leur format, jugés avant d'être écrits où que ce soit.

Le format se lit à l'extension ET aux premiers octets : une extension seule ne prouve rien.
"""

from dataclasses import dataclass
from typing import Any

from litestar.datastructures import FormMultiDict, UploadFile

from app.web.champs import Champ, presentable

SIGNATURES = {"pdf": b"%PDF-", "jpg": b"\xff\xd8\xff", "png": b"\x89PNG\r\n\x1a\n"}
EXTENSIONS = {"pdf": "pdf", "jpg": "jpg", "jpeg": "jpg", "png": "png"}
MO = 1024 * 1024


@dataclass(frozen=True, slots=True)
class FichierRecu:
    nom: str
    octets: bytes

    @property
    def format(self) -> str:
        """« pdf », « jpg » ou « png » ; vide si l'extension et le contenu ne s'accordent pas."""
        format_ = EXTENSIONS.get(self.nom.rpartition(".")[2].lower(), "")
        return format_ if format_ and self.octets.startswith(SIGNATURES[format_]) else ""


class Fichier(Champ):
    """Ne se réaffiche jamais : un navigateur ne remplit pas un champ de fichier, il faut le choisir de nouveau."""

    genre = "fichier"
    sensible = True
    accept = "application/pdf,image/jpeg,image/png"

    def __init__(self, label: str, *, taille_max: int, **options: Any) -> None:
        super().__init__(label, **options)
        self.taille_max = taille_max

    def process_formdata(self, valuelist: list[Any]) -> None:
        self.data = None
        recus = [valeur for valeur in valuelist if isinstance(valeur, FichierRecu) and valeur.nom]
        if not recus:
            return
        if len(recus) > 1:
            raise ValueError("Joignez un seul fichier")
        (recu,) = recus
        if not recu.octets:
            raise ValueError("Ce fichier est vide : choisissez-en un autre")
        if len(recu.octets) > self.taille_max:
            raise ValueError(f"Ce fichier dépasse {self.taille_max // MO} Mo : choisissez-en un plus léger")
        if not recu.format:
            raise ValueError("Ce fichier n’est pas un PDF, un JPG ou un PNG : enregistrez-le dans un de ces formats")
        self.data = recu


async def avec_fichiers(envoi: FormMultiDict, *, taille_max: int) -> dict[str, list[Any]]:
    """Le formulaire reçu, ses fichiers lus ; d'un fichier trop gros, juste assez pour le savoir."""
    return {nom: [await _lu(valeur, taille_max) for valeur in envoi.getall(nom)] for nom in envoi}


async def _lu(valeur: Any, taille_max: int) -> Any:
    if not isinstance(valeur, UploadFile):
        return valeur
    return FichierRecu(nom_presentable(valeur.filename), await valeur.read(taille_max + 1))


def nom_presentable(nom: str) -> str:
    """Celui que la personne reconnaît, sans chemin ni caractère trompeur, extension gardée."""
    nu = " ".join(presentable(nom.replace("\\", "/").rpartition("/")[2]).split())
    souche, point, extension = nu.rpartition(".")
    return f"{souche[:80]}{point}{extension[:10]}" if point else nu[:80]
