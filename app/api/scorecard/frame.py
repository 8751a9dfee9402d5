"""What stands around every page of the scorecard: the bar with who acts in which role, and hidden values of forms."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from html import escape
from string import Template
from typing import Any
from urllib.parse import quote

from fastapi.responses import HTMLResponse

from app.access.permissions import Role
from app.accounts.schemas import GrantHeld, Me
from app.api import docs
from app.api.scorecard.templates import BAR

DONE = {
    "assess": "自评已保存。",
    "score": "评分已保存。",
    "return": "已退回，责任科室可重新自评。",
    "designate": "已指定本年的责任科室。",
    "file": "佐证材料已上传。",
    "freeze": "已冻结，可在下方核对摘要。",
}
"""What is said after an act went through."""


@dataclass(frozen=True, slots=True)
class Person:
    """Who acts on the page, and the names of desks."""

    me: Me
    desks: Mapping[str, str]

    def role_of(self, role: Role, organisation: str, desk: str | None) -> str:
        """A role as people say it: 教体局 · 教师教育科."""
        place = self.desks.get(desk or "", "") or organisation
        return f"{role.label} · {place}"


@dataclass(frozen=True, slots=True)
class Frame:
    """The root path, the value of forms, who acts, and what has just been done where. key: one for this rendering."""

    root: str
    form: str
    person: Person | None
    done: str = ""
    at: str = ""
    key: str = field(default_factory=lambda: secrets.token_urlsafe(16), repr=False)

    @property
    def told(self) -> str:
        """What has just been done, in words."""
        return DONE.get(self.done, "")

    def page(self, template: Template, *, status: int = 200, **parts: str) -> HTMLResponse:
        """A filled page with the bar."""
        filled: dict[str, Any] = {**parts, "has_form": True, "status": status}
        return docs.page_of(template, self.root, **filled, bar=self.bar(), form=escape(self.form))

    def address(self, path: str, **asked: str | None) -> str:
        """An address below /scorecard, escaped for an attribute."""
        query = "&".join(f"{name}={quote(value, safe='')}" for name, value in asked.items() if value)
        return escape(f"{self.root}/scorecard/{path}" + (f"?{query}" if query else ""))

    def hidden(self, **more: str) -> str:
        """Hidden fields of a form: whose it is, the key that makes sending it twice harmless, and more."""
        given = {"form": self.form, "key": self.key, **more}
        return "".join(f'<input type="hidden" name="{name}" value="{escape(value)}">' for name, value in given.items())

    def bar(self) -> str:
        """The bar: home, the card, who acts, other roles, sign out."""
        who = ""
        if self.person:
            me = self.person.me
            name = f"<b>{escape(me.display_name)}</b>"
            if len(me.grants) > 1:
                options = "".join(self._option(self.person, grant, me.grant_id) for grant in me.grants)
                who = (
                    f'<form class="role" method="post" action="{self.address("role")}">{self.hidden()}{name}'
                    f'<label>身份 <select name="grant">{options}</select></label>'
                    '<button class="plain">切换</button></form>'
                )
            else:
                role = self.person.role_of(me.role, me.organisation_name, me.desk)
                who = f'<span class="role">{name} {escape(role)}</span>'
        return BAR.substitute(root=escape(self.root), who=who, form=escape(self.form))

    @staticmethod
    def _option(person: Person, grant: GrantHeld, acting: object) -> str:
        mark = " selected" if grant.id == acting else ""
        label = person.role_of(grant.role, grant.organisation_name, grant.desk)
        return f'<option value="{grant.id}"{mark}>{escape(label)}</option>'
