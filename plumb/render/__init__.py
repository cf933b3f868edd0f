"""The Pulumi program without a cluster or the CLI: the same objects, as manifests."""

from plumb.render.chart import write_chart
from plumb.render.document import write_yaml
from plumb.render.manifest import Manifest, Rendered, RenderError
from plumb.render.program import render

__all__ = ["Manifest", "RenderError", "Rendered", "render", "write_chart", "write_yaml"]
