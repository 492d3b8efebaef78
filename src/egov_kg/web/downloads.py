"""Files of releases: `/releases/<id>/<file>`, which never changes, and `/download/<file>`, the current one.

`/download/` lists them.

A file is sent in pieces from the disk. Ranges are those of RFC 9110, section 14: one at a time, in bytes.
"""

from __future__ import annotations

import base64
import json
import os
import stat
from collections.abc import Iterator, Mapping
from typing import IO, Any, Final

from flask import Blueprint, Response, request
from werkzeug.http import parse_range_header

from egov_kg.errors import NotFound, PreconditionFailed, RangeNotSatisfiable, ReleaseError
from egov_kg.formats import DOCUMENT, HTML
from egov_kg.release.imported import imports_of
from egov_kg.release.registry import Release
from egov_kg.web import listing, tags
from egov_kg.web.paged import PAGE, negotiated, page
from egov_kg.web.past import FOREVER
from egov_kg.web.service import service

_PIECE: Final = 64 * 1024

blueprint = Blueprint("downloads", __name__)


@blueprint.route("/releases/<id_>/<path:name>", methods=["GET"])
def of_release(id_: str, name: str) -> Response:
    """A file of a release; where its id is not written in full, lead to the file."""
    release = listing.named(id_)
    if release.id != id_:
        _facts(release, name)
        response = Response(status=302, headers={"Location": f"/releases/{release.id}/{name}"})
        response.headers["Cache-Control"] = "no-cache"
        return response
    return _file(release, name, FOREVER)


@blueprint.route("/download", methods=["GET"], strict_slashes=False)
@blueprint.route("/download/", methods=["GET"])
@blueprint.route(f"{PAGE}/download/", methods=["GET"])
def index() -> Response:
    """The files of the current release, or of that which `asOf` names, with size, type and meaning."""
    syntax = negotiated((DOCUMENT, HTML), request.args.getlist("format"))
    release = service().edition.release
    document: dict[str, Any] = {"release": release.id, "files": listing.downloads(release)}
    if syntax == HTML:
        files, others = listing.by_format(document["files"])
        return page(
            "pages/downloads.html",
            release=release,
            downloads=files,
            others=others,
            imports=imports_of(release),
        )

    def made() -> Response:
        content = json.dumps(document, ensure_ascii=False, indent=1)
        return Response(content, content_type=syntax.content_type)

    response = tags.revalidated(tags.tag(release.id, "downloads", syntax.media_type), made)
    response.vary.update(("Accept", "Accept-Language"))
    return response


@blueprint.route("/download/<path:name>", methods=["GET"])
def current(name: str) -> Response:
    """A file of the current release, or of that which `asOf` names."""
    release = service().edition.release
    response = _file(release, name, "no-cache")
    response.headers["Content-Location"] = f"/releases/{release.id}/{name}"
    return response


def _facts(release: Release, name: str) -> Mapping[str, object]:
    files = release.offered
    if name not in files:  # the manifest is the only list: no path is ever made of what a client sent
        raise NotFound(
            f"Release {release.id} has no such file: /releases/{release.id} lists them.",
            f"发布版本 {release.id} 没有此文件：文件列表见 /releases/{release.id}。",
            available=list(files),
        )
    return files[name]


def _file(release: Release, name: str, caching: str) -> Response:
    facts = _facts(release, name)
    digest, size = str(facts["sha256"]), int(str(facts["bytes"]))
    _check_conditions(release, digest)
    if _is_known(release, digest):
        response = Response(status=304)
    else:
        span = _range(release, digest, size)
        start, end = span or (0, size)
        response = Response(
            _Pieces(_open(release, name, size), start, end), content_type=listing.content_type(name)
        )
        response.content_length = end - start
        response.headers["Content-Disposition"] = f'attachment; filename="egov-kg-{release.id}-{name}"'
        if span:
            response.status_code = 206
            response.headers["Content-Range"] = f"bytes {start}-{end - 1}/{size}"
    response.set_etag(digest)
    response.last_modified = release.created
    response.accept_ranges = "bytes"
    response.headers["Repr-Digest"] = f"sha-256=:{base64.b64encode(bytes.fromhex(digest)).decode()}:"
    # Compressed on the way, it would be another file than the digest and the tag say.
    response.headers["Cache-Control"] = f"{caching}, no-transform"
    return response


def _check_conditions(release: Release, digest: str) -> None:
    """If-Match and If-Unmodified-Since (RFC 9110, section 13.2.2)."""
    since = request.if_unmodified_since
    changed = (
        not request.if_match.contains(digest)
        if request.if_match
        else since is not None and release.created.replace(microsecond=0) > since
    )
    if changed:
        raise PreconditionFailed(
            f"The file is not the one that the request names; its ETag is {digest}.",
            f"文件与请求所指的不同；其 ETag 为 {digest}。",
            release=release.id,
        )


def _is_known(release: Release, digest: str) -> bool:
    """If-None-Match and If-Modified-Since (RFC 9110, sections 13.1.2 and 13.1.3)."""
    if request.if_none_match:
        return request.if_none_match.contains_weak(digest)
    since = request.if_modified_since
    return since is not None and release.created.replace(microsecond=0) <= since


def _range(release: Release, digest: str, size: int) -> tuple[int, int] | None:
    """The first byte and the one after the last; None for the whole file.

    Raises:
        RangeNotSatisfiable: it begins beyond the end.
    """
    wanted = parse_range_header(request.headers.get("Range"))
    if wanted is None or wanted.units != "bytes" or len(wanted.ranges) != 1 or request.method != "GET":
        return None
    condition = request.if_range
    if condition.etag is not None and condition.etag != digest:
        return None
    if condition.date is not None and condition.date != release.created.replace(microsecond=0):
        return None
    found = wanted.range_for_length(size)
    if found is None:
        raise RangeNotSatisfiable(
            f"The file has {size} bytes.", f"文件共有 {size} 字节。", length=size, range=str(wanted)
        )
    return found


def _open(release: Release, name: str, size: int) -> IO[bytes]:
    """The file, opened now so that an error is an error document."""
    try:
        descriptor = os.open(release.path / name, os.O_RDONLY | os.O_NOFOLLOW)
    except OSError as error:
        raise _damaged(release, name) from error
    handle = os.fdopen(descriptor, "rb")
    found = os.fstat(descriptor)
    if not stat.S_ISREG(found.st_mode) or found.st_size != size:
        handle.close()
        raise _damaged(release, name)
    return handle


def _damaged(release: Release, name: str) -> ReleaseError:
    return ReleaseError(
        f"{name} of release {release.id} is missing or not as written: whoever runs the service should build "
        "it anew.",
        f"发布版本 {release.id} 的 {name} 缺失或内容有变：请由服务的管理者重新构建。",
    )


class _Pieces:
    """A part of a file, in pieces; `close` closes it, also where nothing was taken."""

    def __init__(self, handle: IO[bytes], start: int, end: int) -> None:
        self._handle, self._left = handle, end - start
        handle.seek(start)

    def __iter__(self) -> Iterator[bytes]:
        while self._left and (piece := self._handle.read(min(_PIECE, self._left))):
            self._left -= len(piece)
            yield piece

    def close(self) -> None:
        self._handle.close()
