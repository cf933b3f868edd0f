"""Studies of ClinicalTrials.gov."""

import contextlib
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from runtime.research.study import read_study
from tests.upstreams.server import recorded_data

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["protocolSection", "identificationModule", "nctId", "designModule",
                             "phases", "statusModule", "descriptionModule", "briefSummary"]),
            inner,
            max_size=3,
        )
    ),
    max_leaves=12,
)  # fmt: skip


def test_a_study_becomes_one_line_of_facts_and_a_summary() -> None:
    """Phase, status, size, results and sponsor are what a reader weighs a trial by."""
    study = {
        "hasResults": True,
        "protocolSection": {
            "identificationModule": {"nctId": "NCT00000001", "briefTitle": "A trial"},
            "statusModule": {
                "overallStatus": "ACTIVE_NOT_RECRUITING",
                "startDateStruct": {"date": "2018-05"},
            },
            "designModule": {"phases": ["PHASE2", "PHASE3"], "enrollmentInfo": {"count": 20}},
            "descriptionModule": {"briefSummary": "It tests.\n\nMuch."},
            "outcomesModule": {"primaryOutcomes": [{"measure": "Death."}]},
            "sponsorCollaboratorsModule": {"leadSponsor": {"name": "A clinic"}},
        },
    }
    record = read_study(study)
    assert record.detail == (
        "phase 2/3, active not recruiting, 20 participants, results posted, A clinic"
    )
    assert record.summary == "It tests. Much. Primary outcome: Death."
    assert (record.id, record.year) == ("NCT00000001", 2018)


@given(JSON)
def test_any_json_is_a_study_or_a_value_error(value: object) -> None:
    """Fault 22: a changed shape is no crash."""
    with contextlib.suppress(ValueError):
        assert read_study(value).id


def test_every_recorded_study_is_read() -> None:
    """Real downloads of 150 studies, whole."""
    folder = recorded_data()
    if folder is None:
        pytest.skip("no recorded data: set PLUMBLINE_DATA or place it at ../shared/data")
    names = ("studies_nsclc_100.json", "studies_recent_50.json")
    studies = [s for name in names for s in json.loads((folder / "ctgov" / name).read_text())]
    records = [read_study(study) for study in studies]
    assert len(records) == 150
    assert all(record.title and record.summary and record.detail for record in records)
