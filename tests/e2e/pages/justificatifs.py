"""« Mes justificatifs », telle que le candidat s'en sert : choisir, ajouter, supprimer, valider."""

import re
from collections.abc import Sequence
from typing import Any

from playwright.sync_api import FilePayload, Locator, expect

from tests.e2e.pages.visite import Visite


def fichier(nom: str, octets: bytes) -> FilePayload:
    return {"name": nom, "mimeType": "image/jpeg" if nom.endswith(".jpg") else "application/pdf", "buffer": octets}


class MesJustificatifs:
    def __init__(self, visite: Visite, candidature: str) -> None:
        self.visite, self.adresse = visite, f"/candidatures/{candidature}/pieces"

    def ouvrir(self) -> "MesJustificatifs":
        self.visite.aller(self.adresse)
        self.visite.est_sur("Mes justificatifs")
        return self

    def ligne(self, code: str) -> Locator:
        return self.visite.page.get_by_role("listitem").filter(
            has=self.visite.page.get_by_role("heading", name=re.compile(f"^{code}"))
        )

    def choisir(self, code: str, fichiers: FilePayload | Sequence[FilePayload]) -> None:
        self.ligne(code).get_by_label(f"Fichier pour {code}").set_input_files(fichiers)

    def ajouter(self, code: str, fichiers: FilePayload | Sequence[FilePayload]) -> None:
        self.choisir(code, fichiers)
        self.ligne(code).get_by_role("button", name="Ajouter").click()

    def a_depose(self, code: str, nom: str, **options: Any) -> None:
        expect(self.ligne(code).get_by_role("link", name=nom)).to_be_visible(**options)
        expect(self.ligne(code)).to_contain_text("Déposé le")

    def supprimer(self, code: str) -> None:
        self.ligne(code).get_by_role("link", name="Supprimer").click()
        self.visite.page.get_by_role("button", name="Supprimer").click()
        expect(self.ligne(code)).to_contain_text("Aucun fichier")

    def valider(self) -> None:
        self.visite.appuyer("J’ai fourni toutes mes pièces")
        self.visite.est_sur("Mes justificatifs")

    def codes_a_deposer(self) -> list[str]:
        intitules = self.visite.page.get_by_role("listitem").filter(has=self.visite.page.locator("[type=file]"))
        return [texte.split()[0] for texte in intitules.get_by_role("heading", level=4).all_inner_texts()]
