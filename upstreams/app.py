"""The recorded-upstream server as an ASGI application."""

from starlette.applications import Starlette
from starlette.routing import Route

from upstreams import ctgov, pubmed
from upstreams.control import control_routes
from upstreams.ctgov import CtGov
from upstreams.history import History
from upstreams.pubmed import PubMed
from upstreams.records import Records
from upstreams.service import Answer, Desk


def create_app(records: Records) -> Starlette:
    """Build an application that answers both services' calls from the records.

    Paths are the real services' own, so that a client changes nothing but the base address.
    """
    desk = Desk(evidence=records.evidence)
    eutils = PubMed(records.articles, History())
    trials = CtGov(records.studies, records.aliases)
    asked: dict[str, Answer] = {
        "esearch.fcgi": lambda parameters, _: eutils.esearch(parameters),
        "esummary.fcgi": lambda parameters, _: eutils.esummary(parameters),
        "efetch.fcgi": lambda parameters, _: eutils.efetch(parameters),
    }
    got: dict[str, Answer] = {
        "studies": lambda parameters, _: trials.search(parameters),
        "studies/{nct_id}": lambda parameters, r: trials.single(
            parameters, r.path_params["nct_id"]
        ),
        "version": lambda parameters, _: trials.version(parameters),
        "stats/size": lambda parameters, _: trials.size(parameters),
    }
    routes = [
        Route(pubmed.PREFIX + path, desk.endpoint("pubmed", answer), methods=["GET", "POST"])
        for path, answer in asked.items()
    ]
    routes += [
        Route(ctgov.PREFIX + path, desk.endpoint("ctgov", answer)) for path, answer in got.items()
    ]
    return Starlette(routes=[*routes, *control_routes(desk, records)])
