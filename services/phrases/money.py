"""Fees in words."""

from __future__ import annotations

from services.phrases.hours import Lang


def say_fee(fee_fen: int | None, lang: Lang) -> str:
    """A fee given in fen: 免费, 50元, 12.5元; None, not told, is never free. Raises ValueError below zero."""
    if fee_fen is None:
        return "fee: please ask the school" if lang == "en" else "费用请咨询学校"
    if fee_fen < 0:
        raise ValueError(f"a fee cannot be below zero: {fee_fen}")
    if fee_fen == 0:
        return "free" if lang == "en" else "免费"
    yuan, fen = divmod(fee_fen, 100)
    if lang == "en":
        return f"¥{yuan:,}.{fen:02d}" if fen else f"¥{yuan:,}"
    return f"{yuan}." + f"{fen:02d}".rstrip("0") + "元" if fen else f"{yuan}元"
