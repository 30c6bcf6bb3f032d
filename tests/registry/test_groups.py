"""Groups: sizes and members from the plans, dates, partitions, names, and the user's own lists."""

from datetime import date
from pathlib import Path

import pytest

from yugong import registry
from yugong.base.errors import InputError, UnknownNameError

SIZES = {
    "east": 10,
    "central": 6,
    "west": 12,
    "northeast": 3,
    "western_development_scope": 15,
    "northeast_revitalisation_scope": 8,
    "jingjinji": 3,
    "jingjinji_cities": 13,
    "yangtze_belt": 11,
    "yangtze_trunk": 11,
    "yangtze_basin": 19,
    "yellow_river": 9,
    "gba": 11,
    "yrd": 4,
    "yrd_cities": 41,
    "yrd_core": 27,
    "yrd_demo": 3,
    "chengyu_circle": 16,
    "chengyu_chongqing": 29,
    "marine_north": 4,
    "marine_east": 3,
    "marine_south": 4,
    "cluster_yangtze_middle": 31,
    "cluster_shandong": 16,
    "cluster_zhongyuan": 30,
    "cluster_guanzhong": 11,
    "cluster_beibu": 15,
    "cluster_hachang": 11,
    "cluster_prd": 9,
    "cluster_chengyu": 16,
    "cluster_shanxi": 5,
    "cluster_hubaoeyu": 4,
    "cluster_lanxi": 9,
    "cluster_ningxia": 4,
    "grain_producing": 13,
    "grain_consuming": 7,
    "grain_balance": 11,
    "coastal": 11,
    "border_provinces": 9,
    "old_key_cities": 20,
}


def shorts(group: str, on: str | None = None) -> set[str]:
    return {m.place.short for m in registry.members(group, on)}


@pytest.mark.parametrize(("group", "size"), SIZES.items())
def test_sizes(group: str, size: int) -> None:
    members = registry.members(group)
    assert len(members) == len({m.place.code for m in members}) == size


def test_nineteen_clusters_and_twelve_old_areas() -> None:
    clusters = registry.groups("city_clusters")
    assert len(clusters) == 19
    assert {g.id for g in clusters if g.editable} == {"cluster_minyue", "cluster_liaozhongnan", "cluster_tianshan"}
    assert [sum(g.note.zh.count(kind) for g in clusters) for kind in ("优化提升", "发展壮大", "培育发展")] == [5, 5, 9]
    assert len(registry.groups("old_revolutionary_areas")) == 12
    assert all(g.editable for g in registry.groups("metropolitan_areas"))


@pytest.mark.parametrize("id", ["plates", "grain_roles"])
def test_partitions_cover_the_31_mainland_provinces(id: str) -> None:
    found = registry.grouping(id)
    assert list(found) == [p.code for p in registry.places() if p.code < "710000"]


def test_the_plates_are_those_of_the_statistics_bureau() -> None:
    assert shorts("中部") == {"山西", "安徽", "江西", "河南", "湖北", "湖南"}
    assert shorts("northeast") == {"辽宁", "吉林", "黑龙江"}
    assert shorts("东部") == {"北京", "天津", "河北", "上海", "江苏", "浙江", "福建", "山东", "广东", "海南"}
    assert registry.grouping("plates")["510000"] == "west"


def test_policy_scope_is_not_the_plate() -> None:
    assert shorts("western_development_scope") - shorts("west") == {"湘西", "恩施", "延边"}
    extra = shorts("northeast_revitalisation_scope") - shorts("northeast")
    assert extra == {"赤峰", "通辽", "呼伦贝尔", "兴安", "锡林郭勒"}
    assert shorts("central_rise_scope") == shorts("central")
    assert shorts("east_lead_scope") == shorts("east")


def test_the_three_yangtze_sets_differ() -> None:
    belt, trunk, basin = shorts("长江经济带"), shorts("yangtze_trunk"), shorts("yangtze_basin")
    assert belt - trunk == {"浙江", "贵州"}
    assert trunk - belt == {"青海", "西藏"}
    whole = {m.place.short for m in registry.members("yangtze_basin") if m.extent == "whole"}
    assert whole == trunk
    assert basin - trunk == {"甘肃", "陕西", "河南", "贵州", "广西", "广东", "浙江", "福建"}
    with pytest.raises(UnknownNameError) as caught:
        registry.group("长江")
    assert len(caught.value.candidates) == 3


def test_the_delta_before_and_after_2019() -> None:
    before, after = shorts("cluster_yrd", "2017-01-01"), shorts("cluster_yrd", "2020-01-01")
    assert len(before) == 26
    assert len(after) == 41
    assert shorts("yrd_core") - before == {"温州"}
    assert after == shorts("yrd_cities")
    delta = {p.parent or p.code for p in (m.place for m in registry.members("yrd_cities"))}
    assert delta == {m.place.code for m in registry.members("yrd")}


def test_whole_provinces_are_covered_by_their_cities() -> None:
    for province, group in (("山东", "cluster_shandong"), ("河南", "cluster_zhongyuan")):
        code = registry.place(province).code
        theirs = {p.code for p in registry.places("prefecture") if p.parent == code}
        assert theirs <= {m.place.code for m in registry.members(group)}
    assert "济源" in shorts("中原城市群")


