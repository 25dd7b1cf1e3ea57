"""Les fichiers du corpus, fabriqués à l'exécution : aucun fichier dangereux ne dort dans le dépôt du projet."""

import io
import struct
import wave
import zipfile
import zlib
from collections.abc import Mapping
from io import BytesIO

from fpdf import FPDF
from PIL import Image, ImageDraw
from PIL.TiffImagePlugin import IFDRational
from pypdf import PdfReader, PdfWriter
from pypdf.generic import ArrayObject, DictionaryObject, NameObject, NumberObject, StreamObject, TextStringObject

LIEU = b"LIEU-DE-LA-PHOTO"
TYPE_WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
TYPE_MACRO = "application/vnd.ms-word.document.macroEnabled.main+xml"


def image(genre: str = "JPEG", mode: str = "RGB", taille: tuple[int, int] = (320, 240), **options: object) -> bytes:
    toile = Image.new("RGB", taille, "white")
    ImageDraw.Draw(toile).text((10, 10), "Attestation", fill="black")
    sortie = BytesIO()
    toile.convert(mode).save(sortie, genre, **options)
    return sortie.getvalue()


def photo_situee() -> bytes:
    """Un JPEG de téléphone : lieu, appareil, couchée sur le côté."""
    exif = Image.Exif()
    exif[0x010F] = "Un fabricant"
    exif[0x0112] = 6
    gps = exif.get_ifd(0x8825)
    gps[1], gps[2] = "N", (IFDRational(43), IFDRational(36), IFDRational(16))
    gps[0x1D] = LIEU.decode()
    return image(exif=exif.tobytes(), comment=LIEU)


def png_bavard() -> bytes:
    """Un PNG qui porte un texte et des données de lieu."""
    octets = image("PNG")
    return octets[:33] + morceau_png(b"tEXt", b"Comment\0" + LIEU) + octets[33:]


def png_anime() -> bytes:
    sortie = BytesIO()
    images = [Image.new("RGB", (40, 40), couleur) for couleur in ("red", "blue")]
    images[0].save(sortie, "PNG", save_all=True, append_images=images[1:], duration=100)
    return sortie.getvalue()


