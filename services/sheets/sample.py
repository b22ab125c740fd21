"""The example row of the template, as a clerk would fill it in."""

from collections.abc import Mapping
from datetime import date, timedelta

SAMPLE_CODE = "示例-001"


def sample_row(today: date) -> Mapping[str, str]:
    """An example class that begins on the Saturday after next and meets eight weeks, by our column keys."""
    starts_on = today + timedelta(days=(5 - today.weekday()) % 7 + 14)
    return {
        "code": SAMPLE_CODE,
        "title": "智能手机入门",
        "category": "科学技术",
        "form": "课堂学习",
        "description": "学会打电话、发微信、拍照和预约挂号，带上自己的手机",
        "school": "",
        "district": "城关街道",
        "venue": "城关街道社区学校二楼教室",
        "address": "人民路 12 号",
        "latitude": "",
        "longitude": "",
        "teacher": "李老师",
        "audience": "中老年人、零基础学员",
        "starts_on": starts_on.isoformat(),
        "ends_on": (starts_on + timedelta(weeks=7)).isoformat(),
        "schedule": "周六 09:00-10:30",
        "skips": "",
        "capacity": "30",
        "fee": "免费",
        "min_age": "50",
        "max_age": "75",
        "enrol_opens": "",
        "enrol_closes": "",
        "hours": "16",
        "min_learners": "",
        "decide_by": "",
        "mode": "线下",
    }
