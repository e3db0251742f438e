"""Addresses of tracking; the portal mounts them below the language."""

from django.urls import path

from tracking import views

urlpatterns = [
    path("orders/", views.orders, name="orders"),
    path("orders/link/<str:token>/", views.order_link, name="order_link"),
    path("orders/undo/<str:token>/", views.order_claim_undo, name="order_claim_undo"),
    path("account/points/", views.points, name="points"),
    path("account/returns/", views.account_returns, name="returns"),
    path("account/warranties/", views.warranties, name="warranties"),
    path("account/warranties/<int:line_id>/<int:unit>/", views.warranty_claim, name="warranty_claim"),
    path("orders/calendar/<str:token>.ics", views.order_calendar_feed, name="order_calendar_feed"),
    path("orders/follow/<str:token>/", views.order_subscription, name="order_subscription"),
    path("orders/<str:reference>/", views.order_detail, name="order_detail"),
    path("orders/<str:reference>/print/", views.order_print, name="order_print"),
    path("orders/<str:reference>/code/", views.order_code, name="order_code"),
    path("orders/<str:reference>/access/", views.order_access, name="order_access"),
    path("orders/<str:reference>/cancel/", views.order_cancel, name="order_cancel"),
    path("orders/<str:reference>/address/", views.order_address, name="order_address"),
    path("orders/<str:reference>/return/", views.order_return, name="order_return"),
    path(
        "orders/<str:reference>/return/<str:number>/withdraw/",
        views.order_return_withdraw,
        name="order_return_withdraw",
    ),
    path("orders/<str:reference>/courier/", views.order_courier_check, name="order_courier_check"),
    path("orders/<str:reference>/calendar/", views.order_calendar, name="order_calendar"),
    path("orders/<str:reference>/copy/", views.order_copy, name="order_copy"),
    path("orders/<str:reference>/subscribe/", views.order_subscribe, name="order_subscribe"),
    path("orders/<str:reference>/claim/", views.order_claim, name="order_claim"),
    path("orders/<str:reference>/leave/", views.leave_order, name="order_leave"),
]