def test_the_bay_area_is_nine_cities_and_two_regions() -> None:
    assert shorts("gba") - shorts("cluster_prd") == {"香港", "澳门"}


def test_chengyu_parts() -> None:
    parts = {m.place.short for m in registry.members("chengyu_circle") if m.extent == "part"}
    assert parts == {"重庆", "绵阳", "达州", "雅安"}
    districts = registry.members("chengyu_chongqing")
    assert {m.place.short for m in districts if m.extent == "part"} == {"开州", "云阳"}
    assert {m.place.parent for m in districts} == {"500000"}


def test_a_city_may_lie_in_two_clusters() -> None:
    found = {m.group: m.extent for m in registry.memberships("运城")}
    assert found == {"cluster_zhongyuan": "whole", "cluster_guanzhong": "part"}
    assert [g.id for g in registry.groups_of("运城")] == ["cluster_zhongyuan", "cluster_guanzhong"]
    assert [g.id for g in registry.groups_of("运城", on="2017-06-01")] == ["cluster_zhongyuan"]
    inherited = {g.id for g in registry.groups_of("运城", inherited=True)}
    assert {"central", "yellow_river", "cluster_guanzhong"} <= inherited
    assert "old_taihang" not in inherited
    with pytest.raises(InputError, match="运城"):
        registry.grouping("city_clusters")


def test_before_its_document_a_group_is_empty() -> None:
    assert registry.members("长江经济带", on="2010-01-01") == ()
    assert len(registry.members("长江经济带", on="2020-01-01")) == 11
    assert registry.members("长江经济带", on=date(2014, 8, 31)) == ()
    assert len(registry.members("长江经济带", on=date(2014, 9, 1))) == 11
    with pytest.raises(InputError, match="2011-06-01"):
        registry.grouping("plates", on="2005-01-01")


@pytest.mark.parametrize(
    "word", ["yangtze_belt", "长江经济带", "Yangtze River Economic Belt", "yangtze river economic belt"]
)
def test_groups_answer_to_id_and_both_names(word: str) -> None:
    assert registry.group(word).id == "yangtze_belt"


def test_unknown_groups_and_dates_are_refused() -> None:
    with pytest.raises(UnknownNameError) as caught:
        registry.members("长江经济代")
    assert any("yangtze_belt" in c for c in caught.value.candidates)
    with pytest.raises(UnknownNameError):
        registry.grouping("plate")
    with pytest.raises(UnknownNameError):
        registry.groups("nothing")
    for day in ("yesterday", "", "2020-13-01"):
        with pytest.raises(InputError):
            registry.members("east", on=day)


def test_coast_and_border_groups_agree_with_the_places() -> None:
    mainland = [p for p in registry.places() if p.code < "710000"]
    assert shorts("coastal") == {p.short for p in mainland if p.coastal}
    assert shorts("border_provinces") == {p.short for p in mainland if p.land_border}
    circles = [shorts(f"marine_{side}") for side in ("north", "east", "south")]
    assert set().union(*circles) == shorts("coastal")
    assert len(set(registry.grouping("marine_circles").values())) == 3


def test_ethnic_sets() -> None:
    assert {m.place.zh[-3:] for m in registry.members("autonomous_regions")} == {"自治区"}
    assert shorts("ethnic_eight") - shorts("autonomous_regions") == {"贵州", "云南", "青海"}


def test_the_key_cities_are_the_receivers_of_the_old_area_pairs() -> None:
    assert {m.place.code for m in registry.members("old_key_cities")} == {
        p.receiver.code for p in registry.pairs("old_areas")
    }


HEADER = "place,group,start,end,extent,document,certainty,note_zh,note_en\n"


def test_a_user_replaces_an_editable_list(tmp_path: Path) -> None:
    file = tmp_path / "mine.csv"
    file.write_text(
        HEADER + "沈阳,辽中南,2024,,whole,省规划,V,,\n210200,辽中南,2024,,part,省规划,V,,\n", encoding="utf-8"
    )
    try:
        assert len(registry.load_overrides(file)) == 2
        assert shorts("辽中南") == {"沈阳", "大连"}
        assert registry.members("辽中南", on="2023-01-01") == ()
        assert len(registry.members("east")) == 10
    finally:
        registry.clear_overrides()
    assert len(registry.members("辽中南")) == 9


def test_bad_overrides_are_refused_whole_with_every_problem(tmp_path: Path) -> None:
    file = tmp_path / "mine.csv"
    file.write_text(
        HEADER + "沈阳,辽中南,2024,,whole,省规划,V,,\n没有,辽中南,x,,some,,L,,\n四川,east,2024,2020,whole,某文,V,,\n",
        encoding="gb18030",
    )
    with pytest.raises(InputError) as caught:
        registry.load_overrides(file)
    where = {(p.row, p.column) for p in caught.value.problems}
    assert where == {(3, c) for c in ("place", "start", "extent", "document", "certainty")} | {(4, "group"), (4, "end")}
    assert len(registry.members("辽中南")) == 9
    file.write_text("a,b\n1,2\n", encoding="utf-8")
    with pytest.raises(InputError, match="缺少列"):
        registry.load_overrides(file)
