"""The order pages. Nothing here may be kept by a cache or told to another site, and a stranger learns nothing: an
order that does not exist and one that is somebody else's get the same answer.

orders    look-up for guests, my orders, one order, and the same for paper
links     a link of one of our letters
codes     a one-time code for the whole order
account   points, warranties and returns of the account
access    who can see the order, for its owner
claims    an order taken out of an account again, from the letter to its old contact
changes   before dispatch: cancelling, another address
returns   sending something back, and taking that back
courier   is this courier real?
calendars the expected day in a calendar
copies    one file for reading without a network
subscriptions  hearing of an order by letter
guard     what every page of one order begins with
closed    what everybody else gets
"""

from tracking.views.access import leave_order, order_access
from tracking.views.account import account_returns, points, warranties, warranty_claim
from tracking.views.calendars import order_calendar, order_calendar_feed
from tracking.views.changes import order_address, order_cancel
from tracking.views.claims import order_claim, order_claim_undo
from tracking.views.codes import order_code
from tracking.views.copies import order_copy
from tracking.views.courier import order_courier_check
from tracking.views.links import order_link
from tracking.views.orders import order_detail, order_print, orders
from tracking.views.returns import order_return, order_return_withdraw
from tracking.views.subscriptions import order_subscribe, order_subscription

__all__ = [
    "account_returns",
    "leave_order",
    "order_access",
    "order_address",
    "order_calendar",
    "order_calendar_feed",
    "order_cancel",
    "order_claim",
    "order_claim_undo",
    "order_code",
    "order_copy",
    "order_courier_check",
    "order_detail",
    "order_link",
    "order_print",
    "order_return",
    "order_return_withdraw",
    "order_subscribe",
    "order_subscription",
    "orders",
    "points",
    "warranties",
    "warranty_claim",
]
