"""A FeatureServer layer as Esri documents it, for what Koop cannot show.

Tokens, errors with status 200, edit dates, layers that cannot page, other coordinates than asked.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qs, urlsplit

from loopback import Handler, Site

LAYER = "/server/rest/services/hazards/FeatureServer/0"
EDITED = 1_700_000_000_000
STATUS = {
    "type": "codedValue",
    "name": "status",
    "codedValues": [{"code": 1, "name": "Open"}, {"code": 2, "name": "Cleared"}],
}


def feature(number: int, edited: int = EDITED, **attributes: Any) -> dict[str, Any]:
    """A point feature with its attributes."""
    plain = {"OBJECTID": number, "status": 1, "region": "Mopti", "edited": edited}
    return {"attributes": plain | attributes, "geometry": {"x": -4.5, "y": 14.25}}


@dataclass
class Stub:
    """The state of the layer; tests change it between requests."""

    features: list[dict[str, Any]] = field(default_factory=list)
    more: dict[str, Any] = field(default_factory=dict)
    geometry_type: str = "esriGeometryPoint"
    reference: dict[str, Any] = field(default_factory=lambda: {"wkid": 4326})
    page: int = 2
    pages: bool = True
    token: str = ""
    errors: list[dict[str, Any]] = field(default_factory=list)
    asked: list[dict[str, str]] = field(default_factory=list)

    def on(self, site: Site) -> str:
        """Answer on a site; gives the address of the layer."""
        site.pages[LAYER] = self._page(self._layer)
        site.pages[f"{LAYER}/query"] = self._page(self._query)
        site.pages["/server/rest/info"] = self._plain(
            lambda _: {
                "authInfo": {
                    "isTokenBasedSecurity": True,
                    "tokenServicesUrl": f"{site.url}/server/tokens/generateToken",
                }
            }
        )
        site.pages["/server/tokens/generateToken"] = self._plain(self._new_token)
        return site.url + LAYER

    def queries(self, **having: str) -> list[dict[str, str]]:
        """The queries that had these parameters."""
        return [q for q in self.asked if having.items() <= q.items()]

    def _page(self, answer: Callable[[dict[str, str]], Any]) -> Callable[[Handler], None]:
        def checked(asked: dict[str, str]) -> Any:
            self.asked.append(asked)
            if self.token and asked.get("token") != self.token:
                code, said = (
                    (498, "Invalid Token") if asked.get("token") else (499, "Token Required")
                )
                return {"error": {"code": code, "message": said, "details": []}}
            return self.errors.pop(0) if self.errors else answer(asked)

        return self._plain(checked)

    def _plain(self, answer: Callable[[dict[str, str]], Any]) -> Callable[[Handler], None]:
        def serve(handler: Handler) -> None:
            text = handler.asked_body.decode() or urlsplit(handler.path).query
            asked = {name: values[-1] for name, values in parse_qs(text).items()}
            handler.answer(json.dumps(answer(asked)).encode(), content_type="application/json")

        return serve

    def _new_token(self, asked: dict[str, str]) -> Any:
        if (asked.get("username"), asked.get("password")) != ("amina", "s3cret-pass"):
            return {"error": {"code": 400, "message": "Invalid credentials.", "details": []}}
        return {"token": self.token, "expires": EDITED, "ssl": True}

    def _layer(self, _: dict[str, str]) -> Any:
        names = {"OBJECTID": "OID", "status": "Integer", "region": "String", "edited": "Date"}
        fields = [
            {"name": n, "type": f"esriFieldType{t}", "alias": n, "domain": None}
            for n, t in names.items()
        ]
        fields[1]["domain"] = STATUS
        return {
            "id": 0,
            "name": "hazards",
            "geometryType": self.geometry_type,
            "objectIdField": "OBJECTID",
            "maxRecordCount": self.page,
            "advancedQueryCapabilities": {"supportsPagination": self.pages},
            "fields": fields,
        } | self.more

    def _query(self, asked: dict[str, str]) -> Any:
        found = self.features
        since = re.search(r"edited >= TIMESTAMP '([^']+)'", asked.get("where", ""))
        if since:
            instant = datetime.fromisoformat(since[1]).replace(tzinfo=UTC).timestamp() * 1000
            found = [f for f in found if (f["attributes"]["edited"] or 0) >= instant]
        if asked.get("returnIdsOnly") == "true":
            ids = [f["attributes"]["OBJECTID"] for f in found]
            return {"objectIdFieldName": "OBJECTID", "objectIds": ids or None}
        if "objectIds" in asked:
            wanted = {int(one) for one in asked["objectIds"].split(",")}
            found = [f for f in found if f["attributes"]["OBJECTID"] in wanted]
        start = int(asked.get("resultOffset", 0))
        part = found[start : start + self.page]
        more = {"exceededTransferLimit": True} if start + self.page < len(found) else {}
        return {"features": part, "spatialReference": self.reference} | more
