"""Addresses of personalization; the portal mounts them below the language."""

from django.urls import path

from personalization import views, welcome_views
from personalization.digest.views import digest_stop
from personalization.merging_views import merge

urlpatterns = [
    path("preferences/", views.preferences, name="preferences"),
    path("preferences/data.json", views.download, name="preference_download"),
    path("preferences/withdraw/", views.withdraw, name="preference_withdraw"),
    path("preferences/delete/", views.delete_everything, name="preference_delete"),
    path("preferences/delete-part/", views.delete_part, name="preference_delete_part"),
    path("preferences/modules/dismiss/", views.dismiss_module, name="preference_dismiss_module"),
    path("preferences/modules/hide/", views.hide_module, name="preference_hide_module"),
    path("preferences/aimed/hide/", views.hide_aimed, name="preference_hide_aimed"),
    path("preferences/modules/move/", views.move_module, name="preference_move_module"),
    path("preferences/modules/pin/", views.pin_module, name="preference_pin_module"),
    path("preferences/appearance/", views.set_appearance, name="preference_appearance"),
    path("preferences/undo/", views.undo, name="preference_undo"),
    path("preferences/welcome/", welcome_views.step, {"name": "topics"}, name="welcome_topics"),
    path("preferences/welcome/products/", welcome_views.step, {"name": "products"}, name="welcome_products"),
    path("preferences/welcome/reach/", welcome_views.step, {"name": "reach"}, name="welcome_reach"),
    path("preferences/welcome/leave/", welcome_views.leave, name="welcome_leave"),
    path("preferences/merge/", merge, name="preference_merge"),
    path("preferences/consent/", views.decide, name="preference_decide"),
    path("preferences/letter/<str:token>/", digest_stop, name="digest_stop"),
]
