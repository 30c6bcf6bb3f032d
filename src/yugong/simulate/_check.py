"""What an Economy must satisfy: every problem found is reported at once, with the region and sector it is in."""

from typing import TYPE_CHECKING, Any

import numpy as np

from yugong.base.errors import InputError, Problem
from yugong.base.text import Text

if TYPE_CHECKING:
    from yugong.simulate.economy import Economy, Numbers

# Shares read from printed tables carry six or seven digits; what is closer to one than this is made exact.
SHARE_TOLERANCE = 1e-5
EXACT = 1e-13  # already divided: dividing again would only make a copy
ALIGNED = 64  # bytes
BIG = 2**24  # numbers; a larger array that its owner has made read-only is not copied
# A trade balance that fails by more than this share of world value added is in the data, not in the arithmetic.
CLOSURE_TOLERANCE = 1e-9


class _Found:
    def __init__(self, economy: "Economy") -> None:
        self.e = economy
        self.problems: list[Problem] = []

    def add(self, zh: str, en: str, do: Text | None = None) -> None:
        self.problems.append(Problem(Text(zh, en), do))

    def shape(self, name: str, value: "Numbers", want: tuple[int, ...]) -> bool:
        if value.shape == want:
            return True
        self.add(f"{name} 的形状是 {value.shape}，应为 {want}", f"{name} has shape {value.shape}; it must be {want}")
        return False

    def cells(self, name: str, bad: Any, axes: tuple[tuple[str, ...], ...], zh: str, en: str, do: Text) -> None:
        """Report where `bad` holds: the first cells by label, and how many more."""
        places = np.argwhere(bad)
        if len(places) == 0:
            return
        labels = [" × ".join(axis[i] for axis, i in zip(axes, place, strict=True)) for place in places[:3]]
        more = f" … (+{len(places) - 3})" if len(places) > 3 else ""
        self.add(f"{name}：{'、'.join(labels)}{more} {zh}", f"{name}: {', '.join(labels)}{more} {en}", do)


