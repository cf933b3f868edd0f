"""Rendering without a cluster: what it must never get wrong."""

import contextvars
import json
import os
import subprocess
import sys
from collections.abc import Callable

import pulumi
import pulumi_kubernetes as kubernetes
import pytest
from pulumi.runtime import settings
from pulumi_kubernetes.apiextensions import CustomResource
from pulumi_kubernetes.core.v1 import ConfigMap, Namespace, Secret, Service

from plumb.render import Rendered, RenderError, render, write_yaml
from plumb.render.order import ordered
from plumb.render.program import record
from tests.stacks import ROOT, STACKS, profile_json, rendered

METADATA = {"name": "thing", "namespace": "place"}


def recorded(program: Callable[[pulumi.ResourceOptions], None]) -> Rendered:
    """Return the render of a small program, which is given options with a provider."""

    def whole() -> None:
        provider = kubernetes.Provider("cluster", context="rendered")
        program(pulumi.ResourceOptions(provider=provider))

    return record(whole, {}, "test")


def refusal(program: Callable[[pulumi.ResourceOptions], None]) -> str:
    """Return why a small program cannot be rendered."""
    with pytest.raises(RenderError) as caught:
        recorded(program)
    return str(caught.value)


@pytest.mark.parametrize("stack", STACKS)
def test_a_render_is_the_same_every_time(stack: str) -> None:
    """In one process, any number of renders give the same bytes."""
    again = write_yaml(render(profile_json(stack), stack))
    assert again == write_yaml(rendered(stack))


