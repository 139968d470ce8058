"""What schemathesis is told beside the OpenAPI document: ids that there are, of one's own project and of another, so that
requests get behind the validation, and what no answer may hold.

RONDEL_FACTS names a JSON file with `role`, `own` and `foreign` (ids and references of each kind of thing), and `secret`, the
texts that only the other project knows. RONDEL_COUNTS names the file that the numbers of requests are written to.
"""

import atexit
import json
import os
import random
import re
import urllib.parse
from collections import Counter

import schemathesis
from schemathesis.core import NotSet

with open(os.environ["RONDEL_FACTS"], encoding="utf-8") as file:
    facts = json.load(file)

counts = Counter()
# By the id of a request: where it names something of the other project.
foreign = {}
# The ids that requests have made, newest last.
made = {}
# Of what was read, by the address.
tags = {}

PROPERTIES = ["parameter.reco.filter", "parameter.pre.centerOfRotation", "parameter.pre.overlap", "filter"]
VALUES = ["hann", "ramp", 12, 0.5, [1, 2], True]

KINDS = {
    "/v1/jobs/": "job",
    "/v1/sweeps/": "sweep",
    "/v1/plans/": "plan",
    "/v1/algorithms/": "algorithm",
    "/v1/uploads/": "upload",
    "/v1/data/": "artifact",
    "/v1/tokens/": "token",
    "/v1/workers/": "worker",
    "/v1/pools/": "pool",
    "/v1/quotas/": "spare-project",
}
# Those that the run itself needs stay.
SPARE = ("token", "worker", "pool", "spare-project")
NAMES = ("id", "sha256", "upload", "pool", "project")


@atexit.register
def write_counts():
    with open(os.environ["RONDEL_COUNTS"], "w", encoding="utf-8") as file:
        json.dump(counts, file)


def kind_of(path):
    return next((kind for start, kind in KINDS.items() if path.startswith(start)), None)


def chooser(case):
    """Chooses the same for the same request."""
    body = "" if isinstance(case.body, NotSet) else repr(case.body)
    return random.Random(repr([case.method, case.path, case.path_parameters, case.query, dict(case.headers), body]))


def pick(choose, kind):
    """An id of that kind, and whether it is the other project's; what requests have made is as good as what was there."""
    own = facts["own"].get(kind, []) + made.get(kind, [])[-20:]
    other = facts["foreign"].get(kind, [])
    is_foreign = bool(other) and (not own or choose.random() < 0.5)
    return choose.choice(other if is_foreign else own), is_foreign


def has(kind):
    return bool(facts["own"].get(kind) or facts["foreign"].get(kind) or made.get(kind))


def is_valid(case, location):
    """Whether that part of the request was made to fit the document; what was not has to stay as it is."""
    meta = case.meta
    if meta is None:
        return True
    return all(info.mode.is_positive for place, info in meta.components.items() if place.value == location)


@schemathesis.hook
def before_call(context, case, kwargs):
    choose = chooser(case)
    seen = set()
    name_in_path(case, choose, seen)
    name_in_query(case, choose, seen)
    name_in_headers(case, choose)
    if isinstance(case.body, dict) and is_valid(case, "body"):
        name_in_body(case, choose, seen)
    foreign[case.id] = seen


def name_in_path(case, choose, seen):
    kind = kind_of(case.path)
    for name in NAMES:
        if name not in (case.path_parameters or {}) or not has(kind) or not is_valid(case, "path"):
            continue
        if kind in SPARE or choose.random() < 0.9:
            case.path_parameters[name], is_foreign = pick(choose, kind)
            if is_foreign:
                seen.add("path")
    if "path" in (case.path_parameters or {}) and is_valid(case, "path") and choose.random() < 0.8:
        case.path_parameters["path"] = choose.choice(PROPERTIES)
    if "subjob" in (case.path_parameters or {}) and is_valid(case, "path") and choose.random() < 0.8:
        case.path_parameters["subjob"] = "0.0"


def name_in_query(case, choose, seen):
    if not isinstance(case.query, dict):
        return
    # Nobody waits here.
    if re.fullmatch(r"([1-5]?\d|60)(\.\d*)?", str(case.query.get("wait"))):
        case.query["wait"] = 0
    if not is_valid(case, "query"):
        return
    for name, kind in (("project", "project"), ("label", "label"), ("q", "text"), ("rerunOf", "job"), ("reference", "root")):
        if name in case.query and has(kind) and choose.random() < 0.7:
            value, _ = pick(choose, kind)
            case.query[name] = [value] if isinstance(case.query[name], list) else value


def name_in_headers(case, choose):
    if not is_valid(case, "header"):
        return
    for name in ("idempotency-key", "rondel-lock"):
        if name in case.headers and has(name) and choose.random() < 0.7:
            case.headers[name], _ = pick(choose, name)
    if choose.random() < 0.1:
        case.headers["rondel-project"] = pick(choose, "project")[0]
    if choose.random() < 0.5:
        case.headers.pop("if-match", None)
    if "upload-offset" in case.headers and choose.random() < 0.7:
        case.headers["upload-offset"] = "0"
        case.headers.pop("upload-length", None)
        case.headers.pop("rondel-sha256", None)
    if case.method == "GET" and choose.random() < 0.2:
        ranges = [("Range", "bytes=0-9"), ("Range", "bytes=99999999999-"), ("Range", "seconds=1-2")]
        tag = tags.get(address(case))
        name, value = choose.choice(ranges + ([("If-None-Match", tag)] * 3 if tag else []))
        case.headers[name] = value


