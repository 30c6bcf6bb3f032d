"""Chains: input–output linkages, extraction, positions, complementarity, chain gaps and industrial transfer."""

from yugong.diagnose.chains.complement import ChainGaps as ChainGaps
from yugong.diagnose.chains.complement import Coagglomeration as Coagglomeration
from yugong.diagnose.chains.complement import Complementarity as Complementarity
from yugong.diagnose.chains.complement import chain_gaps as chain_gaps
from yugong.diagnose.chains.complement import coagglomeration as coagglomeration
from yugong.diagnose.chains.complement import complementarity as complementarity
from yugong.diagnose.chains.extraction import Extraction as Extraction
from yugong.diagnose.chains.extraction import hypothetical_extraction as hypothetical_extraction
from yugong.diagnose.chains.linkages import Linkages as Linkages
from yugong.diagnose.chains.linkages import linkages as linkages
from yugong.diagnose.chains.table import IOTable as IOTable
from yugong.diagnose.chains.table import io_table as io_table
from yugong.diagnose.chains.transfer import IndustrialTransfer as IndustrialTransfer
from yugong.diagnose.chains.transfer import industrial_transfer as industrial_transfer
from yugong.diagnose.chains.value_added import ValueAddedFlows as ValueAddedFlows
from yugong.diagnose.chains.value_added import value_added_flows as value_added_flows