@pytest.mark.slow
def test_a_render_does_not_depend_on_the_hash_seed() -> None:
    """Other processes, with other hash seeds, give the same bytes."""
    program = (
        "import sys; from plumb.render import render, write_yaml;"
        "sys.stdout.write(write_yaml(render(sys.stdin.read(), 'production')))"
    )
    texts = {
        subprocess.run(
            [sys.executable, "-c", program],
            input=profile_json("production"),
            env=os.environ | {"PYTHONHASHSEED": seed},
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for seed in ("1", "2")
    }
    assert texts == {write_yaml(rendered("production"))}


def test_a_render_leaves_no_settings_behind() -> None:
    """Pulumi's settings, which have defaults for the whole process, are as before."""
    render(profile_json("development"), "development")
    # Where nothing was set, as in another thread, the SDK shows what was set last anywhere.
    assert contextvars.Context().run(lambda: settings.SETTINGS.monitor) is None
    assert settings.get_root_resource() is None
    assert pulumi.Config("plumbline").get("profile") is None


def test_the_program_refuses_a_wrong_profile_with_its_path() -> None:
    """What is wrong is named, without a traceback (CFG-01)."""
    with pytest.raises(RenderError, match=r"workload\.wrkers"):
        render(json.dumps({"base": "embedded", "workload": {"wrkers": 1}}), "wrong")


def test_the_program_refuses_to_run_without_a_context() -> None:
    """The current kubeconfig context is never taken by accident (design: targets)."""
    import runpy  # noqa: PLC0415  # the one test that runs the program with another config

    config = {"plumbline:profile": profile_json("development")}
    with pytest.raises(RenderError, match="pulumi config set plumbline:context NAME"):
        record(lambda: run_main(runpy.run_module), config, "development")


def run_main(run_module: Callable[..., object]) -> None:
    """Run the project's program."""
    run_module("infra.__main__", run_name="__main__")


def test_a_program_that_reads_a_computed_field_is_refused() -> None:
    """What only the cluster knows is unknown, where the SDK's own mocks would give None."""

    def program(options: pulumi.ResourceOptions) -> None:
        service = Service("s", metadata=METADATA, spec={"ports": []}, opts=options)
        address = service.spec.apply(lambda spec: f"http://{spec.cluster_ip}")
        ConfigMap("c", metadata=METADATA, data={"address": address}, opts=options)

    assert "ConfigMap 'c': data.address is known to the cluster only" in refusal(program)


def test_a_program_that_exports_a_computed_field_is_refused() -> None:
    """Outputs are held to the same rule as objects."""

    def program(options: pulumi.ResourceOptions) -> None:
        pulumi.export("uid", Namespace("n", metadata={"name": "n"}, opts=options).metadata["uid"])

    assert "output uid is known to the cluster only" in refusal(program)


def test_the_text_of_an_output_is_refused() -> None:
    """A formatted Output is an error message, which would be rendered as a value."""

    def program(options: pulumi.ResourceOptions) -> None:
        name = Namespace("n", metadata={"name": "n"}, opts=options).metadata["name"]
        CustomResource(
            "c",
            "example.org/v1",
            "Thing",
            metadata=METADATA,
            spec={"url": f"http://{name}"},
            opts=options,
        )

    assert "Thing 'c': spec.url is the text of an Output" in refusal(program)


def test_a_none_in_a_text_is_refused() -> None:
    """A field that was never set must not become part of an address."""

    def program(options: pulumi.ResourceOptions) -> None:
        spec = {"url": "http://None:80"}
        CustomResource("c", "example.org/v1", "Thing", metadata=METADATA, spec=spec, opts=options)

    assert "spec.url has a None in it" in refusal(program)


def test_a_secret_value_is_refused() -> None:
    """No render carries a secret, wrapped or as an object (SEC-03)."""

    def wrapped(options: pulumi.ResourceOptions) -> None:
        data = {"password": pulumi.Output.secret("hunter2")}
        ConfigMap("c", metadata=METADATA, data=data, opts=options)

    def bare(options: pulumi.ResourceOptions) -> None:
        Secret("s", metadata=METADATA, string_data={"password": "hunter2"}, opts=options)

    for program in (wrapped, bare):
        assert "carries a" in refusal(program)
        assert "hunter2" not in refusal(program)


def test_snake_case_in_a_custom_resource_is_refused() -> None:
    """The SDK hands a custom resource's keys on as they are; Kubernetes would drop them."""

    def program(options: pulumi.ResourceOptions) -> None:
        spec = {"analysis": {"max_weight": 50}}
        CustomResource("c", "example.org/v1", "Thing", metadata=METADATA, spec=spec, opts=options)

    assert "Thing 'c': spec.analysis.max_weight is snake_case" in refusal(program)


def test_keys_that_are_data_may_be_snake_case() -> None:
    """Labels and a ConfigMap's files are named as their author likes."""

    def program(options: pulumi.ResourceOptions) -> None:
        metadata = METADATA | {"labels": {"my_label": "x"}}
        ConfigMap("c", metadata=metadata, data={"my_file": "None\n"}, opts=options)

    (manifest,) = recorded(program).manifests
    assert manifest.body["data"] == {"my_file": "None\n"}


def test_an_object_without_a_name_or_a_namespace_is_refused() -> None:
    """Pulumi would append random letters to it, or put it into `default`."""

    def unnamed(options: pulumi.ResourceOptions) -> None:
        ConfigMap("c", opts=options)

    def homeless(options: pulumi.ResourceOptions) -> None:
        ConfigMap("c", metadata={"name": "thing"}, opts=options)

    assert "ConfigMap 'c': has no metadata.name" in refusal(unnamed)
    assert "ConfigMap 'c': has no metadata.namespace" in refusal(homeless)


def test_two_objects_of_one_name_are_refused() -> None:
    """In a cluster one of them would silently win."""

    def program(options: pulumi.ResourceOptions) -> None:
        for logical in ("one", "two"):
            ConfigMap(logical, metadata=METADATA, opts=options)

    assert "is a second ConfigMap/thing" in refusal(program)


def test_an_object_without_a_provider_is_refused() -> None:
    """It would go to whatever cluster the kubeconfig names at the moment."""
    with pytest.raises(RenderError, match="names no provider"):
        record(lambda: ConfigMap("c", metadata=METADATA) and None, {}, "test")


def test_a_question_to_the_cluster_is_refused() -> None:
    """A render has no cluster to ask, and would have to invent the answer."""

    def program(options: pulumi.ResourceOptions) -> None:
        ConfigMap.get("existing", "place/thing", opts=options)

    assert "existing: reads an object of the cluster" in refusal(program)


def test_whole_numbers_stay_integers_and_others_do_not_change() -> None:
    """Pulumi's protocol knows doubles only; Kubernetes refuses 3.0 for a count."""

    def program(options: pulumi.ResourceOptions) -> None:
        spec = {"count": 3, "rate": 99.5, "on": True, "large": 2**40}
        CustomResource("c", "example.org/v1", "Thing", metadata=METADATA, spec=spec, opts=options)

    (manifest,) = recorded(program).manifests
    assert json.dumps(manifest.body["spec"], sort_keys=True) == (
        '{"count": 3, "large": 1099511627776, "on": true, "rate": 99.5}'
    )


def test_a_number_that_is_not_exact_is_refused() -> None:
    """Beyond 2^53 a double is another number than the one that was written."""

    def program(options: pulumi.ResourceOptions) -> None:
        spec = {"count": 2**60}
        CustomResource("c", "example.org/v1", "Thing", metadata=METADATA, spec=spec, opts=options)

    assert "spec.count is 1152921504606846976, too large to be exact" in refusal(program)


def test_the_options_of_a_resource_are_seen() -> None:
    """Dependencies, protection, retention and timeouts, which the SDK's mocks drop."""

    def program(options: pulumi.ResourceOptions) -> None:
        namespace = Namespace("n", metadata={"name": "place"}, opts=options)
        own = pulumi.ResourceOptions(
            depends_on=[namespace],
            protect=True,
            retain_on_delete=True,
            custom_timeouts=pulumi.CustomTimeouts(create="9s"),
        )
        merged = pulumi.ResourceOptions.merge(options, own)
        ConfigMap("c", metadata=METADATA, opts=merged)

    (namespace, manifest) = recorded(program).manifests
    assert (namespace.protect, namespace.retain, namespace.timeout) == (False, False, None)
    assert manifest.depends_on == ("Namespace/place",)
    assert (manifest.protect, manifest.retain, manifest.timeout) == (True, True, "9s")


def test_the_order_follows_from_dependencies_and_names_alone() -> None:
    """Whatever order resources were registered in, the manifests come out the same."""
    graph = {
        "Deployment/a": ("ConfigMap/z", "Namespace/n"),
        "ConfigMap/z": ("Namespace/n",),
        "Service/a": ("Namespace/n",),
        "Namespace/n": (),
    }
    wanted = ("Namespace/n", "ConfigMap/z", "Service/a", "Deployment/a")
    assert ordered(graph) == wanted
    assert ordered(dict(reversed(graph.items()))) == wanted
