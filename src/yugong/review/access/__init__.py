"""The market-access list: read from the user's official table, looked up, compared, held against local lists."""

from yugong.review.access.compare import Difference as Difference
from yugong.review.access.compare import LocalCheck as LocalCheck
from yugong.review.access.compare import check_local as check_local
from yugong.review.access.compare import difference as difference
from yugong.review.access.entries import AccessList as AccessList
from yugong.review.access.entries import Entry as Entry
from yugong.review.access.entries import built_in as built_in
from yugong.review.access.entries import editions as editions
from yugong.review.access.entries import read_list as read_list
from yugong.review.access.lookup import Lookup as Lookup
from yugong.review.access.lookup import look_up as look_up
from yugong.review.access.opening import opening_scenario as opening_scenario
