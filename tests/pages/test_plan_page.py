"""The plan page with a frame: one total with its curve, or several limits at once."""

import pytest
import register_round
from streamlit.testing.v1 import AppTest

from evaluation.domain.roles import Role
from evaluation.services import frames
from evaluation.ui import navigation

CONSOLE = navigation.PAGES_DIRECTORY.parent / "shell" / "console.py"

pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True)


def _open() -> AppTest:
    app = AppTest.from_file(str(CONSOLE), default_timeout=120).run()
    return app.switch_page(str(navigation.PAGES_DIRECTORY / "plan.py")).run()


def _choose(app: AppTest, label: str, option: str) -> AppTest:
    box = next(box for box in app.selectbox if box.label == label)
    return box.select_index(box.options.index(option)).run()


def _press(app: AppTest, label: str) -> AppTest:
    return next(button for button in app.button if button.label == label).click().run()


def test_a_total_or_several_limits_become_the_design(sign_in):
    built = register_round.build()
    register = register_round.imported(built, n_courts=4, n_cases=40)
    frame = frames.plan(built.secretary, register.id, "案卷评查", frames.FrameCriteria())
    sign_in([Role.CHAIR])
    app = _open()
    assert not app.exception
    assert {metric.label for metric in app.metric} >= {"总样本量", "全市误差", "单层最大误差"}
    app = _choose(app, "分配规则", "同时满足多项精度")
    assert not app.exception
    metrics = {metric.label: metric.value for metric in app.metric}
    assert {"总样本量", "占全部案件", "起决定作用的要求"} <= set(metrics)
    tables = [table.value for table in app.table]
    checks = next(table for table in tables if "达到的变异系数" in table.columns)
    assert set(checks["说明"]) <= {"起决定作用", "有余"}
    app = _press(app, "采用这一方案")
    assert not app.exception
    saved = frames.list_frames(built.secretary, built.round_id)[0]
    assert saved.id == frame.id
    total = sum(saved.design.sample_sizes.values())
    assert metrics["总样本量"] == f"{total}件"
    assert set(saved.design.reserve_sizes.values()) == {10}
    narrow = next(slider for slider in app.slider if slider.label == "把全部允许误差放宽或收紧为")
    app = narrow.set_value(200).run()
    wider = {metric.label: metric.value for metric in app.metric}["总样本量"]
    assert int(wider.removesuffix("件")) < total


def test_a_budget_is_spread_by_spread_and_cost(sign_in):
    built = register_round.build()
    register = register_round.imported(built, n_courts=4, n_cases=40)
    frames.plan(built.secretary, register.id, "案卷评查", frames.FrameCriteria())
    sign_in([Role.CHAIR])
    app = _choose(_open(), "分配规则", "按离散程度与每件成本")
    assert not app.exception
    assert not app.error
    figures = {metric.label: metric.value for metric in app.metric}
    n = int(figures["总样本量"].removesuffix("件"))
    assert figures["费用"] == f"{n * 100:,}元"
    budget = next(slider for slider in app.slider if slider.label == "经费（元）")
    for amount in (budget.min, budget.max):
        app = budget.set_value(amount).run()
        assert not app.exception
        assert not app.error
    figures = {metric.label: metric.value for metric in app.metric}
    assert figures["总样本量"] == "160件"
    assert figures["全市误差"].startswith("±0.0")
    _press(app, "采用这一方案")
    saved = frames.list_frames(built.secretary, built.round_id)[0]
    assert sum(saved.design.sample_sizes.values()) == 160
