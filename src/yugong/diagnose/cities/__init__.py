"""Cities, services and capacity: rank-size, primacy, core-city fields, catchments, limiting factors."""

from yugong.diagnose.cities.capacity import Capacity as Capacity
from yugong.diagnose.cities.capacity import carrying_capacity as carrying_capacity
from yugong.diagnose.cities.catchment import Access as Access
from yugong.diagnose.cities.catchment import two_step_floating_catchment as two_step_floating_catchment
from yugong.diagnose.cities.clusters import Clusters as Clusters
from yugong.diagnose.cities.clusters import flow_clusters as flow_clusters
from yugong.diagnose.cities.clusters import isochrone_clusters as isochrone_clusters
from yugong.diagnose.cities.field import Field as Field
from yugong.diagnose.cities.field import breakpoint_distance as breakpoint_distance
from yugong.diagnose.cities.field import field_strength as field_strength
from yugong.diagnose.cities.hierarchy import RankSize as RankSize
from yugong.diagnose.cities.hierarchy import functional_specialisation as functional_specialisation
from yugong.diagnose.cities.hierarchy import primacy as primacy
from yugong.diagnose.cities.hierarchy import rank_size as rank_size
from yugong.diagnose.cities.polycentric import Polycentricity as Polycentricity
from yugong.diagnose.cities.polycentric import polycentricity as polycentricity
