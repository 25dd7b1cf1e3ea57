from collections.abc import Iterator

import pytest

from tests.unit.client import Navigateur
from tests.unit.web.jouet import portail


@pytest.fixture
def navigateur() -> Iterator[Navigateur]:
    with Navigateur(portail()) as un:
        yield un
