"""Pictures and documents as editors keep them: described, not twice, in collections, not deleted where they are used."""

import io
import json

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from PIL import Image
from wagtail.documents import get_document_model
from wagtail.images import get_image_model
from wagtail.models import Collection, GroupCollectionPermission

from tests.factories.kb import make_article, make_category, text
from tests.factories.people import make_user

pytestmark = [pytest.mark.django_db, pytest.mark.wagtail_indexes]

REFERENCED = "được dùng ở 1 chỗ"


@pytest.fixture
def reviewer(client, site_tree, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    client.force_login(make_user("duyet@example.com", role="reviewer"))
    return client


def upload(name="anh.png", color="teal"):
    file = io.BytesIO()
    Image.new("RGB", (300, 200), color).save(file, format="PNG")
    return SimpleUploadedFile(name, file.getvalue(), "image/png")


def picture_form(**fields):
    root = Collection.get_first_root_node()
    return {
        "title": "Lưới lọc", "file": upload(), "description": "Lưới lọc bơm xả", "collection": root.pk, "tags": "", **fields
    }  # fmt: skip


def test_a_picture_without_a_description_is_not_taken(reviewer):
    response = reviewer.post("/admin/images/add/", picture_form(description=""))

    assert response.status_code == 200
    assert "description" in response.context["form"].errors
    assert get_image_model().objects.count() == 0


def test_of_many_pictures_each_waits_for_its_description(reviewer):
    sent = reviewer.post(
        "/admin/images/multiple/add/",
        {"title": "Lưới lọc", "files[]": upload(), "collection": Collection.get_first_root_node().pk},
        headers={"X-Requested-With": "XMLHttpRequest"},
    )

    answer = json.loads(sent.content)
    assert answer["success"] is True
    assert 'name="uploaded-file-' in answer["form"] or "description" in answer["form"]
    assert get_image_model().objects.count() == 0


def test_a_picture_has_a_focal_point(reviewer):
    point = {"focal_point_x": 90, "focal_point_y": 60, "focal_point_width": 40, "focal_point_height": 40}
    reviewer.post("/admin/images/add/", picture_form(**point))
    image = get_image_model().objects.get()

    assert "data-focal-point" in reviewer.get(f"/admin/images/{image.pk}/").content.decode()
    assert image.get_focal_point().centroid == (90, 60)


def test_the_same_picture_again_is_pointed_out(reviewer):
    reviewer.post("/admin/images/add/", picture_form())

    answer = reviewer.post(
        "/admin/images/chooser/create/?illustration=1", {f"image-chooser-upload-{name}": value for name, value in picture_form().items()}
    )  # fmt: skip

    assert json.loads(answer.content)["step"] == "duplicate_found"


def test_a_reader_gets_the_size_that_fits_the_screen(reviewer):
    reviewer.post("/admin/images/add/", picture_form())
    article = make_article(make_category(), image=get_image_model().objects.get(), image_alt="Lưới lọc")

    html = reviewer.get(article.url).content.decode()

    assert "srcset=" in html and 'sizes="' in html and 'alt="Lưới lọc"' in html


def test_a_team_uses_the_pictures_of_its_collection_only(reviewer, client):
    team = Collection.get_first_root_node().add_child(name="Máy in")
    member = make_user("mayin@example.com", role="translator")
    group = member.groups.get()
    GroupCollectionPermission.objects.filter(group=group).update(collection=team)
    reviewer.post("/admin/images/add/", picture_form(title="Chung"))
    reviewer.post("/admin/images/add/", picture_form(title="Của máy in", file=upload(color="red"), collection=team.pk))
    client.force_login(member)

    shown = json.loads(client.get("/admin/images/chooser/").content)["html"]

    assert "Của máy in" in shown
    assert "Chung" not in shown


@pytest.mark.parametrize("kind", ["images", "docs"])
def test_where_something_is_used_is_shown_before_it_is_deleted(reviewer, kind):
    category = make_category()
    if kind == "images":
        reviewer.post("/admin/images/add/", picture_form())
        used = get_image_model().objects.get()
        make_article(category, image=used, image_alt="Lưới lọc")
    else:
        used = get_document_model().objects.create(
            title="Sách", file=SimpleUploadedFile("sach.pdf", b"%PDF-1.7\n%%EOF")
        )
        make_article(category, body=[text(f'<p><a linktype="document" id="{used.pk}">Sách</a></p>')])

    asked = reviewer.get(reverse(f"wagtail{kind}:delete", args=[used.pk])).content.decode()

    assert REFERENCED in asked
    assert type(used).objects.filter(pk=used.pk).exists()


def test_a_document_of_a_closed_collection_is_for_those_who_may(client, site_tree, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    closed = Collection.get_first_root_node().add_child(name="Nội bộ")
    closed.view_restrictions.create(restriction_type="login")
    document = get_document_model().objects.create(
        title="Sách", collection=closed, file=SimpleUploadedFile("sach.pdf", b"%PDF-1.7\n%%EOF")
    )

    stranger = client.get(document.url)
    client.force_login(make_user("an@example.com"))
    customer = client.get(document.url)

    assert stranger.status_code == 302
    assert customer.status_code == 200
