"""Addresses of tracking; the portal mounts them below the language."""

from django.urls import path

from tracking import views

urlpatterns = [
    path("orders/", views.orders, name="orders"),
    path("orders/<str:reference>/", views.order_detail, name="order_detail"),
    path("orders/<str:reference>/print/", views.order_print, name="order_print"),
]
