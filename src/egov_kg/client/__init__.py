"""The figures of any SPARQL endpoint that holds the graph, as tables for pandas, polars and Arrow.

::

    from egov_kg.client import Client

    client = Client("http://127.0.0.1:8000/sparql")
    figures = client.observations(level="county")
    figures.certain(">= 80").to_pandas()

See docs/client.md.
"""

from egov_kg.client.client import Client
from egov_kg.client.frames import Frame
from egov_kg.client.observations import Observations

__all__ = ["Client", "Frame", "Observations"]
