"""The ClinicalTrials.gov calls on the bundled sample, over HTTP."""

from typing import Any

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

STUDIES = "/api/v2/studies"


def page(client: httpx.Client, **parameters: str) -> dict[str, Any]:
    """One page; dots in parameter names are written as two underscores."""
    named = {name.replace("__", "."): value for name, value in parameters.items()}
    answer = client.get(STUDIES, params=named)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


def numbers(found: dict[str, Any]) -> list[str]:
    """List the NCT numbers of a page, shortened to what differs."""
    ids = (s["protocolSection"]["identificationModule"]["nctId"] for s in found["studies"])
    return [number.removeprefix("NCT990000") for number in ids]


@pytest.mark.parametrize(
    ("parameters", "expected"),
    [
        ({"query__cond": "heart failure"}, "01 02 03"),
        ({"query__cond": '"heart failure" NOT acute'}, "01 02"),
        ({"query__cond": "migraine OR (tuberculosis AND latent)"}, "13 15 16 17 18"),
        ({"query__intr": "CGRP antibody"}, "16 17 18"),
        ({"query__intr": "SGLT2", "query__cond": "diabetes"}, "01 02 05"),
        ({"query__term": "plumbline"}, " ".join(f"{n:02d}" for n in range(1, 19))),
        ({"query__titles": "osimertinib"}, "06 07 08"),
        ({"query__outc": "neuropathy"}, "12"),
        ({"query__spons": "sample vaccine institute"}, "13 14"),
        ({"query__locn": "Kenya"}, "13 14"),
        ({"query__id": "PLUMBLINE-SAMPLE-04"}, "04"),
        (
            {"filter__overallStatus": "RECRUITING|TERMINATED", "query__cond": "heart OR diabetes"},
            "03 05",
        ),
        ({"filter__ids": "NCT99000002,nct99000001"}, "01 02"),
        ({"filter__ids": "NCT99000098"}, "16"),
        (
            {"query__term": "NCT99000005 NCT99000006", "filter__overallStatus": "RECRUITING"},
            "05 06",
        ),
        ({"filter__advanced": "AREA[Phase]PHASE4"}, "03 14 17"),
        ({"filter__advanced": "AREA[StartDate]RANGE[2025-01-01,MAX]"}, "03 04 08 17"),
        ({"filter__advanced": "AREA[EnrollmentCount]RANGE[MIN,100]"}, "05 10"),
        ({"query__cond": "zebrafish"}, ""),
    ],
)
def test_queries_and_filters_find_the_expected_studies(
    sample: httpx.Client, parameters: dict[str, str], expected: str
) -> None:
    """Words are joined by AND inside their search area; parameters intersect."""
    found = page(sample, pageSize="100", fields="NCTId", **parameters)
    assert numbers(found) == expected.split()


@settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
    max_examples=8,
)
@given(size=st.integers(1, 20))
def test_paging_covers_every_study_once(sample: httpx.Client, size: int) -> None:
    """Following the tokens gives all studies once; only the first page has the total."""
    asked = {"pageSize": str(size), "countTotal": "true", "fields": "NCTId"}
    found = page(sample, **asked)
    assert found["totalCount"] == 18
    seen = numbers(found)
    while "nextPageToken" in found:
        found = page(sample, **asked, pageToken=found["nextPageToken"])
        assert "totalCount" not in found
        seen += numbers(found)
    assert seen == [f"{n:02d}" for n in range(1, 19)]


def test_page_sizes_have_default_and_ceiling(sample: httpx.Client) -> None:
    """Ten by default and for 0; more than 1,000 is coerced down, not refused."""
    assert len(page(sample)["studies"]) == len(page(sample, pageSize="0")["studies"]) == 10
    found = page(sample, pageSize="5000")
    assert len(found["studies"]) == 18
    assert {*found} == {"studies"}


def test_a_full_last_page_still_has_a_token(sample: httpx.Client) -> None:
    """As in the service: a filled page is followed by an empty one without token."""
    found = page(sample, pageSize="18")
    assert page(sample, pageSize="18", pageToken=found["nextPageToken"]) == {"studies": []}


def test_a_token_is_good_for_its_own_search_only(sample: httpx.Client) -> None:
    """Other parameters or a made-up token are 400; another page size is allowed."""
    token = page(sample, query__cond="tuberculosis", pageSize="2")["nextPageToken"]
    assert (
        len(page(sample, query__cond="tuberculosis", pageSize="3", pageToken=token)["studies"]) == 3
    )
    for parameters in (
        {"query.cond": "migraine", "pageToken": token},
        {"pageToken": "abracadabra"},
    ):
        answer = sample.get(STUDIES, params=parameters)
        assert answer.status_code == 400
        assert "pageToken" in answer.text


