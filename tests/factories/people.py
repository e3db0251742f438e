"""The smallest valid accounts."""

from allauth.account.models import EmailAddress
from django.contrib.auth.models import Group

from portal.models import User

PASSWORD = "mot-mat-khau-dai-va-la"


def make_user(
    email: str = "khach@example.com", *, verified: bool = True, role: str = "", groups: tuple[str, ...] = (), **fields
) -> User:
    """An account; `role` is the code of a role of the staff ("writer", "agent", ...), `groups` are names."""
    user = User.objects.create_user(email, PASSWORD, **({"is_staff": True} if role else {}) | fields)
    EmailAddress.objects.create(user=user, email=user.email, verified=verified, primary=True)
    user.groups.set([*Group.objects.filter(name__in=groups), *Group.objects.filter(role__code=role)])
    return user
