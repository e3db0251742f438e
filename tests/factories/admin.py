"""People of the staff, by what they may do to the pages of the help centre."""

from django.contrib.auth.models import Group, Permission
from django.contrib.contenttypes.models import ContentType
from wagtail.models import GroupPagePermission
from wagtail.users.models import UserProfile

from kb.models import HelpIndexPage
from tests.factories.people import make_user


def staff_user(email, *permissions, language="vi", **fields):
    """Somebody who may enter the admin and do `permissions` ("add", "change", …) to every help page of every language."""
    group, _made = Group.objects.get_or_create(name=email)
    group.permissions.add(Permission.objects.get(codename="access_admin", content_type__app_label="wagtailadmin"))
    page_type = ContentType.objects.get_by_natural_key("wagtailcore", "page")
    for index in HelpIndexPage.objects.all():
        for codename in permissions:
            permission = Permission.objects.get(content_type=page_type, codename=f"{codename}_page")
            GroupPagePermission.objects.create(group=group, page=index, permission=permission)
    user = make_user(email, groups=(email,), is_staff=True, **fields)
    UserProfile.objects.create(user=user, preferred_language=language)
    return user
