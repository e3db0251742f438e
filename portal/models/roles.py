"""The roles of the staff: a stable code for each, whatever an administrator calls its group."""

from django.contrib.auth.models import Group
from django.db import models
from django.utils.translation import gettext_lazy as _


class RoleCode(models.TextChoices):
    """The roles that `migrate` makes; what each may do stands in portal.roles."""

    WRITER = "writer", _("writer")
    REVIEWER = "reviewer", _("reviewer")
    TRANSLATOR = "translator", _("translator")
    AGENT = "agent", _("support agent")
    ADMINISTRATOR = "administrator", _("administrator")


class Role(models.Model):
    """Which group plays a role; the group's name is data, so code never compares names."""

    code = models.CharField(_("code"), max_length=20, choices=RoleCode, primary_key=True)
    group = models.OneToOneField(Group, verbose_name=_("group"), on_delete=models.CASCADE, related_name="role")

    class Meta:
        verbose_name = _("role")
        verbose_name_plural = _("roles")
        default_permissions = ()

    def __str__(self) -> str:
        return self.get_code_display()


class RoleGrant(models.Model):
    """Something that was given to a role once: what an administrator takes away later is not given again."""

    role = models.ForeignKey(Role, on_delete=models.CASCADE, related_name="grants")
    key = models.CharField(max_length=150)

    class Meta:
        verbose_name = _("grant of a role")
        verbose_name_plural = _("grants of roles")
        default_permissions = ()
        constraints = [models.UniqueConstraint(fields=["role", "key"], name="each_grant_once_for_a_role")]

    def __str__(self) -> str:
        return f"{self.role_id}: {self.key}"
