"""The versions that the changes in this folder were checked against; any other is refused."""

from __future__ import annotations

import pydyf
import weasyprint

from reports.errors import LayoutError
from reports.language import _

WEASYPRINT = "70.0"
PYDYF = "0.13.0"


def check_versions() -> None:
    """Refuse to render with versions whose insides were not read.

    Raises
    ------
    LayoutError
        If WeasyPrint or pydyf is another version: install the pinned ones.
    """
    found = (weasyprint.__version__, pydyf.__version__)
    if found != (WEASYPRINT, PYDYF):
        raise LayoutError(
            _("排版程序的版本不符：需要 WeasyPrint {wanted}，现为 {found}。").format(
                wanted=f"{WEASYPRINT} / pydyf {PYDYF}", found=" / pydyf ".join(found)
            ),
            remedy=_("请运行“./run”按锁定版本重新安装。"),
        )
