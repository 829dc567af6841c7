"""Mistakes in the arguments of a command, said in the language of the installation."""

from __future__ import annotations

from typing import Any

from evaluation.language import N_, _

#: Kind of mistake → text; the kinds are those of the command-line library.
TEXTS = {
    "MissingParameter": N_("缺少参数“{name}”。"),
    "BadParameter": N_("参数“{name}”的取值不合要求。"),
    "BadOptionUsage": N_("参数“{name}”的用法不对。"),
    "BadArgumentUsage": N_("参数的个数不对。"),
    "NoSuchOption": N_("没有“{name}”这个选项。"),
}
_OTHER = N_("命令的参数有误。")


def is_usage_error(error: Exception) -> bool:
    """Tell whether an exception is a mistake of whoever typed the command."""
    return hasattr(error, "format_message") and hasattr(error, "exit_code")


def text_of(error: Any) -> str:
    """Return the mistake as one sentence; help asked for by giving no argument stays as it is."""
    if type(error).__name__ == "NoArgsIsHelpError":
        return str(error.format_message())
    return _(TEXTS.get(type(error).__name__, _OTHER)).format(name=_name(error))


def _name(error: Any) -> str:
    option = getattr(error, "option_name", None)
    if option:
        return str(option)
    parameter = getattr(error, "param", None)
    hint = getattr(error, "param_hint", None)
    if hint:
        return str(hint if isinstance(hint, str) else hint[0]).strip("'")
    if parameter is None:
        return ""
    options = [name for name in parameter.opts if name.startswith("-")]
    return str(options[-1] if options else parameter.name)
