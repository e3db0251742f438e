"""The smallest valid accounts."""

from allauth.account.models import EmailAddress
from django.contrib.auth.models import Group

from portal.models import User

PASSWORD = "mot-mat-khau-dai-va-la"


def make_user(
    email: str = "khach@example.com", *, verified: bool = True, groups: tuple[str, ...] = (), **fields
) -> User:
    user = User.objects.create_user(email, PASSWORD, **fields)
    EmailAddress.objects.create(user=user, email=user.email, verified=verified, primary=True)
    user.groups.set(Group.objects.filter(name__in=groups))
    return user
