"""Inference where few regions are treated: placebo assignments, wild clusters, Conley, Conley–Taber."""

from yugong.evaluate.inference.assignment import Assignments as Assignments
from yugong.evaluate.inference.assignment import assignments as assignments
from yugong.evaluate.inference.batched import did_effects as did_effects
from yugong.evaluate.inference.batched import imputation_effects as imputation_effects
from yugong.evaluate.inference.clustered import Clustered as Clustered
from yugong.evaluate.inference.clustered import clustered as clustered
from yugong.evaluate.inference.conley import Conley as Conley
from yugong.evaluate.inference.conley import conley as conley
from yugong.evaluate.inference.conley_taber import ConleyTaber as ConleyTaber
from yugong.evaluate.inference.conley_taber import conley_taber as conley_taber
from yugong.evaluate.inference.headline import ENOUGH_TREATED as ENOUGH_TREATED
from yugong.evaluate.inference.headline import FEW_CLUSTERS as FEW_CLUSTERS
from yugong.evaluate.inference.headline import FEW_TREATED as FEW_TREATED
from yugong.evaluate.inference.headline import Headline as Headline
from yugong.evaluate.inference.headline import headline_inference as headline_inference
from yugong.evaluate.inference.randomisation import RandomisationTest as RandomisationTest
from yugong.evaluate.inference.randomisation import randomisation_test as randomisation_test
from yugong.evaluate.inference.wild import WildCluster as WildCluster
from yugong.evaluate.inference.wild import wild_cluster as wild_cluster
