"""Addresses of support; the portal mounts them below the language."""

from django.urls import path

from support import views

urlpatterns = [
    path("contact/", views.contact, name="contact"),
    path("contact/cases/", views.contact_cases, name="contact_cases"),
    path("contact/<str:reference>/", views.contact_case, name="contact_case"),
]
