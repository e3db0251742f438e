"""Whether passkeys can work at the address the reader uses."""

import ipaddress

from django import template
from django.http.request import split_domain_port

register = template.Library()


@register.filter
def is_ip_address(host: str) -> bool:
    """Say whether `host`, as in the Host header, is a bare IP address: a passkey belongs to a name (WebAuthn, 5.1.3)."""
    try:
        ipaddress.ip_address(split_domain_port(host)[0].strip("[]"))
    except ValueError:
        return False
    return True
