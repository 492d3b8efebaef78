"""One hierarchy of errors; each knows its HTTP status and a title in both languages.

::

    EgovError                      500
    ├── UsageError                 400   a wrong argument, setting or file name
    │   ├── NotFound               404   no such release, graph or question
    │   │   └── Gone               410   it was there once; an earlier release has it
    │   └── WritesLost             409   a build that would drop what was written
    ├── SourceError                422   a source file that does not parse (file, line, column)
    │   ├── ImportRefused          422   a graph or table from elsewhere that cannot be taken in
    │   └── ShapeUnsupported       422   a shape that has no query
    ├── ValidationFailed           422   data break a shape or an integrity rule
    ├── ReleaseError               500   a release cannot be read or written
    ├── QueryError                 400   the query cannot be answered as it stands
    │   ├── QuerySyntaxError       400   with line and column
    │   ├── QueryForbidden         403   it asks for something that is switched off (SERVICE, LOAD ...)
    │   ├── QueryTooComplex        400   past a bound on length or nesting
    │   ├── ResultTooLarge         400   past a bound on rows or bytes of an answer
    │   └── UpdateForbidden        403   an update sent to a read-only service
    ├── EvaluationError            500   the engine failed
    │   ├── QueryTimeout           503   the deadline passed
    │   ├── QueryOutOfMemory       503   the memory limit was reached
    │   ├── EvaluatorCrashed       500   the evaluating process died
    │   └── ServiceBusy            503   no evaluator came free in time
    ├── NotAcceptable              406   no representation the client accepts
    ├── UnsupportedMediaType       415   a request body of a kind that is not understood
    ├── MethodNotAllowed           405   with the methods that are
    ├── RequestTimeout             408   a request that did not arrive in time
    ├── RequestTooLarge            413   past a bound on the request's size
    ├── UriTooLong                 414   past a bound on the length of the URL
    ├── HeadersTooLarge            431   past a bound on the size of the header fields
    ├── TooManyRequests            429   one client asks more than its share
    ├── NotAuthenticated           401   a write without a token, or with one that is not known
    ├── WriteForbidden             403   a token that does not reach so far, or an address that is closed
    ├── PreconditionFailed         412   If-Match names another release than the current one
    ├── RangeNotSatisfiable        416   a Range beyond the end of a file
    ├── NotSupported               501   a method or a transfer coding that nothing here has
    ├── UpstreamFailed             502   another endpoint, asked for a query or an update, did not answer
    └── HttpVersionNotSupported    505   an answer that HTTP/1.0 cannot carry
"""

from __future__ import annotations

from egov_kg.errors.base import (
    EgovError,
    Gone,
    ImportRefused,
    NotFound,
    ReleaseError,
    ShapeUnsupported,
    SourceError,
    UsageError,
    ValidationFailed,
    WritesLost,
)
from egov_kg.errors.http import (
    HeadersTooLarge,
    HttpVersionNotSupported,
    MethodNotAllowed,
    NotAcceptable,
    NotAuthenticated,
    NotSupported,
    PreconditionFailed,
    RangeNotSatisfiable,
    RequestTimeout,
    RequestTooLarge,
    TooManyRequests,
    UnsupportedMediaType,
    UriTooLong,
    WriteForbidden,
)
from egov_kg.errors.query import (
    EvaluationError,
    EvaluatorCrashed,
    QueryError,
    QueryForbidden,
    QueryOutOfMemory,
    QuerySyntaxError,
    QueryTimeout,
    QueryTooComplex,
    ResultTooLarge,
    ServiceBusy,
    UpdateForbidden,
    UpstreamFailed,
)

__all__ = [
    "EgovError",
    "EvaluationError",
    "EvaluatorCrashed",
    "Gone",
    "HeadersTooLarge",
    "HttpVersionNotSupported",
    "ImportRefused",
    "MethodNotAllowed",
    "NotAcceptable",
    "NotAuthenticated",
    "NotFound",
    "NotSupported",
    "PreconditionFailed",
    "QueryError",
    "QueryForbidden",
    "QueryOutOfMemory",
    "QuerySyntaxError",
    "QueryTimeout",
    "QueryTooComplex",
    "RangeNotSatisfiable",
    "ReleaseError",
    "RequestTimeout",
    "RequestTooLarge",
    "ResultTooLarge",
    "ServiceBusy",
    "ShapeUnsupported",
    "SourceError",
    "TooManyRequests",
    "UnsupportedMediaType",
    "UpdateForbidden",
    "UpstreamFailed",
    "UriTooLong",
    "UsageError",
    "ValidationFailed",
    "WriteForbidden",
    "WritesLost",
]