def address(case):
    return repr([case.path, case.path_parameters, case.query])


def name_in_body(case, choose, seen):
    body = case.body
    if "ids" in body:
        picked = [pick(choose, "job") for _ in range(choose.randint(1, 4))]
        body["ids"] = [id for id, _ in picked]
    if "data" in body and choose.random() < 0.9:
        body["data"], is_foreign = pick(choose, "data")
        body.pop("pool", None)
        if is_foreign:
            seen.add("data")
    if "plan" in body and choose.random() < 0.9:
        body["plan"], is_foreign = pick_plan(choose)
        body["parameters"] = {"angles": facts["angles"]}
        if "vary" in body:
            body["vary"] = [{"path": "centerOfRotation", "values": [11.5, 12.5]}]
        if is_foreign:
            seen.add("plan")
    if "{path}" in case.path and choose.random() < 0.8:
        for name, values in (("value", VALUES), ("source", PROPERTIES), ("function", ["identity"])):
            if name in body:
                body[name] = choose.choice(values)
    if case.path.endswith("/set-all") and choose.random() < 0.8:
        case.body = {choose.choice(PROPERTIES): choose.choice(VALUES)}
        return
    if "token" in body and choose.random() < 0.7:
        body["token"], _ = pick(choose, "login")
    if "project" in body and choose.random() < 0.5:
        body["project"], is_foreign = pick(choose, "project")
        if is_foreign:
            seen.add("project")
    if choose.random() < 0.5:
        for name in ("worker", "engine", "split", "output", "submitter"):
            body.pop(name, None)


def pick_plan(choose):
    if choose.random() < 0.6:
        return {"name": "radon/fbp"}, False
    session, is_foreign = pick(choose, "plan")
    return {"session": session}, is_foreign


@schemathesis.hook
def after_call(context, case, response):
    counts["requests"] += 1
    counts[f"{response.status_code // 100}xx"] += 1
    # What is asked with the method of the document, and answered.
    is_documented = case.method.lower() == case.operation.method.lower()
    counts[f"{'done' if response.status_code < 400 and is_documented else 'asked'} {case.operation.label}"] += 1
    tag = response.headers.get("etag")
    if tag and case.method == "GET":
        tags[address(case)] = tag[0]
    if response.status_code < 300 and case.method == "POST":
        remember_made(case, response)


def remember_made(case, response):
    try:
        body = response.json()
    except ValueError:
        return
    kind = kind_of(case.path + "/")
    if kind is not None and isinstance(body, dict):
        id = body.get("id") or body.get("upload")
        if isinstance(id, str):
            made.setdefault(kind, []).append(id)
        if case.path.endswith("/lock") and isinstance(body.get("token"), str):
            made.setdefault("rondel-lock", []).append(body["token"])


@schemathesis.check
def says_nothing_of_another_project(ctx, response, case):
    """No body and no header has what only the other project knows; what the request itself has said may be said again."""
    answer = response.content + repr(response.headers).encode()
    request = response.request
    body = request.body if isinstance(request.body, bytes) else str(request.body or "").encode()
    asked = urllib.parse.unquote_to_bytes(request.url) + repr(dict(request.headers)).encode() + body
    for text in facts["secret"]:
        known = text.encode()
        assert known not in answer or known in asked, f"The answer has {text}, which only the other project knows."


@schemathesis.check
def another_project_is_not_there(ctx, response, case):
    """What the address names of another project is answered as what does not exist, and nothing is made of such data."""
    if facts["role"] == "admin":
        return
    seen = foreign.get(case.id, set())
    status = response.status_code
    if "path" in seen:
        assert status in (403, 404, 405), f"{status} tells that there is something of another project."
    if seen & {"data", "plan", "project"}:
        assert status >= 400, f"{status}: something was made of what is another project's."


@schemathesis.check
def readers_change_nothing(ctx, response, case):
    """Who only reads gets no change through, wherever it is asked for."""
    harmless = ("/v1/plans/{id}/build", "/v1/login", "/v1/login/link")
    if facts["role"] != "reader" or case.method in ("GET", "HEAD", "OPTIONS") or case.path in harmless:
        return
    assert response.status_code >= 400, f"{response.status_code} to {case.method} by a reader."


@schemathesis.hook
def filter_failure(context, failure, case, response):
    """Passes over what is right here and looks wrong to schemathesis."""
    # To OpenAPI 3.1 a stream of events is one text; how each of them looks it cannot say.
    is_stream = response.headers.get("content-type", [""])[0].startswith("text/event-stream")
    # A header that nobody knows is nobody's business.
    has_unknown_header = "x-schemathesis-unknown-property" in case.headers
    # `GET /v1/jobs/cancel` asks for a job of that name.
    is_other_route = "undeclared method" in failure.title and response.status_code in (400, 431)
    if is_stream and "schema" in failure.title:
        return False
    if has_unknown_header and "Schema-violating" in failure.title:
        return False
    return not is_other_route


@schemathesis.serializer("application/partial-upload")
def partial_upload(ctx, value):
    return {"data": value if isinstance(value, bytes) else str(value).encode()}
