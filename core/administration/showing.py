"""What was decided, in words: light Markdown, with people, roles and channels as `user:1`, `role:2` and `channel:3`."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from core import wording
from core.administration.carrying_out import label
from core.administration.policies import AuditEntry, OwnKey
from core.administration.policy import Policy
from core.i18n import LANGUAGES
from core.options import spoken
from core.quota import Limit, Scope


def policy_text(policy: Policy, operators: Sequence[Limit]) -> str:
    """All of it: what the workspace decided, and what whoever runs Easel set."""
    return "\n".join(("**What holds here**", *_decisions(policy), "**Limits**", *_limits(policy, operators)))


def audit_text(entries: Sequence[AuditEntry], now_us: int, time_zone: str) -> str:
    """The newest first: when, who, and what it changed."""
    if not entries:
        return "Nobody has decided anything here yet."
    return "\n".join(("**The newest decisions**", *(_entry(each, now_us, time_zone) for each in entries)))


def key_text(key: OwnKey, now_us: int, time_zone: str) -> str:
    """What may be said about the workspace's own key."""
    ends = f", which ends in {key.ends}" if key.ends else ""
    since = wording.past(key.at_us, now_us, time_zone)
    return f"- Pictures are drawn with this workspace's own key{ends}, since {since} (user:{key.person})."


def _entry(entry: AuditEntry, now_us: int, time_zone: str) -> str:
    who = entry.person if entry.person == entry.name else f"user:{entry.person}"  # the operator is nobody's account
    return f"- {wording.past(entry.at_us, now_us, time_zone)}, {who}: `{entry.said}`. {entry.changed}"


def _decisions(policy: Policy) -> Iterator[str]:
    if policy.paused:
        reason = f": {policy.pause_reason}" if policy.pause_reason else ""
        yield f"- **Paused**{reason}. `resume` ends it."
    if policy.only_channels:
        yield f"- Easel draws in {_named('channel', policy.only_channels)} only."
    if policy.closed_channels:
        yield f"- Easel does not draw in {_named('channel', policy.closed_channels)}."
    if policy.only_roles:
        yield f"- Only people with {_named('role', policy.only_roles)} draw."
    if policy.blocked:
        yield f"- Blocked: {_named('user', policy.blocked)}."
    if policy.exempt:
        yield f"- No allowance holds for {spoken([str(each) for each in policy.exempt], 'and')}."
    if policy.words:
        yield f"- {len(policy.words):,} words that nobody may use: {', '.join(policy.words[:20])}"
    for style in policy.styles:
        yield f"- Style `{style.name}`: {style.words}"
    yield from _defaults(policy)


def _defaults(policy: Policy) -> Iterator[str]:
    if policy.approval is not None:
        who = spoken([*(f"role:{role}" for role in policy.approval.roles), "an administrator"])
        yield f"- What may cost more than {wording.format_money(policy.approval.above_nanodollars)} needs {who}."
    yield f"- Results are {'private at first' if policy.private else 'for everybody'}."
    if policy.spoiler:
        yield "- Pictures are veiled until they are clicked on, on platforms that have a veil: Slack has none."
    for wanted, what in ((policy.quota, "what its maker may still draw"), (policy.price, "what it cost")):
        if wanted is not None:
            yield f"- A result {'says' if wanted else 'does not say'} {what}."
    if policy.time_zone:
        yield f"- Limits reset by the time of {policy.time_zone}."
    if policy.language:
        yield f"- What everybody sees is said in {LANGUAGES[policy.language][0]}."
    yield f"- Alerts are told in channel:{policy.alerts}." if policy.alerts else "- Alerts are told nowhere."
    days = policy.retention_days
    yield f"- Pictures and their words are {f'forgotten after {days:,} days' if days else 'kept'}."


def _limits(policy: Policy, operators: Sequence[Limit]) -> Iterator[str]:
    own = {limit.id for limit in policy.limits}
    for limit in policy.limits:
        yield f"- {label(limit)} (this workspace's own)"
    for limit in operators:
        is_role = limit.scope is Scope.ROLE
        if not (is_role and (limit.id in own or limit.id in policy.lifted)):
            yield f"- {label(limit)} (whoever runs Easel)"
    if not policy.limits and not operators:
        yield "- None: everybody draws as much as they like."


def _named(kind: str, ids: Sequence[str]) -> str:
    return spoken([f"{kind}:{each}" for each in ids], "and")
