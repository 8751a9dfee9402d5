"""Words for activities 活动名称: school-based research, workshops and courses, all invented."""

from app.demo.draw import Draw

_WAYS = {
    "集体备课": ("大单元教学设计", "学期教材梳理", "作业设计与减负提质", "复习课的组织"),
    "学习观摩": ("骨干教师示范课", "同课异构课堂观摩", "新教师汇报课", "邻校开放日课堂"),
    "教学反思": ("一节课的得与失", "期中质量分析", "学困生转化案例", "课堂提问的有效性"),
    "经验交流": ("班级管理经验", "家校沟通方法", "培训返岗经验", "读书心得"),
    "集体学习": ("教师职业行为准则", "新课程方案与课程标准", "师德师风专题", "校园安全与法规"),
    "网络学习与研讨": ("国家智慧教育平台应用", "数字资源的课堂使用", "线上教研与评课", "人工智能助力教学"),
    "教育科学课题研究": ("校本课程开发", "小课题开题论证", "课题中期汇报", "评价方式改革"),
}
_PRESCHOOL = {
    "集体备课": ("主题活动设计", "区域活动材料投放", "一日生活的组织"),
    "学习观摩": ("户外游戏观摩", "集体教学活动观摩", "半日活动开放"),
    "教学反思": ("游戏观察与解读", "幼儿行为案例", "环境创设的得与失"),
    "经验交流": ("幼小衔接经验", "家园共育方法", "保教工作经验"),
    "集体学习": ("幼儿园保育教育质量评估指南", "师德师风专题", "幼儿安全与急救"),
}
_WORKSHOPS = {
    "preschool": ("学前游戏课程工作坊", "幼儿园环境创设工作坊", "幼小衔接工作坊"),
    "primary": (
        *("小学语文群文阅读工作坊", "小学数学思维课堂工作坊", "小学英语绘本教学工作坊", "小学科学探究工作坊"),
        *("小学班主任工作室", "小学艺术美育工作坊"),
    ),
    "junior_middle": (
        *("初中语文写作工作坊", "初中数学建模工作坊", "初中英语听说工作坊", "初中道德与法治工作坊"),
        *("初中理化实验工作坊", "初中班主任工作室"),
    ),
    "senior_middle": ("高中语文整本书阅读工作坊", "高中数学工作坊", "高中理科综合工作坊", "高中班主任工作室"),
    "vocational": ("职业教育教学改革工作坊",),
    "special": ("融合教育工作坊",),
}
_COURSES = {
    "national": ("国培计划：中小学骨干教师能力提升研修", "国培计划：乡村教师信息技术应用研修"),
    "provincial": ("省培计划：新课程标准专题培训", "省培计划：骨干教师教学能力培训"),
    "city": ("市级培训：教学评一体化专题", "市级培训：班主任能力提升", "市级培训：作业设计专题"),
    "post_training": (
        "岗位培训：学科教学常规",
        "岗位培训：信息技术应用",
        "岗位培训：心理健康教育",
        "岗位培训：教师礼仪与沟通",
    ),
}


def research_title(draw: Draw, *, is_kindergarten: bool) -> str:
    """Invent the title of a school-based research activity 校本研修: way, then theme."""
    words = _PRESCHOOL if is_kindergarten else _WAYS
    way = draw.pick(tuple(words))
    return f"{way}：{draw.pick(words[way])}"


def workshops(stage: str) -> tuple[str, ...]:
    """Name the workshops 工作坊 of a stage."""
    return _WORKSHOPS[stage]


def courses(category: str) -> tuple[str, ...]:
    """Name the courses of a category: national, provincial, city or post_training."""
    return _COURSES[category]
