"""Invented names 虚构名称: persons, towns, schools and series; combinations that point at nobody."""

from app.demo.draw import Draw, Weighted

_SURNAMES = Weighted(
    [
        (surname, weight)
        for weight, surnames in (
            (6, "王李张刘陈杨赵黄周吴"),
            (3, "徐孙胡朱高郭马罗梁宋郑谢韩唐冯"),
            (1, "于董萧程曹袁邓许傅沈曾彭吕苏卢蔡贾丁魏薛叶阎"),
            (1, "余潘杜戴夏钟汪任姜范方石姚谭廖邹熊金陆郝孔白崔"),
        )
        for surname in surnames
    ]
)
_MALE = ("景承望启立修庆守怀延培敬恒崇绍砚", "川原松柏岩泉嵩舟野城柱亭峦岭实垣")
_FEMALE = ("若芷禾岚素秋沐映采依念语巧宛蕴茗", "苗溪荷穗茶笛帆霜絮棠蓉枝黛筠缃苓")

TOWNS = (
    *("青溪镇", "白石镇", "云岭镇", "柳泉镇", "松坪镇", "桃岗镇", "梅坞镇", "竹川镇"),
    *("荷塘镇", "枫湾镇", "麦丘镇", "榆店镇", "槐川镇", "石岸镇", "雁洲镇", "澄湖镇"),
)
NEIGHBOUR_TOWN = "北桥镇"
VILLAGES = ("东庄", "西岭", "南坡", "北湾", "上河", "下河", "新村", "高台")

_SCHOOL_WORDS = {
    "kindergarten": ("晨光", "蓓蕾", "新芽", "彩虹", "春苗", "小舟", "金穗", "星河"),
    "primary": ("启明", "育新", "青禾", "望川", "知行", "立德", "朝阳路", "文汇", "滨湖"),
    "junior_middle": ("明远", "致远", "博文", "弘毅", "求是", "勤朴"),
    "nine_year": ("同心", "远航"),
    "senior_middle": ("明德", "崇实", "敏学"),
    "vocational": ("工匠",),
    "special": ("仁爱",),
}

HOSTS = ("云川师范大学（演示）", "松原教育学院（演示）")


def person(draw: Draw, sex: str) -> str:
    """Invent the name of a person 姓名; sex is male or female."""
    first, second = _MALE if sex == "male" else _FEMALE
    return _SURNAMES.pick(draw) + draw.pick(first) + draw.pick(second)


def direct_school(pattern: str, ordinal: int, suffix: str) -> str:
    """Name the n-th (from 0) school of its pattern under the bureau 市直学校."""
    return f"{_SCHOOL_WORDS[pattern][ordinal]}{suffix}"
