"""ClinicalTrials.gov field names: which place in a study a piece name such as NCTId stands for."""

from collections.abc import Iterator

from upstreams.errors import ParameterError

_LEAVES: dict[str, str] = {
    "protocolSection.identificationModule": """
        nctId=NCTId nctIdAliases=NCTIdAlias orgStudyIdInfo.id=OrgStudyId
        orgStudyIdInfo.type=OrgStudyIdType secondaryIdInfos.id=SecondaryId
        secondaryIdInfos.type=SecondaryIdType secondaryIdInfos.domain=SecondaryIdDomain
        secondaryIdInfos.link=SecondaryIdLink briefTitle=BriefTitle officialTitle=OfficialTitle
        acronym=Acronym organization.fullName=OrgFullName organization.class=OrgClass""",
    "protocolSection.statusModule": """
        statusVerifiedDate=StatusVerifiedDate overallStatus=OverallStatus
        lastKnownStatus=LastKnownStatus whyStopped=WhyStopped
        expandedAccessInfo.hasExpandedAccess=HasExpandedAccess
        startDateStruct.date=StartDate startDateStruct.type=StartDateType
        primaryCompletionDateStruct.date=PrimaryCompletionDate
        primaryCompletionDateStruct.type=PrimaryCompletionDateType
        completionDateStruct.date=CompletionDate completionDateStruct.type=CompletionDateType
        studyFirstSubmitDate=StudyFirstSubmitDate studyFirstSubmitQcDate=StudyFirstSubmitQCDate
        studyFirstPostDateStruct.date=StudyFirstPostDate
        studyFirstPostDateStruct.type=StudyFirstPostDateType
        resultsFirstSubmitDate=ResultsFirstSubmitDate
        resultsFirstPostDateStruct.date=ResultsFirstPostDate
        resultsFirstPostDateStruct.type=ResultsFirstPostDateType
        lastUpdateSubmitDate=LastUpdateSubmitDate
        lastUpdatePostDateStruct.date=LastUpdatePostDate
        lastUpdatePostDateStruct.type=LastUpdatePostDateType""",
    "protocolSection.sponsorCollaboratorsModule": """
        responsibleParty.type=ResponsiblePartyType
        responsibleParty.investigatorFullName=ResponsiblePartyInvestigatorFullName
        leadSponsor.name=LeadSponsorName leadSponsor.class=LeadSponsorClass
        collaborators.name=CollaboratorName collaborators.class=CollaboratorClass""",
    "protocolSection.oversightModule": """
        oversightHasDmc=OversightHasDMC isFdaRegulatedDrug=IsFDARegulatedDrug
        isFdaRegulatedDevice=IsFDARegulatedDevice""",
    "protocolSection.descriptionModule": """
        briefSummary=BriefSummary detailedDescription=DetailedDescription""",
    "protocolSection.conditionsModule": "conditions=Condition keywords=Keyword",
    "protocolSection.designModule": """
        studyType=StudyType phases=Phase patientRegistry=PatientRegistry
        designInfo.allocation=DesignAllocation
        designInfo.interventionModel=DesignInterventionModel
        designInfo.primaryPurpose=DesignPrimaryPurpose
        designInfo.observationalModel=DesignObservationalModel
        designInfo.timePerspective=DesignTimePerspective
        designInfo.maskingInfo.masking=DesignMasking
        designInfo.maskingInfo.whoMasked=DesignWhoMasked
        enrollmentInfo.count=EnrollmentCount enrollmentInfo.type=EnrollmentType""",
    "protocolSection.armsInterventionsModule": """
        armGroups=ArmGroup armGroups.label=ArmGroupLabel armGroups.type=ArmGroupType
        armGroups.description=ArmGroupDescription interventions=Intervention
        armGroups.interventionNames=ArmGroupInterventionName
        interventions.type=InterventionType interventions.name=InterventionName
        interventions.description=InterventionDescription
        interventions.armGroupLabels=InterventionArmGroupLabel
        interventions.otherNames=InterventionOtherName""",
    "protocolSection.outcomesModule": """
        primaryOutcomes=PrimaryOutcome primaryOutcomes.measure=PrimaryOutcomeMeasure
        primaryOutcomes.description=PrimaryOutcomeDescription
        primaryOutcomes.timeFrame=PrimaryOutcomeTimeFrame
        secondaryOutcomes=SecondaryOutcome secondaryOutcomes.measure=SecondaryOutcomeMeasure
        secondaryOutcomes.description=SecondaryOutcomeDescription
        secondaryOutcomes.timeFrame=SecondaryOutcomeTimeFrame
        otherOutcomes=OtherOutcome otherOutcomes.measure=OtherOutcomeMeasure
        otherOutcomes.description=OtherOutcomeDescription""",
    "protocolSection.eligibilityModule": """
        eligibilityCriteria=EligibilityCriteria healthyVolunteers=HealthyVolunteers sex=Sex
        minimumAge=MinimumAge maximumAge=MaximumAge stdAges=StdAge
        studyPopulation=StudyPopulation samplingMethod=SamplingMethod""",
    "protocolSection.contactsLocationsModule": """
        centralContacts=CentralContact overallOfficials=OverallOfficial
        centralContacts.name=CentralContactName overallOfficials.name=OverallOfficialName
        overallOfficials.affiliation=OverallOfficialAffiliation locations=Location
        locations.facility=LocationFacility locations.status=LocationStatus
        locations.city=LocationCity locations.state=LocationState
        locations.country=LocationCountry locations.geoPoint=LocationGeoPoint""",
    "protocolSection.referencesModule": """
        references=Reference references.pmid=ReferencePMID references.type=ReferenceType
        references.citation=ReferenceCitation seeAlsoLinks=SeeAlsoLink""",
    "protocolSection.ipdSharingStatementModule": "ipdSharing=IPDSharing",
    "resultsSection.participantFlowModule": "recruitmentDetails=FlowRecruitmentDetails",
    "resultsSection.baselineCharacteristicsModule": "groups=BaselineGroup",
    "resultsSection.outcomeMeasuresModule": """
        outcomeMeasures=OutcomeMeasure outcomeMeasures.title=OutcomeMeasureTitle
        outcomeMeasures.type=OutcomeMeasureType""",
    "resultsSection.adverseEventsModule": """
        seriousEvents=SeriousEvent otherEvents=OtherEvent
        frequencyThreshold=EventsFrequencyThreshold timeFrame=EventsTimeFrame""",
    "resultsSection.moreInfoModule": "pointOfContact=PointOfContact",
    "documentSection.largeDocumentModule": "largeDocs=LargeDoc",
    "derivedSection.miscInfoModule": "versionHolder=VersionHolder",
    "derivedSection.conditionBrowseModule": """
        meshes=ConditionMesh meshes.id=ConditionMeshId meshes.term=ConditionMeshTerm
        ancestors=ConditionAncestor ancestors.term=ConditionAncestorTerm""",
    "derivedSection.interventionBrowseModule": """
        meshes=InterventionMesh meshes.id=InterventionMeshId meshes.term=InterventionMeshTerm
        ancestors=InterventionAncestor ancestors.term=InterventionAncestorTerm""",
}
"""`path=PieceName` below each module."""


def _branches(module: str) -> Iterator[tuple[str, str]]:
    section, name = module.split(".")
    yield section[0].upper() + section[1:], section
    yield name[0].upper() + name[1:], module


def _pieces() -> Iterator[tuple[str, str]]:
    yield "HasResults", "hasResults"
    for module, leaves in _LEAVES.items():
        yield from _branches(module)
        for pair in leaves.split():
            path, piece = pair.split("=")
            yield piece, f"{module}.{path}"


PIECES: dict[str, str] = dict(_pieces())
"""Piece name to dotted path inside a study; sections and modules are pieces too."""
_PATHS = frozenset(PIECES.values())


def path_of(name: str, parameter: str) -> str:
    """Find the dotted path a piece name or a path stands for.

    Raises `ParameterError` with the service's words for a name that is neither.
    """
    if name in PIECES:
        return PIECES[name]
    if any(path == name or path.startswith(f"{name}.") for path in _PATHS):
        return name
    raise ParameterError(f"Parameter '{parameter}' contains invalid field name: '{name}'")


def split_list(value: str) -> list[str]:
    """Split a comma- or pipe-separated parameter, leaving empty items out."""
    return [item.strip() for item in value.replace("|", ",").split(",") if item.strip()]
