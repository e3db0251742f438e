from django.db import migrations

KEPT = ("recipient", "language", "mail_id", "status", "attempts", "next_attempt_at", "claimed_at", "sent_at", "last_error")


def move_letters(apps, schema_editor):
    """Take the letters over as they stand: one that waited is sent by the next run, one in doubt stays in doubt."""
    OldLetter = apps.get_model("support", "Letter")
    if not OldLetter.objects.exists():
        return
    Letter = apps.get_model("letters", "Letter")
    ContentType = apps.get_model("contenttypes", "ContentType")
    about_type, _made = ContentType.objects.get_or_create(app_label="support", model="ticketmessage")
    Letter.objects.bulk_create(
        [
            Letter(
                kind=f"support.{old.kind}",
                key=f"support.{old.kind}:{old.message_id}",
                about_type=about_type,
                about_id=old.message_id,
                created_at=old.message.created_at,
                **{name: getattr(old, name) for name in KEPT},
            )
            for old in OldLetter.objects.select_related("message").iterator(chunk_size=500)
        ],
        batch_size=500,
    )


class Migration(migrations.Migration):
    dependencies = [
        ("contenttypes", "0002_remove_content_type_name"),
        ("letters", "0001_initial"),
        ("support", "0001_initial"),
    ]

    operations = [
        # The old table goes in the same transaction, so there is no way back but a backup.
        migrations.RunPython(move_letters),
        migrations.DeleteModel(name="Letter"),
    ]