def bombe_png(cote: int = 30_000) -> bytes:
    """Quelques ko qui se déplient en 2,7 Go de points."""
    ligne = zlib.compress(bytes(1 + cote * 3) * 64, 9)
    entete = struct.pack(">IIBBBBB", cote, cote, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + morceau_png(b"IHDR", entete) + morceau_png(b"IDAT", ligne) + morceau_png(b"IEND", b"")


def morceau_png(genre: bytes, contenu: bytes) -> bytes:
    somme = zlib.crc32(genre + contenu)
    return struct.pack(">I", len(contenu)) + genre + contenu + struct.pack(">I", somme)


def heic() -> bytes:
    return struct.pack(">I", 24) + b"ftypheic" + bytes(4) + b"mif1heic" + bytes(200)


def pdf(pages: int = 1, texte: str = "Attestation") -> bytes:
    document = FPDF()
    document.set_font("helvetica", size=12)
    for _ in range(pages):
        document.add_page()
        document.cell(text=texte)
    return bytes(document.output())


def pdf_avec(**entrees: object) -> bytes:
    """Des entrées de plus dans le catalogue."""
    ecrivain = PdfWriter(clone_from=BytesIO(pdf()))
    for nom, valeur in entrees.items():
        ecrivain.root_object[NameObject(f"/{nom}")] = valeur
    return ecrit(ecrivain)


def action(genre: str, **autres: str) -> DictionaryObject:
    detail = {NameObject(f"/{nom}"): TextStringObject(valeur) for nom, valeur in autres.items()}
    return DictionaryObject({NameObject("/Type"): NameObject("/Action"), NameObject("/S"): NameObject(genre)} | detail)


def pdf_chiffre(mot_de_passe: str) -> bytes:
    ecrivain = PdfWriter(clone_from=BytesIO(pdf()))
    ecrivain.encrypt(mot_de_passe, owner_password="proprietaire", algorithm="RC4-128")
    return ecrit(ecrivain)


def pdf_a_script() -> bytes:
    return pdf_avec(OpenAction=action("/JavaScript", JS="app.alert('bonjour');"))


def pdf_joint() -> bytes:
    ecrivain = PdfWriter(clone_from=BytesIO(pdf()))
    ecrivain.add_attachment("facture.exe", b"MZ")
    return ecrit(ecrivain)


def pdf_xfa() -> bytes:
    formulaire = DictionaryObject(
        {NameObject("/XFA"): TextStringObject("<xdp/>"), NameObject("/Fields"): ArrayObject()}
    )
    return pdf_avec(AcroForm=formulaire)


def pdf_a_lien() -> bytes:
    """Un lien vers un site n'agit pas seul : il reste permis."""
    document = FPDF()
    document.add_page()
    document.set_font("helvetica", size=12)
    document.cell(text="Site", link="https://exemple.fr")
    return bytes(document.output())


def pdf_a_film() -> bytes:
    return pdf_annote("/RichMedia")


def pdf_annote(sorte: str) -> bytes:
    ecrivain = PdfWriter(clone_from=BytesIO(pdf()))
    note = DictionaryObject(
        {
            NameObject("/Type"): NameObject("/Annot"),
            NameObject("/Subtype"): NameObject(sorte),
            NameObject("/Rect"): ArrayObject([NumberObject(0)] * 4),
        }
    )
    ecrivain.pages[0][NameObject("/Annots")] = ArrayObject([ecrivain._add_object(note)])
    return ecrit(ecrivain)


def pdf_a_script_detache() -> bytes:
    """L'objet n'est relié à rien : un lecteur tolérant pourrait le trouver."""
    ecrivain = PdfWriter(clone_from=BytesIO(pdf()))
    ecrivain._add_object(action("/JavaScript", JS="app.alert(1)"))
    return ecrit(ecrivain)


def bombe_pdf() -> bytes:
    ecrivain = PdfWriter(clone_from=BytesIO(pdf()))
    flux = StreamObject()
    flux._data = zlib.compress(bytes(200_000_000), 9)
    flux[NameObject("/Filter")] = NameObject("/FlateDecode")
    ecrivain._add_object(flux)
    return ecrit(ecrivain)


def pdf_sans_page() -> bytes:
    return ecrit(PdfWriter())


def ecrit(ecrivain: PdfWriter) -> bytes:
    sortie = BytesIO()
    ecrivain.write(sortie)
    return sortie.getvalue()


def zip_de(entrees: Mapping[str, bytes], *, compression: int = zipfile.ZIP_DEFLATED) -> bytes:
    sortie = BytesIO()
    with zipfile.ZipFile(sortie, "w", compression) as archive:
        for nom, octets in entrees.items():
            archive.writestr(nom, octets)
    return sortie.getvalue()


def bombe_zip() -> bytes:
    return zip_de({"document.pdf": b"%PDF-1.4\n" + bytes(70_000_000)})


def zip_menteur() -> bytes:
    """La taille annoncée ment : 10 octets, quand il en sort des millions."""
    octets = bytearray(bombe_zip())
    central = octets.rfind(b"PK\x01\x02")
    octets[central + 24 : central + 28] = struct.pack("<I", 10)
    return bytes(octets)


def zip_protege() -> bytes:
    octets = bytearray(zip_de({"document.pdf": pdf()}))
    for marque, ecart in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        octets[octets.find(marque) + ecart] |= 1
    return bytes(octets)


def zip_a_lien() -> bytes:
    entree = zipfile.ZipInfo("document.pdf")
    entree.external_attr = 0o120777 << 16
    sortie = BytesIO()
    with zipfile.ZipFile(sortie, "w") as archive:
        archive.writestr(entree, "/etc/passwd")
    return sortie.getvalue()


def docx(*, macro: bool = False, objet: bool = False, lien_distant: bool = False, xml: str = "") -> bytes:
    genre = TYPE_MACRO if macro else TYPE_WORD
    relations = '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
    if lien_distant:
        relations += (
            '<Relationship Id="r1" Type="http://x/attachedTemplate" Target="http://x/a.dotm" TargetMode="External"/>'
        )
    parties = {
        "[Content_Types].xml": f'<Types><Override PartName="/word/document.xml" ContentType="{genre}"/></Types>',
        "_rels/.rels": "<Relationships/>",
        "word/document.xml": xml or "<w:document><w:body><w:p><w:t>Lettre</w:t></w:p></w:body></w:document>",
        "word/_rels/document.xml.rels": f"{relations}</Relationships>",
    }
    if macro:
        parties["word/vbaProject.bin"] = "vba"
    if objet:
        parties["word/embeddings/oleObject1.bin"] = "objet"
    return zip_de({nom: texte.encode() for nom, texte in parties.items()})


def mp3() -> bytes:
    """Des trames de silence : MPEG-1 couche 3, 128 kb/s, 44,1 kHz, 417 octets."""
    return (b"\xff\xfb\x90\x00" + bytes(413)) * 10


def mp4() -> bytes:
    def boite(genre: bytes, contenu: bytes) -> bytes:
        return struct.pack(">I", 8 + len(contenu)) + genre + contenu

    return boite(b"ftyp", b"isom" + bytes(4) + b"isom") + boite(b"moov", bytes(40)) + boite(b"mdat", bytes(100))


def avi() -> bytes:
    def liste(genre: bytes, contenu: bytes) -> bytes:
        return b"LIST" + struct.pack("<I", 4 + len(contenu)) + genre + contenu

    corps = b"AVI " + liste(b"hdrl", bytes(20)) + liste(b"movi", bytes(20))
    return b"RIFF" + struct.pack("<I", len(corps)) + corps


def wav() -> bytes:
    sortie = io.BytesIO()
    with wave.open(sortie, "wb") as son:
        son.setnchannels(1)
        son.setsampwidth(2)
        son.setframerate(8000)
        son.writeframes(bytes(100))
    return sortie.getvalue()


def pages_de(octets: bytes) -> int:
    return len(PdfReader(BytesIO(octets)).pages)
