"""Importé avec tout module du paquet : une candidature créée ou renommée se retrouve toujours par son nom."""

from app.candidatures import annuaire as annuaire
