"""Space: weights matrices, spatial association, spatial regressions, geographical detection, structure, networks.

The weights and their builders are here; the methods are in the modules of their names (`space.ellipse.ellipse`).
"""

from yugong.diagnose.space.polygons import polygon_contiguity as polygon_contiguity
from yugong.diagnose.space.weights import Weights as Weights
from yugong.diagnose.space.weights import from_matrix as from_matrix
from yugong.diagnose.space.weights_build import block as block
from yugong.diagnose.space.weights_build import contiguity as contiguity
from yugong.diagnose.space.weights_build import distance_band as distance_band
from yugong.diagnose.space.weights_build import economic as economic
from yugong.diagnose.space.weights_build import economic_geographic as economic_geographic
from yugong.diagnose.space.weights_build import great_circle as great_circle
from yugong.diagnose.space.weights_build import inverse_distance as inverse_distance
from yugong.diagnose.space.weights_build import knn as knn
from yugong.diagnose.space.weights_build import nested as nested
