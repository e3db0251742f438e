# The groups of the staff and the two steps of moderation. What a group may do stands in portal.roles, which gives it
# after `migrate`: the permissions of the apps do not exist earlier.

from django.db import migrations

ROLES = [
    ("writer", "Biên tập viên"),
    ("reviewer", "Người duyệt"),
    ("translator", "Người dịch"),
    ("agent", "Nhân viên hỗ trợ"),
    ("administrator", "Quản trị viên"),
]
WORKFLOW = "Duyệt bài hai bước"
STEPS = [("Đọc chéo", ["writer", "reviewer"]), ("Duyệt xuất bản", ["reviewer"])]
# What Wagtail's own first migrations make: two groups and their moderation in one step, for the whole tree.
STOCK_GROUPS = ["Editors", "Moderators"]


def make_roles(apps, schema_editor):
    Group = apps.get_model("auth", "Group")
    Role = apps.get_model("portal", "Role")
    for code, name in ROLES:
        group, _made = Group.objects.get_or_create(name=name)
        Role.objects.get_or_create(code=code, defaults={"group": group})


def replace_stock_moderation(apps, schema_editor):
    ContentType = apps.get_model("contenttypes", "ContentType")
    Role = apps.get_model("portal", "Role")
    FourEyesTask = apps.get_model("kb", "FourEyesTask")
    Group = apps.get_model("auth", "Group")
    Page = apps.get_model("wagtailcore", "Page")
    Workflow = apps.get_model("wagtailcore", "Workflow")
    WorkflowPage = apps.get_model("wagtailcore", "WorkflowPage")
    WorkflowTask = apps.get_model("wagtailcore", "WorkflowTask")
    GroupApprovalTask = apps.get_model("wagtailcore", "GroupApprovalTask")

    stock_tasks = GroupApprovalTask.objects.filter(groups__name__in=STOCK_GROUPS)
    Workflow.objects.filter(workflow_tasks__task__in=stock_tasks).delete()
    stock_tasks.delete()
    Group.objects.filter(name__in=STOCK_GROUPS, user__isnull=True).delete()

    content_type, _made = ContentType.objects.get_or_create(app_label="kb", model="foureyestask")
    workflow = Workflow.objects.create(name=WORKFLOW, active=True)
    for order, (name, codes) in enumerate(STEPS):
        task = FourEyesTask.objects.create(name=name, active=True, content_type=content_type)
        task.groups.set([role.group_id for role in Role.objects.filter(code__in=codes)])
        WorkflowTask.objects.create(workflow=workflow, task_id=task.pk, sort_order=order)
    # On the root of the tree: no page of either language can be outside.
    for root in Page.objects.filter(depth=1):
        WorkflowPage.objects.update_or_create(page=root, defaults={"workflow": workflow})


class Migration(migrations.Migration):

    dependencies = [
        ("portal", "0003_role"),
        ("kb", "0006_four_eyes_task"),
        ("auth", "0012_alter_user_first_name_max_length"),
        ("contenttypes", "0002_remove_content_type_name"),
        ("wagtailcore", "0098_apitoken"),
    ]

    operations = [
        migrations.RunPython(make_roles, migrations.RunPython.noop),
        migrations.RunPython(replace_stock_moderation, migrations.RunPython.noop),
    ]