def _copy(given: "Numbers") -> "Numbers":
    """Return a copy; of a big array one that begins where JAX can use it in place rather than copy it again."""
    if np.size(given) < BIG:
        return np.array(given, dtype=np.float64)
    room = np.empty(np.size(given) + ALIGNED // 8)
    first = (-room.ctypes.data % ALIGNED) // 8
    out: Numbers = room[first : first + np.size(given)].reshape(np.shape(given))
    out[:] = given
    return out


def checked(economy: "Economy") -> "dict[str, Any]":
    """Return the economy's fields with defaults filled and shares made exact, or raise InputError."""
    from yugong.simulate.economy import default, sales_of

    e = economy
    found = _Found(e)
    n, s, g, h = len(e.regions), len(e.sectors), len(e.labour_groups), len(e.workers)
    for kind, labels in (("regions", e.regions), ("sectors", e.sectors), ("labour_groups", e.labour_groups)):
        if len(set(labels)) != len(labels) or not labels:
            found.add(f"{kind} 须非空且不重复", f"{kind} must be non-empty and distinct")
    want = {
        "trade_shares": (s, n, n), "spending": (n, s), "labour_share": (n, s, g), "input_share": (n, s, s),
        "trade_elasticity": (s,), "land_share": (n, s), "capital_share": (n, s), "goods_share": (n,),
        "population": (n, g), "land_supply_elasticity": (n,), "stayer_share": (n,), "land_national": (n,),
        "capital_national": (n,), "tariff": (s, n, n), "output_tax": (n, s), "income_tax": (n,),
        "government_grant": (n,), "government_basket": (n, s), "agglomeration": (s,), "congestion": (n,),
        "public_productivity": (s,), "emissions": (n, s), "damage": (n,), "workers": (h,), "migration_shares": (h, n, g),
    }  # fmt: skip
    out: dict[str, Any] = {}
    for name, shape in want.items():
        given = getattr(e, name)
        kept = isinstance(given, np.ndarray) and not (given.flags.writeable or given.size < BIG)
        value = given if kept else _copy(given)
        if value.size == 0 and name not in ("workers", "migration_shares"):
            if name == "population":
                continue
            value = default(e, name)
        if name == "migration_shares" and value.size == 0 and h == 0:
            value = value.reshape(shape)
        if found.shape(name, value, shape) and not np.isfinite(value).all():
            found.add(f"{name} 有缺失或无穷值", f"{name} has missing or infinite values")
        out[name] = value
    out["nation"] = np.array(e.nation, dtype=bool) if e.nation.size else np.ones(n, dtype=bool)
    if found.shape("nation", out["nation"], (n,)):
        for name in ("land_national", "capital_national"):  # what is abroad stays abroad
            out[name] = out[name] * out["nation"] if out[name].shape == (n,) else out[name]
    out["land_group"] = tuple(int(k) for k in e.land_group) or (0,) * s
    if len(out["land_group"]) != s or min(out["land_group"]) < 0:
        found.add("land_group 须为每个部门给出一个非负整数", "land_group needs one non-negative integer a sector")
    out["labour_pool"] = tuple(int(k) for k in e.labour_pool) or tuple(range(g))
    if len(out["labour_pool"]) != g or set(out["labour_pool"]) != set(range(max(out["labour_pool"]) + 1)):
        found.add(
            "labour_pool 须为每个劳动组给出一个市场序号，从 0 起连续",
            "labour_pool needs one market index a labour group, counted from 0 without gaps",
        )
    out["home"] = np.array(e.home, dtype=np.int64)
    if found.problems:
        raise InputError(found.problems)
    _values(found, out)
    out["population"] = np.array(e.population, dtype=np.float64)
    if out["population"].size == 0:  # heads in units of one base wage each
        sales = sales_of(out["trade_shares"], out["spending"], out["tariff"]) / (1 + out["output_tax"])
        out["population"] = np.einsum("njg,nj->ng", out["labour_share"], sales)
    found.shape("population", out["population"], (n, g))
    out["real_income"] = np.array(e.real_income, dtype=np.float64)
    if out["real_income"].size:
        found.shape("real_income", out["real_income"], (n, g))
    if not found.problems:
        _workers(found, out)
    if found.problems:
        raise InputError(found.problems)
    for value in out.values():
        if isinstance(value, np.ndarray):
            value.flags.writeable = False
    _closure(e, found, out)
    return out


def _values(found: _Found, out: dict[str, Any]) -> None:
    e = found.e
    r, s, g = e.regions, e.sectors, e.labour_groups
    no_negative = Text("改为不小于零的数", "use a value that is not negative")
    axes: dict[str, tuple[tuple[str, ...], ...]] = {
        "trade_shares": (s, r, r), "spending": (r, s), "labour_share": (r, s, g), "input_share": (r, s, s),
        "land_share": (r, s), "capital_share": (r, s), "emissions": (r, s), "government_basket": (r, s),
    }  # fmt: skip
    for name, labels in axes.items():
        found.cells(name, out[name] < 0, labels, "为负", "is negative", no_negative)
    for name in ("tariff", "output_tax"):
        labels = (s, r, r) if name == "tariff" else (r, s)
        found.cells(
            name, out[name] <= -1, labels, "不大于 −1", "is not above −1", Text("用小数表示税率", "rates are fractions")
        )
    found.cells(
        "trade_elasticity", out["trade_elasticity"] <= 0, (s,), "不为正", "is not positive",
        Text("填写 θ，不是 1/θ", "give θ itself, not 1/θ"),
    )  # fmt: skip
    for name in ("goods_share", "stayer_share", "land_national", "capital_national", "income_tax"):
        bad = (out[name] < 0) | (out[name] > 1) | ((out[name] == 0) & (name == "goods_share"))
        found.cells(name, bad, (r,), "不在 0 与 1 之间", "is not between 0 and 1", Text("填写份额", "give a share"))
    trade = out["trade_shares"]
    total = trade.sum(2)
    off = np.abs(total - 1) > SHARE_TOLERANCE
    found.cells("trade_shares", off, (s, r), "的进口份额之和不为一", "import shares do not sum to one",
                Text("每一行（目的地）除以其合计", "divide each row (importer) by its total"))  # fmt: skip
    if np.abs(total - 1).max() > EXACT:
        out["trade_shares"] = trade / np.where(off, 1.0, total)[:, :, None]
    cost = out["labour_share"].sum(2) + out["land_share"] + out["capital_share"] + out["input_share"].sum(2)
    off = np.abs(cost - 1) > SHARE_TOLERANCE
    found.cells("cost shares", off, (r, s), "的成本份额（劳动、土地、资本、中间品）之和不为一",
                "cost shares (labour, land, capital, inputs) do not sum to one",
                Text("检查投入产出系数", "check the input–output coefficients"))  # fmt: skip
    scale = np.where(off, 1.0, cost)
    out["labour_share"] = out["labour_share"] / scale[:, :, None]
    out["input_share"] = out["input_share"] / scale[:, :, None]
    out["land_share"], out["capital_share"] = out["land_share"] / scale, out["capital_share"] / scale
    basket = out["government_basket"].sum(1)
    found.cells("government_basket", np.abs(basket - 1) > SHARE_TOLERANCE, (r,), "之和不为一", "does not sum to one",
                Text("除以其合计", "divide by its total"))  # fmt: skip
    out["government_basket"] = out["government_basket"] / basket[:, None]


def _workers(found: _Found, out: dict[str, Any]) -> None:
    from yugong.simulate.economy import sales_of

    e = found.e
    population = out["population"]
    sales = sales_of(out["trade_shares"], out["spending"], out["tariff"])
    wages = np.einsum("njg,nj->ng", out["labour_share"], sales)
    markets = (e.regions, e.labour_groups)
    found.cells("population", (population <= 0) & (wages > 0), markets, "有工资却没有劳动者", "pays wages but has no worker",
                Text("填写就业人数", "give its employment"))  # fmt: skip
    found.cells("population", (population > 0) & (wages <= 0), markets, "有劳动者却没有工资", "has workers but pays no wage",
                Text("检查该市场的产出与劳动份额", "check output and labour shares there"))  # fmt: skip
    if e.mobility == "none":
        return
    if e.mobility not in ("costly", "free"):
        found.add(
            f"mobility 是 {e.mobility!r}",
            f"mobility is {e.mobility!r}",
            Text("none、costly 或 free", "none, costly or free"),
        )
        return
    shares, workers = out["migration_shares"], out["workers"]
    names = e.worker_groups or tuple(str(i + 1) for i in range(len(workers)))
    found.cells(
        "workers", workers <= 0, (names,), "没有人", "has no one in it", Text("删去该组", "leave the group out")
    )
    found.cells("migration_shares", shares < 0, (names, *markets), "为负", "is negative", Text("检查", "check it"))
    total = shares.sum((1, 2))
    off = np.abs(total - 1) > SHARE_TOLERANCE
    found.cells("migration_shares", off, (names,), "的份额之和不为一", "shares do not sum to one",
                Text("每一组除以其合计", "divide each group by its total"))  # fmt: skip
    out["migration_shares"] = shares / np.where(off, 1.0, total)[:, None, None]
    arrive = np.einsum("h,hng->ng", workers, out["migration_shares"])
    off2 = np.abs(arrive - population) > SHARE_TOLERANCE * population.sum()
    found.cells("population", off2, markets, "与各组流入之和不符", "differs from the sum of all groups' arrivals",
                Text("用同一来源计算两者", "compute both from one source"))  # fmt: skip
    out["population"] = arrive
    home = out["home"]
    if e.mobility == "costly" and (home.shape != workers.shape or (home < 0).any() or (home >= population.size).any()):
        found.add("home 须为每组给出一个市场序号 n*G+g", "home needs one market index n*G+g a group")
    if e.mobility == "free":
        lives = out["migration_shares"] > 0
        found.cells("migration_shares", lives.sum(0) > 1, markets, "属于两个自由流动的群体", "belongs to two freely mobile groups",
                    Text("自由流动的群体不能重叠", "freely mobile groups must not overlap"))  # fmt: skip


def _closure(economy: "Economy", found: _Found, out: dict[str, Any]) -> None:
    from yugong.simulate.economy import accounts

    for name, value in out.items():
        object.__setattr__(economy, name, value)
    with np.errstate(divide="ignore", invalid="ignore"):
        flows = accounts(economy)
    regions, sectors = economy.regions, economy.sectors
    found.cells("spending", flows.final_demand < 0, (regions, sectors), "的居民最终需求为负（中间投入与政府需求超过总支出）",
                "household final demand is negative (inputs and government exceed total spending)",
                Text("用 simulate.from_shares 由份额求一致的基年", "use simulate.from_shares to find a consistent base year from shares"))  # fmt: skip
    found.cells(
        "sales", ~(flows.sales.sum(1) > 0), (regions,), "没有销售", "sells nothing", Text("删去该地区", "leave it out")
    )
    if found.problems:
        raise InputError(found.problems)
    world = abs(float(flows.deficit.sum() + economy.government_grant.sum())) / flows.value_added
    if not world <= CLOSURE_TOLERANCE:
        found.add(f"全部差额之和不为零（{world:.1e}）", f"deficits do not sum to zero ({world:.1e})")
        raise InputError(found.problems)
