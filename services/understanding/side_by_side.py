"""Those shown, put side by side: 哪个好, 有什么区别, 两个比一比, compare the first two."""

from __future__ import annotations

from services.regex import regex

# 你觉得哪个好: those shown, side by side
_BETTER = regex(
    r"^(?:你|您|觉得|看|帮我看|这几个|这些|那|里面|到底)*哪(?:一?个|门|家)(?:班|课)?(?:更|最|比较)?(?:"
    r"好|合适|强|值得学)(?:一?点|一?些)?(?:呢|啊|吗|[?？])*$"
)
# 有什么区别, said of those shown
_DIFFER = regex(
    r"^(?:那|它们|他们|它俩|这?[两俩二]个|这些|这几个|这几种|之间|都|到底|[ ,，])*有?(?:什么|啥|哪些)"
    r"(?:区别|不同|不一样|差别|两样)(?:的|之处|呢|啊|吗|[?？])*$"
    r"|^(?:what(?:'s| is) the |any )?differences?(?: between them)?[?]?$"
)
# 这几个比较一下哪个人少, 两个比一比, 这俩哪个便宜
_BESIDE = regex(
    r"^(?:那|那就|你|您|帮我|给我|把|请|先|再|[ ,，])*"
    r"(?:(?:这|那|它们|上面|前面)?(?:[两三]个|几个|些|俩|仨)(?:班|课)?(?:都|一起|放一起)?"
    r"(?:比较比较|比较一?下?|比一?比|比一?下|对比一?下?)"
    r"(?:看|吧|呗|呢|一?下)*(?:[ ,，]*(?:看看|看)?哪一?个[^ ,，。]{1,6})?"
    r"|(?:这|那)(?:[两三]个|几个|些|俩|仨)(?:班|课)?[ ,，]*哪一?个(?:班|课)?(?:更|最|比较)?"
    r"(?:便宜|贵|早|好|人少|人多|方便|划算|实惠|合适|容易|简单|轻松)(?:一?点儿?|一?些)?"
    r"|(?:比较比较|比较一?下|比一?比|比一下|对比一下)(?:看看|吧|呗|呢)*)(?:呢|啊|吗|[?？。!！])*$"
    r"|^(?:please |can you |could you )?compare (?:the )?(?:first )?(?:two|three|them|these|those|"
    r"both)(?: of them| classes)?[.!?]*$"
    r"|^which (?:one |of (?:them|these|the two) )?is (?:the )?(?:cheaper|better|easier)[.!?]*$"
)


def which_is_better(said: str) -> bool:
    """Whether a normalised text asks which of those shown is better, or how they differ."""
    return _BETTER.match(said) is not None or _DIFFER.match(said) is not None


def are_compared(said: str) -> bool:
    """Whether a normalised text wants those shown compared, whatever else it points at."""
    return _BESIDE.match(said) is not None