def test_fields_keep_what_is_asked(sample: httpx.Client) -> None:
    """Pieces, paths and module names, by comma or pipe; nothing else comes along."""
    status = "protocolSection.statusModule.overallStatus"
    wanted = f"NCTId|LeadSponsorName,{status},HasResults,InterventionName"
    [study] = page(sample, filter__ids="NCT99000010", fields=wanted)["studies"]
    assert study == {
        "protocolSection": {
            "identificationModule": {"nctId": "NCT99000010"},
            "statusModule": {"overallStatus": "WITHDRAWN"},
            "sponsorCollaboratorsModule": {
                "leadSponsor": {"name": "Plumbline Sample University Hospital"}
            },
            "armsInterventionsModule": {"interventions": [{"name": "Nivolumab"}]},
        },
        "hasResults": False,
    }
    [study] = page(sample, filter__ids="NCT99000001", fields="ConditionsModule")["studies"]
    conditions = {"conditions": ["Type 2 Diabetes", "Heart Failure"]}
    assert study == {"protocolSection": {"conditionsModule": conditions}}


def test_sorting_by_date_number_and_relevance(sample: httpx.Client) -> None:
    """Dates descend and numbers ascend by default; a study without the field comes last."""
    everything = {"pageSize": "18", "fields": "NCTId"}
    assert numbers(page(sample, **everything, sort="EnrollmentCount"))[:2] == ["10", "05"]
    assert numbers(page(sample, **everything, sort="EnrollmentCount:desc"))[0] == "13"
    assert numbers(page(sample, **everything, sort="StartDate"))[0] == "04"
    assert numbers(page(sample, **everything, sort="ResultsFirstPostDate"))[0] == "01"
    relevant = page(sample, **everything, query__term="acute discharge", sort="@relevance")
    assert numbers(relevant)[0] == "03"


@pytest.mark.parametrize(
    ("parameters", "text"),
    [
        ({"filter.phase": "PHASE3"}, "`filter.phase` is unknown parameter"),
        (
            {"fields": "StudyDesign"},
            "Parameter 'fields' contains invalid field name: 'StudyDesign'",
        ),
        ({"fields": ","}, "must not be empty"),
        ({"sort": "Nonsense"}, "invalid field name: 'Nonsense'"),
        ({"sort": "StartDate:up"}, "StartDate:up"),
        ({"sort": "StartDate,NCTId,Phase"}, "more than 2"),
        ({"pageSize": "-1"}, "pageSize"),
        ({"filter.overallStatus": "OPEN"}, "'OPEN'"),
        ({"filter.ids": "12"}, "'12'"),
        ({"filter.advanced": "AREA[Nonsense]x"}, "Nonsense"),
        ({"format": "csv"}, "format"),
    ],
)
def test_bad_parameters_are_400_in_plain_text(
    sample: httpx.Client, parameters: dict[str, str], text: str
) -> None:
    """The service refuses what it does not know, and names it."""
    answer = sample.get(STUDIES, params=parameters)
    assert (answer.status_code, text in answer.text) == (400, True)
    assert answer.headers["content-type"].startswith("text/plain")


def test_real_parameters_not_served_here_are_501(sample: httpx.Client) -> None:
    """They are never silently ignored."""
    assert sample.get(STUDIES, params={"aggFilters": "results:with"}).status_code == 501


def test_one_study_by_number(sample: httpx.Client) -> None:
    """A study, part of it, its obsolete number, and numbers that lead nowhere."""
    whole = sample.get(f"{STUDIES}/nct99000001").json()
    assert whole["hasResults"] is True
    part = sample.get(f"{STUDIES}/NCT99000001", params={"fields": "BriefTitle"}).json()
    assert [*part["protocolSection"]] == ["identificationModule"]
    moved = sample.get(f"{STUDIES}/NCT99000098", params={"fields": "NCTId"})
    there = f"{STUDIES}/NCT99000016?fields=NCTId"
    assert (moved.status_code, moved.headers["location"]) == (301, there)
    missing = sample.get(f"{STUDIES}/NCT99999999")
    assert (missing.status_code, missing.text) == (404, "NCT number NCT99999999 not found")
    assert missing.headers["content-type"].startswith("text/plain")
    assert sample.get(f"{STUDIES}/12345").status_code == 400
    unknown = sample.get(f"{STUDIES}/NCT99000001", params={"pageSize": "1"})
    assert unknown.text == "`pageSize` is unknown parameter"


def test_version_and_size(sample: httpx.Client) -> None:
    """The data's age and its amount."""
    version = sample.get("/api/v2/version").json()
    assert version == {"apiVersion": "2.0.3", "dataTimestamp": "2026-05-11T00:00:00"}
    size = sample.get("/api/v2/stats/size").json()
    assert size["totalStudies"] == 18
    assert size["largestStudies"][0]["id"] == "NCT99000001"
