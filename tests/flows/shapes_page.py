"""A page of all shapes; `?workflow=` says which it starts."""

import hitl
from tests.flows.shapes import SHAPES

hitl.page({shape.name: shape.path for shape in SHAPES})
