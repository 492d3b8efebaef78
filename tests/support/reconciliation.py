"""What the Reconciliation Service API says answers look like, as JSON Schemas written from its text."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from jsonschema import Draft202012Validator

from support.service import Reply, Server, fetch

Schema = Mapping[str, Any]

TEXT: Schema = {"type": "string", "minLength": 1}
URL: Schema = {"type": "string", "pattern": "^https?://[^ ]+$"}
_NAMED: Schema = {"type": "object", "required": ["id", "name"], "properties": {"id": TEXT, "name": TEXT}}
_TYPE: Schema = {
    **_NAMED,
    "properties": {"id": TEXT, "name": TEXT, "broader": {"type": "array", "items": _NAMED}},
}


def _object(required: Mapping[str, Any], optional: Mapping[str, Any] | None = None) -> Schema:
    """An object with these members and no others."""
    return {
        "type": "object",
        "required": list(required),
        "properties": {**required, **(optional or {})},
        "additionalProperties": False,
    }


def _array(items: Schema) -> Schema:
    return {"type": "array", "items": items}


_PLACE = _object({"service_url": URL, "service_path": {"type": "string", "pattern": "^/"}})
_SUGGEST = _object(
    {"service_url": URL, "service_path": {"type": "string", "pattern": "^/"}},
    {"flyout_service_url": URL, "flyout_service_path": {"type": "string", "pattern": r"\$\{id\}"}},
)
_COMMON = {
    "name": TEXT,
    "documentation": URL,
    "logo": URL,
    "serviceVersion": TEXT,
    "defaultTypes": {**_array(_TYPE), "uniqueItems": True, "minItems": 1},
    "batchSize": {"type": "integer", "minimum": 1},
}
_NUMBER = {"type": {"const": "number"}, "default": {"type": "number"}}
MANIFEST_02 = _object(
    {
        "versions": {**_array(TEXT), "contains": {"const": "0.2"}},
        **_COMMON,
        "identifierSpace": URL,
        "schemaSpace": URL,
        "view": _object({"url": {"type": "string", "pattern": r"^https?://.*\{\{id\}\}"}}),
        "preview": _object(
            {
                "url": {"type": "string", "pattern": r"^https?://.*\{\{id\}\}"},
                "width": {"type": "integer"},
                "height": {"type": "integer"},
            }
        ),
        "suggest": _object({"entity": _SUGGEST, "property": _SUGGEST, "type": _SUGGEST}),
        "extend": _object(
            {
                "propose_properties": _PLACE,
                "property_settings": _array(
                    _object({"name": TEXT, "label": TEXT, "help_text": TEXT, **_NUMBER})
                ),
            }
        ),
    }
)
MANIFEST_10 = _object(
    {
        "versions": {**_array(TEXT), "contains": {"const": "1.0-draft"}},
        **_COMMON,
        "view": _object({"url": {"type": "string", "pattern": r"^https?://.*\{id\}"}}),
        "preview": _object({"width": {"type": "integer"}, "height": {"type": "integer"}}),
        "suggest": _object({what: {"type": "boolean"} for what in ("entity", "property", "type")}),
        "extend": _object(
            {
                "proposeProperties": {"type": "boolean"},
                "propertySettings": _array(_object({"id": TEXT, "name": TEXT, "helpText": TEXT, **_NUMBER})),
            }
        ),
        "standardizedScore": {"const": True},
        "lang": {"enum": ["en", "zh"]},
    }
)
_VALUE: Schema = {"type": ["boolean", "number"]}


def _candidate(feature: Schema, **optional: Schema) -> Schema:
    return _object(
        {
            "id": TEXT,
            "name": TEXT,
            "description": TEXT,
            "type": {**_array(_NAMED), "minItems": 1},
            "score": {"type": "number", "minimum": 0, "maximum": 100},
            "features": _array(feature),
            "match": {"type": "boolean"},
        },
        optional,
    )


RESULTS_02: Schema = {
    "type": "object",
    "additionalProperties": _object({"result": _array(_candidate(_object({"id": TEXT, "value": _VALUE})))}),
}
RESULTS_10 = _object(
    {
        "results": _array(
            _object(
                {
                    "candidates": _array(
                        _candidate(_object({"id": TEXT, "name": TEXT, "value": _VALUE}), lang=TEXT)
                    )
                }
            )
        )
    }
)
SUGGESTED = _object(
    {
        "result": _array(
            _object(
                {"id": TEXT, "name": TEXT},
                {
                    "description": TEXT,
                    "notable": _array(_NAMED),
                    "broader": _array(_NAMED),
                    "matchQualifiers": _array(_NAMED),
                },
            )
        )
    }
)
FLYOUT = _object({"id": TEXT, "html": TEXT})
PROPOSED = _object(
    {"properties": _array(_object({"id": TEXT, "name": TEXT}, {"description": TEXT}))},
    {"type": TEXT, "limit": {"type": "integer"}},
)
_META = _array(_object({"id": TEXT, "name": TEXT}, {"type": _NAMED}))


def _cell(**optional: Schema) -> Schema:
    kinds = [_object({"id": TEXT, "name": TEXT}, optional), _object({"str": TEXT}, optional)]
    return _array({"oneOf": kinds})


EXTENDED_02 = _object(
    {
        "meta": _META,
        "rows": {
            "type": "object",
            "additionalProperties": {"type": "object", "additionalProperties": _cell()},
        },
    }
)
EXTENDED_10 = _object(
    {
        "meta": _META,
        "rows": _array(
            _object({"id": TEXT, "properties": _array(_object({"id": TEXT, "values": _cell(lang=TEXT)}))})
        ),
    }
)


def valid(reply: Reply, schema: Schema) -> Any:
    """The JSON of an answer, which must be as a schema says."""
    assert (reply.status, reply.media_type) == (200, "application/json"), reply.body
    Draft202012Validator.check_schema(schema)
    errors = [
        f"{error.json_path}: {error.message}"
        for error in Draft202012Validator(schema).iter_errors(reply.json)
    ]
    assert not errors
    return reply.json


def send(server: Server, path: str, body: object, headers: Mapping[str, str] | None = None) -> Reply:
    """POST a JSON document."""
    data = body if isinstance(body, bytes) else json.dumps(body, ensure_ascii=False).encode()
    fields = {"Content-Type": "application/json", **(headers or {})}
    return fetch(server, path, method="POST", body=data, headers=fields)


def form(server: Server, path: str = "/reconcile", **fields: object) -> Reply:
    """POST a form; what is no text is sent as JSON."""
    texts = {
        name: one if isinstance(one, str) else json.dumps(one, ensure_ascii=False)
        for name, one in fields.items()
    }
    return fetch(
        server,
        path,
        method="POST",
        body=urlencode(texts).encode(),
        headers={"Content-Type": "application/x-www-form-urlencoded"},
    )
