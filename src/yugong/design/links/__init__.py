"""Transport networks: least-cost paths, what passes over each link, market access, the next links to build."""

from yugong.design.links.network import Network as Network
from yugong.design.links.network import Paths as Paths
from yugong.design.links.network import least_cost as least_cost
from yugong.design.links.network import market_access as market_access
